package java

import "errors"

// Iterator is java.util.Iterator. It fails, as Java's do, when its collection
// gets or loses elements meanwhile.
type Iterator struct {
	items []Value // of an array, or of what a host iterates
	list  *List   // else one of these
	view  *View

	at        int // the next step
	seen      int // steps behind, without what was removed
	mods      int
	has       bool // of a view: whether there was a next element at the last step
	canRemove bool
	last      Value // key of the element that a view gave last
}

var (
	errConcurrent   = errors.New("java.util.ConcurrentModificationException: the collection was changed while it is iterated")
	errNoElement    = errors.New("java.util.NoSuchElementException: the iteration has no more elements")
	errIllegalState = errors.New("java.lang.IllegalStateException: nothing to remove")
)

// NewIterator returns an iterator over the items.
func NewIterator(items []Value) *Iterator { return &Iterator{items: items} }

// begin begins an iteration over a list, array, view or map (its values). It
// reports false for a value that it cannot iterate over.
func (it *Iterator) begin(v Value) bool {
	switch v := v.(type) {
	case *List:
		*it = Iterator{list: v, mods: v.mods}
		if v.stale() {
			it.mods--
		}
	case *Array:
		*it = Iterator{items: v.items}
	case *View:
		*it = Iterator{view: v, mods: v.m.mods}
		it.has = v.m.slotAt(&it.at) >= 0
	case *Map:
		return it.begin(&View{m: v, kind: viewValues})
	default:
		return false
	}
	return true
}

// Iterate returns an iterator over a value, or nil for one that cannot be looped
// over. It uses room for it, unless the value is or has one.
func Iterate(v Value, room *Iterator) *Iterator {
	if room.begin(v) {
		return room
	}
	switch v := v.(type) {
	case *Iterator:
		return v
	case Iterable:
		return v.Iterate()
	}
	return nil
}

// HasNext reports whether there is a next element.
func (it *Iterator) HasNext() bool {
	switch {
	case it.list != nil:
		return it.at != it.list.Len()
	case it.view != nil:
		return it.has
	}
	return it.at < len(it.items)
}

// Next returns the next element.
func (it *Iterator) Next() (Value, error) {
	items := it.items
	switch {
	case it.view != nil:
		return it.nextOfView()
	case it.list != nil:
		if it.list.mods != it.mods {
			return nil, errConcurrent
		}
		if it.at < it.list.Len() {
			it.at++
			it.canRemove = true
			return it.list.At(it.at - 1), nil
		}
		return nil, errNoElement
	}
	if it.at >= len(items) {
		return nil, errNoElement
	}
	it.at++
	it.canRemove = true
	return items[it.at-1], nil
}

func (it *Iterator) nextOfView() (Value, error) {
	m := it.view.m
	if m.mods != it.mods {
		return nil, errConcurrent
	}
	i := m.slotAt(&it.at)
	if i < 0 {
		return nil, errNoElement
	}
	it.at++
	it.seen++
	it.canRemove = true
	it.last = m.slots[i].key
	v := it.view.element(it.last, m.slots[i].value)
	it.has = m.slotAt(&it.at) >= 0
	return v, nil
}

// remove removes the element that next returned from the collection.
func (it *Iterator) remove() error {
	switch {
	case it.list == nil && it.view == nil, it.list != nil && it.list.fixed:
		return errUnsupported
	case it.list != nil && it.list.mods != it.mods, it.view != nil && it.view.m.mods != it.mods:
		return errConcurrent
	case !it.canRemove:
		return errIllegalState
	}
	it.canRemove = false
	if it.list != nil {
		it.at--
		it.list.Fill()
		it.list.removeAt(it.at)
		it.mods = it.list.mods
		return nil
	}
	m := it.view.m
	m.delete(it.last)
	it.seen--
	if m.hashed || len(m.slots) == m.live {
		it.at = it.seen // the slots behind the removed one moved up
	}
	it.mods = m.mods
	return nil
}

func (l *List) iterator() *Iterator {
	it := new(Iterator)
	it.begin(l)
	return it
}

func (v *View) iterator() *Iterator {
	it := new(Iterator)
	it.begin(v)
	return it
}

func (l *List) removeAt(i int) Value {
	old := l.items[i]
	copy(l.items[i:], l.items[i+1:])
	l.items[len(l.items)-1] = nil
	l.items = l.items[:len(l.items)-1]
	l.mods++
	return old
}
