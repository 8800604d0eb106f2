package authorizer

import (
	"context"
	"sync"
	"time"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

// maxCached is how many results an authorizer keeps.
const maxCached = 1000

// cache keeps results. Of several requests with one identity, one calls the
// function and the others wait for its result.
type cache struct {
	ttl time.Duration
	now func() time.Time

	mu      sync.Mutex
	entries map[string]cached
	calls   map[string]chan struct{} // closed when the call is over
}

type cached struct {
	out     *output
	expires time.Time
}

func newCache(ttl time.Duration, now func() time.Time) *cache {
	return &cache{ttl: ttl, now: now, entries: map[string]cached{}, calls: map[string]chan struct{}{}}
}

// get returns the result that is kept under a key, or calls for it. Errors are
// not kept.
func (c *cache) get(ctx context.Context, key string, call func() (*output, *gatewayresponse.Error)) (*output, *gatewayresponse.Error) {
	for {
		out, running := c.find(key)
		if out != nil {
			return out, nil
		}
		if running == nil {
			return c.fill(key, call)
		}
		select {
		case <-running:
		case <-ctx.Done():
			return nil, gatewayresponse.AuthorizerConfigurationError(rules.Of("authorizer-not-awaited", "problem", context.Cause(ctx)), context.Cause(ctx))
		}
	}
}

// find returns what is kept, else the call that is running. If there is neither
// the caller has to call, and fill.
func (c *cache) find(key string) (*output, chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.entries[key]; ok && c.now().Before(e.expires) {
		return e.out, nil
	}
	running := c.calls[key]
	if running == nil {
		c.calls[key] = make(chan struct{})
	}
	return nil, running
}

// fill calls, and keeps the result.
func (c *cache) fill(key string, call func() (*output, *gatewayresponse.Error)) (out *output, err *gatewayresponse.Error) {
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if out != nil {
			c.makeRoom()
			c.entries[key] = cached{out, c.now().Add(c.ttl)}
		}
		close(c.calls[key])
		delete(c.calls, key)
	}()
	return call()
}

// makeRoom drops what has expired, or else what expires first.
func (c *cache) makeRoom() {
	if len(c.entries) < maxCached {
		return
	}
	now := c.now()
	first := ""
	for key, e := range c.entries {
		if !now.Before(e.expires) {
			delete(c.entries, key)
		} else if first == "" || e.expires.Before(c.entries[first].expires) {
			first = key
		}
	}
	if len(c.entries) >= maxCached {
		delete(c.entries, first)
	}
}
