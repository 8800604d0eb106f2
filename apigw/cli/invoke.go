package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"strings"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/function"
)

func invokeVerb() verb {
	return verb{name: "invoke", synopsis: "invoke FUNCTION [flags]", define: defineInvoke, help: `  invokes one function once, and prints its result. FUNCTION is its name, logical id,
  package or construct path, or a part of one. Its log goes to standard error.

  -e, --event JSON        the event ({}); @FILE reads a file, @- standard input
` + appHelp + environmentHelp}
}

func defineInvoke(set *flag.FlagSet) action {
	var flags appFlags
	flags.add(set)
	var event string
	set.StringVar(&event, "event", "{}", "")
	set.StringVar(&event, "e", "{}", "")
	envVars := environmentFlag(set)
	return func(ctx context.Context, t *terminal, args []string) error {
		if len(args) != 1 {
			return usageError("invoke takes one FUNCTION, such as orders; an event goes behind --event")
		}
		if file, ok := strings.CutPrefix(event, "@"); ok {
			var err error
			if event, err = readFile(t, file); err != nil {
				return err
			}
		}
		if !json.Valid([]byte(event)) {
			return usageError(fmt.Sprintf("--event is not JSON: %.60q", event))
		}
		variables, err := environment(*envVars)
		if err != nil {
			return err
		}
		app, err := flags.app(showTo(t.err))
		if err != nil {
			return err
		}
		a, err := app.Read(ctx)
		if err != nil {
			return err
		}
		f, err := dev.FunctionNamed(a.Functions, args[0])
		if err != nil {
			return usageError(err.Error())
		}
		result, err := app.Invoke(ctx, a, f, []byte(event), runner.Options{
			Environment: variables.Of,
			Functions:   function.Options{ReportLines: true, Log: func(l function.LogLine) { fmt.Fprintln(t.err, l.Text) }},
		})
		if err != nil {
			return err
		}
		if _, err := t.out.Write(append(bytes.TrimRight(result.Payload, "\n"), '\n')); err != nil {
			return err
		}
		if result.FunctionError != "" {
			return errors.New("the function failed: X-Amz-Function-Error is " + result.FunctionError)
		}
		if status := dev.FailureStatus(a, f, result.Payload); status != 0 {
			return fmt.Errorf("the function failed: its proxy response has the status %d", status)
		}
		return nil
	}
}
