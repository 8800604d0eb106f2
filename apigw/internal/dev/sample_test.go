package dev

import (
	"net/http"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/testapp"
)

func TestTheEventOfARequest(t *testing.T) {
	a, err := assembly.Read(testapp.Assembly(), assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*assembly.Function{}
	for _, f := range a.Functions {
		byName[f.ShortName()] = f
	}
	for _, c := range []struct {
		name, function string
		call           Call
		want           string // in the event or the error
	}{
		{"a proxy event", "direct", Call{Method: "GET", Path: "/greet/Ada?x=1"}, `"pathParameters":{"name":"Ada"}`},
		{"its query", "direct", Call{Method: "GET", Path: "/greet?x=1"}, `"queryStringParameters":{"x":"1"}`},
		{"its body", "direct", Call{Method: "POST", Path: "/greet", Body: "{}", Header: http.Header{"Content-Type": {"application/json"}}}, `"body":"{}"`},
		{"what a template makes", "mapped", Call{Method: "GET", Path: "/greet/Ada"}, `"name"`},
		{"another function", "mapped", Call{Method: "PUT", Path: "/greet"}, "the path has GET, OPTIONS, POST"},
		{"no path", "mapped", Call{Method: "GET", Path: "/nowhere"}, "does not reach the function mapped"},
		{"no URL", "mapped", Call{Method: "GET", Path: "/%zz"}, "is not a request"},
		{"no method", "mapped", Call{Method: "G T", Path: "/greet"}, "is not a request"},
	} {
		event, err := EventOf(t.Context(), a, byName[c.function], c.call)
		got := string(event)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: got %s, want %s in it", c.name, got, c.want)
		}
	}
}

func TestTheSampleCallHasWhatTheMethodRequires(t *testing.T) {
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
	f := &assembly.Function{Name: "f", ARN: arn}
	method := func(httpMethod, path string, parameters ...assembly.RequestParameter) *assembly.Method {
		return &assembly.Method{
			HTTPMethod: httpMethod, ResourcePath: path, RequestParameters: parameters,
			Integration: &assembly.Integration{Type: "AWS_PROXY", URI: "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" + arn + "/invocations"},
		}
	}
	for _, c := range []struct {
		name    string
		methods []*assembly.Method
		want    string
		body    string
	}{
		{"path parameters stand for themselves", []*assembly.Method{method("GET", "/a/{id}/{proxy+}")}, "GET /a/id/proxy", ""},
		{"ANY is GET", []*assembly.Method{method("ANY", "/a")}, "GET /a", ""},
		{"a preflight is no sample", []*assembly.Method{method("OPTIONS", "/a"), method("PUT", "/a")}, "PUT /a", "{}"},
		{"required parameters", []*assembly.Method{method("GET", "/a",
			assembly.RequestParameter{Location: "querystring", Name: "q", Required: true}, assembly.RequestParameter{Location: "querystring", Name: "r"})}, "GET /a?q=q", ""},
		{"no route", nil, " ", ""},
	} {
		call, ok := SampleCall(&assembly.Assembly{APIs: []*assembly.API{{Methods: c.methods}}}, f)
		if call.String() != c.want || call.Body != c.body || ok != (c.methods != nil) {
			t.Errorf("%s: got %q with the body %q, %v; want %q with %q", c.name, call, call.Body, ok, c.want, c.body)
		}
	}
	if _, err := EventOf(t.Context(), &assembly.Assembly{}, f, Call{Method: "GET", Path: "/"}); err == nil {
		t.Error("got an event without a route, want an error")
	}
}
