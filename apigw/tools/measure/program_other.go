//go:build !unix

package main

import "os/exec"

// There are no process groups here: only the process itself is ended.

func ownGroup(*exec.Cmd) {}

func interruptGroup(cmd *exec.Cmd) { cmd.Process.Kill() }

func killGroup(cmd *exec.Cmd) { cmd.Process.Kill() }
