package vtl

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/java"
)

// reference parses a reference. The peeked token begins it.
func (p *parser) reference() *Reference {
	first := p.peek()
	p.enter(first)
	r := take(&p.room.references)
	name := first
	braced := first.kind == tokRefBraceOpen
	if braced {
		p.take()
		if t := p.peek(); t.kind != tokIdent {
			p.unexpected(t, "a name")
		}
		name = p.peek()
	}
	p.take()
	base := len(p.parts)
	p.indexes()
	for {
		t := p.peek()
		if t.kind != tokDot || p.peekAfter(t).kind != tokIdent {
			break
		}
		p.take()
		m := p.member()
		p.parts = append(p.parts, m)
		p.indexes()
	}
	if braced {
		p.expect(tokRefBraceClose, "\"}\"")
	}
	r.Parts = slices.Clone(p.parts[base:])
	p.parts = p.parts[:base]
	r.span = p.span(first)
	r.dissect(first, name)
	r.lit, _ = literalText(p.src.text, first, p.last)
	if r.form != formEscaped {
		r.null = r.lit
		if r.Quiet && !r.escaped {
			r.null = ""
		}
	}
	r.plain = len(r.Parts) == 0 && r.null == "$"+r.Name
	r.slot = p.syms.intern(r.Name)
	p.leave()
	return r
}

// dissect splits the first token of a reference: backslashes, dollars and
// hashes that touch it, the $ or $! and the brace. What comes before the last $
// is cut off the token.
func (r *Reference) dissect(first, name *token) {
	img := first.image
	if strings.Contains(img, `\!`) {
		// $\!x is text without its last backslash, and $\\!x likewise.
		i := strings.IndexByte(img, '$')
		for i < len(img) && img[i] != '\\' {
			i++
		}
		end := i
		for end < len(img) && img[end] == '\\' {
			end++
		}
		r.form = formEscaped
		r.null = img[:end-1] + img[end:]
		r.Name = r.null
		return
	}
	n := 0
	for n < len(img) && img[n] == '\\' {
		n++
	}
	r.escaped = n%2 == 1
	r.prefix = img[:n/2]
	img = img[n:]
	if i := strings.LastIndexByte(img, '$'); i > 0 {
		r.more = img[:i]
		img = img[i:]
	}
	first.image = img
	switch {
	case strings.HasPrefix(img, "$!{"):
		r.form, r.Quiet, r.Name = formQuiet, true, name.image
	case strings.HasPrefix(img, "$!"):
		r.form, r.Quiet, r.Name = formQuiet, true, img[2:]
	case img == "${":
		r.form, r.Name = formBraced, name.image
	case strings.HasPrefix(img, "$"):
		r.form, r.Name = formNormal, img[1:]
	default:
		r.form, r.Name = formBare, img
	}
}

// indexes parses the [index] parts that follow.
func (p *parser) indexes() {
	for p.peek().kind == tokIndexOpen {
		first := p.take()
		p.accept(tokBlank)
		switch t := p.peek(); t.kind {
		case tokString, tokInteger, tokTrue, tokFalse, tokIdent, tokRefBraceOpen:
		default:
			p.unexpected(t, "an index: a number, a string or a reference")
		}
		i := &Index{Arg: p.operand()}
		p.accept(tokBlank)
		p.expect(tokIndexClose, "\"]\"")
		i.span = p.span(first)
		p.parts = append(p.parts, i)
	}
}

// member parses the name behind a dot, with arguments if it is a call. A (
// behind a name makes a call only if what follows can be an argument or a ).
func (p *parser) member() Part {
	first := p.take()
	paren := p.peek()
	if paren.kind != tokParenOpen {
		return p.property(first)
	}
	switch third := p.peekAfter(paren); {
	case third.kind == tokMethodParenClose:
	case beginsOperand(third.kind):
	default:
		return p.property(first)
	}
	p.take()
	m := take(&p.room.calls)
	m.Name = first.image
	if p.peek().kind != tokMethodParenClose {
		base := len(p.args)
		for more := true; more; more = p.accept(tokComma) {
			a := p.paddedOperand()
			p.args = append(p.args, a)
		}
		m.Args = slices.Clone(p.args[base:])
		p.args = p.args[:base]
	}
	p.expect(tokMethodParenClose, "\",\" or \")\"")
	m.span = p.span(first)
	return m
}

func (p *parser) property(name *token) Part {
	n := take(&p.room.properties)
	*n = Property{span: p.span(name), Name: name.image}
	return n
}

// beginsOperand reports whether an argument can begin with a token of a kind.
func beginsOperand(kind tokenKind) bool {
	switch kind {
	case tokBracketOpen, tokBraceOpen, tokBlank, tokString, tokTrue, tokFalse, tokInteger, tokFloat, tokIdent, tokRefBraceOpen:
		return true
	}
	return false
}

// paddedOperand parses an operand with blanks around it.
func (p *parser) paddedOperand() Expr {
	p.accept(tokBlank)
	e := p.operand()
	p.accept(tokBlank)
	return e
}

// operand parses a literal or a reference.
func (p *parser) operand() Expr {
	t := p.peek()
	p.enter(t)
	defer p.leave()
	switch t.kind {
	case tokString:
		p.take()
		return p.stringLiteral(t)
	case tokInteger:
		p.take()
		n := number(t.image)
		if n == nil {
			p.failAt(t, "not a number: "+t.image, "")
		}
		return &Literal{span: p.span(t), Value: n, lit: t.literal()}
	case tokFloat:
		p.take()
		f, err := strconv.ParseFloat(t.image, 64)
		if err != nil && math.IsInf(f, 0) {
			err = nil // as in Java
		}
		if err != nil {
			p.failAt(t, "not a number: "+t.image, "")
		}
		return &Literal{span: p.span(t), Value: f, lit: t.literal()}
	case tokTrue, tokFalse:
		p.take()
		return &Literal{span: p.span(t), Value: t.kind == tokTrue, truth: t.kind == tokTrue, lit: t.literal()}
	case tokIdent, tokRefBraceOpen:
		return p.reference()
	case tokBracketOpen:
		return p.listOrRange()
	case tokBraceOpen:
		return p.mapLiteral()
	}
	p.unexpected(t, "a value")
	return nil
}

// listOrRange parses [a, b] or [a..b].
func (p *parser) listOrRange() Expr {
	first := p.take()
	l := &ListLiteral{}
	if p.peek().kind != tokBracketClose {
		t := p.peek()
		if t.kind == tokBlank {
			t = p.peekAfter(t)
		}
		// A bound of a range: what else a list may hold is not one.
		bound := t.kind == tokInteger || t.kind == tokIdent || t.kind == tokRefBraceOpen
		item := p.paddedOperand()
		if bound && p.peek().kind == tokRange {
			return p.rangeFrom(first, item)
		}
		l.Items = append(l.Items, item)
		for p.accept(tokComma) {
			l.Items = append(l.Items, p.paddedOperand())
		}
	}
	p.expect(tokBracketClose, "\",\" or \"]\"")
	l.span = p.span(first)
	l.lit, _ = literalText(p.src.text, first, p.last)
	return l
}

func (p *parser) rangeFrom(first *token, from Expr) Expr {
	p.take()
	p.accept(tokBlank)
	switch t := p.peek(); t.kind {
	case tokInteger, tokIdent, tokRefBraceOpen:
	default:
		p.unexpected(t, "an integer or a reference")
	}
	r := &Range{From: from, To: p.operand()}
	p.accept(tokBlank)
	p.expect(tokBracketClose, "\"]\"")
	r.span = p.span(first)
	r.lit, _ = literalText(p.src.text, first, p.last)
	return r
}

func (p *parser) mapLiteral() Expr {
	first := p.take()
	m := &MapLiteral{}
	if t := p.peek(); t.kind == tokBlank && closesMap(p.peekAfter(t).kind) {
		p.take()
	} else if !closesMap(t.kind) {
		p.mapEntry(m)
		for p.accept(tokComma) {
			p.mapEntry(m)
		}
	}
	if t := p.peek(); !closesMap(t.kind) {
		p.unexpected(t, "\",\" or \"}\"")
	}
	p.take()
	m.span = p.span(first)
	m.lit, _ = literalText(p.src.text, first, p.last)
	return m
}

func closesMap(kind tokenKind) bool { return kind == tokBraceClose || kind == tokRefBraceClose }

func (p *parser) mapEntry(m *MapLiteral) {
	m.Keys = append(m.Keys, p.paddedOperand())
	p.expect(tokColon, "\":\"")
	m.Values = append(m.Values, p.paddedOperand())
}

// stringLiteral returns the node of a string. In double quotes \uXXXX is decoded,
// and what holds a $ or # is rendered as a template.
func (p *parser) stringLiteral(t *token) Expr {
	quote, text := t.image[0], t.image[1:len(t.image)-1]
	src := &source{name: p.src.name, in: p.src, base: int(t.pos) + 1}
	interpolate := quote == '"' && strings.ContainsAny(text, "$#")
	if quote == '"' && strings.Contains(text, `\u`) {
		text = p.decodeUnicode(t, text, src)
	}
	if strings.IndexByte(text, quote) >= 0 {
		text = undouble(text, quote, src)
	}
	if !interpolate {
		return &Literal{span: p.span(t), Value: text, lit: t.literal()}
	}
	// A blank behind it lets a text end in $ or #; it is taken off the result.
	// A line comment would swallow it.
	if !strings.Contains(text, "##") {
		text += " "
	}
	src.text = text
	s := &Interpolated{span: p.span(t), lit: t.literal()}
	p.pending = append(p.pending, pending{str: s, src: src})
	return s
}

// decodeUnicode decodes \uXXXX.
func (p *parser) decodeUnicode(t *token, text string, src *source) string {
	var b []byte
	var offs []int32
	for i := 0; i < len(text); {
		if !strings.HasPrefix(text[i:], `\u`) {
			b = append(b, text[i])
			offs = append(offs, int32(src.base+i))
			i++
			continue
		}
		if i+6 > len(text) {
			p.failAt(t, `a \u in double quotes needs four hexadecimal digits`, "")
		}
		code, err := parseInt16(text[i+2 : i+6])
		if err != nil {
			p.failAt(t, `a \u in double quotes needs four hexadecimal digits`, "")
		}
		for _, c := range []byte(java.FromUnits([]uint16{code})) {
			b = append(b, c)
			offs = append(offs, int32(src.base+i))
		}
		i += 6
	}
	src.outer = append(offs, int32(src.base+len(text)))
	return java.Mend(string(b))
}

// parseInt16 reads four characters as Java's Integer.parseInt does, signs
// included.
func parseInt16(s string) (uint16, error) {
	n, err := strconv.ParseInt(s, 16, 32)
	return uint16(n), err
}

// undouble turns two quotes into one.
func undouble(text string, quote byte, src *source) string {
	var b []byte
	var offs []int32
	for i := 0; i < len(text); i++ {
		b = append(b, text[i])
		off := int32(src.base + i)
		if src.outer != nil {
			off = src.outer[i]
		}
		offs = append(offs, off)
		if text[i] == quote && i+1 < len(text) && text[i+1] == quote {
			i++
		}
	}
	src.outer = append(offs, offs[len(offs)-1]+1)
	return string(b)
}

var operatorText = map[tokenKind]string{
	tokOr: "||", tokAnd: "&&", tokEqual: "==", tokNotEqual: "!=",
	tokLess: "<", tokGreater: ">", tokLessEqual: "<=", tokGreaterEqual: ">=",
	tokPlus: "+", tokMinus: "-", tokTimes: "*", tokDivide: "/", tokModulo: "%",
}

// level returns how tight an operator binds, or -1 for other tokens.
func level(kind tokenKind) int {
	switch kind {
	case tokOr:
		return 0
	case tokAnd:
		return 1
	case tokEqual, tokNotEqual:
		return 2
	case tokLess, tokGreater, tokLessEqual, tokGreaterEqual:
		return 3
	case tokPlus, tokMinus:
		return 4
	case tokTimes, tokDivide, tokModulo:
		return 5
	}
	return -1
}

func (p *parser) expression() Expr {
	t := p.peek()
	p.enter(t)
	defer p.leave()
	return p.binary(0)
}

// binary parses operators that bind at least as tight as a level.
func (p *parser) binary(min int) Expr {
	first := p.peek()
	left := p.unary()
	for {
		op := p.peek()
		lv := level(op.kind)
		if lv < min {
			return left
		}
		p.take()
		// What stands for a result that is null is the right operand alone.
		second := p.peek()
		b := &Binary{Op: operatorText[op.kind], op: op.kind, Left: left, Right: p.binary(lv + 1)}
		b.span = p.span(first)
		b.lit, _ = literalText(p.src.text, second, p.last)
		left = b
	}
}

func (p *parser) unary() Expr {
	t := p.peek()
	not := t
	if t.kind == tokBlank {
		not = p.peekAfter(t)
	}
	if not.kind == tokNot {
		p.enter(t)
		defer p.leave()
		p.accept(tokBlank)
		p.take()
		n := &Not{Operand: p.unary()}
		n.span = p.span(not)
		return n
	}
	p.accept(tokBlank)
	t = p.peek()
	var e Expr
	if t.kind == tokParenOpen {
		p.take()
		first := p.peek()
		g := &Group{Inner: p.expression()}
		g.lit, _ = literalText(p.src.text, first, p.last)
		p.expect(tokParenClose, "an operator or \")\"")
		g.span = p.span(t)
		e = g
	} else {
		if t.kind == tokBlank || !beginsOperand(t.kind) {
			p.unexpected(t, "an expression")
		}
		e = p.operand()
	}
	p.accept(tokBlank)
	return e
}
