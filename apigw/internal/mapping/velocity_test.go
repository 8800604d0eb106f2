//go:build velocity

package mapping

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/apigw/internal/oracle"
	"example.com/apigw/internal/vtl"
)

// Generated uses of the references render as in the real engine, with the
// directives of API Gateway and with those of Velocity.
func TestReferencesAsVelocity(t *testing.T) {
	jvm, err := oracle.Compile()
	if err != nil {
		t.Fatal(err)
	}
	defer jvm.Close()
	const n = 4000
	r := rand.New(rand.NewPCG(5, 6))
	cases := make([]oracle.Case, n)
	for i := range cases {
		cases[i] = oracle.Case{
			Template: templateOf(r), Mode: oneOf(r, "aws", "aws", "empty"), Body: someBody(r),
			Params:         map[string]map[string]string{"path": {"id": someText(r)}, "querystring": {"q": someText(r)}, "header": {"X-H": someText(r)}},
			StageVariables: map[string]string{"v": someText(r)},
			Vars:           map[string]any{"t": someText(r)},
		}
	}
	results, err := jvm.Render(cases)
	if err != nil {
		t.Fatal(err)
	}
	differences, rendered := 0, 0
	for i, want := range results {
		c := cases[i]
		call := new(Engine).NewExchange(&Request{
			Body: c.Body, Path: Params{{"id", []string{c.Params["path"]["id"]}}}, Query: Params{{"q", []string{c.Params["querystring"]["q"]}}},
			Header: Params{{"X-H", []string{c.Params["header"]["X-H"]}}}, StageVariables: c.StageVariables,
		})
		references := call.references(&input{exchange: call, payload: payload{text: c.Body}})
		references["t"] = c.Vars["t"]
		got := ""
		parse := Parse
		if c.Mode == "empty" {
			parse = vtl.Parse
		}
		parsed, err := parse("t", c.Template)
		if err == nil {
			var b []byte
			b, err = parsed.Append(context.Background(), nil, references, &vtl.Options{NullIsEmpty: true})
			got = string(b)
		}
		if want.Error == "" {
			rendered++
		}
		if got != want.Out || (err == nil) != (want.Error == "") {
			t.Errorf("%s: %s of %q with %q:\n%q, %v\nVelocity:\n%q, %s", c.Mode, c.Template, c.Body, c.Vars["t"], got, err, want.Out, want.Error)
			if differences++; differences > 20 {
				t.Fatal("got more than 20 differences, want none")
			}
		}
	}
	t.Logf("%d templates, %d rendered", n, rendered)
}

func oneOf(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func templateOf(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(3) {
		b.WriteString(oneOf(r, "", "#set($x = "+value(r)+")$x ", "\"", "#if("+value(r)+" == "+value(r)+")T#{else}F#end", "#foreach($e in "+value(r)+")$e,#end",
			"#macro(m $p)[$p]#end#m("+value(r)+")", "#evaluate("+oneOf(r, value(r), "\"$t\"", "'$input.body'", "'#macro(n)<"+value(r)+">#end#n()'")+")") + value(r) + "|")
	}
	return b.String()
}

func value(r *rand.Rand) string {
	path := oneOf(r, "$", "$.a", "$.b", "$.l", "$.l[0]", "$.l[*].a", "$..a", "$.zz", "$.n", "a", "$.l[?(@.a == 1)]", "$.a.b")
	v := oneOf(r, "$t", "$input.body", "$input.path('"+path+"')", "$input.path('"+path+"')", "$input.json('"+path+"')", "$input.params('id')",
		"$input.params('q')", "$input.params('X-H')", "$input.params('zz')", "$input.params().path", "$stageVariables.v", "$util.parseJson($t)")
	if r.IntN(3) > 0 {
		v = "$util." + oneOf(r, "escapeJavaScript", "urlEncode", "urlDecode", "base64Encode", "base64Decode", "parseJson") + "(" + v + ")"
	}
	return v + oneOf(r, "", "", "", ".a", ".size()", ".length()", ".toString()", ".b", ".keySet()", ".isEmpty()")
}

func someBody(r *rand.Rand) string {
	return oneOf(r, `{"a":1,"b":"`+oneOf(r, "x", "é/", `\"q\"`, `\n\u2028`)+`","l":[{"a":1},{"a":"2"}],"n":null}`, `{"a":{"b":1.50},"l":[]}`,
		`[1,"a/b"]`, "", "text", "a=1&b=2", "null", `"str"`, "12", `{"a":`, `{a:b,}`, `{"n":0.30000000000000004,"a":1e9,"b":12345678901}`)
}

func someText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(6) {
		b.WriteString(oneOf(r, "a", "it's", `"`, `\`, "/", " ", "+", "%", "%41", "%c3%a9", "%ff", "%e2%82", "é", "€", "😀", "\n", "\t", "~", "YQ==", "YWI", "!", "{", "}", "[", "]", "1", ":", ",", "gICA", "8J+Y", "7aCA"))
	}
	return b.String()
}
