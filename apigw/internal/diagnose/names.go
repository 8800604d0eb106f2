package diagnose

import (
	"sync"

	"example.com/apigw/internal/detect"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/vtl"
)

// nameCheck is what is wrong with a template by its text alone.
type nameCheck struct {
	found []detect.InTemplate
	err   error // the template does not parse
}

// nameChecks keeps the checks of templates, since many requests use the same ones. It is
// safe for concurrent use.
type nameChecks struct {
	mu   sync.Mutex
	done map[record.Template]nameCheck
}

// maxNameChecks bounds what is kept. An app that changes has new templates again and
// again.
const maxNameChecks = 256

var checkedNames nameChecks

// of returns the check of a template.
func (c *nameChecks) of(t record.Template) nameCheck {
	c.mu.Lock()
	check, ok := c.done[t]
	c.mu.Unlock()
	if ok {
		return check
	}
	parsed, err := vtl.Parse(t.Name, t.Text)
	if check.err = err; err == nil {
		check.found = detect.Names(parsed.Root())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil || len(c.done) >= maxNameChecks {
		c.done = map[record.Template]nameCheck{}
	}
	c.done[t] = check
	return check
}
