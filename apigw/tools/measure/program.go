package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"
)

// program is a process that was started here and goes on until it is stopped.
type program struct {
	name   string
	cmd    *exec.Cmd
	output *screen
	gone   chan struct{} // closed after its end
	err    error         // how it ended; valid once gone is closed
}

// command is what to start.
type command struct {
	dir  string
	env  []string // nil is that of this process
	args []string
	// ready is what the program prints when it serves; its first group is kept.
	ready *regexp.Regexp
}

// start starts a program in a process group of its own, so that stop reaches
// all that it starts, and Ctrl-C reaches this process alone.
func start(c command) (*program, error) {
	p := &program{
		name:   strings.Join(c.args, " "),
		cmd:    exec.Command(c.args[0], c.args[1:]...),
		output: &screen{ready: c.ready, found: make(chan string, 1)},
		gone:   make(chan struct{}),
	}
	p.cmd.Dir, p.cmd.Env = c.dir, c.env
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	p.cmd.WaitDelay = 2 * time.Second // something else may hold its output open
	ownGroup(p.cmd)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", p.name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.gone)
	}()
	return p, nil
}

// await waits until the program says that it is ready, and returns what it
// said.
func (p *program) await(ctx context.Context) (string, error) {
	select {
	case found := <-p.output.found:
		return found, nil
	case <-p.gone:
		return "", p.ended()
	case <-ctx.Done():
		return "", fmt.Errorf("waiting for %s: %w\n%s", p.name, ctx.Err(), p.output.text())
	}
}

// ended returns the error of a program that should go on.
func (p *program) ended() error {
	return fmt.Errorf("%s has ended (%v); it said:\n%s", p.name, p.err, p.output.text())
}

// alive returns nil while the program runs.
func (p *program) alive() error {
	select {
	case <-p.gone:
		return p.ended()
	default:
		return nil
	}
}

// stop asks the program to end, as Ctrl-C would, and makes it after ten seconds.
// It reports whether asking was enough.
func (p *program) stop() bool {
	interruptGroup(p.cmd)
	select {
	case <-p.gone:
		killGroup(p.cmd) // what it has left behind
		return true
	case <-time.After(10 * time.Second):
		killGroup(p.cmd)
		<-p.gone
		return false
	}
}

// screen keeps the end of what a program prints, and looks for what says that
// it is ready.
type screen struct {
	ready *regexp.Regexp
	found chan string // gets one text

	mu   sync.Mutex
	last []byte
}

// keptOutput is how much is kept, in bytes.
const keptOutput = 8 << 10

func (s *screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = append(s.last, text...)
	if extra := len(s.last) - keptOutput; extra > 0 {
		s.last = append(s.last[:0], s.last[extra:]...)
	}
	if s.ready != nil {
		if match := s.ready.FindSubmatch(s.last); match != nil {
			s.found <- string(match[1])
			s.ready = nil
		}
	}
	return len(text), nil
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.last)
}

// do runs a command to its end and returns the time that it took. What it
// printed is in the error.
func do(ctx context.Context, c command) (time.Duration, error) {
	began := time.Now()
	p, err := start(c)
	if err != nil {
		return 0, err
	}
	select {
	case <-p.gone:
	case <-ctx.Done():
		p.stop()
		return 0, ctx.Err()
	}
	if p.err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", p.name, p.err, p.output.text())
	}
	return time.Since(began), nil
}

// need returns an error that says what to do if a tool is missing.
func need(tool, remedy string) error {
	if _, err := exec.LookPath(tool); err != nil {
		return fmt.Errorf("%s is missing: %s", tool, remedy)
	}
	return nil
}

// output returns what a command prints to its standard output.
func output(ctx context.Context, dir string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	var problems strings.Builder
	c.Dir, c.Stderr = dir, &problems
	text, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, &problems)
	}
	return text, nil
}

// functionFlags are those that the runner builds functions with.
var functionFlags = []string{"-buildvcs=false", "-mod=readonly", "-ldflags=-s -w", "-tags=lambda.norpc"}

// goBuild builds packages in dir, and returns the time that it took.
func goBuild(ctx context.Context, dir string, env []string, args ...string) (time.Duration, error) {
	if env == nil {
		env = os.Environ()
	}
	return do(ctx, command{dir: dir, env: env, args: append([]string{"go", "build"}, args...)})
}
