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
	// Words is the message of json-smart's ParseException, which clients of API
	// Gateway see. It is empty where json-smart fails otherwise: for numbers that are
	// none, and for what is too much here.
	Words string
}

// The forms of the messages of json-smart 2.2. Positions count UTF-16 units from 0.

// unexpectedCharacter says that a character cannot be where it is.
func (r *reader) unexpectedCharacter(position int, c rune) string {
	return fmt.Sprintf("Unexpected character (%c) at position %d.", c, position)
}

// unexpectedToken is about what follows a value.
func (r *reader) unexpectedToken(position int, c rune) string {
	return fmt.Sprintf("Unexpected token %c at position %d.", c, position)
}

// unexpectedEnd says that the text ends too early. The word behind the position is
// null or EOF, by what was being read.
func (r *reader) unexpectedEnd(position int, word string) string {
	return fmt.Sprintf("Unexpected End Of File position %d: %s", position, word)
}

// unexpectedHex says that a character is not a hexadecimal digit of an escape.
func (r *reader) unexpectedHex(position int, c rune) string {
	return fmt.Sprintf("Unexpected unicode escape sequence %c at position %d.", c, position)
}

// units returns the UTF-16 units before a byte offset.
func (r *reader) units(offset int) int {
	n := 0
	for _, c := range r.in[:min(offset, len(r.in))] {
		n++
		if c >= 0x10000 {
			n++
		}
	}
	return n
}

// unit returns the character at a byte offset as a message shows it: of one that
// takes two UTF-16 units Java has only half, which it writes as a question mark.
func (r *reader) unit(offset int) rune {
	if offset >= len(r.in) {
		return end
	}
	c, _ := utf8.DecodeRuneInString(r.in[offset:])
	if c >= 0x10000 {
		return '?'
	}
	return c
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
