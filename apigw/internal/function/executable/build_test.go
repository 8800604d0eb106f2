package executable

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/apigw/internal/testwait"
)

// module writes a Go module with one package, ./hello, and returns its folder.
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
		t.Errorf("Runnable: got %v, want nil", err)
	}
	entries, err := os.ReadDir(filepath.Dir(out))
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder: got %v, error %v, want the program alone", entries, err)
	}
}

func TestABuildErrorHasTheCompilersWords(t *testing.T) {
	for _, test := range []struct {
		rule, source string
		lines        []string
	}{
		{"a mistake", "package main\n\nfunc main() {\n\tx := 1\n\ty\n}\n",
			[]string{"hello/main.go:4:2: declared and not used: x", "hello/main.go:5:2: undefined: y"}},
		{"a package that is not main", "package hello\n", []string{"it is not a program: its files must say package main, and one must have a func main"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "bootstrap")
			if err := Build(context.Background(), module(t, "package main\n\nfunc main() {}\n"), "./hello", out); err != nil {
				t.Fatal(err)
			}
			err := Build(context.Background(), module(t, test.source), "./hello", out)
			build, ok := errors.AsType[*BuildError](err)
			if !ok || build.Package != "./hello" || !slices.Equal(build.Lines, test.lines) {
				t.Fatalf("got %v\nwant %q", err, test.lines)
			}
			if !strings.Contains(err.Error(), test.lines[0]) {
				t.Errorf("got the error %q, want it to hold %q", err, test.lines[0])
			}
			if _, err := os.Stat(out); err == nil {
				if err := Runnable(out); err != nil {
					t.Errorf("the old program: got %v, want it as it was", err)
				}
			}
		})
	}
}

func TestBuildsThatFail(t *testing.T) {
	dir := module(t, "package main\n\nfunc main() {}\n")
	out := filepath.Join(t.TempDir(), "bootstrap")
	occupied := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.MkdirAll(filepath.Join(occupied, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, test := range []struct {
		rule     string
		ctx      context.Context
		dir, out string
		want     string // part of the error
	}{
		{"the context has ended", cancelled, dir, out, "building function ./hello: context canceled"},
		{"a file is in the place of the program's folder", context.Background(), dir, filepath.Join(dir, "go.mod", "bootstrap"), "not a directory"},
		{"there is no such module", context.Background(), filepath.Join(dir, "nowhere"), out, "cannot run the go command"},
		{"a folder is in the place of the program", context.Background(), dir, occupied, "is a folder"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			err := Build(test.ctx, test.dir, "./hello", test.out)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got the error %v, want one that holds %q", err, test.want)
			}
			if test.ctx.Err() != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("got the error %v, want one that wraps %v", err, context.Canceled)
			}
		})
	}
	if left, err := os.ReadDir(filepath.Dir(out)); err != nil || len(left) > 0 {
		t.Errorf("the folder of the program: got %v, error %v, want it empty", left, err)
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
		content, _ := os.ReadFile(pids) // not there before the tool runs
		return strings.Fields(string(content))
	}
	done := make(chan error, 1)
	go func() {
		done <- Build(ctx, dir, "./hello", filepath.Join(t.TempDir(), "bootstrap"), "GOFLAGS=-toolexec="+tool)
	}()
	testwait.Until(t, "the compiler runs", func() bool { return len(written()) >= 2 })
	cancel()
	if err := testwait.Receive(t, "the error of Build", done); !errors.Is(err, context.Canceled) {
		t.Errorf("Build: got the error %v, want %v", err, context.Canceled)
	}
	for _, text := range written() {
		pid, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		testwait.Until(t, "process "+text+" is gone", func() bool { return !testwait.Alive(pid) })
	}
}
