package vtl

import "errors"

// Iterator is java.util.Iterator. It fails, as Java's do, when its collection
// gets or loses elements meanwhile.
type Iterator struct {
	next    func() (Value, error)
	hasNext func() bool
	remove  func() error
	source  Value // the collection, where it is known
}

var (
	errConcurrent   = errors.New("java.util.ConcurrentModificationException: the collection was changed while it is iterated")
	errIllegalState = errors.New("java.lang.IllegalStateException: nothing to remove")
	errNoElement    = errors.New("java.util.NoSuchElementException: the iteration has no more elements")
)

// NewIterator returns an iterator over the items.
func NewIterator(items []Value) *Iterator {
	i := 0
	return &Iterator{
		hasNext: func() bool { return i < len(items) },
		next: func() (Value, error) {
			if i >= len(items) {
				return nil, errNoElement
			}
			i++
			return items[i-1], nil
		},
	}
}

// iterate returns an iterator over a list, array, view or map (its values), an
// iterator itself, or nil for a value that cannot be looped over.
func iterate(v Value) *Iterator {
	switch v := v.(type) {
	case *List:
		return v.iterator()
	case *Array:
		it := NewIterator(v.items)
		it.source = v
		return it
	case *View:
		return v.iterator()
	case *Map:
		it := (&View{m: v, kind: viewValues}).iterator()
		it.source = v
		return it
	case *Iterator:
		return v
	case Iterable:
		return v.Iterate()
	}
	return nil
}

func (l *List) iterator() *Iterator {
	i, mods := 0, l.mods
	canRemove := false
	return &Iterator{
		source:  l,
		hasNext: func() bool { return i != len(l.items) },
		next: func() (Value, error) {
			if l.mods != mods {
				return nil, errConcurrent
			}
			if i >= len(l.items) {
				return nil, errNoElement
			}
			i++
			canRemove = true
			return l.items[i-1], nil
		},
		remove: func() error {
			if l.mods != mods {
				return errConcurrent
			}
			if !canRemove {
				return errIllegalState
			}
			canRemove = false
			i--
			l.removeAt(i)
			mods = l.mods
			return nil
		},
	}
}

func (v *View) iterator() *Iterator {
	n, seen, mods := 0, 0, v.m.mods // the next step, and the elements before it that are still there
	canRemove := false
	has := v.m.slotAt(&n) >= 0 // as of the last step, whatever happened to the map
	var last Value
	return &Iterator{
		source:  v,
		hasNext: func() bool { return has },
		next: func() (Value, error) {
			if v.m.mods != mods {
				return nil, errConcurrent
			}
			i := v.m.slotAt(&n)
			if i < 0 {
				return nil, errNoElement
			}
			n++
			seen++
			canRemove = true
			last = v.m.slots[i].key
			e := v.element(last, v.m.slots[i].value)
			has = v.m.slotAt(&n) >= 0
			return e, nil
		},
		remove: func() error {
			if v.m.mods != mods {
				return errConcurrent
			}
			if !canRemove {
				return errIllegalState
			}
			canRemove = false
			v.m.Delete(last)
			seen--
			if v.m.hashed || len(v.m.slots) == v.m.live {
				n = seen // the slots behind the removed one moved up
			}
			mods = v.m.mods
			return nil
		},
	}
}

func (l *List) removeAt(i int) Value {
	old := l.items[i]
	copy(l.items[i:], l.items[i+1:])
	l.items[len(l.items)-1] = nil
	l.items = l.items[:len(l.items)-1]
	l.mods++
	return old
}
