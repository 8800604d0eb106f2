package template

import (
	"reflect"
)

// condition evaluates a condition of the template by its name.
func (s *Stack) condition(name string, at place) (bool, error) {
	if known, ok := s.conditions[name]; ok {
		return known, nil
	}
	expression, ok := s.doc.Conditions[name]
	if !ok {
		return false, at.errorf("there is no condition %q in this template: declare it under Conditions", name)
	}
	if err := s.app.enter("condition "+s.seed+"."+name, at); err != nil {
		return false, err
	}
	defer s.app.leave()
	value, err := s.evaluate(expression, place{stack: s, path: "Conditions." + name})
	if err != nil {
		return false, err
	}
	s.conditions[name] = value
	return value, nil
}

// evaluate evaluates a condition's expression.
func (s *Stack) evaluate(expression any, at place) (bool, error) {
	object, ok := expression.(map[string]any)
	if !ok || len(object) != 1 {
		return false, at.errorf("a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition")
	}
	for name, arg := range object {
		at := at.in(name)
		switch name {
		case "Condition":
			other, ok := arg.(string)
			if !ok {
				return false, at.errorf("the name of a condition is needed here, but there is %s", kind(arg))
			}
			return s.condition(other, at)
		case "Fn::Equals":
			return s.equals(arg, at)
		case "Fn::Not":
			args, err := arguments(arg, 1, 1, `{"Fn::Not": [condition]}`, at)
			if err != nil {
				return false, err
			}
			value, err := s.evaluate(args[0], at.in("0"))
			return !value, err
		case "Fn::And", "Fn::Or":
			// CloudFormation takes 2 to 10; CDK nests them beyond.
			args, err := arguments(arg, 1, 10, `{"`+name+`": [condition, condition, …]}`, at)
			if err != nil {
				return false, err
			}
			result := name == "Fn::And"
			for _, a := range args {
				value, err := s.evaluate(a, at)
				if err != nil {
					return false, err
				}
				if name == "Fn::And" {
					result = result && value
				} else {
					result = result || value
				}
			}
			return result, nil
		}
		return false, at.errorf("there is no condition function %s: a condition is one of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition", name)
	}
	return false, nil
}

func (s *Stack) equals(arg any, at place) (bool, error) {
	args, err := arguments(arg, 2, 2, `{"Fn::Equals": [value, value]}`, at)
	if err != nil {
		return false, err
	}
	a, err := s.resolve(args[0], at.in("0"))
	if err != nil {
		return false, err
	}
	b, err := s.resolve(args[1], at.in("1"))
	if err != nil {
		return false, err
	}
	// A number equals the text that it is written as.
	if x, err := scalar(a, at); err == nil {
		y, err := scalar(b, at)
		return err == nil && x == y, nil
	}
	return reflect.DeepEqual(a, b), nil
}

// choose resolves Fn::If. The branch that is not taken is not resolved.
func (s *Stack) choose(arg any, at place) (any, error) {
	args, err := arguments(arg, 3, 3, `{"Fn::If": ["condition", value if true, value if false]}`, at)
	if err != nil {
		return nil, err
	}
	name, ok := args[0].(string)
	if !ok {
		return nil, at.in("0").errorf("the name of a condition is needed here, but there is %s", kind(args[0]))
	}
	holds, err := s.condition(name, at.in("0"))
	if err != nil {
		return nil, err
	}
	if holds {
		return s.resolve(args[1], at.in("1"))
	}
	return s.resolve(args[2], at.in("2"))
}
