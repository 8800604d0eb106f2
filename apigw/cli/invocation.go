package cli

import (
	"context"
	"flag"
	"fmt"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/function"
)

// invocation is how a verb invokes a function of the app.
type invocation struct {
	app     appFlags
	envVars *string
}

// invocationHelp is the help for its flags.
const invocationHelp = appHelp + environmentHelp

func (i *invocation) add(set *flag.FlagSet) {
	i.app.add(set)
	i.envVars = environmentFlag(set)
}

// invoked is what an invocation came to.
type invoked struct {
	function.Result
	assembly *assembly.Assembly
	function *assembly.Function
}

// run invokes the function of this name. Its log goes to standard error.
func (i *invocation) run(ctx context.Context, t *terminal, name string, event []byte) (invoked, error) {
	variables, err := environment(*i.envVars)
	if err != nil {
		return invoked{}, err
	}
	app, err := i.app.app(showTo(t.err))
	if err != nil {
		return invoked{}, err
	}
	a, err := app.Read(ctx)
	if err != nil {
		return invoked{}, err
	}
	f, err := dev.FunctionNamed(a.Functions, name)
	if err != nil {
		return invoked{}, usageError(err.Error())
	}
	result, err := app.Invoke(ctx, a, f, event, runner.Options{
		Environment: variables.Of,
		Functions:   function.Options{ReportLines: true, Log: func(l function.LogLine) { fmt.Fprintln(t.err, l.Text) }},
	})
	return invoked{result, a, f}, err
}
