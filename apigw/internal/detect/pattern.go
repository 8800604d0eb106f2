package detect

import (
	"regexp"
	"strings"

	"example.com/apigw/internal/java/regex"
	"example.com/apigw/internal/rules"
)

var (
	// threeDigits is a pattern for a status: digits, and what stands for digits.
	threeDigits = regexp.MustCompile(`^\^?\(?[1-5](\d\d|\\d\\d|\\d\{2\}|\\d[0-9]|\[0-9\]\{2\}|\[0-9\]\[0-9\]|\.\.)\)?\$?$`)
	// globbed ends in a letter with a star, as file names do.
	globbed = regexp.MustCompile(`^\^?([\w \-:]|\\[\[\]().])*[A-Za-z]\*$`)
	// beginning is a text with the anchor of the beginning alone.
	beginning = regexp.MustCompile(`^\^([\w \-:]|\\[\[\]().])+$`)
)

// Pattern returns what is wrong with the selection pattern of an integration response
// for a function, whatever the function returns; the zero value if nothing is.
func Pattern(status, pattern string, compiled *regex.Regexp) rules.Use {
	matches, err := compiled.Matches("")
	text := strings.TrimPrefix(pattern, "^")
	switch {
	case err == nil && matches:
		return rules.Of("pattern-matches-success", "pattern", pattern, "status", status)
	case threeDigits.MatchString(pattern):
		return rules.Of("pattern-is-status", "pattern", pattern)
	case globbed.MatchString(pattern):
		letter := text[len(text)-2 : len(text)-1]
		return rules.Of("pattern-is-prefix", "pattern", pattern,
			"meaning", quoted(text[:len(text)-2])+" and any number of "+letter)
	case beginning.MatchString(pattern):
		return rules.Of("pattern-is-prefix", "pattern", pattern, "meaning", "the text "+quoted(text)+" alone")
	}
	return rules.Use{}
}

// quoted returns a text between quotes.
func quoted(text string) string { return `"` + text + `"` }
