package export

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"strconv"
	"strings"

	"example.com/apigw/internal/gateway/record"
)

// TestFolder is where the file of a test belongs, in the folder of the app.
const TestFolder = "test/recorded"

// Test returns a Go file with a test that sends the request again, and wants the same
// response. Assembly is the folder of the cloud assembly, relative to that of the test.
// The error says why there is nothing.
func Test(r *record.Record, assembly string) (string, error) {
	s, err := newSent(r)
	if err != nil {
		return "", err
	}
	if r.API == "" {
		return "", errors.New("the request did not get to an API, so that a test could not say which one it is for")
	}
	t := test{sent: s, record: r, want: string(r.MethodResponse.Body), whole: len(r.MethodResponse.Body) == r.MethodResponse.BodySize}
	text, err := format.Source([]byte(t.source(assembly)))
	if err != nil {
		return "", fmt.Errorf("the test cannot be written: %w", err)
	}
	return string(text), nil
}

// test is a test that is being written.
type test struct {
	sent
	record *record.Record
	want   string // the body
	whole  bool   // want is all of it
}

func (t *test) source(assembly string) string {
	var out bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	withID := t.record.ID != "" && strings.Contains(t.want, t.record.ID)
	line("// Package recorded has requests that were recorded. Save this file as %s/recorded_test.go.", TestFolder)
	line("package recorded\n\nimport (\n\"io\"\n\"net/http\"\n\"strings\"\n\"testing\"\n\n\"example.com/apigw/apitest\"\n)\n")
	line("// %s", oneLine(strconv.Quote(t.method+" "+t.target)))
	line("func TestRecordedRequest(t *testing.T) {")
	line("srv := apitest.New(t, %s, apitest.Build()) // the folder is relative to that of this file", literal(assembly))
	line("url := srv.StageURL(%s, %s)", literal(t.record.API), literal(t.record.Stage))
	line("req, err := http.NewRequest(%s, url+%s, strings.NewReader(%s))", literal(t.method), literal(t.behindStage()), literal(string(t.body)))
	line("if err != nil {\nt.Fatal(err)\n}")
	if note := t.note(); note != "" {
		line("// %s.", oneLine(note))
	}
	known := map[string][]string{}
	var names []string
	for _, l := range t.lines {
		if known[l.Name] == nil {
			names = append(names, l.Name)
		}
		known[l.Name] = append(known[l.Name], literal(l.Value))
	}
	for _, name := range names {
		line("req.Header[%s] = []string{%s}", literal(name), strings.Join(known[name], ", "))
	}
	line("resp, err := srv.Client().Do(req)\nif err != nil {\nt.Fatal(err)\n}\ndefer resp.Body.Close()")
	line("body, err := io.ReadAll(resp.Body)\nif err != nil {\nt.Fatal(err)\n}")
	line("if resp.StatusCode != %d {", t.record.Status)
	line("t.Errorf(\"got status %%d %%s, want %d; the execution log:\\n%%s\", resp.StatusCode, body, strings.Join(srv.Record(resp).ExecutionLog(), \"\\n\"))\n}", t.record.Status)
	switch {
	case !t.bodyIsSent():
	case !t.whole:
		line("const want = %s // the beginning", literal(t.want))
		line("if !strings.HasPrefix(string(body), want) {\nt.Errorf(\"got the body %%s, want one that begins with %%s\", body, want)\n}")
	case withID:
		line("want := strings.ReplaceAll(%s, %s, resp.Header.Get(\"x-amzn-RequestId\"))", literal(t.want), literal(t.record.ID))
		line("if string(body) != want {\nt.Errorf(\"got the body %%s, want %%s\", body, want)\n}")
	default:
		line("const want = %s", literal(t.want))
		line("if string(body) != want {\nt.Errorf(\"got the body %%s, want %%s\", body, want)\n}")
	}
	line("}")
	return out.String()
}

// bodyIsSent reports whether the client gets the body of the response.
func (t *test) bodyIsSent() bool {
	return t.method != "HEAD" && t.record.Status != 204 && t.record.Status != 304
}

// behindStage returns path and query behind the stage.
func (t *test) behindStage() string {
	rest := t.target
	parts := 2 // API and stage
	if strings.Contains(t.host, ".execute-api.") {
		parts = 1
	}
	for range parts {
		if i := strings.IndexAny(rest[1:], "/?"); i >= 0 {
			rest = rest[1+i:]
		} else {
			rest = ""
		}
		if !strings.HasPrefix(rest, "/") {
			break
		}
	}
	return rest
}

// literal writes a text as Go does.
func literal(text string) string {
	if strings.ContainsAny(text, "\"\\\n") && strconv.CanBackquote(strings.ReplaceAll(text, "\n", "")) && !strings.Contains(text, "`") {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}
