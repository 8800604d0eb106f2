package inspector

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/provenance"
)

// door is an API with one method in front of a function.
type door struct {
	integration, request, response string // type, and templates; an empty one is none
	result, functionError          string
	change                         func(*assembly.API, *assembly.Integration)
}

// invoker is a function that always has the same result.
type invoker struct{ result function.Result }

func (i invoker) Invoke(context.Context, string, function.Invocation) (function.Result, error) {
	return i.result, nil
}

// record sends a request, and returns its record.
func (d door) record(t *testing.T, body string, header ...string) *record.Record {
	t.Helper()
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
	integration := &assembly.Integration{
		Type: d.integration, HTTPMethod: "POST", URI: "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" + arn + "/invocations",
		PassthroughBehavior: "WHEN_NO_MATCH", Timeout: time.Minute,
		Responses: []assembly.IntegrationResponse{{StatusCode: "400", SelectionPattern: "Bad.*"}, {StatusCode: "500", SelectionPattern: "Bad.*"}, {StatusCode: "200"}},
	}
	if d.request != "" {
		integration.RequestTemplates = []assembly.Template{{MediaType: "$default", Text: d.request}}
	}
	for i := range integration.Responses {
		if d.response != "" {
			integration.Responses[i].Templates = []assembly.Template{{MediaType: "application/json", Text: d.response}}
		}
	}
	api := &assembly.API{
		Name: "hello", LogicalID: "Hello", ID: "a1b2c3d4e5", Account: "123456789012", Region: "eu-west-1", MinimumCompressionSize: -1,
		Stages: []*assembly.Stage{{Name: "prod", DeploymentID: "d1", Variables: map[string]string{"table": "pets", "other": "x"}}},
		Methods: []*assembly.Method{{
			ResourceID: "r1", ResourcePath: "/pets/{id}", HTTPMethod: "ANY", AuthorizationType: "NONE", Integration: integration,
			Responses: []assembly.MethodResponse{{StatusCode: "200"}, {StatusCode: "400"}},
		}},
	}
	if d.change != nil {
		d.change(api, integration)
	}
	var made *record.Record
	g, err := gateway.New(&assembly.Assembly{APIs: []*assembly.API{api}, Functions: []*assembly.Function{{
		Name: "f", ARN: arn, Permissions: []assembly.Permission{{Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com"}},
	}}}, invoker{function.Result{Payload: []byte(d.result), FunctionError: d.functionError, RequestID: "l-1", ExecutedVersion: "$LATEST"}},
		gateway.Options{Record: func(r *record.Record) { made = r }})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/hello/prod/pets/a%20b?q=1&q=2&z=%C3%A9", strings.NewReader(body))
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	g.ServeHTTP(httptest.NewRecorder(), r)
	return made
}

const everything = `#set($context.requestOverride.header.x = "1")#set($p = $input.params())
{"context": {#foreach($k in $context.keySet())"$k": "$util.escapeJavaScript($context.get($k))",#end"ip": "$context.identity.sourceIp", "at": $context.requestTimeEpoch,
"time": "$context.requestTime", "id": "$context.requestId", "ext": "$context.extendedRequestId", "user": "$!context.identity.user", "sum": #set($n = $context.requestTimeEpoch + 1)$n},
"stage": {#foreach($e in $stageVariables.entrySet())"$e.key": "$e.value"#if($foreach.hasNext),#end#end},
#foreach($kind in $p.keySet())"$kind": {#foreach($name in $p.get($kind).keySet())"$name": "$util.escapeJavaScript($p.get($kind).get($name))"#if($foreach.hasNext),#end#end},#end
"one": "$input.params('id')", "body": $input.json('$'), "raw": "$util.base64Encode($input.body)"}`

func TestTemplatesMakeTheSameWhenTheyRunAgain(t *testing.T) {
	for _, c := range []struct {
		rule   string
		door   door
		body   string
		header []string
	}{
		{"everything that a request template can read", door{integration: "AWS", request: everything, response: "x", result: `{}`},
			`{"name":"Jürgen 😀","list":[1,2,3]}`, []string{"X-Two: 1", "X-Two: 2", "User-Agent: agent \x01\"'"}},
		{"everything that a response template can read", door{integration: "AWS", request: "{}", response: everything, result: `{"a":[1,2.50,{"b":null}],"é":"😀"}`},
			`{"name":"Jürgen 😀","list":[1,2,3]}`, []string{"X-Two: 1", "X-Two: 2", "User-Agent: agent \x01\"'"}},
		{"what the request template changes", door{integration: "AWS", request: `#set($x = $context.put("mine", "set before")){"a": 1}`, response: `"$context.mine"`, result: `{}`}, "", nil},
		{"an error of the function", door{integration: "AWS", request: `{"a": 1}`, response: `{"message": $input.json('$.errorMessage')}`,
			result: `{"errorMessage":"Bad: no","errorType":"E"}`, functionError: "Unhandled"}, "", nil},
		{"an empty event becomes an object", door{integration: "AWS", request: "#set($a = 1)\n", response: "$input.body", result: `{}`}, "", nil},
		{"a body that is not UTF-8", door{integration: "AWS", request: everything, response: "x", result: `{}`}, "{\"a\":\"\xff\"}", nil},
		{"binary data as text", door{integration: "AWS", request: `{"data": "$input.body"}`, response: "$input.body", result: `{}`,
			change: func(a *assembly.API, i *assembly.Integration) {
				a.BinaryMediaTypes, i.ContentHandling = []string{"image/png"}, "CONVERT_TO_TEXT"
			}}, "\x89PNG\xff", []string{"Content-Type: image/png"}},
		{"MOCK", door{integration: "MOCK", request: `{"statusCode": 200}`, response: `$context.resourcePath`}, "", nil},
		{"a large output", door{integration: "AWS", request: `[#foreach($i in [1..900])"$i$input.body",#end 0]`, response: "x", result: `{}`}, strings.Repeat("x", 100), nil},
		{"a template that is empty", door{integration: "AWS", request: " ", response: "x", result: `{}`}, "", nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r := c.door.record(t, c.body, c.header...)
			got := trace(t.Context(), r)
			if strings.Contains(got.Reason, ofRequest) || got.Request == nil || got.Request.Error != "" {
				t.Fatalf("got %+v of %+v, want a trace without a reason", got, r.Failure)
			}
			checkSpans(t, got.Request)
			if r.Failure != nil && r.Failure.Rule == "event-not-json" { // which is another matter
				return
			}
			if got.Reason != "" || got.Response == nil || got.Response.Output != string(r.MethodResponse.Body) {
				t.Fatalf("got %+v, want the output %s", got.Response, r.MethodResponse.Body)
			}
			checkSpans(t, got.Response)
		})
	}
}

// checkSpans sees that spans are the whole output, and their expressions those of the
// template.
func checkSpans(t *testing.T, of *provenance.Trace) {
	t.Helper()
	output, template := utf16.Encode([]rune(of.Output)), utf16.Encode([]rune(of.Template.Text))
	at := 0
	for _, s := range of.Spans {
		if s.Start != at || s.End < s.Start || s.End > len(output) || s.From < 0 || s.To > len(template) || string(utf16.Decode(template[s.From:s.To])) != s.Expression {
			t.Fatalf("got the span %+v behind %d, want the next one, with its place in the template", s, at)
		}
		at = s.End
	}
	if at != len(output) && len(of.Spans) < 5000 {
		t.Errorf("got spans for %d of %d units of the output, want for all", at, len(output))
	}
}

func TestWhereTheResultOfAFunctionGoes(t *testing.T) {
	r := door{integration: "AWS", request: `{"id": "$input.params('id')", "name": $input.json('$.who.name')}`, response: `{"hello": "$input.path('$.pets')[1].name", "q": "$input.params('q')"}`,
		result: `{"é😀":0,"pets":[{"name":"Ada"},{"name":"Eve"}]}`}.record(t, `{"😀":1,"who":{"name":"Jürgen"}}`)
	got := trace(t.Context(), r)
	for _, c := range []struct {
		of   *provenance.Trace
		body []byte
		want string
	}{
		{got.Request, r.MethodRequest.Body, `a b < $input.params('id') < path id; "Jürgen" < $input.json('$.who.name') < body "Jürgen"`},
		{got.Response, r.IntegrationResponse.Body, `Eve < $input.path('$.pets')[1].name < body "Eve"; 2 < $input.params('q') < query q`},
	} {
		var lines []string
		output, body := utf16.Encode([]rune(c.of.Output)), utf16.Encode([]rune(string(c.body)))
		for _, s := range c.of.Spans {
			for _, in := range s.Inputs {
				what := in.Key
				if in.Start >= 0 {
					what = string(utf16.Decode(body[in.Start:in.End]))
				}
				lines = append(lines, fmt.Sprintf("%s < %s < %s %s", string(utf16.Decode(output[s.Start:s.End])), s.Expression, in.Kind, what))
			}
		}
		if got := strings.Join(lines, "; "); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestWhyThereIsNoTrace(t *testing.T) {
	const proxied = "integration request: no template makes it: with proxy integration the request goes through as it is\n" +
		"integration response: no template makes the response: with proxy integration the result goes through as it is"
	mapped := door{integration: "AWS", request: `{"a": $input.json('$')}`, response: "$input.body", result: `{}`}
	with := func(change func(*door)) door {
		d := mapped
		change(&d)
		return d
	}
	binary := func(a *assembly.API, _ *assembly.Integration) { a.BinaryMediaTypes = []string{"image/png"} }
	for _, c := range []struct {
		rule   string
		r      *record.Record
		reason string // in it
		traces int
	}{
		{"nothing is known", &record.Record{}, "integration request: the request did not get there\nintegration response: there was no response of the backend", 0},
		{"proxy integration", door{integration: "AWS_PROXY", result: `{"statusCode":200}`}.record(t, "{}"), proxied, 0},
		{"no templates", with(func(d *door) { d.request, d.response = "", "" }).record(t, "{}"), "no template is for this Content-Type: the body goes through as it is\nintegration response: the integration response has no template", 0},
		{"a body that was cut", mapped.record(t, `"`+strings.Repeat("x", 70_000)+`"`), "integration request: the body has 70002 bytes, of which the first 64 KB were kept", 1},
		{"a result that was cut", with(func(d *door) { d.result = `"` + strings.Repeat("x", 70_000) + `"` }).record(t, "{}"), "integration response: the body has 70002 bytes", 1},
		{"binary data", with(func(d *door) { d.change = binary }).record(t, "\x89PNG", "Content-Type: image/png"), "integration request: the template did not run: the body is binary", 0},
		{"no integration response", with(func(d *door) {
			d.change = func(_ *assembly.API, i *assembly.Integration) { i.Responses = i.Responses[:1] }
		}).record(t, "{}"), "integration response: no integration response was chosen", 1},
		{"a template that fails has a trace", with(func(d *door) { d.request = `$util.parseJson("{")` }).record(t, "{}"), "integration response: there was no response", 1},
		{"and one that cannot be read", with(func(d *door) { d.request = `#if(` }).record(t, "{}"), "integration response: there was no response", 1},
		{"another output than before", changed(mapped.record(t, "{}")), "integration request: the template made something else this time", 2},
	} {
		got := trace(t.Context(), c.r)
		n := 0
		for _, of := range []*provenance.Trace{got.Request, got.Response} {
			if of != nil {
				n++
			}
		}
		if !strings.Contains(got.Reason, c.reason) || n != c.traces {
			t.Errorf("%s: got %d traces and %q, want %d and in it %q", c.rule, n, got.Reason, c.traces, c.reason)
		}
	}
	failed := trace(t.Context(), with(func(d *door) { d.request = `{"a": $util.parseJson("{")}` }).record(t, "{}"))
	if failed.Request.Error == "" || failed.Request.Output != "" || failed.Request.Spans == nil {
		t.Errorf("a template that fails: got %+v, want its error", failed.Request)
	}
}

// changed returns a record of which the body is another.
func changed(r *record.Record) *record.Record {
	r.MethodRequest.SetBody([]byte("[]"))
	r.MethodRequest.SetInput([]byte("[]"))
	return r
}

func TestProvenanceOfARequest(t *testing.T) {
	s := serve(t, "/x")
	if code, text := s.post("/_local/send", composed{Method: "GET", Path: "/hello/prod/x"}); code != http.StatusOK {
		t.Fatalf("got %d %s, want 200", code, text)
	}
	id := s.history.newest()[0].record.ID
	if code, text := s.ask("GET", "/_local/requests/"+id+"/provenance", "", "", "", ""); code != http.StatusOK ||
		!strings.Contains(text, `"text": "{\"id\": \"$context.requestId\"}"`) || !strings.Contains(text, `"output": "{\"id\": \"`+id) || !strings.Contains(text, `"reason": ""`) {
		t.Errorf("got %d %s, want the template and its output", code, text)
	}
	if code, text := s.ask("GET", "/_local/requests/none/provenance", "", "", "", ""); code != 404 {
		t.Errorf("a request that is not kept: got %d %s, want 404", code, text)
	}
}
