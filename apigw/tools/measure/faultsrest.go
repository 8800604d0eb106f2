package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// maxOpenFilesLeft is how many file descriptors more than at the start the runner
// may have once all is quiet: those of the Go runtime, for instance.
const maxOpenFilesLeft = 10

// settle lets the runner take over the app again, which ends the processes of its
// functions, and checks that it has freed what they took and still serves. It
// returns what it found, as a line for the reader.
func (t *trial) settle(ctx context.Context) (string, error) {
	pid := t.runner.cmd.Process.Pid
	busy, err := children(pid)
	if err != nil {
		return "", err
	}
	busyFiles, err := openFiles(pid)
	if err != nil {
		return "", err
	}
	if err := writeFaultyApp(t.app, t.invocations); err != nil {
		return "", err
	}
	late, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var left []int
	var files int
	for {
		if left, err = children(pid); err != nil {
			return "", errors.Join(err, t.runner.alive())
		}
		if files, err = openFiles(pid); err != nil {
			return "", err
		}
		if len(left) == 0 && files <= t.openFiles+maxOpenFilesLeft {
			break
		}
		if late.Err() != nil {
			t.problem("half a minute after the app was replaced, %d processes of functions are left, and %d open files (%d at the start)",
				len(left), files, t.openFiles)
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	memory, err := residentMemory(pid)
	if err != nil {
		return "", err
	}
	if err := t.stillServes(ctx); err != nil {
		t.problem("after all, %v", err)
	}
	return fmt.Sprintf("The runner had %d open files at the start, %d with %d function processes at the end, and %d with %d after the app was read again; it had %.0f MB then.",
		t.openFiles, busyFiles, len(busy), files, len(left), float64(memory)/1e6), nil
}

// stillServes sends a last request, which needs a new process.
func (t *trial) stillServes(ctx context.Context) error {
	c, err := dial(ctx, t.runner.host)
	if err != nil {
		return err
	}
	defer c.close()
	got, err := c.do(get(t.runner.host, target(fault{function: "steady", do: "answer"}, "last")))
	if err == nil && (got.status != served.status || got.body != "last") {
		err = fmt.Errorf("the runner responds with %d %.200q, want 200 last", got.status, got.body)
	}
	return err
}

// end ends the runner as Ctrl-C does. Processes of functions that are left then
// are an error, and are ended, too.
func (t *trial) end() error {
	var problems []error
	if !t.runner.stop() {
		problems = append(problems, errors.New("the runner did not end when it was asked to"))
	}
	left, err := runningFrom(filepath.Join(t.app, faultyAsset))
	if err != nil {
		return errors.Join(append(problems, err)...)
	}
	if len(left) > 0 {
		problems = append(problems, fmt.Errorf("%d processes of functions are left after the runner's end: %v", len(left), left), endAll(left))
	}
	if err := os.RemoveAll(t.app); err != nil {
		problems = append(problems, fmt.Errorf("removing the app: %w", err))
	}
	return errors.Join(problems...)
}
