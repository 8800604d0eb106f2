package java

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Java's strings are sequences of UTF-16 units. Here they are UTF-8, in which
// half of a surrogate pair, which cutting can leave over, is kept in three bytes
// (as WTF-8 does) until it meets its other half again or is printed as "?".

const (
	surrogateMin = 0xD800
	lowSurrogate = 0xDC00
	surrogateMax = 0xDFFF
)

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodeUnit decodes the rune at s[i:], halves of surrogate pairs included.
func decodeUnit(s string, i int) (r rune, size int) {
	r, size = utf8.DecodeRuneInString(s[i:])
	if r == utf8.RuneError && size == 1 && i+2 < len(s) && s[i] == 0xED && s[i+1]&0xE0 == 0xA0 && s[i+2]&0xC0 == 0x80 {
		return 0xD000 | rune(s[i+1]&0x3F)<<6 | rune(s[i+2]&0x3F), 3
	}
	return r, size
}

// Units returns the UTF-16 units of s.
func Units(s string) []uint16 {
	u := make([]uint16, 0, len(s))
	for i := 0; i < len(s); {
		r, size := decodeUnit(s, i)
		i += size
		if r >= 0x10000 {
			r -= 0x10000
			u = append(u, uint16(surrogateMin+r>>10), uint16(lowSurrogate+r&0x3FF))
		} else {
			u = append(u, uint16(r))
		}
	}
	return u
}

// FromUnits returns the string of UTF-16 units. It is the inverse of [Units].
func FromUnits(u []uint16) string {
	b := make([]byte, 0, len(u)+len(u)/2)
	for i := 0; i < len(u); i++ {
		c := u[i]
		switch {
		case c < surrogateMin || c > surrogateMax:
			b = utf8.AppendRune(b, rune(c))
		case c < lowSurrogate && i+1 < len(u) && u[i+1] >= lowSurrogate && u[i+1] <= surrogateMax:
			b = utf8.AppendRune(b, 0x10000+(rune(c)-surrogateMin)<<10+rune(u[i+1])-lowSurrogate)
			i++
		default:
			b = append(b, 0xE0|byte(c>>12), 0x80|byte(c>>6)&0xBF, 0x80|byte(c)&0xBF)
		}
	}
	return string(b)
}

// length counts the UTF-16 units of s, as Java's String.length does.
func length(s string) int {
	if isASCII(s) {
		return len(s)
	}
	n := 0
	for i := 0; i < len(s); {
		r, size := decodeUnit(s, i)
		i += size
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// unitIndex converts a byte offset into an index of UTF-16 units; -1 stays -1.
func unitIndex(s string, offset int) int {
	if offset < 0 {
		return offset
	}
	return length(s[:offset])
}

// Mend joins halves of surrogate pairs that concatenation brought together.
func Mend(s string) string {
	if strings.IndexByte(s, 0xED) < 0 {
		return s
	}
	for i := 0; i < len(s); {
		r, size := decodeUnit(s, i)
		if r >= surrogateMin && r < lowSurrogate {
			return FromUnits(Units(s))
		}
		i += size
	}
	return s
}

// Printable replaces the halves of surrogate pairs that are left in s, which no
// encoding can express, by "?" as Java's encoders do.
func Printable(s []byte) []byte {
	for i := 0; i < len(s); i++ {
		n := bytes.IndexByte(s[i:], 0xED)
		if n < 0 {
			return s
		}
		i += n
		if i+2 < len(s) && s[i+1]&0xE0 == 0xA0 {
			text := Mend(string(s[i:]))
			s = s[:i]
			for j := 0; j < len(text); {
				r, size := decodeUnit(text, j)
				if r >= surrogateMin && r <= surrogateMax {
					s = append(s, '?')
				} else {
					s = append(s, text[j:j+size]...)
				}
				j += size
			}
			return s
		}
	}
	return s
}
