package java

import (
	"context"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func keys(m *Map) []Value {
	var keys []Value
	for k := range m.All() {
		keys = append(keys, k)
	}
	return keys
}

func keysOf(m *Map) string {
	var s []string
	for _, k := range keys(m) {
		s = append(s, ToString(k))
	}
	return strings.Join(s, " ")
}

// A Map keeps the order of insertion, also over removals, and finds keys of
// every kind whether it is small or large.
func TestMap(t *testing.T) {
	for _, n := range []int{5, 8, 9, 50} {
		m := NewMap(0)
		for i := range n {
			if old, had := m.Put(int32(i), i); old != nil || had {
				t.Errorf("the value before of a new key %d: got %v, %v; want none", i, old, had)
			}
		}
		if old, had := m.Put(int32(1), "new"); old != 1 || !had {
			t.Errorf("the value before: got %v, %v; want 1", old, had)
		}
		for i := 0; i < n; i += 2 {
			if old, had := m.delete(int32(i)); old != i || !had {
				t.Errorf("removing %d: got %v, %v; want %d", i, old, had, i)
			}
		}
		if _, had := m.delete(int32(0)); had {
			t.Error("removing a key again: got a value, want none")
		}
		m.Put(int32(0), "again")
		want := []string{}
		for i := 1; i < n; i += 2 {
			want = append(want, ToString(int32(i)))
		}
		want = append(want, "0")
		if got := keysOf(m); got != strings.Join(want, " ") || m.live != len(want) {
			t.Errorf("%d keys: %s, want %s", n, got, want)
		}
		for _, k := range keys(m) {
			if _, ok := m.Get(k); !ok {
				t.Errorf("key %v: got nothing, want its value", k)
			}
		}
		if _, ok := m.GetString("1"); ok {
			t.Error("the string 1: got the value of the number, want none")
		}
		m.clear()
		if m.live != 0 || keysOf(m) != "" {
			t.Errorf("cleared: got %d keys (%s), want none", m.live, keysOf(m))
		}
	}
	for range NewMap(1).All() {
		t.Error("an empty map: got a key, want none")
	}
}

// Keys are equal as Java's equals says.
func TestMapKeys(t *testing.T) {
	keys := []Value{"a", int32(1), int64(1), 1.0, float32(1), true, Char('a'), int8(1), int16(1), nil, big.NewInt(1), math.NaN(), 0.0, math.Copysign(0, -1),
		NewList("x"), NewList("y"), NewMap(0), &Decimal{big.NewInt(1), 0}}
	for _, extra := range []int{0, 20} {
		m := NewMap(0)
		for i := range extra {
			m.Put(NewList(int32(i)), "extra")
		}
		for i, k := range keys {
			m.Put(k, i)
		}
		if m.live != len(keys)+extra {
			t.Errorf("got %d keys, want %d", m.live, len(keys)+extra)
		}
		for i, k := range keys {
			if v, ok := m.Get(k); !ok || v != i {
				t.Errorf("key %v: got %v, want %d", k, v, i)
			}
		}
		if v, _ := m.Get(NewList("x")); v != 14 {
			t.Errorf("an equal list: got %v, want 14", v)
		}
		if v, _ := m.delete(NewList("y")); v != 15 {
			t.Errorf("removing by an equal list: got %v, want 15", v)
		}
		if _, ok := m.Get(NewList("y")); ok {
			t.Error("a removed list: got a value, want none")
		}
	}
}

// NewHashMap iterates in the order of java.util.HashMap. The orders were taken
// from a JVM.
func TestHashMap(t *testing.T) {
	m := NewHashMap()
	for _, k := range []string{"resourceId", "stage", "httpMethod", "identity", "requestId", "apiId", "accountId", "path", "protocol", "extendedRequestId", "requestTime", "requestTimeEpoch", "domainName", "domainPrefix"} {
		m.Put(k, "")
	}
	want := "resourceId httpMethod extendedRequestId requestTime accountId path protocol stage requestTimeEpoch domainPrefix identity requestId domainName apiId"
	if got := keysOf(m); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	m.delete("stage")
	m.Put("stage", "")
	if got := keysOf(m); got != want {
		t.Errorf("removed and added:\n got %s\nwant %s", got, want)
	}
}

func TestEqualAndHashCode(t *testing.T) {
	m := func(kv ...Value) *Map {
		m := NewMap(0)
		for i := 0; i < len(kv); i += 2 {
			m.Put(kv[i], kv[i+1])
		}
		return m
	}
	view := func(kind viewKind, m *Map) *View { return &View{m: m, kind: kind} }
	one := m("a", int32(1))
	for _, c := range []struct {
		a, b Value
		want bool
	}{
		{nil, nil, true}, {nil, "a", false}, {"a", "a", true}, {"a", "b", false},
		{int32(1), int32(1), true}, {int32(1), int64(1), false}, {1.0, 1.0, true}, {math.NaN(), math.NaN(), true}, {0.0, math.Copysign(0, -1), false},
		{float32(1), float32(1), true}, {float32(1), 1.0, false}, {true, true, true}, {Char('a'), Char('a'), true}, {Char('a'), "a", false},
		{big.NewInt(5), big.NewInt(5), true}, {big.NewInt(5), int32(5), false}, {&Decimal{big.NewInt(10), 1}, &Decimal{big.NewInt(10), 1}, true}, {&Decimal{big.NewInt(10), 1}, &Decimal{big.NewInt(1), 0}, false},
		{NewList("a", nil), NewList("a", nil), true}, {NewList("a"), NewList("a", "b"), false}, {NewList("a"), NewList("b"), false}, {NewList(), NewMap(0), false},
		{one, m("a", int32(1)), true}, {one, m("a", int32(2)), false}, {one, m("b", int32(1)), false}, {one, m(), false}, {one, "x", false},
		{view(viewKeys, one), view(viewKeys, m("a", "other")), true}, {view(viewKeys, one), view(viewKeys, m("b", 1)), false}, {view(viewKeys, one), view(viewKeys, m()), false},
		{view(viewEntries, one), view(viewEntries, m("a", int32(1))), true}, {view(viewValues, one), view(viewValues, one), false}, {view(viewKeys, one), "x", false},
		{&Entry{m: one, key: "a"}, &Entry{m: m("a", int32(1)), key: "a"}, true}, {&Entry{m: one, key: "a"}, "a=1", false},
		{&Class{"x"}, &Class{"x"}, true}, {&Class{"x"}, &Class{"y"}, false},
		{[]int{1}, []int{1}, false}, {funcObject{}, funcObject{}, false},
	} {
		if got := equals(c.a, c.b); got != c.want {
			t.Errorf("%v equals %v: got %v, want %v", c.a, c.b, got, c.want)
		}
		if got := equals(c.b, c.a); got != c.want {
			t.Errorf("%v equals %v: got %v, want %v", c.b, c.a, got, c.want)
		}
		if c.want && hash(c.a) != hash(c.b) {
			t.Errorf("%v and %v are equal: got the hash codes %d and %d, want one", c.a, c.b, hash(c.a), hash(c.b))
		}
	}
	a, b := NewList(), NewList()
	a.Append(b)
	b.Append(a)
	if equals(a, NewList(NewList(NewList()))) {
		t.Error("lists of another depth: got equal, want not equal")
	}
	first := hash(a)
	if again := hash(a); again != first {
		t.Errorf("a list in itself: got the hash code %d, want %d as before", again, first)
	}
	c, d := NewList(), NewList()
	c.Append(d)
	d.Append(c)
	if equals(a, c) {
		t.Error("endless lists: got equal, want not equal, for nobody can know")
	}
}

type plainObject struct{}

func (plainObject) Property(string) (Value, bool) { return nil, false }

func (plainObject) Call(Caller, string, []Value) (Value, error) { return nil, ErrNoMethod }

// funcObject cannot be compared.
type funcObject struct{ _ func() }

func (funcObject) Property(string) (Value, bool) { return nil, false }

func (funcObject) Call(Caller, string, []Value) (Value, error) { return nil, ErrNoMethod }

// The hash codes were taken from a JVM.
func TestHashCodes(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want int32
	}{
		{"", 0}, {"Hello World", -862545276}, {"aé😀", 4886539}, {int32(-7), -7}, {int64(1) << 40, 256}, {2.5, 1074003968}, {math.NaN(), 2146959360}, {float32(2.5), 1075838976}, {float32(math.NaN()), 2143289344},
		{true, 1231}, {false, 1237}, {Char('a'), 97}, {int8(-1), -1}, {int16(300), 300}, {big.NewInt(-5), -5}, {new(big.Int).Lsh(big.NewInt(1), 63), math.MinInt32}, {nil, 0}, {NewList("a", nil, int32(1)), 123009},
		{&Iterator{}, 0},
	} {
		if got := hash(c.v); got != c.want {
			t.Errorf("%v: %d, want %d", c.v, got, c.want)
		}
	}
}

func TestToString(t *testing.T) {
	m := NewMap(0)
	m.Put("a", nil)
	m.Put("b", m)
	arr := NewArray("java.lang.String", []Value{"x"})
	for _, c := range []struct {
		v    Value
		want string
	}{
		{nil, "null"}, {"s", "s"}, {true, "true"}, {false, "false"}, {int32(-1), "-1"}, {int64(math.MinInt64), "-9223372036854775808"}, {int8(-1), "-1"}, {int16(5), "5"},
		{1.0, "1.0"}, {1e7, "1.0E7"}, {9999999.0, "9999999.0"}, {0.001, "0.001"}, {0.0001, "1.0E-4"}, {math.Copysign(0, -1), "-0.0"}, {1.5e300, "1.5E300"}, {math.NaN(), "NaN"}, {math.Inf(1), "Infinity"}, {math.Inf(-1), "-Infinity"},
		{-1e21, "-1.0E21"}, {123456789012.5, "1.234567890125E11"}, {9223372026854775808.0, "9.2233720268547758E18"}, {float32(3.4e38), "3.4E38"}, {float32(1e10), "1.0E10"},
		{float32(2147483648), "2.14748365E9"}, {-9223372026854775808.0, "-9.2233720268547758E18"},
		{Char('x'), "x"}, {m, "{a=null, b=(this Map)}"}, {NewList(nil, NewList()), "[null, []]"}, {&View{m: m, kind: viewKeys}, "[a, b]"}, {&Entry{m: m, key: "a"}, "a=null"}, {&Entry{m: NewMap(0), key: "a", value: int32(1)}, "a=1"},
		{&Class{"x.Y"}, "class x.Y"}, {[]int{1}, "[1]"}, {plainObject{}, ""},
		{&Decimal{big.NewInt(12345), 2}, "123.45"}, {&Decimal{big.NewInt(-5), 3}, "-0.005"}, {&Decimal{big.NewInt(5), 10}, "5E-10"}, {&Decimal{big.NewInt(52), -10}, "5.2E+11"}, {&Decimal{big.NewInt(52), 0}, "52"}, {&Decimal{big.NewInt(1), 7}, "1E-7"},
	} {
		if got := ToString(c.v); got != c.want {
			t.Errorf("%#v: %q, want %q", c.v, got, c.want)
		}
	}
	if !strings.HasPrefix(ToString(arr), "[Ljava.lang.String;@") || !strings.Contains(ToString(&Iterator{}), "Itr@") {
		t.Errorf("got %s and %s, want the class and an address", ToString(arr), ToString(&Iterator{}))
	}
}

func TestPrinter(t *testing.T) {
	p := NewPrinter([]byte("ab"), 6)
	p.WriteString("cd")
	p.WriteString("e")
	_ = p.WriteByte('f')
	if string(p.Bytes()) != "abcdef" || p.Err() != nil {
		t.Errorf("got %q, %v; want abcdef", p.Bytes(), p.Err())
	}
	for _, write := range []func(*Printer){
		func(p *Printer) { p.WriteString("x") },
		func(p *Printer) { _ = p.WriteByte('x') },
		func(p *Printer) { p.Value(1.5) },
		func(p *Printer) { p.Value(float32(1.5)) },
		func(p *Printer) { p.Value(int32(1)) },
		func(p *Printer) { p.Value(Char('x')) },
		func(p *Printer) { p.Value(big.NewInt(1)) },
		func(p *Printer) { p.Value(NewList("a")) },
		func(p *Printer) { m := NewMap(0); m.Put("a", "b"); p.Value(m); p.Value(&View{m: m, kind: viewKeys}) },
	} {
		p := NewPrinter([]byte("abcdef"), 6)
		write(p)
		if p.Err() == nil || len(p.Bytes()) > 6 || p.Enter() {
			t.Errorf("beyond the limit: got %q, %v; want 6 bytes at most and an error", p.Bytes(), p.Err())
		}
	}
	p = NewPrinter(nil, 2)
	if p.Value(int32(12)); string(p.Bytes()) != "12" || p.Err() != nil {
		t.Errorf("a number that fits: got %q, %v; want 12", p.Bytes(), p.Err())
	}
	p = NewPrinter(nil, 0)
	for p.Enter() {
	}
	if p.Err() == nil {
		t.Error("endless nesting: got no error, want one")
	}
	p.Leave()
}

func TestClassOf(t *testing.T) {
	m := NewMap(0)
	m.Put("a", 1)
	for _, c := range []struct {
		v    Value
		want string
	}{
		{true, "java.lang.Boolean"}, {"", "java.lang.String"}, {int32(1), "java.lang.Integer"}, {int64(1), "java.lang.Long"}, {big.NewInt(1), "java.math.BigInteger"}, {1.0, "java.lang.Double"}, {float32(1), "java.lang.Float"},
		{&Decimal{}, "java.math.BigDecimal"}, {int8(1), "java.lang.Byte"}, {int16(1), "java.lang.Short"}, {Char(1), "java.lang.Character"}, {m, "java.util.LinkedHashMap"}, {NewHashMap(), "java.util.HashMap"},
		{NewList(), "java.util.ArrayList"}, {&List{ClassName: "x.Y"}, "x.Y"}, {NewArray("byte", nil), "[B"}, {NewArray("char", nil), "[C"}, {NewArray("int", nil), "[I"}, {NewArray("", nil), "[Ljava.lang.Object;"}, {NewArray("x.Y", nil), "[Lx.Y;"},
		{&View{m: m, kind: viewKeys}, "java.util.LinkedHashMap$LinkedKeySet"}, {&View{m: NewHashMap(), kind: viewValues}, "java.util.HashMap$Values"}, {&View{m: m, kind: viewEntries}, "java.util.LinkedHashMap$LinkedEntrySet"},
		{&Entry{m: m}, "java.util.LinkedHashMap$Entry"}, {&Entry{m: NewHashMap()}, "java.util.HashMap$Node"}, {&Iterator{}, "java.util.ArrayList$Itr"}, {&Class{}, "java.lang.Class"}, {nil, ""}, {plainObject{}, ""},
	} {
		if got := ClassOf(c.v); got != c.want {
			t.Errorf("%T: %s, want %s", c.v, got, c.want)
		}
	}
}

// host is an object of the program that runs templates, with everything that
// such an object may have.
type host struct {
	plainObject
	values *Map
}

func (h *host) Property(name string) (Value, bool) { return h.values.GetString(name) }

func (h *host) SetProperty(name string, v Value) bool {
	h.values.Put(name, v)
	return true
}

func (h *host) AppendText(p *Printer) { p.Entries(h.values, h) }

func (h *host) Iterate() *Iterator { return NewIterator([]Value{"only"}) }

func (h *host) Map() *Map { return h.values }

func (h *host) ClassName() string { return "com.example.Host" }

func (h *host) TakesNothing(method string) bool { return method == "size" }

func TestHost(t *testing.T) {
	h := &host{values: NewMap(0)}
	SetProperty(h, "self", h)
	SetProperty(h, "name", "n")
	call := func(v Value, name string, args ...Value) Value {
		got, err := CallMethod(nil, v, name, args)
		if err != nil {
			return err.Error()
		}
		return got
	}
	copied := NewMap(0)
	call(copied, "putAll", h)
	room := new(Iterator)
	for _, c := range []struct {
		rule      string
		got, want Value
	}{
		{"a property that is there", Property(h, "name"), "n"},
		{"one that is not", Property(h, "missing"), nil},
		{"the class is one all the same", Property(Property(h, "class"), "simpleName"), "Host"},
		{"an object without a class", Property(plainObject{}, "class"), nil},
		{"an object that takes no properties", Property(plainObject{}, "name"), nil},
		{"it prints itself", ToString(h), "{self=(this Map), name=n}"},
		{"a map takes what it holds", copied.live, 2},
		{"it is looped over", Iterate(h, room).HasNext(), true},
		{"a map is looped over by its values", Iterate(h.values, room).HasNext(), true},
		{"an array has its own", Iterate(NewArray("", nil), room).HasNext(), false},
		{"an iterator is its own", Iterate(NewIterator(nil), room).HasNext(), false},
		{"a string is not looped over", Iterate("abc", room) == nil, true},
		{"the methods of every object", call(h, "getClass").(*Class).Name, "com.example.Host"},
		{"a method without parameters that gets some", call(h, "size", "x"), "java.lang.IllegalArgumentException: wrong number of arguments"},
		{"so has every object", call(h, "hashCode", "x"), "java.lang.IllegalArgumentException: wrong number of arguments"},
		{"of an unknown class nothing is known", call(plainObject{}, "hashCode", "x"), "no such method"},
		{"the views of an abstract map", ClassOf(AbstractKeySet(h.values)) + " " + ClassOf(AbstractValues(h.values)), "java.util.AbstractMap$1 java.util.AbstractMap$2"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.rule, c.got, c.want)
		}
	}
}

// A value that prints itself through another program gives it the buffer.
func TestPrinterLends(t *testing.T) {
	p := NewPrinter([]byte("ab"), 10)
	p.Lend(func(buf []byte) []byte { return append(buf, "cd"...)[:len(buf)] })
	if got := string(p.Bytes()); got != "ab" || p.Busy() {
		t.Errorf("got %q, busy %v; want ab, not busy", got, p.Busy())
	}
	p.Fail(errCast)
	p.WriteString("x")
	if got := string(p.Bytes()); got != "ab" || p.Err() != errCast {
		t.Errorf("after a failure: got %q, %v; want ab, %v", got, p.Err(), errCast)
	}
}

// caller is a program that calls methods within limits.
type caller struct{ limits Limits }

func (c *caller) Context() context.Context { return context.Background() }

func (c *caller) Limits() *Limits { return &c.limits }

// Methods fail with an error of [IsLimit] where they would use more than is
// left, and count down what they use.
func TestLimits(t *testing.T) {
	enough := Limits{Steps: 1 << 20, Memory: 1 << 20, Text: 1 << 20, RegexpTime: time.Hour}
	list, m := NewList("a", "b"), NewMap(0)
	m.Put("k", "v")
	for _, c := range []struct {
		rule   string
		set    func(*Limits)
		recv   Value
		method string
		args   []Value
	}{
		{"memory of a copied list", func(l *Limits) { l.Memory = 8 }, list, "clone", nil},
		{"of an array", func(l *Limits) { l.Memory = 8 }, list, "toArray", nil},
		{"of elements", func(l *Limits) { l.Memory = 8 }, NewList(), "addAll", []Value{list}},
		{"of keys", func(l *Limits) { l.Memory = 8 }, NewMap(0), "putAll", []Value{m}},
		{"of parts", func(l *Limits) { l.Memory = 8 }, "a,b", "split", []Value{","}},
		{"of a pattern", func(l *Limits) { l.Memory = 8 }, "a", "matches", []Value{"a+"}},
		{"a text", func(l *Limits) { l.Text = 5 }, "abc", "repeat", []Value{int32(2)}},
		{"a text by format", func(l *Limits) { l.Text = 5 }, "%s%s", "formatted", []Value{"abc", "abc"}},
		{"a text by replace", func(l *Limits) { l.Text = 5 }, "aaa", "replace", []Value{"a", "bb"}},
		{"a text by a pattern", func(l *Limits) { l.Text = 5 }, "aaa", "replaceAll", []Value{"a", "bb"}},
		{"a text by printing", func(l *Limits) { l.Text = 5 }, list, "toString", nil},
		{"a text by joining", func(l *Limits) { l.Text = 2 }, "", "join", []Value{"-", "a", "b"}},
		{"the time of a pattern", func(l *Limits) { l.RegexpTime = 1 }, strings.Repeat("a", 40), "matches", []Value{"(?:a+)+(b)\\1"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			within, beyond := &caller{enough}, &caller{enough}
			if c.rule != "the time of a pattern" { // which has no end
				if _, err := CallMethod(within, c.recv, c.method, c.args); err != nil {
					t.Errorf("with enough: got %v, want no error", err)
				}
			}
			c.set(&beyond.limits)
			if _, err := CallMethod(beyond, c.recv, c.method, c.args); err == nil || !IsLimit(err) {
				t.Errorf("with too little: got %v, want an error of a limit", err)
			}
		})
	}
	c := &caller{enough}
	for range 2 { // compiled once, and used again
		before := c.limits.RegexpTime
		if got, err := CallMethod(c, "aab", "matches", []Value{"a+b"}); got != true || err != nil {
			t.Errorf("got %v, %v; want true", got, err)
		}
		if c.limits.RegexpTime >= before {
			t.Errorf("%v of the time are left, want less than %v", c.limits.RegexpTime, before)
		}
	}
	if used := enough.Memory - c.limits.Memory; used != 64*len("a+b") {
		t.Errorf("a pattern that is used twice takes %d bytes, want %d", used, 64*len("a+b"))
	}
}

func TestList(t *testing.T) {
	l := NewList("a", "b")
	l.Append("c")
	if l.Len() != 3 || l.At(0) != "a" || !slices.Equal(l.Items(), []Value{"a", "b", "c"}) {
		t.Errorf("got %v, want a, b, c", l.Items())
	}
	a := NewArray("", l.Items())
	if a.Len() != 3 || a.At(2) != "c" {
		t.Errorf("got %d elements, the last %v; want 3, c", a.Len(), a.At(2))
	}
	e := &Entry{m: NewMap(0), key: "k", value: "v"}
	if e.Key() != "k" || e.Value() != "v" {
		t.Errorf("an entry whose key is gone: got %v=%v, want k=v", e.Key(), e.Value())
	}
	var all []Value
	m := NewMap(0)
	m.Put("a", int32(1))
	m.Put("b", int32(2))
	for v := range (&View{m: m, kind: viewValues}).All() {
		all = append(all, v)
		break
	}
	if !reflect.DeepEqual(all, []Value{int32(1)}) {
		t.Errorf("got %v, want the first value, 1", all)
	}
}

func TestUnits(t *testing.T) {
	for _, s := range []string{"", "abc", "é", "a😀b", "\U0010FFFF"} {
		if got := FromUnits(Units(s)); got != s {
			t.Errorf("to units and back: got %q, want %q", got, s)
		}
		if length(s) != len(Units(s)) {
			t.Errorf("%q: got length %d, want %d", s, length(s), len(Units(s)))
		}
	}
	half := FromUnits([]uint16{0xD83D})
	if length(half) != 1 || Mend(half+FromUnits([]uint16{0xDE00})) != "😀" || string(Printable([]byte("a"+half))) != "a?" || Mend(half) != half {
		t.Errorf("half of a pair: got length %d, mended %q, printed %q; want 1, 😀, a?", length(half), Mend(half+FromUnits([]uint16{0xDE00})), Printable([]byte("a"+half)))
	}
	if got := string(Printable([]byte("a" + half + "b" + "퟿"))); got != "a?b퟿" {
		t.Errorf("got %q, want %q", got, "a?b퟿")
	}
	if unitIndex("é😀x", len("é😀")) != 3 || unitIndex("x", -1) != -1 {
		t.Errorf("got the indexes %d and %d, want 3 and -1", unitIndex("é😀x", len("é😀")), unitIndex("x", -1))
	}
}

// Nil limits bound the length of texts only.
func TestNilLimits(t *testing.T) {
	var l *Limits
	if got := l.MaxText(); got != defaultText {
		t.Errorf("texts may have %d bytes, want %d", got, defaultText)
	}
	if err := l.Charge(1 << 40); err != nil {
		t.Errorf("charging: got %v, want no error", err)
	}
	if !l.Equal(NewList("a"), NewList("a")) {
		t.Error("equal lists: got false, want true")
	}
}
