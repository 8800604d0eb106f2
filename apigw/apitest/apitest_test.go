package apitest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"example.com/apigw/apitest"
)

func get(t *testing.T, srv *apitest.Server, url string) (*http.Response, string) {
	t.Helper()
	resp, err := srv.Client().Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestHandlersAnswerThroughTheGateway(t *testing.T) {
	srv := apitest.New(t, "../internal/testapp/cdk.out",
		apitest.Handler("Sample/Direct/Greet", func(context.Context) (map[string]string, error) {
			return map[string]string{"greeting": "World"}, nil // no proxy response
		}),
		apitest.Handler("Sample/Mapped/Greet/Function", func(context.Context) (map[string]string, error) {
			return nil, errors.New("BadRequest: no")
		}))

	resp, body := get(t, srv, srv.URL("direct")+"/greet")
	if resp.StatusCode != 502 || body != `{"message": "Internal server error"}` {
		t.Errorf("a malformed proxy response: %d %s, want 502 and Internal server error", resp.StatusCode, body)
	}
	record := srv.Record(resp)
	if log := strings.Join(record.ExecutionLog(), "\n"); !strings.Contains(log, "Malformed Lambda proxy response") {
		t.Errorf("want Malformed Lambda proxy response in the execution log:\n%s", log)
	}
	if findings := record.Diagnosis(); len(findings) == 0 || findings[0].Rule == "" {
		t.Errorf("the diagnosis is %+v, want a finding with a rule", findings)
	}
	if resp, body = get(t, srv, srv.StageURL("mapped", "prod")+"/greet"); resp.StatusCode != 400 || body != `{"message":"no"}` {
		t.Errorf("an error that a selection pattern matches: %d %s, want 400 and its message", resp.StatusCode, body)
	}
}

func TestADiagnosisNamesTheLineOfAPanic(t *testing.T) {
	srv := apitest.New(t, "../internal/testapp/cdk.out",
		apitest.Handler("Sample/Direct/Greet", func(context.Context) (any, error) {
			var none []int
			return none[3], nil
		}),
		apitest.Handler("Sample/Mapped/Greet", func(context.Context) (map[string]any, error) {
			return map[string]any{"statusCode": 404, "body": "gone"}, nil
		}))
	resp, _ := get(t, srv, srv.URL("direct")+"/greet")
	findings := srv.Record(resp).Diagnosis()
	if len(findings) == 0 || findings[0].Rule != "function-panic" || !strings.Contains(findings[0].Place, "apitest_test.go:") {
		t.Errorf("got %+v, want a panic with its line first", findings)
	}
	resp, body := get(t, srv, srv.URL("mapped")+"/greet")
	if findings = srv.Record(resp).Diagnosis(); len(findings) == 0 || findings[0].Rule != "proxy-off-for-envelope" {
		t.Errorf("%d %s: got %+v, want that proxy integration is off", resp.StatusCode, body, findings)
	}
}

func TestBuildRunsTheRealFunctions(t *testing.T) {
	srv := apitest.New(t, "../internal/testapp/cdk.out", apitest.Build())
	if resp, body := get(t, srv, srv.URL("mapped")+"/greet/Ada"); resp.StatusCode != 200 || body != `{"greeting":"Ada"}` {
		t.Errorf("got %d %s, want 200 and a greeting for Ada", resp.StatusCode, body)
	}
}

func TestEnvWinsOverTheTemplate(t *testing.T) {
	srv := apitest.New(t, "../internal/testapp/cdk.out", apitest.Build(), apitest.Env("ALLOWED_ORIGINS", "https://tests.example"))
	resp, body := get(t, srv, srv.URL("direct")+"/greet")
	if got := resp.Header.Get("Access-Control-Allow-Origin"); got != "https://tests.example" {
		t.Errorf("got the origin %q, want that of the test; the body is %s", got, body)
	}
}

func TestAFunctionWithoutAHandlerSaysSo(t *testing.T) {
	srv := apitest.New(t, "../internal/testapp/cdk.out")
	if resp, body := get(t, srv, srv.URL("direct")+"/greet"); resp.StatusCode != 501 || !strings.Contains(body, "no apitest.Handler") {
		t.Errorf("got %d %s, want 501 and that there is no handler", resp.StatusCode, body)
	}
}

// fake is a test that fails without failing the test that it is in.
type fake struct {
	testing.TB
	said   string
	logged string
}

func (f *fake) Helper() {}

func (f *fake) Fatal(args ...any) {
	f.said = fmt.Sprint(args...)
	runtime.Goexit()
}

// Error notes what is said, and the test goes on.
func (f *fake) Error(args ...any) { f.said += fmt.Sprint(args...) + "\n" }

func (f *fake) Log(args ...any) { f.logged += fmt.Sprint(args...) + "\n" }

func (f *fake) Fatalf(format string, args ...any) { f.Fatal(fmt.Sprintf(format, args...)) }

func TestMistakesFailTheTest(t *testing.T) {
	handler := func(context.Context) error { return nil }
	const assembly = "../internal/testapp/cdk.out"
	for _, c := range []struct {
		rule string
		use  func(t testing.TB)
		want string
	}{
		{"a folder that is not there", func(t testing.TB) { apitest.New(t, "none") }, "none"},
		{"a folder without one", func(t testing.TB) { apitest.New(t, ".") }, "manifest.json"},
		{"a handler for nobody", func(t testing.TB) { apitest.New(t, assembly, apitest.Handler("Sample/Other", handler)) }, "fits 0 functions, want one: the app has Sample/"},
		{"a handler for several", func(t testing.TB) { apitest.New(t, assembly, apitest.Handler("Sample", handler)) }, "fits 2 functions, want one"},
		{"an API that is not there", func(t testing.TB) { apitest.New(t, assembly).URL("hello") }, `there is no API "hello"`},
		{"a response of somebody else", func(t testing.TB) {
			apitest.New(t, assembly).Record(&http.Response{Header: http.Header{"X-Amzn-Requestid": {"r-1"}}})
		}, `no record of the request "r-1"`},
	} {
		f := &fake{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.use(f)
		}()
		<-done
		if !strings.Contains(f.said, c.want) {
			t.Errorf("%s: %q, want %q", c.rule, f.said, c.want)
		}
	}
}
