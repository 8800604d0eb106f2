package mapping

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	upperHex = "0123456789ABCDEF"
	lowHalf  = 0xDC00 // first of the second halves of surrogate pairs
)

// escapeJavaScript implements $util.escapeJavaScript: commons-lang 2.6's function of
// that name. It escapes both quotes, the backslash, the slash, control
// characters and everything beyond ASCII.
func escapeJavaScript(s string) string {
	i := 0
	for i < len(s) && jsPlain(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/4 + 8)
	done := 0
	for i < len(s) {
		if jsPlain(s[i]) {
			i++
			continue
		}
		b.WriteString(s[done:i])
		r, size := decode(s[i:])
		i += size
		done = i
		if r >= 0x10000 {
			writeUnit(&b, 0xD800+(r-0x10000)>>10)
			r = lowHalf + r&0x3FF
		}
		switch r {
		case '\'', '"', '\\', '/':
			b.WriteByte('\\')
			b.WriteByte(byte(r))
		case '\b':
			b.WriteString(`\b`)
		case '\n':
			b.WriteString(`\n`)
		case '\t':
			b.WriteString(`\t`)
		case '\f':
			b.WriteString(`\f`)
		case '\r':
			b.WriteString(`\r`)
		default:
			writeUnit(&b, r)
		}
	}
	b.WriteString(s[done:])
	return b.String()
}

func jsPlain(c byte) bool {
	return c >= ' ' && c < utf8.RuneSelf && c != '\'' && c != '"' && c != '\\' && c != '/'
}

func writeUnit(b *strings.Builder, r rune) {
	b.WriteString(`\u`)
	for shift := 12; shift >= 0; shift -= 4 {
		b.WriteByte(upperHex[r>>shift&0xF])
	}
}

// decode decodes as utf8.DecodeRuneInString does, and also half a surrogate pair, for
// which strings of package java have three bytes.
func decode(s string) (rune, int) {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 && isHalf(s) {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return r, size
}

func isHalf(s string) bool {
	return len(s) >= 3 && s[0] == 0xED && s[1]&0xE0 == 0xA0 && s[2]&0xC0 == 0x80
}

// encodable replaces what UTF-8 cannot encode by ?, as Java does.
func encodable(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r != utf8.RuneError || size != 1:
			b.WriteString(s[i : i+size])
		case isHalf(s[i:]):
			b.WriteByte('?')
			size = 3
		default:
			b.WriteRune(utf8.RuneError)
		}
		i += size
	}
	return b.String()
}

// urlEncode implements $util.urlEncode: java.net.URLEncoder with UTF-8. A blank becomes
// a plus; letters, digits and .-*_ stay.
func urlEncode(s string) string {
	s = encodable(s)
	b := make([]byte, 0, len(s)+len(s)/2)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '*', c == '_':
			b = append(b, c)
		case c == ' ':
			b = append(b, '+')
		default:
			b = append(b, '%', upperHex[c>>4], upperHex[c&0xF])
		}
	}
	return string(b)
}

// urlDecode implements $util.urlDecode: java.net.URLDecoder with UTF-8. It fails on a %
// without two hexadecimal digits.
func urlDecode(s string) (string, error) {
	if !strings.ContainsAny(s, "+%") {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		switch s[i] {
		case '+':
			b = append(b, ' ')
			i++
		case '%':
			var bytes []byte
			for i < len(s) && s[i] == '%' {
				if i+2 >= len(s) || unhex(s[i+1]) < 0 && s[i+1] != '+' || unhex(s[i+2]) < 0 { // Java takes a sign
					return "", fmt.Errorf("urlDecode: %q is not a percent sign with two hexadecimal digits; encode a percent sign as %%25", s[i:min(i+3, len(s))])
				}
				bytes = append(bytes, byte(max(unhex(s[i+1]), 0)<<4|unhex(s[i+2])))
				i += 3
			}
			b = append(b, decodeUTF8(bytes)...)
		default:
			b = append(b, s[i])
			i++
		}
	}
	return string(b), nil
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// base64Encode implements $util.base64Encode: the standard alphabet, with padding.
func base64Encode(s string) string { return base64.StdEncoding.EncodeToString([]byte(encodable(s))) }

// base64Decode implements $util.base64Decode: java.util.Base64's decoder, which takes
// padding or none, but no other characters. The bytes are read as UTF-8.
func base64Decode(s string) (string, error) {
	text := s
	if n := len(s) % 4; n == 0 {
		for range 2 {
			text = strings.TrimSuffix(text, "=")
		}
	}
	if strings.ContainsAny(text, "\r\n") { // which Go's decoder would pass over
		return "", fmt.Errorf("base64Decode: a line break is not allowed")
	}
	bytes, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("base64Decode: the text is not base64: %w", err)
	}
	return decodeUTF8(bytes), nil
}

// decodeUTF8 reads bytes as Java does: each malformed sequence, up to where it
// can no longer become a character, is one U+FFFD.
func decodeUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var out []byte
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			size = malformed(b)
			out = utf8.AppendRune(out, utf8.RuneError)
		} else {
			out = append(out, b[:size]...)
		}
		b = b[size:]
	}
	return string(out)
}

// malformed returns the length of the malformed sequence that b begins with.
func malformed(b []byte) int {
	continues := func(i int, from, to byte) bool { return i < len(b) && b[i] >= from && b[i] <= to }
	switch c := b[0]; {
	case c == 0xE0 && continues(1, 0xA0, 0xBF), c > 0xE0 && c <= 0xEF && c != 0xED && continues(1, 0x80, 0xBF):
		return 2
	case c == 0xED && continues(1, 0x80, 0xBF):
		if b[1] >= 0xA0 && continues(2, 0x80, 0xBF) {
			return 3 // half a surrogate pair
		}
		return 2
	case c == 0xF0 && continues(1, 0x90, 0xBF), c > 0xF0 && c < 0xF4 && continues(1, 0x80, 0xBF), c == 0xF4 && continues(1, 0x80, 0x8F):
		if continues(2, 0x80, 0xBF) {
			return 3
		}
		return 2
	}
	return 1
}
