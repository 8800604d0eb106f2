package logquery

import (
	"fmt"
	"regexp"
	"strings"
)

// term is one of a filter pattern: a phrase in quotes or a word, which must be in a line,
// or with a minus must not.
var term = regexp.MustCompile(`^(-?)(?:"((?:[^"\\]|\\["\\])+)"|(\w+))(?:\s+|$)`)

// MatchFilterPattern reports whether a metric filter counts a line. It knows the patterns
// for lines that are not JSON, without optional terms and regular expressions
// (documented: "Filter pattern syntax for metric filters"): all terms must be in the line,
// letter for letter, and none with a minus before it. The empty pattern matches all.
func MatchFilterPattern(pattern, line string) (bool, error) {
	matches := true
	for rest := strings.TrimSpace(pattern); rest != ""; {
		m := term.FindStringSubmatch(rest)
		if m == nil {
			return false, fmt.Errorf("filter pattern %q: %q is not a word or a phrase in quotes", pattern, rest)
		}
		text := strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(m[2]) + m[3]
		if strings.Contains(line, text) == (m[1] == "-") {
			matches = false
		}
		rest = rest[len(m[0]):]
	}
	return matches, nil
}
