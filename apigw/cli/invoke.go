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
)

func invokeVerb() verb {
	return verb{name: "invoke", synopsis: "invoke FUNCTION [flags]", define: defineInvoke, help: `  invokes one function once, and prints its result. FUNCTION is its name, logical id,
  package or construct path, or a part of one. Its log goes to standard error.

  -e, --event JSON        the event ({}); @FILE reads a file, @- standard input
` + invocationHelp}
}

func defineInvoke(set *flag.FlagSet) action {
	var call invocation
	call.add(set)
	var event string
	set.StringVar(&event, "event", "{}", "")
	set.StringVar(&event, "e", "{}", "")
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
		result, err := call.run(ctx, t, args[0], []byte(event))
		if err != nil {
			return err
		}
		if _, err := t.out.Write(append(bytes.TrimRight(result.Payload, "\n"), '\n')); err != nil {
			return err
		}
		if result.FunctionError != "" {
			return errors.New("the function failed: X-Amz-Function-Error is " + result.FunctionError)
		}
		if status := dev.FailureStatus(result.assembly, result.function, result.Payload); status != 0 {
			return fmt.Errorf("the function failed: its proxy response has the status %d", status)
		}
		return nil
	}
}
