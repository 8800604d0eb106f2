package jsonpath

import "sync"

// maxCached is how many paths a [Cache] keeps.
const maxCached = 256

// Cache keeps compiled paths, so that a path that templates use again is
// compiled once. The zero value is ready for concurrent use. When it is full
// it starts anew, which bounds it without keeping track of use.
type Cache struct {
	mu    sync.RWMutex
	paths map[string]*Path
}

// Compile returns a path that it compiled before, or compiles it. Errors are not
// kept.
func (c *Cache) Compile(text string) (*Path, error) {
	c.mu.RLock()
	p := c.paths[text]
	c.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	p, err := Compile(text)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.paths == nil || len(c.paths) >= maxCached {
		c.paths = make(map[string]*Path)
	}
	c.paths[text] = p
	return p, nil
}
