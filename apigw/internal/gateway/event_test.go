package gateway_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
)

// request returns a request with a body of a type, if there is one.
func request(t *testing.T, method, target, contentType, body string) gateway.Request {
	t.Helper()
	u, err := url.ParseRequestURI(target)
	if err != nil {
		t.Fatal(err)
	}
	r := gateway.Request{Method: method, Target: u, Header: http.Header{"x-Case": {"1"}}, Body: []byte(body)}
	if contentType != "" {
		r.Header["Content-Type"] = []string{contentType}
	}
	return r
}

// withTemplate gives a mapped method a request template for JSON and no other type.
func withTemplate(m *assembly.Method, text string) *assembly.Method {
	m.Integration.PassthroughBehavior = "NEVER"
	m.Integration.RequestTemplates = []assembly.Template{{MediaType: "application/json", Text: text}}
	return m
}

// withModel lets a method refuse bodies that are not as the schema says.
func withModel(m *assembly.Method) *assembly.Method {
	m.ValidateBody, m.RequestModels = true, map[string]string{"application/json": "Input"}
	return m
}

func eventAPI() *assembly.API {
	signed := proxyMethod("GET", "/signed", "a")
	signed.AuthorizationType = "AWS_IAM"
	elsewhere := proxyMethod("GET", "/elsewhere", "a")
	elsewhere.Integration.URI = "arn:none"
	required := proxyMethod("PUT", "/required", "b")
	required.ValidateParameters = true
	required.RequestParameters = []assembly.RequestParameter{
		{Location: "querystring", Name: "q", Required: true}, {Location: "header", Name: "X-Key", Required: true}, {Location: "header", Name: "Content-Type"},
	}
	api := newAPI(
		proxyMethod("GET", "/a/{name}", "a"), signed, elsewhere, proxyMethod("GET", "/b", "b"),
		withModel(withTemplate(mappedMethod("POST", "/mapped", "m"), `{"n":$input.json('$.n'),"q":"$input.params('q')"}`)),
		withTemplate(mappedMethod("PUT", "/broken", "m"), `{"n":`),
		mockMethod("GET", "/mock", `{"statusCode":200}`), required, proxyMethod("GET", "/denied", "denied"),
	)
	api.Models = []*assembly.Model{{Name: "Input", ContentType: "application/json", Schema: json.RawMessage(`{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}`)}}
	return api
}

func newEventGateway(t *testing.T, apis ...*assembly.API) *gateway.Gateway {
	t.Helper()
	a := assemble(apis[0], functions{"a": nil, "b": nil, "m": nil, "denied": nil, "alone": nil})
	a.APIs = apis
	for _, f := range a.Functions {
		if f.Name == "denied" {
			f.Permissions = nil
		}
	}
	g, err := gateway.New(a, functions{}, gateway.Options{ErrorLog: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestEventOfARequest(t *testing.T) {
	g := newEventGateway(t, eventAPI())
	for _, c := range []struct {
		rule        string
		function    string
		r           gateway.Request
		integration string
		want        []string // in the event
		status      int      // of the refusal
		err         string
	}{
		{"with proxy integration it is the request", "a", request(t, "GET", "/a/x%20y?q=1", "", ""), "AWS_PROXY",
			[]string{`"resource":"/a/{name}"`, `"pathParameters":{"name":"x%20y"}`, `"queryStringParameters":{"q":"1"}`, `"x-Case":"1"`, `"Host":"` + apiID + `.execute-api.eu-west-1.amazonaws.com"`}, 0, ""},
		{"nobody is asked who may call", "a", request(t, "GET", "/signed", "", ""), "AWS_PROXY", []string{`"path":"/signed"`}, 0, ""},
		{"without it the template makes it", "m", request(t, "POST", "/mapped?q=z", "", `{"n":5}`), "AWS", []string{`{"n":5,"q":"z"}`}, 0, ""},
		{"the validator refuses a body", "m", request(t, "POST", "/mapped", "", `{"n":"5"}`), "AWS", nil, 400, ""},
		{"no template is for the type", "m", request(t, "POST", "/mapped", "text/plain", `{"n":5}`), "AWS", nil, 415, ""},
		{"a template that makes no JSON", "m", request(t, "PUT", "/broken", "", `{}`), "AWS", nil, 400, ""},
		{"the function may not be called", "denied", request(t, "GET", "/denied", "", ""), "AWS_PROXY", nil, 500, ""},
		{"an endpoint that is none", "a", request(t, "GET", "/elsewhere", "", ""), "AWS_PROXY", nil, 500, ""},
		{"no route", "a", request(t, "GET", "/nowhere", "", ""), "", nil, 403, ""},
		{"the route of another function", "a", request(t, "GET", "/b", "", ""), "AWS_PROXY", nil, 0, "GET /b of the API hello, stage prod leads to the function "},
		{"a route without a function", "a", request(t, "GET", "/mock", "", ""), "MOCK", nil, 0, "leads to an integration of the type MOCK, and not to this function"},
		{"a function without a route", "alone", request(t, "GET", "/b", "", ""), "", nil, 0, "no method of the app calls this function"},
	} {
		e, err := g.Event(t.Context(), functionARN(c.function), "", c.r)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: got the error %v, want %q", c.rule, err, c.err)
			continue
		}
		status := 0
		if e.Refused != nil {
			status = e.Refused.Status
		}
		if e.Integration != c.integration || status != c.status {
			t.Errorf("%s: got the integration %q and the status %d, want %q and %d", c.rule, e.Integration, status, c.integration, c.status)
		}
		for _, want := range c.want {
			if !strings.Contains(string(e.Invocation.Payload), want) {
				t.Errorf("%s: got %s, want in it %s", c.rule, e.Invocation.Payload, want)
			}
		}
	}
}

func TestEventOfOneOfSeveralAPIs(t *testing.T) {
	first, second, third := eventAPI(), newAPI(proxyMethod("GET", "/second", "a")), newAPI(proxyMethod("GET", "/b", "b"))
	second.Name, second.LogicalID, second.ID = "second", "Second", "b1b2b3b4b5"
	third.Name, third.LogicalID, third.ID = "third", "Third", "c1c2c3c4c5"
	second.Stages = append(second.Stages, &assembly.Stage{Name: "test"})
	g := newEventGateway(t, first, second, third)
	for _, c := range []struct{ rule, api, target, want, err string }{
		{"the first whose route fits", "", "/second", "second prod", ""},
		{"by name", "second", "/second", "second prod", ""},
		{"by logical id", "Second", "/second", "second prod", ""},
		{"the refusal of the first where no route fits", "", "/nowhere", "hello prod", ""},
		{"the refusal of the one that was chosen", "second", "/nowhere", "second prod", ""},
		{"one that does not call the function", "third", "/b", "", "no method of the API third calls this function"},
		{"an unknown one", "fourth", "/b", "", `there is no API "fourth": the app has hello, second, third`},
	} {
		e, err := g.Event(t.Context(), functionARN("a"), c.api, request(t, "GET", c.target, "", ""))
		if c.err != "" {
			if err == nil || err.Error() != c.err {
				t.Errorf("%s: got the error %v, want %s", c.rule, err, c.err)
			}
			continue
		}
		if got := e.API + " " + e.Stage; err != nil || got != c.want {
			t.Errorf("%s: got %s, error %v; want %s", c.rule, got, err, c.want)
		}
	}
}

// An event is the one that the function gets when the request is served, but for ids
// that are new in each.
func TestEventIsWhatServingMakes(t *testing.T) {
	api := eventAPI()
	api.Stages[0].Variables = map[string]string{"v": "w"}
	var served function.Invocation
	keep := func(_ context.Context, in function.Invocation) (function.Result, error) {
		served = in
		return function.Result{Payload: []byte(`{"statusCode":200}`)}, nil
	}
	fs := functions{"a": keep, "b": keep, "m": keep}
	now := func() time.Time { return time.Unix(1700000000, 0) }
	g, err := gateway.New(assemble(api, fs), fs, gateway.Options{ErrorLog: quiet(), Now: now, Record: func(*record.Record) {}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		function string
		r        gateway.Request
	}{
		{"a", request(t, "GET", "/a/x?q=1&q=2", "", "")},
		{"m", request(t, "POST", "/mapped?q=1", "application/json", `{"n":1}`)},
		{"b", request(t, "PUT", "/required?q=1", "text/plain", "body")},
	} {
		c.r.Header["X-Key"] = []string{"k"}
		e, err := g.Event(t.Context(), functionARN(c.function), "", c.r)
		if err != nil || e.Refused != nil {
			t.Fatalf("%s: got the error %v, %+v; want an event", c.r.Target, err, e.Refused)
		}
		r := httptest.NewRequest(c.r.Method, "https://"+apiID+".execute-api."+region+".amazonaws.com/prod"+c.r.Target.String(), strings.NewReader(string(c.r.Body)))
		r.Header, r.RemoteAddr = c.r.Header, "127.0.0.1:1"
		g.ServeHTTP(httptest.NewRecorder(), r)
		if got, want := withoutIDs(t, e.Invocation.Payload), withoutIDs(t, served.Payload); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got\n%v\nwant\n%v", c.r.Target, got, want)
		}
		if e.Invocation.InvokedARN != served.InvokedARN || e.Invocation.InvokedARN == "" {
			t.Errorf("%s: got the ARN %q, want %q", c.r.Target, e.Invocation.InvokedARN, served.InvokedARN)
		}
	}
}

// withoutIDs returns an event without what differs from request to request.
func withoutIDs(t *testing.T, event []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(event, &v); err != nil {
		t.Fatalf("got %s, want JSON: %v", event, err)
	}
	for _, key := range []string{"headers", "multiValueHeaders"} {
		if headers, ok := v[key].(map[string]any); ok {
			delete(headers, "X-Amzn-Trace-Id")
		}
	}
	if requestContext, ok := v["requestContext"].(map[string]any); ok {
		delete(requestContext, "requestId")
		delete(requestContext, "extendedRequestId")
	}
	return v
}

func TestSampleOfAFunction(t *testing.T) {
	api := eventAPI()
	hard := withModel(proxyMethod("POST", "/hard", "hard"))
	hard.RequestModels["application/json"] = "Hard"
	api.Models = append(api.Models, &assembly.Model{Name: "Hard", Schema: json.RawMessage(`{"type":"object","required":["n"],"properties":{"n":{"type":"string","pattern":"^[0-9]+$"}}}`)})
	text := mappedMethod("PUT", "/text", "text")
	text.Integration.PassthroughBehavior = "NEVER"
	text.Integration.RequestTemplates = []assembly.Template{{MediaType: "text/plain", Text: `{"text":$input.json('$')}`}}
	either := withModel(proxyMethod("ANY", "/either/{proxy+}", "either"))
	api.Methods = append(api.Methods, hard, text, either, proxyMethod("ANY", "/any", "any"), proxyMethod("OPTIONS", "/preflight", "preflight"),
		proxyMethod("PATCH", "/preflight", "preflight"), proxyMethod("OPTIONS", "/only", "only"))
	a := assemble(api, functions{"a": nil, "b": nil, "m": nil, "hard": nil, "text": nil, "either": nil, "any": nil, "alone": nil, "preflight": nil, "only": nil})
	g, err := gateway.New(a, functions{}, gateway.Options{ErrorLog: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		function, route string
		status          int
		want            []string
	}{
		{"a", "GET /a/sample", 0, []string{`"pathParameters":{"name":"sample"}`, `"body":null`}},
		{"b", "GET /b", 0, []string{`"resource":"/b"`}},
		{"m", "POST /mapped", 0, []string{`{"n":1,"q":""}`}},
		{"text", "PUT /text", 0, []string{`{"text":{}}`}},
		{"either", "POST /either/sample", 0, []string{`"body":"{\"n\":1}"`, `"Content-Type":"application/json"`}},
		{"any", "GET /any", 0, []string{`"body":null`}},
		{"preflight", "PATCH /preflight", 0, []string{`"body":"{}"`}},
		{"only", "OPTIONS /only", 0, nil},
		{"hard", "POST /hard", 400, nil},
	} {
		e, err := g.Sample(t.Context(), functionARN(c.function), "")
		if err != nil {
			t.Errorf("%s: got the error %v, want none", c.function, err)
			continue
		}
		status := 0
		if e.Refused != nil {
			status = e.Refused.Status
		}
		if want := c.route + " of the API hello, stage prod"; e.Route() != want || status != c.status {
			t.Errorf("%s: got %s, status %d; want %s, %d", c.function, e.Route(), status, want, c.status)
		}
		for _, want := range c.want {
			if !strings.Contains(string(e.Invocation.Payload), want) {
				t.Errorf("%s: got %s, want in it %s", c.function, e.Invocation.Payload, want)
			}
		}
	}
	if _, err := g.Sample(t.Context(), functionARN("alone"), ""); err == nil {
		t.Error("a function without a route: got no error, want one")
	}
}

func TestSampleHasEveryParameter(t *testing.T) {
	api := eventAPI()
	for i, m := range api.Methods {
		if m.ResourcePath == "/b" {
			api.Methods = append(api.Methods[:i], api.Methods[i+1:]...)
			break
		}
	}
	e, err := newEventGateway(t, api).Sample(t.Context(), functionARN("b"), "")
	if err != nil || e.Refused != nil {
		t.Fatalf("got the error %v, %+v; want an event", err, e.Refused)
	}
	for _, want := range []string{`"queryStringParameters":{"q":"sample"}`, `"X-Key":"sample"`, `"Content-Type":"application/json"`, `"body":"{}"`} {
		if !strings.Contains(string(e.Invocation.Payload), want) {
			t.Errorf("got %s, want in it %s", e.Invocation.Payload, want)
		}
	}
}

func TestAnEventThatTakesTooLongIsRefused(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	api := newAPI(withTemplate(mappedMethod("POST", "/slow", "m"), `#foreach($i in [1..1000000])#foreach($j in [1..1000000])$j#end#end`))
	e, err := newEventGateway(t, api).Event(ctx, functionARN("m"), "", request(t, "POST", "/slow", "", "{}"))
	if err != nil || e.Refused == nil || e.Refused.Status != 504 {
		t.Errorf("got the error %v, %+v; want a refusal with 504", err, e.Refused)
	}
}
