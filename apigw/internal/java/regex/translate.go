package regex

import (
	"fmt"
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
	fold, unicodeCase, multiline, dotAll, unixLines, comments, unicodeClass bool
}

// maxGroups bounds how deep groups and classes may be nested.
const maxNesting = 250

// translator reads Java's syntax and writes the engine's.
type translator struct {
	pattern string
	in      []rune
	pos     int
	out     strings.Builder
	flags   flags
	depth   int

	groups int            // opened so far
	total  int            // of the whole pattern; known in the second pass
	names  map[string]int // of groups, which have numbers in the engine
}

// translate returns the pattern in the engine's syntax, the number of groups and
// their names.
func translate(pattern string) (expr string, groups int, names map[string]int, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *SyntaxError:
			err = r
		default:
			panic(r)
		}
	}()
	// The first pass counts the groups, for what looks like a reference to a
	// group is read in the light of how many there are.
	total := 1 << 20
	for range 2 {
		t := &translator{pattern: pattern, in: []rune(pattern), total: total, names: map[string]int{}}
		t.alternatives()
		if t.pos < len(t.in) {
			t.fail("Unmatched closing ')'")
		}
		expr, total, names = t.out.String(), t.groups, t.names
	}
	return expr, total, names, nil
}

func (t *translator) fail(msg string) {
	panic(&SyntaxError{Pattern: t.pattern, Index: t.pos, Msg: msg})
}

const eof = -1

func (t *translator) peek() rune {
	if t.flags.comments {
		t.skipComments()
	}
	if t.pos >= len(t.in) {
		return eof
	}
	return t.in[t.pos]
}

// at looks at a character further on.
func (t *translator) at(n int) rune {
	if t.pos+n >= len(t.in) {
		return eof
	}
	return t.in[t.pos+n]
}

func (t *translator) take() rune {
	c := t.peek()
	if c == eof {
		t.fail("Unexpected end of the pattern")
	}
	t.pos++
	return c
}

func (t *translator) accept(c rune) bool {
	if t.peek() != c {
		return false
	}
	t.pos++
	return true
}

func (t *translator) skipComments() {
	for t.pos < len(t.in) {
		switch c := t.in[t.pos]; {
		case c == ' ' || c >= '\t' && c <= '\r':
			t.pos++
		case c == '#':
			for t.pos < len(t.in) && !isLineEnd(t.in[t.pos]) {
				t.pos++
			}
		default:
			return
		}
	}
}

func isLineEnd(c rune) bool {
	return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029
}

func (t *translator) enter() {
	if t.depth++; t.depth > maxNesting {
		t.fail("The pattern is nested too deep")
	}
}

func (t *translator) alternatives() {
	t.enter()
	for {
		t.sequence()
		if !t.accept('|') {
			break
		}
		t.out.WriteByte('|')
	}
	t.depth--
}

func (t *translator) sequence() {
	for {
		switch t.peek() {
		case eof, '|', ')':
			return
		}
		t.quantified()
	}
}

// quantified translates an atom and the quantifier behind it.
func (t *translator) quantified() {
	head := t.out.String()
	t.out.Reset()
	t.atom()
	atom := t.out.String()
	t.out.Reset()
	t.out.WriteString(head)
	q := t.quantifier()
	if q == "" {
		t.out.WriteString(atom)
		return
	}
	if atom == "" {
		atom = "(?:)"
	}
	switch t.peek() {
	case '?':
		t.pos++
		t.out.WriteString(atom + q + "?")
	case '+':
		t.pos++
		t.out.WriteString("(?>" + atom + q + ")")
	default:
		t.out.WriteString(atom + q)
	}
}

func (t *translator) quantifier() string {
	switch c := t.peek(); c {
	case '*', '+', '?':
		t.pos++
		return string(c)
	case '{':
		if d := t.at(1); d < '0' || d > '9' {
			t.fail("Illegal repetition")
		}
		t.pos++
		lo := t.count()
		hi := lo
		if t.accept(',') {
			hi = -1
			if t.peek() != '}' {
				hi = t.count()
			}
		}
		if !t.accept('}') {
			t.fail("Unclosed counted closure")
		}
		switch {
		case hi >= 0 && hi < lo:
			t.fail("Illegal repetition range")
		case hi < 0:
			return fmt.Sprintf("{%d,}", lo)
		}
		return fmt.Sprintf("{%d,%d}", lo, hi)
	}
	return ""
}

func (t *translator) count() int {
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

func (t *translator) atom() {
	switch c := t.peek(); c {
	case '*', '+', '?':
		t.fail(fmt.Sprintf("Dangling meta character '%c'", c))
	case '{':
		return // the quantifier of nothing
	case '(':
		t.group()
	case '[':
		t.pos++
		t.class(t.bracket())
	case '.':
		t.pos++
		switch {
		case t.flags.dotAll:
			t.set(allSet)
		case t.flags.unixLines:
			t.set(set{{'\n', '\n'}}.negate())
		default:
			t.set(lineEnds.negate())
		}
	case '^':
		t.pos++
		t.caret()
	case '$':
		t.pos++
		t.dollar(t.flags.multiline)
	case '\\':
		t.escape()
	default:
		t.pos++
		t.char(c)
	}
}

// caret matches at the start, or also behind line terminators, but then not at
// the end of the input.
func (t *translator) caret() {
	switch {
	case !t.flags.multiline:
		t.out.WriteString(`\A`)
	case t.flags.unixLines:
		t.out.WriteString(`(?:(?:\A|(?<=\n))(?!\z))`)
	default:
		t.out.WriteString(`(?:(?:\A|(?<=[\n\u0085\u2028\u2029])|(?<=\r)(?!\n))(?!\z))`)
	}
}

// dollar matches at the end and before a line terminator there, or before any.
func (t *translator) dollar(multiline bool) {
	end := `\z`
	if multiline {
		end = ""
	}
	if t.flags.unixLines {
		t.out.WriteString(`(?:\z|(?=\n` + end + `))`)
		return
	}
	t.out.WriteString(`(?:\z|(?=\r\n` + end + `)|(?=[\r\u0085\u2028\u2029]` + end + `)|(?<!\r)(?=\n` + end + `))`)
}

// char writes a literal character, in all cases that count.
func (t *translator) char(c rune) {
	if t.flags.fold {
		if s := folds(c, t.flags.unicodeCase); len(s) > 1 {
			t.set(normal(s))
			return
		}
	}
	writeChar(&t.out, c)
}

func writeChar(b *strings.Builder, c rune) {
	switch {
	case c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'z' && c < 0x80, c > 0xFFFF:
		b.WriteRune(c)
	default:
		fmt.Fprintf(b, `\u%04X`, c)
	}
}

func (t *translator) set(s set) {
	if len(s) == 0 {
		t.out.WriteString(`(?!)`)
		return
	}
	t.out.WriteByte('[')
	for _, r := range s {
		writeChar(&t.out, r.lo)
		if r.hi > r.lo {
			t.out.WriteByte('-')
			writeChar(&t.out, r.hi)
		}
	}
	t.out.WriteByte(']')
}

func (t *translator) class(s set) { t.set(s) }

// group translates (…) in all its forms.
func (t *translator) group() {
	t.pos++
	saved := t.flags
	if t.at(0) != '?' {
		t.groups++
		t.out.WriteByte('(')
		t.closeGroup(saved)
		return
	}
	t.pos++
	switch c := t.take(); c {
	case ':', '=', '!', '>':
		t.out.WriteString("(?" + string(c))
	case '<':
		switch d := t.at(0); {
		case d == '=' || d == '!':
			t.pos++
			t.out.WriteString("(?<" + string(d))
		default:
			t.namedGroup()
		}
	default:
		t.pos--
		if t.inlineFlags() {
			return // they hold to the end of the enclosing group
		}
		t.out.WriteString("(?:")
	}
	t.closeGroup(saved)
}

func (t *translator) closeGroup(saved flags) {
	t.alternatives()
	if !t.accept(')') {
		t.fail("Unclosed group")
	}
	t.out.WriteByte(')')
	t.flags = saved
}

func (t *translator) namedGroup() {
	name := t.groupName()
	if _, ok := t.names[name]; ok {
		t.fail("Named capturing group <" + name + "> is already defined")
	}
	t.groups++
	t.names[name] = t.groups
	t.out.WriteByte('(')
}

func (t *translator) groupName() string {
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
func (t *translator) inlineFlags() bool {
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
		case 'x':
			t.flags.comments = on
		case 'U':
			t.flags.unicodeClass, t.flags.unicodeCase = on, on
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

// escape translates what begins with a backslash outside of a class.
func (t *translator) escape() {
	t.pos++
	c := t.raw()
	switch c {
	case 'b':
		// Java's word boundaries know the letters of all scripts.
		t.out.WriteString(wordBoundary(true))
		return
	case 'B':
		t.out.WriteString(wordBoundary(false))
		return
	case 'A', 'z', 'G':
		t.out.WriteString(`\` + string(c))
		return
	case 'Z':
		t.dollar(false)
		return
	case 'R':
		t.out.WriteString(`(?:\r\n|[\n\u000B\f\r\u0085\u2028\u2029])`)
		return
	case 'X':
		t.out.WriteString(`(?>\r\n|[\s\S]\p{M}*)`)
		return
	case 'Q':
		t.quoted()
		return
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
		t.reference(n)
		return
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
		t.reference(n)
		return
	}
	if s, ok := t.classEscape(c); ok {
		t.set(s)
		return
	}
	t.char(t.charEscape(c))
}

// raw reads a character without skipping comments.
func (t *translator) raw() rune {
	if t.pos >= len(t.in) {
		t.fail("Unexpected internal error: the pattern ends with a backslash")
	}
	t.pos++
	return t.in[t.pos-1]
}

func wordBoundary(at bool) string {
	const w = `[\p{L}\p{Nd}_]`
	if at {
		return `(?:(?<=` + w + `)(?!` + w + `)|(?<!` + w + `)(?=` + w + `))`
	}
	return `(?:(?<=` + w + `)(?=` + w + `)|(?<!` + w + `)(?!` + w + `))`
}

func (t *translator) reference(n int) {
	if n > t.total {
		t.out.WriteString(`(?!)`) // a group that never matches
		return
	}
	r := `\k<` + strconv.Itoa(n) + `>`
	if t.flags.fold {
		r = `(?i:` + r + `)`
	}
	t.out.WriteString(r)
}

// quoted translates \Q…\E. A quantifier behind it belongs to its last character.
func (t *translator) quoted() {
	start := t.pos
	end := start
	for end < len(t.in) && !(t.in[end] == '\\' && end+1 < len(t.in) && t.in[end+1] == 'E') {
		end++
	}
	text := t.in[start:end]
	t.pos = min(end+2, len(t.in))
	for i, c := range text {
		if i == len(text)-1 && len(text) > 1 {
			// Close off what comes before, and let the last one stand alone.
			head := t.out.String()
			t.out.Reset()
			t.char(c)
			last := t.out.String()
			t.out.Reset()
			q := t.quantifier()
			if q != "" {
				switch t.peek() {
				case '?':
					t.pos++
					q += "?"
				case '+':
					t.pos++
					last, q = "(?>"+last+q, ")"
				}
			}
			t.out.WriteString("(?:" + head + last + q + ")")
			return
		}
		t.char(c)
	}
}

// classEscape returns the characters of \d and the like.
func (t *translator) classEscape(c rune) (set, bool) {
	switch c {
	case 'd', 'D':
		return t.shorthand(digitSet, unicode.Nd, c == 'D'), true
	case 'w', 'W':
		s := wordSet
		if t.flags.unicodeClass {
			s = union(fromTable(unicode.Letter), fromTable(unicode.Mark), fromTable(unicode.Nd), fromTable(unicode.Pc))
		}
		if c == 'W' {
			return s.negate(), true
		}
		return s, true
	case 's', 'S':
		return t.shorthand(spaceSet, unicode.White_Space, c == 'S'), true
	case 'h':
		return blankSet, true
	case 'H':
		return blankSet.negate(), true
	case 'v':
		return breakSet, true
	case 'V':
		return breakSet.negate(), true
	case 'p', 'P':
		return t.property(c == 'P'), true
	}
	return nil, false
}

func (t *translator) shorthand(ascii set, table *unicode.RangeTable, negated bool) set {
	s := ascii
	if t.flags.unicodeClass {
		s = fromTable(table)
	}
	if negated {
		return s.negate()
	}
	return s
}

func (t *translator) property(negated bool) set {
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
	}
	if strings.HasPrefix(name, "^") {
		t.fail("Unknown character property name {" + name + "}")
	}
	s, ok := property(name)
	if !ok {
		t.fail("Unknown character property name {" + name + "}")
	}
	if t.flags.fold {
		switch name {
		case "Lower", "Upper":
			s = union(lowerASCII, upperASCII)
		case "Lu", "Ll", "Lt":
			s, _ = property("LC")
		}
	}
	if negated {
		return s.negate()
	}
	return s
}

// charEscape returns the character that an escape stands for.
func (t *translator) charEscape(c rune) rune {
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

func (t *translator) hex(n int) rune {
	if t.pos+n <= len(t.in) {
		if v, err := strconv.ParseUint(string(t.in[t.pos:t.pos+n]), 16, 32); err == nil {
			t.pos += n
			return rune(v)
		}
	}
	t.fail("Illegal hexadecimal or Unicode escape sequence")
	return 0
}

func (t *translator) octal() rune {
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

// bracket reads a class behind its [.
func (t *translator) bracket() set {
	t.enter()
	defer func() { t.depth-- }()
	negated := t.accept('^')
	var s set
	first := true
	var result set
	have := false
	for {
		c := t.peek()
		switch {
		case c == eof:
			t.fail("Unclosed character class")
		case c == ']' && (!first || have):
			t.pos++
			if have {
				s = result.intersect(normal(s))
			}
			s = normal(s)
			if negated {
				s = s.negate()
			}
			return s
		case c == '[':
			t.pos++
			s = append(s, t.bracket()...)
		case c == '&' && t.at(1) == '&':
			t.pos += 2
			if t.peek() == '&' {
				for t.accept('&') {
				}
			}
			if t.peek() == ']' && first && !have {
				t.fail("Bad class syntax")
			}
			switch {
			case have && !first:
				result = result.intersect(normal(s))
			case !first:
				result, have = normal(s), true
			}
			if t.peek() == ']' && have {
				t.pos++
				if negated {
					return result.negate()
				}
				return result
			}
			s = nil
			first = true
			continue
		default:
			s = append(s, t.classItem()...)
		}
		first = false
	}
}

// classItem reads a character, a range or an escape of a class.
func (t *translator) classItem() set {
	lo, s, isSet := t.classChar()
	if isSet {
		return s
	}
	if t.peek() == '-' {
		if end := t.at(1); end != '[' && end != ']' && end != eof {
			t.pos++
			t.peek()
			hi, _, isSet := t.classChar()
			if isSet || hi < lo {
				t.fail("Illegal character range")
			}
			return t.folded(set{{lo, hi}})
		}
	}
	return t.folded(set{{lo, lo}})
}

func (t *translator) folded(s set) set {
	if t.flags.fold {
		return s.fold(t.flags.unicodeCase)
	}
	return s
}

func (t *translator) classChar() (c rune, s set, isSet bool) {
	c = t.take()
	if c != '\\' {
		return c, nil, false
	}
	c = t.raw()
	if c == 'Q' {
		for !(t.at(0) == '\\' && t.at(1) == 'E') {
			if t.at(0) == eof {
				t.fail("Unclosed character class")
			}
			s = append(s, t.folded(set{{t.at(0), t.at(0)}})...)
			t.pos++
		}
		t.pos += 2
		return 0, s, true
	}
	if s, ok := t.classEscape(c); ok {
		return 0, s, true
	}
	switch c {
	case 'R', 'X', 'A', 'z', 'Z', 'G', 'B', 'b', 'k':
		t.pos--
		t.fail("Illegal/unsupported escape sequence")
	}
	if c >= '1' && c <= '9' {
		t.fail("Illegal/unsupported escape sequence")
	}
	return t.charEscape(c), nil, false
}
