package function

import (
	"slices"
	"sync"
	"time"
)

// sandbox is what Lambda calls an execution environment. It serves one job at a
// time, and is kept for the next.
type sandbox interface {
	// offer hands over a job. It returns when the sandbox has taken it or has
	// ended, when limit has passed, or when leave is closed.
	offer(j *job, limit time.Duration, leave <-chan struct{}) offered
	// ended is closed once the sandbox has ended for good.
	ended() <-chan struct{}
	// verdict returns, after the end, the outcome of the job that the end cut off.
	verdict(id string) outcome
	// cutShort ends the sandbox unless j is over. It reports whether it did.
	cutShort(j *job) bool
	// end ends the sandbox with all that it started. It does not wait.
	end()
}

// offered says what became of an offer.
type offered int

const (
	taken    offered = iota
	hasEnded         // the sandbox has ended
	tooSlow          // the limit has passed
	left             // the caller does not wait any longer
)

// pool holds the sandboxes of one revision of a function.
type pool struct {
	spec  Spec
	limit int // sandboxes at most
	// reserved says that the limit is the function's own. Lambda refuses a job beyond
	// it. Beyond the host's limit, which Lambda does not have, a job waits.
	reserved bool
	// patience is how long a job waits for another to end before a sandbox is made
	// for it.
	patience time.Duration
	// create makes a sandbox, and starts it for its first job.
	create func(p *pool, first *job) (sandbox, error)

	mu      sync.Mutex    // guards all below, and the state of sandboxes and jobs
	idle    []idleSandbox // the one used most recently is the last
	waiting []chan turn   // jobs that wait for a sandbox, in their order
	live    int           // sandboxes, idle or not
	retired bool          // there is a newer revision
}

// idleSandbox is a sandbox that waits for a job.
type idleSandbox struct {
	sandbox sandbox
	since   time.Time
}

// turn is what a job gets from a pool: one of the three.
type turn struct {
	sandbox sandbox
	fresh   bool // room for a new sandbox, which the job has to create or forget
	retired bool // nothing: there is a newer revision
}

// acquire returns a turn: an idle sandbox, or room for a new one. If there is
// neither, the turn comes from the channel wait.
func (p *pool) acquire() (t turn, wait chan turn, refusal *InvokeError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.retired {
		return turn{retired: true}, nil, nil
	}
	if last := len(p.idle) - 1; last >= 0 {
		t.sandbox = p.idle[last].sandbox
		p.idle[last] = idleSandbox{}
		p.idle = p.idle[:last]
		return t, nil, nil
	}
	if p.live < p.limit && (p.live == 0 || p.patience == 0) {
		p.live++
		return turn{fresh: true}, nil, nil
	}
	if p.live >= p.limit && p.reserved {
		return turn{}, nil, throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
	}
	wait = make(chan turn, 1)
	p.waiting = append(p.waiting, wait)
	return turn{}, wait, nil
}

// await returns the turn that comes from wait. It reports false if leave is closed
// before that.
func (p *pool) await(wait chan turn, leave <-chan struct{}) (turn, bool) {
	timer := time.NewTimer(p.patience)
	defer timer.Stop()
	for {
		select {
		case t := <-wait:
			return t, true
		case <-timer.C:
			p.hurry(wait)
		case <-leave:
			if p.abandon(wait) {
				return turn{}, false
			}
			return <-wait, true
		}
	}
}

// hurry gives a job that has waited long enough room for a new sandbox, if there
// is room.
func (p *pool) hurry(wait chan turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live < p.limit && p.leaveQueue(wait) {
		p.live++
		wait <- turn{fresh: true}
	}
}

// abandon takes a job out of the queue. It reports false if the job has its turn.
func (p *pool) abandon(wait chan turn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.leaveQueue(wait)
}

// leaveQueue is abandon for a pool that is locked.
func (p *pool) leaveQueue(wait chan turn) bool {
	i := slices.Index(p.waiting, wait)
	if i < 0 {
		return false
	}
	p.waiting = slices.Delete(p.waiting, i, i+1)
	return true
}

// next gives the first job in the queue its turn. It reports false if no job waits.
// The pool must be locked.
func (p *pool) next(t turn) bool {
	if len(p.waiting) == 0 {
		return false
	}
	p.waiting[0] <- t
	p.waiting = slices.Delete(p.waiting, 0, 1)
	return true
}

// release gives a sandbox to the next job, or makes it idle. It reports false if
// the sandbox has to end instead. The pool must be locked.
func (p *pool) release(s sandbox, now time.Time) bool {
	if p.retired {
		return false
	}
	if !p.next(turn{sandbox: s}) {
		p.idle = append(p.idle, idleSandbox{s, now})
	}
	return true
}

// forget makes the room of a sandbox free that has ended or could not be made.
func (p *pool) forget(s sandbox) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live--
	p.idle = slices.DeleteFunc(p.idle, func(i idleSandbox) bool { return i.sandbox == s })
	if p.live < p.limit && p.next(turn{fresh: true}) {
		p.live++
	}
}

// retire ends the idle sandboxes; the others end with their job. Jobs that wait go
// to the next revision.
func (p *pool) retire() {
	p.mu.Lock()
	p.retired = true
	idle := p.idle
	p.idle = nil
	for p.next(turn{retired: true}) {
	}
	p.mu.Unlock()
	for _, i := range idle {
		i.sandbox.end()
	}
}

// trim ends the sandboxes that have been idle since before a time, but keeps some
// idle ones.
func (p *pool) trim(before time.Time, keep int) {
	p.mu.Lock()
	end := 0
	for end < len(p.idle)-keep && p.idle[end].since.Before(before) {
		end++
	}
	old := slices.Clone(p.idle[:end])
	p.idle = slices.Delete(p.idle, 0, end)
	p.mu.Unlock()
	for _, i := range old {
		i.sandbox.end()
	}
}
