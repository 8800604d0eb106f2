package jackson

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error says where a text is not JSON.
type Error struct {
	Problem string // in Jackson's words, without the place
	Offset  int    // of the byte that cannot be where it is
	Line    int    // as Jackson counts: the column is the one behind that byte
	Column  int
	source  string // how Jackson shows the text
	text    []byte
}

// Error returns the whole message.
func (e *Error) Error() string {
	return e.Problem + "\n at " + location(e.source, e.Line, e.Column)
}

// around is how many characters of a line an excerpt shows on each side.
const around = 60

// Excerpt returns the line that breaks, with its number and that of the character,
// and a caret below it. Tabs become blanks.
func (e *Error) Excerpt() string {
	before, after := string(e.text[:e.Offset]), string(e.text[e.Offset:])
	line := 1 + strings.Count(before, "\n")
	left := []rune(before[strings.LastIndexByte(before, '\n')+1:])
	after, _, _ = strings.Cut(after, "\n")
	right := []rune(strings.TrimSuffix(after, "\r"))
	column := len(left) + 1
	if len(left) > around {
		left = append([]rune("…"), left[len(left)-around:]...)
	}
	if len(right) > around {
		right = append(right[:around:around], '…')
	}
	shown := strings.ReplaceAll(string(left)+string(right), "\t", " ")
	return fmt.Sprintf("line %d, column %d\n%s\n%s^", line, column, shown, strings.Repeat(" ", len(left)))
}

func location(source string, line, column int) string {
	return fmt.Sprintf("[Source: %s; line: %d, column: %d]", source, line, column)
}

// maxSource is how many bytes of the text a message shows.
const maxSource = 500

// sourceOf returns the beginning of a text as messages show it.
func sourceOf(text []byte) string {
	var out strings.Builder
	out.WriteString(`(byte[])"`)
	for rest := text[:min(len(text), maxSource)]; len(rest) > 0; {
		r, size := decode(rest)
		rest = rest[size:]
		if unicode.IsControl(r) && r != '\n' && r != '\r' {
			fmt.Fprintf(&out, `\u%04X`, r)
		} else {
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	if more := len(text) - maxSource; more > 0 {
		fmt.Fprintf(&out, "[truncated %d bytes]", more)
	}
	return out.String()
}

// decode returns the first character. A sequence of UTF-8 that breaks off is one
// character to Java, however many bytes it has.
func decode(text []byte) (r rune, size int) {
	if r, size = utf8.DecodeRune(text); r != utf8.RuneError || size != 1 {
		return r, size
	}
	for n := 2; n <= min(len(text), utf8.UTFMax-1) && !utf8.FullRune(text[:n]); n++ {
		size = n
	}
	return r, size
}

// describe shows a character.
func describe(c rune) string {
	switch {
	case c < 0: // a byte above ASCII, with its sign
		return fmt.Sprintf("'%c' (code %d)", c&0xFFFF, c)
	case c < 0x20 || c >= 0x7F && c <= 0x9F:
		return fmt.Sprintf("(CTRL-CHAR, code %d)", c)
	case c > 255:
		return fmt.Sprintf("'%s' (code %d / 0x%x)", unitOf(c), c, c)
	}
	return fmt.Sprintf("'%c' (code %d)", c, c)
}

// unitOf shows a character that Java may have only half of.
func unitOf(c rune) string {
	if c >= 0xD800 && c <= 0xDFFF {
		return "?"
	}
	return string(c)
}
