package jsonsmart_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonsmart"
)

// Values that a template put into a document.
func TestTextOfOtherValues(t *testing.T) {
	m := java.NewMap(1)
	m.Put(int32(1), java.NewList("a", nil, true))
	for _, c := range []struct {
		rule string
		in   java.Value
		want string
	}{
		{"a list of the language", java.NewList(int32(1), "a"), `[1,"a"]`},
		{"keys become strings", m, `{"1":["a",null,true]}`},
		{"a view of keys", java.AbstractKeySet(m), "[1]"},
		{"an array", java.NewArray("", []java.Value{"a", int64(2)}), `["a",2]`},
		{"a character", java.Char('x'), `"x"`},
		{"a Byte", int8(7), "7"},
		{"a BigInteger", big.NewInt(5), "5"},
		{"bytes that are not text", "\xc2\xe2\x80 \xc20", "\"\xc2\xe2\x80 \xc20\""},
		{"NaN", math.NaN(), "NaN"},
		{"infinite", math.Inf(-1), "null"},
	} {
		if got, err := jsonsmart.Text(c.in); got != c.want || err != nil {
			t.Errorf("%s: %s, %v; want %s", c.rule, got, err, c.want)
		}
	}
}

func TestArraysPrintAsJSONWithEscapedSlashes(t *testing.T) {
	v, err := jsonsmart.Parse(`{"l":[{"a":"x/y"},"é\u2028",null]}`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := java.ToString(v), `{l=[{"a":"x\/y"},"é\u2028",null]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestValuesThatHoldThemselvesFail(t *testing.T) {
	m, l := java.NewMap(1), jsonsmart.NewArray()
	m.Put("m", m)
	l.Append(l, l)
	for _, v := range []java.Value{m, l} {
		if _, err := jsonsmart.Text(v); err == nil {
			t.Error("a value that holds itself: got no error, want one")
		}
	}
}

func TestTextHasALimit(t *testing.T) {
	wide := java.NewMap(1)
	wide.Put("k", strings.Repeat("x", jsonsmart.MaxBytes/4))
	if _, err := jsonsmart.Text(java.NewList(wide, wide, wide, wide, wide)); err == nil {
		t.Error("a text beyond the limit: got no error, want one")
	}
}
