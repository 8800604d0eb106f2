package schema

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"example.com/apigw/internal/java"
)

const (
	// maxDepth is how deep a body or a schema may be nested.
	maxDepth = 1000
	// maxDigits bounds numbers, which are compared exactly.
	maxDigits = 10_000
	// maxExponent is enough, since every number beyond it counts as infinite.
	maxExponent = maxDigits + 400
	minExponent = math.MinInt32
)

// kind is a primitive type of JSON Schema, in the order of the names.
type kind uint8

const (
	array kind = iota
	boolean
	integer
	null
	number
	object
	text
	kinds // how many there are
)

var kindNames = [kinds]string{"array", "boolean", "integer", "null", "number", "object", "string"}

func (k kind) String() string { return kindNames[k] }

// kindNamed returns the type of a name.
func kindNamed(name string) (kind, bool) {
	for k, n := range kindNames {
		if n == name {
			return kind(k), true
		}
	}
	return 0, false
}

// kindSet is a set of types.
type kindSet uint8

func setOf(ks ...kind) kindSet {
	var s kindSet
	for _, k := range ks {
		s |= 1 << k
	}
	return s
}

const allKinds = kindSet(1<<kinds - 1)

func (s kindSet) has(k kind) bool { return s&(1<<k) != 0 }

// names returns the names of the types in order.
func (s kindSet) names() []string {
	var names []string
	for k := range kinds {
		if s.has(k) {
			names = append(names, k.String())
		}
	}
	return names
}

// value is a JSON value. Objects keep the order of their members.
type value struct {
	kind    kind
	truth   bool
	text    string // of a string: UTF-8, with halves of surrogate pairs as in package java
	num     decimal
	items   []*value
	members []member
	index   map[string]int // of members, if there are many
}

type member struct {
	name  string
	value *value
}

// indexed is how many members an object has at least for which an index is made.
const indexed = 9

// get returns a member of an object, or nil.
func (v *value) get(name string) *value {
	if v.index != nil {
		if i, ok := v.index[name]; ok {
			return v.members[i].value
		}
		return nil
	}
	for i := range v.members {
		if v.members[i].name == name {
			return v.members[i].value
		}
	}
	return nil
}

// set adds a member. One of the same name keeps its place and gets the new value.
func (v *value) set(name string, to *value) {
	if v.index != nil {
		if i, ok := v.index[name]; ok {
			v.members[i].value = to
			return
		}
		v.index[name] = len(v.members)
	} else {
		for i := range v.members {
			if v.members[i].name == name {
				v.members[i].value = to
				return
			}
		}
	}
	v.members = append(v.members, member{name, to})
	if v.index == nil && len(v.members) == indexed {
		v.index = make(map[string]int, 2*indexed)
		for i, m := range v.members {
			v.index[m.name] = i
		}
	}
}

// names returns the names of an object's members in their order.
func (v *value) names() []string {
	names := make([]string, len(v.members))
	for i, m := range v.members {
		names[i] = m.name
	}
	return names
}

// reader reads JSON as strictly as Jackson does.
type reader struct {
	src   []byte
	at    int
	depth int
}

// parse reads one JSON value with nothing behind it.
func parse(src []byte) (*value, error) {
	r := &reader{src: src}
	r.space()
	v, err := r.value()
	if err != nil {
		return nil, err
	}
	r.space()
	if r.at < len(src) {
		return nil, r.unexpected()
	}
	return v, nil
}

func (r *reader) unexpected() error {
	if r.at >= len(r.src) {
		return errors.New("unexpected end of JSON")
	}
	c, _ := utf8.DecodeRune(r.src[r.at:])
	return fmt.Errorf("unexpected %q at byte %d", c, r.at)
}

func (r *reader) space() {
	for r.at < len(r.src) {
		switch r.src[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

func (r *reader) value() (*value, error) {
	if r.at >= len(r.src) {
		return nil, r.unexpected()
	}
	switch c := r.src[r.at]; {
	case c == '{':
		return r.nested(r.object)
	case c == '[':
		return r.nested(r.array)
	case c == '"':
		s, err := r.string()
		if err != nil {
			return nil, err
		}
		return &value{kind: text, text: s}, nil
	case c == '-' || isDigit(c):
		return r.number()
	}
	for _, w := range []struct {
		word string
		value
	}{{"true", value{kind: boolean, truth: true}}, {"false", value{kind: boolean}}, {"null", value{kind: null}}} {
		end := r.at + len(w.word)
		if end <= len(r.src) && string(r.src[r.at:end]) == w.word && (end == len(r.src) || !wordByte(r.src[end])) {
			r.at = end
			return &w.value, nil
		}
	}
	return nil, r.unexpected()
}

func wordByte(c byte) bool {
	return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (r *reader) nested(read func() (*value, error)) (*value, error) {
	if r.depth++; r.depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	defer func() { r.depth-- }()
	r.at++
	r.space()
	return read()
}

// next reads a comma or the end of an object or an array, and reports which.
func (r *reader) next(closing byte) (more bool, err error) {
	r.space()
	if r.at < len(r.src) {
		switch r.src[r.at] {
		case ',':
			r.at++
			r.space()
			return true, nil
		case closing:
			r.at++
			return false, nil
		}
	}
	return false, r.unexpected()
}

func (r *reader) array() (*value, error) {
	v := &value{kind: array}
	if r.at < len(r.src) && r.src[r.at] == ']' {
		r.at++
		return v, nil
	}
	for {
		item, err := r.value()
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, item)
		if more, err := r.next(']'); !more {
			return v, err
		}
	}
}

func (r *reader) object() (*value, error) {
	v := &value{kind: object}
	if r.at < len(r.src) && r.src[r.at] == '}' {
		r.at++
		return v, nil
	}
	for {
		if r.at >= len(r.src) || r.src[r.at] != '"' {
			return nil, r.unexpected()
		}
		name, err := r.string()
		if err != nil {
			return nil, err
		}
		r.space()
		if r.at >= len(r.src) || r.src[r.at] != ':' {
			return nil, r.unexpected()
		}
		r.at++
		r.space()
		item, err := r.value()
		if err != nil {
			return nil, err
		}
		v.set(name, item)
		if more, err := r.next('}'); !more {
			return v, err
		}
	}
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (r *reader) string() (string, error) {
	r.at++
	start := r.at
	for r.at < len(r.src) {
		switch c := r.src[r.at]; {
		case c == '"':
			s := string(r.src[start:r.at])
			r.at++
			if !utf8.ValidString(s) {
				return "", errors.New("the text is not UTF-8")
			}
			return s, nil
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			return "", r.unexpected()
		}
		r.at++
	}
	return "", r.unexpected()
}

// escaped reads the rest of a string that has an escape.
func (r *reader) escaped(start int) (string, error) {
	if !utf8.Valid(r.src[start:r.at]) {
		return "", errors.New("the text is not UTF-8")
	}
	b := append([]byte(nil), r.src[start:r.at]...)
	mend := false
	for r.at < len(r.src) {
		c, size := utf8.DecodeRune(r.src[r.at:])
		switch {
		case c == utf8.RuneError && size == 1:
			return "", errors.New("the text is not UTF-8")
		case c == '"':
			r.at++
			if mend {
				return java.Mend(string(b)), nil
			}
			return string(b), nil
		case c == '\\':
			r.at++
			if r.at >= len(r.src) {
				return "", r.unexpected()
			}
			if r.src[r.at] == 'u' {
				unit, err := r.hex()
				if err != nil {
					return "", err
				}
				if unit >= 0xD800 && unit <= 0xDFFF {
					mend = true
				}
				b = append(b, java.FromUnits([]uint16{unit})...)
				continue
			}
			plain := escapes[r.src[r.at]]
			if plain == 0 {
				return "", r.unexpected()
			}
			b = append(b, plain)
			r.at++
		case c < ' ':
			return "", r.unexpected()
		default:
			b = append(b, r.src[r.at:r.at+size]...)
			r.at += size
		}
	}
	return "", r.unexpected()
}

func (r *reader) hex() (uint16, error) {
	var n uint16
	for range 4 {
		r.at++
		if r.at >= len(r.src) {
			return 0, r.unexpected()
		}
		switch c := r.src[r.at]; {
		case isDigit(c):
			n = n<<4 | uint16(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			n = n<<4 | uint16(c|0x20-'a'+10)
		default:
			return 0, r.unexpected()
		}
	}
	r.at++
	return n, nil
}

func (r *reader) digits() error {
	start := r.at
	for r.at < len(r.src) && isDigit(r.src[r.at]) {
		r.at++
	}
	if r.at == start {
		return r.unexpected()
	}
	return nil
}

func (r *reader) number() (*value, error) {
	start := r.at
	k := integer
	if r.src[r.at] == '-' {
		r.at++
	}
	first := r.at
	if err := r.digits(); err != nil {
		return nil, err
	}
	if r.src[first] == '0' && r.at > first+1 {
		r.at = first + 1
		return nil, r.unexpected()
	}
	mantissa := r.at
	if r.at < len(r.src) && r.src[r.at] == '.' {
		k = number
		r.at++
		if err := r.digits(); err != nil {
			return nil, err
		}
		mantissa = r.at
	}
	exponent, huge := 0, false
	if r.at < len(r.src) && r.src[r.at]|0x20 == 'e' {
		k = number
		r.at++
		sign := 1
		if r.at < len(r.src) && (r.src[r.at] == '+' || r.src[r.at] == '-') {
			if r.src[r.at] == '-' {
				sign = -1
			}
			r.at++
		}
		begin := r.at
		if err := r.digits(); err != nil {
			return nil, err
		}
		for _, c := range r.src[begin:r.at] {
			exponent = min(exponent*10+int(c-'0'), -minExponent)
		}
		huge = exponent == -minExponent
		exponent = min(exponent*sign, maxExponent)
	}
	if r.at < len(r.src) && wordByte(r.src[r.at]) {
		return nil, r.unexpected()
	}
	if mantissa-start <= maxDigits && exponent > minExponent {
		num := readDecimal(r.src[start:mantissa], exponent, k == number)
		if num.sign() != 0 || !huge {
			return &value{kind: k, num: num}, nil
		}
	}
	return nil, fmt.Errorf("the number at byte %d is out of range", start)
}
