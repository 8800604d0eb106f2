package jackson

// number reads a number that begins with a byte, and returns its token.
func (c *checker) number(b byte) string {
	if b == '-' {
		if b = c.byte(); b == '.' {
			c.unexpected('.', "expected a valid value "+valid)
		} else if b < '0' || b > '9' {
			c.badNumber(rune(b), true)
		}
	}
	if b == '0' && c.more() && c.text[c.at] >= '0' && c.text[c.at] <= '9' {
		c.fail("Invalid numeric value: Leading zeroes not allowed")
	}
	b, more := c.digits(b)
	if !more {
		return "VALUE_NUMBER_INT"
	}
	token := "VALUE_NUMBER_INT"
	if b == '.' {
		token = "VALUE_NUMBER_FLOAT"
		from := c.at
		if b, more = c.digits(b); c.at-from == 0 || more && c.at-from == 1 {
			c.badDigit(rune(b), "Decimal point not followed by a digit")
		}
	}
	if more && b|0x20 == 'e' {
		token = "VALUE_NUMBER_FLOAT"
		if b = c.byte(); b == '+' || b == '-' {
			b = c.byte()
		}
		if b < '0' || b > '9' {
			c.badDigit(rune(b), "Exponent indicator not followed by a digit")
		}
		b, more = c.digits(b)
	}
	if more {
		c.at--
		if c.scope().kind == root {
			c.behindNumber(b)
		}
	}
	return token
}

// digits reads digits, and takes the byte behind them; more is false at the end,
// with the byte that was read before.
func (c *checker) digits(before byte) (b byte, more bool) {
	for b = before; c.more(); {
		if b = c.byte(); b < '0' || b > '9' {
			return b, true
		}
	}
	return b, false
}

// behindNumber refuses what touches a number that is no part of anything.
func (c *checker) behindNumber(b byte) {
	switch b {
	case ' ', '\t', '\r', '\n':
		return
	}
	c.at++
	c.unexpected(rune(b), "Expected space separating root-level values")
}

// badNumber refuses what begins like a number, by the byte behind the sign.
func (c *checker) badNumber(b rune, negative bool) {
	if b == 'I' {
		if !c.more() {
			c.endOfInput(" in a Number value")
		}
		sign := "+"
		if negative {
			sign = "-"
		}
		switch b = rune(int8(c.byte())); b { // Java's bytes have a sign
		case 'N':
			c.nonStandard(sign + "INF")
		case 'n':
			c.nonStandard(sign + "Infinity")
		}
	}
	if !negative {
		c.badDigit('+', "JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow")
	}
	c.badDigit(b, "expected digit (0-9) to follow minus sign, for valid numeric value")
}

func (c *checker) nonStandard(word string) {
	c.word(word, 3)
	c.fail("Non-standard token '%s': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", word)
}

func (c *checker) badDigit(b rune, what string) {
	c.fail("Unexpected character (%s) in numeric value: %s", describe(b), what)
}
