package playground_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"example.com/apigw/internal/playground"
	"example.com/apigw/internal/rules"
)

func cut(text string, from, to int) string {
	if from < 0 {
		return "(nowhere)"
	}
	return string(utf16.Decode(utf16.Encode([]rune(text))[from:to]))
}

func ruleIDs(list []playground.Finding) string {
	var ids []string
	for _, f := range list {
		ids = append(ids, f.Rule)
	}
	return strings.Join(ids, " ")
}

func header(d playground.Door, name string) string {
	for _, h := range d.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

const (
	malformed = "Execution failed due to configuration error: Malformed Lambda proxy response"
	completed = "Successfully completed execution"
	refused   = `{"message": "Internal server error"}`
)

func TestAResultAtBothDoors(t *testing.T) {
	for _, c := range []struct {
		rule   string
		result playground.Result
		status int // with proxy integration
		body   string
		line   string
		rules  string
		place  string // that the first finding marks in the result
		mapped int    // status without proxy integration
		as     string // body without it
		other  string // rules without it
	}{
		{"a good answer", playground.Result{Text: `{"statusCode":201,"headers":{"Content-Type":"text/plain"},"body":"hi"}`},
			201, "hi", completed, "", "", 200, `{"statusCode":201,"headers":{"Content-Type":"text/plain"},"body":"hi"}`, "proxy-off-for-envelope"},
		{"the body is an object", playground.Result{Text: `{"statusCode":200,"body":{"é😀":1}}`},
			502, refused, malformed, "body-not-string", `{"é😀":1}`, 200, `{"statusCode":200,"body":{"é😀":1}}`, "proxy-off-for-envelope"},
		{"no envelope", playground.Result{Text: `{"Hello":"World"}`},
			502, refused, malformed, "missing-envelope", `{"Hello":"World"}`, 200, `{"Hello":"World"}`, ""},
		{"a header is a list", playground.Result{Text: `{"body":"😀","statusCode":200,"headers":{"X-Id":["1"]}}`},
			502, refused, malformed, "header-value-not-string", `["1"]`, 200, `{"body":"😀","statusCode":200,"headers":{"X-Id":["1"]}}`, "proxy-off-for-envelope"},
		{"null", playground.Result{Text: `null`}, 502, refused, malformed, "result-null", "null", 200, "null", ""},
		{"nothing", playground.Result{Text: ``}, 502, refused, malformed, "result-empty", "(nowhere)", 200, "", ""},
		{"not JSON has its whole marked", playground.Result{Text: `{"statusCode":`}, 502, refused, malformed, "result-not-json", `{"statusCode":`, 200, `{"statusCode":`, "mapped-body-not-json"},
		{"markup stays text", playground.Result{Text: `"<script>alert(1)</script>"`}, 502, refused, malformed, "result-is-string", `"<script>alert(1)</script>"`, 200, `"<script>alert(1)</script>"`, ""},
		{"a function that threw", playground.Result{Text: `{"errorMessage":"boom","errorType":"Error"}`, Threw: true},
			502, refused, "Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: ID", "function-error", "", 200,
			`{"errorMessage":"boom","errorType":"Error"}`, "mapped-error-is-200"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := playground.Check(context.Background(), playground.CheckInput{Result: c.result})
			if err != nil {
				t.Fatal(err)
			}
			line := got.Proxy.Line
			if at := strings.Index(line, "request id: "); at >= 0 {
				line = line[:at] + "request id: ID"
			}
			if got.Proxy.Status != c.status || got.Proxy.Body != c.body || line != c.line || ruleIDs(got.Proxy.Findings) != c.rules {
				t.Errorf("proxy: got %d %q, log %q, rules %q; want %d %q, log %q, rules %q",
					got.Proxy.Status, got.Proxy.Body, line, ruleIDs(got.Proxy.Findings), c.status, c.body, c.line, c.rules)
			}
			if got.Proxy.Accepted != (c.line == completed) {
				t.Errorf("accepted: got %v, want %v", got.Proxy.Accepted, c.line == completed)
			}
			if got.Mapped.Status != c.mapped || got.Mapped.Body != c.as || ruleIDs(got.Mapped.Findings) != c.other {
				t.Errorf("mapped: got %d %q, rules %q; want %d %q, rules %q",
					got.Mapped.Status, got.Mapped.Body, ruleIDs(got.Mapped.Findings), c.mapped, c.as, c.other)
			}
			if c.place != "" {
				f := got.Proxy.Findings[0]
				if place := cut(c.result.Text, f.Start, f.End); place != c.place {
					t.Errorf("place: got %q, want %q", place, c.place)
				}
			}
		})
	}
}

func TestWhereAResultIsNotJSON(t *testing.T) {
	for _, c := range []struct {
		text, problem string
		start         int
	}{{`{"é😀":1,}`, "Unexpected character ('}'", 9}, {`{`, "Unexpected end-of-input", 0}, {`{}`, "", -1}} {
		got, err := playground.Check(context.Background(), playground.CheckInput{Result: playground.Result{Text: c.text}})
		if err != nil {
			t.Fatal(err)
		}
		if c.start < 0 {
			if got.Broken != nil {
				t.Errorf("%s: got %+v, want nothing", c.text, *got.Broken)
			}
		} else if got.Broken == nil || got.Broken.Start != c.start || !strings.HasPrefix(got.Broken.Problem, c.problem) {
			t.Errorf("%s: got %+v, want %q at %d", c.text, got.Broken, c.problem, c.start)
		}
	}
}

func TestFindingsHaveFixesForLanguages(t *testing.T) {
	got, err := playground.Check(context.Background(), playground.CheckInput{Result: playground.Result{Text: `{"statusCode":200,"body":{}}`}})
	if err != nil {
		t.Fatal(err)
	}
	for language, want := range map[rules.Language]string{
		"": "Return an object", rules.Go: "proxyresponse.JSON", rules.JavaScript: "JSON.stringify", rules.Python: "json.dumps",
	} {
		if fix := got.Proxy.Findings[0].Fixes[language]; !strings.Contains(fix, want) {
			t.Errorf("fix in %q: got %q, want one with %q", language, fix, want)
		}
	}
	if f := got.Proxy.Findings[0]; f.Evidence == "" || f.Page == "" || f.Gateway == "" {
		t.Errorf("got evidence %q, page %q, gateway %q; want all three", f.Evidence, f.Page, f.Gateway)
	}
}

func TestBinaryIsDecodedIfTheAPISaysSo(t *testing.T) {
	result := playground.Result{Text: `{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":"/wA=","isBase64Encoded":true}`}
	for _, c := range []struct {
		types []string
		body  string
		bytes bool
	}{{nil, "/wA=", false}, {[]string{"image/png"}, "/wA=", true}} {
		got, err := playground.Check(context.Background(), playground.CheckInput{Result: result, Accept: "image/png", BinaryMediaTypes: c.types})
		if err != nil {
			t.Fatal(err)
		}
		if got.Proxy.Body != c.body || got.Proxy.Base64 != c.bytes {
			t.Errorf("types %v: got %q, bytes %v; want %q, bytes %v", c.types, got.Proxy.Body, got.Proxy.Base64, c.body, c.bytes)
		}
	}
}

func TestWhichIntegrationResponseIsChosen(t *testing.T) {
	thrown := playground.Result{Text: `{"errorMessage":"[404] no Ada\nat x","errorType":"NotFound"}`, Threw: true}
	for _, c := range []struct {
		rule   string
		result playground.Result
		list   []playground.Response
		status int
		tried  string // status and outcome, and the rule if there is one
	}{
		{"a success takes the default", playground.Result{Text: `{}`}, []playground.Response{{Status: "200"}, {Status: "500", Pattern: "(?s).+"}},
			200, "500 unmatched, 200 default"},
		{"the first by status that matches", thrown, []playground.Response{{Status: "200"}, {Status: "500", Pattern: "(?s).+"}, {Status: "404", Pattern: `(?s)\[404\].*`}},
			404, "404 matched, 500 untried, 200 untried"},
		{"a pattern that stops at the line break", thrown, []playground.Response{{Status: "404", Pattern: `\[404\].*`}, {Status: "200"}},
			200, "404 unmatched pattern-stops-at-line-break, 200 default"},
		{"a pattern that is a part", thrown, []playground.Response{{Status: "404", Pattern: `no Ada`}, {Status: "200"}},
			200, "404 unmatched pattern-is-part, 200 default"},
		{"a pattern for the type", thrown, []playground.Response{{Status: "404", Pattern: `NotFound`}, {Status: "200"}},
			200, "404 unmatched pattern-is-type, 200 default"},
		{"a pattern that cannot be read", thrown, []playground.Response{{Status: "404", Pattern: `(`}, {Status: "200"}},
			200, "404 unreadable selection-pattern-invalid, 200 default"},
		{"a status that is none", thrown, []playground.Response{{Status: "4xx", Pattern: `.*`}, {Status: "200"}},
			200, "4xx unreadable status-not-a-number, 200 default"},
		{"a pattern that takes too long", playground.Result{Text: `{"errorMessage":"` + strings.Repeat("a", 40) + `"}`, Threw: true},
			[]playground.Response{{Status: "404", Pattern: `(?:a+)+(b)\1`}, {Status: "200"}}, 200, "404 unmatched selection-pattern-given-up, 200 default"},
		{"none at all", thrown, []playground.Response{{Status: "404", Pattern: `zzz`}}, 500, "404 unmatched"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := playground.Check(context.Background(), playground.CheckInput{Result: c.result, Responses: c.list})
			if err != nil {
				t.Fatal(err)
			}
			var tried []string
			for _, each := range got.Mapped.Tried {
				tried = append(tried, strings.TrimSpace(fmt.Sprintf("%s %s %s", each.Status, each.Outcome, each.Rule)))
			}
			if all := strings.Join(tried, ", "); got.Mapped.Status != c.status || all != c.tried {
				t.Errorf("got %d, %s; want %d, %s", got.Mapped.Status, all, c.status, c.tried)
			}
		})
	}
}

func TestATemplateOfARequest(t *testing.T) {
	request := playground.Request{
		Path: []playground.Pair{{Name: "id", Value: "a/b ü"}}, Query: []playground.Pair{{Name: "q", Value: "1"}, {Name: "q", Value: "2"}},
		Headers: []playground.Pair{{Name: "X-Tenant", Value: "t"}}, Body: `{"name":"Ada"}`,
		Context:        []playground.Pair{{Name: "identity.sourceIp", Value: "9.9.9.9"}, {Name: "authorizer.sub", Value: "u"}},
		StageVariables: []playground.Pair{{Name: "v", Value: "w"}},
	}
	typed := func(mediaType string) playground.Request {
		r := request
		r.Headers = []playground.Pair{{Name: "Content-Type", Value: mediaType}}
		return r
	}
	for _, c := range []struct {
		rule string
		in   playground.RenderInput
		used playground.BodyFrom
		// What the function gets, with blanks and line breaks taken out; what Lambda says
		// if it refuses that; "-" if it does not come to that.
		event    string
		status   int
		problems string // severity, place and rule or message
	}{
		{"everything that a template can read", playground.RenderInput{
			Template: `{"a":$input.json('$.name'),"b":"$input.params('id')$input.params('q')$input.params('X-Tenant')","c":"$context.identity.sourceIp$context.authorizer.sub$stageVariables.v"}`, Request: request},
			playground.FromTemplate, `{"a":"Ada","b":"a/bü2t","c":"9.9.9.9uw"}`, 200,
			"warning 32-51 template-client-text-unescaped, warning 51-69 template-client-text-unescaped, warning 69-94 template-client-text-unescaped"},
		{"an empty template makes an empty object", playground.RenderInput{Request: request}, playground.FromTemplate, `{}`, 200, ""},
		{"a template for another type lets the body through", playground.RenderInput{Request: typed("text/plain"), Template: `x`}, playground.PassedOn, `{"name":"Ada"}`, 200, ""},
		{"or not", playground.RenderInput{Request: typed("text/plain"), Template: `x`, Passthrough: "NEVER"}, playground.Refused, "-", 415, ""},
		{"an event that is not JSON", playground.RenderInput{Request: request, Template: "{\"é\":$foo}"}, playground.FromTemplate,
			"Unexpected character ('}' (code 125)): expected a value at }", 400, "warning 5-9 template-name-unknown"},
		{"a template that does not parse", playground.RenderInput{Request: request, Template: "é#if(true)"}, playground.FromTemplate, "-", 500,
			"error 10-10 unexpected end of the template: expected #end of the #if in line 1"},
		{"a template that fails", playground.RenderInput{Request: request, Template: "{}\n#parse('x')"}, playground.FromTemplate, "-", 500, "error 3-4 "},
		{"a template that calls itself", playground.RenderInput{Request: request, Template: "#define($a)$a#end$a"}, playground.FromTemplate, "Unrecognized token '$a'", 400, ""},
		{"a template that loops", playground.RenderInput{Request: request,
			Template: "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])#set($x = $a)#end#end#end"}, playground.FromTemplate, "-", 500, "error 50-51 the template does more than 5000000 steps"},
		{"an override that is set twice", playground.RenderInput{Request: request, Template: "#set($context.requestOverride.header.A='1')#set($context.requestOverride.header.A='2')"},
			playground.FromTemplate, "-", 500, "error 0-1 the template sets"},
		{"a body that is broken", playground.RenderInput{Request: playground.Request{Body: `{"a":`}, Template: "$input.json('$.a')"}, playground.FromTemplate, "-", 400, "error 7-8 .json of"},
		{"bytes that are not text", playground.RenderInput{Request: playground.Request{Body: "\"\xff\x00\""}, Template: "$input.body"}, playground.FromTemplate,
			"Invalid UTF-8 start byte 0xff", 400, ""},
		{"deep nesting", playground.RenderInput{Request: playground.Request{Body: strings.Repeat("[", 100_000)}, Template: "$input.json('$')"}, playground.FromTemplate, "-", 500, "error 7-8 .json of"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			c.in.Direction = playground.ToFunction
			out, err := playground.Render(context.Background(), c.in)
			if err != nil {
				t.Fatal(err)
			}
			got := out.Request
			event := "-"
			if e := got.Event; e != nil && e.Accepted {
				event = strings.NewReplacer("\n", "", " ", "").Replace(e.Body)
			} else if e != nil {
				event = e.Broken.Problem
				if at := e.Broken.Start; got.Trace != nil {
					event += " at " + cut(got.Trace.Output, at, min(at+1, len(utf16.Encode([]rune(got.Trace.Output)))))
				}
			}
			var problems []string
			for _, p := range got.Problems {
				what := p.Rule
				if what == "" {
					what = p.Message
				}
				problems = append(problems, fmt.Sprintf("%s %d-%d %s", p.Severity, p.Start, p.End, what))
			}
			all := strings.Join(problems, ", ")
			if got.Used != c.used || !strings.Contains(event, c.event) || c.event == "-" && event != "-" || got.Client.Status != c.status || !strings.HasPrefix(all, c.problems) || c.problems == "" && all != "" {
				t.Errorf("got %s, event %q, status %d, problems %q\nwant %s, event %q, status %d, problems %q",
					got.Used, event, got.Client.Status, all, c.used, c.event, c.status, c.problems)
			}
		})
	}
}

func TestATemplateOfAResponse(t *testing.T) {
	in := playground.RenderInput{
		Direction: playground.ToClient, Result: playground.Result{Text: `{"errorMessage":"[404] \"no\" <b>Ada</b>","errorType":"E"}`, Threw: true},
		Request: playground.Request{Headers: []playground.Pair{{Name: "Origin", Value: "https://a.example"}}},
		Responses: []playground.Response{{Status: "200"}, {
			Status: "404", Pattern: `\[404\].*`, Template: "#set($context.responseOverride.status = 410){\"m\":\"$input.path('$.errorMessage')\"}",
			Headers: []playground.Pair{{Name: "X-Kind", Value: "'gone'"}, {Name: "X-Type", Value: "integration.response.body.errorType"}},
		}},
	}
	out, err := playground.Render(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	got := out.Response
	if want := `{"m":"[404] "no" <b>Ada</b>"}`; got.Status != 410 || got.Body != want || got.Selector != `[404] "no" <b>Ada</b>` {
		t.Errorf("got %d %s, selector %q; want 410 %s", got.Status, got.Body, got.Selector, want)
	}
	if header(got.Door, "X-Kind") != "gone" || header(got.Door, "X-Type") != "E" {
		t.Errorf("headers: got %v, want X-Kind: gone and X-Type: E", got.Headers)
	}
	if got.Overrides.Status != 410 {
		t.Errorf("override of the status: got %d, want 410", got.Overrides.Status)
	}
	if ids := ruleIDs(got.Findings); !strings.Contains(ids, "template-output-not-json") {
		t.Errorf("rules: got %s, want template-output-not-json among them", ids)
	}
	var read []string
	for _, s := range got.Trace.Spans {
		for _, i := range s.Inputs {
			read = append(read, cut(got.Trace.Output, s.Start, s.End)+" ← "+cut(in.Result.Text, i.Start, i.End))
		}
	}
	if want := []string{`[404] "no" <b>Ada</b> ← "[404] \"no\" <b>Ada</b>"`}; !slices.Equal(read, want) {
		t.Errorf("inputs: got %q, want %q", read, want)
	}
}

func TestProblemsSayWhichResponseTheyAreIn(t *testing.T) {
	out, err := playground.Render(context.Background(), playground.RenderInput{
		Direction: playground.ToClient, Result: playground.Result{Text: `{}`},
		Responses: []playground.Response{{Status: "200", Template: "#parse('a')"}, {Status: "500", Pattern: "x", Template: "#if("}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[int]int{}
	for _, p := range out.Response.Problems {
		got[p.Response]++
	}
	if got[0] != 1 || got[1] != 1 || len(got) != 2 {
		t.Errorf("got problems by response %v, want one of 0 and one of 1: %+v", got, out.Response.Problems)
	}
	if out.Response.Status != 500 {
		t.Errorf("status: got %d, want 500", out.Response.Status)
	}
}

func TestInputThatCannotBeTriedIsRefused(t *testing.T) {
	request := func(r playground.Request) playground.RenderInput {
		return playground.RenderInput{Direction: playground.ToFunction, Request: r}
	}
	pair := func(name, value string) []playground.Pair { return []playground.Pair{{Name: name, Value: value}} }
	for _, c := range []struct {
		rule string
		in   playground.RenderInput
		want string
	}{
		{"no direction", playground.RenderInput{}, "use request or response"},
		{"a method that no API has", request(playground.Request{Method: "BREW"}), `"BREW" is not one`},
		{"a path parameter without a value", request(playground.Request{Path: pair("id", "")}), "id needs a value"},
		{"a path parameter that is two dots", request(playground.Request{Path: pair("id", "..")}), "id needs a value"},
		{"a path parameter with braces", request(playground.Request{Path: pair("{id}", "1")}), `"{id}": a name has letters`},
		{"a path parameter that is there twice", request(playground.Request{Path: append(pair("id", "1"), pair("id", "2")...)}), "id is there twice"},
		{"a header name with a blank", request(playground.Request{Headers: pair("X Y", "1")}), `"X Y": a name has no blanks`},
		{"a header value with a line break", request(playground.Request{Headers: pair("X", "1\r\nY: 2")}), "no line breaks"},
		{"a header that chooses the API", request(playground.Request{Headers: pair("host", "x")}), "Host cannot be set"},
		{"a member of the context below a text", request(playground.Request{Context: pair("stage.x", "1")}), "is a text already"},
		{"a behavior that is none", playground.RenderInput{Direction: playground.ToFunction, Passthrough: "ALWAYS"}, "use WHEN_NO_MATCH"},
		{"too many headers", request(playground.Request{Headers: make([]playground.Pair, 201)}), "takes 200"},
		{"too many responses", playground.RenderInput{Direction: playground.ToClient, Responses: make([]playground.Response, 21)}, "takes 20"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := playground.Render(context.Background(), c.in)
			if _, ok := err.(*playground.InputError); !ok || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an InputError with %q", err, c.want)
			}
		})
	}
}
