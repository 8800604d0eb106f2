package vtl

import (
	"strings"
	"unicode/utf8"
)

// longest keeps the longest of the matches that it is offered. The kinds must
// be offered in the order in which they win ties.
type longest struct {
	kind tokenKind
	n    int
}

func (m *longest) offer(kind tokenKind, n int) {
	if n > m.n || n == m.n && n > 0 && kind < m.kind {
		m.kind, m.n = kind, n
	}
}

// match finds the longest token that starts here.
func (l *lexer) match() (tokenKind, int) {
	s := l.text[l.pos:]
	m := longest{kind: tokNone}
	c := s[0]
	if c == '$' || c == '#' || c == '\\' {
		l.matchAnywhere(&m, s)
	}
	switch l.state {
	case inText:
		l.matchText(&m, s)
	case inReference:
		if c == '$' {
			m.offer(tokEmptyIndex, emptyIndex(s))
		}
		if c == '#' && strings.HasPrefix(s, "##") {
			m.offer(tokLineComment, 2)
		}
		l.matchReference(&m, s)
	case inModifier:
		if c == '(' {
			m.offer(tokParenOpen, 1)
		}
		l.matchReference(&m, s)
	case inArguments:
		if c == ')' {
			m.offer(tokMethodParenClose, 1)
		}
		l.matchPunctuation(&m, s)
		l.matchLiteral(&m, s)
		l.matchSet(&m, s)
		matchName(&m, s)
	case inIndex:
		if c == ']' {
			m.offer(tokIndexClose, 1)
		}
		l.matchLiteral(&m, s)
	case inHash:
		l.matchDirective(&m, s)
	case inDirective:
		l.matchPunctuation(&m, s)
		switch c {
		case '(':
			m.offer(tokParenOpen, 1)
		case ')':
			m.offer(tokParenClose, 1+l.newlineBehind(s[1:]))
		case '#':
			if strings.HasPrefix(s, "##") {
				m.offer(tokLineComment, 2)
			}
		}
		l.matchLiteral(&m, s)
		matchOperator(&m, s)
		matchWord(&m, s)
	case inLineComment:
		switch c {
		case '\n':
			m.offer(tokLineCommentEnd, 1)
		case '\r':
			m.offer(tokLineCommentEnd, newline(s))
		default:
			l.matchComment(&m, s, tokSkip)
		}
	case inDocComment, inBlockComment:
		if strings.HasPrefix(s, "*#") {
			kind := tokDocCommentEnd
			if l.state == inBlockComment {
				kind = tokBlockCommentEnd
			}
			m.offer(kind, 2)
		} else {
			l.matchComment(&m, s, tokSkip)
		}
	case inTextBlock:
		if strings.HasPrefix(s, "]]#") {
			m.offer(tokTextBlock, 3)
		} else {
			l.matchComment(&m, s, tokMore)
		}
	}
	l.work += m.n
	return m.kind, m.n
}

// matchAnywhere matches the beginnings that are known in every state.
func (l *lexer) matchAnywhere(m *longest, s string) {
	if s[0] == '#' {
		switch {
		case strings.HasPrefix(s, "#[["):
			m.offer(tokTextBlockOpen, 3)
		case strings.HasPrefix(s, "#**") && len(s) > 3 && s[3] != '#':
			_, size := utf8.DecodeRuneInString(s[3:])
			m.offer(tokDocComment, 3+size)
		case strings.HasPrefix(s, "#*"):
			m.offer(tokBlockComment, 2)
		default:
			m.offer(tokHash, 1)
		}
		return
	}
	i := l.escapes()
	if i >= len(s) || s[i] != '$' {
		return
	}
	i++
	m.offer(tokDollar, i)
	for i < len(s) && s[i] == '\\' {
		i++
		l.work++
	}
	if i < len(s) && s[i] == '!' {
		m.offer(tokDollarBang, i+1)
	}
}

// escapes counts the backslashes here. The end of the run is remembered: it is
// asked for at every backslash.
func (l *lexer) escapes() int {
	if l.escapesEnd <= l.pos {
		e := l.pos
		for e < len(l.text) && l.text[e] == '\\' {
			e++
		}
		l.escapesEnd = e
		if e == l.pos {
			return 0
		}
	}
	return l.escapesEnd - l.pos
}

func (l *lexer) matchText(m *longest, s string) {
	switch s[0] {
	case '$':
		m.offer(tokEmptyIndex, emptyIndex(s))
	case '#':
		if strings.HasPrefix(s, "##") {
			m.offer(tokLineComment, 2)
		}
		l.matchSet(m, s)
	case '\\':
		i := l.escapes()
		if i%2 == 1 && i < len(s) && s[i] == '#' {
			if n := wordOrBracedWord(s[i+1:]); n > 0 {
				m.offer(tokEscapedDirective, i+1+n)
			}
		}
		if i > 1 {
			m.offer(tokDoubleEscape, 2)
		}
		m.offer(tokEscape, 1)
	default:
		n := 1
		for n < len(s) && s[n] != '$' && s[n] != '#' && s[n] != '\\' {
			n++
		}
		m.offer(tokText, n)
		l.matchSet(m, s)
	}
}

// matchSet matches #set( or #{set}( with blanks and tabs before it, and blanks
// before the (.
func (l *lexer) matchSet(m *longest, s string) {
	if c := s[0]; c != ' ' && c != '\t' && c != '#' {
		return
	}
	i := blanks(s)
	l.work += i
	switch {
	case strings.HasPrefix(s[i:], "#set"):
		i += len("#set")
	case strings.HasPrefix(s[i:], "#{set}"):
		i += len("#{set}")
	default:
		return
	}
	for i < len(s) && s[i] == ' ' { // not a tab
		i++
		l.work++
	}
	if i < len(s) && s[i] == '(' {
		m.offer(tokSet, i+1)
	}
}

func (l *lexer) matchReference(m *longest, s string) {
	switch c := s[0]; c {
	case '[':
		m.offer(tokIndexOpen, 1)
	case '{':
		m.offer(tokRefBraceOpen, 1)
	case '}':
		m.offer(tokRefBraceClose, 1)
	default:
		l.matchSet(m, s)
		matchName(m, s)
	}
	_, size := utf8.DecodeRuneInString(s)
	m.offer(tokRefEnd, size)
}

// matchName matches names, the dots before them, true and false.
func matchName(m *longest, s string) {
	c := s[0]
	if c == '.' {
		if len(s) > 1 && isLetter(s[1]) {
			m.offer(tokDot, 2)
		}
		return
	}
	if !isLetter(c) && c != '_' {
		return
	}
	n := 1
	for n < len(s) && (isLetter(s[n]) || isDigit(s[n]) || s[n] == '-' || s[n] == '_') {
		n++
	}
	switch s[:n] {
	case "true":
		m.offer(tokTrue, n)
	case "false":
		m.offer(tokFalse, n)
	default:
		m.offer(tokIdent, n)
		// A name may begin with a keyword: the longer match has won.
	}
}

func (l *lexer) matchPunctuation(m *longest, s string) {
	switch s[0] {
	case '[':
		m.offer(tokBracketOpen, 1)
	case ']':
		m.offer(tokBracketClose, 1)
	case ',':
		m.offer(tokComma, 1)
	case ':':
		m.offer(tokColon, 1)
	case '{':
		m.offer(tokBraceOpen, 1)
	case '}':
		m.offer(tokBraceClose, 1)
	case '.':
		if strings.HasPrefix(s, "..") {
			m.offer(tokRange, 2)
		}
	}
}

// matchLiteral matches blanks, strings, numbers, true and false.
func (l *lexer) matchLiteral(m *longest, s string) {
	switch c := s[0]; {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		n := 1
		for n < len(s) && (s[n] == ' ' || s[n] == '\t' || s[n] == '\n' || s[n] == '\r') {
			n++
		}
		m.offer(tokBlank, n)
	case c == '"' || c == '\'':
		m.offer(tokString, l.stringLiteral(s))
	case c == 't' && strings.HasPrefix(s, "true"):
		m.offer(tokTrue, len("true"))
	case c == 'f' && strings.HasPrefix(s, "false"):
		m.offer(tokFalse, len("false"))
	case c == '-' || c == '.' || isDigit(c):
		matchNumber(m, s)
	}
}

// stringLiteral returns the length of a string literal: up to the last quote that
// can end it, where a doubled quote stands for one.
func (l *lexer) stringLiteral(s string) int {
	quote, end, i := s[0], 0, 1
	for {
		n := strings.IndexByte(s[i:], quote)
		if n < 0 {
			l.work += len(s)
			return end
		}
		i += n + 1
		end = i
		if i >= len(s) || s[i] != quote {
			l.work += i
			return end
		}
		i++
	}
}

// matchNumber matches integers, also before .. of a range, and floats.
func matchNumber(m *longest, s string) {
	i := 0
	if s[0] == '-' {
		i = 1
	}
	whole := digits(s[i:])
	i += whole
	if whole > 0 {
		n := i
		if strings.HasPrefix(s[i:], "..") {
			n += 2
		}
		m.offer(tokInteger, n)
		m.offer(tokFloat, plusExponent(s, i, 0))
	}
	if i < len(s) && s[i] == '.' {
		fraction := digits(s[i+1:])
		if whole > 0 || fraction > 0 {
			i += 1 + fraction
			m.offer(tokFloat, plusExponent(s, i, i))
		}
	}
}

// plusExponent returns the length with the exponent at i, or without where there
// is not one.
func plusExponent(s string, i, without int) int {
	if i >= len(s) || s[i] != 'e' && s[i] != 'E' {
		return without
	}
	i++
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	n := digits(s[i:])
	if n == 0 {
		return without
	}
	return i + n
}

func matchOperator(m *longest, s string) {
	second := func(c byte) bool { return len(s) > 1 && s[1] == c }
	switch s[0] {
	case '-':
		m.offer(tokMinus, 1)
	case '+':
		m.offer(tokPlus, 1)
	case '*':
		m.offer(tokTimes, 1)
	case '/':
		m.offer(tokDivide, 1)
	case '%':
		m.offer(tokModulo, 1)
	case '&':
		if second('&') {
			m.offer(tokAnd, 2)
		}
	case '|':
		if second('|') {
			m.offer(tokOr, 2)
		}
	case '<':
		m.offer(tokLess, 1)
		if second('=') {
			m.offer(tokLessEqual, 2)
		}
	case '>':
		m.offer(tokGreater, 1)
		if second('=') {
			m.offer(tokGreaterEqual, 2)
		}
	case '=':
		m.offer(tokAssign, 1)
		if second('=') {
			m.offer(tokEqual, 2)
		}
	case '!':
		m.offer(tokNot, 1)
		if second('=') {
			m.offer(tokNotEqual, 2)
		}
	}
}

var operatorWords = map[string]tokenKind{
	"and": tokAnd, "or": tokOr, "not": tokNot,
	"lt": tokLess, "le": tokLessEqual, "gt": tokGreater, "ge": tokGreaterEqual,
	"eq": tokEqual, "ne": tokNotEqual,
}

// matchWord matches the words of directives: operators, true, false and others.
func matchWord(m *longest, s string) {
	n := word(s)
	if n == 0 {
		if s[0] == '{' {
			m.offer(tokBracedWord, bracedWord(s))
		}
		return
	}
	if kind, ok := operatorWords[s[:n]]; ok {
		m.offer(kind, n)
		return
	}
	m.offer(tokWord, n)
	// An operator word that only begins a longer word has lost to it.
}

// matchDirective matches what may stand behind a #.
func (l *lexer) matchDirective(m *longest, s string) {
	c := s[0]
	if strings.HasPrefix(s, "##") {
		m.offer(tokLineComment, 2)
	}
	n, braced := word(s), 0
	name := s[:n]
	if c == '{' {
		if braced = bracedWord(s); braced > 0 {
			name = s[1 : braced-1]
		}
	}
	// Keywords match at their own length also where a longer word follows: the
	// newline behind #end can make them the longer match.
	for _, k := range [...]struct {
		name string
		kind tokenKind
	}{{"end", tokEnd}, {"if", tokIf}, {"elseif", tokElseIf}, {"else", tokElse}} {
		if braced > 0 && name == k.name || braced == 0 && strings.HasPrefix(name, k.name) {
			end := len(k.name)
			if braced > 0 {
				end = braced
			}
			if k.kind == tokEnd || k.kind == tokElse {
				end += l.newlineBehind(s[end:])
			}
			m.offer(k.kind, end)
		}
	}
	if c == '-' || c == '.' || isDigit(c) {
		matchNumber(m, s)
	}
	m.offer(tokWord, n)
	m.offer(tokBracedWord, braced)
	_, size := utf8.DecodeRuneInString(s)
	m.offer(tokDirectiveEnd, size)
}

func (l *lexer) matchComment(m *longest, s string, kind tokenKind) {
	_, size := utf8.DecodeRuneInString(s)
	m.offer(kind, size)
}

// newlineBehind returns the length of blanks that a newline follows, the newline
// included, or 0.
func (l *lexer) newlineBehind(s string) int {
	i := blanks(s)
	l.work += i
	if n := newline(s[i:]); n > 0 {
		return i + n
	}
	return 0
}

func newline(s string) int {
	switch {
	case strings.HasPrefix(s, "\r\n"):
		return 2
	case s != "" && (s[0] == '\n' || s[0] == '\r'):
		return 1
	}
	return 0
}

func blanks(s string) int {
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i
}

func digits(s string) int {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

// word returns the length of a directive's name, which may begin with an @.
func word(s string) int {
	if s == "" || !isLetter(s[0]) && s[0] != '_' && s[0] != '@' {
		return 0
	}
	return 1 + wordChars(s[1:])
}

func wordChars(s string) int {
	i := 0
	for i < len(s) && (isLetter(s[i]) || isDigit(s[i]) || s[i] == '_' || s[i] == '@') {
		i++
	}
	return i
}

// bracedWord returns the length of a name in braces.
func bracedWord(s string) int {
	if len(s) < 3 || s[0] != '{' || !isLetter(s[1]) && s[1] != '_' {
		return 0
	}
	n := 2 + wordChars(s[2:])
	if n < len(s) && s[n] == '}' {
		return n + 1
	}
	return 0
}

func wordOrBracedWord(s string) int { return max(word(s), bracedWord(s)) }

// emptyIndex returns the length of $[ or $., which would begin a reference without
// a name and is text.
func emptyIndex(s string) int {
	for _, p := range [...]string{"$[", "$.", "$![", `$\![`} {
		if strings.HasPrefix(s, p) {
			return len(p)
		}
	}
	return 0
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
