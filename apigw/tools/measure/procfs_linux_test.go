package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestProcessesAreSeenAndEnded(t *testing.T) {
	bootstrap := faultyBootstrap(t)
	p, err := start(command{args: []string{bootstrap, "sleep"}})
	if err != nil {
		t.Fatal(err)
	}
	pid := p.cmd.Process.Pid
	own, err := children(os.Getpid())
	if err != nil || !slices.Contains(own, pid) {
		t.Errorf("got the children %v, error %v; want %d among them", own, err, pid)
	}
	from, err := runningFrom(filepath.Dir(bootstrap))
	if err != nil || !slices.Equal(from, []int{pid}) {
		t.Errorf("got %v running from the folder, error %v; want %d", from, err, pid)
	}
	memory := 0
	for limit := time.Now().Add(time.Minute); memory < 100<<10 && time.Now().Before(limit); time.Sleep(time.Millisecond) {
		if memory, err = residentMemory(pid); err != nil { // it is small while the program starts
			break
		}
	}
	if err != nil || memory < 100<<10 {
		t.Errorf("got %d bytes of memory, error %v; want 100 kB or more", memory, err)
	}
	if files, err := openFiles(pid); err != nil || files < 3 {
		t.Errorf("got %d open files, error %v; want 3 or more", files, err)
	}
	if err := endAll(from); err != nil {
		t.Error(err)
	}
	<-p.gone
	if p.alive() == nil {
		t.Error("after its end: got no error from alive, want one")
	}
	if _, err := residentMemory(pid); err == nil {
		t.Error("the memory of a process that has ended: got no error, want one")
	}
	if _, err := openFiles(pid); err == nil {
		t.Error("the open files of a process that has ended: got no error, want one")
	}
}
