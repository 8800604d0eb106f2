package java

import (
	"math"
	"math/big"
	"slices"
)

// Map is java.util.LinkedHashMap: any keys, iterated in the order in which they
// were first put. [NewHashMap] makes one that iterates as java.util.HashMap.
type Map struct {
	// Print replaces Java's {k=v, k2=v2}, also where the map is an element of
	// another value. Nil means Java's form.
	Print func(p *Printer, m *Map)
	// Watch, if set, gets the key of each value that is put.
	Watch func(key Value)

	slots  []mapSlot     // in insertion order; removed ones are marked
	live   int           // slots that are not removed
	index  map[any]int32 // key → slot; nil while the map is small
	odd    []int32       // slots whose keys cannot be Go map keys
	hashed bool          // iterates in HashMap's order
	cap    int           // HashMap's table size; it never shrinks
	order  []int32       // cached iteration order of a hashed map
	mods   int           // structural changes, for iterators that must fail
}

type mapSlot struct {
	key     Value
	value   Value
	removed bool
}

// A map up to this size is searched from its start, without an index. With an
// index for every map, the benchmark of a render in package mapping takes a
// quarter longer.
const smallMap = 8

// NewMap returns an empty map with room for n keys.
func NewMap(n int) *Map {
	return &Map{slots: make([]mapSlot, 0, n)}
}

// Arena makes the maps of one document, several with one allocation. The zero
// value is ready. It is not safe for concurrent use; its maps are like others.
type Arena struct {
	maps  []Map
	slots []mapSlot
	made  int // maps in the last block
}

// An arena's blocks grow up to so many maps, so that a small document costs
// little. Blocks of one map make the benchmark of a render in package mapping a
// fifteenth slower.
const arenaBlock = 16

// NewMap returns an empty map with room for n keys.
func (a *Arena) NewMap(n int) *Map {
	if len(a.maps) == 0 {
		a.made = min(2*a.made+1, arenaBlock)
		a.maps = make([]Map, a.made)
	}
	if len(a.slots) < n {
		a.slots = make([]mapSlot, n*a.made)
	}
	m := &a.maps[0]
	m.slots = a.slots[:0:n]
	a.maps, a.slots = a.maps[1:], a.slots[n:]
	return m
}

// NewHashMap returns an empty map that iterates in the order of
// java.util.HashMap: by the hash codes of the keys.
func NewHashMap() *Map {
	return &Map{hashed: true, cap: 16}
}

// Get returns the value of a key, and whether the key is there.
func (m *Map) Get(key Value) (Value, bool) {
	if s, ok := key.(string); ok {
		return m.GetString(s)
	}
	if i := m.find(key); i >= 0 {
		return m.slots[i].value, true
	}
	return nil, false
}

// GetString returns the value of a key that is a string, and whether the key is
// there.
func (m *Map) GetString(key string) (Value, bool) {
	if i := m.findString(key); i >= 0 {
		return m.slots[i].value, true
	}
	return nil, false
}

// Put sets a key and returns the value that it had before, if any.
func (m *Map) Put(key, value Value) (old Value, had bool) {
	if m.Watch != nil {
		m.Watch(key)
	}
	var i int
	if s, ok := key.(string); ok {
		i = m.findString(s)
	} else {
		i = m.find(key)
	}
	if i >= 0 {
		old = m.slots[i].value
		m.slots[i].value = value
		return old, true
	}
	m.slots = append(m.slots, mapSlot{key: key, value: value})
	m.live++
	m.mods++
	m.order = nil
	if m.hashed && m.live*4 > m.cap*3 {
		m.cap *= 2
	}
	at := int32(len(m.slots) - 1)
	if m.index != nil {
		m.addToIndex(at)
	} else if len(m.slots) > smallMap {
		m.reindex()
	}
	return nil, false
}

// delete removes a key and returns the value that it had, if any.
func (m *Map) delete(key Value) (old Value, had bool) {
	i := m.find(key)
	if i < 0 {
		return nil, false
	}
	old = m.slots[i].value
	m.slots[i] = mapSlot{removed: true}
	m.live--
	m.mods++
	m.order = nil
	if m.index != nil {
		if k, ok := hashKey(key); ok {
			delete(m.index, k)
		} else {
			m.odd = slices.DeleteFunc(m.odd, func(n int32) bool { return int(n) == i })
		}
	}
	if dead := len(m.slots) - m.live; dead > smallMap && dead > m.live || m.index == nil {
		m.slots = slices.DeleteFunc(m.slots, func(s mapSlot) bool { return s.removed })
		m.reindex()
	}
	return old, true
}

// clear removes all keys.
func (m *Map) clear() {
	m.slots, m.live, m.index, m.odd, m.order = nil, 0, nil, nil, nil
	m.mods++
}

// All yields the keys and values in the order of iteration. The map must not
// get or lose keys meanwhile.
func (m *Map) All() func(yield func(k, v Value) bool) {
	return func(yield func(k, v Value) bool) {
		for n := 0; ; n++ {
			i := m.slotAt(&n)
			if i < 0 || !yield(m.slots[i].key, m.slots[i].value) {
				return
			}
		}
	}
}

// slotAt returns the slot of the n-th step of an iteration, or -1 at the end.
// It moves n over removed slots.
func (m *Map) slotAt(n *int) int {
	if m.hashed {
		m.sortHashed()
		if *n >= len(m.order) {
			return -1
		}
		return int(m.order[*n])
	}
	for *n < len(m.slots) && m.slots[*n].removed {
		*n++
	}
	if *n >= len(m.slots) {
		return -1
	}
	return *n
}

// sortHashed orders the slots by bucket. Java keeps the order of arrival within
// a bucket, also when the table grows.
func (m *Map) sortHashed() {
	if m.order != nil {
		return
	}
	m.order = make([]int32, 0, m.live)
	buckets := make(map[int32]int, m.live)
	for i := range m.slots {
		if m.slots[i].removed {
			continue
		}
		h := uint32(hash(m.slots[i].key))
		buckets[int32(i)] = int((h ^ h>>16) & uint32(m.cap-1))
		m.order = append(m.order, int32(i))
	}
	slices.SortStableFunc(m.order, func(a, b int32) int { return buckets[a] - buckets[b] })
}

func (m *Map) findString(key string) int {
	if m.index != nil {
		if i, ok := m.index[key]; ok {
			return int(i)
		}
		return -1
	}
	for i := range m.slots {
		if s, ok := m.slots[i].key.(string); ok && s == key {
			return i
		}
	}
	return -1
}

func (m *Map) find(key Value) int {
	if m.index == nil {
		for i := range m.slots {
			if !m.slots[i].removed && equals(m.slots[i].key, key) {
				return i
			}
		}
		return -1
	}
	if k, ok := hashKey(key); ok {
		if i, ok := m.index[k]; ok {
			return int(i)
		}
		return -1
	}
	for _, i := range m.odd {
		if equals(m.slots[i].key, key) {
			return int(i)
		}
	}
	return -1
}

func (m *Map) reindex() {
	m.index, m.odd = nil, nil
	if len(m.slots) <= smallMap {
		return
	}
	m.index = make(map[any]int32, 2*len(m.slots))
	for i := range m.slots {
		if !m.slots[i].removed {
			m.addToIndex(int32(i))
		}
	}
}

func (m *Map) addToIndex(i int32) {
	if k, ok := hashKey(m.slots[i].key); ok {
		m.index[k] = i
	} else {
		m.odd = append(m.odd, i)
	}
}

type (
	doubleKey uint64
	floatKey  uint32
	bigKey    string
)

// hashKey turns a map key into a Go map key with the same equality, which exists
// for scalars. Doubles go by their bits: in Java NaN equals itself and the two
// zeros differ.
func hashKey(key Value) (any, bool) {
	switch k := key.(type) {
	case string, int32, int64, bool, Char, int8, int16, nil:
		return key, true
	case float64:
		if k != k {
			return doubleKey(math.Float64bits(math.NaN())), true
		}
		return doubleKey(math.Float64bits(k)), true
	case float32:
		return floatKey(math.Float32bits(k)), true
	case *big.Int:
		return bigKey(k.String()), true
	}
	return nil, false
}
