package schema

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.com/apigw/internal/gateway/schema/ecma"
)

// A body may take baseSteps applications of a schema, and stepsPerByte more for
// each of its bytes. Calculating with long numbers takes steps too.
const (
	baseSteps    = 100_000
	stepsPerByte = 10
)

// maxMatching bounds the time that all patterns may take for one body.
const maxMatching = time.Second

// evaluation applies schemas to a body as API Gateway's library does. It tries
// all keywords of a schema, looks at the values inside only while nothing is
// wrong, and reports of allOf, anyOf and oneOf only how many schemas matched.
type evaluation struct {
	ctx      context.Context
	steps    int // applications of a schema that are left
	nodes    int // values entered so far
	matching time.Duration
	active   map[visit]bool
}

// maxReport bounds the details of one body, in bytes.
const maxReport = 8 << 20

// report collects what is wrong with a body, or only that something is.
type report struct {
	failed  bool
	quiet   bool
	details []string
	size    int
}

// add adds a detail. What needs no printing is not printed.
func (r *report) add(format string, args ...any) {
	r.failed = true
	if !r.quiet {
		r.details = append(r.details, fmt.Sprintf(format, args...))
		r.size += len(r.details[len(r.details)-1])
	}
}

// visit is a schema being applied to a value.
type visit struct {
	schema *schema
	node   int
}

// instance is a value of the body with its number, which tells equal values at
// different places apart.
type instance struct {
	*value
	node int
}

// enter numbers a value inside the one at hand.
func (e *evaluation) enter(v *value) instance {
	e.nodes++
	return instance{v, e.nodes}
}

// spend takes steps, and returns an error if none are left.
func (e *evaluation) spend(steps int) error {
	if e.steps -= steps; e.steps < 0 {
		return errors.New("the body and the schema take too many steps to compare")
	}
	return nil
}

// apply applies a schema to a value and adds what is wrong to the report. It
// returns an error if the schema cannot be applied.
func (e *evaluation) apply(s *schema, v instance, report *report) error {
	here := visit{s, v.node}
	if e.active[here] {
		return fmt.Errorf("the schema %s applies itself to the same value endlessly", s)
	}
	e.active[here] = true
	defer delete(e.active, here)
	if err := e.spend(1); err != nil {
		return err
	}
	if err := e.ctx.Err(); err != nil {
		return fmt.Errorf("checking the body against the schema was stopped: %w", err)
	}
	for s.ref != nil {
		s = s.ref
	}
	if s.broken != nil {
		return s.broken
	}
	for i := range s.keywords {
		if k := &s.keywords[i]; k.kinds.has(v.kind) {
			if err := k.check(e, v, report); err != nil {
				return err
			}
		}
	}
	if report.size > maxReport {
		return errors.New("the description of what is wrong with the body is too long")
	}
	if report.failed {
		return nil
	}
	switch v.kind {
	case array:
		return e.items(s.inside, v, report)
	case object:
		return e.members(s.inside, v, report)
	}
	return nil
}

func (e *evaluation) items(in *inside, v instance, report *report) error {
	for i, item := range v.items {
		schema := in.item
		if schema == nil {
			if i < len(in.items) {
				schema = in.items[i]
			} else {
				schema = in.additionalItems
			}
		}
		if schema == nil {
			continue
		}
		if err := e.apply(schema, e.enter(item), report); err != nil {
			return err
		}
	}
	return nil
}

func (e *evaluation) members(in *inside, v instance, report *report) error {
	if len(in.properties) == 0 && len(in.patterns) == 0 && in.additional == nil {
		return nil
	}
	members := v.members
	byName := func(a, b member) int { return compareNames(a.name, b.name) }
	if !slices.IsSortedFunc(members, byName) {
		members = slices.Clone(members)
		slices.SortFunc(members, byName)
	}
	for _, m := range members {
		known := false
		apply := func(s *schema) error {
			known = true
			return e.apply(s, e.enter(m.value), report)
		}
		if s := in.properties[m.name]; s != nil {
			if err := apply(s); err != nil {
				return err
			}
		}
		for _, p := range in.patterns {
			found, err := e.find(p.pattern, m.name)
			if err != nil {
				return err
			}
			if found {
				if err := apply(p.schema); err != nil {
					return err
				}
			}
		}
		if !known && in.additional != nil {
			if err := apply(in.additional); err != nil {
				return err
			}
		}
	}
	return nil
}

// find reports whether a pattern matches some part of a text.
func (e *evaluation) find(re *ecma.Regexp, s string) (bool, error) {
	begin := time.Now()
	found, err := re.Find(s)
	e.matching += time.Since(begin)
	if err == nil && e.matching > maxMatching {
		err = errors.New("the patterns take too long")
	}
	if err != nil {
		return false, fmt.Errorf("pattern %q: %w", re, err)
	}
	return found, nil
}

// matched counts the schemas that a value matches.
func (e *evaluation) matched(schemas []*schema, v instance) (int, error) {
	count := 0
	for _, s := range schemas {
		r := report{quiet: true}
		if err := e.apply(s, v, &r); err != nil {
			return 0, err
		}
		if !r.failed {
			count++
		}
	}
	return count, nil
}
