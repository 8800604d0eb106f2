package function

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module writes a Go module with one package, ./hello.
func module(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "hello"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"go.mod": "module example.com/m\n\ngo 1.26\n", "hello/main.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuild(t *testing.T) {
	dir := module(t, "package main\n\nfunc main() {}\n")
	out := filepath.Join(t.TempDir(), "new", "folder", "bootstrap")
	if err := Build(context.Background(), dir, "./hello", out, "GOFLAGS=-v"); err != nil {
		t.Fatal(err)
	}
	if err := Runnable(out); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir(filepath.Dir(out))
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}

func TestWhatDoesNotCompileIsToldInTheCompilersWords(t *testing.T) {
	for _, test := range []struct {
		rule, source string
		lines        []string
	}{
		{"a mistake", "package main\n\nfunc main() {\n\tx := 1\n\ty\n}\n",
			[]string{"hello/main.go:4:2: declared and not used: x", "hello/main.go:5:2: undefined: y"}},
		{"a package that is not main", "package hello\n", []string{"it is no program: its files must say package main, and have a func main"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "bootstrap")
			if err := Build(context.Background(), module(t, "package main\n\nfunc main() {}\n"), "./hello", out); err != nil {
				t.Fatal(err)
			}
			err := Build(context.Background(), module(t, test.source), "./hello", out)
			var build *BuildError
			if !errors.As(err, &build) || build.Package != "./hello" || !slices.Equal(build.Lines, test.lines) {
				t.Fatalf("got %v\nwant %q", err, test.lines)
			}
			if !strings.Contains(err.Error(), test.lines[0]) {
				t.Errorf("the error does not say it: %v", err)
			}
			if _, err := os.Stat(out); err == nil {
				if err := Runnable(out); err != nil {
					t.Errorf("the old program is replaced: %v", err)
				}
			}
		})
	}
}

func TestBuildsThatCannotBe(t *testing.T) {
	dir := module(t, "package main\n\nfunc main() {}\n")
	out := filepath.Join(t.TempDir(), "bootstrap")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Build(cancelled, dir, "./hello", out); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
	if err := Build(context.Background(), dir, "./hello", filepath.Join(dir, "go.mod", "bootstrap")); err == nil {
		t.Error("a file is taken for a folder")
	}
	if err := Build(context.Background(), filepath.Join(dir, "nowhere"), "./hello", out); err == nil {
		t.Error("there is no such module")
	}
	occupied := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.MkdirAll(filepath.Join(occupied, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Build(context.Background(), dir, "./hello", occupied); err == nil {
		t.Error("a folder is replaced by a program")
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(out), ".build-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestACancelledBuildLeavesNoProcess(t *testing.T) {
	// A compiler that hangs stands for a long build.
	dir := module(t, "package main\n\nfunc main() {}\n")
	tool := filepath.Join(t.TempDir(), "hang")
	pids := filepath.Join(t.TempDir(), "pids")
	script := "#!/bin/sh\necho $$ >> " + pids + "\nsleep 3600 &\necho $! >> " + pids + "\nwait\n"
	if err := os.WriteFile(tool, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	written := func() []string {
		content, _ := os.ReadFile(pids) // it comes when the tool runs
		return strings.Fields(string(content))
	}
	done := make(chan error, 1)
	go func() {
		done <- Build(ctx, dir, "./hello", filepath.Join(t.TempDir(), "bootstrap"), "GOFLAGS=-toolexec="+tool)
	}()
	eventually(t, "the compiler runs", func() bool { return len(written()) >= 2 })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Build: %v", err)
	}
	for _, pid := range written() {
		eventually(t, "process "+pid+" is gone", func() bool { return !aliveText(t, pid) })
	}
}
