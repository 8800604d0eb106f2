package function

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// BuildError says that a function's source does not compile.
type BuildError struct {
	Package string
	// Lines are the compiler's own: file:line:column: message, with files relative
	// to the module's folder.
	Lines []string
}

func (e *BuildError) Error() string {
	return "function " + e.Package + " does not compile:\n" + strings.Join(e.Lines, "\n")
}

// Build compiles the main package pkg (such as ./functions/hello) of the module
// in moduleDir for this host, and puts the program at out; a program that is
// there is renewed only if something has changed, and processes that run it go
// on. Variables NAME=value in env are added to the environment of go build.
//
// What changes no code is left as the go command has it by default, unlike in
// deployed functions (-trimpath, CGO_ENABLED, the build id): so whatever else
// was built here need not be compiled again.
//
// The error is a *BuildError if the compiler says no, and wraps ctx.Err() if ctx
// ended first; nothing that was started is left behind then.
func Build(ctx context.Context, moduleDir, pkg, out string, env ...string) error {
	// The go command takes the path as relative to moduleDir.
	out, err := filepath.Abs(out)
	if err != nil {
		return fmt.Errorf("building function %s: %w", pkg, err)
	}
	folder := filepath.Dir(out)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("building function %s: %w", pkg, err)
	}

	var output bytes.Buffer
	build := exec.CommandContext(ctx, "go", "build",
		"-o", out,
		"-buildvcs=false", "-mod=readonly",
		"-ldflags=-s -w",
		"-tags=lambda.norpc",
		pkg)
	build.Dir = moduleDir
	// In GOTMPDIR the program is made; from the same folder it is renamed, which
	// nobody can see half done.
	build.Env = append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH,
		"GOFLAGS=", "GOTMPDIR="+folder)
	build.Env = append(build.Env, env...)
	build.Stdout, build.Stderr = &output, &output
	ownGroup(build) // go build starts compilers
	build.Cancel = func() error {
		killGroup(build.Process.Pid)
		return build.Process.Kill()
	}
	build.WaitDelay = 5 * time.Second

	err = build.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("building function %s: %w", pkg, ctx.Err())
	case errors.As(err, &exit):
		return &BuildError{Package: pkg, Lines: compilerLines(output.String())}
	case err != nil:
		return fmt.Errorf("building function %s: cannot run the go command, is Go installed? %w", pkg, err)
	}
	// Of any other package than main, go build makes a library without a word.
	if isLibrary(out) {
		os.Remove(out)
		return &BuildError{Package: pkg, Lines: []string{"it is no program: its files must say package main, and have a func main"}}
	}
	if err := Runnable(out); err != nil {
		return fmt.Errorf("building function %s: %w", pkg, err)
	}
	return nil
}

// compilerLines takes the lines without a place, which name packages, off the
// output of go build.
func compilerLines(output string) []string {
	var lines []string
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && !strings.HasPrefix(line, "# ") {
			lines = append(lines, strings.TrimPrefix(line, "./"))
		}
	}
	return lines
}

// isLibrary reports whether a file is what go build makes of a package other
// than main.
func isLibrary(file string) bool {
	content, err := os.Open(file)
	if err != nil {
		return false
	}
	defer content.Close()
	start := make([]byte, len("!<arch>"))
	_, err = io.ReadFull(content, start)
	return err == nil && string(start) == "!<arch>"
}
