package function

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// process is a sandbox that is a child process with a Runtime API of its own.
type process struct {
	host *Host
	pool *pool
	api  string // host:port of its Runtime API

	server *connections
	cmd    *exec.Cmd
	output []*output // its stdout and stderr
	work   chan *call
	gone   chan struct{} // closed after the end
	how    string        // how it ended; valid once gone is closed

	// The pool's lock guards these.
	asking  int           // requests for the next invocation that wait
	newer   chan struct{} // closed when a newer such request comes
	asked   bool          // it has asked for an invocation at least once: the init phase is over
	current *call         // the call it has taken, until it asks for the next
	parked  bool          // it is not offered calls until it asks for one
	overdue *time.Timer   // ends a parked process
	initErr *outcome      // what it posted to init/error
	hint    int           // size of its last response

	// life guards the process id: once it is reaped, it may be somebody else's.
	life   sync.Mutex
	reaped bool
	killed bool
}

// newProcess starts the function's command for a first call.
func (h *Host) newProcess(p *pool, first *call) (sandbox, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening the Runtime API of function %s: %w", p.spec.Name, err)
	}
	process := &process{
		host: h,
		pool: p,
		api:  listener.Addr().String(),
		work: make(chan *call),
		gone: make(chan struct{}),
	}
	process.server = newConnections(listener, process)

	cmd := exec.Command(p.spec.Command[0], p.spec.Command[1:]...)
	cmd.Dir = p.spec.Dir
	cmd.Env = environment(p.spec, h.options.Environment, process.api, logStream(time.Now(), p.spec.Version))
	ownGroup(cmd)
	process.cmd = cmd

	if err := process.start(first); err != nil {
		listener.Close()
		return nil, err
	}
	go process.server.serve()
	go process.wait()
	return process, nil
}

// start runs the command with its output in two pipes, so that a line of one
// never gets into a line of the other.
func (p *process) start(first *call) error {
	var ours, theirs []*os.File
	closeAll := func(files []*os.File) {
		for _, f := range files {
			f.Close()
		}
	}
	for range 2 {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(ours)
			closeAll(theirs)
			return fmt.Errorf("opening a pipe for the log of function %s: %w", p.pool.spec.Name, err)
		}
		ours, theirs = append(ours, r), append(theirs, w)
	}
	p.cmd.Stdout, p.cmd.Stderr = theirs[0], theirs[1]

	err := p.host.startProcess(p)
	closeAll(theirs)
	if err != nil {
		closeAll(ours)
		return err
	}
	for _, r := range ours {
		p.output = append(p.output, newOutput(r, p.host.log, p.pool.spec.Name, first.id))
	}
	return nil
}

// wait reaps the process and frees all that it held.
func (p *process) wait() {
	state, err := p.cmd.Process.Wait()
	p.life.Lock()
	p.reaped = true
	killGroup(p.cmd.Process.Pid) // what it has left behind
	p.life.Unlock()

	switch {
	case err != nil:
		p.how = err.Error()
	case !state.Success():
		p.how = strings.TrimSuffix(state.String(), " (core dumped)")
	}
	for _, o := range p.output {
		o.finish()
	}
	p.server.close()
	p.pool.mu.Lock()
	if p.overdue != nil {
		p.overdue.Stop()
	}
	p.pool.mu.Unlock()
	p.pool.forget(p)
	close(p.gone)
	p.host.ended(p)
}

// end kills the process with its group. It does not wait.
func (p *process) end() {
	p.life.Lock()
	defer p.life.Unlock()
	if p.reaped || p.killed {
		return
	}
	p.killed = true
	killGroup(p.cmd.Process.Pid)
	p.cmd.Process.Kill() // the group is not there where groups are not supported
}

func (p *process) ended() <-chan struct{} { return p.gone }

func (p *process) verdict(id string) outcome {
	p.pool.mu.Lock()
	posted := p.initErr
	p.pool.mu.Unlock()
	if posted != nil {
		return *posted
	}
	p.host.log.platform(p.pool.spec.Name, id, exitMessage(id, p.how)+" Runtime.ExitError")
	return exited(id, p.how)
}

func (p *process) offer(c *call, limit time.Duration, leave <-chan struct{}) offered {
	select {
	case p.work <- c: // mostly it waits already
		return taken
	default:
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case p.work <- c:
			return taken
		case <-p.gone:
			return hasEnded
		case <-leave:
			return left
		case <-timer.C:
			if p.park() {
				return tooSlow
			}
			timer.Reset(limit) // it asks just now
		}
	}
}

// park keeps a process from being offered calls until it asks for one. Lambda
// ends a function that has answered but does not finish before its timeout, and
// so does park. It reports false if the process is asking.
func (p *process) park() bool {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	if p.asking > 0 {
		return false
	}
	deadline := time.Now().Add(p.pool.spec.Timeout)
	if p.current != nil {
		deadline = p.current.deadline
	}
	p.parked = true
	p.overdue = time.AfterFunc(time.Until(deadline), p.end)
	return true
}

// cutShort ends the process unless it has answered c. It reports whether it
// ended it.
func (p *process) cutShort(c *call) bool {
	p.pool.mu.Lock()
	answered := c.answered
	c.answered = true // too late from now on
	p.pool.mu.Unlock()
	if answered {
		return false
	}
	p.end()
	<-p.gone
	return true
}

// ask says that the process waits for an invocation, until newer is closed: of a
// process that asks anew, the former connection is of no use any more. It reports
// false if the process may not ask, because it has not answered the last.
func (p *process) ask() (newer <-chan struct{}, ok bool) {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	if p.current != nil && !p.current.answered {
		return nil, false
	}
	if p.asking > 0 {
		close(p.newer)
	}
	p.newer = make(chan struct{})
	p.asking++
	p.asked = true
	p.current = nil
	if p.parked {
		p.overdue.Stop()
		p.parked = false
		if !p.pool.release(p, time.Now()) {
			go p.end()
		}
	}
	return p.newer, true
}

// stopAsking says that a request for an invocation ended without one.
func (p *process) stopAsking() {
	p.pool.mu.Lock()
	p.asking--
	p.pool.mu.Unlock()
}

// take makes c the call that the process works on.
func (p *process) take(c *call) {
	for _, o := range p.output {
		o.drain() // what it wrote between two invocations belongs to the former
		o.serve(c.id)
	}
	p.host.log.started(p.pool.spec, c.id)
	p.pool.mu.Lock()
	p.asking--
	p.current = c
	c.begin(time.Now(), p.pool.spec.Timeout)
	p.pool.mu.Unlock()
}

// answer ends the current call. It returns the status for the process: 202, 400
// for an id that is not the current one, 403 after an answer.
func (p *process) answer(id string, o outcome) int {
	for _, out := range p.output {
		out.drain() // the lines that it wrote before
	}
	p.pool.mu.Lock()
	c := p.current
	switch {
	case c == nil || c.id != id:
		p.pool.mu.Unlock()
		return http.StatusBadRequest
	case c.answered:
		p.pool.mu.Unlock()
		return http.StatusForbidden
	}
	c.answer(o)
	if !o.failed {
		p.hint = len(o.payload)
	}
	kept := p.pool.release(p, time.Now())
	p.pool.mu.Unlock()
	if !kept {
		p.end()
	}
	return http.StatusAccepted
}

func logStream(now time.Time, version string) string {
	var random [16]byte
	rand.Read(random[:])
	return now.UTC().Format("2006/01/02/") + "[" + version + "]" + hex.EncodeToString(random[:])
}
