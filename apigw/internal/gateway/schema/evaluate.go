package schema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A body may take baseSteps applications of a schema, and stepsPerByte more for
// each of its bytes.
const (
	baseSteps    = 100_000
	stepsPerByte = 10
)

// evaluation applies schemas to a body as API Gateway's library does. It tries
// all keywords of a schema, looks at the values inside only while nothing is
// wrong, and reports of allOf, anyOf and oneOf only how many schemas matched.
type evaluation struct {
	ctx    context.Context
	steps  int // applications of a schema that are left
	nodes  int // values entered so far
	active map[visit]bool
}

// visit is a schema being applied to a value.
type visit struct {
	schema *jsonschema.Schema
	node   int
}

// apply applies a schema to the value with the number node and adds what is wrong
// to the report. It returns an error if the schema cannot be applied.
func (e *evaluation) apply(s *jsonschema.Schema, v any, node int, report *[]string) error {
	for {
		here := visit{s, node}
		if e.active[here] {
			return fmt.Errorf("the schema %s applies itself to the same value endlessly", s.Location)
		}
		e.active[here] = true
		defer delete(e.active, here)
		if s.Ref == nil {
			break
		}
		s = s.Ref
	}
	if e.steps--; e.steps < 0 {
		return errors.New("the body and the schema take too many steps to compare")
	}
	if err := e.ctx.Err(); err != nil {
		return fmt.Errorf("checking the body against the schema was stopped: %w", err)
	}
	if s.Bool != nil {
		return nil // the empty schema; draft 4 has no false
	}
	if err := e.keywords(s, v, node, report); err != nil {
		return err
	}
	if len(*report) > 0 {
		return nil
	}
	switch v := v.(type) {
	case []any:
		return e.items(s, v, report)
	case map[string]any:
		return e.members(s, v, report)
	}
	return nil
}

// keywords tries the keywords of one schema by name, as the library does, but for
// required: a documented detail has it before additionalProperties.
func (e *evaluation) keywords(s *jsonschema.Schema, v any, node int, report *[]string) error {
	object, isObject := v.(map[string]any)
	if isObject {
		required(s, object, report)
		if err := additionalProperties(s, object, report); err != nil {
			return err
		}
	}
	array, isArray := v.([]any)
	if isArray {
		additionalItems(s, array, report)
	}
	if err := e.allOf(s, v, node, report); err != nil {
		return err
	}
	if err := e.anyOf(s, v, node, report); err != nil {
		return err
	}
	if isObject {
		if err := e.dependencies(s, object, node, report); err != nil {
			return err
		}
	}
	enum(s, v, report)
	format(s, v, report)
	switch {
	case isObject:
		objectSize(s, object, report)
	case isArray:
		arraySize(s, array, report)
	}
	if text, ok := v.(string); ok {
		stringLength(s, text, report)
	}
	if number, ok := v.(json.Number); ok {
		numberRange(s, number, report)
	}
	if err := e.not(s, v, node, report); err != nil {
		return err
	}
	if err := e.oneOf(s, v, node, report); err != nil {
		return err
	}
	if text, ok := v.(string); ok && s.Pattern != nil {
		found, err := matches(s.Pattern, text)
		if err != nil {
			return err
		}
		if !found {
			add(report, `ECMA 262 regex "%s" does not match input string "%s"`, s.Pattern, text)
		}
	}
	primitiveType(s, v, report)
	if isArray {
		uniqueItems(s, array, report)
	}
	return nil
}

func add(report *[]string, format string, args ...any) {
	*report = append(*report, fmt.Sprintf(format, args...))
}

// enter numbers a value inside the one at hand.
func (e *evaluation) enter() int {
	e.nodes++
	return e.nodes
}

func (e *evaluation) items(s *jsonschema.Schema, array []any, report *[]string) error {
	for i, item := range array {
		var schema *jsonschema.Schema
		switch items := s.Items.(type) {
		case *jsonschema.Schema:
			schema = items
		case []*jsonschema.Schema:
			if i < len(items) {
				schema = items[i]
			} else {
				schema, _ = s.AdditionalItems.(*jsonschema.Schema)
			}
		}
		if schema == nil {
			continue
		}
		if err := e.apply(schema, item, e.enter(), report); err != nil {
			return err
		}
	}
	return nil
}

func (e *evaluation) members(s *jsonschema.Schema, object map[string]any, report *[]string) error {
	patterns := sortedPatterns(s)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		var schemas []*jsonschema.Schema
		if schema := s.Properties[name]; schema != nil {
			schemas = append(schemas, schema)
		}
		for _, p := range patterns {
			found, err := matches(p, name)
			if err != nil {
				return err
			}
			if found {
				schemas = append(schemas, s.PatternProperties[p])
			}
		}
		if schema, ok := s.AdditionalProperties.(*jsonschema.Schema); ok && len(schemas) == 0 {
			schemas = append(schemas, schema)
		}
		for _, schema := range schemas {
			if err := e.apply(schema, object[name], e.enter(), report); err != nil {
				return err
			}
		}
	}
	return nil
}

func sortedPatterns(s *jsonschema.Schema) []jsonschema.Regexp {
	return slices.SortedFunc(maps.Keys(s.PatternProperties), func(a, b jsonschema.Regexp) int {
		return strings.Compare(a.String(), b.String())
	})
}

// matched counts the schemas that a value matches.
func (e *evaluation) matched(schemas []*jsonschema.Schema, v any, node int) (int, error) {
	count := 0
	for _, s := range schemas {
		var report []string
		if err := e.apply(s, v, node, &report); err != nil {
			return 0, err
		}
		if len(report) == 0 {
			count++
		}
	}
	return count, nil
}

func (e *evaluation) allOf(s *jsonschema.Schema, v any, node int, report *[]string) error {
	count, err := e.matched(s.AllOf, v, node)
	if err == nil && count < len(s.AllOf) {
		add(report, "instance failed to match all required schemas (matched only %d out of %d)", count, len(s.AllOf))
	}
	return err
}

func (e *evaluation) anyOf(s *jsonschema.Schema, v any, node int, report *[]string) error {
	count, err := e.matched(s.AnyOf, v, node)
	if err == nil && count == 0 && len(s.AnyOf) > 0 {
		add(report, "instance failed to match at least one required schema among %d", len(s.AnyOf))
	}
	return err
}

func (e *evaluation) oneOf(s *jsonschema.Schema, v any, node int, report *[]string) error {
	count, err := e.matched(s.OneOf, v, node)
	if err == nil && count != 1 && len(s.OneOf) > 0 {
		add(report, "instance failed to match exactly one schema (matched %d out of %d)", count, len(s.OneOf))
	}
	return err
}

func (e *evaluation) not(s *jsonschema.Schema, v any, node int, report *[]string) error {
	if s.Not == nil {
		return nil
	}
	count, err := e.matched([]*jsonschema.Schema{s.Not}, v, node)
	if err == nil && count == 1 {
		add(report, "instance matched a schema which it should not have")
	}
	return err
}

func (e *evaluation) dependencies(s *jsonschema.Schema, object map[string]any, node int, report *[]string) error {
	var schemas []*jsonschema.Schema
	for _, name := range slices.Sorted(maps.Keys(s.Dependencies)) {
		if _, ok := object[name]; !ok {
			continue
		}
		switch needed := s.Dependencies[name].(type) {
		case []string:
			if missing := absent(object, needed); len(missing) > 0 {
				add(report, `property "%s" of object has missing property dependencies (schema requires %s; missing: %s)`,
					name, printed(needed), printed(missing))
			}
		case *jsonschema.Schema:
			schemas = append(schemas, needed)
		}
	}
	for _, schema := range schemas {
		if err := e.apply(schema, object, node, report); err != nil {
			return err
		}
	}
	return nil
}
