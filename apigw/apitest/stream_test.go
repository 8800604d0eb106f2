package apitest_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/apitest"
	"example.com/apigw/proxyresponse"
)

// streamingAssembly returns a copy of the small app in which GET and POST /greet of
// the API direct stream.
func streamingAssembly(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cdk.out")
	if err := os.CopyFS(dir, os.DirFS("../internal/testapp/cdk.out")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "Sample.template.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const function = "functions/\",\n        {\n         \"Ref\": \"DirectGreetLiveDA949C71\"\n        },\n        \"/"
	before := string(text)
	after := strings.ReplaceAll(before, "2015-03-31/"+function+"invocations\"", "2021-11-15/"+function+"response-streaming-invocations\"")
	after = strings.ReplaceAll(after, `"Type": "AWS_PROXY",`, `"Type": "AWS_PROXY", "ResponseTransferMode": "STREAM",`)
	if strings.Count(after, "response-streaming-invocations") == 0 || strings.Count(after, "response-streaming-invocations") != strings.Count(after, `"STREAM"`) {
		t.Fatalf("got %d URIs of streams and %d modes in the template, want as many of both, and some", strings.Count(after, "response-streaming-invocations"), strings.Count(after, `"STREAM"`))
	}
	if err := os.WriteFile(file, []byte(after), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAStreamReachesTheClientWhileItIsWritten(t *testing.T) {
	gate := make(chan struct{})
	srv := apitest.New(t, streamingAssembly(t),
		apitest.Handler("Sample/Direct/Greet", proxyresponse.StreamHandler(func(ctx context.Context, _ struct{}) (*proxyresponse.Streaming, error) {
			return proxyresponse.StreamFunc(http.StatusAccepted, "text/event-stream", func(w io.Writer) error {
				io.WriteString(w, "data: 1\n\n")
				<-gate
				_, err := io.WriteString(w, "data: 2\n\n")
				return err
			}), nil
		})),
		apitest.Handler("Sample/Mapped/Greet/Function", func(context.Context) (map[string]string, error) { return nil, nil }))

	resp, err := srv.Client().Get(srv.URL("direct") + "/greet")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	first := make([]byte, len("data: 1\n\n"))
	if _, err := io.ReadFull(resp.Body, first); err != nil || string(first) != "data: 1\n\n" || resp.StatusCode != 202 || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("got %d, %q, %q, %v; want 202, text/event-stream and the first event", resp.StatusCode, resp.Header.Get("Content-Type"), first, err)
	}
	gate <- struct{}{}
	rest, err := io.ReadAll(resp.Body)
	if string(rest) != "data: 2\n\n" || err != nil {
		t.Errorf("got %q, %v, want the second event", rest, err)
	}
	record := srv.Record(resp)
	if got := string(record.MethodResponse.Body); got != "data: 1\n\ndata: 2\n\n" || len(record.Diagnosis()) > 0 {
		t.Errorf("got the record %q, %+v, want both events and nothing to say", got, record.Diagnosis())
	}
}

func TestAFunctionThatDoesNotStreamIsDiagnosed(t *testing.T) {
	srv := apitest.New(t, streamingAssembly(t),
		apitest.Handler("Sample/Direct/Greet", func(context.Context) (proxyresponse.Response, error) {
			return proxyresponse.Text(http.StatusOK, "hello"), nil
		}),
		apitest.Handler("Sample/Mapped/Greet/Function", func(context.Context) (map[string]string, error) { return nil, nil }))

	resp, body := get(t, srv, srv.URL("direct")+"/greet")
	found := srv.Record(resp).Diagnosis()
	if resp.StatusCode != 500 || body != `{"message": "Internal server error"}` || len(found) != 1 || found[0].Rule != "stream-not-streamed" {
		t.Errorf("got %d, %s, %+v; want 500 and the rule stream-not-streamed alone", resp.StatusCode, body, found)
	}
}

func TestHowAFunctionFailedIsSaidOfAStream(t *testing.T) {
	half := func(context.Context) (*proxyresponse.Streaming, error) {
		return proxyresponse.StreamFunc(http.StatusOK, "text/plain", func(w io.Writer) error {
			io.WriteString(w, "half")
			panic("boom")
		}), nil
	}
	before := func(context.Context) (*proxyresponse.Streaming, error) { panic("boom") }
	for _, c := range []struct {
		rule    string
		handler any
		status  int
		rules   string
	}{
		{"half-way", half, 200, "stream-cut"},
		{"before", before, 500, "function-panic"},
	} {
		srv := apitest.New(t, streamingAssembly(t), apitest.Handler("Sample/Direct/Greet", c.handler),
			apitest.Handler("Sample/Mapped/Greet/Function", func(context.Context) (map[string]string, error) { return nil, nil }))
		resp, err := srv.Client().Get(srv.URL("direct") + "/greet")
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(resp.Body)
		resp.Body.Close()
		var rules []string
		for _, f := range srv.Record(resp).Diagnosis() {
			rules = append(rules, f.Rule)
		}
		if resp.StatusCode != c.status || (err != nil) != (c.status == 200) || strings.Join(rules, " ") != c.rules {
			t.Errorf("%s: got %d, %v, the rules %q; want %d and %q", c.rule, resp.StatusCode, err, rules, c.status, c.rules)
		}
	}
}
