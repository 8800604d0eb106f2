//go:build unix

package function

import (
	"os/exec"
	"syscall"
)

// ownGroup makes cmd the leader of a process group, which killGroup ends with all
// that it has started.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func killGroup(pid int) {
	syscall.Kill(-pid, syscall.SIGKILL) // fails if it is gone, which is well
}

// systemVariables are those without which no process runs here: none.
func systemVariables() map[string]string { return nil }
