// Package apitest serves a synthesized app in a Go test, as package httptest
// serves a handler: with API Gateway in front of the functions.
//
//	srv := apitest.New(t, "testdata/cdk.out",
//		apitest.Handler("Shop/OrdersApi/List", listOrders))
//	resp, err := srv.Client().Get(srv.URL("orders") + "/orders")
//
// What happened to each request on its way is in [Server.Record]. The tests in
// example_test.go are there to be copied.
package apitest

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/inspector"
	"example.com/apigw/internal/rules"
)

// Option changes what New serves.
type Option func(*options)

type options struct {
	handlers map[string]lambda.Handler
	build    bool
	env      map[string]string
	access   func(line string)
	caller   bool
}

// Handler takes the place of the function at a construct path, or of the one
// below it. Handler is what lambda.Start takes: a [lambda.Handler], or a function
// of one of the forms of [lambda.NewHandler]. If it returns a type that is an
// [io.Reader], what that reads is streamed where the integration streams. Give it the
// function itself where requests come at the same time: what lambda.NewHandler made
// of one overwrites its results then.
func Handler(path string, handler any) Option {
	return func(o *options) { o.handlers[path] = function.NewHandler(handler) }
}

// Build lets functions without a Handler run as they do on a developer's machine:
// as processes, built from their packages.
func Build() Option { return func(o *options) { o.build = true } }

// Env sets an environment variable of every function that runs as with [Build],
// and wins over the template.
func Env(name, value string) Option { return func(o *options) { o.env[name] = value } }

// AccessLog sets what gets the lines of the access logs, of stages that have one.
func AccessLog(line func(string)) Option { return func(o *options) { o.access = line } }

// AsCaller lets the requests of [Server.Client] in: they are signed with the local access
// key where a method has IAM authorization, and have the API's key where it asks for one.
// A header Authorization or X-Api-Key that a test sets stays, so that tests of what is
// refused remain possible: the value nil sends none. Preflights need neither and get
// neither. The limits of usage plans do not hold, since tests send faster than clients.
func AsCaller() Option { return func(o *options) { o.caller = true } }

// Record is what happened to one request, box by box. Its ExecutionLog returns the
// lines that API Gateway would have logged.
type Record struct{ *record.Record }

// Diagnosis returns what a person should know about the request, the most decisive
// first: nothing if the response is good.
func (r *Record) Diagnosis() []Finding { return diagnose.Of(r.Record) }

// Message is what went into a box or came out of it, in a [Record].
type Message = record.Message

// Finding is one thing that a person should know about a request, in a diagnosis.
type Finding = diagnose.Finding

// Server is an app that is served until the test ends.
type Server struct {
	t       testing.TB
	server  *httptest.Server
	runner  *runner.Runner
	history *inspector.History
	caller  bool
}

// New serves the app in a cloud assembly, whose folder is relative to that of the
// test. What is wrong with it fails the test. Functions that have neither a Handler
// nor, with Build, code, answer 501.
func New(t testing.TB, assemblyDir string, opts ...Option) *Server {
	t.Helper()
	o := options{handlers: map[string]lambda.Handler{}, env: map[string]string{}}
	for _, option := range opts {
		option(&o)
	}
	a, err := assembly.Read(assemblyDir, assembly.Options{})
	if err != nil {
		t.Fatal("apitest: ", err)
	}
	handlers, err := assign(o.handlers, a.Functions)
	if err != nil {
		t.Fatal("apitest: ", err)
	}
	if o.caller {
		withoutLimits(a)
	}
	s := &Server{t: t, history: new(inspector.History), caller: o.caller}
	s.runner, err = runner.New(runner.Options{
		Root: assemblyDir, Bin: filepath.Join(t.TempDir(), "functions"),
		Environment: func(*assembly.Function) map[string]string { return o.env },
		Handler:     func(f *assembly.Function) lambda.Handler { return handlers[f] },
		NotRunnable: func(f *assembly.Function) rules.Use {
			if o.build {
				return rules.Use{}
			}
			return rules.Of("function-without-handler", "function", f.Path)
		},
		Functions: function.Options{Log: logTo(t)},
		Gateway: gateway.Options{
			Record:      s.history.Add,
			AccessLog:   o.access,
			Credentials: []sigv4.Credential{sigv4.Local()},
			ErrorLog:    log.New(io.Discard, "", 0),
		},
	})
	if err != nil {
		t.Fatal("apitest: ", err)
	}
	t.Cleanup(func() { s.runner.Close() })
	if err := s.runner.Load(context.Background(), a); err != nil {
		t.Fatal("apitest: ", err)
	}
	s.server = httptest.NewUnstartedServer(s.runner)
	s.server.Listener = rawheader.Prepare(s.server.Config, s.server.Listener)
	s.server.Start()
	t.Cleanup(s.server.Close)
	return s
}

// logTo returns what writes the lines of functions to the log of a test: without metrics,
// which would bury why it failed.
func logTo(t testing.TB) func(function.LogLine) {
	return func(l function.LogLine) {
		if !l.IsMetrics() {
			t.Log(l.Function + ": " + l.Text)
		}
	}
}

// assign finds the function of each handler.
func assign(handlers map[string]lambda.Handler, functions []*assembly.Function) (map[*assembly.Function]lambda.Handler, error) {
	assigned := map[*assembly.Function]lambda.Handler{}
	for path, handler := range handlers {
		var found []*assembly.Function
		var paths []string
		for _, f := range functions {
			paths = append(paths, f.Path)
			if f.Path == path || strings.HasPrefix(f.Path, path+"/") {
				found = append(found, f)
			}
		}
		if len(found) != 1 {
			return nil, fmt.Errorf("Handler(%q, …) fits %d functions, want one: the app has %s", path, len(found), strings.Join(paths, ", "))
		}
		assigned[found[0]] = handler
	}
	return assigned, nil
}

// URL returns where the first stage of an API is, without a slash at the end. The
// API is named by its name, or by its logical id where two have the same name. One
// that the app does not have fails the test.
func (s *Server) URL(api string) string {
	s.t.Helper()
	return s.StageURL(api, "")
}

// StageURL returns where a stage of an API is. The stage "" is the first.
func (s *Server) StageURL(api, stage string) string {
	s.t.Helper()
	var names []string
	for _, d := range s.runner.APIs(s.server.URL) {
		if d.Name == api && (d.Stage == stage || stage == "") {
			return d.URL
		}
		names = append(names, d.Name+" "+d.Stage)
	}
	s.t.Fatalf("apitest: there is no API %q with the stage %q: the app has %q", api, stage, names)
	return ""
}

// Client returns a client that does not follow redirects: the test sees the
// response of the API.
func (s *Server) Client() *http.Client {
	own := *s.server.Client() // the server's is one for all
	client := &own
	if s.caller {
		client.Transport = caller{s, client.Transport}
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client
}

// Record returns what happened to the request of a response: what went into each
// box and came out of it, the execution log, and a diagnosis. The last 2,000
// requests have one, and fewer if their bodies are large. A response without one fails the test.
func (s *Server) Record(resp *http.Response) *Record {
	s.t.Helper()
	id := resp.Header.Get("x-amzn-RequestId")
	if r := s.history.Find(id); r != nil {
		return &Record{r}
	}
	s.t.Fatalf("apitest: there is no record of the request %q, which is the header x-amzn-RequestId of the response", id)
	return nil
}
