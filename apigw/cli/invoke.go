package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/rules"
)

func invokeVerb() verb {
	return verb{name: "invoke", synopsis: "invoke FUNCTION [flags]", define: defineInvoke, help: `  invokes one function once, and prints its result. FUNCTION is its name, logical id,
  package or construct path, or a part of one. Its log goes to standard error. Without
  an event it gets the one of a request to its first route.

  -e, --event JSON        the event; @FILE reads a file, @- standard input
  --http 'GET /path?x=1'  the event that API Gateway makes of this request: a proxy event,
                          or what the request template makes
  --header 'NAME: VALUE'  a header of the request
  --body TEXT             the body of the request; @FILE reads a file, @- standard input
` + invocationHelp}
}

func defineInvoke(set *flag.FlagSet) action {
	var call invocation
	call.add(set)
	event := &eventFlags{header: http.Header{}}
	event.add(set)
	return func(ctx context.Context, t *terminal, args []string) error {
		if len(args) != 1 {
			return usageError("invoke takes one FUNCTION, such as orders; an event goes behind --event")
		}
		if err := event.read(t); err != nil {
			return err
		}
		result, err := call.run(ctx, t, args[0], event.of(ctx, t))
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

// eventFlags say what a function is invoked with.
type eventFlags struct {
	event, http, body string
	header            http.Header
}

func (f *eventFlags) add(set *flag.FlagSet) {
	set.StringVar(&f.event, "event", "", "")
	set.StringVar(&f.event, "e", "", "")
	set.StringVar(&f.http, "http", "", "")
	set.StringVar(&f.body, "body", "", "")
	set.Func("header", "", func(line string) error {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return errors.New("expected NAME: VALUE")
		}
		f.header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		return nil
	})
}

// read reads the files that flags name, and reports flags that do not go together.
func (f *eventFlags) read(t *terminal) error {
	switch {
	case f.event != "" && (f.http != "" || f.body != "" || len(f.header) > 0):
		return usageError("invoke: --event is the whole event; --http, --header and --body make one")
	case f.http == "" && (f.body != "" || len(f.header) > 0):
		return usageError("invoke: --header and --body belong to a request: add --http 'POST /path'")
	}
	for _, text := range []*string{&f.event, &f.body} {
		if file, ok := strings.CutPrefix(*text, "@"); ok {
			var err error
			if *text, err = readFile(t, file); err != nil {
				return err
			}
			if text == &f.event && *text == "" {
				return usageError("--event is empty, and not JSON")
			}
		}
	}
	if f.event != "" && !json.Valid([]byte(f.event)) {
		return usageError(fmt.Sprintf("--event is not JSON: %.60q", f.event))
	}
	return nil
}

// of returns a function that makes the event.
func (f *eventFlags) of(ctx context.Context, t *terminal) eventOf {
	return func(a *assembly.Assembly, function *assembly.Function) ([]byte, error) {
		if f.event != "" {
			return []byte(f.event), nil
		}
		if f.http == "" {
			call, ok := dev.SampleCall(a, function)
			if !ok {
				fmt.Fprintln(t.err, "event: {}, since no route leads to the function")
				return []byte("{}"), nil
			}
			fmt.Fprintln(t.err, "event: that of "+rules.Printable(call.String()))
			return dev.EventOf(ctx, a, function, call)
		}
		method, path, ok := strings.Cut(strings.TrimSpace(f.http), " ")
		if !ok || !strings.HasPrefix(strings.TrimSpace(path), "/") {
			return nil, usageError("invoke: --http takes a method and a path behind the stage, such as 'GET /orders?limit=1'")
		}
		call := dev.Call{Method: strings.ToUpper(method), Path: strings.TrimSpace(path), Header: f.header, Body: f.body}
		event, err := dev.EventOf(ctx, a, function, call)
		if err != nil {
			return nil, usageError("invoke: " + rules.Printable(err.Error()))
		}
		return event, nil
	}
}
