package function

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// Options say how a Host runs functions. The zero value works.
type Options struct {
	// Log gets the lines of the functions' logs, one after the other. Functions that
	// write wait until it returns. Nil drops the lines.
	Log func(LogLine)
	// ReportLines adds Lambda's START, END and REPORT lines to the log.
	ReportLines bool

	// Environment holds variables for every process. Those of a function win over
	// them. Nothing else of this process's environment is passed on.
	Environment map[string]string

	// Concurrency is how many invocations of one function run at once if the
	// function reserves no concurrency; 0 is 50. Others wait.
	Concurrency int
	// InitTimeout is how long a process may take to ask for its first invocation;
	// 0 is Lambda's 10 s.
	InitTimeout time.Duration
	// IdleTimeout is how long an idle process is kept; 0 is 5 minutes. KeepIdle
	// processes of every function are kept longer; 0 is 1, a negative number 0.
	IdleTimeout time.Duration
	KeepIdle    int

	// EventQueue is how many Event invocations may wait or run; 0 is 1000. Others are
	// throttled.
	EventQueue int
	// EventRetryDelay is the pause before an Event invocation is tried again, which
	// doubles each time; 0 is 1 s. (Lambda waits one minute, then two.)
	EventRetryDelay time.Duration
}

// withDefaults returns the options with their defaults.
func (o Options) withDefaults() Options {
	o.Environment = maps.Clone(o.Environment)
	for _, number := range []struct {
		field *int
		value int
	}{{&o.Concurrency, 50}, {&o.KeepIdle, 1}, {&o.EventQueue, 1000}} {
		if *number.field == 0 {
			*number.field = number.value
		}
	}
	o.KeepIdle = max(o.KeepIdle, 0)
	for _, duration := range []struct {
		field *time.Duration
		value time.Duration
	}{{&o.InitTimeout, 10 * time.Second}, {&o.IdleTimeout, 5 * time.Minute}, {&o.EventRetryDelay, time.Second}} {
		if *duration.field == 0 {
			*duration.field = duration.value
		}
	}
	return o
}

// Host runs functions. It is safe for concurrent use.
type Host struct {
	options Options
	log     *logger

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	events chan struct{}  // has an element for each Event invocation
	work   sync.WaitGroup // all that Close waits for

	handlers sync.WaitGroup // Go handlers that run

	mu        sync.RWMutex     // held while a process starts, so that Close misses none
	functions map[string]*pool // by key

	processesMu sync.Mutex
	processes   map[*process]struct{}
}

// NewHost returns a host without functions. Close frees what it holds. The error
// says which option is out of range.
func NewHost(options Options) (*Host, error) {
	if options.Concurrency < 0 || options.EventQueue < 0 {
		return nil, fmt.Errorf("function host: Concurrency is %d and EventQueue is %d: neither must be negative",
			options.Concurrency, options.EventQueue)
	}
	if options.InitTimeout < 0 || options.IdleTimeout < 0 || options.EventRetryDelay < 0 {
		return nil, errors.New("function host: InitTimeout, IdleTimeout and EventRetryDelay must not be negative")
	}
	options = options.withDefaults()
	h := &Host{
		options:   options,
		log:       &logger{sink: options.Log, report: options.ReportLines},
		events:    make(chan struct{}, options.EventQueue),
		functions: make(map[string]*pool),
		processes: make(map[*process]struct{}),
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.work.Add(1)
	go h.trim()
	return h, nil
}

// Set adds a function that runs as processes, or replaces the one with its ARN, or
// with its name if it has no ARN.
// Running invocations finish on the old processes; new ones go to the new code. No
// process starts before the first invocation. The error says what is wrong with s.
func (h *Host) Set(s Spec) error {
	key := s.key()
	s, err := s.checkedCommand()
	if err != nil {
		return err
	}
	return h.set(key, s, startPatience, h.newProcess)
}

// Warm starts a process of the function with an ARN, so that it is there before the
// first invocation.
func (h *Host) Warm(key string) error {
	p := h.pool(key)
	if p == nil {
		return notFound(key)
	}
	t, wait, refusal := p.acquire()
	switch {
	case refusal != nil:
		return refusal
	case wait != nil:
		p.abandon(wait) // its processes are busy, so they are there
		return nil
	case t.retired:
		return nil
	}
	if t.fresh {
		var err error
		if t.sandbox, err = p.create(p, &job{id: "init"}); err != nil {
			p.forget(nil)
			return err
		}
	}
	p.mu.Lock()
	kept := p.release(t.sandbox, time.Now())
	p.mu.Unlock()
	if !kept {
		t.sandbox.end()
	}
	return nil
}

// SetHandler is Set for a Go handler, which runs in this process. A handler that
// does not heed its context cannot be stopped at its timeout; its result is dropped.
func (h *Host) SetHandler(s Spec, handler lambda.Handler) error {
	key := s.key()
	s, err := s.checked()
	if err != nil {
		return err
	}
	return h.set(key, s, 0, func(p *pool, _ *job) (sandbox, error) {
		return newInProcess(h, p, handler), nil
	})
}

// startPatience is how long a job waits for a busy process before another is
// started for it. Most functions are done sooner than a process starts, and few
// processes get more done than many.
const startPatience = 10 * time.Millisecond

// set makes a pool for the function, and retires the old one.
func (h *Host) set(key string, s Spec, patience time.Duration, create func(*pool, *job) (sandbox, error)) error {
	p := &pool{spec: s, limit: h.options.Concurrency, patience: patience, create: create}
	switch {
	case s.Debugged:
		p.limit = 1
	case s.Concurrency != nil:
		p.limit, p.reserved = *s.Concurrency, true
	}
	h.mu.Lock()
	if h.isClosed() {
		h.mu.Unlock()
		return ErrClosed
	}
	old := h.functions[key]
	h.functions[key] = p
	h.mu.Unlock()
	if old == nil {
		return nil
	}
	old.retire()
	if old.spec.Debugged {
		h.endAll(old)
	}
	return nil
}

// endAll ends the processes of a pool, and waits until they are gone: the next debugger
// listens where theirs did.
func (h *Host) endAll(p *pool) {
	var running []*process
	h.processesMu.Lock()
	for process := range h.processes {
		if process.pool == p {
			running = append(running, process)
		}
	}
	h.processesMu.Unlock()
	for _, process := range running {
		process.end()
		<-process.gone
	}
}

// Remove removes the function with an ARN, or a name if it has no ARN. Running
// invocations finish.
func (h *Host) Remove(key string) {
	h.mu.Lock()
	old := h.functions[key]
	delete(h.functions, key)
	h.mu.Unlock()
	if old != nil {
		old.retire()
	}
}

// Close ends every invocation and every process, with all that the processes have
// started, and waits until they are gone. A Go handler that does not heed its
// context is left behind after a second. The error is always nil.
func (h *Host) Close() error {
	h.mu.Lock()
	h.cancel()
	functions := h.functions
	h.functions = nil
	h.mu.Unlock()

	for _, p := range functions {
		p.retire()
	}
	h.processesMu.Lock()
	for p := range h.processes {
		p.end()
	}
	h.processesMu.Unlock()
	h.work.Wait()

	done := make(chan struct{})
	go func() {
		h.handlers.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
	}
	return nil
}

// isClosed reports whether Close has been called.
func (h *Host) isClosed() bool { return h.ctx.Err() != nil }

// pool returns the current revision of a function, or nil.
func (h *Host) pool(key string) *pool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.functions[key]
}

// enter adds one to the work that Close waits for. It reports false if the host is
// closed.
func (h *Host) enter() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.isClosed() {
		return false
	}
	h.work.Add(1)
	return true
}

// startProcess starts p, and notes it for Close.
func (h *Host) startProcess(p *process) error {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.isClosed() {
		return ErrClosed
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	h.work.Add(1)
	h.processesMu.Lock()
	h.processes[p] = struct{}{}
	h.processesMu.Unlock()
	return nil
}

// ended notes that a process is gone.
func (h *Host) ended(p *process) {
	h.processesMu.Lock()
	delete(h.processes, p)
	h.processesMu.Unlock()
	h.work.Done()
}

// trim ends idle processes from time to time, until Close is called.
func (h *Host) trim() {
	defer h.work.Done()
	ticker := time.NewTicker(max(h.options.IdleTimeout/4, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-h.ctx.Done():
			return
		case now := <-ticker.C:
			h.mu.RLock()
			pools := make([]*pool, 0, len(h.functions))
			for _, p := range h.functions {
				pools = append(pools, p)
			}
			h.mu.RUnlock()
			for _, p := range pools {
				p.trim(now.Add(-h.options.IdleTimeout), h.options.KeepIdle)
			}
		}
	}
}
