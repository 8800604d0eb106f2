package jackson

import (
	"fmt"
	"unicode"
)

// Check returns nil for a text that is one JSON value with white space around it,
// else an [*Error].
func Check(text []byte) error {
	c := checker{text: text, line: 1, token: "null", open: []scope{{kind: root, line: 1}}}
	err := c.run()
	if err == nil {
		return nil
	}
	return err
}

// scope is an object or an array that is not closed, or the whole text.
type scope struct {
	kind         string // as messages name it
	line, column int    // where it begins
	values       int    // that it has so far
}

const (
	root   = "root"
	array  = "Array"
	object = "Object"
)

// checker is one run over a text, as Jackson's UTF8StreamJsonParser does it: the
// places of errors follow from the order in which that reads bytes.
type checker struct {
	text  []byte
	at    int // of the next byte
	line  int
	start int    // of the line
	token string // that was read last, as messages name it
	open  []scope
	err   *Error
}

// stop ends the run.
type stop struct{}

func (c *checker) run() (err *Error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(stop); !ok {
				panic(r)
			}
			err = c.err
		}
	}()
	if len(c.text) >= 3 && string(c.text[:3]) == "\ufeff" {
		c.at = 3
	}
	for c.next() {
	}
	if c.open[0].values == 0 {
		c.fail("No content to map due to end-of-input")
	}
	return nil
}

func (c *checker) fail(format string, values ...any) {
	c.err = &Error{
		Problem: fmt.Sprintf(format, values...), Offset: min(max(c.at-1, 0), len(c.text)), Line: c.line, Column: c.at - c.start + 1,
		source: sourceOf(c.text), text: c.text,
	}
	panic(stop{})
}

func (c *checker) endOfInput(where string) { c.fail("Unexpected end-of-input%s", where) }

func (c *checker) unexpected(char rune, what string) {
	c.fail("Unexpected character (%s): %s", describe(char), what)
}

func (c *checker) scope() *scope { return &c.open[len(c.open)-1] }

// place shows where a scope begins.
func (c *checker) place(s *scope) string { return location(sourceOf(c.text), s.line, s.column) }

// more reports whether there is a next byte.
func (c *checker) more() bool { return c.at < len(c.text) }

// byte takes the next byte.
func (c *checker) byte() byte {
	if !c.more() {
		c.endOfInput(" in " + c.token)
	}
	c.at++
	return c.text[c.at-1]
}

// space passes white space and takes the byte behind it; ok is false at the end.
func (c *checker) space() (b byte, ok bool) {
	for c.more() {
		switch b := c.byte(); {
		case b == '\n':
			c.newLine()
		case b == '\r':
			if c.more() && c.text[c.at] == '\n' {
				c.at++
			}
			c.newLine()
		case b == ' ' || b == '\t':
		case b < ' ':
			c.fail("Illegal character (%s): only regular white space (\\r, \\n, \\t) is allowed between tokens", describe(rune(b)))
		case b == '/':
			c.unexpected('/', "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)")
		default:
			return b, true
		}
	}
	return 0, false
}

func (c *checker) newLine() {
	c.line++
	c.start = c.at
}

// next reads the next token, with the value if it is a name. It reports false at
// the end of the text.
func (c *checker) next() bool {
	b, ok := c.space()
	s := c.scope()
	if !ok {
		if s.kind != root {
			c.endOfInput(fmt.Sprintf(": expected close marker for %s (start marker at %s)", s.kind, c.place(s)))
		}
		return false
	}
	switch b {
	case ']':
		c.closed(array, ']', '}')
		return true
	case '}':
		c.closed(object, '}', ']')
		return true
	}
	if s.kind == root && s.values > 0 {
		c.second(b)
	}
	if s.kind != root && s.values > 0 {
		if b != ',' {
			c.unexpected(rune(b), "was expecting comma to separate "+s.kind+" entries")
		}
		if b, ok = c.space(); !ok {
			c.fail("Unexpected end-of-input within/between %s entries", s.kind)
		}
	}
	s.values++
	if s.kind == object {
		c.name(b)
		c.token = "FIELD_NAME"
		b = c.colon()
	}
	c.value(b)
	return true
}

// second refuses what follows the value of the text: what is not JSON in the words
// for that, another value as ObjectMapper refuses it.
func (c *checker) second(b byte) {
	at, line, start := c.at, c.line, c.start
	token := "VALUE_STRING"
	if b != '"' { // of a string Jackson reads no more until it is asked for
		token = c.value(b)
	}
	c.at, c.line, c.start = at, line, start
	c.fail("Trailing token (of type %s) found after value (bound as `com.fasterxml.jackson.databind.JsonNode`): not allowed as per `DeserializationFeature.FAIL_ON_TRAILING_TOKENS`", token)
}

func (c *checker) closed(kind string, actual, expected rune) {
	s := c.scope()
	if s.kind != kind {
		c.fail("Unexpected close marker '%c': expected '%c' (for %s starting at %s)", actual, expected, s.kind, c.place(s))
	}
	c.open = c.open[:len(c.open)-1]
	c.token = "END_ARRAY"
	if kind == object {
		c.token = "END_OBJECT"
	}
}

// colon passes the colon behind a name, and takes the byte behind that.
func (c *checker) colon() byte {
	b, ok := c.space()
	if ok && b != ':' {
		c.unexpected(rune(b), "was expecting a colon to separate field name and value")
	}
	if ok {
		b, ok = c.space()
	}
	if !ok {
		c.endOfInput(" within/between " + c.scope().kind + " entries")
	}
	return b
}

const valid = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

// value reads a value that begins with a byte, and returns its token.
func (c *checker) value(b byte) string {
	switch b {
	case '"':
		c.token = "VALUE_STRING"
		c.quoted()
	case '{', '[':
		s := scope{kind: object, line: c.line, column: c.at - c.start}
		c.token = "START_OBJECT"
		if b == '[' {
			s.kind, c.token = array, "START_ARRAY"
		}
		c.open = append(c.open, s)
	case 't':
		c.word("true", 1)
		c.token = "VALUE_TRUE"
	case 'f':
		c.word("false", 1)
		c.token = "VALUE_FALSE"
	case 'n':
		c.word("null", 1)
		c.token = "VALUE_NULL"
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		c.token = c.number(b)
	default:
		c.noValue(b)
	}
	return c.token
}

func (c *checker) noValue(b byte) {
	switch b {
	case ']':
		if c.scope().kind == array {
			c.unexpected(']', "expected a value")
		}
	case ',', '}':
		c.unexpected(rune(b), "expected a value")
	case 'N':
		c.word("NaN", 1)
		c.fail("Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow")
	case 'I':
		c.word("Infinity", 1)
		c.fail("Non-standard token 'Infinity': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow")
	case '+':
		if !c.more() {
			c.endOfInput(" in a Number value")
		}
		c.badNumber(rune(c.byte()), false)
	}
	if startsName(rune(b)) {
		c.unknownToken(string(rune(b)))
	}
	c.unexpected(rune(b), "expected a valid value "+valid)
}

// startsName and isNamePart are Java's isJavaIdentifierStart and -Part.
func startsName(r rune) bool {
	return unicode.IsLetter(r) || unicode.In(r, unicode.Nl, unicode.Sc, unicode.Pc)
}

func isNamePart(r rune) bool {
	return startsName(r) || unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Cf) ||
		r <= 8 || r >= 0x0E && r <= 0x1B || r >= 0x7F && r <= 0x9F
}

// maxToken is how many UTF-16 units of a token a message shows.
const maxToken = 256

// unknownToken names the word of which a part was read.
func (c *checker) unknownToken(word string) {
	for n := len([]rune(word)); c.more(); {
		r := c.character(c.byte())
		if !isNamePart(r & 0xFFFF) { // Java looks at a char
			break
		}
		word += unitOf(r & 0xFFFF)
		if n++; n >= maxToken {
			word += "..."
			break
		}
	}
	c.fail("Unrecognized token '%s': was expecting %s", word, valid)
}

// character completes a character of UTF-8 that begins with a byte, for a message.
func (c *checker) character(first byte) rune {
	switch {
	case first <= 0x7F:
		return rune(first)
	case first&0xE0 == 0xC0:
		return c.rest(rune(first&0x1F), 1)
	case first&0xF0 == 0xE0:
		return c.rest(rune(first&0x0F), 2)
	case first&0xF8 == 0xF0:
		return c.rest(rune(first&0x07), 3)
	}
	c.fail("Invalid UTF-8 start byte 0x%x", first)
	return 0
}

func (c *checker) rest(r rune, n int) rune {
	for range n {
		b := c.byte()
		if b&0xC0 != 0x80 {
			c.fail("Invalid UTF-8 middle byte 0x%x", b)
		}
		r = r<<6 | rune(b&0x3F)
	}
	return r
}

// word reads a literal, of which the first i bytes were taken.
func (c *checker) word(word string, i int) {
	for ; i < len(word); i++ {
		if !c.more() || c.text[c.at] != word[i] {
			c.unknownToken(word[:i])
		}
		c.at++
	}
	if !c.more() {
		return
	}
	if b := c.text[c.at]; b >= '0' && b != ']' && b != '}' && isNamePart(c.character(b)&0xFFFF) {
		c.unknownToken(word)
	}
}
