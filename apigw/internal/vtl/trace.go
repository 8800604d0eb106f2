package vtl

import (
	"slices"

	"example.com/apigw/internal/java"
)

// Trace receives where the output of an execution comes from.
type Trace struct {
	// Spans are the pieces of the output in order. Together they are all of it.
	Spans []Span
	// Origins says from which inputs the references that the execution starts
	// with come, such as $context for the name context. Their elements then
	// count as inputs of their own, such as $context.stage.
	Origins map[string]string
}

// Span is a piece of the output.
type Span struct {
	Start, End int // bytes of the output
	// Node wrote it: a [Text] or [Reference], or the call of a macro that does
	// not exist.
	Node Node
	// Line and Column are where the node is in the template, from 1. For what
	// #evaluate rendered they are in its text.
	Line, Column int
	// Inputs are what the node read, in the order of reading and each once:
	// what hosts reported by [Recorder.Read], and elements of what they reported by
	// [Recorder.Origin], such as $.pets[2].id.
	Inputs []string
}

// Recorder collects a [Trace]. Where nobody asked for one it is nil, and asking
// costs a comparison with nil.
type Recorder struct {
	to      *Trace
	inputs  []string                // read so far; whoever looks remembers a mark
	vars    map[int][]string        // what variables were made of
	origins map[java.Value]string   // the inputs that containers are
	held    map[java.Value][]string // what was put into containers
	arg     java.Value              // the first argument of the latest call or index
}

func newRecorder(to *Trace) *Recorder {
	to.Spans = to.Spans[:0]
	return &Recorder{to: to, vars: map[int][]string{}, origins: map[java.Value]string{}, held: map[java.Value][]string{}}
}

// start notes where the variables of the host come from.
func (t *Recorder) start(e *executor) {
	for name, input := range t.to.Origins {
		if slot, ok := e.syms.lookup(name); ok {
			if v := e.vars[slot]; isContainer(v) {
				t.origins[v] = input
			} else {
				t.vars[slot] = []string{input}
			}
		}
	}
}

// isContainer reports whether a value has an identity, so that what is known about
// it can be looked up.
func isContainer(v java.Value) bool {
	switch v.(type) {
	case *java.Map, *java.List, *java.Array, *java.View, *java.Entry, *java.Iterator:
		return true
	}
	return false
}

func (t *Recorder) mark() int {
	if t == nil {
		return 0
	}
	return len(t.inputs)
}

// since returns the inputs that were read since a mark, each once.
func (t *Recorder) since(mark int) []string {
	var out []string
	for _, in := range t.inputs[mark:] {
		if !slices.Contains(out, in) {
			out = append(out, in)
		}
	}
	return out
}

func (t *Recorder) read(inputs ...string) { t.inputs = append(t.inputs, inputs...) }

// refTrace is what is known about the value that a reference has reached.
type refTrace struct {
	path string   // the input that the value is
	used []string // inputs that it was made of
}

// root begins to follow a reference.
func (t *Recorder) root(e *executor, r *Reference, v java.Value) (at refTrace) {
	if isContainer(v) {
		at.path = t.origins[v]
	}
	if at.path == "" && !e.isParameter(r.slot) {
		at.used = t.vars[r.slot]
	}
	return at
}

// isParameter reports whether a name is bound to an argument of a macro, which
// reports its inputs itself.
func (e *executor) isParameter(slot int) bool {
	for v := e.env; v != nil; v = v.outer {
		for i := range v.args {
			if v.args[i].slot == slot && !v.args[i].removed {
				return true
			}
		}
	}
	return false
}

// part follows a reference over one of its parts.
func (t *Recorder) part(at *refTrace, part Part, v java.Value) {
	step := ""
	switch part := part.(type) {
	case *Property:
		step = pathStep(part.Name)
	case *Index:
		step = pathStep(t.arg)
	case *MethodCall:
		if part.Name == "get" && len(part.Args) == 1 {
			step = pathStep(t.arg)
		}
	default:
		panic(unknown(part))
	}
	switch {
	case isContainer(v) && t.origins[v] != "":
		at.path, at.used = t.origins[v], nil
	case at.path != "" && step != "":
		at.path += step
		if isContainer(v) {
			t.origins[v] = at.path
		}
	case at.path != "":
		at.used = append(slices.Clip(at.used), at.path)
		at.path = ""
	}
}

// resolved reports what a reference read.
func (t *Recorder) resolved(at refTrace, v java.Value) {
	t.read(at.used...)
	if at.path != "" {
		t.read(at.path)
	}
	if isContainer(v) {
		t.read(t.held[v]...)
	}
}

// pathStep writes a key as a step of a path.
func pathStep(key java.Value) string {
	switch k := key.(type) {
	case int32:
		return "[" + java.ToString(k) + "]"
	case string:
		for i := 0; i < len(k); i++ {
			if !isLetter(k[i]) && k[i] != '_' && (i == 0 || !isDigit(k[i])) {
				return "['" + k + "']"
			}
		}
		if k != "" {
			return "." + k
		}
	}
	return ""
}

// assigned remembers what a variable was made of.
func (t *Recorder) assigned(slot, mark int) {
	t.vars[slot] = t.since(mark)
	t.inputs = t.inputs[:mark]
}

// stored remembers what was put into a container.
func (t *Recorder) stored(recv java.Value, mark int) {
	if isContainer(recv) && len(t.inputs) > mark {
		t.held[recv] = append(t.held[recv], t.since(mark)...)
	}
}

// loopSource is where the elements of a loop come from.
type loopSource struct {
	path   string
	inputs []string
}

func (t *Recorder) loopSource(list java.Value, mark int) (src loopSource) {
	if t == nil {
		return src
	}
	if _, isList := list.(*java.List); isList {
		src.path = t.origins[list]
	}
	src.inputs = t.since(mark)
	t.inputs = t.inputs[:mark]
	return src
}

// element notes where the i-th element of a loop comes from.
func (t *Recorder) element(slot int, src loopSource, i int, v java.Value) {
	if src.path == "" {
		t.vars[slot] = src.inputs
		return
	}
	path := src.path + pathStep(int32(i))
	t.vars[slot] = []string{path}
	if isContainer(v) && t.origins[v] == "" {
		t.origins[v] = path
	}
}

// wrote records the output that a node wrote, if nodes in it did not already.
func (t *Recorder) wrote(e *executor, n Node, start, mark int) {
	if e.nested > 0 {
		return
	}
	if spans := t.to.Spans; len(spans) > 0 {
		start = max(start, spans[len(spans)-1].End)
	}
	if end := len(e.out); end > start {
		p := n.where().src.place(int(n.where().pos))
		t.to.Spans = append(t.to.Spans, Span{Start: start, End: end, Node: n, Line: p.Line, Column: p.Column, Inputs: t.since(mark)})
	}
	t.inputs = t.inputs[:mark]
}

// resolveTraced evaluates a reference as resolve does, and records what it read.
func (e *executor) resolveTraced(r *Reference) (java.Value, bool, error) {
	t := e.trace
	v, err := e.get(r.slot)
	if err != nil {
		return nil, false, err
	}
	at := t.root(e, r, v)
	for _, part := range r.Parts {
		if v == nil {
			break
		}
		recv, mark := v, t.mark()
		if v, err = e.follow(r, part, v); err != nil {
			return nil, false, err
		}
		if _, ok := part.(*MethodCall); ok {
			t.stored(recv, mark)
		}
		t.part(&at, part, v)
	}
	t.resolved(at, v)
	v, isNull := e.orEmpty(v)
	return v, isNull, nil
}

// RecorderOf returns where the method of a host records what its result comes
// from, or nil where nothing is recorded. Its methods may be called on nil.
func RecorderOf(c java.Caller) *Recorder {
	if e, ok := c.(*executor); ok {
		return e.trace
	}
	return nil
}

// Read records that what the method returns comes from an input, such as
// $input.params('name').
func (t *Recorder) Read(input string) {
	if t != nil {
		t.read(input)
	}
}

// Origin records that a list or map, and so each of its elements, is an input,
// such as $.pets: reading its element 2 then counts as reading $.pets[2].
func (t *Recorder) Origin(v java.Value, input string) {
	if t != nil && isContainer(v) {
		t.origins[v] = input
	}
}
