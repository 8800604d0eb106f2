//go:build unix

package processgroup

import (
	"os/exec"
	"syscall"
)

// Own makes a command that has not started the leader of a process group, to
// which all belongs that it starts.
func Own(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// Kill ends the process group of a leader. A group that is gone stays gone.
func Kill(leader int) {
	_ = syscall.Kill(-leader, syscall.SIGKILL) // it fails only if nobody is left
}
