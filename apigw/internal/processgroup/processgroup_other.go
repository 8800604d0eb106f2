//go:build !unix

package processgroup

import "os/exec"

// Own does nothing: there are no process groups here.
func Own(*exec.Cmd) {}

// Kill does nothing: what a process has started may outlive it here.
func Kill(int) {}
