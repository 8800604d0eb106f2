package dev_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/testapp"
)

func TestJudge(t *testing.T) {
	f := &assembly.Function{ARN: "arn:aws:lambda:us-east-1:123456789012:function:a"}
	with := func(kind, uri string) *assembly.Assembly {
		return &assembly.Assembly{APIs: []*assembly.API{{Methods: []*assembly.Method{
			{}, {Integration: &assembly.Integration{Type: kind, URI: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + uri + "/invocations"}},
		}}}}
	}
	for _, c := range []struct {
		rule   string
		app    *assembly.Assembly
		result function.Result
		err    string
		rules  []string
	}{
		{"a failure of a function with proxy integration", with("AWS_PROXY", f.ARN), function.Result{Payload: []byte(`{"statusCode": 502}`)}, "the function failed: its proxy response has the status 502", nil},
		{"a failure of a function whose alias is called", with("AWS_PROXY", f.ARN+":live"), function.Result{Payload: []byte(`{"statusCode": 500}`)}, "its proxy response has the status 500", nil},
		{"a refusal", with("AWS_PROXY", f.ARN), function.Result{Payload: []byte(`{"statusCode": 400}`)}, "", nil},
		{"a result that is not JSON", with("AWS_PROXY", f.ARN), function.Result{Payload: []byte(`{`)}, "API Gateway refuses its result, and responds with 502", []string{"result-not-json"}},
		{"a result that is not a proxy response", with("AWS_PROXY", f.ARN), function.Result{Payload: []byte(`{"hello": 1}`)}, "refuses its result", []string{"missing-envelope"}},
		{"a status that is not a number", with("AWS_PROXY", f.ARN), function.Result{Payload: []byte(`{"statusCode": "x"}`)}, "refuses its result", []string{"status-not-number"}},
		{"a function that throws", with("AWS_PROXY", f.ARN), function.Result{Payload: []byte(`{"errorMessage":"boom"}`), FunctionError: "Unhandled"}, "X-Amz-Function-Error is Unhandled", []string{"function-error"}},
		{"one that throws without proxy integration", with("AWS", f.ARN), function.Result{Payload: []byte(`{"errorMessage":"boom"}`), FunctionError: "Unhandled"}, "X-Amz-Function-Error is Unhandled", nil},
		{"a function without proxy integration", with("AWS", f.ARN), function.Result{Payload: []byte(`{"statusCode": 500}`)}, "", nil},
		{"a function with a longer name", with("AWS_PROXY", f.ARN+"b"), function.Result{Payload: []byte(`{"statusCode": 500}`)}, "", nil},
	} {
		verdict, err := dev.NewCall(c.app, f, nil).Judge(c.result)
		var found []string
		for _, finding := range verdict.Findings {
			found = append(found, finding.Rule)
		}
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) || !slices.Equal(found, c.rules) {
			t.Errorf("%s: got the error %v and the rules %q, want %q and %q", c.rule, err, found, c.err, c.rules)
		}
	}
}

func TestCalls(t *testing.T) {
	a, err := assembly.Read(testapp.Assembly(), assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	named := func(name string) *assembly.Function {
		f, err := dev.FunctionNamed(a.Functions, name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	get := func(path string) gateway.Request {
		return gateway.Request{Method: http.MethodGet, Target: &url.URL{Path: path}}
	}
	for _, c := range []struct {
		rule  string
		call  func() (dev.Call, error)
		route string
		proxy bool
		event string // begins like this
	}{
		{"a request with proxy integration", func() (dev.Call, error) {
			return dev.RequestCall(t.Context(), a, named("direct"), "", get("/greet/Ada"))
		},
			"GET /greet/Ada of the API direct, stage prod", true, `{"resource":"/greet/{name}"`},
		{"a request without it", func() (dev.Call, error) {
			return dev.RequestCall(t.Context(), a, named("mapped"), "mapped", get("/greet/Ada"))
		},
			"GET /greet/Ada of the API mapped, stage prod", false, "{\n  \"name\": \"Ada\"\n}"},
		{"a sample", func() (dev.Call, error) { return dev.SampleCall(t.Context(), a, named("direct"), "") },
			"GET /greet of the API direct, stage prod", true, `{"resource":"/greet"`},
		{"a sample for no route", func() (dev.Call, error) { return dev.SampleCall(t.Context(), a, &assembly.Function{Name: "alone"}, "") }, "", false, "{}"},
	} {
		call, err := c.call()
		if err != nil || call.Route != c.route || call.Proxy != c.proxy || !strings.HasPrefix(string(call.Payload), c.event) {
			t.Errorf("%s: got %q, proxy %v, %.80s, error %v; want %q, %v, %s", c.rule, call.Route, call.Proxy, call.Payload, err, c.route, c.proxy, c.event)
		}
	}
	_, err = dev.RequestCall(t.Context(), a, named("direct"), "", get("/nowhere"))
	refused, ok := errors.AsType[*dev.RefusedError](err)
	if want := "the request does not reach the function: GET /nowhere of the API direct, stage prod responds with 403"; !ok || err.Error() != want || refused.Record.Failure == nil {
		t.Errorf("a request without a route: got the error %v, want %s", err, want)
	}
	_, err = dev.SampleCall(t.Context(), a, named("direct"), "mapped")
	if _, ok := errors.AsType[*gateway.EventError](err); !ok {
		t.Errorf("a sample for an API that does not call the function: got the error %v, want that it does not", err)
	}
}
