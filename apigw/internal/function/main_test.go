package function

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
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
			if err := Build(context.Background(), ".", pkg, out); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
		return m.Run()
	}())
}

// patience bounds waits that end at once unless something is broken.
const patience = 30 * time.Second

// lab is a host with one function, named fault unless a test adds others.
type lab struct {
	*Host
	t   *testing.T
	mu  sync.Mutex
	log []LogLine
}

// newLab makes a lab, which at the end of the test must leave nothing behind.
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
			t.Errorf("child processes are left: %v", left)
		}
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		eventually(t, "no goroutine and no open file is left", func() bool {
			return runtime.NumGoroutine() <= goroutines && openFiles(t) <= files
		})
	})
	return l
}

// fault adds the function named fault. Change may change its spec.
func (l *lab) fault(change func(*Spec)) {
	l.t.Helper()
	s := Spec{Name: "fault", Command: []string{faultProgram}, Timeout: time.Minute}
	if change != nil {
		change(&s)
	}
	if err := l.Set(s); err != nil {
		l.t.Fatal(err)
	}
}

// invoke sends an event to fault, which must run.
func (l *lab) invoke(event string) Result {
	l.t.Helper()
	result, err := l.Invoke(context.Background(), "fault", Invocation{Payload: []byte(event)})
	if err != nil {
		l.t.Fatalf("Invoke(%s): %v", event, err)
	}
	return result
}

// answer is what the fault function tells of itself.
type answer struct {
	PID         int
	Text        string
	Header      http.Header
	Environment []string
}

// answer sends an event to fault, which must succeed.
func (l *lab) answer(event string) answer {
	l.t.Helper()
	result := l.invoke(event)
	var a answer
	if err := json.Unmarshal(result.Payload, &a); err != nil || result.FunctionError != "" {
		l.t.Fatalf("%s: %q %s", event, result.FunctionError, result.Payload)
	}
	return a
}

// lines returns the log so far as "request id: text".
func (l *lab) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lines []string
	for _, line := range l.log {
		lines = append(lines, line.RequestID+": "+line.Text)
	}
	return lines
}

// gate holds up the events of fault that wait for it.
type gate struct {
	t    *testing.T
	path string
}

func newGate(t *testing.T) gate { return gate{t, filepath.Join(t.TempDir(), "gate")} }

func (g gate) event() []byte { return g.do("wait") }

// do is an event that does something, and waits.
func (g gate) do(what string) []byte {
	path, err := json.Marshal(g.path)
	if err != nil {
		g.t.Fatal(err)
	}
	return fmt.Appendf(nil, `{"Do":%q,"Text":%s}`, what, path)
}

func (g gate) open() {
	if err := os.WriteFile(g.path, nil, 0o600); err != nil {
		g.t.Error(err)
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so after %v: %s", patience, what)
		}
	}
}

// alive reports whether a process runs. A zombie does not.
func alive(pid int) bool {
	if runtime.GOOS == "linux" {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil {
			return false
		}
		_, state, _ := strings.Cut(string(stat), ") ")
		return !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
	}
	process, err := os.FindProcess(pid)
	return err == nil && process.Signal(syscall.Signal(0)) == nil
}

// children lists the child processes of this one, on Linux.
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

// openFiles counts the open file descriptors, on Linux.
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

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
}

func aliveText(t *testing.T, pid string) bool {
	t.Helper()
	number, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatal(err)
	}
	return alive(number)
}
