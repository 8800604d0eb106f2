package vtl

import (
	"strings"
	"unicode/utf8"
)

// Pos is a place in a template: a byte offset from its start.
type Pos int

// source is a text that was parsed: a template, the contents of a string
// literal in one, or what an #evaluate made.
type source struct {
	name string
	text string

	// The contents of a string literal are part of another text. Byte i of them
	// is at outer[i], or at base+i when the literal holds no doubled quotes and
	// no \u escapes.
	in    *source
	base  int
	outer []int32
}

// origin follows an offset out of string literals.
func (s *source) origin(off int) (*source, int) {
	for s.in != nil {
		if s.outer != nil {
			off = int(s.outer[min(off, len(s.outer)-1)])
		} else {
			off += s.base
		}
		s = s.in
	}
	return s, off
}

// lineCol returns the line and the column of an offset, both from 1. Columns
// count characters.
func lineCol(text string, off int) (line, col int) {
	off = min(max(off, 0), len(text))
	line = 1 + strings.Count(text[:off], "\n")
	start := strings.LastIndexByte(text[:off], '\n') + 1
	return line, utf8.RuneCountInString(text[start:off]) + 1
}

// lineText returns the line that holds an offset, without its newline.
func lineText(text string, off int) string {
	off = min(max(off, 0), len(text))
	start := strings.LastIndexByte(text[:off], '\n') + 1
	end := strings.IndexByte(text[off:], '\n')
	if end < 0 {
		end = len(text)
	} else {
		end += off
	}
	return strings.TrimSuffix(text[start:end], "\r")
}
