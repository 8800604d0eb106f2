package vtl

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"example.com/apigw/internal/java"
)

// fromJSON returns the values of a JSON text.
func fromJSON(t testing.TB, text []byte) java.Value {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	v, err := decodeJSON(d)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func decodeJSON(d *json.Decoder) (java.Value, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch tok := tok.(type) {
	case json.Delim:
		if tok == '[' {
			l := java.NewList()
			for d.More() {
				v, err := decodeJSON(d)
				if err != nil {
					return nil, err
				}
				l.Append(v)
			}
			_, err = d.Token()
			return l, err
		}
		m := java.NewMap(0)
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := decodeJSON(d)
			if err != nil {
				return nil, err
			}
			m.Put(k.(string), v)
		}
		_, err = d.Token()
		return m, err
	case json.Number:
		n, err := tok.Int64()
		if err == nil {
			return java.Integer(n), nil
		}
		f, err := tok.Float64()
		return f, err
	}
	return tok, nil
}

// testInput is a host object like those that templates are written for.
type testInput struct {
	body   java.Value
	params *java.Map
}

func (in *testInput) Property(name string) (java.Value, bool) { return nil, false }

func (in *testInput) Call(c java.Caller, name string, args []java.Value) (java.Value, error) {
	switch {
	case name == "path" && len(args) == 1 && args[0] == "$":
		RecorderOf(c).Origin(in.body, "$")
		return in.body, nil
	case name == "params" && len(args) == 0:
		return in.params, nil
	case name == "params" && len(args) == 1:
		if r := RecorderOf(c); r != nil {
			r.Read("$input.params('" + java.ToString(args[0]) + "')")
		}
		v, _ := in.params.Get(args[0])
		return v, nil
	}
	return nil, java.ErrNoMethod
}

type testUtil struct{}

func (testUtil) Property(name string) (java.Value, bool) { return nil, false }

var jsEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `\'`, "/", `\/`)

func (testUtil) Call(c java.Caller, name string, args []java.Value) (java.Value, error) {
	if s, ok := args[0].(string); ok && name == "escapeJavaScript" {
		return jsEscapes.Replace(s), nil
	}
	return nil, java.ErrNoMethod
}

func benchRefs(t testing.TB) map[string]java.Value {
	t.Helper()
	body, err := os.ReadFile("testdata/bench.json")
	if err != nil {
		t.Fatal(err)
	}
	object := func(text string) java.Value { return fromJSON(t, []byte(text)) }
	return map[string]java.Value{
		"input":          &testInput{fromJSON(t, body), object(`{"tenant":"acme"}`).(*java.Map)},
		"util":           testUtil{},
		"context":        object(`{"httpMethod":"POST","stage":"dev","identity":{"sourceIp":"1.2.3.4"}}`),
		"stageVariables": object(`{"table":"T"}`),
	}
}

func benchText(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/bench.vtl")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func BenchmarkParse(b *testing.B) {
	text := benchText(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("bench.vtl", text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExecute(b *testing.B) {
	t, err := Parse("bench.vtl", benchText(b))
	if err != nil {
		b.Fatal(err)
	}
	refs := benchRefs(b)
	o := &Options{NullIsEmpty: true}
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		if out, err = t.Append(context.Background(), out[:0], refs, o); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(out)))
}

func BenchmarkExecuteTraced(b *testing.B) {
	t, err := Parse("bench.vtl", benchText(b))
	if err != nil {
		b.Fatal(err)
	}
	refs := benchRefs(b)
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		o := &Options{NullIsEmpty: true, Trace: &Trace{}}
		if out, err = t.Append(context.Background(), out[:0], refs, o); err != nil {
			b.Fatal(err)
		}
	}
}
