package mapping

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonsmart"
	"example.com/apigw/internal/vtl"
)

// testCase is a template with what Velocity 1.7 and JsonPath 2.0 make of it.
type testCase struct {
	ID       string
	Template string
	Body     string
	Params   struct {
		Path, Querystring, Header json.RawMessage
	}
	Context        json.RawMessage
	StageVariables map[string]string
	Out            *string
	OutPlain       *string `json:"out_velocity"` // where references may be null
	Error          string
	ErrorPlain     string `json:"error_velocity"`
}

func readCases(t testing.TB) []testCase {
	t.Helper()
	f, err := os.Open("testdata/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []testCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c testCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 || lines.Err() != nil {
		t.Fatalf("got %d cases, %v; want some", len(cases), lines.Err())
	}
	return cases
}

// Every case renders as in the real engine, as on API Gateway and, where it
// differs, in plain Velocity.
func TestCases(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(c.ID, func(t *testing.T) {
			c.check(t, Parse, vtl.Options{NullIsEmpty: true}, c.Out, c.Error)
			switch {
			case c.OutPlain != nil || c.ErrorPlain != "":
				c.check(t, vtl.Parse, vtl.Options{}, c.OutPlain, c.ErrorPlain)
			default:
				c.check(t, vtl.Parse, vtl.Options{}, c.Out, c.Error)
			}
		})
	}
}

func (c *testCase) check(t *testing.T, parse func(name, text string) (*vtl.Template, error), o vtl.Options, want *string, failure string) {
	t.Helper()
	call := new(Engine).NewExchange(&Request{
		Body: c.Body, Path: orderedParams(t, c.Params.Path), Query: orderedParams(t, c.Params.Querystring), Header: orderedParams(t, c.Params.Header),
		StageVariables: c.StageVariables,
	})
	call.context = plainContext(t, c.Context, o.NullIsEmpty)
	got := ""
	template, err := parse("t", c.Template)
	if err == nil {
		var b []byte
		b, err = template.Append(context.Background(), nil, call.references(&input{exchange: call, payload: payload{text: c.Body}}), &o)
		got = string(b)
	}
	if want != nil {
		if err != nil || got != *want {
			t.Errorf("nulls empty %v: %q of body %s:\n%q, %v; want\n%q", o.NullIsEmpty, c.Template, c.Body, got, err, *want)
		}
		return
	}
	kind := "parse"
	var failed *vtl.RuntimeError
	if errors.As(err, &failed) {
		kind = string(failed.Failure)
	}
	if err == nil || kind != failure {
		t.Errorf("nulls empty %v: %q: %q, %v; want an error of kind %s", o.NullIsEmpty, c.Template, got, err, failure)
	}
}

func orderedMap(t *testing.T, text json.RawMessage) *java.Map {
	if len(text) == 0 {
		return java.NewMap(0)
	}
	v, err := jsonsmart.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return v.(*java.Map)
}

func orderedParams(t *testing.T, text json.RawMessage) Params {
	var p Params
	for k, v := range orderedMap(t, text).All() {
		p.Add(k.(string), v.(string))
	}
	return p
}

// plainContext returns the context as the cases hold it: in its order, and printing
// only where references may be null.
func plainContext(t *testing.T, text json.RawMessage, silent bool) *java.Map {
	m := orderedMap(t, text)
	var mute func(m *java.Map)
	mute = func(m *java.Map) {
		m.Print = func(*java.Printer, *java.Map) {}
		for _, v := range m.All() {
			if inner, ok := v.(*java.Map); ok {
				mute(inner)
			}
		}
	}
	if silent {
		mute(m)
	}
	return m
}

func template(t testing.TB, text string) *vtl.Template {
	t.Helper()
	parsed, err := Parse("t.vtl", text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// rendered renders a request template.
func rendered(t testing.TB, text string, r *Request) string {
	t.Helper()
	out, err := new(Engine).NewExchange(r).RenderRequest(context.Background(), template(t, text))
	if err != nil {
		t.Fatalf("%s: got %v, want no error", text, err)
	}
	return out.Text
}

// lines joins lines of a template.
func lines(s ...string) string { return strings.Join(s, "\n") }
