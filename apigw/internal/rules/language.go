package rules

import "strings"

// Language is what a function is written in.
type Language string

// The languages that rules have code for. The empty one stands for all others.
const (
	Go         Language = "Go"
	JavaScript Language = "JavaScript"
	Python     Language = "Python"
)

// Languages returns those that rules have code for.
func Languages() []Language { return []Language{Go, JavaScript, Python} }

// LanguageOf returns the language of a Lambda runtime; empty for a custom one.
func LanguageOf(runtime string) Language {
	switch {
	case strings.HasPrefix(runtime, "nodejs"):
		return JavaScript
	case strings.HasPrefix(runtime, "python"):
		return Python
	case strings.HasPrefix(runtime, "go"):
		return Go
	}
	return ""
}

// FixIn returns what to do in a language. Where the rule has nothing for it, it is in
// words.
func (r Rule) FixIn(language Language) string {
	if fix, ok := r.Fixes[language]; ok {
		return fix
	}
	if language == Go {
		return r.Fix
	}
	if fix, ok := r.Fixes[""]; ok {
		return fix
	}
	return r.Fix
}

// FixIn returns what to do in a language.
func (u Use) FixIn(language Language) string { return Printable(u.fill(u.Rule().FixIn(language))) }
