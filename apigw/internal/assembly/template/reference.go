package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ref resolves Ref.
func (s *Stack) ref(arg any, at place) (any, error) {
	name, ok := arg.(string)
	if !ok {
		return nil, at.errorf("the name of a parameter or resource is needed here, but there is %s", kind(arg))
	}
	return s.refTo(name, at)
}

func (s *Stack) refTo(name string, at place) (any, error) {
	if strings.HasPrefix(name, "AWS::") {
		return s.pseudoParameter(name, at)
	}
	if value, known := s.refs[name]; known {
		return value, nil
	}
	if _, ok := s.doc.Parameters[name]; ok {
		return s.once(name, at, func() (any, error) { return s.parameter(name, at) })
	}
	r, err := s.existing(name, at)
	if err != nil {
		return nil, err
	}
	return s.once(name, at, func() (any, error) { return s.physicalID(r, at) })
}

// once resolves a Ref that is not known yet.
func (s *Stack) once(name string, at place, resolve func() (any, error)) (any, error) {
	if err := s.app.enter(s.seed+"."+name, at); err != nil {
		return nil, err
	}
	defer s.app.leave()
	known := len(s.app.missing)
	value, err := resolve()
	if err != nil {
		return nil, err
	}
	if len(s.app.missing) == known { // else whoever needs it notes it
		s.refs[name] = value
	}
	return value, nil
}

// existing finds the resource that a reference names.
func (s *Stack) existing(id string, at place) (*Resource, error) {
	r, ok := s.byID[id]
	if !ok {
		return nil, at.errorf("there is no parameter and no resource %q in this template%s", id, s.similar(id))
	}
	exists, err := r.Exists()
	if err != nil {
		return nil, err
	}
	if !exists {
		return nil, at.errorf("resource %q does not exist, since its condition %s is false: refer to it under the same condition (Fn::If)", id, r.condition)
	}
	return r, nil
}

// similar returns the end of a message: a name that differs in letter case only, or
// what to do.
func (s *Stack) similar(id string) string {
	for _, names := range [][]string{slices.Sorted(maps.Keys(s.byID)), slices.Sorted(maps.Keys(s.doc.Parameters))} {
		for _, name := range names {
			if strings.EqualFold(name, id) {
				return fmt.Sprintf(": did you mean %q?", name)
			}
		}
	}
	return ": add it, or correct the name"
}

// getAtt resolves Fn::GetAtt, in both of its forms.
func (s *Stack) getAtt(arg any, at place) (any, error) {
	const usage = `{"Fn::GetAtt": ["logical id", "attribute"]} or {"Fn::GetAtt": "logicalId.attribute"}`
	switch arg := arg.(type) {
	case string:
		id, attribute, ok := strings.Cut(arg, ".")
		if !ok {
			return nil, at.errorf("it is used as %s", usage)
		}
		return s.attributeOf(id, attribute, at)
	case []any:
		if len(arg) < 2 {
			return nil, at.errorf("it is used as %s", usage)
		}
		id, ok := arg[0].(string)
		if !ok {
			return nil, at.in("0").errorf("a logical id is needed here, but there is %s", kind(arg[0]))
		}
		parts := make([]string, len(arg)-1)
		for i := range parts {
			var err error
			if parts[i], err = s.text(arg[i+1], at); err != nil {
				return nil, err
			}
		}
		return s.attributeOf(id, strings.Join(parts, "."), at)
	}
	return nil, at.errorf("it is used as %s", usage)
}

func (s *Stack) attributeOf(id, attribute string, at place) (any, error) {
	r, err := s.existing(id, at)
	if err != nil {
		return nil, err
	}
	if name, ok := strings.CutPrefix(attribute, "Outputs."); ok && r.Type == nestedStack {
		return s.nestedOutput(r, name, at)
	}
	if err := s.app.enter(s.seed+"."+id+"."+attribute, at); err != nil {
		return nil, err
	}
	defer s.app.leave()
	return s.attribute(r, attribute, at)
}

func (s *Stack) nestedOutput(r *Resource, name string, at place) (any, error) {
	child := s.children[r.LogicalID]
	elsewhere := r.LogicalID + ".Outputs." + name
	s.app.asked[elsewhere] = true
	if value, ok := s.app.options.Imports[elsewhere]; ok && child == nil {
		return value, nil
	}
	if child == nil && !s.app.options.Strict {
		return s.placeholder(Missing{Import: true, Name: elsewhere}), nil
	}
	if child == nil {
		return nil, at.errorf("the template of that nested stack cannot be read: %w", s.unread[r.LogicalID])
	}
	return child.output(name, at)
}

// output returns the value of an output of this stack.
func (s *Stack) output(name string, at place) (string, error) {
	if known, ok := s.outputs[name]; ok {
		return known, nil
	}
	fields, ok := s.doc.Outputs[name].(map[string]any)
	if !ok {
		return "", at.errorf("stack %s has no output %q: add it, or correct the name", s.DisplayName, name)
	}
	if exists, err := s.outputExists(name, fields); err != nil {
		return "", err
	} else if !exists {
		return "", at.errorf("output %q of stack %s does not exist, since its condition is false: refer to it under the same condition (Fn::If)", name, s.DisplayName)
	}
	if err := s.app.enter("output "+s.seed+"."+name, at); err != nil {
		return "", err
	}
	defer s.app.leave()
	value, err := s.text(fields["Value"], place{stack: s, path: "Outputs." + name + ".Value"})
	if err != nil {
		return "", err
	}
	s.outputs[name] = value
	return value, nil
}

func (s *Stack) outputExists(name string, fields map[string]any) (bool, error) {
	condition, ok := fields["Condition"].(string)
	if !ok {
		return true, nil
	}
	return s.condition(condition, place{stack: s, path: "Outputs." + name + ".Condition"})
}

// sub resolves Fn::Sub, in both of its forms.
func (s *Stack) sub(arg any, at place) (any, error) {
	if text, ok := arg.(string); ok {
		return s.substitute(text, nil, at)
	}
	args, err := arguments(arg, 2, 2, `{"Fn::Sub": "text"} or {"Fn::Sub": ["text", {"name": value}]}`, at)
	if err != nil {
		return nil, err
	}
	text, ok := args[0].(string)
	if !ok {
		return nil, at.in("0").errorf("a text is needed here, but there is %s", kind(args[0]))
	}
	variables, ok := args[1].(map[string]any)
	if !ok {
		return nil, at.in("1").errorf("an object of names and values is needed here, but there is %s", kind(args[1]))
	}
	return s.substitute(text, variables, at)
}

// substitute replaces ${name} and ${resource.attribute}; ${!name} stands for
// ${name} itself.
func (s *Stack) substitute(text string, variables map[string]any, at place) (any, error) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, at.errorf("a ${ has no } in %q", "${"+rest)
		}
		text = after
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			out.WriteString("${" + literal + "}")
			continue
		}
		value, err := s.variable(strings.TrimSpace(name), variables, at)
		if err != nil {
			return nil, err
		}
		out.WriteString(value)
		if out.Len() > maxText {
			return nil, tooLong(at)
		}
	}
}

func (s *Stack) variable(name string, variables map[string]any, at place) (string, error) {
	if value, ok := variables[name]; ok {
		return s.text(value, at.in("1").in(name))
	}
	at = at.in("${" + name + "}")
	var value any
	var err error
	if id, attribute, ok := strings.Cut(name, "."); ok {
		value, err = s.attributeOf(id, attribute, at)
	} else {
		value, err = s.refTo(name, at)
	}
	if err != nil {
		return "", err
	}
	return scalar(value, at)
}

// output of a stack that other stacks may import.
type output struct {
	stack *Stack
	name  string
}

// importValue resolves Fn::ImportValue.
func (s *Stack) importValue(arg any, at place) (any, error) {
	name, err := s.text(arg, at)
	if err != nil {
		return nil, err
	}
	if err := s.app.collectExports(at); err != nil {
		return nil, err
	}
	s.app.asked[name] = true
	if value, ok := s.app.options.Imports[name]; ok {
		return value, nil
	}
	found := s.nearest(s.app.exports[name])
	if found == nil && !s.app.options.Strict {
		return s.placeholder(Missing{Import: true, Name: name}), nil
	}
	if found == nil {
		return nil, at.errorf("no stack of this assembly exports %q: synthesize the stack that does into the same assembly", name)
	}
	return found.stack.output(found.name, at)
}

// nearest returns the output that the stack can import: one of its account and
// region, if there is one.
func (s *Stack) nearest(outputs []*output) *output {
	for _, o := range outputs {
		if o.stack.Account == s.Account && o.stack.Region == s.Region {
			return o
		}
	}
	if len(outputs) == 0 {
		return nil
	}
	return outputs[0]
}

// collectExports sets exports. An export whose name cannot be resolved is left out:
// whatever imports it fails.
func (a *App) collectExports(at place) error {
	if a.exports != nil {
		return nil
	}
	if err := a.enter("the names of all exports", at); err != nil {
		return err
	}
	defer a.leave()
	exports := map[string][]*output{}
	for _, s := range a.Stacks {
		for _, id := range slices.Sorted(maps.Keys(s.doc.Outputs)) {
			fields, _ := s.doc.Outputs[id].(map[string]any)
			export, ok := fields["Export"].(map[string]any)
			if !ok {
				continue
			}
			if exists, err := s.outputExists(id, fields); err != nil || !exists {
				continue
			}
			name, err := s.text(export["Name"], place{stack: s, path: "Outputs." + id + ".Export.Name"})
			if err == nil {
				exports[name] = append(exports[name], &output{stack: s, name: id})
			}
		}
	}
	a.exports = exports
	return nil
}
