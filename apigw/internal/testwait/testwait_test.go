package testwait

import (
	"os"
	"os/exec"
	"testing"
)

func TestUntilAsksAgain(t *testing.T) {
	asked := 0
	Until(t, "it was asked three times", func() bool {
		asked++
		return asked == 3
	})
	if asked != 3 {
		t.Errorf("got %d questions, want 3", asked)
	}
}

func TestReceiveReturnsTheValue(t *testing.T) {
	values := make(chan string, 1)
	values <- "here"
	if got := Receive(t, "a value", values); got != "here" {
		t.Errorf("got %q, want here", got)
	}
}

func TestAliveKnowsProcesses(t *testing.T) {
	if !Alive(os.Getpid()) {
		t.Error("this process: got not alive, want alive")
	}
	process := exec.Command("sleep", "3600")
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	process.Process.Kill()
	process.Wait()
	if Alive(process.Process.Pid) {
		t.Error("a process that was killed: got alive, want not alive")
	}
}
