package vtl

import (
	"fmt"

	"example.com/apigw/internal/java"
)

// loop is the value of $foreach: where a loop stands. It is a map as well, in
// which a template can keep values.
type loop struct {
	owner    *Foreach
	template string // whose execution it is part of
	parent   *loop
	replaced java.Value // what $foreach was before the loop
	index    int
	hasNext  bool
	storage  *java.Map
	info     *loopInfo // when it was asked for
}

// Map implements [java.Mapping]: it holds the values that were put.
func (l *loop) Map() *java.Map {
	if l.storage == nil {
		l.storage = java.NewHashMap()
	}
	return l.storage
}

// Property returns the properties of the loop, then the values that were put.
func (l *loop) Property(name string) (java.Value, bool) {
	switch name {
	case "index", "Index":
		return int32(l.index), true
	case "count", "Count":
		return int32(l.index + 1), true
	case "hasNext", "HasNext":
		return l.hasNext, true
	case "first", "First":
		return l.index < 1, true
	case "last", "Last":
		return !l.hasNext, true
	case "parent", "Parent":
		if l.parent == nil {
			return nil, true
		}
		return l.parent, true
	case "topmost", "Topmost":
		return l.topmost(), true
	case "replaced", "Replaced":
		for l.replaced == nil && l.parent != nil {
			l = l.parent
		}
		return l.replaced, true
	case "info", "Info":
		return l.infoOf(), true
	case "class", "Class":
		return &java.Class{Name: l.ClassName()}, true
	}
	return l.get(name), true
}

// ClassName implements [java.Classed].
func (l *loop) ClassName() string { return "org.apache.velocity.runtime.directive.ForeachScope" }

// TakesNothing implements [java.Classed].
func (l *loop) TakesNothing(method string) bool {
	switch method {
	case "clear", "entrySet", "getCount", "getFirst", "getHasNext", "getIndex", "getInfo", "getLast", "getParent",
		"getReplaced", "getTopmost", "hasNext", "isEmpty", "isFirst", "isLast", "keySet", "size", "values":
		return true
	}
	return false
}

func (l *loop) topmost() *loop {
	for l.parent != nil {
		l = l.parent
	}
	return l
}

func (l *loop) get(key java.Value) java.Value {
	for ; l != nil; l = l.parent {
		if l.storage == nil {
			continue
		}
		if v, ok := l.storage.Get(key); ok {
			return v
		}
	}
	return nil
}

// SetProperty keeps a value.
func (l *loop) SetProperty(name string, v java.Value) bool {
	l.Map().Put(name, v)
	return true
}

// AppendText prints the values that were put, not the state of the loop.
func (l *loop) AppendText(p *java.Printer) { p.Entries(l.Map(), l) }

// Iterate loops over the values that were put.
func (l *loop) Iterate() *java.Iterator { return java.Iterate(l.Map(), new(java.Iterator)) }

// Call runs the methods of the loop, then those of a map.
func (l *loop) Call(c java.Caller, name string, args []java.Value) (java.Value, error) {
	if len(args) == 0 {
		switch name {
		case "hasNext":
			return l.hasNext, nil
		case "isFirst":
			return l.index < 1, nil
		case "isLast":
			return !l.hasNext, nil
		case "keySet":
			return java.AbstractKeySet(l.Map()), nil
		case "values":
			return java.AbstractValues(l.Map()), nil
		case "getIndex", "getCount", "getHasNext", "getFirst", "getLast", "getParent", "getTopmost", "getReplaced", "getInfo", "getClass":
			v, _ := l.Property(name[len("get"):])
			return v, nil
		}
	}
	if name == "get" && len(args) == 1 {
		return l.get(args[0]), nil
	}
	return java.CallMap(c.Limits(), l.Map(), name, args)
}

// foreach runs a loop.
func (e *executor) foreach(n *Foreach) error {
	if n.List == nil {
		return e.fail(n, OtherFailure, "#foreach needs a variable and a list: #foreach($item in $list)", nil)
	}
	x, ok := n.List.(Expr)
	if !ok {
		return nil // the body stands where the list should: there is nothing to loop over
	}
	mark := e.trace.mark()
	list, err := e.value(x)
	if err != nil || list == nil {
		return err
	}
	l := e.looping()
	defer e.looped(l)
	l.e, l.n, l.bodyEnv = e, n, e.env
	if l.it = java.Iterate(list, &l.own); l.it == nil {
		return nil
	}
	l.source = e.trace.loopSource(list, mark)
	if err := l.begin(); err != nil {
		return err
	}
	err = l.run()
	e.env = l.bodyEnv
	if err != nil && !stopsAt(err, n) {
		if _, stop := err.(*stopSignal); !stop {
			return err
		}
		if cerr := l.clean(); cerr != nil {
			return cerr
		}
		return err
	}
	return l.clean()
}

// looping takes the room for one run of a loop, which looped gives back. Using it
// again is a fifth of the allocations of BenchmarkExecute, for templates loop
// within loops.
func (e *executor) looping() *looping {
	if last := len(e.loops) - 1; last >= 0 {
		l := e.loops[last]
		e.loops = e.loops[:last]
		return l
	}
	return new(looping)
}

func (e *executor) looped(l *looping) {
	*l = looping{}
	e.loops = append(e.loops, l)
}

// looping is one run of a loop.
type looping struct {
	e       *executor
	n       *Foreach
	it      *java.Iterator
	own     java.Iterator
	source  loopSource
	bodyEnv *env

	scope                        *loop
	slots                        loopSlots
	saved, savedCount, savedNext java.Value
}

// begin saves what the loop's variables hide. The variables that nothing in the
// template mentions are left out.
func (l *looping) begin() (err error) {
	e := l.e
	l.slots = e.syms.loop
	if l.saved, err = e.get(l.n.slot); err != nil {
		return err
	}
	if l.slots.count >= 0 {
		if l.savedCount, err = e.get(l.slots.count); err != nil {
			return err
		}
	}
	if l.slots.hasNext >= 0 {
		if l.savedNext, err = e.get(l.slots.hasNext); err != nil {
			return err
		}
	}
	if l.slots.scope < 0 {
		return nil
	}
	before, err := e.get(l.slots.scope)
	if err != nil {
		return err
	}
	l.scope = &loop{owner: l.n, template: e.t.src.name, index: -1}
	if p, ok := before.(*loop); ok {
		l.scope.parent = p
	} else {
		l.scope.replaced = before
	}
	e.put(l.slots.scope, l.scope)
	return nil
}

func (l *looping) run() error {
	e, n, it := l.e, l.n, l.it
	var hide *env
	for count := 1; it.HasNext(); count++ {
		if e.opts.MaxIterations > 0 && count > e.opts.MaxIterations {
			if e.opts.FailOnMaxIterations {
				return limitAt(n, fmt.Sprintf("the loop has more than %d elements", e.opts.MaxIterations))
			}
			return nil
		}
		if err := e.step(n); err != nil {
			return err
		}
		if l.slots.count >= 0 {
			e.put(l.slots.count, int32(count))
		}
		v, err := it.Next()
		if err != nil {
			return e.located(n, OtherFailure, "the loop", err)
		}
		if l.slots.hasNext >= 0 {
			e.put(l.slots.hasNext, it.HasNext())
		}
		e.put(n.slot, v)
		if e.trace != nil {
			e.trace.element(n.slot, l.source, count-1, v)
		}
		if l.scope != nil {
			l.scope.index++
			l.scope.hasNext = it.HasNext()
		}
		if n.Body == nil {
			continue
		}
		if v == nil {
			if hide == nil {
				hide = &env{outer: l.bodyEnv, isHide: true, hides: n.slot, hiding: true}
			}
			e.env = hide
		}
		if b, ok := n.Body.(*Block); ok {
			err = e.block(b)
		} else {
			err = e.node(n.Body)
		}
		e.env = l.bodyEnv
		if err != nil {
			return err
		}
	}
	return nil
}

// clean restores the variables.
func (l *looping) clean() error {
	e := l.e
	restore := func(slot int, v java.Value) {
		if slot < 0 {
			return
		}
		if v != nil {
			e.put(slot, v)
		} else {
			e.remove(slot)
		}
	}
	restore(l.n.slot, l.saved)
	restore(l.slots.count, l.savedCount)
	restore(l.slots.hasNext, l.savedNext)
	if l.scope == nil {
		return nil
	}
	now, err := e.get(l.slots.scope)
	if err != nil {
		return err
	}
	if now == nil {
		return e.fail(l.n, OtherFailure, "the loop lost its $foreach: it cannot be the loop variable", nil)
	}
	scope, ok := now.(*loop)
	if !ok {
		return nil // the template assigned something else to $foreach
	}
	switch {
	case scope.parent != nil:
		e.put(l.slots.scope, scope.parent)
	default:
		v, _ := scope.Property("replaced")
		restore(l.slots.scope, v)
	}
	return nil
}
