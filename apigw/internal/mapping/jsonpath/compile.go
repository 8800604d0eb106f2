package jsonpath

import (
	"strconv"
	"strings"
)

// Compile reads a path. The error is a [*SyntaxError].
func Compile(text string) (*Path, error) {
	return compile(text, 0)
}

// maxFilterDepth bounds filters within the paths of filters.
const maxFilterDepth = 20

func compile(text string, depth int) (*Path, error) {
	if len(text) > maxLength {
		return nil, &SyntaxError{Path: text, Problem: "the path is longer than 10000 characters"}
	}
	c := compiler{text: text, depth: depth}
	p, problem := c.compile()
	if problem != "" {
		return nil, &SyntaxError{Path: text, Problem: problem}
	}
	return p, nil
}

// compiler reads one path. Problems are texts, empty for none.
type compiler struct {
	text  string // as given
	path  string // with its $
	depth int
}

func (c *compiler) compile() (*Path, string) {
	s := trim(c.text)
	switch {
	case s == "":
		return nil, "a path cannot be empty; $ is the whole document"
	case strings.HasSuffix(s, ".."):
		return nil, "a path cannot end with .., which needs the name to look for"
	case c.depth > maxFilterDepth:
		return nil, "filters are nested too deep"
	}
	if s[0] != '$' && s[0] != '@' {
		s = "$." + s
	}
	if len(s) > 1 && s[1] != '.' && s[1] != '[' {
		return nil, "expected . or [ after " + s[:1]
	}
	p := &Path{text: c.text, fromRoot: s[0] == '$'}
	c.path = s
	for i := 1; i < len(s); {
		t, next, problem := c.next(i)
		if problem != "" {
			return nil, problem
		}
		if next > i && t != nil {
			p.tokens = append(p.tokens, *t)
		}
		i = next
	}
	if n := len(p.tokens); n > 0 && p.tokens[n-1].kind == scan {
		return nil, "a path cannot end with .., which needs the name to look for"
	}
	p.link()
	return p, ""
}

// next reads the token at i, or nothing where a dot stands before a bracket.
func (c *compiler) next(i int) (t *token, next int, problem string) {
	s := c.path
	switch s[i] {
	case ' ':
		return nil, 0, "a blank is not allowed outside brackets; write a name with blanks as ['a name']"
	case '$':
		return &token{kind: self}, i + 1, ""
	case '*':
		return &token{kind: wildcard}, i + 1, ""
	case '[':
		end := closing(s, i)
		t, problem := c.bracket(s[i:end])
		return t, end, problem
	case '.':
		i++
		if i == len(s) {
			return nil, 0, "a path cannot end with a dot"
		}
		if s[i] == '.' {
			return &token{kind: scan}, i + 1, ""
		}
		end := nameEnd(s, i)
		switch {
		case end == i:
			return nil, i, ""
		case s[i:end] == "*":
			return &token{kind: wildcard}, end, ""
		}
		t, problem := plainName(s[i:end])
		return t, end, problem
	}
	end := nameEnd(s, i)
	t, problem = plainName(s[i:end])
	return t, end, problem
}

// plainName returns a name without quotes. Jayway puts it into quotes and brackets
// and reads it again, so that a quote or a bracket in it ends it.
func plainName(s string) (*token, string) {
	if strings.ContainsAny(s, "']") {
		return names("['"+s+"']", 1)
	}
	return &token{kind: property, names: []string{s}}, ""
}

// nameEnd returns where a name without quotes ends.
func nameEnd(s string, i int) int {
	if n := strings.IndexAny(s[i:], ".[ "); n >= 0 {
		return i + n
	}
	return len(s)
}

// closing returns the end of the bracket that opens at i, or of the path. Quotes do
// not hide brackets.
func closing(s string, i int) int {
	nested := 0
	for i++; i < len(s); i++ {
		switch s[i] {
		case '[':
			nested++
		case ']':
			if nested == 0 {
				return i + 1
			}
			nested--
		}
	}
	return len(s)
}

// bracket reads a token in brackets. The first character that can begin
// something decides; what stands before it is passed over.
func (c *compiler) bracket(s string) (*token, string) {
	if s == "[*]" {
		return &token{kind: wildcard}, ""
	}
	if isPlaceholder(s) {
		return &token{kind: noFilter}, ""
	}
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b == '?':
			return c.filter(s[strings.LastIndexByte(s[:i], '['):])
		case b == '\'':
			return names(s, i)
		case b == '@':
			return lengthIndex(s, i)
		case b == ':' || b == '-' || isDigit(b):
			return numbers(s, i)
		}
	}
	if strings.IndexByte(s, '"') >= 0 {
		return nil, "a name in brackets takes single quotes: ['name']"
	}
	return nil, "cannot read " + s + ": expected a number, a name in single quotes, * or a filter"
}

// isPlaceholder recognises [?] and [?,?].
func isPlaceholder(s string) bool {
	inner, ok := strings.CutSuffix(strings.TrimPrefix(s, "["), "]")
	inner = strings.TrimLeft(inner, " \t\n\v\f\r")
	return ok && strings.HasPrefix(inner, "?") && strings.Trim(inner, "?, \t\n\v\f\r*") == ""
}

// names reads ['a'] and ['a','b']. There are no escapes.
func names(s string, i int) (*token, string) {
	t := &token{kind: property}
	for {
		end := strings.IndexAny(s[i:], "']")
		if end < 0 {
			return nil, "missing ] after " + s
		}
		i += end
		if s[i] == ']' {
			break
		}
		i++
		end = strings.IndexAny(s[i:], "']")
		if end < 0 {
			return nil, "missing ' after " + s
		}
		if s[i+end] == ']' { // ends the bracket even here
			break
		}
		t.names = append(t.names, s[i:i+end])
		i += end + 1
	}
	return t, ""
}

// lengthIndex reads [(@.length-1)] and [(@.size()-1)] from the @ on.
func lengthIndex(s string, i int) (*token, string) {
	const form = "expected [(@.length-1)]"
	word, _, found := strings.Cut(s[min(i+2, len(s)):], "-")
	rest := s[min(i+2+len(word), len(s)):]
	word = strings.Map(dropping(" ()"), word)
	if !found || word != "length" && word != "size" {
		return nil, form
	}
	end := strings.IndexByte(rest, ')')
	if end < 0 {
		return nil, form
	}
	n, ok := number(strings.Map(dropping(" "), rest[:end]))
	if !ok {
		return nil, form
	}
	return &token{kind: fromLength, numbers: []int{n}}, ""
}

func dropping(chars string) func(rune) rune {
	return func(r rune) rune {
		if strings.ContainsRune(chars, r) {
			return -1
		}
		return r
	}
}

// numbers reads indexes and slices from i on, up to the first character that
// belongs to neither.
func numbers(s string, i int) (*token, string) {
	l := numberList{s: s, i: i}
	for l.i < len(s) && l.problem == "" && strings.IndexByte("0123456789-, :", s[l.i]) >= 0 {
		switch s[l.i] {
		case ' ':
		case ',':
			l.take()
			l.commas = true
		case ':':
			l.slice()
			if l.i < len(s) && s[l.i] == ']' {
				continue
			}
		default:
			l.digits = append(l.digits, s[l.i])
		}
		l.i++
	}
	if len(l.digits) > 0 {
		l.take()
	}
	switch {
	case l.problem != "":
		return nil, l.problem
	case l.i >= len(s):
		return nil, "missing ] after " + s
	}
	return &token{kind: l.kind(), numbers: l.numbers}, ""
}

// numberList is what was read of a bracket with numbers.
type numberList struct {
	s                string
	i                int
	digits           []byte
	numbers          []int
	commas           bool
	from, to, fromTo bool // forms of slices that were met
	problem          string
}

// take ends a number.
func (l *numberList) take() {
	n, ok := number(string(l.digits))
	if !ok {
		l.problem = "cannot read " + l.s + ": " + strconv.Quote(string(l.digits)) + " is not an index"
	}
	l.numbers = append(l.numbers, n)
	l.digits = l.digits[:0]
}

// slice reads from a colon up to the character behind the second number, which
// the caller passes over unless it closes the bracket.
func (l *numberList) slice() {
	open := len(l.digits) == 0
	if !open {
		l.take()
	}
	for l.i++; l.i < len(l.s) && strings.IndexByte("0123456789- ", l.s[l.i]) >= 0; l.i++ {
		if l.s[l.i] != ' ' {
			l.digits = append(l.digits, l.s[l.i])
		}
	}
	switch {
	case open:
		l.to = true
		l.take()
	case len(l.digits) == 0:
		l.from = true
	default:
		l.fromTo = true
		l.take()
	}
}

func (l *numberList) kind() kind {
	switch {
	case len(l.numbers) == 1 && !l.to && !l.from:
		return index
	case l.commas:
		return indexes
	case l.from:
		return sliceFrom
	case l.to:
		return sliceTo
	}
	return slice
}

// number implements Java's Integer.parseInt.
func number(s string) (int, bool) {
	n, err := strconv.ParseInt(s, 10, 32)
	return int(n), err == nil && s[0] != '+'
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// trim implements Java's String.trim.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
}
