// Package mask hides secrets in logs as API Gateway hides them.
package mask

import (
	"strings"
	"unicode/utf8"
)

// visible is how many characters at the end stay.
const visible = 6

// Secret replaces all but the last six characters by asterisks.
func Secret(s string) string {
	hidden := utf8.RuneCountInString(s) - visible
	if hidden <= 0 {
		return s
	}
	return strings.Repeat("*", hidden) + string([]rune(s)[hidden:])
}
