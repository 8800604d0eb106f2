package rules

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Use is a rule in one case: its id, with the particulars. The zero value is no
// rule. Uses can be compared with ==.
type Use struct {
	id     string
	values [maxValues]value
}

// value is what one placeholder stands for.
type value struct{ name, text string }

// maxValues is how many placeholders a rule has at most. A fixed number makes
// uses comparable, so that the same thing is said once.
const maxValues = 4

// Of returns the use of a rule, with names and values in turn as in package slog:
//
//	rules.Of("function-missing", "function", arn)
//
// Every placeholder of the rule needs its value. A test reads all calls, so that
// a wrong id or name is found before somebody meets it; here it is no panic but
// text that is not filled in.
func Of(id string, values ...any) Use {
	u := Use{id: id}
	for i := 0; i+1 < len(values) && i/2 < maxValues; i += 2 {
		u.values[i/2] = value{fmt.Sprint(values[i]), fmt.Sprint(values[i+1])}
	}
	return u
}

// IsZero reports whether u is no rule.
func (u Use) IsZero() bool { return u == Use{} }

// ID returns the id of the rule; empty if u is none.
func (u Use) ID() string { return u.id }

// Rule returns the rule as the rulebook has it.
func (u Use) Rule() Rule {
	rule, _ := Lookup(u.id)
	return rule
}

// Title returns what is wrong, as one sentence.
func (u Use) Title() string { return Printable(u.fill(u.Rule().Title)) }

// Fix returns what to do.
func (u Use) Fix() string { return Printable(u.fill(u.Rule().Fix)) }

// Log returns what the execution log of API Gateway says; empty if it says
// nothing.
func (u Use) Log() string { return u.fill(u.Rule().Log) }

// Text returns title and fix in one line, for lists. The fix is left out where it is
// code, and where all that can be done is to deploy the app.
func (u Use) Text() string {
	switch rule := u.Rule(); {
	case rule.Title == "":
		return u.id
	case rule.Fix == tryDeployed, strings.Contains(rule.Fix, "\n"): // code does not fit into a line
		return u.Title()
	}
	return u.Title() + " " + u.Fix()
}

// String implements [fmt.Stringer].
func (u Use) String() string { return u.Text() }

// placeholder is a name in braces. Names of parameters in paths, such as
// {proxy+}, and JSON in code have other characters in braces.
var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func (u Use) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		for _, v := range u.values {
			if v.name == name[1:len(name)-1] {
				return v.text
			}
		}
		return name
	})
}

// Printable returns a text with control characters, and bytes that are not UTF-8,
// as escapes, so that no value from outside can steer a terminal. Line breaks and
// tabs stay.
func Printable(text string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, isControl) {
		return text
	}
	var out strings.Builder
	for i, r := range text {
		switch _, size := utf8.DecodeRuneInString(text[i:]); {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[i])
		case isControl(r):
			quoted := strconv.QuoteRune(r)
			out.WriteString(quoted[1 : len(quoted)-1])
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// isControl reports whether a character does something to a terminal. Those that
// turn the direction of writing around make a text look like another.
func isControl(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
}
