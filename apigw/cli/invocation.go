package cli

import (
	"context"
	"flag"
	"fmt"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/function/interpreter"
)

// invocation is how a verb invokes a function of the app.
type invocation struct {
	app       appFlags
	functions functionFlags
}

// invocationHelp is the help for its flags.
const invocationHelp = appHelp + functionHelp

func (i *invocation) add(set *flag.FlagSet) {
	i.app.add(set)
	i.functions.add(set)
}

// target is a function that can be invoked.
type target struct {
	app       *dev.App
	assembly  *assembly.Assembly
	function  *assembly.Function
	variables dev.Environment
	runWith   map[interpreter.Language]string
}

// find returns the function of this name.
func (i *invocation) find(ctx context.Context, t *terminal, name string) (target, error) {
	variables, err := i.functions.environment()
	if err != nil {
		return target{}, err
	}
	app, err := i.app.app(showTo(t.err))
	if err != nil {
		return target{}, err
	}
	a, err := app.Read(ctx)
	if err != nil {
		return target{}, err
	}
	f, err := dev.FunctionNamed(a.Functions, name)
	if err != nil {
		return target{}, usageError(err.Error())
	}
	return target{app, a, f, variables, i.functions.interpreters}, nil
}

// invoke invokes the function. Its log goes to standard error.
func (f target) invoke(ctx context.Context, t *terminal, call function.Invocation) (function.Result, error) {
	return f.app.Invoke(ctx, f.assembly, f.function, call, runner.Options{
		Environment:  f.variables.Of,
		Interpreters: f.runWith,
		Functions:    function.Options{ReportLines: true, Log: func(l function.LogLine) { fmt.Fprintln(t.err, l.Text) }},
	})
}
