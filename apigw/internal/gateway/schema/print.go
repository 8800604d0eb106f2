package schema

import (
	"math"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"example.com/apigw/internal/java"
)

// String returns a value as compact JSON, as Jackson prints it.
func (v *value) String() string {
	var b strings.Builder
	v.print(&b)
	return b.String()
}

func (v *value) print(b *strings.Builder) {
	switch v.kind {
	case null:
		b.WriteString("null")
	case boolean:
		if v.truth {
			b.WriteString("true")
		} else {
			b.WriteString("false")
		}
	case integer, number:
		switch {
		case !v.infinite():
			b.WriteString(v.num.String())
		case v.num.sign() < 0:
			b.WriteString(`"-Infinity"`)
		default:
			b.WriteString(`"Infinity"`)
		}
	case text:
		quote(b, v.text)
	case array:
		b.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.print(b)
		}
		b.WriteByte(']')
	case object:
		b.WriteByte('{')
		for i, m := range v.members {
			if i > 0 {
				b.WriteByte(',')
			}
			quote(b, m.name)
			b.WriteByte(':')
			m.value.print(b)
		}
		b.WriteByte('}')
	}
}

// quote writes a JSON string, in which only quotes, backslashes and control
// characters are escaped.
func quote(b *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	b.WriteByte('"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b.WriteString(s[start:i])
		start = i + 1
		switch c {
		case '\b':
			b.WriteString(`\b`)
		case '\t':
			b.WriteString(`\t`)
		case '\n':
			b.WriteString(`\n`)
		case '\f':
			b.WriteString(`\f`)
		case '\r':
			b.WriteString(`\r`)
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteString(`\u00`)
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&0xF])
		}
	}
	b.WriteString(s[start:])
	b.WriteByte('"')
}

// names are printed as a JSON array of strings.
type names []string

func (n names) String() string {
	var b strings.Builder
	b.WriteByte('[')
	for i, name := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		quote(&b, name)
	}
	b.WriteByte(']')
	return b.String()
}

// comparison compares values in JSON Schema's sense: 1 and 1.0 are the same, and
// the order of members does not count.
type comparison struct {
	failed bool // at a number that is infinite
}

func (c *comparison) equal(a, b *value) bool {
	switch {
	case isNumber(a) && isNumber(b):
		if a.infinite() || b.infinite() {
			c.failed = true
			return false
		}
		return a.num.compare(b.num) == 0
	case a.kind != b.kind:
		return false
	}
	switch a.kind {
	case boolean:
		return a.truth == b.truth
	case text:
		return a.text == b.text
	case array:
		return slices.EqualFunc(a.items, b.items, c.equal)
	case object:
		if len(a.members) != len(b.members) {
			return false
		}
		for _, m := range a.members {
			other := b.get(m.name)
			if other == nil || !c.equal(m.value, other) {
				return false
			}
		}
	}
	return true
}

// infinite reports whether a number is greater than any double. Jackson reads it as
// infinity then, with which nothing can be compared, unless it is an integer.
func (v *value) infinite() bool {
	return v.kind == number && v.num.precision()-v.num.scale > 307 && math.IsInf(v.num.float(), 0)
}

func isNumber(v *value) bool { return v.kind == integer || v.kind == number }

// hash is the hash code that the library computes. It depends on the order of
// members, for which reason the library takes two objects with the same members in
// another order for different where it looks for duplicates.
func (v *value) hash() int32 {
	switch v.kind {
	case null:
		return 4
	case boolean:
		if v.truth {
			return 3
		}
		return 1
	case text:
		return hashString(v.text)
	case array:
		h := int32(0)
		for _, item := range v.items {
			h = 31*h + item.hash()
		}
		return h
	case object:
		h := int32(0)
		for _, m := range v.members {
			h = 31*h + (hashString(m.name) ^ m.value.hash())
		}
		return h
	}
	bits := math.Float64bits(v.num.float())
	return int32(uint32(bits ^ bits>>32))
}

// hashString is Java's String.hashCode.
func hashString(s string) int32 {
	h := int32(0)
	for _, u := range java.Units(s) {
		h = 31*h + int32(u)
	}
	return h
}

// duplicates finds values that are the same, as the library does: they must have
// the same hash code too.
type duplicates map[identity]bool

type identity struct {
	hash      int32
	canonical string
}

// add adds a value and reports whether it is new, and how much work that was. It
// returns an error if that depends on infinite numbers.
func (d duplicates) add(v *value) (isNew bool, size int, err error) {
	var b strings.Builder
	infinite := v.canonical(&b)
	id := identity{v.hash(), b.String()}
	if d[id] {
		if infinite {
			return false, b.Len(), errInfinite
		}
		return false, b.Len(), nil
	}
	d[id] = true
	return true, b.Len(), nil
}

// canonical writes a text that values share which are equal, and reports whether
// there is an infinite number in it.
func (v *value) canonical(b *strings.Builder) (infinite bool) {
	switch v.kind {
	case integer, number:
		if v.infinite() {
			v.print(b)
			return true
		}
		b.WriteString(v.num.stripped().String())
	case array:
		b.WriteByte('[')
		for _, item := range v.items {
			infinite = item.canonical(b) || infinite
			b.WriteByte(',')
		}
		b.WriteByte(']')
	case object:
		b.WriteByte('{')
		for _, m := range slices.SortedFunc(slices.Values(v.members), func(a, b member) int { return strings.Compare(a.name, b.name) }) {
			quote(b, m.name)
			infinite = m.value.canonical(b) || infinite
			b.WriteByte(',')
		}
		b.WriteByte('}')
	default:
		v.print(b)
	}
	return infinite
}

// hashOrder sorts names, which are different, in the order in which a
// java.util.HashMap has them.
func hashOrder(names []string) {
	size := 16
	for len(names)*4 > size*3 {
		size *= 2
	}
	bucket := func(name string) int {
		h := uint32(hashString(name))
		return int(h^h>>16) & (size - 1)
	}
	slices.SortStableFunc(names, func(a, b string) int { return bucket(a) - bucket(b) })
}

// compareNames compares as Java's String.compareTo: by UTF-16 units.
func compareNames(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			if a[i] >= 0xED && b[i] >= 0xED { // only beyond U+D000 do the orders differ
				return slices.Compare(java.Units(a), java.Units(b))
			}
			return int(a[i]) - int(b[i])
		}
	}
	return len(a) - len(b)
}

// codePoints counts as Java's String.codePointCount.
func codePoints(s string) int {
	if utf8.ValidString(s) {
		return utf8.RuneCountInString(s)
	}
	return utf8.RuneCountInString(string(utf16.Decode(java.Units(s))))
}
