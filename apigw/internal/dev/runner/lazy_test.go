package runner

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/apigw/internal/assembly"
)

// builds notes which packages are built.
type builds struct {
	mu   sync.Mutex
	list []string
}

func (b *builds) add(packages []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = append(b.list, packages...)
}

func (b *builds) want(t *testing.T, when string, packages ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Equal(b.list, packages) {
		t.Errorf("%s: built %q, want %q", when, b.list, packages)
	}
}

func (a *app) rebuild(files ...string) (built, failed []*assembly.Function, err error) {
	return a.runner.Rebuild(context.Background(), files)
}

func TestLazyFunctionsAreBuiltWhenTheyAreInvoked(t *testing.T) {
	var seen builds
	a := newApp(t, Options{Lazy: true, Building: seen.add}, "a", "b")
	a.load(t, hello("a"), hello("b"))
	seen.want(t, "after loading")
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() { a.wants(t, "a", "one template") })
	}
	wait.Wait()
	seen.want(t, "after requests to one of them", "./functions/a")

	a.words(t, "two", "")
	if built, failed, err := a.rebuild("words/words.go"); len(built) != 1 || built[0].Name != "a" || len(failed) != 0 || err != nil {
		t.Errorf("a change of what both are made of: built %v, failed %v, error %v; want a alone, which was invoked", built, failed, err)
	}
	a.wants(t, "a", "two template")
	a.wants(t, "b", "two template")
	seen.want(t, "after a change", "./functions/a", "./functions/a", "./functions/b")
}

func TestALazyFunctionThatCannotBeBuiltAnswers501(t *testing.T) {
	var seen builds
	a := newApp(t, Options{Lazy: true, Building: seen.add}, "a", "b")
	a.write(t, "functions/a/main.go", "package main\n\nfunc main() { three }\n")
	a.load(t, hello("a"), hello("b"))
	for range 2 {
		if status, body := a.get("a"); status != http.StatusNotImplemented || !strings.Contains(body, "functions/a/main.go:3:15: undefined: three") {
			t.Errorf("got %d %q, want 501 with what the compiler says", status, body)
		}
	}
	seen.want(t, "after two requests", "./functions/a")
	a.wants(t, "b", "one template")

	if _, failed, err := a.rebuild("functions/a/main.go"); len(failed) != 1 || err == nil {
		t.Errorf("code that is still broken: failed %v, error %v; want a", failed, err)
	}
	if status, _ := a.get("a"); status != http.StatusNotImplemented {
		t.Errorf("code that is still broken: got %d, want 501", status)
	}
	a.write(t, "functions/a/main.go", source)
	// It may not be known yet that b is not made of the file.
	if built, _, err := a.rebuild("functions/a/main.go"); !slices.ContainsFunc(built, func(f *assembly.Function) bool { return f.Name == "a" }) || err != nil {
		t.Errorf("mended code: built %v, error %v; want a", built, err)
	}
	a.wants(t, "a", "one template")

	a.write(t, "functions/a/main.go", "package main\n\nfunc main() { three }\n")
	if _, failed, err := a.rebuild("functions/a/main.go"); len(failed) != 1 || err == nil {
		t.Errorf("code that is broken again: failed %v, error %v; want a", failed, err)
	}
	a.wants(t, "a", "one template") // the last good version
}

func TestALazyFunctionKnowsWhatItIsMadeOf(t *testing.T) {
	var seen builds
	a := newApp(t, Options{Lazy: true, Building: seen.add}, "a")
	a.load(t, hello("a"))
	a.wants(t, "a", "one template")
	if err := a.runner.learn(context.Background(), a.runner.code[hello("a").ARN]); err != nil {
		t.Fatal(err)
	}
	if built, failed, err := a.rebuild("other/other.go"); built != nil || failed != nil || err != nil {
		t.Errorf("a file of another package: built %v, failed %v, error %v; want nothing", built, failed, err)
	}
}

func TestLazyFunctionsOfAClosedRunnerAreNotBuilt(t *testing.T) {
	var seen builds
	a := newApp(t, Options{Lazy: true, Building: seen.add}, "a")
	a.load(t, hello("a"))
	if err := a.runner.Close(); err != nil {
		t.Fatal(err)
	}
	a.runner.Prepare(context.Background(), hello("a").ARN)
	seen.want(t, "after Close")
}
