package diagnose_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

const (
	region  = "eu-west-1"
	account = "123456789012"
	apiID   = "a1b2c3d4e5"
)

// sample is a request of an API, with the function behind it.
type sample struct {
	name string
	// rule is the first thing that is to be said; empty if there is nothing to say.
	rule string
	// also is what is to be said too.
	also string

	api     *assembly.API
	runtime string // of the function
	pkg     string // of its source
	result  function.Result
	err     error // with which Lambda refuses
	// endless functions have no result before the integration's timeout.
	endless bool
	// authorizer is the result of the authorizer.
	authorizer string
	// earlier are paths that were requested before, with the same headers.
	earlier []string

	method, path, body string
	header             []string // lines
	raw                bool     // path is behind the host and not behind the stage
}

// Invoke implements [gateway.Invoker].
func (s *sample) Invoke(ctx context.Context, arn string, _ function.Invocation) (function.Result, error) {
	switch {
	case s.endless:
		<-ctx.Done()
		return function.Result{}, ctx.Err()
	case strings.HasSuffix(arn, ":authorizer"):
		return function.Result{Payload: []byte(s.authorizer)}, nil
	case s.err != nil:
		return function.Result{}, s.err
	}
	r := s.result
	r.ExecutedVersion = "$LATEST"
	return r, nil
}

// run sends the request through a gateway, and returns its record.
func (s *sample) run(t testing.TB) *record.Record {
	t.Helper()
	a := &assembly.Assembly{APIs: []*assembly.API{s.api}}
	for _, name := range []string{"f", "authorizer"} {
		a.Functions = append(a.Functions, &assembly.Function{
			Name: name, ARN: functionARN(name), Account: account, Region: region, Runtime: s.runtime, Package: s.pkg, Path: "Test/" + name,
			Permissions: []assembly.Permission{{Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com"}},
		})
	}
	var last *record.Record
	g, err := gateway.New(a, s, gateway.Options{ErrorLog: log.New(io.Discard, "", 0), Record: func(r *record.Record) { last = r }})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(s.earlier, s.path) {
		target := "http://api.test/hello/prod" + path
		if s.raw {
			target = "http://api.test" + path
		}
		method := s.method
		if method == "" {
			method = "GET"
		}
		r := httptest.NewRequest(method, target, strings.NewReader(s.body))
		for _, line := range s.header {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Add(name, value)
		}
		g.ServeHTTP(httptest.NewRecorder(), r)
	}
	if last == nil {
		t.Fatal("got no record of the request, want one")
	}
	return last
}

// check compares the first finding with what the sample was made for.
func (s *sample) check(t *testing.T) {
	t.Helper()
	r := s.run(t)
	found := diagnose.Of(r)
	switch {
	case s.rule == "" && len(found) > 0:
		t.Errorf("%s: status %d: got %s, want nothing", s.name, r.Status, text(found))
	case s.rule != "" && len(found) == 0:
		t.Errorf("%s: status %d, %q: got nothing, want %s first", s.name, r.Status, r.MethodResponse.Body, s.rule)
	case s.rule != "" && found[0].Rule != s.rule:
		t.Errorf("%s: status %d: got %s, want %s first", s.name, r.Status, text(found), s.rule)
	}
	if s.also != "" && !slices.ContainsFunc(found, func(f diagnose.Finding) bool { return f.Rule == s.also }) {
		t.Errorf("%s: got %s, want %s among it", s.name, text(found), s.also)
	}
	for _, f := range found {
		rule, _ := rules.Lookup(f.Rule)
		for _, name := range placeholder.FindAllString(rule.Title+rule.Fix, -1) {
			if strings.Contains(f.Message+f.Fix, name) {
				t.Errorf("%s: got the message %q and the fix %q, want a value for %s", s.name, f.Message, f.Fix, name)
			}
		}
		if f.Rule != "" && (f.Fix == "" || f.Box == "" || f.Gateway == "" || f.Page == "") {
			t.Errorf("%s: got %+v, want a fix, a box, what API Gateway does and a page", s.name, f)
		}
	}
}

func text(found []diagnose.Finding) string {
	var out []string
	for _, f := range found {
		out = append(out, fmt.Sprintf("%s (%s)", f.Rule, f.Message))
	}
	return strings.Join(out, "; then ")
}

func functionARN(name string) string {
	return "arn:aws:lambda:" + region + ":" + account + ":function:" + name
}

func lambdaURI(name string) string {
	return "arn:aws:apigateway:" + region + ":lambda:path/2015-03-31/functions/" + functionARN(name) + "/invocations"
}

func apiOf(methods ...*assembly.Method) *assembly.API {
	return &assembly.API{
		Name: "hello", LogicalID: "HelloApi", Path: "Test/Api", ID: apiID, Account: account, Region: region, Partition: "aws",
		EndpointType: "REGIONAL", MinimumCompressionSize: -1, Methods: methods, Stages: []*assembly.Stage{{Name: "prod", DeploymentID: "d3p10y"}},
	}
}

func proxyMethod(httpMethod, path string) *assembly.Method {
	return &assembly.Method{
		ResourceID: "r" + fmt.Sprint(len(path)), ResourcePath: path, HTTPMethod: httpMethod, Path: "Test/" + httpMethod + path, AuthorizationType: "NONE",
		Integration: &assembly.Integration{Type: "AWS_PROXY", HTTPMethod: "POST", URI: lambdaURI("f"), Timeout: 10 * time.Second},
	}
}

func mappedMethod(httpMethod, path string, responses ...assembly.IntegrationResponse) *assembly.Method {
	m := proxyMethod(httpMethod, path)
	m.Integration.Type, m.Integration.PassthroughBehavior, m.Integration.Responses = "AWS", "WHEN_NO_MATCH", responses
	declare(m)
	return m
}

// declare adds a method response for each integration response.
func declare(m *assembly.Method) {
	m.Responses = nil
	for _, r := range m.Integration.Responses {
		declared := assembly.MethodResponse{StatusCode: r.StatusCode}
		for _, p := range r.Parameters {
			declared.Headers = append(declared.Headers, strings.TrimPrefix(p.Target, "method.response.header."))
		}
		m.Responses = append(m.Responses, declared)
	}
}

func mockMethod(httpMethod, path, template string, responses ...assembly.IntegrationResponse) *assembly.Method {
	m := mappedMethod(httpMethod, path, responses...)
	m.Integration.Type, m.Integration.URI, m.Integration.HTTPMethod = "MOCK", "", ""
	m.Integration.RequestTemplates = jsonTemplate(template)
	return m
}

func jsonTemplate(text string) []assembly.Template {
	return []assembly.Template{{MediaType: "application/json", Text: text}}
}

// response returns an integration response with headers, names and values in turn.
func response(status, pattern string, headers ...string) assembly.IntegrationResponse {
	r := assembly.IntegrationResponse{StatusCode: status, SelectionPattern: pattern}
	for i := 0; i < len(headers); i += 2 {
		r.Parameters = append(r.Parameters, assembly.Mapping{Target: "method.response.header." + headers[i], Source: "'" + headers[i+1] + "'"})
	}
	return r
}

func returned(payload string) function.Result { return function.Result{Payload: []byte(payload)} }

func failed(payload string) function.Result {
	return function.Result{Payload: []byte(payload), FunctionError: "Unhandled"}
}

// failedWith returns the result of a function that returned an error.
func failedWith(message string) function.Result {
	return failed(fmt.Sprintf(`{"errorMessage":%s,"errorType":"errorString"}`, quote(message)))
}

var errThrottled = &function.InvokeError{Status: http.StatusTooManyRequests, Type: "TooManyRequestsException", Message: "Rate Exceeded.", Reason: "ReservedFunctionConcurrentInvocationLimitExceeded"}
var placeholder = regexp.MustCompile(`\{[a-z]+\}`)
