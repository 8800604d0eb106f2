package function

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// ErrClosed is the error of an invocation after Host.Close.
var ErrClosed = errors.New("the functions have been shut down")

// handoverLimit is how long a call waits for a process that has answered the last
// call but does not ask for the next yet. Most need a tenth of a millisecond.
const handoverLimit = time.Second

// call is an invocation on its way to a sandbox.
type call struct {
	in   Invocation
	id   string
	arn  string
	done chan outcome // takes the answer without waiting
	// deadline is set when a sandbox takes the call, or earlier if the timeout has
	// begun before.
	deadline time.Time
	answered bool // it has its answer, or gets none; the pool's lock guards it
}

// answer ends the call. The pool must be locked, and the call not answered.
func (c *call) answer(o outcome) {
	c.answered = true
	c.done <- o
}

// begin starts the function's timeout.
func (c *call) begin(now time.Time, timeout time.Duration) {
	if c.deadline.IsZero() {
		c.deadline = now.Add(timeout)
	}
}

// Invoke calls a function and waits for its result. A function that fails is a
// result with a FunctionError; the error is an *InvokeError if Lambda refuses the
// invocation, and the function does not run.
//
// If ctx ends first, Invoke returns its error at once. The function runs on, as
// on Lambda, until it is done or its timeout is over.
func (h *Host) Invoke(ctx context.Context, name string, in Invocation) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	if in.RequestID == "" {
		in.RequestID = newRequestID()
	}
	if len(in.Payload) == 0 {
		in.Payload = []byte("{}") // as Lambda does
	}
	if in.Event {
		return h.enqueue(name, in)
	}
	if len(in.Payload) > maxRequest {
		return Result{}, requestTooLarge(maxRequest)
	}
	return h.invoke(ctx, name, in)
}

func (h *Host) invoke(ctx context.Context, name string, in Invocation) (Result, error) {
	a := &attempt{host: h, name: name, call: &call{
		in:   in,
		id:   in.RequestID,
		done: make(chan outcome, 1),
	}}
	result, err := a.run(ctx.Done())
	if err == errLeft {
		if h.enter() {
			go func() {
				defer h.work.Done()
				a.run(nil) // the result is nobody's
			}()
		}
		return Result{}, ctx.Err()
	}
	if err == errLeftQueue {
		return Result{}, ctx.Err()
	}
	return result, err
}

// attempt is where an invocation stands. Its run can be left and taken up again.
type attempt struct {
	host *Host
	name string
	call *call

	pool     *pool
	sandbox  sandbox
	fresh    bool      // the sandbox was made for this call
	acquired time.Time // when it was
	patience time.Time // until when it has to take the call
	init     time.Duration

	begun    time.Time // when it took the call
	deadline time.Time // when the function's timeout is over
}

// Both say that the caller of run does not wait any longer. A call that was still
// in the queue is dropped; the function has not seen it.
var (
	errLeft      = errors.New("the caller has left")
	errLeftQueue = errors.New("the caller has left the queue")
)

// run sees the invocation through, until leave is closed.
func (a *attempt) run(leave <-chan struct{}) (Result, error) {
	for a.begun.IsZero() {
		if a.sandbox == nil {
			if result, err, ok := a.acquire(leave); !ok {
				return result, err
			}
		}
		switch a.sandbox.offer(a.call, time.Until(a.patience), leave) {
		case taken:
			a.begin()
		case left:
			return Result{}, errLeft
		case hasEnded:
			if a.fresh {
				return a.cutOff()
			}
			a.sandbox = nil
		case tooSlow:
			if a.fresh && a.slowInit() {
				return a.timedOut()
			}
			a.sandbox = nil
		}
	}
	timer := time.NewTimer(time.Until(a.deadline))
	defer timer.Stop()
	select {
	case o := <-a.call.done:
		return a.result(o), nil
	case <-a.sandbox.ended():
		select {
		case o := <-a.call.done:
			return a.result(o), nil
		default:
			return a.cutOff()
		}
	case <-timer.C:
		if !a.sandbox.cutShort(a.call) {
			return a.result(<-a.call.done), nil
		}
		return a.timedOut()
	case <-leave:
		return Result{}, errLeft
	}
}

// acquire finds or makes a sandbox. If it cannot, it reports false, and what
// becomes of the invocation.
func (a *attempt) acquire(leave <-chan struct{}) (Result, error, bool) {
	for {
		pool := a.host.pool(a.name)
		switch {
		case pool == nil && a.host.isClosed():
			return Result{}, ErrClosed, false
		case pool == nil:
			return Result{}, notFound(a.arn()), false
		}
		t, wait, refusal := pool.acquire()
		if refusal != nil {
			return Result{}, refusal, false
		}
		if wait != nil {
			var ok bool
			if t, ok = pool.await(wait, leave); !ok {
				return Result{}, errLeftQueue, false
			}
		}
		if t.retired {
			continue // the next revision is there already, or the function is gone
		}
		sandbox, fresh := t.sandbox, t.fresh
		a.pool, a.fresh, a.acquired = pool, fresh, time.Now()
		a.call.arn = a.arn()
		if !fresh {
			a.sandbox = sandbox
			a.patience = a.acquired.Add(handoverLimit)
			return Result{}, nil, true
		}
		a.patience = a.acquired.Add(a.host.options.InitTimeout)
		if !a.deadline.IsZero() {
			a.patience = a.deadline
		}
		var err error
		if a.sandbox, err = pool.create(pool, a.call); err != nil {
			pool.forget(nil)
			result, err := a.notStarted(err)
			return result, err, false
		}
		return Result{}, nil, true
	}
}

func (a *attempt) arn() string {
	switch {
	case a.call.in.InvokedARN != "":
		return a.call.in.InvokedARN
	case a.pool != nil:
		return a.pool.spec.ARN
	}
	return a.name
}

// begin notes that the sandbox has taken the call.
func (a *attempt) begin() {
	a.begun = time.Now()
	if a.deadline.IsZero() {
		a.deadline = a.begun.Add(a.pool.spec.Timeout)
	}
	if a.fresh {
		a.init = a.begun.Sub(a.acquired)
	}
}

// slowInit ends a process whose init phase takes too long. Lambda begins the init
// once more, this time within the function's timeout; slowInit reports whether
// that one is over, too.
func (a *attempt) slowInit() bool {
	a.sandbox.cutShort(a.call)
	if !a.deadline.IsZero() {
		return true
	}
	now := time.Now()
	a.host.log.platform(a.pool.spec.Name, a.call.id, fmt.Sprintf(
		"INIT_REPORT Init Duration: %.2f ms\tPhase: init\tStatus: timeout", now.Sub(a.acquired).Seconds()*1000))
	a.deadline = now.Add(a.pool.spec.Timeout)
	a.call.deadline = a.deadline
	return false
}

// result closes the invocation.
func (a *attempt) result(o outcome) Result {
	r := Result{
		RequestID:       a.call.id,
		ExecutedVersion: a.pool.spec.Version,
		Payload:         o.payload,
		Cold:            a.fresh,
	}
	if o.failed {
		r.FunctionError = "Unhandled"
	}
	from := a.begun
	if from.IsZero() { // it never got beyond the init phase
		from = a.acquired
	}
	r.Duration = time.Since(from)
	a.host.log.finished(a.pool.spec, r.RequestID, r.Duration, a.init)
	return r
}

// cutOff is the result when the sandbox ended before it answered.
func (a *attempt) cutOff() (Result, error) {
	if a.host.isClosed() {
		return Result{}, ErrClosed
	}
	return a.result(a.sandbox.verdict(a.call.id)), nil
}

func (a *attempt) timedOut() (Result, error) {
	if a.host.isClosed() {
		return Result{}, ErrClosed
	}
	message := timeoutMessage(time.Now(), a.call.id, a.pool.spec.Timeout)
	a.host.log.platform(a.pool.spec.Name, a.call.id, message)
	return a.result(timedOut(message)), nil
}

func (a *attempt) notStarted(cause error) (Result, error) {
	if a.host.isClosed() {
		return Result{}, ErrClosed
	}
	a.host.log.platform(a.pool.spec.Name, a.call.id, cause.Error())
	return a.result(notStarted(a.call.id, cause)), nil
}

// newRequestID makes up a request id: a random UUID.
func newRequestID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
