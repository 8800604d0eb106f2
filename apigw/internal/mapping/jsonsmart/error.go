package jsonsmart

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError says where a text is not even JSON for a permissive reader.
type SyntaxError struct {
	Text    string // all of it
	Offset  int    // of the culprit, in bytes
	Problem string
}

// Error names the problem with its line, column and the text around it.
func (e *SyntaxError) Error() string {
	line, column := e.position()
	return fmt.Sprintf("JSON line %d, column %d: %s, near %s", line, column, e.Problem, e.excerpt())
}

// position returns line and column, both from 1. Columns count characters.
func (e *SyntaxError) position() (line, column int) {
	before := e.Text[:min(e.Offset, len(e.Text))]
	line = strings.Count(before, "\n") + 1
	return line, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}

// excerpt returns up to 30 characters from the culprit on.
func (e *SyntaxError) excerpt() string {
	rest := e.Text[min(e.Offset, len(e.Text)):]
	if rest == "" {
		return "the end"
	}
	n, cut := 0, len(rest)
	for i := range rest {
		if n == 30 {
			cut = i
			break
		}
		n++
	}
	if cut < len(rest) {
		return fmt.Sprintf("%q…", rest[:cut])
	}
	return fmt.Sprintf("%q", rest)
}
