package synth

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/testwait"
)

// The app of these tests is a shell script that writes what it was given.
const script = `mkdir -p "$CDK_OUTDIR" && printf '%s' "$CDK_CONTEXT_JSON" >"$CDK_OUTDIR/context.json" && echo '{}' >"$CDK_OUTDIR/manifest.json" && echo run >>runs`

// newApp writes an app whose snapshot is up to date to a folder of its own.
func newApp(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{
		"app.go": "package main", "go.mod": "module m", "stacks/stack.go": "package stacks",
		"cdk.json":                    `{"app":"sh ./app.sh","context":{"flag":true,"stage":"prod"}}`,
		"app.sh":                      script,
		"test/snapshot/manifest.json": "{}",
	} {
		write(t, filepath.Join(root, name), content)
	}
	digest, err := Digest(root)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, Snapshot, DigestFile), digest+"\n")
	return root
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestTheSnapshotServesWhileItsSourcesAreTheSame(t *testing.T) {
	root := newApp(t)
	app := &App{Root: root}
	dir, err := app.Assembly(context.Background())
	if err != nil || dir != filepath.Join(root, Snapshot) {
		t.Errorf("assembly %q, error %v; want the snapshot", dir, err)
	}
	if runs, err := os.ReadFile(filepath.Join(root, "runs")); err == nil {
		t.Errorf("the app ran %q, want that it does not run", runs)
	}
}

func TestFunctionsOfLessonsAreNotCompiled(t *testing.T) {
	for want, context := range map[string][]string{
		`"aws:cdk:bundling-stacks":["**"]`: {"stage=test"},
		`"aws:cdk:bundling-stacks":[]`:     {LessonsContext},
	} {
		dir, err := (&App{Root: newApp(t), Context: context}).Assembly(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, filepath.Join(dir, "context.json")); !strings.Contains(got, want) {
			t.Errorf("the context for %q is %s, want %s in it", context, got, want)
		}
	}
}

func TestEachContextHasItsSnapshot(t *testing.T) {
	root := newApp(t)
	write(t, filepath.Join(root, "lessons/one/a.vtl"), "1")
	digest, err := Digest(root, LessonsContext)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, LessonsSnapshot, "manifest.json"), "{}")
	write(t, filepath.Join(root, LessonsSnapshot, DigestFile), digest)
	for _, c := range []struct {
		rule    string
		context []string
		want    string // below the root; empty is one that was made
	}{
		{"the app", nil, Snapshot},
		{"its lessons", []string{LessonsContext}, LessonsSnapshot},
		{"lessons that are not asked for", []string{"lessons=false"}, ""},
		{"lessons with another context", []string{LessonsContext, "stage=test"}, ""},
	} {
		dir, err := (&App{Root: root, Context: c.context}).Assembly(context.Background())
		if err != nil {
			t.Fatalf("%s: %v", c.rule, err)
		}
		got, err := filepath.Rel(root, dir)
		if made := strings.HasPrefix(filepath.ToSlash(got), cache); err != nil || made != (c.want == "") || !made && filepath.ToSlash(got) != c.want {
			t.Errorf("%s: got the assembly %s, want %q", c.rule, got, c.want)
		}
	}
	write(t, filepath.Join(root, "lessons/one/a.vtl"), "2")
	if dir, err := (&App{Root: root, Context: []string{LessonsContext}}).Assembly(context.Background()); err != nil || strings.HasSuffix(dir, "snapshot") {
		t.Errorf("a changed template: got the assembly %s and the error %v, want one that was made", dir, err)
	}
}

func TestAChangedAppIsSynthesizedOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(root string) error
		context []string
		wants   []string // in the context that the app gets
	}{
		{"a changed stack", func(root string) error {
			return os.WriteFile(filepath.Join(root, "stacks/stack.go"), []byte("package stacks\n\nconst two = 2"), 0o644)
		}, nil, []string{`"flag":true`, `"stage":"prod"`, `"aws:cdk:enable-path-metadata":true`}},
		{"a new file", func(root string) error {
			return os.WriteFile(filepath.Join(root, "stacks/more.vtl"), nil, 0o644)
		}, nil, []string{`"flag":true`}},
		{"context", func(string) error { return nil }, []string{"stage=test", "x=a=b"}, []string{`"stage":"test"`, `"x":"a=b"`}},
		{"no snapshot", func(root string) error { return os.RemoveAll(filepath.Join(root, Snapshot)) }, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := newApp(t)
			if err := c.change(root); err != nil {
				t.Fatal(err)
			}
			synthesized := 0
			app := &App{Root: root, Context: c.context, Synthesizing: func() { synthesized++ }}
			first, err := app.Assembly(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			second, err := app.Assembly(context.Background())
			if err != nil || second != first {
				t.Errorf("the second time: %q, error %v; want that of the first time, %q", second, err, first)
			}
			if runs := read(t, filepath.Join(root, "runs")); runs != "run\n" {
				t.Errorf("the app ran %q, want once", runs)
			}
			if synthesized != 1 {
				t.Errorf("synthesized %d times, want once", synthesized)
			}
			for _, want := range c.wants {
				if got := read(t, filepath.Join(first, "context.json")); !strings.Contains(got, want) {
					t.Errorf("the app's context is %s, want %s in it", got, want)
				}
			}
		})
	}
}

func TestWhatIsNotASourceChangesNothing(t *testing.T) {
	root := newApp(t)
	write(t, filepath.Join(root, "functions/hello/main.go"), "package main")
	write(t, filepath.Join(root, "README.md"), "new")
	write(t, filepath.Join(root, "stacks/stack.go"), "// Package stacks has a comment.\npackage  stacks\n")
	write(t, filepath.Join(root, "stacks/stack_test.go"), "package stacks")
	write(t, filepath.Join(root, "go.mod"), "module m\n\nrequire github.com/google/uuid v1.6.0 // indirect\n") // as go get writes it
	dir, err := (&App{Root: root}).Assembly(context.Background())
	if err != nil || dir != filepath.Join(root, Snapshot) {
		t.Errorf("assembly %q, error %v; want the snapshot", dir, err)
	}
}

func TestACommandIsRunAndAFolderIsServed(t *testing.T) {
	root := newApp(t)
	folder := filepath.Join(root, "elsewhere")
	write(t, filepath.Join(folder, "manifest.json"), "{}")
	dir, err := (&App{Root: root, Command: folder}).Assembly(context.Background())
	if err != nil || dir != folder {
		t.Errorf("assembly %q, error %v; want %q", dir, err, folder)
	}
	for range 2 {
		dir, err = (&App{Root: root, Command: "sh ./app.sh", Context: []string{"a=b"}}).Assembly(context.Background())
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, filepath.Join(dir, "context.json")); !strings.Contains(got, `"a":"b"`) {
		t.Errorf("the app's context is %s, want a and its value in it", got)
	}
	if runs := read(t, filepath.Join(root, "runs")); runs != "run\nrun\n" {
		t.Errorf("the command ran %q, want twice", runs)
	}
}

func TestOldAssembliesAreRemoved(t *testing.T) {
	root := newApp(t)
	for i := range keptAssemblies + 3 {
		write(t, filepath.Join(root, "stacks/stack.go"), "package stacks\n\nvar "+strings.Repeat("x", i+1)+" int")
		if _, err := (&App{Root: root}).Assembly(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(filepath.Join(root, cache))
	if err != nil || len(entries) != keptAssemblies {
		t.Errorf("%d assemblies, error %v; want %d", len(entries), err, keptAssemblies)
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		app  func(root string) *App
		want string
	}{
		{"an app that fails", func(root string) *App {
			return &App{Root: root, Command: "echo undefined: x >&2; exit 3"}
		}, "undefined: x"},
		{"an app that writes no assembly", func(root string) *App { return &App{Root: root, Command: "true"} }, "does it end with app.Synth?"},
		{"context without a value", func(root string) *App { return &App{Root: root, Context: []string{"stage"}} }, "expected key=value"},
		{"context without a key", func(root string) *App { return &App{Root: root, Command: "true", Context: []string{"=x"}} }, "expected key=value"},
		{"context for a folder", func(root string) *App { return &App{Root: root, Command: root, Context: []string{"a=b"}} }, "no effect"},
		{"a folder without the app", func(root string) *App { return &App{Root: filepath.Join(root, "stacks")} }, "run the command in the app's folder"},
		{"a broken cdk.json", func(root string) *App {
			if err := os.WriteFile(filepath.Join(root, "cdk.json"), []byte("{"), 0o644); err != nil {
				panic(err)
			}
			return &App{Root: root}
		}, "cdk.json is not the JSON that it should be"},
		{"a cdk.json without an app", func(root string) *App {
			if err := os.WriteFile(filepath.Join(root, "cdk.json"), []byte("{}"), 0o644); err != nil {
				panic(err)
			}
			return &App{Root: root}
		}, `has no "app"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.app(newApp(t)).Assembly(context.Background())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestAFolderThatIsMissingIsNotACommand(t *testing.T) {
	root := newApp(t)
	for _, missing := range []string{filepath.Join(root, "no", "cdk.out"), "cdk.out.missing", "./cdk.out.missing/", filepath.Join(root, "go.mod")} {
		app := &App{Root: root, Command: missing, Synthesizing: func() { t.Errorf("%s runs as a command", missing) }}
		dir, err := app.Assembly(context.Background())
		if want := "--app " + missing + ": there is no such folder"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q, error %v; want %q in it", dir, err, want)
		}
		if _, ok := app.Folder(); !ok {
			t.Errorf("%s is not a folder, want one that is missing", missing)
		}
	}
}

func TestAnAppHasATemporaryFolderThatIsRemoved(t *testing.T) {
	root := newApp(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, c := range []struct{ rule, command string }{
		{"an app that ends", `echo "$TMPDIR" >temporary && touch "$TMPDIR/jsii" && sh ./app.sh`},
		{"an app that fails", `echo "$TMPDIR" >temporary && touch "$TMPDIR/jsii" && exit 3`},
		{"an app that is interrupted", `echo "$TMPDIR" >temporary && touch "$TMPDIR/jsii" && sleep 600`},
	} {
		if err := os.RemoveAll(filepath.Join(root, "temporary")); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			_, err := (&App{Root: root, Command: c.command}).Assembly(ctx)
			done <- err
		}()
		var folder string
		testwait.Until(t, "the app has started", func() bool {
			content, err := os.ReadFile(filepath.Join(root, "temporary"))
			folder = strings.TrimSpace(string(content))
			return err == nil && folder != ""
		})
		if strings.Contains(c.command, "sleep") {
			cancel()
		}
		err := <-done
		if _, stat := os.Stat(folder); !errors.Is(stat, os.ErrNotExist) || !strings.HasPrefix(folder, root) {
			t.Errorf("%s, error %v: the folder %s is there: %v; want one below %s that has gone", c.rule, err, folder, stat, root)
		}
	}
}

func TestTheEndOfTheContextEndsTheApp(t *testing.T) {
	root := newApp(t)
	ctx, cancel := context.WithCancel(context.Background())
	app := &App{Root: root, Command: "sleep 600 & wait", Synthesizing: cancel}
	if _, err := app.Assembly(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestTheCommandOfAnAppInAnotherLanguage(t *testing.T) {
	for _, c := range []struct {
		rule  string
		files map[string]string
		want  string
	}{
		{"an app in TypeScript has the command of its cdk.json", map[string]string{"cdk.json": `{"app":"npx ts-node bin/app.ts"}`}, "npx ts-node bin/app.ts"},
		{"an app in Go with stacks is this kit's own", map[string]string{"cdk.json": `{"app":"go run ."}`, "app.go": "package main", "stacks/s.go": "package stacks"}, ""},
		{"a folder without an app has none", nil, ""},
		{"a cdk.json that is not JSON has none", map[string]string{"cdk.json": "{"}, ""},
	} {
		root := t.TempDir()
		for name, text := range c.files {
			file := filepath.Join(root, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got := CommandOf(root); got != c.want {
			t.Errorf("%s: got %q, want %q", c.rule, got, c.want)
		}
	}
}
