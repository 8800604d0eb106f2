package vtl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"example.com/apigw/internal/java"
)

// The names of the loop object and of two older variables.
const (
	loopName    = "foreach"
	countName   = "velocityCount"
	hasNextName = "velocityHasNext"
)

// Execute renders the template to w. References start with what refs holds;
// assignments do not change refs, but the values in it may be changed, for they
// are shared. A nil o means the zero Options.
//
// Nothing is written when the execution fails. The error is a [*RuntimeError],
// a [*LimitError], or what w returned.
func (t *Template) Execute(ctx context.Context, w io.Writer, refs map[string]java.Value, o *Options) error {
	e := t.start(ctx, refs, o)
	defer e.end()
	if err := e.run(t.root); err != nil {
		return err
	}
	_, err := w.Write(e.out)
	return err
}

// Append executes as [Template.Execute] does but appends the output to dst, and returns
// dst unchanged when the execution fails.
func (t *Template) Append(ctx context.Context, dst []byte, refs map[string]java.Value, o *Options) ([]byte, error) {
	e := t.start(ctx, refs, o)
	defer e.end()
	if err := e.run(t.root); err != nil {
		return dst, err
	}
	return append(dst, e.out...), nil
}

// executor is one execution of a template.
type executor struct {
	ctx    context.Context
	opts   Options
	refs   map[string]java.Value
	t      *Template
	syms   *symbols
	macros *macros
	vars   []java.Value
	env    *env
	out    []byte

	max    int // bytes that out may have
	left   java.Limits
	depth  int
	calls  int // macros that are being called
	nested int // templates within: string literals, #evaluate
	args   []java.Value
	loops  []*looping // to be used again
	trace  *Recorder
	print  java.Printer
}

// Context implements [java.Caller].
func (e *executor) Context() context.Context { return e.ctx }

// Limits implements [java.Caller].
func (e *executor) Limits() *java.Limits { return &e.left }

// An execution needs room for variables, output and arguments. Using it again is
// a quarter of BenchmarkExecute.
var executors = sync.Pool{New: func() any { return new(executor) }}

// keptOutput is the largest output buffer that is kept for the next execution.
const keptOutput = 256 << 10

var noOptions Options

func (t *Template) start(ctx context.Context, refs map[string]java.Value, o *Options) *executor {
	if o == nil {
		o = &noOptions
	}
	e := executors.Get().(*executor)
	e.ctx, e.opts, e.refs, e.t, e.syms, e.macros = ctx, *o, refs, t, t.syms, t.macros
	e.left.Steps = orDefault(o.MaxSteps, defaultSteps)
	e.left.Memory = orDefault(o.MaxMemory, defaultMemory)
	e.left.Text = orDefault(o.MaxText, defaultOutput)
	e.opts.MaxIterations = orDefault(o.MaxIterations, defaultIterations)
	e.left.RegexpTime = o.RegexpTime
	if o.RegexpTime == 0 {
		e.left.RegexpTime = defaultRegexpTime
	}
	e.max = orDefault(o.MaxOutput, defaultOutput)
	if n := t.syms.count; n <= cap(e.vars) {
		e.vars = e.vars[:n]
	} else {
		e.vars = make([]java.Value, n, n+8)
	}
	for name, slot := range t.syms.slots {
		if v, ok := refs[name]; ok {
			e.vars[slot] = v
		}
	}
	if o.Trace != nil {
		e.trace = newRecorder(o.Trace)
		e.trace.start(e)
	}
	return e
}

func (e *executor) end() {
	vars, out, args := e.vars[:cap(e.vars)], e.out, e.args[:cap(e.args)]
	clear(vars)
	clear(args)
	if cap(out) > keptOutput {
		out = nil
	}
	*e = executor{vars: vars[:0], out: out[:0], args: args[:0], loops: e.loops}
	executors.Put(e)
}

func (e *executor) run(root *Block) error {
	if err := e.ctx.Err(); err != nil {
		return e.cancelled(root, err)
	}
	err := e.block(root)
	if stop, ok := err.(*stopSignal); ok {
		err = nil // #stop, or a #break outside of all loops
		if stop.owner != nil {
			err = e.fail(stop.owner, OtherFailure, "#break out of a loop that has ended", nil)
		}
	}
	if err != nil {
		return err
	}
	e.out = java.Printable(e.out)
	if len(e.out) > e.max {
		return e.tooMuch(root) // bytes that are not text take more room as U+FFFD
	}
	return nil
}

// stopSignal is what #break and #stop return.
type stopSignal struct {
	nearest bool // #break without a scope: whatever encloses it ends
	owner   Node // of the scope that #break was given; nil for #stop
}

func (s *stopSignal) Error() string { return "stopped" }

var (
	stopNearest = &stopSignal{nearest: true}
	stopAll     = &stopSignal{}
)

// stopsAt reports whether err is a stop that ends here. Only the innermost
// thing that can be broken off stops at a plain #break.
func stopsAt(err error, here Node) bool {
	s, ok := err.(*stopSignal)
	if !ok {
		return false
	}
	if s.nearest {
		return true
	}
	if s.owner != nil {
		return s.owner == here
	}
	_, evaluate := here.(*Evaluate)
	return evaluate
}

// step counts one step of work.
func (e *executor) step(n Node) error {
	e.left.Steps--
	if e.left.Steps&1023 != 0 && e.left.Steps > 0 {
		return nil
	}
	return e.checkSteps(n)
}

func (e *executor) checkSteps(n Node) error {
	if e.left.Steps <= 0 {
		return limitAt(n, fmt.Sprintf("the template does more than %d steps", orDefault(e.opts.MaxSteps, defaultSteps)))
	}
	if err := e.ctx.Err(); err != nil {
		return e.cancelled(n, err)
	}
	return nil
}

func (e *executor) cancelled(n Node, err error) error {
	s := n.where()
	return &LimitError{Place: s.src.place(int(s.pos)), Msg: "cancelled: " + err.Error(), Err: err}
}

// charge counts bytes of strings and elements that are made.
func (e *executor) charge(n Node, bytes int) error {
	e.left.Memory -= bytes
	e.left.Steps -= bytes >> 6
	if e.left.Memory < 0 {
		return limitAt(n, fmt.Sprintf("the template makes more than %d bytes of values", orDefault(e.opts.MaxMemory, defaultMemory)))
	}
	return nil
}

// enter counts a level of nesting.
func (e *executor) enter(n Node) error {
	e.depth++
	if e.depth > maxExecDepth {
		e.depth--
		return limitAt(n, fmt.Sprintf("nested deeper than %d levels", maxExecDepth))
	}
	return nil
}

func (e *executor) leave() { e.depth-- }

func limitAt(n Node, msg string) error {
	s := n.where()
	return &LimitError{Place: s.src.place(int(s.pos)), Msg: msg}
}

// fail returns the run-time error of a node.
func (e *executor) fail(n Node, f Failure, msg string, cause error) error {
	s := n.where()
	return &RuntimeError{Place: s.src.place(int(s.pos)), Msg: msg, Failure: f, Err: cause}
}

// hinted adds what the host knows about the reference that failed.
func (e *executor) hinted(r *Reference, err error) error {
	if failed, ok := err.(*RuntimeError); ok && failed.Hint == "" && e.opts.Hint != nil {
		failed.Hint = e.opts.Hint(r.String())
	}
	return err
}

// located adds a place to an error that a method returned without one.
func (e *executor) located(n Node, f Failure, what string, err error) error {
	switch err.(type) {
	case *RuntimeError, *LimitError, *stopSignal:
		return err
	}
	if java.IsLimit(err) {
		return limitAt(n, what+": "+err.Error())
	}
	return e.fail(n, f, what+" failed: "+err.Error(), err)
}

// write appends to the output.
func (e *executor) write(n Node, s string) error {
	if len(s) > e.max-len(e.out) {
		return e.tooMuch(n)
	}
	e.out = append(e.out, s...)
	return nil
}

func (e *executor) tooMuch(n Node) error {
	if e.nested > 0 {
		return limitAt(n, fmt.Sprintf("a string grows longer than %d bytes", e.left.Text))
	}
	return limitAt(n, fmt.Sprintf("the output grows longer than %d bytes", e.max))
}

// block renders the nodes of a block. Counting steps and writing text here, not
// in a call, is a sixth of BenchmarkExecute.
func (e *executor) block(b *Block) error {
	for _, n := range b.steps {
		e.left.Steps--
		if e.left.Steps&1023 == 0 || e.left.Steps <= 0 {
			if err := e.checkSteps(n); err != nil {
				return err
			}
		}
		if t, ok := n.(*Text); ok && e.trace == nil && len(t.Text) <= e.max-len(e.out) {
			e.out = append(e.out, t.Text...)
			continue
		}
		if err := e.traced(n); err != nil {
			return err
		}
	}
	return nil
}

// traced renders a node, and records what it wrote if that is wanted.
func (e *executor) traced(n Node) error {
	if e.trace == nil {
		if r, ok := n.(*Reference); ok {
			return e.render(r)
		}
		return e.node(n)
	}
	start, mark := len(e.out), e.trace.mark()
	if err := e.node(n); err != nil {
		return err
	}
	e.trace.wrote(e, n, start, mark)
	return nil
}

// node renders a node.
func (e *executor) node(n Node) error {
	if err := e.enter(n); err != nil {
		return err
	}
	err := e.nodeOf(n)
	e.leave()
	return err
}

func (e *executor) nodeOf(n Node) error {
	switch n := n.(type) {
	case *Text:
		return e.write(n, n.Text)
	case *Reference:
		return e.render(n)
	case *Block:
		return e.block(n)
	case *Set:
		return e.set(n)
	case *If:
		for i := range n.Arms {
			a := &n.Arms[i]
			ok := a.Cond == nil
			if !ok {
				var err error
				if ok, err = e.truth(a.Cond); err != nil {
					return err
				}
			}
			if ok {
				return e.block(a.Body)
			}
		}
		return nil
	case *Foreach:
		return e.foreach(n)
	case *Define:
		e.put(n.slot, &blockRef{e: e, node: n, body: n.Body, env: e.env, max: maxDefineDepth})
		return nil
	case *Macro:
		return nil
	case *Word:
		return e.word(n)
	case *Evaluate:
		return e.evaluate(n)
	case *Include:
		return e.include(n)
	case *Break:
		return e.breakOut(n)
	case *Stop:
		if n.Arg != nil {
			if _, err := e.value(n.Arg); err != nil {
				return err
			}
		}
		return stopAll
	case *ListLiteral:
		// Arguments in the place of a body print the references in them.
		return e.nodes(n.Items)
	case *MapLiteral:
		for i := range n.Keys {
			if err := e.nodes([]Expr{n.Keys[i], n.Values[i]}); err != nil {
				return err
			}
		}
		return nil
	case *Range:
		return e.nodes([]Expr{n.From, n.To})
	case *Literal, *Interpolated, *Binary, *Group, *Not, *BareWord:
		return nil // in the place of a body they print nothing
	}
	panic(unknown(n))
}

func (e *executor) nodes(list []Expr) error {
	for _, x := range list {
		if err := e.node(x); err != nil {
			return err
		}
	}
	return nil
}

// text renders a block into a string instead of the output.
func (e *executor) text(n Node, b *Block) (string, error) {
	start := e.beginText()
	err := e.block(b)
	return e.endText(n, start, err)
}

// textStart is what endText needs to continue the output.
type textStart struct{ at, max int }

func (e *executor) beginText() textStart {
	s := textStart{len(e.out), e.max}
	e.max = len(e.out) + e.left.Text
	e.nested++
	return s
}

func (e *executor) endText(n Node, s textStart, err error) (string, error) {
	e.nested--
	e.max = s.max
	made := e.out[s.at:]
	e.out = e.out[:s.at]
	if err != nil {
		return "", err
	}
	if err := e.charge(n, len(made)); err != nil {
		return "", err
	}
	return java.Mend(string(made)), nil
}

// render prints a reference.
func (e *executor) render(r *Reference) error {
	if r.form == formBare {
		return e.write(r, r.Name)
	}
	v, err := e.reference(r)
	if err != nil {
		return err
	}
	if r.escaped {
		text := r.prefix
		if v == nil {
			text += `\`
		}
		return e.write(r, text+e.nullText(r))
	}
	switch v := v.(type) {
	case nil:
		return e.renderNull(r)
	case string:
		if r.prefix != "" || r.more != "" {
			if err := e.write(r, r.prefix+r.more); err != nil {
				return err
			}
		}
		return e.write(r, v)
	case int32:
		// Without a printer, for the numbers of loops: a twentieth of
		// BenchmarkExecute.
		if r.prefix == "" && r.more == "" && e.max-len(e.out) >= 11 {
			e.out = strconv.AppendInt(e.out, int64(v), 10)
			return nil
		}
	case *blockRef:
		if ok, err := v.render(); ok || err != nil {
			return err
		}
		text, ok, err := v.text()
		if err != nil {
			return err
		}
		if !ok {
			return e.renderNull(r)
		}
		return e.write(r, r.prefix+r.more+text)
	}
	if r.prefix != "" || r.more != "" {
		if err := e.write(r, r.prefix+r.more); err != nil {
			return err
		}
	}
	return e.printValue(r, v)
}

// printValue appends a value as Java prints it.
func (e *executor) printValue(n Node, v java.Value) error {
	p := &e.print
	if p.Busy() { // a block that prints within a value
		p = new(java.Printer)
	}
	start := len(e.out)
	p.Reset(e.out, e.max)
	p.Value(v)
	e.out = p.Bytes()
	err := p.Err()
	if err != nil {
		e.out = e.out[:start]
	}
	p.Reset(nil, 0)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, java.ErrTooLong):
		return e.tooMuch(n)
	}
	return e.located(n, OtherFailure, "printing "+n.String(), err)
}

func (e *executor) renderNull(r *Reference) error {
	return e.write(r, r.prefix+r.prefix+r.more+e.nullText(r))
}

// toString prints a value into a string. It reports false for a value that
// prints as null.
func (e *executor) toString(n Node, v java.Value) (string, bool, error) {
	switch v := v.(type) {
	case string:
		return v, true, nil
	case *blockRef:
		return v.text()
	}
	start := e.beginText()
	err := e.printValue(n, v)
	s, err := e.endText(n, start, err)
	return s, true, err
}

// blockRef is what #define assigns, and a macro's body: a piece of a template
// that is rendered where it is printed.
type blockRef struct {
	e     *executor
	node  Node
	body  *Block
	env   *env // where it was made
	depth int
	max   int // levels of printing itself
}

// render prints the block in the current environment. It reports false when the
// block is too deep in itself.
func (b *blockRef) render() (bool, error) {
	b.depth++
	if b.depth > b.max {
		b.depth--
		return false, nil
	}
	e := b.e
	if err := e.enter(b.node); err != nil {
		return true, err
	}
	err := e.block(b.body)
	e.leave()
	if err != nil && !stopsAt(err, b.node) {
		return true, err
	}
	b.depth--
	return true, nil
}

// text renders the block where it was made.
func (b *blockRef) text() (string, bool, error) {
	e := b.e
	saved := e.env
	e.env = b.env
	start := e.beginText()
	ok, err := b.render()
	s, err := e.endText(b.node, start, err)
	e.env = saved
	return s, ok, err
}

// AppendText prints the block as an element of another value.
func (b *blockRef) AppendText(p *java.Printer) {
	// The printer may be at work on the output buffer itself.
	var s string
	var ok bool
	var err error
	p.Lend(func(buf []byte) []byte {
		saved := b.e.out
		b.e.out = buf
		s, ok, err = b.text()
		buf, b.e.out = b.e.out, saved
		return buf
	})
	switch {
	case err != nil:
		p.Fail(err)
	case !ok:
		p.WriteString("null")
	default:
		p.WriteString(s)
	}
}

// ClassName implements [java.Classed].
func (b *blockRef) ClassName() string { return "org.apache.velocity.runtime.directive.Block$Reference" }

// TakesNothing implements [java.Classed].
func (b *blockRef) TakesNothing(string) bool { return false }

func (b *blockRef) Property(name string) (java.Value, bool) { return nil, false }

func (b *blockRef) Call(_ java.Caller, name string, args []java.Value) (java.Value, error) {
	if name == "toString" && len(args) == 0 {
		s, ok, err := b.text()
		if err != nil || !ok {
			return nil, err
		}
		return s, nil
	}
	return nil, java.ErrNoMethod
}

// word calls a macro. A word that is not a macro is printed as it stands.
func (e *executor) word(n *Word) error {
	m := n.macro
	if m == nil {
		m = e.macros.get(n.Name)
	}
	if m == nil {
		return e.write(n, n.text)
	}
	for _, a := range n.Args {
		if w, ok := a.(*BareWord); ok {
			return e.fail(n, EvaluateFailure, fmt.Sprintf("unexpected word %q as an argument of the macro #%s", w.Name, m.Name), nil)
		}
	}
	if e.calls >= maxMacroDepth {
		return e.fail(n, MacroFailure, fmt.Sprintf("macro #%s is called more than %d levels deep", m.Name, maxMacroDepth), nil)
	}
	v := &env{outer: e.env}
	for i, slot := range m.slots {
		if i >= len(n.Args) {
			if i == len(n.Args) && n.Body != nil {
				v.setLocal(slot, nil) // the body counts as an argument without a value
			}
			break
		}
		if isConstant(n.Args[i]) {
			val, err := e.value(n.Args[i])
			if err != nil {
				return err
			}
			v.setLocal(slot, val)
			continue
		}
		// Of two parameters with one name the last counts.
		dup := false
		for j := range v.args {
			if v.args[j].slot == slot {
				v.args[j].node, dup = n.Args[i], true
			}
		}
		if !dup {
			v.args = append(v.args, argument{slot: slot, node: n.Args[i]})
		}
	}
	if n.Body != nil {
		v.setLocal(e.slotOf(bodyName), &blockRef{e: e, node: n, body: n.Body, env: e.env, max: maxMacroDepth})
	}
	e.env = v
	e.calls++
	err := e.block(m.Body)
	e.env = v.outer
	if err != nil {
		if stopsAt(err, m) {
			return nil // and the call still counts as one, as in Velocity
		}
		return err
	}
	e.calls--
	return nil
}

const bodyName = "bodyContent"

// isConstant reports whether a macro gets an argument by value. The others are
// evaluated at each use.
func isConstant(x Expr) bool {
	switch x := x.(type) {
	case *Literal:
		_, isString := x.Value.(string)
		return !isString
	case *BareWord:
		return true
	case *Reference, *Interpolated, *ListLiteral, *MapLiteral, *Range, *Binary, *Group, *Not:
		return false
	}
	panic(unknown(x))
}

// slotOf numbers a name at run time.
func (e *executor) slotOf(name string) int {
	if n, ok := e.syms.lookup(name); ok {
		return n
	}
	e.ownSymbols()
	n := e.syms.intern(name)
	e.addVars()
	return n
}

// addVars adds room for the variables that were named last, with what the
// host has for them.
func (e *executor) addVars() {
	known := len(e.vars)
	for len(e.vars) < e.syms.count {
		e.vars = append(e.vars, nil)
	}
	for name, slot := range e.syms.slots {
		if slot >= known {
			e.vars[slot] = e.refs[name]
		}
	}
}

// ownSymbols adds names of the execution's own to the template's, which others use
// at the same time.
func (e *executor) ownSymbols() {
	if e.syms == e.t.syms {
		e.syms = newSymbols(e.t.syms)
		e.macros = newMacros(e.t.macros)
	}
}

// evaluate renders a text that the template made.
func (e *executor) evaluate(n *Evaluate) error {
	v, err := e.value(n.Arg)
	if err != nil {
		return err
	}
	text := ""
	if v != nil {
		if text, _, err = e.toString(n, v); err != nil {
			return err
		}
	}
	if len(text) > maxTemplateSize {
		return limitAt(n, fmt.Sprintf("#evaluate gets more than %d bytes", maxTemplateSize))
	}
	if err := e.charge(n, 64*len(text)); err != nil {
		return err
	}
	e.ownSymbols()
	src := &source{name: "#evaluate", text: text}
	root, err := parse(src, e.t.lang, e.syms, e.macros, 0)
	if err != nil {
		var limit *LimitError
		if errors.As(err, &limit) {
			return limitAt(n, "#evaluate: "+limit.Msg)
		}
		return e.fail(n, EvaluateFailure, "#evaluate got text that is not a template: "+err.Error(), err)
	}
	e.addVars()
	if err := e.block(root); err != nil && !stopsAt(err, n) {
		return err
	}
	return nil
}

func (e *executor) include(n *Include) error {
	for i, a := range n.Args {
		if n.Name == "parse" && i > 0 {
			break
		}
		v, err := e.value(a)
		if err != nil {
			return err
		}
		name := "null"
		if v != nil {
			if name, _, err = e.toString(n, v); err != nil {
				return err
			}
		}
		if n.Name == "include" {
			_, isString := v.(string)
			switch a.(type) {
			case *Reference, *Interpolated:
				isString = true
			}
			if !isString {
				return e.fail(n, OtherFailure, "the arguments of #include are strings or references", nil)
			}
			if v == nil {
				if err := e.write(n, fmt.Sprintf("<!-- include error : error with arg %d please see log. see error log -->", i)); err != nil {
					return err
				}
				continue
			}
		} else if v == nil {
			return nil
		}
		return e.fail(n, ResourceFailure, fmt.Sprintf("#%s cannot find %q: there are no other templates", n.Name, name), nil)
	}
	if n.Name == "parse" && len(n.Args) == 0 {
		return e.fail(n, OtherFailure, "#parse needs an argument", nil)
	}
	return nil
}

func (e *executor) breakOut(n *Break) error {
	if n.Scope == nil {
		return stopNearest
	}
	v, err := e.value(n.Scope)
	if err != nil {
		return err
	}
	l, ok := v.(*loop)
	if !ok {
		return e.fail(n, OtherFailure, "#break takes the object of a loop, such as $foreach", nil)
	}
	return &stopSignal{owner: l.owner}
}
