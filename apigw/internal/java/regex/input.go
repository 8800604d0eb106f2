package regex

import (
	"strings"
	"unicode/utf8"
)

// input is a text as Java reads it, in UTF-16 units. In the text, half of a
// surrogate pair is kept in three bytes.
type input struct {
	text  string
	units []uint16
	offs  []int // byte offsets of the units and of the end; nil for ASCII
}

func newInput(s string) *input {
	in := &input{text: s, units: make([]uint16, 0, len(s))}
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			in.offs = make([]int, 0, len(s)+1)
			break
		}
		in.units = append(in.units, uint16(s[i]))
	}
	if in.offs == nil {
		return in
	}
	in.units = in.units[:0]
	for i := 0; i < len(s); {
		c, size := decodeUnit(s, i)
		if c > 0xFFFF {
			c -= 0x10000
			in.units = append(in.units, uint16(0xD800+c>>10))
			in.offs = append(in.offs, i)
			c = 0xDC00 + c&0x3FF
		}
		in.units = append(in.units, uint16(c))
		in.offs = append(in.offs, i)
		i += size
	}
	in.offs = append(in.offs, len(s))
	return in
}

// decodeUnit decodes the character at s[i:], halves of surrogate pairs included.
func decodeUnit(s string, i int) (c rune, size int) {
	c, size = utf8.DecodeRuneInString(s[i:])
	if c == utf8.RuneError && size == 1 && i+2 < len(s) && s[i] == 0xED && s[i+1]&0xE0 == 0xA0 && s[i+2]&0xC0 == 0x80 {
		return 0xD000 | rune(s[i+1]&0x3F)<<6 | rune(s[i+2]&0x3F), 3
	}
	return c, size
}

// inPair reports whether a position is between the halves of a pair.
func (in *input) inPair(i int) bool { return i > 0 && i < len(in.units) && in.offs[i] == in.offs[i-1] }

// cut appends a part of the text.
func (in *input) cut(b *strings.Builder, from, to int) {
	switch {
	case from >= to:
		return
	case in.offs == nil:
		b.WriteString(in.text[from:to])
		return
	}
	if in.inPair(from) {
		writeHalf(b, in.units[from])
		from++
	}
	half := to > from && in.inPair(to)
	if half {
		to--
	}
	b.WriteString(in.text[in.offs[from]:in.offs[to]])
	if half {
		writeHalf(b, in.units[to])
	}
}

func writeHalf(b *strings.Builder, u uint16) {
	b.Write([]byte{0xED, 0x80 | byte(u>>6)&0x3F, 0x80 | byte(u)&0x3F})
}

// slice returns a part of the text.
func (in *input) slice(from, to int) string {
	if in.offs == nil {
		return in.text[from:to]
	}
	if !in.inPair(from) && !in.inPair(to) {
		return in.text[in.offs[from]:in.offs[to]]
	}
	var b strings.Builder
	in.cut(&b, from, to)
	return b.String()
}

// joinHalves writes halves of surrogate pairs that have come together as the
// character that they are.
func joinHalves(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; ; {
		at := strings.IndexByte(s[i:], 0xED)
		if at < 0 {
			break
		}
		i += at
		high, _ := decodeUnit(s, i)
		if high < 0xD800 || high > 0xDBFF || i+3 >= len(s) {
			i++
			continue
		}
		low, _ := decodeUnit(s, i+3)
		if low < 0xDC00 || low > 0xDFFF {
			i++
			continue
		}
		b.WriteString(s[done:i])
		b.WriteRune(0x10000 + (high-0xD800)<<10 + low - 0xDC00)
		i += 6
		done = i
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}
