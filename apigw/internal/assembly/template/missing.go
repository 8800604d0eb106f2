package template

import (
	"maps"
	"slices"
	"strings"
)

// Missing is a value that the app does not have, and that nobody gave: that of a
// parameter, or one of a stack elsewhere.
type Missing struct {
	Import bool   // [Options].Imports can give it, else Parameters
	Name   string // by which they can
	// Placeholder stands for the value, wherever it is used.
	Placeholder string
}

// Missing returns the values that were needed so far and are not there.
func (a *App) Missing() []Missing { return a.missing }

// Quietly calls f, and forgets the values that are missing for it alone, since what it
// reads is not needed. It reports whether there are any.
func (a *App) Quietly(f func()) bool {
	known := len(a.missing)
	f()
	forgot := len(a.missing) > known
	a.missing = a.missing[:known]
	return forgot
}

// placeholder notes that a value is missing, and returns what stands for it: a text
// that is the same in every run, and that has no character which separates others.
func (s *Stack) placeholder(m Missing) string {
	kind := "missing-parameter-"
	if m.Import {
		kind = "missing-import-"
	}
	m.Placeholder = kind + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, m.Name)
	if !slices.Contains(s.app.missing, m) {
		s.app.missing = append(s.app.missing, m)
	}
	return m.Placeholder
}

// standIn returns the placeholder among the values of a list, of which a part is
// wanted that it does not have.
func (a *App) standIn(values []any) (string, bool) {
	for _, v := range values {
		text, _ := v.(string)
		for _, m := range a.missing {
			if strings.Contains(text, m.Placeholder) {
				return m.Placeholder, true
			}
		}
	}
	return "", false
}

// permitted returns a value that the template permits for a parameter whose value is
// missing; false if it says nothing about it.
func (p *parameter) permitted() (any, bool) {
	switch {
	case len(p.AllowedValues) > 0:
		return p.AllowedValues[0], true
	case p.Type == "Number" && p.MinValue != nil:
		return p.MinValue, true
	case p.Type == "Number":
		return "1", true
	}
	return nil, false
}

// Unused returns the values that were given and that nothing has asked for so far:
// parameters that no template has, and imports.
func (a *App) Unused() (unused []Missing) {
	for _, name := range slices.Sorted(maps.Keys(a.options.Parameters)) {
		if !slices.ContainsFunc(a.Stacks, func(s *Stack) bool { return s.takes(name) }) {
			unused = append(unused, Missing{Name: name})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.options.Imports)) {
		if !a.asked[name] {
			unused = append(unused, Missing{Name: name, Import: true})
		}
	}
	return unused
}

// takes reports whether a parameter, which may have the name of a stack before it, is
// one of this stack's.
func (s *Stack) takes(name string) bool {
	if stack, rest, ok := strings.Cut(name, ":"); ok && (stack == s.Name || stack == s.DisplayName) {
		name = rest
	}
	_, ok := s.doc.Parameters[name]
	return ok
}
