package diagnose_test

import (
	"io"
	"log"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

// Functions that fail as processes are told apart by the words in which Lambda and
// the runtime library report it.
func TestProcessesThatFail(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	good := &assembly.Function{
		Name: "f", ARN: functionARN("f"), Account: account, Region: region, Path: "Test/f", Runtime: "provided.al2023", Timeout: time.Second,
		Package:     "./internal/diagnose/testdata/faulty",
		Permissions: []assembly.Permission{{Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com"}},
	}
	mapped := mappedMethod("GET", "/mapped/{fault}", response("200", ""), response("500", "(?s).+"))
	mapped.Integration.RequestTemplates = jsonTemplate(`{"pathParameters": {"fault": "$input.params('fault')"}}`)

	var last *record.Record
	served, err := runner.New(runner.Options{
		Root: root, Bin: t.TempDir(), Gateway: gateway.Options{Record: func(r *record.Record) { last = r }, ErrorLog: log.New(io.Discard, "", 0)},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	a := &assembly.Assembly{
		APIs: []*assembly.API{apiOf(proxyMethod("GET", "/proxy/{fault}"), mapped)}, Functions: []*assembly.Function{good},
	}
	if err := served.Load(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, rule, place string }{
		{"/proxy/none", "", ""},
		{"/proxy/panic", "function-panic", "internal/diagnose/testdata/faulty/main.go:23"},
		{"/mapped/panic", "function-panic", "internal/diagnose/testdata/faulty/main.go:23"},
		{"/proxy/goroutine", "function-panic", ""},
		{"/proxy/exit", "function-exited", ""},
		{"/mapped/exit", "function-exited", ""},
		{"/proxy/kill", "function-out-of-memory", ""},
		{"/proxy/hang", "function-timeout", ""},
		{"/proxy/large", "response-too-large", ""},
		{"/proxy/nan", "unsendable-response", ""},
		{"/proxy/error", "function-error", ""},
		{"/mapped/none", "proxy-off-for-envelope", ""},
	} {
		served.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/hello/prod"+c.path, nil))
		found := diagnose.Of(last)
		rule, place, fix := "", "", ""
		if len(found) > 0 {
			rule, place, fix = found[0].Rule, found[0].Place, found[0].Fix
		}
		if rule != c.rule || place != c.place {
			t.Errorf("%s: got %s at %q, want %s at %q", c.path, text(found), place, c.rule, c.place)
		}
		if known, _ := rules.Lookup(rule); fix != known.FixIn(rules.Go) {
			t.Errorf("%s: got the fix %q, want that for Go", c.path, fix)
		}
	}
}
