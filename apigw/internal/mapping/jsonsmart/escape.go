package jsonsmart

import (
	"strings"
	"unicode/utf8"
)

// escaped reads a string that has escapes. Beside an escape json-smart drops
// control characters and DEL, and escapes that it does not know; in other
// strings it keeps the former.
func (r *reader) escaped(quote byte) string {
	start := r.pos
	if strings.IndexByte(r.in[start+1:], quote) < 0 { // json-smart looks for the quote before it reads the text
		r.neverClosed(start, quote, len(r.in)+1)
		return ""
	}
	var short [128]byte
	b := short[:0]
	high := false // the last unit of b is the first half of a surrogate pair
	for r.pos++; r.pos < len(r.in); r.pos++ {
		c := r.in[r.pos]
		switch {
		case c == quote:
			r.pos++
			return string(b)
		case c == end:
			r.neverClosed(start, quote, r.pos)
			return ""
		case c < ' ' || c == 0x7F:
			continue
		case c != '\\':
			b = append(b, c)
			high = false
			continue
		}
		r.pos++
		unit := rune(-1)
		switch c := r.cur(); c {
		case 't':
			unit = '\t'
		case 'n':
			unit = '\n'
		case 'r':
			unit = '\r'
		case 'f':
			unit = '\f'
		case 'b':
			unit = '\b'
		case '\\', '/', '\'', '"':
			unit = rune(c)
		case 'u':
			unit = r.hex(4)
		case 'x':
			unit = r.hex(2)
		default: // a UTF-16 unit is dropped, which can be half a character
			if c >= utf8.RuneSelf {
				wide, size := utf8.DecodeRuneInString(r.in[r.pos:])
				r.pos += size - 1
				if wide >= 0x10000 {
					unit = 0xDC00 | wide&0x3FF
				}
			}
		}
		if unit >= 0 {
			b, high = appendUnit(b, unit, high)
		} else if r.err != nil {
			return ""
		}
	}
	r.neverClosed(start, quote, r.pos)
	return ""
}

// hex reads the n digits of \u or \x and leaves the position on the last one.
func (r *reader) hex(n int) rune {
	start := r.pos - 1
	v := rune(0)
	for range n {
		r.pos++
		v *= 16
		switch c := r.cur(); {
		case c >= '0' && c <= '9':
			v += rune(c - '0')
		case c >= 'A' && c <= 'F':
			v += rune(c-'A') + 10
		case c >= 'a' && c <= 'f':
			v += rune(c-'a') + 10
		default:
			words := r.unexpectedHex(r.units(r.pos), r.unit(r.pos))
			if c == end {
				words = r.unexpectedEnd(r.units(r.pos), "EOF")
			}
			r.fail(start, `\u needs four hexadecimal digits, \x two`, words)
			return -1
		}
	}
	return v
}

// appendUnit appends one UTF-16 unit. Half a surrogate pair takes three bytes,
// as package java keeps it, until its other half follows. High reports whether b
// ends in a first half.
func appendUnit(b []byte, unit rune, high bool) ([]byte, bool) {
	switch {
	case unit < 0xD800 || unit > 0xDFFF:
		return utf8.AppendRune(b, unit), false
	case unit >= 0xDC00 && high:
		first := b[len(b)-3:]
		h := rune(first[1]&0x0F)<<6 | rune(first[2]&0x3F)
		return utf8.AppendRune(b[:len(b)-3], 0x10000+h<<10+unit-0xDC00), false
	}
	return append(b, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F), unit < 0xDC00
}
