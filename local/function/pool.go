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
	spec   Spec
	limit  int    // sandboxes at most
	reason string // why a call beyond the limit is refused
	// create makes a sandbox, and starts it for the first call.
	create func(p *pool, first *call) (sandbox, error)

	mu      sync.Mutex    // guards all below, and the state of the processes
	idle    []idleSandbox // used most recently last
	live    int           // sandboxes, idle or not
	retired bool          // there is a newer revision
}

type idleSandbox struct {
	sandbox sandbox
	since   time.Time
}

// acquire returns an idle sandbox. If there is none it makes room for a new one,
// and returns fresh: the caller has to create it, or to call forget. A retired
// pool has none to give.
func (p *pool) acquire() (s sandbox, fresh, retired bool, refusal *InvokeError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.retired {
		return nil, false, true, nil
	}
	if last := len(p.idle) - 1; last >= 0 {
		s = p.idle[last].sandbox
		p.idle[last] = idleSandbox{}
		p.idle = p.idle[:last]
		return s, false, false, nil
	}
	if p.live >= p.limit {
		return nil, false, false, throttled(p.reason)
	}
	p.live++
	return nil, true, false, nil
}

// release makes a sandbox idle. The pool must be locked. It reports false if the
// sandbox has to end instead.
func (p *pool) release(s sandbox, now time.Time) bool {
	if p.retired {
		return false
	}
	p.idle = append(p.idle, idleSandbox{s, now})
	return true
}

// forget takes off a sandbox that has ended, or that could not be made.
func (p *pool) forget(s sandbox) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live--
	p.idle = slices.DeleteFunc(p.idle, func(i idleSandbox) bool { return i.sandbox == s })
}

// retire ends the idle sandboxes; the others end with their call.
func (p *pool) retire() {
	p.mu.Lock()
	p.retired = true
	idle := p.idle
	p.idle = nil
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
