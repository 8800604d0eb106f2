package regex

import (
	"math"
	"slices"
	"time"
	"unicode"
)

// maxDepth bounds how deep the steps of a match may be nested, which is what the
// stack has room for. Java overflows its own long before.
const maxDepth = 100_000

// stepsBetween is how many steps are made between two looks at the clock.
const stepsBetween = 4096

// stopped is what a match panics with that takes too long.
type stopped struct{ err error }

// matcher matches a pattern against one text.
type matcher struct {
	text   []uint16
	full   bool // a match must reach the end
	groups []int
	locals []int
	failed [][]uint64 // by loops: the positions at which they failed
	dirty  []dirty    // what of that is set
	first  int
	last   int // the end of the part that matched last
	before int // where the match before ended
	behind int // where what looks behind must end

	positions []int // of repetitions that may be given back
	steps     int
	deadline  time.Time
}

// dirty is a word of the positions at which a loop failed.
type dirty struct{ loop, word int }

// tick counts steps, and stops the match at its deadline.
func (m *matcher) tick(n int) {
	if m.steps += n; m.steps >= stepsBetween {
		m.steps = 0
		if !time.Now().Before(m.deadline) {
			panic(stopped{ErrTimeout})
		}
	}
}

func isHigh(c uint16) bool { return c&0xFC00 == 0xD800 }
func isLow(c uint16) bool  { return c&0xFC00 == 0xDC00 }

// decode returns the character at i and the position behind it.
func (m *matcher) decode(i int) (rune, int) {
	c := m.text[i]
	if isHigh(c) && i+1 < len(m.text) && isLow(m.text[i+1]) {
		return 0x10000 + (rune(c)-0xD800)<<10 + rune(m.text[i+1]) - 0xDC00, i + 2
	}
	return rune(c), i + 1
}

// decodeBefore returns the character before i and its position.
func (m *matcher) decodeBefore(i int) (rune, int) {
	c := m.text[i-1]
	if isLow(c) && i > 1 && isHigh(m.text[i-2]) {
		return 0x10000 + (rune(m.text[i-2])-0xD800)<<10 + rune(c) - 0xDC00, i - 2
	}
	return rune(c), i - 1
}

// search looks for a match that begins at i or later. Groups keep what failed
// attempts left in them, as they do in Java.
func (m *matcher) search(p *program, i int) bool {
	m.reset(i)
	if m.before < 0 {
		m.before = i
	}
	found := false
	if p.anchored {
		found = m.run(p.root, i, 0)
	} else {
		for ; i+p.least <= len(m.text); i++ {
			if p.first != nil {
				if i = m.skip(p, i); i < 0 {
					break
				}
			}
			m.tick(1)
			if m.run(p.root, i, 0) {
				m.first, found = i, true
				break
			}
			if p.wide && i < len(m.text) && isHigh(m.text[i]) && i+1 < len(m.text) && isLow(m.text[i+1]) {
				i++
			}
		}
	}
	m.groups[0], m.groups[1] = m.first, m.last
	m.before = m.last
	return found
}

// skip returns the next position at which the first character of the pattern
// stands, or -1.
func (m *matcher) skip(p *program, i int) int {
	start := i
	defer func() { m.tick((i - start) >> 3) }()
	for ; i < len(m.text); i++ {
		c := m.text[i]
		if c&0xF800 == 0xD800 || p.first.has(rune(c)) {
			return i
		}
	}
	return -1
}

// matches matches all of the text.
func (m *matcher) matches(p *program) bool {
	m.reset(0)
	m.before = 0
	m.full = true
	return m.run(p.root, 0, 0)
}

func (m *matcher) reset(i int) {
	m.first = i
	for g := range m.groups {
		m.groups[g] = -1
	}
	for l := range m.locals {
		m.locals[l] = -1
	}
	for _, d := range m.dirty {
		m.failed[d.loop][d.word] = 0
	}
	m.dirty = m.dirty[:0]
}

// run matches a node and all that follow it at i.
func (m *matcher) run(n *node, i, depth int) bool {
	if depth++; depth > maxDepth {
		panic(stopped{ErrTooDeep})
	}
	m.tick(1)
	text := m.text
	for {
		switch n.op {
		case opAccept:
			m.last = i
			return true
		case opFinal:
			if m.full && i != len(text) {
				return false
			}
			m.last = i
			return true
		case opNothing:
		case opChar:
			if i >= len(text) || rune(text[i]) != n.char {
				return false
			}
			i++
		case opSet:
			if i >= len(text) {
				return false
			}
			c, next := m.decode(i)
			if !n.set.has(c) {
				return false
			}
			i = next
		case opSlice, opSliceASCII, opSliceUnicode:
			end, ok := m.slice(n, i)
			if !ok {
				return false
			}
			i = end
		case opRun:
			return m.runSet(n, i, depth)
		case opBegin:
			if i != 0 {
				return false
			}
		case opEnd:
			if i != len(text) {
				return false
			}
		case opCaret:
			if !m.caret(n, i) {
				return false
			}
		case opDollar:
			if !m.dollar(n, i) {
				return false
			}
		case opLast:
			if i != m.before {
				return false
			}
		case opWordBoundary:
			if m.wordBoundary(n, i) == n.negated {
				return false
			}
		case opClusterBoundary:
			if !m.clusterBoundary(i) {
				return false
			}
		case opLineBreak:
			if i >= len(text) {
				return false
			}
			c := text[i]
			if !breakSet.has(rune(c)) {
				return false
			}
			i++
			if c == '\r' && i < len(text) && text[i] == '\n' && m.run(n.next, i+1, depth) {
				return true
			}
		case opCluster:
			if i >= len(text) {
				return false
			}
			i = m.nextCluster(i, len(text))
		case opReference:
			end, ok := m.reference(n, i)
			if !ok {
				return false
			}
			i = end
		case opOpen:
			saved := m.locals[n.local]
			m.locals[n.local] = i
			ok := m.run(n.next, i, depth)
			m.locals[n.local] = saved
			return ok
		case opClose:
			g := n.group
			from, to := m.groups[g], m.groups[g+1]
			m.groups[g], m.groups[g+1] = m.locals[n.local], i
			if m.run(n.next, i, depth) {
				return true
			}
			m.groups[g], m.groups[g+1] = from, to
			return false
		case opAlternatives:
			last := len(n.alts) - 1
			for _, alt := range n.alts[:last] {
				if alt == nil {
					alt = n.next
				}
				if m.run(alt, i, depth) {
					return true
				}
			}
			if alt := n.alts[last]; alt != nil {
				n = alt
				continue
			}
		case opOptional:
			switch {
			case n.mode == lazy:
				if m.run(n.next, i, depth) {
					return true
				}
				if !m.run(n.body, i, depth) {
					return false
				}
				i = m.last
			case m.run(n.body, i, depth):
				if n.mode == possessive {
					i = m.last
				} else if m.run(n.next, m.last, depth) {
					return true
				}
			}
		case opAtomic:
			if !m.run(n.body, i, depth) {
				return false
			}
			i = m.last
		case opRepeat:
			return m.repeat(n, i, depth)
		case opRepeatGroup:
			return m.repeatGroup(n, i, depth)
		case opEnterLoop:
			return m.enterLoop(n.body, i, depth)
		case opLoop:
			return m.loop(n, i, depth)
		case opAhead:
			if m.run(n.body, i, depth) == n.negated {
				return false
			}
		case opBehind:
			if m.lookBehind(n, i, depth) == n.negated {
				return false
			}
		case opBehindEnd:
			return i == m.behind
		}
		n = n.next
	}
}

// slice matches characters in a row, and returns where they end.
func (m *matcher) slice(n *node, i int) (int, bool) {
	for _, want := range n.text {
		if i >= len(m.text) {
			return 0, false
		}
		c, next := rune(m.text[i]), i+1
		if n.wide {
			c, next = m.decode(i)
		}
		if c != want {
			switch n.op {
			case opSliceASCII:
				if lowerASCIIOf(c) != want {
					return 0, false
				}
			case opSliceUnicode:
				if foldOf(c) != want {
					return 0, false
				}
			default:
				return 0, false
			}
		}
		i = next
	}
	return i, true
}

// runSet matches as many characters of a set as there are, and gives them back
// one by one.
func (m *matcher) runSet(n *node, i, depth int) bool {
	start, count := i, 0
	least := i
	for count < n.max && i < len(m.text) {
		if count == n.min {
			least = i
		}
		c, next := rune(m.text[i]), i+1
		if isHigh(m.text[i]) {
			c, next = m.decode(i)
		}
		if !n.set.has(c) {
			break
		}
		i = next
		count++
	}
	m.tick((i - start) >> 3)
	if !n.star && count > 0 {
		m.last = i
	}
	if count < n.min {
		return false
	}
	if count == n.min {
		least = i
	}
	if n.mode == possessive {
		return m.run(n.next, i, depth)
	}
	for {
		if n.next.op != opChar || i < len(m.text) && rune(m.text[i]) == n.next.char {
			if m.run(n.next, i, depth) {
				return true
			}
		}
		if i <= least {
			return false
		}
		_, i = m.decodeBefore(i)
		i = max(i, start) // which may be within a pair
		m.steps++
	}
}

// repeat matches a part again and again, each time in the way that it matches
// first.
func (m *matcher) repeat(n *node, i, depth int) bool {
	count := 0
	for ; count < n.min; count++ {
		if !m.run(n.body, i, depth) {
			return false
		}
		i = m.last
	}
	switch n.mode {
	case lazy:
		for {
			if m.run(n.next, i, depth) {
				return true
			}
			if count >= n.max || !m.run(n.body, i, depth) || m.last == i {
				return false
			}
			i = m.last
			count++
		}
	case possessive:
		for ; count < n.max && m.run(n.body, i, depth) && m.last != i; count++ {
			i = m.last
		}
		return m.run(n.next, i, depth)
	}
	base := len(m.positions)
	for ; count < n.max && m.run(n.body, i, depth) && m.last != i; count++ {
		m.positions = append(m.positions, i)
		i = m.last
	}
	for {
		if m.run(n.next, i, depth) {
			m.positions = m.positions[:base]
			return true
		}
		top := len(m.positions) - 1
		if top < base {
			return false
		}
		i, m.positions = m.positions[top], m.positions[:top]
	}
}

// repeatGroup is repeat for a group that has one way to match. The group is set
// after what follows it has matched too, which overrides what a later iteration
// of a loop around it has set, as it does in Java; but not where the iteration
// that was given back had another length.
func (m *matcher) repeatGroup(n *node, i, depth int) bool {
	var from, to int
	if n.capture {
		from, to = m.groups[n.group], m.groups[n.group+1]
	}
	set := func(a, b int) {
		if n.capture {
			m.groups[n.group], m.groups[n.group+1] = a, b
		}
	}
	count := 0
	for ; count < n.min; count++ {
		if !m.run(n.body, i, depth) {
			set(from, to)
			return false
		}
		set(i, m.last)
		i = m.last
	}
	if m.repeatGroupMore(n, i, count, depth, set) {
		return true
	}
	set(from, to)
	return false
}

func (m *matcher) repeatGroupMore(n *node, i, count, depth int, set func(a, b int)) bool {
	switch n.mode {
	case lazy:
		for {
			if m.run(n.next, i, depth) {
				return true
			}
			if count >= n.max || !m.run(n.body, i, depth) || m.last == i {
				return false
			}
			set(i, m.last)
			i = m.last
			count++
		}
	case possessive:
		for ; count < n.max && m.run(n.body, i, depth); count++ {
			set(i, m.last)
			if m.last == i {
				break
			}
			i = m.last
		}
		return m.run(n.next, i, depth)
	}
	var from, to int
	if n.capture {
		from, to = m.groups[n.group], m.groups[n.group+1]
	}
	base := len(m.positions)
	after := -1 // the length of the iteration behind i, if there is one
	for ; count < n.max && m.run(n.body, i, depth); count++ {
		if m.last == i {
			after = 0
			break
		}
		set(i, m.last)
		m.positions = append(m.positions, i)
		i = m.last
	}
	for top := len(m.positions) - 1; top >= base; top-- {
		length := i - m.positions[top]
		if m.run(n.next, i, depth) {
			if after < 0 || after == length {
				set(m.positions[top], i)
			}
			m.positions = m.positions[:base]
			return true
		}
		after = length
		i, m.positions = m.positions[top], m.positions[:top]
		if top > base {
			set(m.positions[top-1], i)
		}
	}
	set(from, to)
	return m.run(n.next, i, depth)
}

// enterLoop begins to count the iterations of a loop.
func (m *matcher) enterLoop(n *node, i, depth int) bool {
	saved := m.locals[n.count]
	ok := false
	if n.mode == lazy && n.min == 0 {
		ok = m.run(n.next, i, depth)
	}
	if !ok && n.max > 0 {
		m.locals[n.count] = 1
		ok = m.run(n.body, i, depth)
	}
	if !ok && n.mode != lazy && n.min == 0 {
		ok = m.run(n.next, i, depth)
	}
	m.locals[n.count] = saved
	return ok
}

// loop goes on behind an iteration: with another one, or with what follows. An
// iteration that matched nothing is the last one.
func (m *matcher) loop(n *node, i, depth int) bool {
	if i <= m.locals[n.local] {
		return m.run(n.next, i, depth)
	}
	count := m.locals[n.count]
	again := func() bool {
		m.locals[n.count] = count + 1
		if m.run(n.body, i, depth) {
			return true
		}
		m.locals[n.count] = count
		return false
	}
	switch {
	case count < n.min:
		return again()
	case n.mode == lazy:
		return m.run(n.next, i, depth) || count < n.max && again()
	case count < n.max && !m.hasFailed(n, i):
		if again() {
			return true
		}
		m.fail(n, i)
	}
	return m.run(n.next, i, depth)
}

// hasFailed reports whether another iteration at i has failed before, which keeps
// time from growing exponentially.
func (m *matcher) hasFailed(n *node, i int) bool {
	if n.memo == 0 || m.failed[n.memo-1] == nil {
		return false
	}
	return m.failed[n.memo-1][i>>6]&(1<<(i&63)) != 0
}

func (m *matcher) fail(n *node, i int) {
	if n.memo == 0 {
		return
	}
	f := &m.failed[n.memo-1]
	if *f == nil {
		*f = make([]uint64, len(m.text)>>6+1)
	}
	if (*f)[i>>6] == 0 {
		m.dirty = append(m.dirty, dirty{n.memo - 1, i >> 6})
	}
	(*f)[i>>6] |= 1 << (i & 63)
}

func (m *matcher) lookBehind(n *node, i, depth int) bool {
	saved := m.behind
	defer func() { m.behind = saved }()
	m.behind = i
	// The greatest length may have wrapped around, and does so here again.
	end := max(int(int32(i)-int32(n.max)), 0)
	if !n.wide {
		for j := i - n.min; j >= end; j-- {
			if m.run(n.body, j, depth) {
				return true
			}
		}
		return false
	}
	switch {
	case n.max == math.MinInt32:
		end = i
	case n.max < 0:
		end = i
		for chars := n.max; end < len(m.text) && chars < 0; chars++ {
			_, end = m.decode(end)
		}
		end = max(i-(end-i), 0)
	default:
		end = m.back(i, n.max)
	}
	for j := m.back(i, n.min); j >= end; _, j = m.decodeBefore(j) {
		if m.run(n.body, j, depth) {
			return true
		}
		if j == 0 {
			break
		}
	}
	return false
}

// back returns the position so many characters before i, or the start.
func (m *matcher) back(i, chars int) int {
	for ; i > 0 && chars > 0; chars-- {
		_, i = m.decodeBefore(i)
	}
	return i
}

func isLineEnd(c uint16) bool { return c == '\n' || c == '\r' || c == 0x85 || c|1 == 0x2029 }

// caret matches at the start and behind line ends, but not at the end.
func (m *matcher) caret(n *node, i int) bool {
	switch {
	case i == len(m.text):
		return false
	case i == 0:
		return true
	case n.unixLines:
		return m.text[i-1] == '\n'
	}
	return isLineEnd(m.text[i-1]) && !(m.text[i-1] == '\r' && m.text[i] == '\n')
}

// dollar matches at the end and before a line end there, or before any.
func (m *matcher) dollar(n *node, i int) bool {
	left := len(m.text) - i
	if left == 0 {
		return true
	}
	c := m.text[i]
	if n.unixLines {
		return c == '\n' && (n.multiline || left == 1)
	}
	if !n.multiline && left > 1 && !(left == 2 && c == '\r' && m.text[i+1] == '\n') {
		return false
	}
	return isLineEnd(c) && !(c == '\n' && i > 0 && m.text[i-1] == '\r')
}

func (m *matcher) wordBoundary(n *node, i int) bool {
	left, right := false, false
	if i > 0 {
		c, _ := m.decodeBefore(i)
		left = n.isWord(c) || unicode.Is(unicode.Mn, c) && m.hasBase(i-1)
	}
	if i < len(m.text) {
		c, _ := m.decode(i)
		right = n.isWord(c) || unicode.Is(unicode.Mn, c) && m.hasBase(i)
	}
	return left != right
}

func (n *node) isWord(c rune) bool {
	if c < 128 {
		return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
	}
	if n.unicode {
		return n.set.has(c)
	}
	return unicode.IsLetter(c) || unicode.IsDigit(c)
}

// hasBase reports whether a letter or digit stands before the marks at i.
func (m *matcher) hasBase(i int) bool {
	for ; i >= 0; i-- {
		c, _ := m.decode(i)
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return true
		}
		if !unicode.Is(unicode.Mn, c) {
			return false
		}
		m.steps++
	}
	return false
}

// clusterBoundary reports whether a grapheme cluster ends at i or before it. Up to
// version 19 Java looks at the one that begins where a part of the pattern, or
// the match before, ended last.
func (m *matcher) clusterBoundary(i int) bool {
	if i == 0 || i == len(m.text) {
		return true
	}
	if isHigh(m.text[i-1]) && isLow(m.text[i]) {
		return false
	}
	return m.last < len(m.text) && m.nextCluster(m.last, len(m.text)) <= i
}

// reference matches the text of a group again.
func (m *matcher) reference(n *node, i int) (int, bool) {
	from, to := m.groups[n.group], m.groups[n.group+1]
	if from < 0 || i+to-from > len(m.text) {
		return 0, false
	}
	end := i + to - from
	m.tick((to - from) >> 3)
	if !n.fold {
		return end, slices.Equal(m.text[from:to], m.text[i:end])
	}
	for from < to && i < end {
		a, nextA := m.decode(from)
		b, nextB := m.decode(i)
		if a != b {
			if !n.unicode {
				if lowerASCIIOf(a) != lowerASCIIOf(b) {
					return 0, false
				}
			} else if ua, ub := unicode.ToUpper(a), unicode.ToUpper(b); ua != ub && unicode.ToLower(ua) != unicode.ToLower(ub) {
				return 0, false
			}
		}
		from, i = nextA, nextB
	}
	return end, true
}

func lowerASCIIOf(c rune) rune {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// foldOf returns the form that all cases of a character share.
func foldOf(c rune) rune { return unicode.ToLower(unicode.ToUpper(c)) }
