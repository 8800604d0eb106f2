package template

import (
	"maps"
	"slices"
	"strings"
)

// Circular returns an error that shows the circle if the resource depends on itself,
// through references or DependsOn, which CloudFormation refuses.
func (r *Resource) Circular() error {
	s := r.Stack
	if s.circles == nil {
		s.circles = map[string]error{}
		search := circleSearch{stack: s, state: map[string]int{}}
		for _, each := range s.resources {
			search.visit(each)
		}
	}
	return s.circles[r.LogicalID]
}

// circleSearch follows the references of a template depth first.
type circleSearch struct {
	stack *Stack
	state map[string]int // by logical id: 0 unseen, 1 on the trail, 2 done
	trail []string
}

func (c *circleSearch) visit(r *Resource) {
	c.state[r.LogicalID] = 1
	c.trail = append(c.trail, r.LogicalID)
	for _, id := range c.stack.dependencies(r) {
		next, ok := c.stack.byID[id]
		if !ok {
			continue
		}
		switch c.state[id] {
		case 0:
			c.visit(next)
		case 1:
			c.report(c.trail[slices.Index(c.trail, id):])
		}
	}
	c.trail = c.trail[:len(c.trail)-1]
	c.state[r.LogicalID] = 2
}

func (c *circleSearch) report(circle []string) {
	for i, id := range circle {
		if c.stack.circles[id] != nil {
			continue
		}
		links := append(slices.Clone(circle[i:]), circle[:i]...)
		c.stack.circles[id] = c.stack.byID[id].at("").errorf(
			"circular reference, which CloudFormation refuses: %s: drop one of these references or DependsOn", chain(append(links, id)))
	}
}

// dependencies returns the logical ids that a resource refers to, sorted.
func (s *Stack) dependencies(r *Resource) []string {
	if exists, err := r.Exists(); err != nil || !exists {
		return nil
	}
	found := map[string]bool{}
	for _, id := range r.dependsOn {
		found[id] = true
	}
	s.collect(r.Properties, r.at(""), found)
	return slices.Sorted(maps.Keys(found))
}

// collect adds the logical ids that a value refers to.
func (s *Stack) collect(v any, at place, found map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			s.collect(e, at, found)
		}
	case map[string]any:
		if len(v) == 1 && s.collectCall(v, at, found) {
			return
		}
		for _, e := range v {
			s.collect(e, at, found)
		}
	}
}

// collectCall adds those of a function whose arguments alone do not show them; it
// reports false for any other.
func (s *Stack) collectCall(v map[string]any, at place, found map[string]bool) bool {
	if name, ok := v["Ref"].(string); ok {
		found[name] = true
		return true
	}
	switch arg := v["Fn::GetAtt"].(type) {
	case string:
		id, _, _ := strings.Cut(arg, ".")
		found[id] = true
		return true
	case []any:
		if len(arg) > 0 {
			if id, ok := arg[0].(string); ok {
				found[id] = true
			}
		}
		return true
	}
	switch arg := v["Fn::Sub"].(type) {
	case string:
		collectText(arg, nil, found)
		return true
	case []any:
		if len(arg) != 2 {
			return true
		}
		variables, _ := arg[1].(map[string]any)
		if text, ok := arg[0].(string); ok {
			collectText(text, variables, found)
		}
		s.collect(variables, at, found)
		return true
	}
	if arg, ok := v["Fn::If"].([]any); ok && len(arg) == 3 {
		name, _ := arg[0].(string)
		holds, err := s.condition(name, at)
		if err != nil || holds {
			s.collect(arg[1], at, found)
		}
		if err != nil || !holds {
			s.collect(arg[2], at, found)
		}
		return true
	}
	return false
}

// collectText adds the logical ids in a text of Fn::Sub.
func collectText(text string, variables map[string]any, found map[string]bool) {
	for {
		_, rest, ok := strings.Cut(text, "${")
		if !ok {
			return
		}
		name, after, _ := strings.Cut(rest, "}")
		text = after
		if _, own := variables[name]; own || strings.HasPrefix(name, "!") {
			continue
		}
		id, _, _ := strings.Cut(strings.TrimSpace(name), ".")
		found[id] = true
	}
}
