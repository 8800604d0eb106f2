package function

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/apigw/internal/function/executable"
	"example.com/apigw/internal/testwait"
)

// faultProgram and echoProgram are built from testdata once.
var faultProgram, echoProgram string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "function-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		faultProgram = filepath.Join(dir, "fault", "bootstrap")
		echoProgram = filepath.Join(dir, "echo", "bootstrap")
		for pkg, out := range map[string]string{"./testdata/fault": faultProgram, "./testdata/echo": echoProgram} {
			if err := executable.Build(context.Background(), ".", pkg, out); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
		return m.Run()
	}())
}

// lab is a host with one function, named fault unless a test adds others.
type lab struct {
	keyOf map[string]string // of functions, by name
	*Host
	t   *testing.T
	mu  sync.Mutex
	log []LogLine
}

// newLab returns a lab, which must leave nothing behind at the end of the test.
func newLab(t *testing.T, options Options) *lab {
	t.Helper()
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	l := &lab{t: t}
	options.Log = func(line LogLine) {
		l.mu.Lock()
		l.log = append(l.log, line)
		l.mu.Unlock()
	}
	host, err := NewHost(options)
	if err != nil {
		t.Fatal(err)
	}
	l.Host = host
	t.Cleanup(func() {
		host.Close()
		if left := children(t); len(left) > 0 {
			t.Errorf("child processes: got %v after Close, want none", left)
		}
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		testwait.Until(t, "no goroutine and no open file is left", func() bool {
			return runtime.NumGoroutine() <= goroutines && openFiles(t) <= files
		})
	})
	return l
}

// fault adds the function named fault, with a spec that change may change.
func (l *lab) fault(change func(*Spec)) {
	l.t.Helper()
	s := Spec{Name: "fault", Command: []string{faultProgram}, Timeout: time.Minute}
	if change != nil {
		change(&s)
	}
	l.keyOf = map[string]string{s.Name: s.key()}
	if err := l.Set(s); err != nil {
		l.t.Fatal(err)
	}
}

// Invoke invokes a function by its name, whatever ARN it has.
func (l *lab) Invoke(ctx context.Context, name string, in Invocation) (Result, error) {
	return l.Host.Invoke(ctx, cmp.Or(l.keyOf[name], name), in)
}

// Remove removes a function by its name.
func (l *lab) Remove(name string) { l.Host.Remove(cmp.Or(l.keyOf[name], name)) }

// invoke invokes fault with an event, and returns the result. The function may fail,
// but must run.
func (l *lab) invoke(event string) Result {
	l.t.Helper()
	result, err := l.Invoke(context.Background(), "fault", Invocation{Payload: []byte(event)})
	if err != nil {
		l.t.Fatalf("Invoke(%s): got the error %v, want a result", event, err)
	}
	return result
}

// report is what the fault function says of itself.
type report struct {
	PID         int
	Text        string
	Header      http.Header
	Environment []string
}

// report invokes fault with an event, and returns its result, which must be a report.
func (l *lab) report(event string) report {
	l.t.Helper()
	result := l.invoke(event)
	var a report
	if err := json.Unmarshal(result.Payload, &a); err != nil || result.FunctionError != "" {
		l.t.Fatalf("%s: got the function error %q and %s, want a report", event, result.FunctionError, result.Payload)
	}
	return a
}

// lines returns the lines of the log so far as "request id: text".
func (l *lab) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lines []string
	for _, line := range l.log {
		lines = append(lines, line.RequestID+": "+line.Text)
	}
	return lines
}

// gate holds up invocations of fault until it is opened.
type gate struct {
	t    *testing.T
	path string
}

func newGate(t *testing.T) gate { return gate{t, filepath.Join(t.TempDir(), "gate")} }

// event is an event that waits at the gate.
func (g gate) event() []byte { return g.do("wait") }

// do is an event that does something and waits at the gate.
func (g gate) do(what string) []byte {
	path, err := json.Marshal(g.path)
	if err != nil {
		g.t.Fatal(err)
	}
	return fmt.Appendf(nil, `{"Do":%q,"Text":%s}`, what, path)
}

// open lets all pass that wait, or will wait.
func (g gate) open() {
	if err := os.WriteFile(g.path, nil, 0o600); err != nil {
		g.t.Error(err)
	}
}

// children returns the ids of the child processes of this one, on Linux.
func children(t *testing.T) []string {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, list := range lists {
		content, err := os.ReadFile(list)
		if err == nil { // threads come and go
			all = append(all, strings.Fields(string(content))...)
		}
	}
	return all
}

// openFiles returns how many file descriptors are open, on Linux.
func openFiles(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// decode decodes JSON, which must fit.
func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("got %s, want a %T: %v", data, into, err)
	}
}

// refusal returns the refusal that an error is; the zero value if it is another
// error or nil.
func refusal(err error) InvokeError {
	if refused, ok := errors.AsType[*InvokeError](err); ok {
		return *refused
	}
	return InvokeError{}
}
