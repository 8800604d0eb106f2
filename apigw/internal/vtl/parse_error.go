package vtl

import (
	"fmt"
	"strings"
)

type failKind int

const (
	notATemplate failKind = iota
	limitExceeded
)

// fail ends the parse with an error at an offset. The parser recovers it.
func (l *lexer) fail(off int, kind failKind, msg string) {
	if kind == limitExceeded {
		panic(&LimitError{Place: l.src.place(off), Msg: msg})
	}
	panic(&ParseError{Place: l.src.place(off), Msg: msg})
}

func (l *lexer) failHint(off int, msg, hint string) {
	panic(&ParseError{Place: l.src.place(off), Msg: msg, Hint: hint})
}

func (p *parser) failAt(t *token, msg, hint string) { p.lex.failHint(int(t.pos), msg, hint) }

// What is expected where the hint depends on it.
const (
	expectedCondition = `"(" and a condition`
	expectedAssign    = `"="`
)

// unexpected fails at a token that does not fit.
func (p *parser) unexpected(t *token, expected string) {
	p.failAt(t, fmt.Sprintf("unexpected %s%s: expected %s", p.describe(t), p.after(t), expected), p.hint(t, expected))
}

func (p *parser) describe(t *token) string {
	if t.kind == tokEOF && p.src.in != nil {
		return "end of the string"
	}
	return t.describe()
}

// after quotes the construct that a token is in, up to the token.
func (p *parser) after(t *token) string {
	if p.start == nil || p.start.pos >= t.pos {
		return ""
	}
	s := strings.TrimSpace(p.src.text[p.start.pos:t.pos])
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		s = strings.TrimSpace(s[i:])
	}
	if r := []rune(s); len(r) > 40 {
		s = "…" + string(r[len(r)-40:])
	}
	if s == "" {
		return ""
	}
	return ` after "` + s + `"`
}

// hint explains the traps that people fall into.
func (p *parser) hint(t *token, expected string) string {
	prev := p.last
	inSet := p.start != nil && p.start.kind == tokSet
	switch {
	case (t.kind == tokInteger || t.kind == tokFloat) && strings.HasPrefix(t.image, "-"):
		return "a minus needs a blank on its right: 2 - 1, for -1 is a number"
	case t.kind == tokMinus && expected != expectedAssign:
		return "there is no minus sign before a reference: write 0 - $name"
	case expected == expectedCondition:
		return "a condition needs parentheses"
	case prev.kind == tokSet && t.kind == tokWord:
		return "the target needs a $: #set($" + t.image + " = …)"
	case t.kind == tokWord || t.kind == tokBracedWord:
		return wordTrap(prev, t)
	case t.kind == tokAssign && !inSet:
		return "a comparison is written =="
	case t.kind == tokEqual && inSet:
		return "#set takes a single ="
	case expected == expectedAssign && (t.kind == tokPlus || t.kind == tokMinus || t.kind == tokTimes || t.kind == tokDivide):
		return "there is no " + t.image + "=: write $y = $y " + t.image + " …"
	case t.kind == tokBracketClose && prev.kind == tokBlank:
		return "the empty list is [] without a blank"
	case (t.kind == tokBracketClose || t.kind == tokBraceClose) && prev.kind == tokComma:
		return "no comma before the closing bracket"
	case t.kind == tokRange:
		return "the bounds of a range are integers or references"
	case endsInBackslashQuote(prev):
		return `a backslash does not escape a quote: double the quote, as in "a""b"`
	case t.kind == tokIdent && !strings.Contains(t.image, "$"):
		return "strings need quotes, references a $"
	case t.kind == tokRefBraceOpen, t.kind == tokIdent:
		return "two values need an operator or a comma between them"
	case t.kind == tokMethodParenClose && prev.kind == tokBlank:
		return "no blank between empty parentheses"
	}
	return ""
}

func endsInBackslashQuote(t *token) bool {
	return t != nil && t.kind == tokString && strings.HasSuffix(t.image, `\"`)
}

func wordTrap(prev, t *token) string {
	switch {
	case endsInBackslashQuote(prev):
		return `a backslash does not escape a quote: double the quote, as in "a""b"`
	case t.image == "null" || t.image == "nil" || t.image == "undefined":
		return "there is no " + t.image + " literal: an undefined reference such as $null is null"
	case t.image == "TRUE" || t.image == "FALSE" || t.image == "True" || t.image == "False":
		return "true and false are written in lower case"
	case prev != nil && (prev.kind == tokInteger || prev.kind == tokFloat):
		return "numbers have no suffix"
	case prev != nil && prev.kind == tokString:
		return "a quote inside a string is doubled"
	}
	return "strings need quotes, references a $"
}

func wordHint(d *directive, t *token) string {
	if d.name == "foreach" && len(d.args) == 0 {
		return "the variable needs a $: #foreach($" + t.image + " in …)"
	}
	return wordTrap(nil, t)
}

// unexpected fails where no token fits.
func (l *lexer) unexpected() {
	rest := l.text[l.pos:]
	c := []rune(rest)[0]
	msg := fmt.Sprintf("unexpected character %q", c)
	if rest[0] == '"' || rest[0] == '\'' {
		hint := ""
		if before := l.text[:l.pos]; strings.Contains(before[strings.LastIndexByte(before, '\n')+1:], `\"`) {
			hint = `a backslash does not escape a quote: double the quote, as in "a""b"`
		}
		l.failHint(l.pos, "the string that starts here does not end", hint)
	}
	hint := ""
	switch l.state {
	case inArguments:
		msg += " in the arguments of a method"
		switch {
		case strings.ContainsRune("+-*/%<>=&|!", c):
			hint = "arguments take no operators: #set a variable first"
		case c == '(':
			hint = "arguments take no parentheses: #set a variable first"
		case c == '\\':
			hint = `a backslash does not escape a quote: double the quote, as in "a""b"`
		}
	case inIndex:
		msg += " in an index"
		switch {
		case strings.ContainsRune("+-*/%", c):
			hint = "an index takes no arithmetic: #set a variable first"
		case isLetter(rest[0]):
			hint = "a string index needs quotes, a variable a $"
		}
	case inDirective:
		msg += " in a directive"
		switch {
		case c == '.':
			hint = "a literal has no methods: #set it to a variable first"
		case c == '\\':
			hint = `a backslash does not escape a quote: double the quote, as in "a""b"`
		case c == '&' || c == '|':
			hint = fmt.Sprintf("the operator is %c%c", c, c)
		case c == '?':
			hint = "there is no ?: operator: use #if"
		}
	}
	l.failHint(l.pos, msg, hint)
}

// endsEarly fails where the template ends in the middle of a token.
func (l *lexer) endsEarly(kind tokenKind, start int) {
	switch kind {
	case tokDollar, tokDollarBang:
		l.failHint(l.pos, "the template ends with a $", `put the $ in a variable: #set($D = "$")${D}`)
	case tokHash:
		l.failHint(l.pos, "the template ends with a #", `put the # in a variable: #set($H = "#")${H}`)
	case tokBlockComment, tokDocComment:
		l.fail(start, notATemplate, "the comment that starts here does not end: expected \"*#\"")
	}
	l.fail(start, notATemplate, "the #[[ block that starts here does not end: expected \"]]#\"")
}

// unexpectedStatement fails at a token that begins no statement.
func (p *parser) unexpectedStatement(t *token) {
	switch t.kind {
	case tokEnd:
		p.failAt(t, "#end without a directive that it could end", p.gluedHint())
	case tokElse, tokElseIf:
		p.failAt(t, strings.TrimSpace(t.image)+" without an #if", p.gluedHint())
	case tokTrue, tokFalse:
		p.failAt(t, "unexpected "+p.describe(t), "true and false cannot be names")
	}
	p.failAt(t, "unexpected "+p.describe(t)+" in text", "")
}

// missingEnd fails where a body ends in another way than with #end.
func (p *parser) missingEnd(opener, t *token) {
	name := strings.TrimSpace(strings.TrimRight(opener.image, "( "))
	line := p.src.place(int(opener.pos)).Line
	switch t.kind {
	case tokEOF:
		p.failAt(t, fmt.Sprintf("unexpected %s: expected #end of the %s in line %d", p.describe(t), name, line), p.gluedHint())
	case tokElse, tokElseIf:
		p.failAt(t, fmt.Sprintf("unexpected %s: expected #end of the %s in line %d", strings.TrimSpace(t.image), name, line), "")
	}
	p.unexpectedStatement(t)
}

func (p *parser) gluedHint() string {
	if p.glued == nil {
		return ""
	}
	name := "end"
	if strings.HasPrefix(p.glued.Name, "else") {
		name = "else"
	}
	return fmt.Sprintf("#%s is another word than #%s: write #{%s}%s", p.glued.Name, name, name, p.glued.Name[len(name):])
}
