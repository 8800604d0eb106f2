package java

import (
	"math"
	"math/big"
)

const maxFloat = math.MaxFloat64

// maxEqualDepth bounds the nesting that equality and hash codes look into; Java
// overflows its stack there.
const maxEqualDepth = 1000

// maxEqualSteps bounds the elements that equality and hash codes look at where
// no execution counts them: values that share their elements can have more of
// them than fit in memory.
const maxEqualSteps = 1 << 16

// equals compares as [Limits.Equal] does, where no execution counts.
func equals(a, b Value) bool {
	left := maxEqualSteps
	return equal(a, b, 0, &left)
}

// equal counts what it looks at down in left, and ends in false below zero.
func equal(a, b Value, depth int, left *int) bool {
	if *left--; *left < 0 || depth > maxEqualDepth {
		return false
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case string:
		b, ok := b.(string)
		return ok && a == b
	case float64:
		b, ok := b.(float64)
		return ok && (math.Float64bits(a) == math.Float64bits(b) || a != a && b != b)
	case float32:
		b, ok := b.(float32)
		return ok && (math.Float32bits(a) == math.Float32bits(b) || a != a && b != b)
	case *big.Int:
		b, ok := b.(*big.Int)
		return ok && a.Cmp(b) == 0
	case *Decimal:
		b, ok := b.(*Decimal)
		return ok && a.scale == b.scale && a.unscaled.Cmp(b.unscaled) == 0
	case *List:
		b, ok := b.(*List)
		if !ok || a.Len() != b.Len() {
			return false
		}
		if a == b {
			return true
		}
		for i := range a.Len() {
			if !equal(a.At(i), b.At(i), depth+1, left) {
				return false
			}
		}
		return true
	case *Map:
		b, ok := b.(*Map)
		if !ok || a.live != b.live {
			return false
		}
		if a == b {
			return true
		}
		for k, v := range a.All() {
			if w, ok := b.Get(k); !ok || !equal(v, w, depth+1, left) {
				return false
			}
		}
		return true
	case *View:
		b, ok := b.(*View)
		if !ok {
			return false
		}
		if a == b || a.m == b.m && a.kind == b.kind {
			return a.kind != viewValues || a == b
		}
		return a.kind != viewValues && b.kind != viewValues && equalSets(a, b, depth, left)
	case *Entry:
		b, ok := b.(*Entry)
		return ok && equal(a.key, b.key, depth+1, left) && equal(a.Value(), b.Value(), depth+1, left)
	case *Class:
		b, ok := b.(*Class)
		return ok && a.Name == b.Name
	}
	return comparable(a) && comparable(b) && a == b
}

func equalSets(a, b *View, depth int, left *int) bool {
	if a.Len() != b.Len() {
		return false
	}
	for e := range a.All() {
		if !b.contains(e, depth, left) {
			return false
		}
	}
	return true
}

func (v *View) contains(x Value, depth int, left *int) bool {
	switch v.kind {
	case viewKeys:
		_, ok := v.m.Get(x)
		return ok
	case viewEntries:
		e, ok := x.(*Entry)
		if !ok {
			return false
		}
		val, ok := v.m.Get(e.key)
		return ok && equal(val, e.Value(), depth+1, left)
	}
	for e := range v.All() {
		if equal(e, x, depth+1, left) {
			return true
		}
	}
	return false
}

// comparable reports whether == may be used on v without a panic: hosts may
// pass any Go value.
func comparable(v Value) bool {
	switch v.(type) {
	case bool, int32, int64, int8, int16, Char, *Array, *Iterator, *Map, *List:
		return true
	}
	_, ok := v.(Object)
	return ok && hashable(v)
}

func hashable(v any) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return v == v
}

// hash returns Java's hashCode, which is 0 for values without one of their own.
func hash(v Value) int32 {
	left := maxEqualSteps
	return hashCode(v, 0, &left)
}

func hashCode(v Value, depth int, left *int) int32 {
	if *left--; *left < 0 || depth > maxEqualDepth {
		return 0
	}
	switch v := v.(type) {
	case bool:
		if v {
			return 1231
		}
		return 1237
	case string:
		h := int32(0)
		for i := 0; i < len(v); i++ {
			if v[i] >= 0x80 {
				h = 0
				for _, c := range Units(v) {
					h = 31*h + int32(c)
				}
				return h
			}
			h = 31*h + int32(v[i])
		}
		return h
	case int32:
		return v
	case int8:
		return int32(v)
	case int16:
		return int32(v)
	case Char:
		return int32(v)
	case int64:
		return int32(v ^ int64(uint64(v)>>32))
	case float64:
		bits := math.Float64bits(v)
		if v != v {
			bits = 0x7ff8000000000000
		}
		return int32(bits ^ bits>>32)
	case float32:
		if v != v {
			return 0x7fc00000
		}
		return int32(math.Float32bits(v))
	case *big.Int:
		h := int32(0)
		b := v.Bytes()
		for len(b)%4 != 0 {
			b = append([]byte{0}, b...)
		}
		for ; len(b) > 0; b = b[4:] {
			h = 31*h + int32(uint32(b[0])<<24|uint32(b[1])<<16|uint32(b[2])<<8|uint32(b[3]))
		}
		return h * int32(v.Sign())
	case *List:
		h := int32(1)
		for i := range v.Len() {
			h = 31*h + hashCode(v.At(i), depth+1, left)
		}
		return h
	case *Map:
		h := int32(0)
		for k, e := range v.All() {
			h += hashCode(k, depth+1, left) ^ hashCode(e, depth+1, left)
		}
		return h
	case *View:
		h := int32(0)
		for e := range v.All() {
			h += hashCode(e, depth+1, left)
		}
		return h
	case *Entry:
		return hashCode(v.key, depth+1, left) ^ hashCode(v.Value(), depth+1, left)
	}
	return 0
}
