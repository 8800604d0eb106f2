package parity

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/contract"
	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/inspector"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/testapp"
	"example.com/apigw/internal/testapp/greeting"
	"example.com/apigw/proxyresponse"
)

// table is the contract of the sample app.
const table = `[
{"rule": "no name", "request": {"method": "GET", "target": "/greet"}, "response": {"status": 200, "body": "{\"greeting\":\"World\"}"}},
{"rule": "a name in the query", "request": {"method": "GET", "target": "/greet?name=Ada"}, "response": {"status": 200, "body": "{\"greeting\":\"Ada\"}"}},
{"rule": "an encoded name in the query", "request": {"method": "GET", "target": "/greet?name=J%C3%BCrgen"}, "response": {"status": 200, "body": "{\"greeting\":\"J\u00fcrgen\"}"}},
{"rule": "an empty name in the query", "request": {"method": "GET", "target": "/greet?name="}, "response": {"status": 400, "body": "{\"message\":\"the name must not be empty\"}"}},
{"rule": "a name in the path", "request": {"method": "GET", "target": "/greet/Ada"}, "response": {"status": 200, "body": "{\"greeting\":\"Ada\"}"}},
{"rule": "an encoded slash in the path", "request": {"method": "GET", "target": "/greet/Ada%2FEve"}, "response": {"status": 200, "body": "{\"greeting\":\"Ada/Eve\"}"}},
{"rule": "a blank in the path", "request": {"method": "GET", "target": "/greet/%20"}, "response": {"status": 400, "body": "{\"message\":\"the name must not be empty\"}"}},
{"rule": "a name in the body", "request": {"method": "POST", "target": "/greet", "headers": {"Content-Type": "application/json"}, "body": "{\"name\":\"Ada\"}"}, "response": {"status": 200, "body": "{\"greeting\":\"Ada\"}"}},
{"rule": "an empty name in the body", "request": {"method": "POST", "target": "/greet", "headers": {"Content-Type": "application/json"}, "body": "{\"name\":\"\"}"}, "response": {"status": 400, "body": "{\"message\":\"the name must not be empty\"}"}},
{"rule": "a number in the body", "door": "mapped", "request": {"method": "POST", "target": "/greet", "headers": {"Content-Type": "application/json"}, "body": "{\"name\":5}"}, "response": {"status": 400, "body": "{\"message\":\"The body must be a JSON object with one string, name, and nothing else.\"}"}},
{"rule": "plain text", "request": {"method": "POST", "target": "/greet", "headers": {"Content-Type": "text/plain"}, "body": "Ada"}, "response": {"status": 415, "body": "{\"message\":\"The Content-Type must be application/json.\"}"}},
{"rule": "an unknown path", "gateway": true, "request": {"method": "GET", "target": "/none"}, "response": {"status": 403, "body": "{\"message\":\"Missing Authentication Token\"}"}},
{"rule": "an unknown method", "gateway": true, "request": {"method": "DELETE", "target": "/greet"}, "response": {"status": 403, "body": "{\"message\":\"Missing Authentication Token\"}"}},
{"rule": "HEAD is not GET", "gateway": true, "request": {"method": "HEAD", "target": "/greet"}, "response": {"status": 403, "body": ""}},
{"rule": "preflight", "gateway": true, "request": {"method": "OPTIONS", "target": "/greet", "headers": {"Origin": "https://page.example", "Access-Control-Request-Method": "GET"}}, "response": {"status": 204, "body": ""}},
{"rule": "preflight of a name", "gateway": true, "request": {"method": "OPTIONS", "target": "/greet/Ada", "headers": {"Origin": "https://page.example", "Access-Control-Request-Method": "GET"}}, "response": {"status": 204, "body": ""}},
{"rule": "the function fails", "functionFails": true, "request": {"method": "GET", "target": "/greet"}, "response": {"status": 500, "body": "{\"message\":\"Internal server error\"}"}}
]`

func cases(t *testing.T) []contract.Case {
	t.Helper()
	list, err := contract.Parse([]byte(table))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The functions of the sample app, as Go functions.

type proxyFunction = func(ctx context.Context, request events.APIGatewayProxyRequest) (any, error)

func greetDirect(_ context.Context, request events.APIGatewayProxyRequest) (any, error) {
	if contentType := request.Headers["Content-Type"]; contentType != "" && contentType != "application/json" {
		return nil, &proxyresponse.HTTPError{Status: http.StatusUnsupportedMediaType, Message: "The Content-Type must be application/json."}
	}
	name := greeting.World
	if inQuery, ok := request.QueryStringParameters["name"]; ok {
		name = inQuery
	}
	if inPath, ok := request.PathParameters["name"]; ok {
		unescaped, err := url.PathUnescape(inPath)
		if err != nil {
			return nil, err
		}
		name = unescaped
	}
	if request.HTTPMethod == http.MethodPost {
		var body struct{ Name string }
		if err := json.Unmarshal([]byte(request.Body), &body); err != nil {
			return nil, &proxyresponse.HTTPError{Status: http.StatusBadRequest, Message: "The body must be JSON.", Cause: err}
		}
		name = body.Name
	}
	output, err := greeting.Greet(name)
	if errors.Is(err, greeting.ErrName) {
		return nil, &proxyresponse.HTTPError{Status: http.StatusBadRequest, Message: err.Error()}
	}
	return output, err
}

// withCORS returns the handler of a function behind the API "direct".
func withCORS(f proxyFunction) lambda.Handler {
	return proxyresponse.Handler(f, proxyresponse.WithCORS(proxyresponse.CORS{AllowedOrigins: []string{"*"}}))
}

func greetMapped(_ context.Context, in struct {
	Name *string `json:"name"`
}) (greeting.Greeting, error) {
	name := greeting.World
	if in.Name != nil {
		name = *in.Name
	}
	output, err := greeting.Greet(name)
	if errors.Is(err, greeting.ErrName) {
		return greeting.Greeting{}, fmt.Errorf("BadRequest: %w", err)
	}
	return output, err
}

// side is one of the two sides of a comparison.
type side struct {
	// edit changes the resources of the template, by logical id.
	edit func(t *testing.T, r resources)
	// direct and mapped take the place of the functions, in a form that
	// function.NewHandler takes.
	direct, mapped any
	// noFunctions: none of them runs.
	noFunctions bool
	// before stands before the gateway.
	before func(gateway http.Handler) http.Handler
}

// start serves a side.
func (s side) start(t *testing.T) (*runner.Runner, Service) {
	t.Helper()
	dir := testapp.Assembly()
	if s.edit != nil {
		dir = edited(t, s.edit)
	}
	a, err := assembly.Read(dir, assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	history := new(inspector.History)
	handlers := map[string]any{"Sample/Direct": s.direct, "Sample/Mapped": s.mapped}
	if s.direct == nil {
		handlers["Sample/Direct"] = withCORS(greetDirect)
	}
	if s.mapped == nil {
		handlers["Sample/Mapped"] = greetMapped
	}
	r, err := runner.New(runner.Options{
		Root: dir, Bin: filepath.Join(t.TempDir(), "functions"),
		Handler: func(f *assembly.Function) lambda.Handler {
			for path, handler := range handlers {
				if strings.HasPrefix(f.Path, path+"/") && !s.noFunctions {
					return function.NewHandler(handler)
				}
			}
			return nil
		},
		NotRunnable: func(f *assembly.Function) rules.Use { return rules.Of("function-without-handler", "function", f.Path) },
		Gateway:     gateway.Options{Record: history.Add, Credentials: dev.Credentials(), ErrorLog: log.New(io.Discard, "", 0)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if err := r.Load(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	return r, Service{Handler: r, APIs: r.APIs, Record: history.Find}
}

// deploy serves a side as a stage, and returns where.
func (s side) deploy(t *testing.T) (base string, apis []gateway.Deployed) {
	t.Helper()
	r, _ := s.start(t)
	var handler http.Handler = r
	if s.before != nil {
		handler = s.before(r)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Listener = rawheader.Prepare(server.Config, server.Listener)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, r.APIs(server.URL)
}

// resources are those of a template, by logical id.
type resources map[string]map[string]any

// edited returns a copy of the cloud assembly with a changed template.
func edited(t *testing.T, edit func(t *testing.T, r resources)) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(testapp.Assembly())); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "Sample.template.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var template map[string]json.RawMessage
	var r resources
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(template["Resources"], &r); err != nil {
		t.Fatal(err)
	}
	edit(t, r)
	if template["Resources"], err = json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	if text, err = json.Marshal(template); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// at returns the properties of the resource whose logical id begins so.
func (r resources) at(t *testing.T, prefix string) map[string]any {
	t.Helper()
	return r[r.id(t, prefix)]["Properties"].(map[string]any)
}

func (r resources) id(t *testing.T, prefix string) string {
	t.Helper()
	var found []string
	for id := range r {
		if rest, ok := strings.CutPrefix(id, prefix); ok && len(rest) == 8 { // the hash of the CDK
			found = append(found, id)
		}
	}
	if len(found) != 1 {
		t.Fatalf("got the resources %q for %s, want one", found, prefix)
	}
	return found[0]
}

// remove takes a resource out, and what depends on it by name.
func (r resources) remove(t *testing.T, prefix string) {
	t.Helper()
	id := r.id(t, prefix)
	delete(r, id)
	for _, resource := range r {
		switch on := resource["DependsOn"].(type) {
		case []any:
			resource["DependsOn"] = slices.DeleteFunc(on, func(each any) bool { return each == id })
		case string:
			if on == id {
				delete(resource, "DependsOn")
			}
		}
	}
}

// in returns a member of properties, at a path of keys.
func in(t *testing.T, properties map[string]any, keys ...string) map[string]any {
	t.Helper()
	for _, key := range keys {
		next, ok := properties[key].(map[string]any)
		if !ok {
			t.Fatalf("got %v at %s, want an object", properties[key], key)
		}
		properties = next
	}
	return properties
}

// integrationResponses calls change with every integration response of the methods of
// an API whose logical id begins so.
func (r resources) integrationResponses(prefix string, change func(response map[string]any)) {
	for id, resource := range r {
		if resource["Type"] != "AWS::ApiGateway::Method" || !strings.HasPrefix(id, prefix) {
			continue
		}
		integration := resource["Properties"].(map[string]any)["Integration"].(map[string]any)
		responses, _ := integration["IntegrationResponses"].([]any)
		for _, response := range responses {
			change(response.(map[string]any))
		}
	}
}

// methodResponses does so with the method responses.
func (r resources) methodResponses(prefix string, change func(response map[string]any)) {
	for id, resource := range r {
		if resource["Type"] != "AWS::ApiGateway::Method" || !strings.HasPrefix(id, prefix) {
			continue
		}
		responses, _ := resource["Properties"].(map[string]any)["MethodResponses"].([]any)
		for _, response := range responses {
			change(response.(map[string]any))
		}
	}
}

// scenario is one comparison.
type scenario struct {
	here, there side
	// urls are given for the APIs; those without a host are at the stage. Without any,
	// each API has its own.
	urls    map[string]string
	options func(o *Options)
	cases   []contract.Case // other than those of table
}

// run compares.
func (s scenario) run(t *testing.T) *Report {
	t.Helper()
	_, service := s.here.start(t)
	base, apis := s.there.deploy(t)
	o := Options{
		Cases: s.cases, File: "contract.json", Rate: 100_000, Timeout: 30 * time.Second,
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	if o.Cases == nil {
		o.Cases = cases(t)
	}
	for _, name := range []string{"direct", "mapped"} {
		address, given := s.urls[name]
		switch {
		case s.urls != nil && !given:
			continue
		case !given:
			for _, d := range apis {
				if d.Name == name {
					address = d.URL
				}
			}
		}
		if strings.HasPrefix(address, "/") {
			address = base + address
		}
		u, err := url.Parse(cmp.Or(address, base))
		if err != nil {
			t.Fatal(err)
		}
		o.Targets = append(o.Targets, Target{name, u})
	}
	if s.options != nil {
		s.options(&o)
	}
	report, err := Run(t.Context(), service, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// found returns the findings of a report in short: "api: box: rule".
func found(r *Report) []string {
	list := []string{}
	for _, a := range r.APIs {
		for _, f := range a.Findings {
			line := a.Name + ": " + string(f.Box) + ": " + f.Rule.ID()
			if !slices.Contains(list, line) {
				list = append(list, line)
			}
		}
		for _, f := range a.Failures {
			list = append(list, a.Name+": not compared: "+f.ID())
		}
	}
	slices.Sort(list)
	return list
}

func text(t *testing.T, r *Report, format string) string {
	t.Helper()
	var out strings.Builder
	if err := r.Write(&out, format); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
