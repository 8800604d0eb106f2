package jsonpath

import "example.com/apigw/internal/java/regex"

// pattern is a regular expression in Java's dialect.
type pattern interface {
	// Matches reports whether the pattern matches the whole text. It fails where
	// that takes too long.
	Matches(text string) (bool, error)
}

func compilePattern(text string, ignoreCase bool) (pattern, error) {
	if ignoreCase {
		text = "(?i)" + text
	}
	return regex.Compile(text)
}
