package jsonpath

import "regexp"

// pattern is a regular expression in Java's dialect.
type pattern interface {
	// matches reports whether the pattern matches the whole text.
	matches(text string) (bool, error)
}

type goPattern struct{ re *regexp.Regexp }

func compilePattern(text string, ignoreCase bool) (pattern, error) {
	flags := ""
	if ignoreCase {
		flags = "i"
	}
	re, err := regexp.Compile("^(?" + flags + ":" + text + ")$")
	if err != nil {
		return nil, err
	}
	return goPattern{re}, nil
}

func (p goPattern) matches(text string) (bool, error) { return p.re.MatchString(text), nil }
