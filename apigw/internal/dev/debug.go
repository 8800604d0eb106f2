package dev

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/function/interpreter"
)

// delveModule is the debugger for functions in Go, at the version that is taken where
// the machine has none.
const (
	delveModule  = "github.com/go-delve/delve/cmd/dlv"
	delveVersion = "v1.27.2"
)

// firstPort is where the first debugger listens if nobody says where, as Delve does.
const firstPort = 2345

// Debugging are the functions that run under a debugger.
type Debugging struct {
	// Functions are as people name them, each with the port of its debugger or 0.
	Functions []Debugged
	// Delve is the program for functions in Go; empty looks for it, and installs it.
	Delve string
}

// Debugged is one function under a debugger.
type Debugged struct {
	Name string
	Port int
}

// ParseDebugged reads NAME or NAME=PORT.
func ParseDebugged(text string) (Debugged, error) {
	name, port, ok := strings.Cut(text, "=")
	if name == "" {
		return Debugged{}, errors.New("expected NAME or NAME=PORT")
	}
	d := Debugged{Name: name}
	if !ok {
		return d, nil
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 1 || number > 65535 {
		return d, fmt.Errorf("%q is not a port, which is a number from 1 to 65535", port)
	}
	d.Port = number
	return d, nil
}

// resolve finds the functions in an app, and gives each its port.
func (d Debugging) resolve(functions []*assembly.Function) (map[string]*runner.Debugger, []DebuggerReady, error) {
	found := map[string]*runner.Debugger{}
	taken := map[int]string{}
	for _, wanted := range d.Functions {
		taken[wanted.Port] = wanted.Name
	}
	next := firstPort
	var ready []DebuggerReady
	for _, wanted := range d.Functions {
		f, err := FunctionNamed(functions, wanted.Name)
		if err != nil {
			return nil, nil, fmt.Errorf("--debug: %w", err)
		}
		if found[f.ARN] != nil {
			return nil, nil, fmt.Errorf("--debug: %s is named twice", f.SourceName())
		}
		if language, _, ok := interpreter.Of(f.Runtime); ok && language != interpreter.Node && f.Package == "" {
			return nil, nil, fmt.Errorf("--debug: function %s cannot run under a debugger here: --debug is for functions in Go and Node.js, and its runtime is %s", f.Path, f.Runtime)
		}
		port := wanted.Port
		if port == 0 {
			for taken[next] != "" {
				next++
			}
			port = next
		} else if taken[port] != wanted.Name {
			return nil, nil, fmt.Errorf("--debug: the port %d is for %s and for %s", port, taken[port], wanted.Name)
		}
		taken[port] = wanted.Name
		found[f.ARN] = &runner.Debugger{Port: port, Delve: d.Delve}
		ready = append(ready, DebuggerReady{Function: f, Address: found[f.ARN].Address(), Go: f.Package != ""})
	}
	return found, ready, nil
}

// prepareDelve finds or installs Delve if a function needs it.
func (a *App) prepareDelve(ctx context.Context, read *assembly.Assembly) error {
	if a.Debugging.Delve != "" {
		return nil
	}
	_, wanted, err := a.Debugging.resolve(read.Functions)
	if err != nil {
		return err
	}
	for _, each := range wanted {
		if _, _, interpreted := interpreter.Of(each.Function.Runtime); interpreted && !each.Go {
			continue
		}
		a.Debugging.Delve, err = a.installDelve(ctx)
		return err
	}
	return nil
}

// installDelve returns the program of Delve: that of the machine, or one that is
// installed below the folder of the app.
func (a *App) installDelve(ctx context.Context) (string, error) {
	if program, err := exec.LookPath("dlv"); err == nil {
		return program, nil
	}
	bin, err := filepath.Abs(filepath.Join(a.Root, ".build", "tools"))
	if err != nil {
		return "", err
	}
	program := filepath.Join(bin, "dlv-"+delveVersion)
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	a.report(Installing{"Delve " + delveVersion})
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return "", err
	}
	install := exec.CommandContext(ctx, "go", "install", delveModule+"@"+delveVersion)
	install.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=", "GOOS=", "GOARCH=")
	if out, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("--debug needs Delve, the debugger for Go, and installing it failed: install it with \"go install %s@%s\": %w\n%s",
			delveModule, delveVersion, err, strings.TrimSpace(string(out)))
	}
	name := "dlv"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return program, os.Rename(filepath.Join(bin, name), program)
}
