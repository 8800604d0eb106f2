package template

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// noValue is AWS::NoValue: the property or list element does not exist.
type noValue struct{}

// maxText bounds the texts, in bytes, that functions put together: a template
// of CloudFormation may be 1 MB.
const maxText = 1 << 20

// Resolve replaces the intrinsic functions in a part of the resource's
// properties. Path is where that part is, such as Integration.Uri. The result
// is made of string, json.Number, bool, nil, []any and map[string]any; ok is
// false if it is AWS::NoValue. Errors are of type *Error.
func (r *Resource) Resolve(v any, path string) (result any, ok bool, err error) {
	result, err = r.Stack.resolve(v, r.at(path))
	if err != nil {
		return nil, false, err
	}
	if result == (noValue{}) {
		return nil, false, nil
	}
	return result, true, nil
}

// ResolveText does what Resolve does for a property that must be a text. A property
// that is not there is empty.
func (r *Resource) ResolveText(property string) (string, error) {
	v, there := r.Properties[property]
	if !there {
		return "", nil
	}
	result, ok, err := r.Resolve(v, property)
	if err != nil || !ok {
		return "", err
	}
	return scalar(result, r.at(property))
}

func (s *Stack) resolve(v any, at place) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		return s.resolveMap(v, at)
	case []any:
		out := make([]any, 0, len(v))
		for i, e := range v {
			r, err := s.resolve(e, at.in(strconv.Itoa(i)))
			if err != nil {
				return nil, err
			}
			if r != (any)(noValue{}) {
				out = append(out, r)
			}
		}
		return out, nil
	}
	return v, nil
}

func (s *Stack) resolveMap(v map[string]any, at place) (any, error) {
	if _, ok := v["Fn::Transform"]; ok {
		return s.transform(v, at)
	}
	keys := slices.Sorted(maps.Keys(v))
	for _, key := range keys {
		if key != "Ref" && !strings.HasPrefix(key, "Fn::") {
			continue
		}
		if len(v) > 1 && key != "Ref" {
			return nil, at.errorf("%s has other keys beside it (%s); an intrinsic function must be alone in its object", key, strings.Join(keys, ", "))
		}
		if len(v) == 1 {
			return s.call(key, v[key], at.in(key))
		}
	}
	out := make(map[string]any, len(v))
	for _, key := range keys {
		r, err := s.resolve(v[key], at.in(key))
		if err != nil {
			return nil, err
		}
		if r != (any)(noValue{}) {
			out[key] = r
		}
	}
	return out, nil
}

// call resolves a call of an intrinsic function.
func (s *Stack) call(name string, arg any, at place) (any, error) {
	switch name {
	case "Ref":
		return s.ref(arg, at)
	case "Fn::GetAtt":
		return s.getAtt(arg, at)
	case "Fn::Sub":
		return s.sub(arg, at)
	case "Fn::ImportValue":
		return s.importValue(arg, at)
	case "Fn::If":
		return s.choose(arg, at)
	case "Fn::Join":
		return s.join(arg, at)
	case "Fn::Split":
		return s.split(arg, at)
	case "Fn::Select":
		return s.pick(arg, at)
	case "Fn::FindInMap":
		return s.findInMap(arg, at)
	case "Fn::Base64":
		return s.base64(arg, at)
	case "Fn::GetAZs":
		return s.zones(arg, at)
	case "Fn::Length":
		return s.length(arg, at)
	case "Fn::ToJsonString":
		return s.toJSON(arg, at)
	case "Fn::Cidr":
		return s.cidr(arg, at)
	case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not":
		return s.evaluate(map[string]any{name: arg}, at)
	}
	return nil, at.errorf("there is no intrinsic function %s: check its spelling, or write the value out", name)
}

// text resolves a value that must be a text, number or boolean.
func (s *Stack) text(v any, at place) (string, error) {
	r, err := s.resolve(v, at)
	if err != nil {
		return "", err
	}
	return scalar(r, at)
}

func scalar(v any, at place) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	return "", at.errorf("a text is needed here, but there is %s", kind(v))
}

// list resolves a value that must be a list.
func (s *Stack) list(v any, at place) ([]any, error) {
	r, err := s.resolve(v, at)
	if err != nil {
		return nil, err
	}
	l, ok := r.([]any)
	if !ok {
		return nil, at.errorf("a list is needed here, but there is %s", kind(r))
	}
	return l, nil
}

// arguments checks that a function is given a list of so many arguments, which
// are not resolved yet.
func arguments(arg any, least, most int, usage string, at place) ([]any, error) {
	l, ok := arg.([]any)
	if !ok || len(l) < least || len(l) > most {
		return nil, at.errorf("it is used as %s", usage)
	}
	return l, nil
}

// kind returns the JSON type of a value, for messages.
func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		return "a text"
	case json.Number:
		return "a number"
	case bool:
		return "a boolean"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case noValue:
		return "AWS::NoValue"
	default:
		return fmt.Sprintf("a %T", v)
	}
}
