package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/function/executable"
)

// faultyBootstrap builds the faulty function.
func faultyBootstrap(t *testing.T) string {
	t.Helper()
	bootstrap := filepath.Join(t.TempDir(), "bootstrap")
	if err := executable.Build(context.Background(), engine(), "./tools/measure/testdata/faulty", bootstrap); err != nil {
		t.Fatal(err)
	}
	return bootstrap
}

func TestBareInvokes(t *testing.T) {
	t.Setenv("INVOCATIONS", filepath.Join(t.TempDir(), "invocations"))
	b, err := startBare(faultyBootstrap(t))
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	ctx := context.Background()
	event := func(do string) []byte { return []byte(`{"queryStringParameters":{"do":"` + do + `","nonce":"n"}}`) }
	for _, c := range []struct{ rule, do, want, problem string }{
		{"a result", "answer", `{"statusCode":200,"body":"n"}`, ""},
		{"an error", "error", "", "no table"},
		{"a result after an error", "answer", `{"statusCode":200,"body":"n"}`, ""},
		{"the end of the process", "exit", "", "exit status 1"},
		{"no process", "answer", "", "has ended"},
	} {
		result, err := b.invoke(ctx, event(c.do))
		if string(result) != c.want || (err == nil) != (c.problem == "") || err != nil && !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s: got %s, error %v; want %s, error %q", c.rule, result, err, c.want, c.problem)
		}
	}
	if err := b.again(ctx, event("answer")); err == nil {
		t.Error("a function that has ended: got no error, want one")
	}
}

func TestProgramsSayWhenTheyAreReady(t *testing.T) {
	p, err := start(command{args: []string{"go", "version"}, ready: regexp.MustCompile(`go version (\S+)`)})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := p.await(context.Background()); err != nil || !strings.HasPrefix(found, "go1.") {
		t.Errorf("got %q, error %v; want the version of Go", found, err)
	}
	<-p.gone
	if !p.stop() {
		t.Error("a program that has ended: got false from stop, want true")
	}
	p, err = start(command{args: []string{"go", "version"}, ready: regexp.MustCompile(`never (.*)`)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.await(context.Background()); err == nil || !strings.Contains(err.Error(), "go version") {
		t.Errorf("a program that ends without being ready: got error %v, want what it said", err)
	}
}

func TestDo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	if took, err := do(ctx, command{args: []string{"go", "version"}}); err != nil || took <= 0 {
		t.Errorf("got %v, error %v; want a time", took, err)
	}
	if _, err := do(ctx, command{args: []string{"go", "nonsense"}}); err == nil || !strings.Contains(err.Error(), "unknown command") {
		t.Errorf("a command that fails: got error %v, want what it said", err)
	}
	if _, err := do(ctx, command{args: []string{"./no-such-program"}}); err == nil {
		t.Error("a program that is not there: got no error, want one")
	}
	bootstrap := faultyBootstrap(t)
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := do(ctx, command{args: []string{bootstrap, "sleep"}}); err != context.Canceled {
		t.Errorf("an interrupted command: got error %v, want %v", err, context.Canceled)
	}
}

func TestThereIsNoNodeAmongTheTools(t *testing.T) {
	s := &site{work: t.TempDir()}
	tools, err := s.toolsWithoutNode()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", tools)
	if _, err := exec.LookPath("go"); err != nil {
		t.Error(err)
	}
	if err := need("node", "install Node.js"); err == nil || err.Error() != "node is missing: install Node.js" {
		t.Errorf("got error %v, want node is missing: install Node.js", err)
	}
	if again, err := s.toolsWithoutNode(); err != nil || again != tools {
		t.Errorf("a second time: got %s, error %v; want %s", again, err, tools)
	}
	for _, variable := range environment("PATH=x") {
		if strings.HasPrefix(variable, "PATH=") && variable != "PATH=x" {
			t.Errorf("got the variable %s, want PATH=x alone", variable)
		}
	}
}
