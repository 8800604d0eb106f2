package function

import (
	"slices"
	"sync"
	"time"
)

// sandbox is what Lambda calls an execution environment: it serves one call at a
// time and is kept for the next.
type sandbox interface {
	// offer hands over a call. It returns when the sandbox has taken it or has
	// ended, when limit has passed, or when leave is closed.
	offer(c *call, limit time.Duration, leave <-chan struct{}) offered
	// ended is closed once the sandbox has ended for good.
	ended() <-chan struct{}
	// verdict is, after the end, what Lambda says of a call that it cut short.
	verdict(id string) outcome
	// cutShort ends it, unless it has answered c. It reports whether it ended it.
	cutShort(c *call) bool
	// end ends it, and all that it started. It does not wait.
	end()
}

// offered is what became of an offer.
type offered int

const (
	taken    offered = iota
	hasEnded         // the sandbox is no more
	tooSlow          // the limit has passed
	left             // the caller does not wait any longer
)

// pool holds the sandboxes of one revision of a function.
type pool struct {
	spec  Spec
	limit int // sandboxes at most
	// reserved says that the limit is the function's own: Lambda refuses a call
	// beyond it. Beyond the host's, which no cloud has, a call waits.
	reserved bool
	// patience is how long a call waits for another to end before a sandbox is
	// made for it.
	patience time.Duration
	// create makes a sandbox, and starts it for the first call.
	create func(p *pool, first *call) (sandbox, error)

	mu      sync.Mutex    // guards all below, and the state of the processes
	idle    []idleSandbox // used most recently last
	waiting []chan turn   // calls that wait for a sandbox, in their order
	live    int           // sandboxes, idle or not
	retired bool          // there is a newer revision
}

type idleSandbox struct {
	sandbox sandbox
	since   time.Time
}

// turn is what a call gets from a pool.
type turn struct {
	sandbox sandbox
	fresh   bool // there is room for a new sandbox: the call has to create it, or to call forget
	retired bool // the pool has nothing to give any more
}

// acquire returns an idle sandbox, or room for a new one. If there is neither the
// call gets its turn from the channel.
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

// await waits for a turn. It reports false if leave is closed first.
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

// hurry ends a call's wait for others to end, if there is room for a new sandbox.
func (p *pool) hurry(wait chan turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live < p.limit && p.leaveQueue(wait) {
		p.live++
		wait <- turn{fresh: true}
	}
}

// abandon takes a call out of the queue. It reports false if it has got its turn.
func (p *pool) abandon(wait chan turn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.leaveQueue(wait)
}

func (p *pool) leaveQueue(wait chan turn) bool {
	i := slices.Index(p.waiting, wait)
	if i < 0 {
		return false
	}
	p.waiting = slices.Delete(p.waiting, i, i+1)
	return true
}

// next gives the first call in the queue its turn, if there is one.
func (p *pool) next(t turn) bool {
	if len(p.waiting) == 0 {
		return false
	}
	p.waiting[0] <- t
	p.waiting = slices.Delete(p.waiting, 0, 1)
	return true
}

// release gives a sandbox to the next call, or makes it idle. The pool must be
// locked. It reports false if the sandbox has to end instead.
func (p *pool) release(s sandbox, now time.Time) bool {
	if p.retired {
		return false
	}
	if !p.next(turn{sandbox: s}) {
		p.idle = append(p.idle, idleSandbox{s, now})
	}
	return true
}

// forget takes off a sandbox that has ended, or that could not be made.
func (p *pool) forget(s sandbox) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live--
	p.idle = slices.DeleteFunc(p.idle, func(i idleSandbox) bool { return i.sandbox == s })
	if p.live < p.limit && p.next(turn{fresh: true}) {
		p.live++
	}
}

// retire ends the idle sandboxes; the others end with their call. Calls that wait
// go elsewhere.
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

// trim ends what has been idle since before then, but keeps some.
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
