//go:build debugger

package dev_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/devtest"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/function"
)

// delveClient speaks to Delve as an editor does.
type delveClient struct {
	t *testing.T
	*rpc.Client
}

// state is what is read of Delve's.
type state struct {
	Running       bool `json:"Running"`
	CurrentThread *struct {
		File string `json:"file"`
		Line int    `json:"line"`
	} `json:"currentThread"`
}

func dialDelve(t *testing.T, address string) *delveClient {
	t.Helper()
	for end := time.Now().Add(limit); ; {
		client, err := jsonrpc.Dial("tcp", address)
		if err == nil {
			t.Cleanup(func() { client.Close() })
			return &delveClient{t, client}
		}
		if time.Now().After(end) {
			t.Fatalf("got %v, want a debugger at %s", err, address)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (c *delveClient) do(method string, in, out any) {
	c.t.Helper()
	if err := c.Call("RPCServer."+method, in, out); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

// command sends a command, and returns the state that it ends in.
func (c *delveClient) command(name string) state {
	c.t.Helper()
	var out struct{ State state }
	c.do("Command", map[string]any{"name": name}, &out)
	return out.State
}

// stopAt sets a breakpoint, and lets the program run on. The program runs before that:
// Delve has started it.
func (c *delveClient) stopAt(file string, line int) <-chan state {
	c.t.Helper()
	for end, running := time.Now().Add(limit), false; !running; {
		var out struct{ State state }
		c.do("State", map[string]any{"NonBlocking": true}, &out)
		if running = out.State.Running; !running && time.Now().After(end) {
			c.t.Fatalf("got the state %+v, want a program that runs", out.State)
		}
	}
	c.command("halt")
	var created any
	c.do("CreateBreakpoint", map[string]any{"Breakpoint": map[string]any{"file": file, "line": line}}, &created)
	hit := make(chan state, 1)
	go func() {
		var out struct{ State state }
		if err := c.Call("RPCServer.Command", map[string]any{"name": "continue"}, &out); err == nil {
			hit <- out.State
		}
	}()
	return hit
}

// standing is how long the test stands at the breakpoint: longer than the function's
// timeout of a second.
func standing(t *testing.T) time.Duration {
	text := os.Getenv("STANDING")
	if text == "" {
		return 2 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A person stops a function at a line with a debugger, through a request, for longer
// than the function's timeout; edits it, and does so again.
func TestBreakpoint(t *testing.T) {
	root := devtest.New(t)
	template, err := os.ReadFile(filepath.Join(string(root), devtest.TemplateFile))
	if err != nil {
		t.Fatal(err)
	}
	root.Write(t, devtest.TemplateFile, strings.Replace(string(template), `"Handler": "bootstrap"`, `"Handler": "bootstrap", "Timeout": 1`, 1))
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	events := make(chan dev.Event, 100)
	app := &dev.App{
		Root: string(root), Report: func(e dev.Event) { events <- e },
		Debugging: dev.Debugging{Functions: []dev.Debugged{{Name: "./functions/a", Port: port}}},
	}
	loop, err := dev.New(app, runner.Options{Functions: function.Options{Log: func(l function.LogLine) { t.Logf("log: %s", l.Text) }}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { loop.Close() })
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := loop.Start(ctx, true); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); loop.Follow(ctx) }()
	defer func() { cancel(); <-done }()
	server := httptest.NewServer(loop)
	defer server.Close()

	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	file := filepath.Join(string(root), devtest.FunctionFile)
	line := lineOf(t, file, "done, err := http.Post")
	request := func() <-chan string {
		answers := make(chan string, 1)
		go func() {
			response, err := http.Get(server.URL + "/api/first/")
			if err != nil {
				answers <- err.Error()
				return
			}
			defer response.Body.Close()
			body, _ := io.ReadAll(response.Body)
			answers <- response.Status + " " + string(body)
		}()
		return answers
	}
	stop := func(want string, stand time.Duration) {
		t.Helper()
		client := dialDelve(t, address)
		hit := client.stopAt(file, line)
		answers := request()
		select {
		case s := <-hit:
			if s.CurrentThread == nil || s.CurrentThread.File != file || s.CurrentThread.Line != line {
				t.Fatalf("got the state %+v, want it at %s:%d", s, file, line)
			}
		case answer := <-answers:
			t.Fatalf("got the response %s, want the function to stand at the breakpoint", answer)
		case <-time.After(limit):
			t.Fatal("the breakpoint was not hit")
		}
		select {
		case answer := <-answers:
			t.Fatalf("got the response %s while the function stood, want none", answer)
		case <-time.After(stand):
		}
		go func() {
			var out any
			_ = client.Call("RPCServer.Command", map[string]any{"name": "continue"}, &out) // returns at the next hit
		}()
		select {
		case answer := <-answers:
			if answer != "200 OK "+want {
				t.Fatalf("got the response %s, want 200 and %s", answer, want)
			}
		case <-time.After(limit):
			t.Fatal("got no response after the function went on")
		}
	}
	stop("one", standing(t))

	root.Respond(t, `"two"`)
	for built := false; !built; {
		select {
		case e := <-events:
			_, built = e.(dev.Built)
		case <-time.After(limit):
			t.Fatal("the function was not built again")
		}
	}
	stop("two", 0)
}

func lineOf(t *testing.T, file, part string) int {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, _, ok := strings.Cut(string(content), part)
	if !ok {
		t.Fatalf("%s has no %q", file, part)
	}
	return strings.Count(before, "\n") + 1
}
