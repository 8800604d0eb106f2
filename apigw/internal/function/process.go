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

	"example.com/apigw/internal/function/leanhttp"
	"example.com/apigw/internal/processgroup"
)

// process is a sandbox that is a child process with a Runtime API of its own.
//
// The process asks the Runtime API for an invocation, takes the job that it is
// offered, finishes it by posting a result or an error, and asks again. A process
// that does not ask again in time is parked: it gets no jobs until it asks, and ends
// when the timeout of its last job is over.
type process struct {
	host *Host
	pool *pool
	api  string // host:port of its Runtime API

	server *leanhttp.Server
	cmd    *exec.Cmd
	output []*output // its stdout and stderr
	work   chan *job
	gone   chan struct{} // closed after the end
	how    string        // how it ended; valid once gone is closed

	// The pool's lock guards these.
	asking  int           // requests for the next invocation that wait
	newer   chan struct{} // closed when a newer such request comes
	asked   bool          // it has asked for an invocation: the init phase is over
	current *job          // the job that it has taken, until it asks for the next
	parked  bool          // it is not offered jobs until it asks for one
	overdue *time.Timer   // ends a parked process
	initErr *outcome      // what it posted to init/error
	hint    int           // size of its last result

	// life guards the process id, which may be that of another process once this one
	// is reaped.
	life   sync.Mutex
	reaped bool
	killed bool
}

// newProcess starts the function's command for a first job.
func (h *Host) newProcess(p *pool, first *job) (sandbox, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening the Runtime API of function %s: %w", p.spec.Name, err)
	}
	process := &process{
		host: h,
		pool: p,
		api:  listener.Addr().String(),
		work: make(chan *job),
		gone: make(chan struct{}),
	}
	process.server = leanhttp.New(listener, process, maxStream+maxDrained)

	cmd := exec.Command(p.spec.Command[0], p.spec.Command[1:]...)
	cmd.Dir = p.spec.Dir
	cmd.Env = environment(p.spec, h.options.Environment, process.api, logStream(time.Now(), p.spec.Version))
	processgroup.Own(cmd)
	process.cmd = cmd

	if err := process.start(first); err != nil {
		listener.Close()
		return nil, err
	}
	go process.server.Serve()
	go process.wait()
	return process, nil
}

// start runs the command. Stdout and stderr have a pipe each, so that no line of
// one gets into a line of the other.
func (p *process) start(first *job) error {
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
		p.output = append(p.output, newOutput(r, p.host.log, p.pool.spec.origin(), first.id))
	}
	return nil
}

// wait waits for the end of the process, and frees what it held.
func (p *process) wait() {
	state, err := p.cmd.Process.Wait()
	p.life.Lock()
	p.reaped = true
	processgroup.Kill(p.cmd.Process.Pid) // what the process has left behind
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
	p.server.Close()
	p.pool.mu.Lock()
	if p.overdue != nil {
		p.overdue.Stop()
	}
	p.pool.mu.Unlock()
	p.pool.forget(p)
	close(p.gone)
	p.host.ended(p)
}

// end implements [sandbox]: it kills the process with its group.
func (p *process) end() {
	p.life.Lock()
	defer p.life.Unlock()
	if p.reaped || p.killed {
		return
	}
	p.killed = true
	processgroup.Kill(p.cmd.Process.Pid)
	p.cmd.Process.Kill() // for systems without groups
}

// ended implements [sandbox].
func (p *process) ended() <-chan struct{} { return p.gone }

// verdict implements [sandbox]: the error that the process posted to init/error,
// or how it ended.
func (p *process) verdict(id string) outcome {
	p.pool.mu.Lock()
	posted := p.initErr
	p.pool.mu.Unlock()
	if posted != nil {
		return *posted
	}
	p.host.log.platform(p.pool.spec.origin(), id, exitMessage(id, p.how)+" Runtime.ExitError")
	return exited(id, p.how)
}

// offer implements [sandbox].
func (p *process) offer(j *job, limit time.Duration, leave <-chan struct{}) offered {
	select {
	case p.work <- j: // mostly the process waits already
		return taken
	default:
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case p.work <- j:
			return taken
		case <-p.gone:
			return hasEnded
		case <-leave:
			return left
		case <-timer.C:
			if p.park() {
				return tooSlow
			}
			timer.Reset(limit) // the process asks just now
		}
	}
}

// park parks the process, and reports false if it is asking just now. Lambda, too,
// ends a function at its timeout that has posted its result but does not ask again.
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

// cutShort implements [sandbox].
func (p *process) cutShort(j *job) bool {
	p.pool.mu.Lock()
	over := j.over
	j.over = true // a result comes too late from now on
	p.pool.mu.Unlock()
	if over {
		return false
	}
	p.end()
	<-p.gone
	return true
}

// ask notes that the process asks for an invocation. The request waits until newer
// is closed: a process that asks anew has given up the former request. It reports
// false if the process may not ask, since its last job is not over.
func (p *process) ask() (newer <-chan struct{}, ok bool) {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	if p.current != nil && !p.current.over {
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

// stopAsking notes that a request for an invocation ends without one.
func (p *process) stopAsking() {
	p.pool.mu.Lock()
	p.asking--
	p.pool.mu.Unlock()
}

// take makes j the job that the process works on.
func (p *process) take(j *job) {
	for _, o := range p.output {
		o.drain() // what it wrote between two jobs belongs to the former
		o.serve(j.id)
	}
	p.host.log.started(p.pool.spec, j.id)
	p.pool.mu.Lock()
	p.asking--
	p.current = j
	j.begin(time.Now(), p.pool.spec.Timeout)
	p.pool.mu.Unlock()
}

// finish finishes the current job. It returns the status for the process: 202, 400
// for an id that is not that of the current job, or 403 for a job that is over or
// whose result is on its way.
func (p *process) finish(id string, o outcome) int {
	for _, out := range p.output {
		out.drain() // the lines that it wrote before
	}
	p.pool.mu.Lock()
	j := p.current
	switch {
	case j == nil || j.id != id:
		p.pool.mu.Unlock()
		return http.StatusBadRequest
	case j.over || j.streaming:
		p.pool.mu.Unlock()
		return http.StatusForbidden
	}
	j.finish(o)
	if !o.failed && j.in.Output == nil {
		p.hint = len(o.payload)
	}
	kept := p.pool.release(p, time.Now())
	p.pool.mu.Unlock()
	if !kept {
		p.end()
	}
	return http.StatusAccepted
}

// logStream returns the name of a new log stream, in Lambda's form.
func logStream(now time.Time, version string) string {
	var random [16]byte
	rand.Read(random[:])
	return now.UTC().Format("2006/01/02/") + "[" + version + "]" + hex.EncodeToString(random[:])
}
