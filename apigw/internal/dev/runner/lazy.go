package runner

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"example.com/apigw/internal/function/executable"
	"example.com/apigw/internal/rules"
)

// later is the build of code that is built when its function is first needed.
type later struct {
	mu    sync.Mutex // held while the code is built
	tried bool       // it was built, or failed to
	err   error      // why there is no version of it that runs
}

// Prepare builds a function whose build waits for its first invocation, and returns
// why it does not run; no rule if it does. Requests that come meanwhile wait, and a
// build does not end with the request that it was begun for. One that failed is not
// tried again before its files change.
func (r *Runner) Prepare(_ context.Context, arn string) rules.Use {
	c := r.waiting(arn)
	if c == nil {
		return rules.Use{}
	}
	r.builds.RLock()
	defer r.builds.RUnlock()
	c.later.mu.Lock()
	defer c.later.mu.Unlock()
	if !c.later.tried && r.ctx.Err() == nil {
		began := time.Now()
		programs := r.build(r.ctx, map[string]*code{arn: c})
		r.start(programs)
		c.later.tried, c.later.err = true, failures(programs)
		if r.options.BuiltLater != nil {
			r.options.BuiltLater(c.function, time.Since(began), c.later.err)
		}
		if c.later.err == nil {
			// Until it is known, each change of a Go file builds the function.
			go func() { _ = r.learn(r.ctx, c) }()
		}
	}
	if c.later.err != nil {
		return c.notBuilt()
	}
	return rules.Use{}
}

// notBuilt returns why code that could not be built does not run.
func (c *code) notBuilt() rules.Use {
	return rules.Of("function-not-built", "function", c.function.Path, "problem", inOneLine(c.later.err))
}

// waiting returns the code of a function that is served, if it is built when needed.
func (r *Runner) waiting(arn string) *code {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.serving == nil {
		return nil
	}
	return r.serving.waiting[arn]
}

// rebuilt notes what another build of the code came to. The last good version goes on
// after one that failed. The lock of later is held.
func (c *code) rebuilt(err error) {
	if err != nil {
		c.folders = nil // it may import other packages now
	}
	if c.later != nil && (err == nil || c.later.err != nil) {
		c.later.err = err
	}
}

// inOneLine returns what the compiler says, or the error, for a sentence.
func inOneLine(err error) string {
	text := err.Error()
	if failed, ok := errors.AsType[*executable.BuildError](err); ok {
		text = strings.Join(failed.Lines, "\n")
	}
	return strings.ReplaceAll(strings.TrimSpace(text), "\n", "; ")
}
