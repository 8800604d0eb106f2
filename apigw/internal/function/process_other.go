//go:build !unix

package function

import (
	"os"
	"os/exec"
)

// ownGroup and killGroup do nothing here: what a function starts may outlive it.

func ownGroup(*exec.Cmd) {}

func killGroup(int) {}

// systemVariables are those without which no process runs on Windows.
func systemVariables() map[string]string {
	return map[string]string{"SYSTEMROOT": os.Getenv("SYSTEMROOT")}
}
