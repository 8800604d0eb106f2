package vtl

import "strings"

// tokenKind says what a token is. Where two kinds match the same length of
// text, the one that is listed first wins.
type tokenKind uint8

const (
	tokEOF tokenKind = iota
	tokIndexOpen
	tokIndexClose
	tokBracketOpen
	tokBracketClose
	tokComma
	tokRange // ..
	tokColon
	tokBraceOpen
	tokBraceClose
	tokParenOpen
	tokParenClose       // takes blanks and one newline behind it along
	tokMethodParenClose // does not
	tokEscapedDirective
	tokSet           // #set( with the blanks before it
	tokDollar        // these six only begin a longer token
	tokDollarBang    //
	tokTextBlockOpen //
	tokDocComment    //
	tokBlockComment  //
	tokHash          //
	tokLineComment   // ##
	tokDoubleEscape  // \\
	tokEscape        // \
	tokText
	tokLineCommentEnd
	tokDocCommentEnd
	tokBlockCommentEnd
	tokTextBlock
	tokSkip // a character of a comment
	tokMore // a character of #[[ ]]#
	tokBlank
	tokString
	tokTrue
	tokFalse
	tokMinus
	tokPlus
	tokTimes
	tokDivide
	tokModulo
	tokAnd
	tokOr
	tokLess
	tokLessEqual
	tokGreater
	tokGreaterEqual
	tokEqual
	tokNotEqual
	tokNot
	tokAssign
	tokEnd
	tokIf
	tokElseIf
	tokElse
	tokInteger
	tokFloat
	tokWord
	tokBracedWord
	tokIdent
	tokDot
	tokRefBraceOpen
	tokRefBraceClose
	tokRefEnd       // the character behind a reference, which is read again
	tokDirectiveEnd // the character behind a # that begins no directive, likewise
	tokEmptyIndex   // $[ or $.
	tokNone
)

// token is a piece of the template. Tokens form a list, so that the parser can
// look ahead and nodes can return their text.
type token struct {
	kind  tokenKind
	begin int32  // where the token before it ended: comments and the like included
	pos   int32  // where image starts
	end   int32  // where the next token begins
	image string // the text, as the language sees it
	next  *token
	// special is a piece that reads as text but comes before this token, such as
	// a lone $. Earlier ones are its special in turn.
	special *token
}

// literal returns the text that stands for the token in output and messages: its
// image after the dollars and hashes that came before it.
func (t *token) literal() string {
	if t.kind == tokBlockCommentEnd {
		return ""
	}
	if t.special == nil {
		return t.image
	}
	if s := t.special.image; len(s) >= 2 && s[0] == '#' && s[1] == '#' {
		return t.image
	}
	if s := t.specialText(); s != "" {
		return s + t.image
	}
	return t.image
}

// specialText returns, of the special tokens, the dollars, the hashes, and the
// backslashes before a dollar; the character behind such a dollar is lost.
func (t *token) specialText() string {
	var chain []*token
	for s := t.special; s != nil; s = s.special {
		chain = append(chain, s)
	}
	var b []byte
	for n := len(chain) - 1; n >= 0; n-- {
		img := chain[n].image
		for i := 0; i < len(img); i++ {
			switch img[i] {
			case '#', '$':
				b = append(b, img[i])
			case '\\':
				j := i
				for j < len(img) && img[j] == '\\' {
					j++
				}
				if j < len(img) && img[j] == '$' {
					b = append(b, img[i:j+1]...)
					i = j + 1
				}
			}
		}
	}
	return string(b)
}

// literalText joins the literals of the tokens from first to last. It reports
// false when last does not come behind first, as in an empty block.
func literalText(text string, first, last *token) (string, bool) {
	if first == last {
		return first.literal(), true
	}
	n := 0
	// Literals that are the text as it stands need no copy, which saves a fifth of
	// the allocations of BenchmarkParse.
	plain := true
	t := first
	for ; t != nil; t = t.next {
		n += len(t.image) + 2
		if t.special != nil || int(t.end-t.pos) != len(t.image) || t.kind == tokBlockCommentEnd || t != first && t.pos != t.begin {
			plain = false
		}
		if t == last {
			break
		}
	}
	if t == nil {
		return "", false
	}
	if plain {
		return text[first.pos:last.end], true
	}
	b := make([]byte, 0, n+len(last.image))
	for t = first; ; t = t.next {
		b = append(b, t.literal()...)
		if t == last {
			return string(b), true
		}
	}
}

// imageText joins the images of the tokens from first to last.
func imageText(text string, first, last *token) string {
	plain := true
	n := 0
	for t := first; ; t = t.next {
		n += len(t.image)
		if int(t.end-t.pos) != len(t.image) || t != first && t.pos != t.begin {
			plain = false
		}
		if t == last {
			break
		}
	}
	if plain {
		return text[first.pos:last.end]
	}
	b := make([]byte, 0, n)
	for t := first; ; t = t.next {
		b = append(b, t.image...)
		if t == last {
			return string(b)
		}
	}
}

// describe names a token for error messages.
func (t *token) describe() string {
	switch t.kind {
	case tokEOF:
		return "end of the template"
	case tokBlank:
		return "blank"
	}
	img := strings.TrimRight(t.image, " \t\r\n")
	if img == "" {
		return "blank"
	}
	if r := []rune(img); len(r) > 24 {
		img = string(r[:24]) + "…"
	}
	if t.kind == tokString {
		return "string " + img
	}
	return "token \"" + img + "\""
}
