package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/function"
)

func invokeVerb() verb {
	return verb{name: "invoke", run: invoke, usage: `go run ./local invoke FUNCTION [flags]

  invokes one function once, and prints its result. FUNCTION is its name, logical id,
  package or construct path, or a part of one. Its log goes to standard error.

  --event JSON            the event ({}); @FILE reads a file, @- standard input
` + appUsage + `  --env-vars FILE         environment variables of functions, in the format of SAM's
`}
}

func invoke(ctx context.Context, t *terminal, args []string) error {
	set := flag.NewFlagSet("invoke", flag.ContinueOnError)
	var flags appFlags
	flags.add(set)
	event := set.String("event", "{}", "")
	set.StringVar(event, "e", "{}", "")
	envVars := set.String("env-vars", "", "")
	rest, err := parseFlags(set, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usageError("invoke takes one FUNCTION, such as orders; an event goes behind --event")
	}
	payload := *event
	if file, ok := strings.CutPrefix(payload, "@"); ok {
		if payload, err = readFile(t, file); err != nil {
			return err
		}
	}
	if !json.Valid([]byte(payload)) {
		return usageError(fmt.Sprintf("--event is no JSON: %.60q", payload))
	}
	variables, err := environment(*envVars)
	if err != nil {
		return err
	}
	progress := func(line string) { fmt.Fprintln(t.err, line) }
	app, err := flags.find(t, progress)
	if err != nil {
		return err
	}
	a, err := flags.read(ctx, app)
	if err != nil {
		return err
	}
	f, err := functionNamed(a.Functions, rest[0])
	if err != nil {
		return err
	}
	r, err := runner.New(runner.Options{
		Root: app.Root, Environment: variables, Progress: progress,
		Functions: function.Options{ReportLines: true, Log: func(l function.LogLine) { fmt.Fprintln(t.err, l.Text) }},
	})
	if err != nil {
		return err
	}
	defer r.Close()
	if err := r.Load(ctx, &assembly.Assembly{Dir: a.Dir, Functions: []*assembly.Function{f}}); err != nil {
		return err
	}
	if why := r.NotRunnable(f); why != "" {
		return fmt.Errorf("function %s does not run here: %s", f.Path, why)
	}
	result, err := r.Invoke(ctx, f.Name, function.Invocation{Payload: []byte(payload)})
	if err != nil {
		return err
	}
	t.out.Write(append(bytes.TrimRight(result.Payload, "\n"), '\n'))
	if result.FunctionError != "" {
		return errors.New("the function failed: X-Amz-Function-Error is " + result.FunctionError)
	}
	return nil
}
