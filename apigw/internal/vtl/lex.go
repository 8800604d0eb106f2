package vtl

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// lexState says which tokens are possible. The language switches states in the
// middle of what looks like one construct, and its oddities come from there:
// the states and their transitions are those of Velocity 1.7.
type lexState uint8

const (
	inText         lexState = iota
	inReference             // behind a $
	inModifier              // behind the dot of a reference
	inArguments             // behind the ( of a method call
	inIndex                 // behind the [ of a reference
	inHash                  // behind a #, before it is known what it begins
	inDirective             // between the parentheses of a directive
	inLineComment           // behind ##
	inDocComment            // behind #**
	inBlockComment          // behind #*
	inTextBlock             // behind #[[
)

type savedState struct {
	state          lexState
	opened, closed int
}

// lexer makes tokens, one at a time when the parser asks: the parser's
// decisions influence the state.
type lexer struct {
	src   *source
	text  string
	pos   int
	state lexState
	stack []savedState

	opened, closed int // parentheses of this state, to know which one ends it
	inComment      bool
	inSet          bool

	escapesEnd int // end of the run of backslashes that was looked at last
	work       int // bytes looked at, to stop texts that are scanned again and again

	slab *tokenSlab // with room for the next tokens
	used []*tokenSlab
}

// tokenSlab is room for tokens. No token outlives the parse, and using the room
// again is half of the bytes that BenchmarkParse allocates.
type tokenSlab struct {
	tokens [128]token
	n      int
}

var tokenSlabs = sync.Pool{New: func() any { return new(tokenSlab) }}

func newLexer(src *source) *lexer {
	return &lexer{src: src, text: src.text}
}

// free returns the room of the tokens, for the next parse.
func (l *lexer) free() {
	for _, s := range l.used {
		clear(s.tokens[:s.n])
		s.n = 0
		tokenSlabs.Put(s)
	}
	l.slab, l.used = nil, nil
}

func (l *lexer) push() {
	l.stack = append(l.stack, savedState{l.state, l.opened, l.closed})
	l.opened = 0
}

func (l *lexer) pop() bool {
	if len(l.stack) == 0 {
		l.opened = 0
		l.state = inText
		return false
	}
	s := l.stack[len(l.stack)-1]
	l.stack = l.stack[:len(l.stack)-1]
	l.state, l.opened, l.closed = s.state, s.opened, s.closed
	return true
}

// enter pushes the current state and goes to another one.
func (l *lexer) enter(s lexState) {
	l.push()
	l.state = s
}

func (l *lexer) newToken(kind tokenKind, begin, pos int) *token {
	if l.slab == nil || l.slab.n == len(l.slab.tokens) {
		l.slab = tokenSlabs.Get().(*tokenSlab)
		l.used = append(l.used, l.slab)
	}
	t := &l.slab.tokens[l.slab.n]
	l.slab.n++
	*t = token{kind: kind, begin: int32(begin), pos: int32(pos), end: int32(l.pos), image: l.text[pos:l.pos]}
	return t
}

// next reads the next token.
func (l *lexer) next() *token {
	begin := l.pos
	var special *token
	for {
		start := l.pos
		if l.pos >= len(l.text) {
			t := l.newToken(tokEOF, begin, start)
			t.special = special
			return t
		}
	again:
		kind, n := l.match()
		if l.work > 64*len(l.text)+1<<20 {
			l.fail(l.pos, limitExceeded, "the template is too intricate to read")
		}
		if kind == tokNone {
			l.unexpected()
		}
		l.pos += n
		switch kind {
		case tokSkip:
			continue
		case tokDollar, tokDollarBang, tokTextBlockOpen, tokDocComment, tokBlockComment, tokHash, tokMore:
			l.began(kind)
			if l.pos >= len(l.text) {
				l.endsEarly(kind, start)
			}
			goto again
		case tokRefEnd, tokDirectiveEnd:
			s := l.newToken(kind, begin, start)
			_, size := utf8.DecodeLastRuneInString(l.text[:l.pos])
			l.pos -= size
			l.pop()
			s.special = special
			special = s
			continue
		}
		t := l.newToken(kind, begin, start)
		t.special = special
		l.matched(t)
		t.end = int32(l.pos)
		return t
	}
}

// began acts on the start of a longer token.
func (l *lexer) began(kind tokenKind) {
	if l.inComment {
		return
	}
	switch kind {
	case tokDollar, tokDollarBang:
		if l.state == inReference {
			l.pop()
		}
		l.enter(inReference)
	case tokTextBlockOpen:
		l.inComment = true
		l.enter(inTextBlock)
	case tokDocComment:
		_, size := utf8.DecodeLastRuneInString(l.text[:l.pos])
		l.pos -= size
		l.inComment = true
		l.enter(inDocComment)
	case tokBlockComment:
		l.inComment = true
		l.enter(inBlockComment)
	case tokHash:
		if l.state == inReference || l.state == inModifier {
			l.pop()
		}
		l.enter(inHash)
	}
}

// matched acts on a whole token.
func (l *lexer) matched(t *token) {
	switch t.kind {
	case tokIndexOpen:
		l.enter(inIndex)
	case tokIndexClose:
		l.pop()
	case tokParenOpen:
		if !l.inComment {
			l.opened++
		}
		if l.state == inModifier {
			l.state = inArguments
		}
	case tokParenClose:
		l.closeParen()
	case tokMethodParenClose:
		l.state = inReference
	case tokSet:
		if !l.inComment {
			l.enter(inDirective)
			l.inSet = true
			l.opened++
		}
	case tokLineComment:
		if !l.inComment {
			if l.state == inReference {
				l.pop()
			}
			l.inComment = true
			l.enter(inLineComment)
		}
	case tokLineCommentEnd, tokDocCommentEnd, tokBlockCommentEnd, tokTextBlock:
		l.inComment = false
		l.pop()
	case tokString:
		if l.state == inDirective && !l.inSet && l.opened == 0 {
			l.pop()
		}
	case tokEnd, tokElse:
		l.pop()
	case tokIf, tokElseIf:
		l.state = inDirective
	case tokInteger:
		if strings.HasSuffix(t.image, "..") {
			l.pos -= 2
			t.image = t.image[:len(t.image)-2]
		}
		if l.opened == 0 && !l.inSet && l.state != inArguments && l.state != inIndex {
			l.pop()
		}
	case tokFloat:
		if l.opened == 0 && !l.inSet && l.state != inArguments {
			l.pop()
		}
	case tokDot:
		l.pos-- // the letter belongs to the name
		t.image = "."
		l.state = inModifier
	case tokRefBraceClose:
		l.pop()
	}
}

// closeParen leaves the states that a closing parenthesis ends.
func (l *lexer) closeParen() {
	for !l.inComment {
		if l.opened > 0 {
			if l.opened == l.closed+1 {
				l.pop()
			} else {
				l.closed++
			}
			return
		}
		if !l.pop() {
			return
		}
	}
}

// leftParenFollows reports whether the next characters are blanks and a (.
func (l *lexer) leftParenFollows() bool {
	for i := l.pos; i < len(l.text); i++ {
		switch l.text[i] {
		case '(':
			return true
		case ' ', '\t', '\n', '\r':
		default:
			return false
		}
	}
	return false
}
