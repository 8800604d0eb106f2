package template

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// loopPrefix begins the keys of loops, which end in a name.
const loopPrefix = "Fn::ForEach::"

// maxLoops bounds how many entries the loops of a template make.
const maxLoops = 10000

// runLoops replaces the loops in a part of the template by what they make. Those that
// cannot be run stay, with the reason in unlooped.
func (s *Stack) runLoops(part map[string]any, at place) map[string]any {
	if !hasLoop(part) {
		return part
	}
	if !slices.Contains(s.Transforms(), languageExtensions) {
		for key, value := range part {
			if strings.HasPrefix(key, loopPrefix) || hasLoop(value) {
				s.unlooped[key] = at.in(key).errorf("loops need the transform %s, which the template does not name: write \"Transform\": %q", languageExtensions, languageExtensions)
			}
		}
		return part
	}
	made := 0
	out, err := s.looped(part, at, &made)
	if err == nil {
		return out
	}
	// One that is broken must not take the others with it.
	out = map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(part)) {
		alone, err := s.looped(map[string]any{key: part[key]}, at, &made)
		if err != nil {
			s.unlooped[key] = err
			out[key] = part[key]
			continue
		}
		maps.Copy(out, alone)
	}
	return out
}

// hasLoop reports whether there is a loop in a value.
func hasLoop(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for key, e := range v {
			if strings.HasPrefix(key, loopPrefix) || hasLoop(e) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasLoop)
	}
	return false
}

// looped returns an object with its loops run.
func (s *Stack) looped(object map[string]any, at place, made *int) (map[string]any, error) {
	out := make(map[string]any, len(object))
	for _, key := range slices.Sorted(maps.Keys(object)) {
		at := at.in(key)
		if !strings.HasPrefix(key, loopPrefix) {
			value, err := s.loopedValue(object[key], at, made)
			if err != nil {
				return nil, err
			}
			out[key] = value
			continue
		}
		args, err := arguments(object[key], 3, 3, `{"Fn::ForEach::NAME": ["identifier", [values], {"key with ${identifier}": value}]}`, at)
		if err != nil {
			return nil, err
		}
		identifier, isText := args[0].(string)
		body, isObject := args[2].(map[string]any)
		if !isText || !isObject {
			return nil, at.errorf("the identifier must be a text, and what is repeated an object")
		}
		values, err := s.list(args[1], at.in("1"))
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			value, err := scalar(v, at.in("1").in(strconv.Itoa(i)))
			if err != nil {
				return nil, err
			}
			if *made += len(body); *made > maxLoops {
				return nil, at.errorf("the loops make more than %d entries, more than CloudFormation takes", maxLoops)
			}
			turn, _ := turnOf(body, identifier, value).(map[string]any)
			if turn, err = s.looped(turn, at, made); err != nil {
				return nil, err
			}
			maps.Copy(out, turn)
		}
	}
	return out, nil
}

func (s *Stack) loopedValue(v any, at place, made *int) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		return s.looped(v, at, made)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			value, err := s.loopedValue(e, at.in(strconv.Itoa(i)), made)
			if err != nil {
				return nil, err
			}
			out[i] = value
		}
		return out, nil
	}
	return v, nil
}

// turnOf returns what is repeated, for one value: ${identifier} stands for the value,
// and &{identifier} for its letters and digits.
func turnOf(v any, identifier, value string) any {
	switch v := v.(type) {
	case string:
		return inTurn(v, identifier, value)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = turnOf(e, identifier, value)
		}
		return out
	case map[string]any:
		if name, ok := v["Ref"].(string); ok && len(v) == 1 && name == identifier {
			return value
		}
		out := make(map[string]any, len(v))
		for key, e := range v {
			out[inTurn(key, identifier, value)] = turnOf(e, identifier, value)
		}
		return out
	}
	return v
}

func inTurn(text, identifier, value string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, value)
	return strings.NewReplacer("${"+identifier+"}", value, "&{"+identifier+"}", plain).Replace(text)
}
