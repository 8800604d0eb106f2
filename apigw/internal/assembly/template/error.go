package template

import (
	"fmt"
	"strings"
)

// Error is what is wrong with a template, and where.
type Error struct {
	File     string // base name of the template's file
	Resource string // logical id, and the construct path if it is known; may be empty
	Property string // path within the resource, or within the template
	Err      error  // what is wrong, and what to do
}

func (e *Error) Error() string {
	var where strings.Builder
	where.WriteString(e.File)
	if e.Resource != "" {
		where.WriteString(": resource " + e.Resource)
	}
	if e.Property != "" {
		where.WriteString(": " + e.Property)
	}
	return where.String() + ": " + e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// place is a point in a template.
type place struct {
	stack    *Stack
	resource *Resource // nil outside of resources
	path     string
}

// in returns the place of a key or an index below a place.
func (p place) in(key string) place {
	if p.path == "" {
		p.path = key
	} else {
		p.path += "." + key
	}
	return p
}

func (p place) errorf(format string, args ...any) error {
	e := &Error{File: p.stack.fileName(), Property: p.path, Err: fmt.Errorf(format, args...)}
	if p.resource != nil {
		e.Resource = p.resource.LogicalID
		if p.resource.Path != p.stack.DisplayName+"/"+p.resource.LogicalID {
			e.Resource += " (" + p.resource.Path + ")"
		}
	}
	return e
}

// Errorf returns an error about a property of the resource. The path is empty or
// begins with the property's name.
func (r *Resource) Errorf(path, format string, args ...any) error {
	return r.at(path).errorf(format, args...)
}

func (r *Resource) at(path string) place {
	p := place{stack: r.Stack, resource: r, path: "Properties"}
	if path == "" {
		return p
	}
	return p.in(path)
}

func chain(links []string) string { return strings.Join(links, " → ") }
