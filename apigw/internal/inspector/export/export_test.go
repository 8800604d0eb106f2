package export_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/apitest"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/inspector/export"
	"example.com/apigw/internal/testapp"
)

const host = "127.0.0.1:3000"

// sent returns the record of a request.
func sent(method, target, body string, lines ...string) *record.Record {
	r := &record.Record{ID: "r-1", API: "hello", Stage: "prod", Method: method, Path: target, Status: 200, Sent: record.Sent{Method: method, Target: target}}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		r.Sent.Lines = append(r.Sent.Lines, record.Line{Name: name, Value: value})
	}
	r.MethodRequest.SetBody([]byte(body))
	return r
}

// arguments lets a shell run a command, and returns what curl gets: its arguments, and
// its standard input.
func arguments(t *testing.T, command string) []string {
	t.Helper()
	const fake = `curl() { for a in "$@"; do printf '%s\0' "$a"; done; case "$*" in *"@-"*) cat;; esac; }` + "\n"
	out, err := exec.Command("sh", "-c", fake+command).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestCurl(t *testing.T) {
	const own = "-H\nUser-Agent:\n-H\nAccept:"
	for _, c := range []struct {
		rule string
		r    *record.Record
		want string // arguments, one a line
	}{
		{"a plain one of curl", sent("GET", "/hello/prod/a%20b?q=1&r='x'", "", "Host: "+host, "User-Agent: curl/8.5", "Accept: */*"), "-i\nhttp://" + host + "/hello/prod/a%20b?q=1&r='x'"},
		{"header lines in their order, whatever they hold", sent("GET", "/x", "", "x-B: it's $HOME `id` \"", "X-A: 1", "X-A: 2", "X-Empty: ", "User-Agent: me", "Accept: a/b"),
			"-i\nhttp://" + host + "/x\n-H\nx-B: it's $HOME `id` \"\n-H\nX-A: 1\n-H\nX-A: 2\n-H\nX-Empty;\n-H\nUser-Agent: me\n-H\nAccept: a/b"},
		{"a body", sent("POST", "/x", "@it's\n\t{\"ü\":$(id)}", "Content-Type: application/json", "Content-Length: 12", "Expect: 100-continue", "Connection: close"),
			"-i\n-X\nPOST\nhttp://" + host + "/x\n-H\nContent-Type: application/json\n" + own + "\n--data-raw\n@it's\n\t{\"ü\":$(id)}"},
		{"a body without a type", sent("GET", "/x", "text"), "-i\n-X\nGET\nhttp://" + host + "/x\n" + own + "\n-H\nContent-Type:\n--data-raw\ntext"},
		{"HEAD", sent("HEAD", "/x", ""), "-i\n--head\nhttp://" + host + "/x\n" + own},
		{"another host", sent("GET", "/x", "", "Host: hello.execute-api.localhost"), "-i\nhttp://" + host + "/x\n-H\nHost: hello.execute-api.localhost\n" + own},
		{"what curl would change in a path", sent("GET", "/a/../[1]{2}", ""), "-i\n--globoff\n--path-as-is\nhttp://" + host + "/a/../[1]{2}\n" + own},
		{"secrets", sent("GET", "/x", "", "authorization: Bearer secret", "X-API-KEY: secret", "Cookie: a=1"),
			"-i\nhttp://" + host + "/x\n-H\nauthorization: REPLACE_ME\n-H\nX-API-KEY: REPLACE_ME\n-H\nCookie: a=1\n" + own},
	} {
		command, err := export.Curl(c.r, host)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		if got := strings.Join(arguments(t, command), "\n"); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s\nof\n%s", c.rule, got, c.want, command)
		}
		if strings.Contains(command, "secret") || strings.Contains(command, "REPLACE_ME") != strings.HasPrefix(command, "# Secrets are left out: replace REPLACE_ME in authorization, X-API-KEY\n") {
			t.Errorf("%s: got %s, want no secret, and a comment where one is left out", c.rule, command)
		}
	}
	binary := "\xff\x00\x1b[2J'"
	command, err := export.Curl(sent("POST", "/x", binary), host)
	if err != nil {
		t.Fatal(err)
	}
	if got := arguments(t, command); got[len(got)-3] != "@-" || strings.Join(got[len(got)-2:], "\x00") != binary || strings.Contains(command, "\x1b") {
		t.Errorf("a body that is not text: got %q of %s, want it behind the arguments", got, command)
	}
}

func TestWhatIsNotKnownCannotBeExported(t *testing.T) {
	unread, large := sent("POST", "/hello/prod", ""), sent("POST", "/hello/prod", strings.Repeat("x", 70_000))
	unread.Sent.Unread = true
	elsewhere := sent("GET", "/none", "")
	elsewhere.API = ""
	event := sent("GET", "/hello/prod", "")
	event.IntegrationRequest, event.Details.Lambda = new(record.Message), new(record.LambdaCall)
	event.IntegrationRequest.SetBody([]byte(`{"a":1}`))
	cut := sent("GET", "/hello/prod", "")
	cut.IntegrationRequest, cut.Details.Lambda = new(record.Message), new(record.LambdaCall)
	cut.IntegrationRequest.SetBody(make([]byte, 70_000))
	asCurl := func(r *record.Record) (string, error) { return export.Curl(r, host) }
	asTest := func(r *record.Record) (string, error) { return export.Test(r, "cdk.out") }
	for _, c := range []struct {
		rule string
		as   func(*record.Record) (string, error)
		r    *record.Record
		want string
	}{
		{"a command: a body that was not read", asCurl, unread, "was not read"},
		{"a command: a body that was cut", asCurl, large, "only the first 64 KB"},
		{"a command: nothing was recorded", asCurl, new(record.Record), "was not recorded"},
		{"a test: a body that was not read", asTest, unread, "was not read"},
		{"a test: no API", asTest, elsewhere, "did not get to an API"},
		{"an event: no function", export.Event, large, "no function"},
		{"an event that was cut", export.Event, cut, "only the first 64 KB"},
	} {
		if text, err := c.as(c.r); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %q, error %v; want an error with %s", c.rule, text, err, c.want)
		}
	}
	if got, err := export.Event(event); err != nil || got != `{"a":1}` {
		t.Errorf("got %s, error %v; want the event", got, err)
	}
}

func TestLogHasTheIDInFrontOfEachLine(t *testing.T) {
	r := sent("GET", "/hello/prod", "")
	r.ResourcePath, r.ExtendedID = "/", "ext="
	if got := export.Log(r); got != "(r-1) Extended Request Id: ext=\n(r-1) Method response body after transformations: \n"+
		"(r-1) Method response headers: {}\n(r-1) Successfully completed execution\n(r-1) Method completed with status: 200\n" {
		t.Errorf("got %s, want the lines with the id", got)
	}
}

// The test that is exported from a request passes with the app that served it, and fails
// with a response that is another.
func TestAnExportedTestRuns(t *testing.T) {
	srv := apitest.New(t, testapp.Assembly(), apitest.Build())
	module, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule   string
		change func(*record.Record)
		passes bool
	}{
		{"the response of before", func(*record.Record) {}, true},
		{"another body", func(r *record.Record) { r.MethodResponse.SetBody([]byte("another\n`one`")) }, false},
		{"another status", func(r *record.Record) { r.Status = 201 }, false},
	} {
		resp, err := srv.Client().Post(srv.URL("mapped")+"/greet?q=%20", "application/json", strings.NewReader(`{"name":"Jürgen"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		r := *srv.Record(resp).Record
		c.change(&r)
		source, err := export.Test(&r, ".")
		if err != nil {
			t.Fatal(err)
		}
		if text, err := runTest(t, module, source); (err == nil) != c.passes || strings.Contains(text, "build failed") || !c.passes && !strings.Contains(text, "want") {
			t.Errorf("%s: got %v\n%s\nof\n%s", c.rule, err, text, source)
		}
	}
}

// runTest runs a test as if its file were in the cloud assembly, which has no Go files of
// its own.
func runTest(t *testing.T, module, source string) (string, error) {
	t.Helper()
	folder := t.TempDir()
	file, overlay := filepath.Join(folder, "recorded_test.go"), filepath.Join(folder, "overlay.json")
	content, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(module, "internal/testapp/cdk.out/recorded_test.go"): file}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{file: []byte(source), overlay: content} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-overlay", overlay, "./internal/testapp/cdk.out")
	run.Dir = module
	out, err := run.CombinedOutput()
	return string(out), err
}

func TestTheSourceOfATest(t *testing.T) {
	withID := sent("GET", "/hello/prod?q=1", "", "Host: x", "x-api-key: secret", "X-Two: 1", "X-Two: 2")
	withID.MethodResponse.SetBody([]byte(`{"id": "r-1"}`))
	byHost := sent("POST", "/prod/a/b", "it's `\r", "Host: hello.execute-api.localhost")
	byHost.MethodResponse.SetBody([]byte(strings.Repeat("x", 70_000)))
	head := sent("HEAD", "/hello/prod/", "")
	head.MethodResponse.SetBody([]byte("unseen"))
	for _, c := range []struct {
		rule string
		r    *record.Record
		want []string
	}{
		{"the id of the request is that of the new one", withID, []string{"want := strings.ReplaceAll(`{\"id\": \"r-1\"}`, \"r-1\", resp.Header.Get(\"x-amzn-RequestId\"))"}},
		{"the query behind the stage", withID, []string{`http.NewRequest("GET", url+"?q=1", strings.NewReader(""))`}},
		{"header lines", withID, []string{`req.Header["X-Two"] = []string{"1", "2"}`}},
		{"secrets", withID, []string{"// Secrets are left out: replace REPLACE_ME in x-api-key.", `req.Header["x-api-key"] = []string{"REPLACE_ME"}`}},
		{"an API by its host", byHost, []string{`http.NewRequest("POST", url+"/a/b", strings.NewReader("it's ` + "`" + `\r"))`}},
		{"a body that was cut", byHost, []string{"// the beginning", "strings.HasPrefix(string(body), want)"}},
		{"HEAD has no body", head, []string{`http.NewRequest("HEAD", url+"/"`}},
	} {
		got, err := export.Test(c.r, "cdk.out")
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(got, want) || strings.Contains(got, "secret") || strings.Contains(got, "unseen") {
				t.Errorf("%s: got\n%s\nwant in it %s", c.rule, got, want)
			}
		}
	}
}
