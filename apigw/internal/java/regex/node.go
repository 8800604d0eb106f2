package regex

import "math"

// op is what a node does.
type op uint8

const (
	opAccept       op = iota // the end of a part that is matched for itself
	opFinal                  // the end of the pattern
	opNothing                // matches the empty text
	opChar                   // a character
	opSet                    // a character of a set
	opSlice                  // characters in a row
	opSliceASCII             // the same in any case of ASCII letters
	opSliceUnicode           // the same in any case
	opRun                    // as many characters of a set as there are
	opBegin
	opEnd
	opCaret
	opDollar
	opLast // the end of the match before
	opWordBoundary
	opClusterBoundary
	opLineBreak
	opCluster
	opReference
	opOpen  // the start of a group
	opClose // its end
	opAlternatives
	opOptional
	opAtomic
	opRepeat
	opRepeatGroup // a group whose iterations match in one way only
	opEnterLoop
	opLoop
	opAhead
	opBehind
	opBehindEnd
)

// mode is how a quantifier is: greedy, lazy or possessive.
type mode uint8

const (
	greedy mode = iota
	lazy
	possessive
)

// infinite is the upper bound of a quantifier without one. Lengths wrap around
// beyond it, as Java's do.
const infinite = math.MaxInt32

// node is a step of a pattern. It goes on with the next one.
type node struct {
	op   op
	mode mode

	negated      bool // of boundaries and of what looks around
	multiline    bool
	unixLines    bool
	unicode      bool // of boundaries: letters are those of Unicode's \w; of references: cases are
	fold         bool // of references
	capture      bool // of repeated groups
	star         bool // a run without an upper bound
	wide         bool // what looks behind counts characters, not units
	min, max     int
	group, local int // indexes of the group and of where it began
	count        int // of loops: the index of the iterations
	memo         int // of loops: 1 + the index of the positions where they failed

	char rune
	set  *charSet
	text []rune

	next *node
	body *node   // what is repeated, or looked at
	alts []*node // nil is the empty one
}

// charSet is a set that is quick to ask.
type charSet struct {
	ascii [2]uint64
	rest  set // all of the ranges
}

func newCharSet(s set) *charSet {
	out := &charSet{rest: s}
	for _, r := range s {
		for c := r.lo; c <= r.hi && c < 128; c++ {
			out.ascii[c>>6] |= 1 << (c & 63)
		}
	}
	return out
}

func (s *charSet) has(c rune) bool {
	if c < 128 {
		return s.ascii[c>>6]&(1<<(c&63)) != 0
	}
	lo, hi := 0, len(s.rest)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if s.rest[mid].hi < c {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < len(s.rest) && s.rest[lo].lo <= c
}

// extent is how much text a part of a pattern takes, and whether it can do so in
// one way only. It is as exact as Java's, on which it depends what Java accepts
// behind (?<= and what it gives groups: for Java a cluster has no greatest length
// of its own.
type extent struct {
	min, max int32
	bounded  bool // max holds
	single   bool
}

var noExtent = extent{bounded: true, single: true}

// study adds the extent of a node and of what follows it.
func (e *extent) study(n *node) {
	for ; n != nil; n = n.next {
		switch n.op {
		case opAccept, opFinal, opBehindEnd:
			return
		case opChar, opSet:
			e.min++
			e.max++
		case opSlice, opSliceASCII, opSliceUnicode:
			e.min += int32(len(n.text))
			e.max += int32(len(n.text))
		case opRun:
			if n.star {
				e.min += int32(n.min)
				if e.bounded {
					e.max += infinite
				}
				e.single = false
				continue
			}
			e.repeat(n, extent{min: 1, max: 1, bounded: true, single: true})
		case opLineBreak:
			e.min++
			e.max += 2
		case opCluster:
			e.min++
			e.single = false
		case opReference:
			e.bounded = false
		case opOptional:
			min := e.min
			e.study(n.body)
			e.min = min
			e.single = false
		case opAtomic:
			e.study(n.body)
		case opRepeat, opRepeatGroup:
			body := noExtent
			body.study(n.body)
			e.repeat(n, body)
		case opAlternatives:
			least, most := int32(infinite), int32(-1)
			for _, alt := range n.alts {
				one := noExtent
				if alt != nil {
					one.studyTo(alt, n.next)
				}
				least, most = min(least, one.min), max(most, one.max)
				e.bounded = e.bounded && one.bounded
			}
			rest := noExtent
			rest.study(n.next)
			e.min += least + rest.min
			e.max += most + rest.max
			e.bounded = e.bounded && rest.bounded
			e.single = false
			return
		case opEnterLoop, opLoop:
			e.bounded, e.single = false, false
			return
		}
	}
}

// studyTo adds the extent of the nodes before another one.
func (e *extent) studyTo(n, end *node) {
	last := *end
	*end = node{op: opAccept}
	e.study(n)
	*end = last
}

// repeat adds the extent of what is repeated.
func (e *extent) repeat(n *node, body extent) {
	least := body.min*int32(n.min) + e.min
	if least < e.min {
		least = 0xFFFFFFF
	}
	if e.bounded && body.bounded {
		most := body.max*int32(n.max) + e.max
		if most < e.max {
			e.bounded = false
		}
		e.max = most
	} else {
		e.bounded = false
	}
	e.min = least
	e.single = e.single && body.single && n.min == n.max
}
