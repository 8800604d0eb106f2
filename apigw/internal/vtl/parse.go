package vtl

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/java"
)

// maxTemplateSize is the size in bytes that a template may have.
const maxTemplateSize = 300 << 10

// maxNesting bounds how deep directives, expressions, arguments and string
// literals may be nested.
const maxNesting = 200

// Template is a parsed template. It is safe for concurrent use.
type Template struct {
	src    *source
	lang   Language
	root   *Block
	syms   *symbols
	macros *macros
}

// Language says which directives a template may use. The zero value is Velocity
// 1.7 as it comes.
type Language struct {
	// NoInlineMacros is Velocity with velocimacro.permissions.allow.inline=false:
	// #macro is read and defines nothing, so that calls are text.
	NoInlineMacros bool
	// NoEvaluate is Velocity without its directive #evaluate, which is text then.
	NoEvaluate bool
}

// Parse parses a template in the language as it comes. The name stands for the
// template in error messages.
//
// The error is a [*ParseError], or a [*LimitError] when the template is too
// large or nested too deep.
func Parse(name, text string) (*Template, error) { return Language{}.Parse(name, text) }

// Parse parses a template as the function [Parse] does.
func (l Language) Parse(name, text string) (*Template, error) {
	return l.parseWithin(maxTemplateSize, name, text)
}

// parseWithin parses a template of at most so many bytes.
func (l Language) parseWithin(size int, name, text string) (*Template, error) {
	src := &source{name: name, text: text}
	if len(text) > size {
		return nil, &LimitError{Place: src.place(size), Msg: fmt.Sprintf("the template is longer than %d bytes", size)}
	}
	t := &Template{src: src, lang: l, syms: newSymbols(nil), macros: newMacros(nil)}
	root, err := parse(src, l, t.syms, t.macros, 0)
	if err != nil {
		return nil, err
	}
	t.root = root
	return t, nil
}

// Root returns the nodes of the template.
func (t *Template) Root() *Block { return t.root }

// Name returns the name that the template was parsed with.
func (t *Template) Name() string { return t.src.name }

// String returns the text of the template.
func (t *Template) String() string { return t.src.text }

// symbols numbers the names of references, so that an execution keeps their
// values in a slice.
type symbols struct {
	outer *symbols
	slots map[string]int
	count int
	loop  loopSlots
}

// loopSlots are the slots of the variables that a loop sets, -1 for those that
// the template does not use.
type loopSlots struct{ scope, count, hasNext int }

func newSymbols(outer *symbols) *symbols {
	s := &symbols{outer: outer, slots: make(map[string]int, 16), loop: loopSlots{-1, -1, -1}}
	if outer != nil {
		s.count, s.loop = outer.count, outer.loop
	}
	return s
}

func (s *symbols) lookup(name string) (int, bool) {
	for ; s != nil; s = s.outer {
		if n, ok := s.slots[name]; ok {
			return n, true
		}
	}
	return 0, false
}

func (s *symbols) intern(name string) int {
	if n, ok := s.lookup(name); ok {
		return n
	}
	n := s.count
	s.slots[name] = n
	s.count++
	switch name {
	case loopName:
		s.loop.scope = n
	case countName:
		s.loop.count = n
	case hasNextName:
		s.loop.hasNext = n
	}
	return n
}

// macros are the macros that are known. The first definition of a name counts.
type macros struct {
	outer   *macros
	defined map[string]*Macro
	// named are the names that the parser saw: a backslash before such a word
	// is an escape also where the macro is not defined yet.
	named map[string]bool
}

func newMacros(outer *macros) *macros { return &macros{outer: outer} }

func (m *macros) get(name string) *Macro {
	for ; m != nil; m = m.outer {
		if d := m.defined[name]; d != nil {
			return d
		}
	}
	return nil
}

func (m *macros) isNamed(name string) bool {
	for ; m != nil; m = m.outer {
		if m.named[name] {
			return true
		}
	}
	return false
}

func (m *macros) define(d *Macro) {
	if m.get(d.Name) != nil {
		return
	}
	if m.defined == nil {
		m.defined = make(map[string]*Macro)
	}
	m.defined[d.Name] = d
}

func (m *macros) name(name string) {
	if m.named == nil {
		m.named = make(map[string]bool)
	}
	m.named[name] = true
}

// parser builds the nodes of one text.
type parser struct {
	lex    *lexer
	src    *source
	lang   Language
	syms   *symbols
	macros *macros
	last   *token // consumed last
	depth  int

	pending []pending // what has to wait until the text is parsed
	words   []*Word   // calls of macros, to be resolved
	glued   *Word     // a word that begins like #end or #else, for the hint
	start   *token    // where the construct begins that an error message quotes
	nodes   []Node    // of the blocks that are being parsed
	parts   []Part    // of the references that are being parsed
	args    []Expr    // of the calls that are being parsed
	room    nodeRoom

	blockFirst, blockLast *token // of the block that was parsed last
}

// pending is a string literal to be parsed, or a macro to be defined. Both come
// into effect in the order in which they end in the text.
type pending struct {
	str   *Interpolated
	src   *source
	macro *Macro
}

// parse parses one text with the string literals in it.
func parse(src *source, lang Language, syms *symbols, macros *macros, depth int) (root *Block, err error) {
	p := &parser{lex: newLexer(src), src: src, lang: lang, syms: syms, macros: macros, depth: depth}
	defer p.lex.free()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *ParseError:
			root, err = nil, r
		case *LimitError:
			root, err = nil, r
		default:
			panic(r)
		}
	}()
	p.last = &token{}
	root = p.block()
	t := p.peek()
	if t.kind != tokEOF {
		p.unexpectedStatement(t)
	}
	covered := int32(0)
	if len(root.Nodes) > 0 {
		covered = root.Nodes[len(root.Nodes)-1].where().end
	}
	if covered < t.pos { // a block comment that nothing ends
		root.Nodes = append(root.Nodes, &Comment{span: span{src: src, begin: t.begin, pos: t.begin, end: t.pos}})
	}
	root.end = int32(len(src.text))
	p.finish()
	return root, nil
}

// finish parses the string literals, defines the macros and resolves calls.
func (p *parser) finish() {
	for _, w := range p.pending {
		if w.macro != nil {
			if !p.lang.NoInlineMacros {
				p.macros.define(w.macro)
			}
			continue
		}
		body, err := parse(w.src, p.lang, p.syms, p.macros, p.depth+1)
		if err != nil {
			panic(err)
		}
		w.str.Body = body
		w.str.cut = !strings.Contains(w.src.text, "##")
		if w.str.cut && trimLastBlank(body) {
			w.str.cut = false
		}
	}
	for _, w := range p.words {
		w.macro = p.macros.get(w.Name)
	}
}

// trimLastBlank removes the blank that was added for the parser from the text that
// a string literal ends with, if it ends with a text.
func trimLastBlank(b *Block) bool {
	if len(b.steps) == 0 {
		return false
	}
	t, ok := b.steps[len(b.steps)-1].(*Text)
	if !ok || !strings.HasSuffix(t.Text, " ") {
		return false
	}
	cut := *t
	cut.Text = t.Text[:len(t.Text)-1]
	if cut.Text == "" {
		b.steps = b.steps[:len(b.steps)-1]
	} else {
		b.steps[len(b.steps)-1] = &cut
	}
	return true
}

func (p *parser) peek() *token {
	if p.last.next == nil {
		p.last.next = p.lex.next()
	}
	return p.last.next
}

// peekAfter looks behind a token.
func (p *parser) peekAfter(t *token) *token {
	if t.next == nil {
		t.next = p.lex.next()
	}
	return t.next
}

func (p *parser) take() *token {
	p.last = p.peek()
	return p.last
}

func (p *parser) accept(kind tokenKind) bool {
	if p.peek().kind != kind {
		return false
	}
	p.take()
	return true
}

func (p *parser) expect(kind tokenKind, what string) *token {
	if t := p.peek(); t.kind != kind {
		p.unexpected(t, what)
	}
	return p.take()
}

func (p *parser) enter(t *token) {
	if p.depth++; p.depth > maxNesting {
		p.lex.fail(int(t.pos), limitExceeded, fmt.Sprintf("nested deeper than %d levels", maxNesting))
	}
}

func (p *parser) leave() { p.depth-- }

func (p *parser) span(first *token) span {
	return span{src: p.src, begin: first.begin, pos: first.pos, end: p.last.end}
}

// block parses statements up to something that is not a statement.
func (p *parser) block() *Block {
	first := p.peek()
	p.enter(first)
	b := &Block{}
	base := len(p.nodes)
	for {
		n := p.statement()
		if n == nil {
			break
		}
		p.nodes = append(p.nodes, n)
	}
	b.Nodes = slices.Clone(p.nodes[base:])
	p.nodes = p.nodes[:base]
	p.leave()
	p.blockFirst, p.blockLast = first, p.last
	b.span = span{src: p.src, begin: first.begin, pos: first.pos, end: max(first.begin, p.last.end)}
	b.steps = joinTexts(b.Nodes)
	return b
}

// joinTexts drops comments and joins texts that follow each other.
func joinTexts(nodes []Node) []Node {
	joined, before := true, false
	for _, n := range nodes {
		_, comment := n.(*Comment)
		_, text := n.(*Text)
		if comment || text && before {
			joined = false
			break
		}
		before = text
	}
	if joined {
		return slices.Clip(nodes)
	}
	steps := make([]Node, 0, len(nodes))
	for i := 0; i < len(nodes); i++ {
		text, ok := staticText(nodes[i])
		if !ok {
			steps = append(steps, nodes[i])
			continue
		}
		first, n := nodes[i], i
		for i+1 < len(nodes) {
			more, ok := staticText(nodes[i+1])
			if !ok {
				break
			}
			text += more
			i++
		}
		if t, ok := first.(*Text); ok && n == i {
			if text != "" {
				steps = append(steps, t)
			}
			continue
		}
		if text != "" {
			joined := &Text{span: *first.where(), Text: text}
			joined.end = nodes[i].where().end
			steps = append(steps, joined)
		}
	}
	return steps
}

func staticText(n Node) (string, bool) {
	switch n := n.(type) {
	case *Text:
		return n.Text, true
	case *Comment:
		return n.text, true
	}
	return "", false
}

// statement parses the next statement. It returns nil where there is not one.
func (p *parser) statement() Node {
	t := p.peek()
	p.start = t
	switch t.kind {
	case tokText, tokDot, tokParenClose, tokParenOpen, tokInteger, tokFloat, tokString, tokEscape, tokRefBraceClose, tokEmptyIndex:
		return p.text()
	case tokIdent:
		return p.reference()
	case tokRefBraceOpen:
		if p.peekAfter(t).kind == tokIdent {
			return p.reference()
		}
		return p.text()
	case tokIf:
		return p.ifStatement()
	case tokSet:
		return p.setDirective()
	case tokWord, tokBracedWord:
		return p.directive()
	case tokLineComment, tokDocCommentEnd, tokBlockCommentEnd:
		return p.comment()
	case tokTextBlock:
		p.take()
		return &Text{span: p.span(t), Text: t.image[len("#[[") : len(t.image)-len("]]#")]}
	case tokEscapedDirective:
		p.take()
		t.image = p.unescapeDirective(t.image)
		return &Text{span: p.span(t), Text: t.image}
	case tokDoubleEscape:
		return p.escape()
	}
	return nil
}

func (p *parser) text() Node {
	t := p.take()
	n := take(&p.room.texts)
	*n = Text{span: p.span(t), Text: t.literal()}
	return n
}

// nodeRoom is room for nodes of the common kinds. The nodes of a template live
// as long as each other, so they are made some at a time: that is a third of the
// allocations of BenchmarkParse.
type nodeRoom struct {
	texts      []Text
	references []Reference
	properties []Property
	calls      []MethodCall
}

// take returns the next of the nodes that there is room for.
func take[T any](room *[]T) *T {
	if len(*room) == 0 {
		*room = make([]T, 12)
	}
	n := &(*room)[0]
	*room = (*room)[1:]
	return n
}

func (p *parser) comment() Node {
	t := p.take()
	span := p.span(t)
	if t.kind == tokLineComment {
		if p.accept(tokLineCommentEnd) {
			span.end = p.last.end
		} else {
			span.end = p.peek().pos
		}
	}
	// What touches the comment on the left is part of its token.
	text := ""
	if i := strings.Index(t.image, "##"); i >= 0 {
		text = t.image[:i]
	} else if i := strings.Index(t.image, "#*"); i >= 0 {
		text = t.image[:i]
	}
	return &Comment{span: span, text: text}
}

// escape parses pairs of backslashes. They print as one each before a
// directive, else as they stand.
func (p *parser) escape() Node {
	first, n := p.take(), 1
	for p.peek().kind == tokDoubleEscape {
		p.take()
		n++
	}
	next := p.peek()
	word := ""
	if len(next.image) > 1 {
		word = next.image[1:]
	}
	text := `\\`
	switch {
	case next.kind == tokEnd, next.kind == tokIf, next.kind == tokElseIf, next.kind == tokElse,
		p.isDirective(word), p.isMacro(word):
		text = `\`
	}
	return &Text{span: p.span(first), Text: strings.Repeat(text, n)}
}

func (p *parser) isMacro(name string) bool {
	return p.macros.isNamed(name) || p.macros.get(name) != nil
}

// unescapeDirective removes the backslash of an escaped directive, and half of
// the ones before it. Unknown words keep them all.
func (p *parser) unescapeDirective(image string) string {
	last := strings.LastIndexByte(image, '\\')
	word := strings.Trim(image[last+2:], "{}")
	switch word {
	case "if", "elseif", "else", "end", "set":
	default:
		if !p.isDirective(word) && !p.isMacro(word) {
			return image
		}
	}
	return image[:last/2] + image[last+1:]
}

// isDirective reports whether a name is a directive that the grammar does not know by
// itself.
func (p *parser) isDirective(name string) bool {
	switch name {
	case "foreach", "include", "parse", "macro", "literal", "break", "define", "stop":
		return true
	case "evaluate":
		return !p.lang.NoEvaluate
	}
	return false
}

func (p *parser) ifStatement() Node {
	first := p.take()
	n := &If{}
	n.Arms = append(n.Arms, p.arm())
	for p.peek().kind == tokElseIf {
		p.start = p.take()
		n.Arms = append(n.Arms, p.arm())
	}
	if p.accept(tokElse) {
		n.Arms = append(n.Arms, Arm{Body: p.block()})
	}
	p.expectEnd(first)
	n.span = p.span(first)
	return n
}

func (p *parser) arm() Arm {
	p.accept(tokBlank)
	p.expect(tokParenOpen, expectedCondition)
	cond := p.expression()
	p.expect(tokParenClose, "an operator or \")\"")
	return Arm{Cond: cond, Body: p.block()}
}

func (p *parser) expectEnd(opener *token) {
	t := p.peek()
	if t.kind != tokEnd {
		p.missingEnd(opener, t)
	}
	p.take()
}

func (p *parser) setDirective() Node {
	first := p.take()
	p.accept(tokBlank)
	if t := p.peek(); t.kind != tokIdent && t.kind != tokRefBraceOpen {
		p.unexpected(t, "a reference such as $name")
	}
	n := &Set{Target: p.reference()}
	p.accept(tokBlank)
	p.expect(tokAssign, expectedAssign)
	n.Value = p.expression()
	p.expect(tokParenClose, "an operator or \")\"")
	p.lex.inSet = false
	n.span = p.span(first)
	if len(n.Target.Parts) == 0 {
		n.slot = p.syms.intern(targetName(n.Target))
	}
	return n
}

// targetName returns the name that an assignment to a plain reference sets: that of
// the first token without its first character. So ${x} and $!x do not set x.
func targetName(r *Reference) string {
	switch r.form {
	case formBraced:
		return "{"
	case formQuiet:
		if strings.HasPrefix(r.lit, "$!{") {
			return "!{"
		}
		return "!" + r.Name
	case formEscaped:
		return r.lit[1:]
	}
	return r.Name
}

// directive parses a word behind a #, with arguments and body if it has them.
func (p *parser) directive() Node {
	first := p.take()
	name := first.image[1:]
	if first.kind == tokBracedWord {
		name = first.image[2 : len(first.image)-1]
	}
	d := &directive{name: name, first: first}
	p.lex.state = inDirective
	if !p.lex.leftParenFollows() {
		if name == "macro" {
			p.failAt(first, "#macro needs a name in parentheses", "")
		}
		p.lex.pop()
		d.last = first
		return p.directiveNode(d)
	}
	p.accept(tokBlank)
	p.expect(tokParenOpen, "\"(\"")
	d.parens = true
	p.arguments(d)
	d.last = p.last
	switch {
	case name == "foreach", name == "define", name == "macro", name == "literal", strings.HasPrefix(name, "@"):
		d.body = p.block()
		d.bodyFirst, d.bodyLast = p.blockFirst, p.blockLast
		p.expectEnd(first)
		d.last = p.last
	}
	return p.directiveNode(d)
}

// directive is what a directive was parsed into before it is known to be right.
type directive struct {
	name        string
	first, last *token
	parens      bool
	args        []Expr
	argTokens   []*token // the first of each
	body        *Block

	bodyFirst, bodyLast *token
}

// arguments parses the arguments of a directive and the ) behind them.
func (p *parser) arguments(d *directive) {
	known := p.isDirective(d.name)
	isMacro := !known && !strings.HasPrefix(d.name, "@") && p.macros.get(d.name) != nil
	for {
		t := p.peek()
		if t.kind == tokBlank {
			t = p.peekAfter(t)
		}
		if t.kind == tokParenClose {
			p.accept(tokBlank)
			p.take()
			return
		}
		p.accept(tokBlank)
		if p.accept(tokComma) {
			p.accept(tokBlank)
		}
		t = p.peek()
		arg := p.directiveArgument()
		_, word := arg.(*BareWord)
		switch pos := len(d.args); {
		case word && d.name == "macro" && pos == 0:
		case word && (isMacro || known && (d.name != "foreach" || pos != 1)):
			p.failAt(t, fmt.Sprintf("unexpected word %q as argument %d of #%s", t.image, pos+1, d.name), wordHint(d, t))
		case !word && d.name == "macro" && pos == 0:
			p.failAt(t, "the name of a #macro is a word without quotes and without a $", "")
		}
		d.args = append(d.args, arg)
		d.argTokens = append(d.argTokens, t)
	}
}

func (p *parser) directiveArgument() Expr {
	switch t := p.peek(); t.kind {
	case tokWord:
		p.take()
		return &BareWord{span: p.span(t), Name: t.image}
	case tokIdent, tokRefBraceOpen, tokString, tokInteger, tokFloat, tokBraceOpen, tokBracketOpen, tokTrue, tokFalse:
		return p.operand()
	default:
		p.unexpected(t, "an argument or \")\"")
		return nil
	}
}

// directiveNode returns the node of a directive, or fails where the directive
// cannot be used like that.
func (p *parser) directiveNode(d *directive) Node {
	s := p.span(d.first)
	s.end = d.last.end
	switch d.name {
	case "foreach":
		return p.foreach(d, s)
	case "define":
		if len(d.args) != 1 {
			p.failAt(d.first, "#define needs exactly one reference in its parentheses: #define($name)", "")
		}
		return &Define{span: s, Body: d.body, slot: p.syms.intern(d.argTokens[0].image[1:])}
	case "macro":
		return p.macro(d, s)
	case "literal":
		if d.body == nil {
			p.failAt(d.first, "#literal needs parentheses and an #end", "")
		}
		text, ok := literalText(p.src.text, d.bodyFirst, d.bodyLast)
		if len(d.args) > 0 {
			text, ok = literalOf(d.args[0]), true
		}
		if !ok {
			p.failAt(d.first, "#literal has nothing between its parentheses and #end", "")
		}
		return &Text{span: s, Text: text}
	case "evaluate":
		if p.lang.NoEvaluate {
			break
		}
		if len(d.args) != 1 {
			p.failAt(d.first, "#evaluate needs exactly one argument", "")
		}
		switch a := d.args[0].(type) {
		case *Reference, *Interpolated:
		case *Literal:
			if _, ok := a.Value.(string); !ok {
				p.failAt(d.argTokens[0], "the argument of #evaluate is a string or a reference", "")
			}
		default:
			p.failAt(d.argTokens[0], "the argument of #evaluate is a string or a reference", "")
		}
		p.dynamic()
		return &Evaluate{span: s, Arg: d.args[0]}
	case "parse", "include":
		return &Include{span: s, Name: d.name, Args: d.args}
	case "break":
		if len(d.args) > 1 {
			p.failAt(d.first, "#break takes at most one argument, such as $foreach", "")
		}
		n := &Break{span: s}
		if len(d.args) == 1 {
			n.Scope = d.args[0]
		}
		return n
	case "stop":
		if len(d.args) > 1 {
			p.failAt(d.first, "#stop takes at most one argument", "")
		}
		n := &Stop{span: s}
		if len(d.args) == 1 {
			n.Arg = d.args[0]
		}
		return n
	}
	name := strings.TrimPrefix(d.name, "@")
	if name != d.name && !d.parens {
		return &Text{span: s, Text: "#" + d.name}
	}
	w := &Word{span: s, Name: name, Args: d.args, Body: d.body, text: imageText(p.src.text, d.first, d.last)}
	p.words = append(p.words, w)
	if p.glued == nil && len(d.args) == 0 && (strings.HasPrefix(name, "end") || strings.HasPrefix(name, "else")) {
		p.glued = w
	}
	return w
}

// dynamic numbers the names that text made at run time may use without the
// template naming them.
func (p *parser) dynamic() {
	for _, name := range [...]string{loopName, countName, hasNextName} {
		p.syms.intern(name)
	}
}

// foreach takes the arguments by position, whatever they are: the loop
// variable, a word, the list. What is beyond them is the body, else the block.
func (p *parser) foreach(d *directive, s span) Node {
	var kids []Node
	for _, a := range d.args {
		kids = append(kids, a)
	}
	if d.body != nil {
		kids = append(kids, d.body)
	}
	if len(kids) == 0 {
		p.failAt(d.first, "#foreach needs a variable and a list in parentheses: #foreach($item in $list)", "")
	}
	n := &Foreach{span: s, Item: kids[0]}
	if len(kids) > 2 {
		n.List = kids[2]
	}
	if len(kids) > 3 {
		n.Body = kids[3]
	}
	name := ""
	if r, ok := kids[0].(*Reference); ok {
		name = r.Name
	} else if len(d.args) > 0 {
		name = d.argTokens[0].image[1:]
	}
	n.slot = p.syms.intern(name)
	return n
}

func (p *parser) macro(d *directive, s span) Node {
	if len(d.args) == 0 {
		p.failAt(d.first, "#macro needs a name in its parentheses", "")
	}
	m := &Macro{span: s, Name: d.argTokens[0].image, Body: d.body}
	for _, t := range d.argTokens[1:] {
		name := strings.TrimPrefix(t.image, "$")
		m.Params = append(m.Params, name)
		m.slots = append(m.slots, p.syms.intern(name))
	}
	p.macros.name(m.Name)
	p.pending = append(p.pending, pending{macro: m})
	return m
}

// number returns the value of an integer literal: an Integer if it fits, else a
// Long, else a BigInteger. It is nil for what a # before the digits made no
// number.
func number(image string) java.Value {
	if n, err := strconv.ParseInt(image, 10, 64); err == nil {
		return java.Integer(n)
	}
	if b, ok := new(big.Int).SetString(image, 10); ok {
		return b
	}
	return nil
}
