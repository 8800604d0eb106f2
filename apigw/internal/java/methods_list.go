package java

import (
	"fmt"
	"math"
	"slices"
)

// callList calls a method of java.util.ArrayList.
func callList(lim *Limits, l *List, name string, args []Value) (Value, error) {
	switch {
	case l.fixed:
		return callFixed(lim, l, name, args)
	case l.part == nil:
		return callItems(lim, l, name, args)
	}
	if l.stale() {
		return nil, exception("java.util.ConcurrentModificationException", "the list was changed, of which this is a part")
	}
	mods, size := l.mods, len(l.items)
	v, err := callItems(lim, l, name, args)
	if l.mods != mods {
		if err := lim.Charge(16 * len(l.part.items)); err != nil {
			return nil, err
		}
		l.writeThrough(size)
	}
	return v, err
}

// stale reports whether l is a part of a list that was changed since: whatever is
// done with it fails.
func (l *List) stale() bool { return l.part != nil && l.part.mods != l.partMods }

// writeThrough changes the list of which l is a part as l was changed. Size is
// what l had before.
func (l *List) writeThrough(size int) {
	p, end := l.part, l.partAt+len(l.items)
	before := len(p.items)
	p.items = slices.Concat(p.items[:l.partAt], l.items, p.items[l.partAt+size:])
	l.items = p.items[l.partAt:end:end]
	p.mods++
	l.partMods = p.mods
	if p.part != nil {
		p.writeThrough(before)
	}
}

func callItems(lim *Limits, l *List, name string, args []Value) (Value, error) {
	switch name {
	case "size", "isEmpty", "get", "iterator", "listIterator", "contains", "indexOf", "equals":
	default:
		if err := lim.Charge(l.Unfilled()); err != nil {
			return nil, err
		}
		l.Fill()
	}
	switch name {
	case "clone", "trimToSize", "ensureCapacity":
		if l.IsSubList() {
			return nil, ErrNoMethod
		}
	}
	switch len(args) {
	case 0:
		switch name {
		case "size":
			return int32(min(l.Len(), math.MaxInt32)), nil
		case "isEmpty":
			return l.Len() == 0, nil
		case "clear":
			l.items = nil
			l.mods++
			return "", nil
		case "iterator", "listIterator":
			return l.iterator(), nil
		case "toArray":
			return toArray(lim, l.items)
		case "clone":
			return copyList(lim, l)
		case "trimToSize":
			return "", nil
		}
	case 1:
		return callList1(lim, l, name, args[0])
	case 2:
		n, isInt := intArg(args[0])
		if !isInt {
			break
		}
		switch name {
		case "add":
			if n < 0 || n > len(l.items) {
				return nil, errIndex(fmt.Sprintf("Index: %d, Size: %d", n, len(l.items)))
			}
			l.items = slices.Insert(l.items, n, args[1])
			l.mods++
			return "", lim.Charge(16 + len(l.items)/8)
		case "set":
			if err := l.check(n); err != nil {
				return nil, err
			}
			old := l.items[n]
			l.items[n] = args[1]
			return old, nil
		case "addAll":
			return l.addAll(lim, n, args[1])
		case "subList":
			m, ok := intArg(args[1])
			if !ok {
				break
			}
			switch {
			case n < 0 || m > len(l.items):
				return nil, errIndex(fmt.Sprintf("fromIndex = %d, toIndex = %d, size = %d", n, m, len(l.items)))
			case n > m:
				return nil, exception("java.lang.IllegalArgumentException", fmt.Sprintf("fromIndex(%d) > toIndex(%d)", n, m))
			}
			// It shares the items, so that assigning to one shows in the list.
			return &List{items: l.items[n:m:m], ClassName: "java.util.ArrayList$SubList", part: l, partAt: n, partMods: l.mods}, nil
		}
	}
	return nil, ErrNoMethod
}

func callList1(lim *Limits, l *List, name string, arg Value) (Value, error) {
	switch name {
	case "get":
		n, ok := intArg(arg)
		if !ok {
			return nil, ErrNoMethod
		}
		if err := l.check(n); err != nil {
			return nil, err
		}
		return l.At(n), nil
	case "add":
		l.Append(arg)
		return true, lim.Charge(16)
	case "contains":
		return l.indexOf(arg, lim.steps()) >= 0, nil
	case "indexOf":
		return int32(l.indexOf(arg, lim.steps())), nil
	case "lastIndexOf":
		for i := len(l.items) - 1; i >= 0; i-- {
			if equal(l.items[i], arg, 0, lim.steps()) {
				return int32(i), nil
			}
		}
		return int32(-1), nil
	case "remove":
		if n, ok := intArg(arg); ok {
			if err := l.check(n); err != nil {
				return nil, err
			}
			return l.removeAt(n), nil
		}
		i := l.indexOf(arg, lim.steps())
		if i < 0 {
			return false, nil
		}
		l.removeAt(i)
		return true, nil
	case "addAll":
		return l.addAll(lim, len(l.items), arg)
	case "containsAll", "removeAll", "retainAll":
		if arg == nil {
			return nil, errNull
		}
		other, ok := elements(arg)
		if !ok {
			return nil, ErrNoMethod
		}
		o := &List{items: other}
		if name == "containsAll" {
			for _, v := range other {
				if l.indexOf(v, lim.steps()) < 0 {
					return false, nil
				}
			}
			return true, nil
		}
		before := len(l.items)
		l.items = slices.DeleteFunc(l.items, func(v Value) bool {
			return o.indexOf(v, lim.steps()) >= 0 == (name == "removeAll")
		})
		if len(l.items) != before {
			l.mods++
		}
		return len(l.items) != before, nil
	case "equals":
		return equal(l, arg, 0, lim.steps()), nil
	case "ensureCapacity":
		if _, ok := intArg(arg); ok {
			return "", nil
		}
	}
	return nil, ErrNoMethod
}

func (l *List) check(n int) error {
	if n < 0 || n >= l.Len() {
		return errIndex(fmt.Sprintf("Index %d out of bounds for length %d", n, l.Len()))
	}
	return nil
}

// indexOf counts the elements that it looks at down in left.
func (l *List) indexOf(v Value, left *int) int {
	for i := range l.Len() {
		if equal(l.At(i), v, 0, left) {
			return i
		}
	}
	return -1
}

// addAllAt checks the index before it looks into the collection, as Java does.
func (l *List) addAllAt(lim *Limits, args []Value) (Value, error) {
	if _, ok := elements(args[1]); !ok && args[1] != nil {
		return nil, ErrNoMethod
	}
	n, _ := intArg(args[0])
	if n < 0 || n > len(l.items) {
		return nil, errIndex(fmt.Sprintf("Index: %d, Size: %d", n, len(l.items)))
	}
	return l.addAll(lim, n, args[1])
}

func (l *List) addAll(lim *Limits, at int, v Value) (Value, error) {
	if v == nil {
		return nil, errNull
	}
	more, ok := elements(v)
	if !ok {
		return nil, ErrNoMethod
	}
	if at < 0 || at > len(l.items) {
		return nil, errIndex(fmt.Sprintf("Index: %d, Size: %d", at, len(l.items)))
	}
	if err := lim.Charge(16 * (len(more) + len(l.items)/16)); err != nil {
		return nil, err
	}
	l.items = slices.Insert(l.items, at, slices.Clone(more)...)
	l.mods++
	return len(more) > 0, nil
}

func toArray(lim *Limits, items []Value) (Value, error) {
	if err := lim.Charge(16 * len(items)); err != nil {
		return nil, err
	}
	return NewArray("", slices.Clone(items)), nil
}

func copyList(lim *Limits, l *List) (Value, error) {
	if err := lim.Charge(16 * len(l.items)); err != nil {
		return nil, err
	}
	return &List{items: slices.Clone(l.items), Print: l.Print, ClassName: l.ClassName}, nil
}

// callArray calls a method of a Java array, which a template sees as a list of
// fixed size.
func callArray(lim *Limits, a *Array, name string, args []Value) (Value, error) {
	if name == "set" && len(args) == 2 && !a.takes(args[1]) {
		if n, isInt := intArg(args[0]); isInt && n >= 0 && n < len(a.items) {
			return nil, exception("java.lang.IllegalArgumentException", "array element type mismatch")
		}
	}
	return callFixed(lim, &List{items: a.items}, name, args)
}

// takes reports whether a value may be an element.
func (a *Array) takes(v Value) bool {
	switch a.Elem {
	case "java.lang.String":
		_, ok := v.(string)
		return ok || v == nil
	case "byte":
		_, ok := v.(int8)
		return ok
	case "char":
		_, ok := v.(Char)
		return ok
	}
	return true
}

// callFixed calls a method of a list of fixed size.
func callFixed(lim *Limits, fixed *List, name string, args []Value) (Value, error) {
	l := &List{items: fixed.items}
	switch {
	case len(args) == 0:
		switch name {
		case "iterator", "listIterator":
			return NewIterator(l.items), nil
		case "size", "isEmpty", "toArray":
			return callList(lim, l, name, args)
		case "clear":
			if len(l.items) > 0 {
				return nil, errUnsupported
			}
			return "", nil
		}
	case len(args) == 1:
		switch name {
		case "get", "contains", "indexOf", "lastIndexOf", "containsAll":
			return callList1(lim, l, name, args[0])
		case "add":
			return nil, errUnsupported
		case "addAll":
			added, err := (&List{}).addAll(lim, 0, args[0])
			if added == true {
				return nil, errUnsupported
			}
			return added, err
		case "removeAll", "retainAll":
			changed, err := callList1(lim, &List{items: slices.Clone(l.items)}, name, args[0])
			if changed == true {
				return nil, errUnsupported
			}
			return changed, err
		case "remove":
			if _, ok := intArg(args[0]); ok || l.indexOf(args[0], lim.steps()) >= 0 {
				return nil, errUnsupported
			}
			return false, nil
		}
	case len(args) == 2:
		if _, ok := intArg(args[0]); !ok {
			break
		}
		switch name {
		case "set":
			return callList(lim, l, name, args)
		case "subList":
			part, err := callList(lim, l, name, args)
			if err == nil {
				l := part.(*List)
				l.fixed, l.ClassName = true, "java.util.AbstractList$SubList"
			}
			return part, err
		case "addAll":
			added, err := (&List{items: slices.Clone(l.items)}).addAllAt(lim, args)
			if added == true {
				return nil, errUnsupported
			}
			return added, err
		case "add":
			return nil, errUnsupported
		}
	}
	return nil, ErrNoMethod
}
