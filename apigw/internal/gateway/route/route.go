// Package route finds the method of an API that serves a path, as API Gateway
// does: a static name goes before {name}, which goes before {name+}; a resource
// that does not have the HTTP method does not hold the request.
package route

import (
	"fmt"
	"net/url"
	"strings"
)

// anyMethod is the HTTP method that stands for all of the seven.
const anyMethod = "ANY"

// Tree holds the methods of an API. The zero value is empty.
type Tree[M any] struct{ root node[M] }

type node[M any] struct {
	static  map[string]*node[M]
	param   *node[M] // {name}
	greedy  *node[M] // {name+}
	name    string   // of the parameter that leads here
	methods map[string]M
}

// Param is the value of a path parameter, percent-encoded as it came.
type Param struct{ Name, Value string }

// Decoded returns the value without percent-encoding; as it came if that is
// broken.
func (p Param) Decoded() string {
	if v, err := url.PathUnescape(p.Value); err == nil {
		return v
	}
	return p.Value
}

// Add puts a method at a resource path such as /hello/{name}. The error says
// that it is not a path, or that the place is taken.
func (t *Tree[M]) Add(resource, method string, m M) error {
	n := &t.root
	if !strings.HasPrefix(resource, "/") {
		return fmt.Errorf("the resource path %q does not begin with a slash", resource)
	}
	if rest := resource[1:]; rest != "" {
		for part := range strings.SplitSeq(rest, "/") {
			if strings.HasSuffix(n.name, "+") {
				return fmt.Errorf("the resource path %q goes on after a greedy parameter", resource)
			}
			next, err := n.child(part)
			if err != nil {
				return fmt.Errorf("the resource path %q: %w", resource, err)
			}
			n = next
		}
	}
	if n.methods == nil {
		n.methods = map[string]M{}
	}
	if _, taken := n.methods[method]; taken {
		return fmt.Errorf("%s %s is there twice", method, resource)
	}
	n.methods[method] = m
	return nil
}

// child returns the node for one part of a resource path, and adds it if it is
// missing.
func (n *node[M]) child(part string) (*node[M], error) {
	name, isParam := strings.CutPrefix(part, "{")
	if !isParam {
		if part == "" {
			return nil, fmt.Errorf("a part is empty")
		}
		if n.static == nil {
			n.static = map[string]*node[M]{}
		}
		if n.static[part] == nil {
			n.static[part] = &node[M]{}
		}
		return n.static[part], nil
	}
	name, closed := strings.CutSuffix(name, "}")
	if !closed || name == "" || name == "+" {
		return nil, fmt.Errorf("%q is not a parameter; write {name} or {name+}", part)
	}
	place := &n.param
	if strings.HasSuffix(name, "+") {
		place = &n.greedy
	}
	if *place == nil {
		*place = &node[M]{name: name}
	} else if (*place).name != name {
		return nil, fmt.Errorf("%q and {%s} have the same place", part, (*place).name)
	}
	return *place, nil
}

// Find returns the method that serves a path, percent-encoded and without the
// stage, and the path parameters from left to right.
//
// Slashes in front of a name count as one, and one slash at the end does not
// count; within the value of a greedy parameter all are kept.
func (t *Tree[M]) Find(path, method string) (m M, params []Param, ok bool) {
	path = strings.TrimSuffix(strings.TrimLeft(path, "/"), "/")
	return t.root.find(path, method, 0)
}

// find goes down from n with the rest of the path; depth counts the parameters
// above, so that the list of them is made once, at its full length.
func (n *node[M]) find(rest, method string, depth int) (m M, params []Param, ok bool) {
	rest = strings.TrimLeft(rest, "/")
	if rest == "" {
		if m, ok = n.serve(method); ok && depth > 0 {
			params = make([]Param, depth)
		}
		return m, params, ok
	}
	part, below, _ := strings.Cut(rest, "/")
	if next := n.static[decodedName(part)]; next != nil {
		if m, params, ok = next.find(below, method, depth); ok {
			return m, params, true
		}
	}
	if n.param != nil {
		if m, params, ok = n.param.find(below, method, depth+1); ok {
			params[depth] = Param{n.param.name, part}
			return m, params, true
		}
	}
	if n.greedy != nil {
		if m, ok = n.greedy.serve(method); ok {
			params = make([]Param, depth+1)
			params[depth] = Param{strings.TrimSuffix(n.greedy.name, "+"), rest}
			return m, params, true
		}
	}
	return m, nil, false
}

// serve returns the method of this node: one by name, else ANY.
func (n *node[M]) serve(method string) (m M, ok bool) {
	if m, ok = n.methods[method]; ok {
		return m, method != anyMethod
	}
	if !inAny(method) {
		return m, false
	}
	m, ok = n.methods[anyMethod]
	return m, ok
}

// inAny reports whether ANY stands for an HTTP method.
func inAny(method string) bool {
	switch method {
	case "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT":
		return true
	}
	return false
}

// decodedName returns a part of the path as names of resources are written.
func decodedName(part string) string {
	if strings.IndexByte(part, '%') < 0 {
		return part
	}
	if name, err := url.PathUnescape(part); err == nil {
		return name
	}
	return part
}
