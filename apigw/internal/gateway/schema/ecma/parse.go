package ecma

import (
	"fmt"
	"slices"

	"example.com/apigw/internal/java"
)

// parser reads a pattern and writes it in the syntax of the engine. Positions
// are UTF-16 units, as in Java.
type parser struct {
	src    []uint16
	at     int
	out    []byte
	open   int // groups being read
	groups int // capturing groups begun
	// limit is the highest number that refers to a group. Digits beyond it are an
	// octal escape, which only a second reading knows.
	limit      int
	maxRef     int
	refs       []int // groups that the pattern refers back to
	resettable []int // the same, known from the first reading
	late       string
}

const (
	noLimit  = 1 << 30
	maxCount = 0xFFFF // counts and references from here on are refused
	maxDepth = 500
)

type syntaxError string

func (e syntaxError) Error() string { return string(e) }

func fail(format string, args ...any) { panic(syntaxError(fmt.Sprintf(format, args...))) }

// translation is a pattern in the syntax of the engine.
type translation struct {
	expr string
	// late is what is wrong with a class, if Rhino finds it only when it matches.
	late string
}

func translate(pattern string) (t translation, err error) {
	defer func() {
		if e, ok := recover().(syntaxError); ok {
			err = e
		} else if err == nil && t.expr == "" && pattern != "" {
			err = syntaxError("cannot be translated")
		}
	}()
	units := java.Units(pattern)
	p := &parser{src: units, limit: noLimit}
	p.disjunction()
	second := &parser{src: units, limit: noLimit, resettable: p.refs}
	if p.maxRef > p.groups {
		second.limit = 0 // a mistake of Rhino: one number too large spoils the others
	}
	if second.limit == noLimit && len(p.refs) == 0 {
		return translation{string(p.out), p.late}, nil
	}
	second.disjunction()
	return translation{string(second.out), second.late}, nil
}

func (p *parser) end() bool { return p.at >= len(p.src) }

func (p *parser) peek() uint16 { return p.src[p.at] }

func (p *parser) next() uint16 {
	c := p.src[p.at]
	p.at++
	return c
}

// disjunction reads alternatives up to the end of the group or of the pattern.
func (p *parser) disjunction() {
	for {
		for !p.end() && p.peek() != '|' && (p.open == 0 || p.peek() != ')') {
			p.term()
		}
		if p.end() || p.peek() != '|' {
			return
		}
		p.at++
		p.write("|")
	}
}

// term reads an assertion, or an atom with its quantifier.
func (p *parser) term() {
	begin, before := len(p.out), p.groups
	switch c := p.next(); c {
	case '^':
		p.write(`\A`)
		return
	case '$':
		p.write(`\z`)
		return
	case '\\':
		if p.escape() {
			return
		}
	case '(':
		p.group()
	case ')':
		fail("unmatched ) in regular expression")
	case '[':
		p.write(p.class().expr())
	case '.':
		p.write(dot.expr())
	case '*', '+', '?':
		fail("invalid quantifier %c", rune(c))
	default:
		p.literal(c)
	}
	p.quantifier(begin, before)
}

// literal writes one character.
func (p *parser) literal(c uint16) { p.out = appendUnit(p.out, c) }

func (p *parser) write(s string) { p.out = append(p.out, s...) }

func appendUnit(b []byte, c uint16) []byte {
	if c < 0x80 && (c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z') {
		return append(b, byte(c))
	}
	return fmt.Appendf(b, `\u%04X`, c)
}

func (p *parser) group() {
	if p.open++; p.open > maxDepth {
		fail("the groups of the regular expression are nested too deeply")
	}
	opening := "("
	if p.at+1 < len(p.src) && p.peek() == '?' && slices.Contains([]uint16{'=', '!', ':'}, p.src[p.at+1]) {
		opening += "?" + string(rune(p.src[p.at+1]))
		p.at += 2
	} else {
		p.groups++
	}
	p.write(opening)
	p.disjunction()
	if p.end() || p.peek() != ')' {
		fail("unterminated parenthetical")
	}
	p.at++
	p.open--
	switch string(p.out) {
	// At the start of a pattern Rhino takes (?!) for true and (?=) for false.
	case "(?=":
		p.out = []byte("(?!")
	case "(?!":
		p.out = []byte("(?=")
	}
	p.write(")")
}

// quantifier reads what may follow an atom, whose translation begins at begin and
// which begins behind as many groups as before.
func (p *parser) quantifier(begin, before int) {
	if p.end() {
		return
	}
	var q string
	switch p.peek() {
	case '*', '+', '?':
		q = string(rune(p.next()))
	case '{':
		lo, hi, ok := p.braces()
		switch {
		case !ok:
			return
		case hi < 0:
			q = fmt.Sprintf("{%d,}", lo)
		default:
			q = fmt.Sprintf("{%d,%d}", lo, hi)
		}
	default:
		return
	}
	greedy := true
	if !p.end() && p.peek() == '?' {
		p.at++
		greedy = false
	}
	if q == "{0,0}" && greedy {
		q = "*" // Rhino counts down from zero and never reaches the end
	}
	if !greedy {
		q += "?"
	}
	// Each round begins with the groups inside unset.
	opening := []byte("(?:")
	for n := before + 1; n <= p.groups; n++ {
		if slices.Contains(p.resettable, n) {
			opening = fmt.Appendf(opening, "(?(%d)(?<-%d>))", n, n)
		}
	}
	p.out = slices.Insert(p.out, begin, opening...)
	p.write(")" + q)
}

func isDigit(c uint16) bool { return c >= '0' && c <= '9' }

// braces reads {n}, {n,} or {n,m}. Anything else is text.
func (p *parser) braces() (lo, hi int, ok bool) {
	start := p.at
	defer func() {
		if !ok {
			p.at = start
		}
	}()
	p.at++
	hi = -1
	if p.end() || !isDigit(p.peek()) {
		return 0, 0, false
	}
	lo = p.decimal("minimum")
	if p.end() {
		return 0, 0, false
	}
	if p.peek() != ',' {
		hi = lo
	} else {
		p.at++
		if p.end() {
			return 0, 0, false
		}
		if isDigit(p.peek()) {
			if p.at+1 == len(p.src) {
				return 0, 0, false
			}
			hi = p.decimal("maximum")
			if p.end() {
				fail("unterminated quantifier") // Rhino reads beyond the end
			}
			if lo > hi {
				fail("maximum of quantifier less than minimum")
			}
		}
	}
	if p.peek() != '}' {
		return 0, 0, false
	}
	p.at++
	return lo, hi, true
}

func (p *parser) decimal(what string) int {
	n := 0
	for !p.end() && isDigit(p.peek()) {
		n = min(n*10+int(p.next()-'0'), maxCount)
	}
	if n >= maxCount {
		fail("the %s is too large", what)
	}
	return n
}

// escape reads what follows a backslash, and reports whether it is an assertion,
// which takes no quantifier.
func (p *parser) escape() bool {
	if p.end() {
		fail(`trailing \ in regular expression`)
	}
	c := p.next()
	switch c {
	case 'b':
		p.write("(?:(?<=" + word.expr() + ")(?!" + word.expr() + ")|(?<!" + word.expr() + ")(?=" + word.expr() + "))")
		return true
	case 'B':
		p.write("(?:(?<=" + word.expr() + ")(?=" + word.expr() + ")|(?<!" + word.expr() + ")(?!" + word.expr() + "))")
		return true
	case '0':
		p.literal(p.octal(0))
	case '1', '2', '3', '4', '5', '6', '7', '8', '9':
		p.at--
		start := p.at
		n := p.decimal("number of the group")
		if n <= p.limit {
			p.maxRef = max(p.maxRef, n)
			p.refs = append(p.refs, n)
			p.out = fmt.Appendf(p.out, `(?:(?(%d)\%d))`, n, n)
			break
		}
		p.at = start
		if c >= '8' {
			p.literal('\\')
			break
		}
		p.at++
		p.literal(p.octal(c - '0'))
	case 'c':
		if !p.end() && p.peek() < 0x80 && letter.has(p.peek()) {
			p.literal(p.next() & 0x1F)
		} else {
			p.at--
			p.literal('\\')
		}
	case 'u', 'x':
		if n, ok := p.hex(c, len(p.src)); ok {
			p.literal(n)
		} else {
			p.literal(c)
		}
	default:
		if set, ok := classes[c]; ok {
			p.write(set.expr())
		} else if control, ok := controls[c]; ok {
			p.literal(control)
		} else {
			p.literal(c)
		}
	}
	return false
}

// octal reads the digits of an octal escape behind the first.
func (p *parser) octal(n uint16) uint16 {
	for n < 0o40 && !p.end() && p.peek() >= '0' && p.peek() <= '7' {
		n = n*8 + p.next() - '0'
	}
	return n
}

// hex reads the digits of \x or \u: two, four, or as many as there are before the
// end. Nothing is read if another character is among them.
func (p *parser) hex(kind uint16, end int) (uint16, bool) {
	digits := 2
	if kind == 'u' {
		digits = 4
	}
	start := p.at
	var n uint16
	for range digits {
		if p.at >= end {
			break
		}
		c := p.next()
		switch {
		case isDigit(c):
			n = n<<4 | (c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'f' && c < 0x80:
			n = n<<4 | (c&0x0F + 9)
		default:
			p.at = start
			return 0, false
		}
	}
	return n, true
}
