package vtl

import (
	"errors"
	"math/big"

	"example.com/apigw/internal/java"
)

// value evaluates an expression.
func (e *executor) value(x Expr) (java.Value, error) {
	switch x := x.(type) {
	case *Literal:
		return x.Value, nil
	case *Reference:
		if x.form == formEscaped {
			return nil, nil
		}
		return e.reference(x)
	}
	if err := e.enter(x); err != nil {
		return nil, err
	}
	v, err := e.compound(x)
	e.leave()
	return v, err
}

func (e *executor) compound(x Expr) (java.Value, error) {
	switch x := x.(type) {
	case *Interpolated:
		return e.interpolate(x)
	case *Binary:
		switch x.op {
		case tokAnd, tokOr, tokEqual, tokNotEqual, tokLess, tokLessEqual, tokGreater, tokGreaterEqual:
			return e.truth(x)
		}
		return e.arithmetic(x)
	case *Not:
		ok, err := e.truth(x.Operand)
		return !ok, err
	case *Group:
		return e.value(x.Inner)
	case *ListLiteral:
		if err := e.charge(x, 16*len(x.Items)+64); err != nil {
			return nil, err
		}
		items := make([]java.Value, 0, len(x.Items))
		for _, i := range x.Items {
			v, err := e.kept(i)
			if err != nil {
				return nil, err
			}
			items = append(items, v)
		}
		return java.NewList(items...), nil
	case *MapLiteral:
		if err := e.charge(x, 64*len(x.Keys)+64); err != nil {
			return nil, err
		}
		m := java.NewMap(len(x.Keys))
		for i := range x.Keys {
			k, err := e.kept(x.Keys[i])
			if err != nil {
				return nil, err
			}
			v, err := e.kept(x.Values[i])
			if err != nil {
				return nil, err
			}
			m.Put(k, v)
		}
		return m, nil
	case *Range:
		return e.rangeOf(x)
	case *BareWord:
		return nil, nil
	}
	panic(unknown(x))
}

// interpolate renders a string in double quotes.
func (e *executor) interpolate(x *Interpolated) (java.Value, error) {
	s, err := e.text(x, x.Body)
	if err != nil {
		return nil, err
	}
	if x.cut && s != "" {
		u := java.Units(s)
		s = java.FromUnits(u[:len(u)-1])
	}
	return s, nil
}

// rangeOf returns the list of a range.
func (e *executor) rangeOf(x *Range) (java.Value, error) {
	from, err := e.value(x.From)
	if err != nil {
		return nil, err
	}
	to, err := e.value(x.To)
	if err != nil || !java.IsNumber(from) || !java.IsNumber(to) {
		return nil, err
	}
	if err := e.charge(x, 64); err != nil {
		return nil, err
	}
	if err := e.step(x); err != nil {
		return nil, err
	}
	return java.NewRange(java.ToInt(from), java.ToInt(to)), nil
}

// kept evaluates what another value is to keep.
func (e *executor) kept(x Expr) (java.Value, error) {
	v, err := e.value(x)
	if err != nil {
		return nil, err
	}
	return v, e.filled(x, v)
}

// filled makes the items of a range that another value is to keep.
func (e *executor) filled(n Node, v java.Value) error {
	l, ok := v.(*java.List)
	if !ok || l.Unfilled() == 0 {
		return nil
	}
	if err := e.charge(n, l.Unfilled()); err != nil {
		return err
	}
	l.Fill()
	return nil
}

// truth evaluates an expression as a condition. Of literals only true is true.
func (e *executor) truth(x Expr) (bool, error) {
	switch x := x.(type) {
	case *Literal:
		return x.truth, nil
	case *Reference:
		return e.refTruth(x)
	case *Not:
		ok, err := e.truth(x.Operand)
		return !ok, err
	case *Group:
		return e.truth(x.Inner)
	case *Binary:
		switch x.op {
		case tokAnd, tokOr:
			left, err := e.truth(x.Left)
			if err != nil || left == (x.op == tokOr) {
				return left, err
			}
			return e.truth(x.Right)
		case tokEqual, tokNotEqual, tokLess, tokLessEqual, tokGreater, tokGreaterEqual:
			return e.compare(x)
		}
		return false, nil
	case *Interpolated, *ListLiteral, *MapLiteral, *Range, *BareWord:
		return false, nil
	}
	panic(unknown(x))
}

// refTruth evaluates a reference as a condition: null is false, a Boolean is
// itself, all else is true.
func (e *executor) refTruth(r *Reference) (bool, error) {
	v, isNull, err := e.resolve(r)
	if err != nil || isNull && e.opts.NullIsFalse {
		return false, err
	}
	switch v := v.(type) {
	case nil:
		return false, nil
	case bool:
		return v, nil
	case *blockRef:
		_, ok, err := v.text()
		if cause := (*RuntimeError)(nil); errors.As(err, &cause) {
			again := *cause
			again.Failure = OtherFailure // whatever it was
			err = &again
		}
		return ok, err
	}
	return true, nil
}

func (e *executor) compare(x *Binary) (bool, error) {
	left, err := e.value(x.Left)
	if err != nil {
		return false, err
	}
	right, err := e.value(x.Right)
	if err != nil {
		return false, err
	}
	switch x.op {
	case tokEqual:
		return e.equals(x, left, right)
	case tokNotEqual:
		same, err := e.equals(x, left, right)
		return !same, err
	}
	if !java.IsNumber(left) || !java.IsNumber(right) {
		return false, nil
	}
	c, err := java.CompareNumbers(left, right)
	if err != nil {
		return false, e.fail(x, OtherFailure, "comparing failed: "+err.Error(), err)
	}
	switch x.op {
	case tokLess:
		return c < 0, nil
	case tokLessEqual:
		return c <= 0, nil
	case tokGreater:
		return c > 0, nil
	}
	return c >= 0, nil
}

// equals applies the operator ==: numbers by value, values of one class by Java's
// equals, all else by what they print.
func (e *executor) equals(x *Binary, left, right java.Value) (bool, error) {
	if l, ok := left.(string); ok {
		if r, ok := right.(string); ok {
			return l == r, nil
		}
	}
	if java.IsNumber(left) && java.IsNumber(right) {
		c, err := java.CompareNumbers(left, right)
		if err != nil {
			err = e.fail(x, OtherFailure, "comparing failed: "+err.Error(), err)
		}
		return c == 0, err
	}
	if left != nil && right != nil && related(left, right) {
		return e.left.Equal(left, right), nil
	}
	ls, lok, err := e.printed(x.Left, left)
	if err != nil {
		return false, err
	}
	rs, rok, err := e.printed(x.Right, right)
	if err != nil {
		return false, err
	}
	return lok == rok && ls == rs, nil
}

func (e *executor) printed(n Node, v java.Value) (string, bool, error) {
	if v == nil {
		return "", false, nil
	}
	return e.toString(n, v)
}

// related reports whether the class of one value is that of the other, or a
// class above it.
func related(a, b java.Value) bool {
	switch a.(type) {
	case *java.Map:
		_, ok := b.(*java.Map)
		return ok
	case *java.List:
		l, ok := b.(*java.List)
		return ok && a.(*java.List).IsSubList() == l.IsSubList()
	case *blockRef:
		_, ok := b.(*blockRef)
		return ok
	case *loop:
		_, ok := b.(*loop)
		return ok
	}
	class := java.ClassOf(a)
	return class != "" && class == java.ClassOf(b)
}

// reference evaluates a reference: null is the empty string in that mode.
func (e *executor) reference(r *Reference) (java.Value, error) {
	v, _, err := e.resolve(r)
	return v, err
}

// resolve evaluates a reference, and reports whether it is null although the
// value may be the empty string for it.
func (e *executor) resolve(r *Reference) (v java.Value, isNull bool, err error) {
	if r.form == formBare {
		return nil, true, nil
	}
	if e.trace != nil {
		return e.resolveTraced(r)
	}
	if e.env == nil {
		v = e.vars[r.slot]
	} else if v, err = e.getIn(e.env, r.slot); err != nil {
		return nil, false, err
	}
	for _, part := range r.Parts {
		if v == nil {
			break
		}
		if v, err = e.follow(r, part, v); err != nil {
			return nil, false, err
		}
	}
	v, isNull = e.orEmpty(v)
	return v, isNull, nil
}

// orEmpty turns null into the empty string, in the mode that wants it so.
func (e *executor) orEmpty(v java.Value) (java.Value, bool) {
	if v == nil && e.opts.NullIsEmpty {
		return "", true
	}
	return v, v == nil
}

// follow evaluates one step of a reference.
func (e *executor) follow(r *Reference, part Part, v java.Value) (java.Value, error) {
	switch part := part.(type) {
	case *Property:
		switch o := v.(type) {
		case *java.Map:
			if part.Name != "class" && part.Name != "Class" {
				v, _ = o.GetString(part.Name)
				return v, nil
			}
		case *loop:
			v, _ = o.Property(part.Name)
			return v, nil
		}
		return java.Property(v, part.Name), nil
	case *MethodCall:
		return e.method(r, part, v)
	case *Index:
		return e.index(r, part, v)
	}
	panic(unknown(part))
}

// method calls a method with evaluated arguments.
func (e *executor) method(r *Reference, m *MethodCall, recv java.Value) (java.Value, error) {
	base := len(e.args)
	for _, a := range m.Args {
		v, err := e.kept(a)
		if err != nil {
			e.args = e.args[:base]
			return nil, err
		}
		e.args = append(e.args, v)
	}
	if e.trace != nil {
		e.trace.arg = nil
		if len(m.Args) > 0 {
			e.trace.arg = e.args[base]
		}
	}
	v, err := java.CallMethod(e, recv, m.Name, e.args[base:len(e.args):len(e.args)])
	clear(e.args[base:])
	e.args = e.args[:base]
	if err != nil {
		if err == java.ErrNoMethod {
			return nil, nil
		}
		if inner, ok := err.(*RuntimeError); ok { // of a #define that the method printed
			again := *inner
			again.Failure = MethodFailure
			return nil, &again
		}
		return nil, e.hinted(r, e.located(m, MethodFailure, "."+m.Name+" of "+r.String(), err))
	}
	if s, ok := v.(string); ok && len(m.Args) > 0 {
		if len(s) > e.left.Text {
			return nil, limitAt(m, "."+m.Name+" makes a string that is too long")
		}
		if err := e.charge(m, len(s)); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// index evaluates [arg]: a call of get. Negative integers count from the end.
func (e *executor) index(r *Reference, x *Index, recv java.Value) (java.Value, error) {
	arg, err := e.value(x.Arg)
	if err != nil {
		return nil, err
	}
	if arg, err = e.fromEnd(r, x, recv, arg); err != nil {
		return nil, err
	}
	if e.trace != nil {
		e.trace.arg = arg
	}
	switch recv := recv.(type) {
	case *java.List:
		if i, ok := arg.(int32); ok && i >= 0 && int(i) < recv.Len() {
			return recv.At(int(i)), nil
		}
	case *java.Map:
		v, _ := recv.Get(arg)
		return v, nil
	}
	args := [1]java.Value{arg}
	v, err := java.CallMethod(e, recv, "get", args[:])
	if err == java.ErrNoMethod {
		return nil, nil
	}
	if err != nil {
		return nil, e.hinted(r, e.located(x, OtherFailure, "the index of "+r.String(), err))
	}
	return v, nil
}

func (e *executor) fromEnd(r *Reference, x *Index, recv, arg java.Value) (java.Value, error) {
	i, ok := arg.(int32)
	if !ok || i >= 0 {
		return arg, nil
	}
	size, err := java.CallMethod(e, recv, "size", nil)
	if err != nil {
		return nil, e.fail(x, OtherFailure, "the negative index of "+r.String()+" needs a value that has a size", err)
	}
	n, ok := size.(int32)
	if !ok {
		return nil, e.fail(x, OtherFailure, "the size that the negative index of "+r.String()+" needs is not a number", nil)
	}
	return n + i, nil
}

// set assigns. An expression that is null assigns nothing.
func (e *executor) set(n *Set) error {
	mark := e.trace.mark()
	v, err := e.value(n.Value)
	if err != nil {
		return err
	}
	if v == nil {
		return nil
	}
	r := n.Target
	if len(r.Parts) == 0 {
		e.put(n.slot, v)
		if e.trace != nil {
			e.trace.assigned(n.slot, mark)
		}
		return nil
	}
	if err := e.filled(n, v); err != nil {
		return err
	}
	recv, err := e.get(r.slot)
	if err != nil {
		return err
	}
	for _, part := range r.Parts[:len(r.Parts)-1] {
		if recv == nil {
			break
		}
		if recv, err = e.follow(r, part, recv); err != nil {
			return err
		}
	}
	if recv == nil {
		return nil
	}
	if e.trace != nil {
		e.trace.stored(recv, mark)
	}
	switch last := r.Parts[len(r.Parts)-1].(type) {
	case *Index:
		arg, err := e.kept(last.Arg)
		if err != nil {
			return err
		}
		if arg, err = e.fromEnd(r, last, recv, arg); err != nil {
			return err
		}
		args := [2]java.Value{arg, v}
		_, err = java.CallMethod(e, recv, "set", args[:])
		if err == java.ErrNoMethod {
			_, err = java.CallMethod(e, recv, "put", args[:])
		}
		if err != nil && err != java.ErrNoMethod {
			return e.located(last, MethodFailure, "assigning to "+r.String(), err)
		}
	case *Property:
		java.SetProperty(recv, last.Name, v)
	case *MethodCall:
		// Assigning to a call assigns to a property of that name.
		java.SetProperty(recv, last.Name, v)
	default:
		panic(unknown(last))
	}
	return e.charge(n, 64)
}

// arithmetic evaluates + - * / %. What cannot be computed is null.
func (e *executor) arithmetic(x *Binary) (java.Value, error) {
	left, err := e.value(x.Left)
	if err != nil {
		return nil, err
	}
	right, err := e.value(x.Right)
	if err != nil {
		return nil, err
	}
	if x.op == tokPlus {
		_, l := left.(string)
		_, r := right.(string)
		if l || r {
			return e.concat(x, left, right)
		}
	}
	if big, ok := left.(*big.Int); ok && big.BitLen() > 1<<20 {
		return nil, limitAt(x, "a number has too many digits")
	}
	v, err := java.Calculate(java.Operator(x.Op[0]), left, right)
	if err != nil {
		return nil, e.fail(x, OtherFailure, err.Error(), nil)
	}
	if b, ok := v.(*big.Int); ok {
		if err := e.charge(x, b.BitLen()); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// concat joins two values as strings. A null is its text in the template.
func (e *executor) concat(x *Binary, left, right java.Value) (java.Value, error) {
	part := func(n Expr, v java.Value) (string, error) {
		if v == nil {
			return literalOf(n), nil
		}
		s, ok, err := e.toString(n, v)
		if err == nil && !ok {
			err = e.fail(x, OtherFailure, "adding a block that prints itself", nil)
		}
		return s, err
	}
	l, err := part(x.Left, left)
	if err != nil {
		return nil, err
	}
	r, err := part(x.Right, right)
	if err != nil {
		return nil, err
	}
	if len(l)+len(r) > e.left.Text {
		return nil, limitAt(x, "a string grows too long")
	}
	if err := e.charge(x, len(l)+len(r)); err != nil {
		return nil, err
	}
	return java.Mend(l + r), nil
}
