// Package executable turns the code of a function into a program that this host
// runs: it compiles Go source, unpacks archives, and says why a file cannot run.
package executable

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

	"example.com/apigw/internal/processgroup"
)

// BuildError is the error of a function whose source does not compile.
type BuildError struct {
	Package string
	// Lines are the compiler's own: file:line:column: message. Files are relative
	// to the module's folder.
	Lines []string
}

// Error implements the error interface.
func (e *BuildError) Error() string {
	return "function " + e.Package + " does not compile:\n" + strings.Join(e.Lines, "\n")
}

// Build compiles the main package pkg (such as ./functions/hello) of the module
// in moduleDir for this host, and writes the program to out. A program that is
// there is replaced only if something has changed; processes that run it go on.
// Variables NAME=value in env are added to the environment of go build.
//
// Flags that do not change what the program does (-trimpath, CGO_ENABLED, the
// build id) are left at their defaults, unlike those of deployed functions. So
// packages that were compiled here before need not be compiled again.
//
// The error is a *BuildError if the source does not compile. If ctx ends first,
// the error wraps ctx.Err(), and no process is left behind.
func Build(ctx context.Context, moduleDir, pkg, out string, env ...string) error {
	return build(ctx, moduleDir, pkg, out, []string{"-ldflags=-s -w"}, env)
}

// BuildForDebugger is Build for a program that a debugger can follow line by line:
// without optimisation, and with all that it knows of its source.
func BuildForDebugger(ctx context.Context, moduleDir, pkg, out string, env ...string) error {
	return build(ctx, moduleDir, pkg, out, []string{"-gcflags=all=-N -l"}, env)
}

func build(ctx context.Context, moduleDir, pkg, out string, flags, env []string) error {
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
	args := append([]string{"build", "-o", out, "-buildvcs=false", "-mod=readonly", "-tags=lambda.norpc"}, flags...)
	build := exec.CommandContext(ctx, "go", append(args, pkg)...)
	build.Dir = moduleDir
	// go build writes the program in GOTMPDIR. From the same folder it is renamed,
	// so nobody sees half a program.
	build.Env = append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH,
		"GOFLAGS=", "GOTMPDIR="+folder)
	build.Env = append(build.Env, env...)
	build.Stdout, build.Stderr = &output, &output
	processgroup.Own(build) // go build starts compilers
	build.Cancel = func() error {
		processgroup.Kill(build.Process.Pid)
		return build.Process.Kill()
	}
	build.WaitDelay = 5 * time.Second

	err = build.Run()
	if ctx.Err() != nil {
		return fmt.Errorf("building function %s: %w", pkg, ctx.Err())
	}
	if _, failed := errors.AsType[*exec.ExitError](err); failed {
		return &BuildError{Package: pkg, Lines: compilerLines(output.String())}
	}
	if err != nil {
		return fmt.Errorf("building function %s: cannot run the go command, is Go installed? %w", pkg, err)
	}
	// go build turns any package but main into a library, without an error.
	if isLibrary(out) {
		os.Remove(out)
		return &BuildError{Package: pkg, Lines: []string{"it is not a program: its files must say package main, and one must have a func main"}}
	}
	if err := Runnable(out); err != nil {
		return fmt.Errorf("building function %s: %w", pkg, err)
	}
	return nil
}

// compilerLines returns the lines of the output of go build that name a place in
// a file. The others name packages.
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

// isLibrary reports whether a file is an archive, which go build makes of a
// package other than main.
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
