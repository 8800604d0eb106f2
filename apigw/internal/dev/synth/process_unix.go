//go:build unix

package synth

import (
	"os/exec"
	"syscall"
)

// endWithParent lets the end of the context end what the shell started, too.
func endWithParent(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGTERM) }
}
