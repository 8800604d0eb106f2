package function

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/apigw/internal/uuid"
)

// ErrClosed is the error of an invocation after Host.Close.
var ErrClosed = errors.New("the functions have been shut down")

// handoverLimit is how long a job waits for a process that has finished the last
// job but does not ask for the next yet. Most need a tenth of a millisecond.
const handoverLimit = time.Second

// job is an invocation on its way through a sandbox.
type job struct {
	in   Invocation
	id   string
	arn  string
	done chan outcome // has room for the outcome
	// deadline is set when a sandbox takes the job, or before if the timeout has
	// begun before.
	deadline time.Time
	// The pool's lock guards these.
	over      bool // it has its outcome, or gets none
	streaming bool // its result is on its way
}

// finish gives the job its outcome. The pool must be locked, and the job not over.
func (j *job) finish(o outcome) {
	j.over = true
	j.done <- o
}

// begin starts the function's timeout.
func (j *job) begin(now time.Time, timeout time.Duration) {
	if j.deadline.IsZero() {
		j.deadline = now.Add(timeout)
	}
}

// Invoke calls the function with an ARN, or a name if it has no ARN, and returns its
// result. A function that fails has a
// result with a FunctionError. The error is an *InvokeError if Lambda would refuse
// the invocation; then the function does not run.
//
// If ctx ends first, Invoke returns its error at once. The function runs on, as
// on Lambda, until it is done or its timeout is over.
func (h *Host) Invoke(ctx context.Context, key string, in Invocation) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	if in.RequestID == "" {
		in.RequestID = uuid.New()
	}
	if len(in.Payload) == 0 {
		in.Payload = []byte("{}") // as Lambda does
	}
	if in.Event {
		return h.enqueue(key, in)
	}
	if len(in.Payload) > maxRequest {
		return Result{}, requestTooLarge(maxRequest)
	}
	return h.invoke(ctx, key, in)
}

// invoke is Invoke without what differs between the invocation types.
func (h *Host) invoke(ctx context.Context, key string, in Invocation) (Result, error) {
	a := &attempt{host: h, key: key, job: &job{
		in:   in,
		id:   in.RequestID,
		done: make(chan outcome, 1),
	}}
	result, err := a.run(ctx.Done())
	if err == errLeft {
		if h.enter() {
			go func() {
				defer h.work.Done()
				a.run(nil) // nobody wants the result
			}()
		}
		return Result{}, ctx.Err()
	}
	if err == errLeftQueue {
		return Result{}, ctx.Err()
	}
	return result, err
}

// attempt is the state of an invocation. Its run can be left and taken up again.
type attempt struct {
	host *Host
	key  string // of the function
	job  *job

	pool     *pool
	sandbox  sandbox
	fresh    bool      // the sandbox was made for this job
	acquired time.Time // when the sandbox was found or made
	patience time.Time // until when the sandbox has to take the job
	init     time.Duration

	begun    time.Time // when the sandbox took the job
	deadline time.Time // when the function's timeout is over
}

// The errors of run when its caller does not wait any longer. A job that was still
// in the queue is dropped, and the function does not see it.
var (
	errLeft      = errors.New("the caller has left")
	errLeftQueue = errors.New("the caller has left the queue")
)

// run brings the invocation to its end, or returns when leave is closed.
func (a *attempt) run(leave <-chan struct{}) (Result, error) {
	// Find a sandbox that takes the job. One that has been used before may end or be
	// slow, and then another one gets the job. A fresh one gets two tries.
	for a.begun.IsZero() {
		if a.sandbox == nil {
			if end := a.acquire(leave); end != nil {
				return end.result, end.err
			}
		}
		switch a.sandbox.offer(a.job, time.Until(a.patience), leave) {
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
	// Wait for the outcome, the end of the sandbox, the timeout, or the caller's leave.
	timer := time.NewTimer(time.Until(a.deadline))
	defer timer.Stop()
	select {
	case o := <-a.job.done:
		return a.result(o), nil
	case <-a.sandbox.ended():
		select {
		case o := <-a.job.done: // it had finished the job before
			return a.result(o), nil
		default:
			return a.cutOff()
		}
	case <-timer.C:
		if !a.sandbox.cutShort(a.job) { // it has just finished the job
			return a.result(<-a.job.done), nil
		}
		return a.timedOut()
	case <-leave:
		return Result{}, errLeft
	}
}

// ending is how an invocation ends that gets no sandbox.
type ending struct {
	result Result
	err    error
}

// acquire finds or makes a sandbox. It returns nil, or how the invocation ends that
// gets none.
func (a *attempt) acquire(leave <-chan struct{}) *ending {
	for {
		pool := a.host.pool(a.key)
		switch {
		case pool == nil && a.host.isClosed():
			return &ending{err: ErrClosed}
		case pool == nil:
			return &ending{err: notFound(a.arn())}
		}
		t, wait, refusal := pool.acquire()
		if refusal != nil {
			return &ending{err: refusal}
		}
		if wait != nil {
			var ok bool
			if t, ok = pool.await(wait, leave); !ok {
				return &ending{err: errLeftQueue}
			}
		}
		if t.retired {
			continue // with the next revision, or without one
		}
		a.pool, a.sandbox, a.fresh, a.acquired = pool, t.sandbox, t.fresh, time.Now()
		a.job.arn = a.arn()
		switch {
		case pool.spec.Debugged:
			a.patience = a.acquired.Add(untimed)
		case !t.fresh:
			a.patience = a.acquired.Add(handoverLimit)
		default:
			a.patience = a.acquired.Add(a.host.options.InitTimeout)
		}
		if !t.fresh {
			return nil
		}
		if !a.deadline.IsZero() { // the second try of the init phase
			a.patience = a.deadline
		}
		var err error
		if a.sandbox, err = pool.create(pool, a.job); err != nil {
			pool.forget(nil)
			result, err := a.notStarted(err)
			return &ending{result, err}
		}
		return nil
	}
}

// arn returns the ARN of the function as its caller spelled it.
func (a *attempt) arn() string {
	switch {
	case a.job.in.InvokedARN != "":
		return a.job.in.InvokedARN
	case a.pool != nil:
		return a.pool.spec.ARN
	}
	return a.key
}

// begin notes that the sandbox has taken the job.
func (a *attempt) begin() {
	a.begun = time.Now()
	if a.deadline.IsZero() {
		a.deadline = a.begun.Add(a.pool.spec.Timeout)
	}
	if a.fresh {
		a.init = a.begun.Sub(a.acquired)
	}
}

// slowInit ends a sandbox whose init phase takes too long. Lambda then starts the
// function once more, within the function's timeout. slowInit reports whether that
// second try has failed, too.
func (a *attempt) slowInit() bool {
	a.sandbox.cutShort(a.job)
	if !a.deadline.IsZero() {
		return true
	}
	now := time.Now()
	a.host.log.platform(a.pool.spec.origin(), a.job.id, fmt.Sprintf(
		"INIT_REPORT Init Duration: %.2f ms\tPhase: init\tStatus: timeout", now.Sub(a.acquired).Seconds()*1000))
	a.deadline = now.Add(a.pool.spec.Timeout)
	a.job.deadline = a.deadline
	return false
}

// result closes the invocation, and returns its result.
func (a *attempt) result(o outcome) Result {
	r := Result{
		RequestID:       a.job.id,
		ExecutedVersion: a.pool.spec.Version,
		Payload:         o.payload,
		Cold:            a.fresh,
	}
	if o.failed {
		r.FunctionError = "Unhandled"
	}
	from := a.begun
	if from.IsZero() { // it ended in the init phase
		from = a.acquired
	}
	r.Duration = time.Since(from)
	a.host.log.finished(a.pool.spec, r.RequestID, r.Duration, a.init)
	return r
}

// cutOff returns the result of a job whose sandbox has ended before it.
func (a *attempt) cutOff() (Result, error) {
	if a.host.isClosed() {
		return Result{}, ErrClosed
	}
	return a.result(a.sandbox.verdict(a.job.id)), nil
}

// timedOut returns the result of a job that the function's timeout has ended.
func (a *attempt) timedOut() (Result, error) {
	if a.host.isClosed() {
		return Result{}, ErrClosed
	}
	message := timeoutMessage(time.Now(), a.job.id, a.pool.spec.Timeout)
	a.host.log.platform(a.pool.spec.origin(), a.job.id, message)
	return a.result(timedOut(message)), nil
}

// notStarted returns the result of a job for which no sandbox could be started.
func (a *attempt) notStarted(cause error) (Result, error) {
	if a.host.isClosed() {
		return Result{}, ErrClosed
	}
	a.host.log.platform(a.pool.spec.origin(), a.job.id, cause.Error())
	return a.result(notStarted(a.job.id, cause)), nil
}
