package runner

import (
	"fmt"
	"net"
	"slices"
	"strconv"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function/interpreter"
)

// Debugger is what a function runs under, so that a person can stop it at a line.
type Debugger struct {
	// Port of 127.0.0.1 is where the debugger listens for an editor.
	Port int
	// Delve is the program that debugs functions in Go.
	Delve string
}

// Address returns where the debugger listens.
func (d *Debugger) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(d.Port)) }

// delve returns the command that runs a program in Go: by itself without a debugger.
// The program runs on at once, and goes on when the editor leaves.
func (d *Debugger) delve(program string) []string {
	if d == nil {
		return []string{program}
	}
	return []string{
		d.Delve, "exec", program, "--headless", "--listen=" + d.Address(), "--api-version=2", "--accept-multiclient", "--continue",
		"--check-go-version=false",
	}
}

// node adds the debugger to a command whose program is Node.js, perhaps behind a wrapper.
func (d *Debugger) node(command []string, program string) []string {
	if d == nil {
		return command
	}
	return slices.Insert(slices.Clone(command), slices.Index(command, program)+1, "--inspect="+d.Address())
}

// debugged asks which functions run under a debugger.
func (r *Runner) debugged(a *assembly.Assembly) (map[string]*Debugger, error) {
	if r.options.Debug == nil {
		return nil, nil
	}
	return r.options.Debug(a.Functions)
}

// canBeDebugged returns an error for code that no debugger here understands.
func (c *code) canBeDebugged() error {
	language, _, interpreted := interpreter.Of(c.function.Runtime)
	switch {
	case c.built(), interpreted && language == interpreter.Node:
		return nil
	case interpreted:
		return fmt.Errorf("function %s cannot run under a debugger here: --debug is for functions in Go and Node.js, and its runtime is %s", c.function.Path, c.function.Runtime)
	}
	return fmt.Errorf("function %s cannot run under a debugger: it is built elsewhere, so that its source is not here", c.function.Path)
}
