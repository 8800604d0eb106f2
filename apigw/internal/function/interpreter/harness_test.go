package interpreter_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/apigw/internal/function"
	"example.com/apigw/internal/function/interpreter"
)

// requestID is that of all invocations.
const requestID = "11111111-2222-3333-4444-555555555555"

// lab runs one function.
type lab struct {
	t      *testing.T
	host   *function.Host
	folder string // of the function

	mu  sync.Mutex
	log []function.LogLine
}

// newLab returns a lab with a function of these files.
func newLab(t *testing.T, runtime, handler string, files map[string]string, change func(*function.Spec)) *lab {
	t.Helper()
	language, version, ok := interpreter.Of(runtime)
	if !ok {
		t.Fatalf("got no language of %s, want one", runtime)
	}
	i, err := new(interpreter.Finder).Find(language, version)
	if err != nil {
		t.Fatal(err)
	}
	clients, folder := t.TempDir(), t.TempDir()
	if err := interpreter.Write(clients); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l := &lab{t: t, folder: folder}
	l.host, err = function.NewHost(function.Options{Log: func(line function.LogLine) {
		l.mu.Lock()
		l.log = append(l.log, line)
		l.mu.Unlock()
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.host.Close() })
	needs := interpreter.Function{Runtime: runtime}
	spec := function.Spec{
		Name: "f", Handler: handler, Dir: folder, Command: i.Command(clients, needs), Timeout: time.Minute,
		Environment: map[string]string{"AWS_EXECUTION_ENV": "AWS_Lambda_" + runtime},
	}
	if change != nil {
		change(&spec)
	}
	if err := l.host.Set(spec); err != nil {
		t.Fatal(err)
	}
	return l
}

// invoke invokes the function, which may fail.
func (l *lab) invoke(event string) function.Result {
	l.t.Helper()
	result, err := l.host.Invoke(context.Background(), "f", function.Invocation{
		RequestID: requestID, TraceID: "Root=1-2-3", Payload: []byte(event), ClientContext: `{"client":{"app_title":"shop"},"custom":{"a":"b"}}`,
	})
	if err != nil {
		l.t.Fatalf("got the error %v, want a result", err)
	}
	return result
}

// lines returns the function's log so far.
func (l *lab) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lines []string
	for _, line := range l.log {
		lines = append(lines, line.Text)
	}
	return lines
}

// outcome is what a caller of Lambda sees. The folder of the function is /task, and
// those parts of stacks are missing that depend on the interpreter.
type outcome struct {
	failed  bool
	payload string
}

// varying are the parts of payloads that differ between machines and runs.
var varying = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`), "TIME"},
	{regexp.MustCompile(`[^" ]*/node\.cjs`), "/client"},
}

func (l *lab) outcome(result function.Result) outcome {
	text := strings.ReplaceAll(string(result.Payload), l.folder, "/task")
	for _, v := range varying {
		text = v.pattern.ReplaceAllString(text, v.with)
	}
	var failure map[string]json.RawMessage
	if result.FunctionError != "" && json.Unmarshal([]byte(text), &failure) == nil {
		var trace []string
		if json.Unmarshal(failure["trace"], &trace) == nil {
			frame := slices.IndexFunc(trace, func(line string) bool { return strings.HasPrefix(line, "    at ") })
			if frame >= 0 { // those of the function are in tests of their own
				trace = trace[:frame]
			}
			shortened, _ := json.Marshal(trace)
			text = strings.Replace(text, string(failure["trace"]), string(shortened), 1)
		}
	}
	return outcome{result.FunctionError != "", text}
}

// contract is a rule of Lambda's for a language: what its callers see of a function.
type contract struct {
	rule string
	// source says where the answer stands: in Lambda's documentation, in the source of
	// its own client, or in published logs. Assumed is none of these.
	source  string
	runtime string // empty is that of the table
	handler string // empty is index.handler
	file    string // empty is that of the table
	code    string
	event   string // empty is {}
	change  func(*function.Spec)
	failed  bool
	want    string // payload, or a pattern /…/
	log     string // pattern of a line; empty: there is none
}

// Sources of contracts.
const (
	documented = "Lambda's developer guide"
	client     = "Lambda's runtime interface client"
	published  = "published logs"
	assumed    = "assumed"
)

// check holds the functions of a table to it.
func check(t *testing.T, runtime, file string, table []contract) {
	for _, c := range table {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			if c.source == "" {
				t.Error("got no source, want where this rule of Lambda's stands")
			}
			l := newLab(t, orElse(c.runtime, runtime), orElse(c.handler, "index.handler"), map[string]string{orElse(c.file, file): c.code}, c.change)
			got := l.outcome(l.invoke(orElse(c.event, "{}")))
			pattern, isPattern := strings.CutPrefix(c.want, "/")
			if got.failed != c.failed || !isPattern && got.payload != c.want || isPattern && !matches(t, pattern, got.payload) {
				t.Errorf("got failed %v, %.2000s\nwant failed %v, %.2000s\nlog: %q", got.failed, got.payload, c.failed, c.want, l.lines())
			}
			if c.log != "" && !slices.ContainsFunc(l.lines(), func(line string) bool { return matches(t, c.log, line) }) {
				t.Errorf("got the log %q, want a line %s", l.lines(), c.log)
			}
		})
	}
}

func matches(t *testing.T, pattern, text string) bool {
	t.Helper()
	compiled, err := regexp.Compile("^(?:" + pattern + ")$")
	if err != nil {
		t.Fatal(err)
	}
	return compiled.MatchString(text)
}

func orElse(text, other string) string {
	if text != "" {
		return text
	}
	return other
}
