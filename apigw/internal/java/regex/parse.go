package regex

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// SyntaxError says why a text is not a regular expression in Java's dialect.
type SyntaxError struct {
	Pattern string
	Index   int // in characters, from 0
	Msg     string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s near index %d of %s", e.Msg, e.Index, e.Pattern)
}

type flags struct {
	fold, unicodeCase, multiline, dotAll, unixLines, comments, unicodeClass, canonical bool
}

// maxRanges bounds the ranges of all classes of a pattern together.
const maxRanges = 1 << 20

// maxNesting bounds how deep groups and classes may be nested.
const maxNesting = 250

// program is a pattern that is ready to match.
type program struct {
	root     *node
	groups   int            // how many there are
	names    map[string]int // of groups
	locals   int
	loops    int      // that remember where they failed
	least    int      // the length of the shortest match
	wide     bool     // a match begins with a whole character
	anchored bool     // matches at the start alone
	first    *charSet // what a match begins with, or nil
}

// part is a part of a pattern: nodes in a row. Without a head it is empty.
type part struct{ head, tail *node }

func single(n *node) part { return part{n, n} }

// parser reads Java's syntax.
type parser struct {
	pattern string
	in      []rune
	pos     int
	flags   flags
	depth   int

	program
	ranges     int // of classes so far
	references bool
	topLoops   []*node // that are in no other repeated group
}

// parse reads a pattern.
func parse(pattern string) (p *program, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *SyntaxError:
			err = r
		default:
			panic(r)
		}
	}()
	in := runesOf(pattern)
	t := &parser{pattern: pattern, in: unquote(in)}
	t.names = make(map[string]int)
	t.wide = slices.ContainsFunc(in, isWide)
	all := t.alternatives()
	if t.pos < len(t.in) {
		t.fail("Unmatched closing ')'")
	}
	t.root = closed(all, opFinal)
	if !t.references {
		for i, n := range t.topLoops {
			n.memo = i + 1
		}
		t.loops = len(t.topLoops)
	}
	length := noExtent
	length.study(t.root)
	t.least = max(int(length.min), 0)
	t.anchored = t.root.op == opBegin
	if first, ok := firstOf(t.root, 0); ok {
		t.first = newCharSet(first)
	}
	return &t.program, nil
}

// closed ends a part, which may be empty.
func closed(p part, with op) *node {
	end := &node{op: with}
	if p.head == nil {
		return end
	}
	p.tail.next = end
	return p.head
}

// firstOf returns the characters that a match can begin with, if they are known.
func firstOf(n *node, depth int) (set, bool) {
	for ; n != nil && depth < 10; n = n.next {
		switch n.op {
		case opNothing, opOpen:
		case opChar:
			return set{{n.char, n.char}}, true
		case opSet:
			return n.set.rest, true
		case opSlice, opSliceASCII:
			if len(n.text) == 0 {
				continue
			}
			return foldRange(runeRange{n.text[0], n.text[0]}, false), true
		case opRun:
			return n.set.rest, n.min > 0
		case opRepeatGroup:
			if n.min == 0 {
				return nil, false
			}
			return firstOf(n.body, depth+1)
		case opAlternatives:
			var all set
			for _, alt := range n.alts {
				first, ok := firstOf(alt, depth+1)
				if !ok {
					return nil, false
				}
				all = append(all, first...)
			}
			return normal(all), true
		default:
			return nil, false
		}
	}
	return nil, false
}

// runesOf returns the characters of a text. Halves of surrogate pairs, which are
// kept in three bytes each, come as such.
func runesOf(s string) []rune {
	u := newInput(s).units
	m := &matcher{text: u}
	out := make([]rune, 0, len(u))
	for i := 0; i < len(u); {
		var c rune
		c, i = m.decode(i)
		out = append(out, c)
	}
	return out
}

// unquote writes what is between \Q and \E with escapes, which is how Java reads
// it before all else.
func unquote(in []rune) []rune {
	i := 0
	for i+1 < len(in) && !(in[i] == '\\' && in[i+1] == 'Q') {
		if in[i] == '\\' {
			i++
		}
		i++
	}
	if i+1 >= len(in) {
		return in
	}
	out := append(make([]rune, 0, len(in)*2), in[:i]...)
	quoted, begins := true, true
	for i += 2; i < len(in); {
		c := in[i]
		i++
		switch {
		case c >= 0x80 || isLetterASCII(c):
			out = append(out, c)
		case c >= '0' && c <= '9':
			if begins { // not as part of an escape before it
				out = append(out, '\\', 'x', '3')
			}
			out = append(out, c)
		case c != '\\':
			if quoted {
				out = append(out, '\\')
			}
			out = append(out, c)
		case quoted && i < len(in) && in[i] == 'E':
			i++
			quoted = false
		case quoted:
			out = append(out, '\\', '\\')
		case i < len(in) && in[i] == 'Q':
			i++
			quoted, begins = true, true
			continue
		default:
			out = append(out, c)
			if i < len(in) {
				out = append(out, in[i])
				i++
			}
		}
		begins = false
	}
	return out
}

func (t *parser) fail(msg string) {
	panic(&SyntaxError{Pattern: t.pattern, Index: t.pos, Msg: msg})
}

const eof = -1

func (t *parser) peek() rune {
	if t.flags.comments {
		t.skipComments()
	}
	if t.pos >= len(t.in) {
		return eof
	}
	return t.in[t.pos]
}

// at looks at a character further on.
func (t *parser) at(n int) rune {
	if t.pos+n >= len(t.in) {
		return eof
	}
	return t.in[t.pos+n]
}

func (t *parser) take() rune {
	c := t.peek()
	if c == eof {
		t.fail("Unexpected end of the pattern")
	}
	t.pos++
	return c
}

func (t *parser) accept(c rune) bool {
	if t.peek() != c {
		return false
	}
	t.pos++
	return true
}

func (t *parser) skipComments() {
	for t.pos < len(t.in) {
		switch c := t.in[t.pos]; {
		case c == ' ' || c >= '\t' && c <= '\r':
			t.pos++
		case c == '#':
			for t.pos < len(t.in) && !t.endsComment(t.in[t.pos]) {
				t.pos++
			}
		default:
			return
		}
	}
}

func (t *parser) endsComment(c rune) bool {
	return c == '\n' || !t.flags.unixLines && (c == '\r' || c == 0x85 || c|1 == 0x2029)
}

func (t *parser) enter() {
	if t.depth++; t.depth > maxNesting {
		t.fail("The pattern is nested too deep")
	}
}

func (t *parser) alternatives() part {
	t.enter()
	defer func() { t.depth-- }()
	first := t.sequence()
	if t.peek() != '|' {
		return first
	}
	join := &node{}
	join.op = opNothing
	branch := &node{op: opAlternatives, next: join}
	for one := first; ; one = t.sequence() {
		branch.alts = append(branch.alts, one.head)
		if one.head != nil {
			one.tail.next = join
		}
		if !t.accept('|') {
			return part{branch, join}
		}
	}
}

func (t *parser) sequence() part {
	var all part
	for {
		var one part
		switch t.peek() {
		case eof, '|', ')':
			return all
		case '(':
			var isFlags bool
			if one, isFlags = t.group(); isFlags {
				continue
			}
		default:
			one = single(t.repeated(t.atom()))
		}
		if all.head == nil {
			all = one
		} else {
			all.tail.next = one.head
			all.tail = one.tail
		}
	}
}

// quantifier reads a quantifier, if there is one.
func (t *parser) quantifier() (least, most int, how mode, ok bool) {
	switch t.peek() {
	case '?':
		least, most = 0, 1
	case '*':
		least, most = 0, infinite
	case '+':
		least, most = 1, infinite
	case '{':
		if d := t.at(1); d < '0' || d > '9' {
			t.fail("Illegal repetition")
		}
		t.pos++
		least = t.count()
		most = least
		if t.accept(',') {
			most = infinite
			if t.peek() != '}' {
				most = t.count()
			}
		}
		if t.peek() != '}' {
			t.fail("Unclosed counted closure")
		}
		if most < least {
			t.fail("Illegal repetition range")
		}
	default:
		return 0, 0, 0, false
	}
	t.pos++
	switch t.peek() {
	case '?':
		t.pos++
		how = lazy
	case '+':
		t.pos++
		how = possessive
	}
	return least, most, how, true
}

func (t *parser) count() int {
	n, digits := 0, 0
	for c := t.peek(); c >= '0' && c <= '9'; c = t.peek() {
		if n = n*10 + int(c-'0'); n > 1<<31-1 {
			t.fail("Illegal repetition range")
		}
		digits++
		t.pos++
	}
	if digits == 0 {
		t.fail("Illegal repetition")
	}
	return n
}

// repeated reads the quantifier behind an atom.
func (t *parser) repeated(n *node) *node {
	question := t.peek() == '?'
	least, most, how, ok := t.quantifier()
	switch {
	case !ok:
		return n
	case question:
		return &node{op: opOptional, mode: how, body: closed(single(n), opAccept)}
	case how != lazy && (n.op == opChar || n.op == opSet):
		if n.op == opChar {
			n.set = newCharSet(set{{n.char, n.char}})
		}
		return &node{op: opRun, mode: how, min: least, max: most, set: n.set, star: how == greedy && most == infinite}
	}
	return &node{op: opRepeat, mode: how, min: least, max: most, body: closed(single(n), opAccept)}
}

// atom reads what a quantifier can follow, but for groups. Characters in a row
// are one atom.
func (t *parser) atom() *node {
	var text []rune
	before := t.pos
	for {
		c := t.peek()
		switch c {
		case '*', '+', '?', '{':
			if len(text) == 0 && c != '{' {
				t.fail(fmt.Sprintf("Dangling meta character '%c'", c))
			}
			if len(text) > 1 {
				t.pos = before
				text = text[:len(text)-1]
			}
			return t.literal(text)
		case '.', '^', '$', '[':
			if len(text) > 0 {
				return t.literal(text)
			}
			return t.meta(c)
		case eof, '(', '|', ')':
			return t.literal(text)
		case '\\':
			if isNodeEscape(t.at(1)) {
				if len(text) > 0 {
					return t.literal(text)
				}
				t.pos++
				return t.escape(t.raw())
			}
			before = t.pos
			t.pos++
			text = append(text, t.charEscape(t.raw()))
		default:
			before = t.pos
			t.pos++
			text = append(text, c)
		}
	}
}

// meta reads a character that has a meaning.
func (t *parser) meta(c rune) *node {
	if c == '[' {
		if t.flags.canonical {
			t.fail("A class under the flag c is not supported")
		}
		return t.set(normal(t.class(true)))
	}
	t.pos++
	switch c {
	case '^':
		if t.flags.multiline {
			return &node{op: opCaret, unixLines: t.flags.unixLines}
		}
		return &node{op: opBegin}
	case '$':
		return &node{op: opDollar, multiline: t.flags.multiline, unixLines: t.flags.unixLines}
	}
	switch {
	case t.flags.canonical:
		t.fail("A dot under the flag c is not supported")
	case t.flags.dotAll:
		return &node{op: opSet, set: newCharSet(allSet)}
	case t.flags.unixLines:
		return &node{op: opSet, set: newCharSet(set{{'\n', '\n'}}.negate())}
	}
	return &node{op: opSet, set: newCharSet(lineEnds.negate())}
}

// literal matches characters in a row, in all cases that count.
func (t *parser) literal(text []rune) *node {
	if len(text) == 1 {
		s := set{{text[0], text[0]}}
		if t.flags.fold {
			s = foldChar(text[0], t.flags.unicodeCase)
			t.wide = t.wide || t.flags.unicodeCase && len(s) > 1
		}
		if len(s) == 1 && s[0].lo == s[0].hi && !isWide(s[0].lo) {
			return &node{op: opChar, char: s[0].lo}
		}
		return t.set(s)
	}
	n := &node{op: opSlice, text: text}
	for i, c := range text {
		n.wide = n.wide || isWide(c)
		switch {
		case t.flags.fold && t.flags.unicodeCase:
			n.op, text[i] = opSliceUnicode, foldOf(c)
		case t.flags.fold:
			n.op, text[i] = opSliceASCII, lowerASCIIOf(c)
		}
	}
	return n
}

// isWide reports whether a character is a pair of units, or half of one.
func isWide(c rune) bool { return c > 0xFFFF || c&^0x7FF == 0xD800 }

// charge bounds the memory of classes.
func (t *parser) charge(s set) {
	if t.ranges += len(s); t.ranges > maxRanges {
		t.fail("The classes of the pattern are too large")
	}
}

func (t *parser) set(s set) *node {
	t.charge(s)
	for _, r := range s {
		t.wide = t.wide || isWide(r.lo) || isWide(r.hi) || r.lo < 0xD800 && r.hi > 0xDFFF
	}
	return &node{op: opSet, set: newCharSet(s)}
}

// group reads a group in any of its forms with its quantifier, and reports
// whether it is flags for what follows.
func (t *parser) group() (p part, isFlags bool) {
	t.pos++
	saved := t.flags
	loops := len(t.topLoops)
	if t.peek() != '?' {
		t.groups++
		open, end := t.newGroup(t.groups * 2)
		p = t.groupBody(open, end, saved)
		return t.repeatedGroup(p, loops), false
	}
	t.pos++
	switch c := t.take(); c {
	case ':':
	case '=', '!':
		n := &node{op: opAhead, negated: c == '!'}
		n.body = t.assertion(saved, opAccept)
		return single(t.repeated(n)), false
	case '>':
		n := &node{op: opAtomic}
		n.body = t.assertion(saved, opAccept)
		return single(t.repeated(n)), false
	case '<':
		d := t.at(0)
		if d != '=' && d != '!' {
			t.namedGroup()
			open, end := t.newGroup(t.groups * 2)
			p = t.groupBody(open, end, saved)
			return t.repeatedGroup(p, loops), false
		}
		t.pos++
		return single(t.repeated(t.lookBehind(d == '!', saved))), false
	default:
		t.pos--
		if t.inlineFlags() {
			return part{}, true // they hold to the end of the enclosing group
		}
	}
	open, end := t.newGroup(0)
	p = t.groupBody(open, end, saved)
	return t.repeatedGroup(p, loops), false
}

// newGroup returns the nodes of a group. Group 0 is one that captures nothing.
func (t *parser) newGroup(group int) (open, end *node) {
	open = &node{op: opOpen, local: t.locals}
	end = &node{op: opClose, local: t.locals, group: group}
	if group == 0 {
		end.op = opNothing
	}
	t.locals++
	return open, end
}

func (t *parser) groupBody(open, end *node, saved flags) part {
	body := t.groupRest(saved)
	if body.head == nil {
		open.next = end
	} else {
		open.next, body.tail.next = body.head, end
	}
	return part{open, end}
}

// groupRest reads up to the end of a group.
func (t *parser) groupRest(saved flags) part {
	body := t.alternatives()
	if !t.accept(')') {
		t.fail("Unclosed group")
	}
	t.flags = saved
	return body
}

func (t *parser) assertion(saved flags, end op) *node { return closed(t.groupRest(saved), end) }

func (t *parser) lookBehind(negated bool, saved flags) *node {
	n := &node{op: opBehind, negated: negated}
	for _, c := range t.in[t.pos:] {
		n.wide = n.wide || isWide(c)
	}
	n.body = t.assertion(saved, opBehindEnd)
	length := noExtent
	length.study(n.body)
	if !length.bounded {
		t.fail("Look-behind group does not have an obvious maximum length")
	}
	n.min, n.max = int(length.min), int(length.max)
	return n
}

// repeatedGroup reads the quantifier behind a group. Groups that match in one way
// only are repeated without going back into them.
func (t *parser) repeatedGroup(p part, loops int) part {
	question := t.peek() == '?'
	least, most, how, ok := t.quantifier()
	captures := p.tail.op == opClose
	if !ok {
		if !captures {
			p.head.op = opNothing
		}
		return p
	}
	t.topLoops = t.topLoops[:loops]
	if how == possessive {
		n := &node{op: opRepeat, mode: how, min: least, max: most, body: closed(p, opAccept)}
		if question {
			n.op = opOptional
		}
		return single(n)
	}
	if question {
		if !captures {
			p.head.op = opNothing
		}
		join := &node{op: opNothing}
		p.tail.next = join
		n := &node{op: opAlternatives, alts: []*node{p.head, nil}, next: join}
		if how == lazy {
			n.alts[0], n.alts[1] = nil, p.head
		}
		return part{n, join}
	}
	length := noExtent
	length.study(p.head)
	if length.single {
		n := &node{op: opRepeatGroup, mode: how, min: least, max: most, body: p.head.next, capture: captures, group: p.tail.group}
		p.tail.op = opAccept
		return single(n)
	}
	loop := &node{op: opLoop, mode: how, min: least, max: most, body: p.head, local: p.head.local, count: t.locals}
	t.locals++
	p.tail.next = loop
	if how == greedy && most == infinite {
		t.topLoops = append(t.topLoops, loop)
	}
	return part{&node{op: opEnterLoop, body: loop}, loop}
}

func (t *parser) namedGroup() {
	name := t.groupName()
	if _, ok := t.names[name]; ok {
		t.fail("Named capturing group <" + name + "> is already defined")
	}
	t.groups++
	t.names[name] = t.groups
}

func (t *parser) groupName() string {
	start := t.pos
	for {
		c := t.at(0)
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' && c < 0x80
		if !letter && (t.pos == start || c < '0' || c > '9') {
			break
		}
		t.pos++
	}
	name := string(t.in[start:t.pos])
	if name == "" {
		t.fail("capturing group name does not start with a Latin letter")
	}
	if t.at(0) != '>' {
		t.fail("named capturing group is missing trailing '>'")
	}
	t.pos++
	return name
}

// inlineFlags reads the flags of (?i) or (?i:…), and reports whether it is the
// first form.
func (t *parser) inlineFlags() bool {
	on := true
	for {
		switch c := t.take(); c {
		case '-':
			if !on {
				t.fail("Unknown inline modifier")
			}
			on = false
		case 'i':
			t.flags.fold = on
		case 'm':
			t.flags.multiline = on
		case 's':
			t.flags.dotAll = on
		case 'd':
			t.flags.unixLines = on
		case 'u':
			t.flags.unicodeCase = on
		case 'c':
			t.flags.canonical = on
		case 'x':
			t.flags.comments = on
		case 'U':
			t.flags.unicodeClass = on
			t.flags.unicodeCase = on
		case ')':
			return true
		case ':':
			return false
		default:
			t.pos--
			t.fail("Unknown inline modifier")
		}
	}
}

// isNodeEscape reports whether an escape stands for more than one character.
func isNodeEscape(c rune) bool {
	switch c {
	case 'b', 'B', 'A', 'z', 'Z', 'G', 'R', 'X', 'k', 'd', 'D', 'w', 'W', 's', 'S', 'h', 'H', 'v', 'V', 'p', 'P':
		return true
	}
	return c >= '1' && c <= '9'
}

// escape reads what begins with a backslash outside of a class, and is not a
// character.
func (t *parser) escape(c rune) *node {
	switch c {
	case 'b', 'B':
		if c == 'b' && t.at(0) == '{' && t.at(1) == 'g' {
			if t.at(2) != '}' {
				t.fail("Illegal/unsupported escape sequence")
			}
			t.pos += 3
			return &node{op: opClusterBoundary}
		}
		n := &node{op: opWordBoundary, negated: c == 'B', unicode: t.flags.unicodeClass}
		if n.unicode {
			n.set = newCharSet(words())
		}
		return n
	case 'A':
		return &node{op: opBegin}
	case 'z':
		return &node{op: opEnd}
	case 'G':
		return &node{op: opLast}
	case 'Z':
		return &node{op: opDollar, unixLines: t.flags.unixLines}
	case 'R':
		return &node{op: opLineBreak}
	case 'X':
		return &node{op: opCluster}
	case 'k':
		if t.at(0) != '<' {
			t.fail(`\k is not followed by '<' for named capturing group`)
		}
		t.pos++
		name := t.groupName()
		n, ok := t.names[name]
		if !ok {
			t.fail("named capturing group <" + name + "> does not exist")
		}
		return t.reference(n)
	}
	if c >= '1' && c <= '9' {
		n := int(c - '0')
		for {
			d := t.at(0)
			if d < '0' || d > '9' || n*10+int(d-'0') > t.groups {
				break
			}
			n = n*10 + int(d-'0')
			t.pos++
		}
		return t.reference(n)
	}
	if t.flags.canonical {
		t.fail("A class under the flag c is not supported")
	}
	s, _ := t.classEscape(c)
	return t.set(s)
}

// raw reads a character without skipping comments.
func (t *parser) raw() rune {
	if t.pos >= len(t.in) {
		t.fail("Unexpected internal error: the pattern ends with a backslash")
	}
	t.pos++
	return t.in[t.pos-1]
}

func (t *parser) reference(n int) *node {
	t.references = true
	return &node{op: opReference, group: n * 2, fold: t.flags.fold, unicode: t.flags.unicodeCase}
}

// classEscape returns the characters of \d and the like.
func (t *parser) classEscape(c rune) (set, bool) {
	choose := func(ascii set, all func() set) set {
		if t.flags.unicodeClass {
			return all()
		}
		return ascii
	}
	var s set
	switch c {
	case 'd', 'D':
		s = choose(digitSet, digits)
	case 'w', 'W':
		s = choose(wordSet, words)
	case 's', 'S':
		s = choose(spaceSet, spaces)
	case 'h', 'H':
		s = blankSet
	case 'v', 'V':
		s = breakSet
	case 'p', 'P':
		s = t.property()
	default:
		return nil, false
	}
	if c < 'a' {
		t.wide = true
		return s.negate(), true
	}
	return s, true
}

func (t *parser) property() set {
	name := string(t.raw())
	if name == "{" {
		start := t.pos
		for t.at(0) != '}' {
			if t.at(0) == eof {
				t.fail("Unclosed character family")
			}
			t.pos++
		}
		name = string(t.in[start:t.pos])
		t.pos++
		if name == "" {
			t.fail("Empty character family")
		}
	}
	s, ok := property(name, t.flags.fold, t.flags.unicodeClass)
	if key, value, pair := strings.Cut(name, "="); !ok && pair {
		t.fail("Unknown Unicode property {name=<" + strings.ToLower(key) + ">, value=<" + value + ">}")
	}
	if !ok {
		t.fail("Unknown character property name {" + name + "}")
	}
	t.wide = t.wide || len(s) == 0 || s[len(s)-1].hi > 0xFF
	return s
}

// charEscape returns the character that an escape stands for.
func (t *parser) charEscape(c rune) rune {
	switch c {
	case 't':
		return '\t'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 'f':
		return '\f'
	case 'a':
		return 7
	case 'e':
		return 27
	case 'c':
		return t.raw() ^ 64
	case '0':
		return t.octal()
	case 'x':
		if t.at(0) == '{' {
			t.pos++
			start := t.pos
			for t.at(0) != '}' && t.at(0) != eof {
				t.pos++
			}
			n, err := strconv.ParseUint(string(t.in[start:t.pos]), 16, 32)
			if err != nil || n > unicode.MaxRune || t.at(0) != '}' {
				t.fail("Illegal hexadecimal escape sequence")
			}
			t.pos++
			return rune(n)
		}
		return t.hex(2)
	case 'u':
		hi := t.hex(4)
		if hi >= 0xD800 && hi < 0xDC00 && t.at(0) == '\\' && t.at(1) == 'u' {
			saved := t.pos
			t.pos += 2
			if lo := t.hex(4); lo >= 0xDC00 && lo < 0xE000 {
				return 0x10000 + (hi-0xD800)<<10 + lo - 0xDC00
			}
			t.pos = saved
		}
		return hi
	}
	if c|0x20 >= 'a' && c|0x20 <= 'z' && c < 0x80 {
		t.pos--
		t.fail("Illegal/unsupported escape sequence")
	}
	return c
}

func (t *parser) hex(n int) rune {
	if t.pos+n <= len(t.in) {
		if v, err := strconv.ParseUint(string(t.in[t.pos:t.pos+n]), 16, 32); err == nil {
			t.pos += n
			return rune(v)
		}
	}
	t.fail("Illegal hexadecimal or Unicode escape sequence")
	return 0
}

func (t *parser) octal() rune {
	digit := func() (rune, bool) {
		c := t.at(0)
		return c - '0', c >= '0' && c <= '7'
	}
	n, ok := digit()
	if !ok {
		t.fail("Illegal octal escape sequence")
	}
	t.pos++
	if m, ok := digit(); ok {
		first := n
		n = n*8 + m
		t.pos++
		if k, ok := digit(); ok && first <= 3 {
			n = n*8 + k
			t.pos++
		}
	}
	return n
}

// class reads a class. The right side of && is read as one that ends before the
// bracket.
func (t *parser) class(bracketed bool) set {
	t.enter()
	defer func() { t.depth-- }()
	negated := false
	if bracketed {
		t.pos++
		if t.peek() == '^' && t.in[t.pos-1] == '[' {
			t.pos++
			negated = true
		}
	}
	// Java keeps Latin characters apart from the rest, which shows where nothing
	// is on the right side of &&: then it stands for the last item of the rest.
	var all, last, latin set
	var have, haveLast, haveLatin bool
	for {
		c := t.peek()
		switch {
		case c == eof:
			t.fail("Unclosed character class")
		case c == '[':
			last, haveLast = t.class(true), true
			t.charge(last)
			all, have = append(all, last...), true
			continue
		case c == ']' && (have || haveLatin):
			if bracketed {
				t.pos++
			}
			if haveLatin {
				all = append(all, latin...)
			}
			all = normal(all)
			if negated {
				t.wide = true
				return all.negate()
			}
			return all
		case c == '&':
			t.pos++
			if t.peek() != '&' {
				t.pos-- // a literal one, which Java loses where a comment follows
				break
			}
			t.pos++
			var right set
			haveRight := false
			for c = t.peek(); c != ']' && c != '&'; c = t.peek() {
				right, haveRight = append(right, t.class(c == '[')...), true
			}
			if haveLatin {
				if !have {
					last, haveLast = latin, true
				}
				all, have = append(all, latin...), true
				haveLatin = false
			}
			if haveRight {
				last, haveLast = right, true
			}
			switch {
			case !have && !haveRight:
				t.fail("Bad class syntax")
			case !have:
				all, have = right, true
			case !haveLast:
				t.fail("Bad class syntax")
			default:
				all = normal(all).intersect(normal(last))
			}
			continue
		}
		s, isLatin := t.classItem()
		t.charge(s)
		if isLatin {
			latin, haveLatin, haveLast = append(latin, s...), true, false
			continue
		}
		last, haveLast = s, true
		all, have = append(all, s...), true
	}
}

// classItem reads a character, a range or an escape of a class, and reports
// whether it is one of Latin-1.
func (t *parser) classItem() (s set, latin bool) {
	lo, s, isSet := t.classChar(false)
	if isSet {
		return s, false
	}
	if t.peek() == '-' {
		if end := t.at(1); end != '[' && end != ']' {
			t.pos++
			if t.peek() == eof {
				t.fail("Illegal character range")
			}
			hi, _, isSet := t.classChar(true)
			if isSet || hi < lo {
				t.fail("Illegal character range")
			}
			if t.flags.fold {
				t.wide = true
				return foldRange(runeRange{lo, hi}, t.flags.unicodeCase), false
			}
			return set{{lo, hi}}, false
		}
	}
	if !t.flags.fold {
		return set{{lo, lo}}, lo < 256
	}
	s = foldChar(lo, t.flags.unicodeCase)
	latin = lo < 256 && (!t.flags.unicodeCase || s[len(s)-1].hi < 256)
	t.wide = t.wide || !latin && len(s) > 1
	return s, latin
}

// classChar reads a character of a class, or one that ends a range.
func (t *parser) classChar(ends bool) (c rune, s set, isSet bool) {
	c = t.take()
	if c != '\\' {
		return c, nil, false
	}
	c = t.raw()
	if c == 'v' && (ends || t.at(0) == '-') {
		return 0x0B, nil, false // as it was before it stood for all vertical space
	}
	if s, ok := t.classEscape(c); ok {
		return 0, s, true
	}
	if isNodeEscape(c) {
		t.pos--
		t.fail("Illegal/unsupported escape sequence")
	}
	return t.charEscape(c), nil, false
}
