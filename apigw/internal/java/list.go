package java

import "strings"

// List is java.util.ArrayList, or a subclass that prints itself.
type List struct {
	// Print replaces Java's [a, b], also where the list is an element of another
	// value. Nil means Java's form.
	Print func(p *Printer, l *List)
	// ClassName is the name of the Java class, empty for java.util.ArrayList.
	ClassName string

	items []Value
	mods  int  // structural changes, for iterators that must fail
	fixed bool // a part of an array: it cannot get or lose items

	// Of a range that nothing has changed yet, the items are not made: it may be
	// as wide as all integers.
	ranged     bool
	from, step int32
	width      int

	part     *List // of which this is subList(partAt, …)
	partAt   int
	partMods int // mods of part when they last agreed
}

// NewList returns a list of the items, which it keeps.
func NewList(items ...Value) *List { return &List{items: items} }

// NewRange returns the list of the integers from one to another, upwards or
// downwards. The items take room only from Fill on.
func NewRange(from, to int32) *List {
	l := &List{ranged: true, from: from, step: 1, width: int(to) - int(from) + 1}
	if from >= to {
		l.step, l.width = -1, int(from)-int(to)+1
	}
	return l
}

// itemBytes is what Fill takes for an item.
const itemBytes = 20

// Unfilled returns the bytes that Fill would take.
func (l *List) Unfilled() int {
	if !l.ranged {
		return 0
	}
	return itemBytes * l.width
}

// Fill makes the items of a range. Values that others keep must be filled, so
// that what they cost is counted where they are made.
func (l *List) Fill() {
	if !l.ranged {
		return
	}
	l.items = make([]Value, l.width)
	for i := range l.items {
		l.items[i] = l.At(i)
	}
	l.ranged = false
}

// Len counts the items.
func (l *List) Len() int {
	if l.ranged {
		return l.width
	}
	return len(l.items)
}

// At returns the i-th item, counted from 0. It panics outside the list.
func (l *List) At(i int) Value {
	if l.ranged {
		return l.from + int32(i)*l.step
	}
	return l.items[i]
}

// Append adds items at the end.
func (l *List) Append(v ...Value) {
	l.Fill()
	l.items = append(l.items, v...)
	l.mods++
}

// Items returns the items themselves, not a copy.
func (l *List) Items() []Value {
	l.Fill()
	return l.items
}

// IsSubList reports whether the list is a part of another one, which is of
// another class than whole lists.
func (l *List) IsSubList() bool { return strings.HasSuffix(l.ClassName, "$SubList") }

// Array is a Java array of objects or of a primitive type. Its length is fixed.
type Array struct {
	// Elem is the Java name of the element type, such as java.lang.String, byte
	// or char. Empty means java.lang.Object.
	Elem string

	items []Value
}

// NewArray returns an array that keeps the items.
func NewArray(elem string, items []Value) *Array { return &Array{Elem: elem, items: items} }

// Len counts the items.
func (a *Array) Len() int { return len(a.items) }

// At returns the i-th item, counted from 0. It panics outside the array.
func (a *Array) At(i int) Value { return a.items[i] }

func (a *Array) class() string {
	switch a.Elem {
	case "byte":
		return "[B"
	case "char":
		return "[C"
	case "int":
		return "[I"
	case "":
		return "[Ljava.lang.Object;"
	}
	return "[L" + a.Elem + ";"
}

type viewKind uint8

const (
	viewKeys viewKind = iota
	viewValues
	viewEntries
)

// View is keySet, values or entrySet of a map: it shows what the map holds now.
type View struct {
	m    *Map
	kind viewKind
	// abstract is set where the map is of a class that leaves its views to
	// java.util.AbstractMap.
	abstract bool
}

// AbstractKeySet returns the view of the keys that a class has of
// java.util.AbstractMap.
func AbstractKeySet(m *Map) *View { return &View{m: m, kind: viewKeys, abstract: true} }

// AbstractValues returns the view of the values that a class has of
// java.util.AbstractMap.
func AbstractValues(m *Map) *View { return &View{m: m, kind: viewValues, abstract: true} }

func (v *View) class() string {
	switch {
	case v.abstract && v.kind == viewKeys:
		return "java.util.AbstractMap$1"
	case v.abstract && v.kind == viewValues:
		return "java.util.AbstractMap$2"
	}
	owner := "java.util.LinkedHashMap$Linked"
	if v.m.hashed {
		owner = "java.util.HashMap$"
	}
	switch v.kind {
	case viewKeys:
		return owner + "KeySet"
	case viewValues:
		return owner + "Values"
	}
	return owner + "EntrySet"
}

// Len counts the elements.
func (v *View) Len() int { return v.m.live }

// All yields the elements in the map's order.
func (v *View) All() func(yield func(Value) bool) {
	return func(yield func(Value) bool) {
		for k, val := range v.m.All() {
			if !yield(v.element(k, val)) {
				return
			}
		}
	}
}

func (v *View) element(key, value Value) Value {
	switch v.kind {
	case viewKeys:
		return key
	case viewValues:
		return value
	}
	return &Entry{m: v.m, key: key, value: value}
}

// Entry is Map.Entry: one key of a map with its value.
type Entry struct {
	m     *Map
	key   Value
	value Value // when the key is no longer in the map
}

// Key returns the key.
func (e *Entry) Key() Value { return e.key }

// Value returns the value that the key has now.
func (e *Entry) Value() Value {
	if v, ok := e.m.Get(e.key); ok {
		return v
	}
	return e.value
}

// elements returns the elements of a list or view; ok is false for other values.
func elements(v Value) (items []Value, ok bool) {
	switch v := v.(type) {
	case *List:
		return v.Items(), true
	case *View:
		items = make([]Value, 0, v.Len())
		for e := range v.All() {
			items = append(items, e)
		}
		return items, true
	}
	return nil, false
}

// Integer returns n as an Integer where it fits, else a Long.
func Integer(n int64) Value {
	if int64(int32(n)) == n {
		return int32(n)
	}
	return n
}
