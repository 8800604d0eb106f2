package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/function"
)

// faultyBootstrap builds the faulty function.
func faultyBootstrap(t *testing.T) string {
	t.Helper()
	bootstrap := filepath.Join(t.TempDir(), "bootstrap")
	if err := function.Build(context.Background(), engine(), "./tools/measure/testdata/faulty", bootstrap); err != nil {
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
			t.Errorf("%s: %s, %v", c.rule, result, err)
		}
	}
	if err := b.again(ctx, event("answer")); err == nil {
		t.Error("a function that has ended: got no error, want one")
	}
}

func TestProcessesAreSeenAndEnded(t *testing.T) {
	if err := needProc(); err != nil {
		t.Skip(err)
	}
	bootstrap := faultyBootstrap(t)
	p, err := start(command{args: []string{bootstrap, "sleep"}})
	if err != nil {
		t.Fatal(err)
	}
	pid := p.cmd.Process.Pid
	own, err := children(os.Getpid())
	if err != nil || !slices.Contains(own, pid) {
		t.Errorf("children %v, %v; want %d", own, err, pid)
	}
	from, err := runningFrom(filepath.Dir(bootstrap))
	if err != nil || !slices.Equal(from, []int{pid}) {
		t.Errorf("running from the folder: %v, %v; want %d", from, err, pid)
	}
	memory := 0
	for limit := time.Now().Add(time.Minute); memory < 100<<10 && time.Now().Before(limit); time.Sleep(time.Millisecond) {
		if memory, err = residentMemory(pid); err != nil { // it is small while the program starts
			break
		}
	}
	if err != nil || memory < 100<<10 {
		t.Errorf("%d bytes of memory, %v", memory, err)
	}
	if files, err := openFiles(pid); err != nil || files < 3 {
		t.Errorf("%d open files, %v", files, err)
	}
	if err := endAll(from); err != nil {
		t.Error(err)
	}
	<-p.gone
	if p.alive() == nil {
		t.Error("the process is alive after its end")
	}
	if _, err := residentMemory(pid); err == nil {
		t.Error("a process that has ended has memory")
	}
	if _, err := openFiles(pid); err == nil {
		t.Error("a process that has ended has open files")
	}
}

func TestProgramsSayWhenTheyAreReady(t *testing.T) {
	p, err := start(command{args: []string{"go", "version"}, ready: regexp.MustCompile(`go version (\S+)`)})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := p.await(context.Background()); err != nil || !strings.HasPrefix(found, "go1.") {
		t.Errorf("%q, %v", found, err)
	}
	<-p.gone
	if !p.stop() {
		t.Error("a program that has ended does not stop")
	}
	p, err = start(command{args: []string{"go", "version"}, ready: regexp.MustCompile(`never (.*)`)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.await(context.Background()); err == nil || !strings.Contains(err.Error(), "go version") {
		t.Errorf("a program that ends without being ready: %v; want what it said", err)
	}
}

func TestDo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	if took, err := do(ctx, command{args: []string{"go", "version"}}); err != nil || took <= 0 {
		t.Errorf("%v, %v", took, err)
	}
	if _, err := do(ctx, command{args: []string{"go", "nonsense"}}); err == nil || !strings.Contains(err.Error(), "unknown command") {
		t.Errorf("a command that fails: %v; want what it said", err)
	}
	if _, err := do(ctx, command{args: []string{"./no-such-program"}}); err == nil {
		t.Error("a program that is not there has run")
	}
	bootstrap := faultyBootstrap(t)
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := do(ctx, command{args: []string{bootstrap, "sleep"}}); err != context.Canceled {
		t.Errorf("an interrupted command: %v", err)
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
		t.Errorf("node: %v", err)
	}
	if again, err := s.toolsWithoutNode(); err != nil || again != tools {
		t.Errorf("a second time: %s, %v", again, err)
	}
	for _, variable := range environment("PATH=x") {
		if strings.HasPrefix(variable, "PATH=") && variable != "PATH=x" {
			t.Error("two variables PATH")
		}
	}
}
