package ecma

import (
	"fmt"
	"slices"
	"unicode"
)

// set is a set of UTF-16 units: ranges in order that do not touch.
type set []unitRange

type unitRange struct{ lo, hi uint16 }

var (
	digit    = set{{'0', '9'}}
	letter   = set{{'A', 'Z'}, {'a', 'z'}}
	word     = set{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	lineEnds = set{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}
	space    = spaces()
	dot      = lineEnds.negate()
)

// classes and controls are what stands for itself behind a backslash, in a class
// and outside.
var classes = map[uint16]set{
	'd': digit, 'D': digit.negate(), 's': space, 'S': space.negate(), 'w': word, 'W': word.negate(),
}

var controls = map[uint16]uint16{'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

func spaces() set {
	s := set{{'\t', '\r'}, {0x2028, 0x2029}, {0xFEFF, 0xFEFF}}
	for _, r := range unicode.Zs.R16 {
		for c := uint32(r.Lo); c <= uint32(r.Hi); c += uint32(r.Stride) {
			s = append(s, unitRange{uint16(c), uint16(c)})
		}
	}
	return s.normal()
}

// normal sorts and joins ranges.
func (s set) normal() set {
	if len(s) == 0 {
		return nil
	}
	s = slices.Clone(s)
	slices.SortFunc(s, func(a, b unitRange) int { return int(a.lo) - int(b.lo) })
	out := s[:1]
	for _, r := range s[1:] {
		last := &out[len(out)-1]
		if int(r.lo) <= int(last.hi)+1 {
			last.hi = max(last.hi, r.hi)
		} else {
			out = append(out, r)
		}
	}
	return out
}

func (s set) negate() set {
	var out set
	next := 0
	for _, r := range s {
		if int(r.lo) > next {
			out = append(out, unitRange{uint16(next), r.lo - 1})
		}
		next = int(r.hi) + 1
	}
	if next <= 0xFFFF {
		out = append(out, unitRange{uint16(next), 0xFFFF})
	}
	return out
}

func (s set) has(c uint16) bool {
	return slices.ContainsFunc(s, func(r unitRange) bool { return r.lo <= c && c <= r.hi })
}

// expr writes the set in the syntax of the engine.
func (s set) expr() string {
	if len(s) == 0 {
		return "(?!)"
	}
	b := []byte("[")
	for _, r := range s {
		b = appendUnit(b, r.lo)
		if r.hi > r.lo {
			b = appendUnit(append(b, '-'), r.hi)
		}
	}
	return string(append(b, ']'))
}

// class reads a class behind its bracket. Rhino reads it twice: when it compiles
// the pattern, where it checks the ranges with some mistakes, and when it matches,
// where a range that the first reading overlooked is an error.
func (p *parser) class() set {
	start := p.at
	for ; ; p.at++ {
		if p.end() {
			fail("unterminated character class")
		}
		if p.peek() == '\\' {
			p.at++
		} else if p.peek() == ']' {
			break
		}
	}
	end := p.at
	p.at = start
	negated := p.at < end && p.peek() == '^'
	if negated {
		p.at++
	}
	first := p.at
	p.checkRanges(end)
	p.at = first
	s := p.ranges(end)
	p.at = end + 1
	if negated {
		return s.negate()
	}
	return s
}

// classUnit reads one member of a class: a character, or a set.
func (p *parser) classUnit(end int) (c uint16, escaped bool, s set) {
	c = p.next()
	if c != '\\' {
		return c, false, nil
	}
	c = p.next()
	if s, ok := classes[c]; ok {
		return c, true, s
	}
	if control, ok := controls[c]; ok {
		return control, true, nil
	}
	switch c {
	case 'b':
		return '\b', true, nil
	case 'c':
		if p.at < end && p.peek() < 0x80 && letter.has(p.peek()) {
			return p.next() & 0x1F, true, nil
		}
		p.at--
		return '\\', true, nil
	case 'u', 'x':
		if n, ok := p.hex(c, end); ok {
			return n, true, nil
		}
		return '\\', true, nil
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n := c - '0'
		for range 2 {
			if d := p.peek(); d >= '0' && d <= '7' && n*8+d-'0' <= 0o377 {
				n = n*8 + d - '0'
				p.at++
			} else {
				break
			}
		}
		return n, true, nil
	}
	return c, true, nil
}

// checkRanges fails if a range runs backwards, as far as the first reading sees
// it: it takes \c and its letter for a backslash and \d for the digit 9, and ends
// at any other class.
func (p *parser) checkRanges(end int) {
	inRange := false
	var from uint16
	for p.at < end {
		at := p.at
		c, escaped, s := p.classUnit(end)
		switch {
		case s != nil && (c != 'd' || inRange):
			return
		case s != nil:
			c = '9'
		case escaped && p.src[at+1] == 'c':
			c = '\\'
		}
		if inRange {
			if from > c {
				fail("invalid range in character class")
			}
			inRange = false
		} else if p.at < end-1 && p.peek() == '-' {
			p.at++
			inRange, from = true, c
		}
	}
}

func (p *parser) ranges(end int) set {
	var out set
	inRange := false
	var from uint16
	for p.at < end {
		c, _, s := p.classUnit(end)
		switch {
		case s != nil:
			if inRange {
				out = append(out, unitRange{'-', '-'})
				inRange = false
			}
			out = append(out, s...)
		case inRange:
			if from > c {
				p.late = fmt.Sprintf("invalid range in character class: %q to %q", rune(from), rune(c))
				return out.normal()
			}
			out = append(out, unitRange{from, c})
			inRange = false
		default:
			out = append(out, unitRange{c, c})
			if p.at < end-1 && p.peek() == '-' {
				p.at++
				inRange, from = true, c
			}
		}
	}
	return out.normal()
}
