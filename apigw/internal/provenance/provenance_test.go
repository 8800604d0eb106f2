package provenance_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/provenance"
)

// cutUnits returns a part of a text as JavaScript's slice does.
func cutUnits(text string, from, to int) string {
	if from < 0 {
		return "(nowhere)"
	}
	return string(utf16.Decode(utf16.Encode([]rune(text))[from:to]))
}

func TestLocate(t *testing.T) {
	for _, c := range []struct{ rule, text, path, want string }{
		{"the whole", ` {"a":1} `, "$", `{"a":1}`},
		{"a member", `{"a":1,"b":{"c":"x"}}`, "$.b.c", `"x"`},
		{"an element", `{"a":[10, {"b":[true]}, -3.5e2]}`, "$.a[2]", `-3.5e2`},
		{"an element of an element", `[[1],[2,[3]]]`, "$[1][1][0]", `3`},
		{"a key in single quotes", `{"a b":null}`, "$['a b']", `null`},
		{"a key in double quotes", `{"headers":{"X-\u0049d":"1"}}`, `$.headers["X-Id"]`, `"1"`},
		{"of a key that is twice there the last", `{"a":1,"a":2}`, "$.a", `2`},
		{"behind characters outside the basic plane", `{"😀":"é","x":"y"}`, "$.x", `"y"`},
		{"brackets and quotes in strings", `{"a":"]}\"{[","b":[ ]}`, "$.b", `[ ]`},
		{"an empty object", `{}`, "$.a", "(nowhere)"},
		{"an index behind the end", `[1]`, "$[1]", "(nowhere)"},
		{"a key of a list", `[1]`, "$.a", "(nowhere)"},
		{"an index of an object", `{"a":1}`, "$[0]", "(nowhere)"},
		{"a path that is not definite", `{"a":{"b":1}}`, "$..b", "(nowhere)"},
		{"all elements", `[1,2]`, "$[*]", "(nowhere)"},
		{"a negative index", `[1,2]`, "$[-1]", "(nowhere)"},
		{"a path that is cut off", `{"a":1}`, "$['a", "(nowhere)"},
		{"no path", `{"a":1}`, "a", "(nowhere)"},
		{"a text that is not JSON has a whole", `{"a":`, "$", `{"a":`},
		{"and no parts", `{"a":1`, "$.a", "(nowhere)"},
		{"an empty text has nothing", ``, "$", "(nowhere)"},
		{"deep nesting", strings.Repeat("[", 5000) + "7" + strings.Repeat("]", 5000), "$" + strings.Repeat("[0]", 5000), "7"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			start, end := provenance.Locate(c.text, c.path)
			if got := cutUnits(c.text, start, end); got != c.want {
				t.Errorf("got %d to %d, %s; want %s", start, end, got, c.want)
			}
		})
	}
}

func TestOffsetCountsUnits(t *testing.T) {
	for _, c := range []struct {
		text     string
		at, want int
	}{{"abc", 2, 2}, {"é1", 2, 1}, {"😀1", 4, 2}, {"\xff1", 1, 1}, {"a", 9, 1}, {"a", -1, 0}, {"😀", 2, 0}} {
		if got := provenance.Offset(c.text, c.at); got != c.want {
			t.Errorf("byte %d of %q: got %d, want %d", c.at, c.text, got, c.want)
		}
	}
}

// Each span is shown as: what it wrote ← expression: inputs.
func TestWhereAnOutputComesFrom(t *testing.T) {
	request := &mapping.Request{
		Body: `{"né😀":1,"pets":[{"id":7,"name":"Ada"}]}`, Path: mapping.Params{{Name: "id", Values: []string{"p"}}},
		Query:  mapping.Params{{Name: "q", Values: []string{"x"}}, {Name: "id", Values: []string{"no"}}},
		Header: mapping.Params{{Name: "X-Id", Values: []string{"h"}}},
		Context: map[string]any{
			"stage": "prod", "identity": map[string]any{"sourceIp": "1.2.3.4"}},
		StageVariables: map[string]string{"v": "1"},
	}
	for _, c := range []struct{ rule, template, want string }{
		{"text", `a`, `a ← a text`},
		{"a path parameter goes before the query string", `$input.params('id')`, `p ← $input.params('id'): path id`},
		{"a query parameter", `$input.params('q')`, `x ← $input.params('q'): query q`},
		{"a header by its map", `$input.params().header.get('X-Id')`, `h ← $input.params().header.get('X-Id'): header X-Id`},
		{"a query parameter by its map", `$input.params().querystring.q`, `x ← $input.params().querystring.q: query q`},
		{"a member of the context", `$context.identity.sourceIp`, `1.2.3.4 ← $context.identity.sourceIp: context identity.sourceIp`},
		{"a stage variable", `$stageVariables.v`, `1 ← $stageVariables.v: stageVariable v`},
		{"the body", `$input.body`, request.Body + ` ← $input.body: body $ at ` + request.Body},
		{"a value of the body, behind characters of two units", `😀$input.json('$.pets[0].name')`,
			"😀 ← 😀 text\n\"Ada\" ← $input.json('$.pets[0].name'): body $.pets[0].name at \"Ada\""},
		{"by a variable and a loop", "#foreach($p in $input.path('$.pets'))$p.id#end",
			`7 ← $p.id: body $.pets[0].id at 7`},
		{"braces belong to the expression", `${stageVariables.v}`, `1 ← ${stageVariables.v}: stageVariable v`},
		{"a name that nothing has", `[$input.params('none')]`, "[ ← [ text\n] ← ] text"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			parsed, err := mapping.Parse("t", c.template)
			if err != nil {
				t.Fatal(err)
			}
			out, err := new(mapping.Engine).NewExchange(request).TraceRequest(context.Background(), parsed)
			if err != nil {
				t.Fatal(err)
			}
			trace := provenance.Of(provenance.Template{Name: "t", Text: c.template}, out, request.Body, request)
			var lines []string
			for _, s := range trace.Spans {
				line := cutUnits(trace.Output, s.Start, s.End) + " ← " + cutUnits(c.template, s.From, s.To)
				if got := cutUnits(c.template, s.From, s.To); s.Expression != got {
					t.Errorf("expression: got %q, want %q", s.Expression, got)
				}
				if s.Text {
					line += " text"
				}
				for _, in := range s.Inputs {
					line += fmt.Sprintf(": %s %s%s", in.Kind, in.Key, in.Path)
					if in.Start >= 0 {
						line += " at " + cutUnits(request.Body, in.Start, in.End)
					}
				}
				lines = append(lines, line)
			}
			if got := strings.Join(lines, "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// Whatever the path is, what is found in a JSON text is JSON.
func FuzzLocate(f *testing.F) {
	f.Add(`{"a":[1,{"b c":"x\"]"}]}`, `$.a[1]["b c"]`)
	f.Add(`[{},[],"",null,-1.5e3]`, `$[4]`)
	f.Add(`{"é😀":{"":0}}`, `$['é😀']['']`)
	f.Fuzz(func(t *testing.T, text, path string) {
		start, end := provenance.Locate(text, path)
		if start == -1 && end == -1 || !json.Valid([]byte(text)) {
			return
		}
		if got := cutUnits(text, start, end); !json.Valid([]byte(got)) && utf8.ValidString(text) {
			t.Errorf("%q in %q: got %d to %d, %q; want a value", path, text, start, end, got)
		}
	})
}
