package jackson

import "unicode/utf8"

// name reads the name of a member, which begins with a byte.
func (c *checker) name(b byte) {
	if b != '"' {
		c.unexpected(c.character(b)&0xFFFF, "was expecting double-quote to start field name")
	}
	if !c.more() {
		c.endOfInput(`: was expecting closing '"' for name`)
	}
	var raw []byte
	for {
		b := c.byte()
		switch {
		case b == '"':
			c.checkName(raw)
			return
		case b == '\\':
			raw = utf8.AppendRune(raw, c.escape())
		case b < ' ':
			c.fail("Illegal unquoted character (%s): has to be escaped using backslash to be included in name", describe(rune(b)))
		default:
			raw = append(raw, b)
		}
		if !c.more() {
			c.endOfInput(" in field name")
		}
	}
}

// checkName refuses a name that is not UTF-8, which is looked at when it ends.
func (c *checker) checkName(name []byte) {
	for i := 0; i < len(name); {
		n := 0
		switch b := name[i]; {
		case b <= 0x7F:
		case b&0xE0 == 0xC0:
			n = 1
		case b&0xF0 == 0xE0:
			n = 2
		case b&0xF8 == 0xF0:
			n = 3
		default:
			c.fail("Invalid UTF-8 start byte 0x%x", b)
		}
		i++
		if i+n > len(name) {
			c.endOfInput(" in field name")
		}
		for ; n > 0; n-- {
			if name[i]&0xC0 != 0x80 {
				c.fail("Invalid UTF-8 middle byte 0x%x", name[i])
			}
			i++
		}
	}
}

// quoted reads a string behind its quote.
func (c *checker) quoted() {
	for {
		switch b := c.byte(); {
		case b == '"':
			return
		case b == '\\':
			c.escape()
		case b < ' ':
			c.fail("Illegal unquoted character (%s): has to be escaped using backslash to be included in string value", describe(rune(b)))
		case b > 0x7F:
			c.character(b)
		}
	}
}

// escape reads an escape behind its backslash.
func (c *checker) escape() rune {
	const within = " in character escape sequence"
	if !c.more() {
		c.endOfInput(within)
	}
	switch b := c.byte(); b {
	case 'b', 't', 'n', 'f', 'r', '"', '/', '\\':
		return rune(b)
	case 'u':
	default:
		c.fail("Unrecognized character escape %s", describe(c.character(b)&0xFFFF))
	}
	r := rune(0)
	for range 4 {
		if !c.more() {
			c.endOfInput(within)
		}
		b := c.byte()
		r <<= 4
		switch {
		case b >= '0' && b <= '9':
			r |= rune(b - '0')
		case b|0x20 >= 'a' && b|0x20 <= 'f':
			r |= rune(b|0x20-'a') + 10
		default:
			c.unexpected(rune(b), "expected a hex-digit for character escape sequence")
		}
	}
	return r
}
