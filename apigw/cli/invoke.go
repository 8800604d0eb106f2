package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/explain"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/rules"
)

func invokeVerb() verb {
	return verb{name: "invoke", synopsis: "invoke FUNCTION [flags]", define: defineInvoke, help: `  invokes one function once, and prints its result. FUNCTION is its name, logical id,
  package or construct path, or a part of one. Its log goes to standard error. The event
  is what API Gateway would make of an HTTP request; without --event and --http, of a
  plain request to the function's first route. The exit code is 1 if the function fails,
  or API Gateway would refuse its result.

  -e, --event JSON        the event; @FILE reads a file, @- standard input
  --http REQUEST          the request that makes the event, such as 'GET /hello?name=Ada';
                          nobody is asked who may call
  --header 'NAME: VALUE'  a header of the request
  --body TEXT             its body; @FILE reads a file, @- standard input. Without a
                          Content-Type, JSON gets that of JSON
  --api NAME              the API that the request is to, if several lead to the function
  --print-event           print the event, and invoke nothing
` + invocationHelp}
}

// invokeFlags is the command line of invoke.
type invokeFlags struct {
	call       invocation
	event      string
	http       string
	header     http.Header
	body       string
	api        string
	printEvent bool
	set        *flag.FlagSet
}

func defineInvoke(set *flag.FlagSet) action {
	f := &invokeFlags{header: http.Header{}, set: set}
	f.call.add(set)
	set.StringVar(&f.event, "event", "", "")
	set.StringVar(&f.event, "e", "", "")
	set.StringVar(&f.http, "http", "", "")
	set.Func("header", "", f.addHeader)
	set.StringVar(&f.body, "body", "", "")
	set.StringVar(&f.api, "api", "", "")
	set.BoolVar(&f.printEvent, "print-event", false, "")
	return f.invoke
}

// addHeader is the value of a flag. Names keep their letter case, which functions
// see.
func (f *invokeFlags) addHeader(line string) error { return addHeaderLine(f.header, line) }

// addHeaderLine adds a line of the form NAME: VALUE to a header.
func addHeaderLine(header http.Header, line string) error {
	name, value, ok := strings.Cut(line, ":")
	switch {
	case !ok || name == "" || strings.ContainsAny(name, " \t") || strings.ContainsAny(line, "\r\n\x00"):
		return errors.New("expected 'NAME: VALUE'")
	case strings.EqualFold(name, "Host"):
		return errors.New("the header Host is that of the API")
	}
	header[name] = append(header[name], strings.TrimSpace(value))
	return nil
}

func (f *invokeFlags) invoke(ctx context.Context, t *terminal, args []string) error {
	given := map[string]bool{}
	f.set.Visit(func(flag *flag.Flag) { given[flag.Name] = true })
	event := given["event"] || given["e"]
	switch {
	case len(args) != 1:
		return usageError("invoke takes one FUNCTION, such as orders; an event goes behind --event")
	case event && given["http"]:
		return usageError("invoke takes an --event or an --http request that makes one, and not both")
	case !given["http"] && (given["header"] || given["body"]):
		return usageError("--header and --body are for an --http request, which is missing")
	case event && given["api"]:
		return usageError("--api is for an --http request, and an --event is given")
	}
	// What was asked for is read before the app, which takes longer.
	payload, request, err := f.read(t, event, given["http"])
	if err != nil {
		return err
	}
	function, err := f.call.find(ctx, t, args[0])
	if err != nil {
		return err
	}
	var call dev.Call
	switch {
	case event:
		call = dev.NewCall(function.assembly, function.function, payload)
	case given["http"]:
		call, err = dev.RequestCall(ctx, function.assembly, function.function, f.api, request)
	default:
		call, err = dev.SampleCall(ctx, function.assembly, function.function, f.api)
	}
	if err != nil {
		return refused(t, err)
	}
	switch {
	case f.printEvent:
		return writeOneLine(t.out, call.Payload)
	case !event && !given["http"]:
		if err := writeSample(t, call); err != nil {
			return err
		}
	}
	result, err := function.invoke(ctx, t, call.Invocation)
	if err != nil {
		return err
	}
	payload = result.Payload
	if t.line && json.Valid(payload) {
		err = writeOneLine(t.out, payload)
	} else {
		_, err = t.out.Write(append(bytes.TrimRight(payload, "\n"), '\n'))
	}
	if err != nil {
		return err
	}
	verdict, failure := call.Judge(result)
	if err := verdict.WriteFindings(t.err, t.command); err != nil {
		return err
	}
	return failure
}

// read returns the event, or the request that makes one.
func (f *invokeFlags) read(t *terminal, event, request bool) (payload []byte, r gateway.Request, err error) {
	switch {
	case event:
		payload, err = readText(t, "--event", f.event, maxEvent)
		if err == nil && !json.Valid(payload) {
			err = usageError(fmt.Sprintf("--event is not JSON: %.60q", payload))
		}
	case request:
		r, err = f.request(t)
	}
	return payload, r, err
}

// request returns the request that the flags describe.
func (f *invokeFlags) request(t *terminal) (r gateway.Request, err error) {
	method, target, ok := strings.Cut(strings.TrimSpace(f.http), " ")
	if !ok && strings.HasPrefix(method, "/") {
		method, target = http.MethodGet, method
	}
	target = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(target), " HTTP/1.1"))
	r = gateway.Request{Method: strings.ToUpper(method), Header: f.header}
	if r.Target, err = url.ParseRequestURI(target); err != nil || !strings.HasPrefix(target, "/") || strings.Trim(r.Method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return r, usageError(fmt.Sprintf("--http is a method and a path behind the stage, such as 'GET /hello?name=Ada', and not %.60q", f.http))
	}
	if r.Body, err = readText(t, "--body", f.body, maxRequestBody); err != nil {
		return r, err
	}
	has := func(name string) bool {
		for header := range f.header {
			if strings.EqualFold(header, name) {
				return true
			}
		}
		return false
	}
	if !has("Accept") {
		f.header["Accept"] = []string{"*/*"}
	}
	if !has("Content-Type") && json.Valid(r.Body) {
		f.header["Content-Type"] = []string{"application/json"}
	}
	return r, nil
}

// What is read at most, in bytes: what Lambda takes, and API Gateway.
const (
	maxEvent       = 6 << 20
	maxRequestBody = 10 << 20
)

// readText returns the value of a flag, or what the file has that it names.
func readText(t *terminal, flag, text string, limit int64) ([]byte, error) {
	name, ok := strings.CutPrefix(text, "@")
	if !ok {
		return []byte(text), nil
	}
	in := t.in
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, usageError(flag + ": " + err.Error())
		}
		defer file.Close()
		in = file
	}
	read, err := io.ReadAll(io.LimitReader(in, limit+1))
	switch {
	case err != nil:
		return nil, usageError(flag + ": " + err.Error())
	case int64(len(read)) > limit:
		return nil, usageError(fmt.Sprintf("%s: %s has more than %d MB, which AWS does not take", flag, text, limit>>20))
	}
	return read, nil
}

// writeSample shows the event that was made up, so that people can copy it.
func writeSample(t *terminal, call dev.Call) error {
	if call.Route == "" {
		_, err := fmt.Fprintln(t.err, "No method calls this function. The event is {}; another goes behind --event.")
		return err
	}
	fmt.Fprintf(t.err, "The event is that of %s; another goes behind --event or --http:\n", call.Route)
	return writeOneLine(t.err, call.Payload)
}

// writeOneLine writes JSON on one line. What only Lambda takes for JSON is written as
// it is.
func writeOneLine(w io.Writer, text []byte) error {
	if !json.Valid(text) {
		_, err := fmt.Fprintln(w, rules.Printable(string(text)))
		return err
	}
	line, err := encodeJSON(json.RawMessage(text), "")
	if err == nil {
		_, err = io.WriteString(w, line)
	}
	return err
}

// refused shows why a request does not reach the function.
func refused(t *terminal, err error) error {
	if e, ok := errors.AsType[*gateway.EventError](err); ok && e.APIs != nil {
		return usageError(err.Error())
	}
	e, ok := errors.AsType[*dev.RefusedError](err)
	if !ok {
		return err
	}
	log, findings := e.Record.ExecutionLog(), diagnose.Of(e.Record)
	for _, line := range log {
		fmt.Fprintln(t.err, "    "+rules.Printable(line))
	}
	for _, finding := range findings {
		writeFinding(t.err, finding, t.command)
	}
	if !slices.ContainsFunc(findings, func(f diagnose.Finding) bool { return f.Rule != "" }) {
		// What the log alone shows is general, and better than no rule. A log that
		// shows nothing is no error.
		_ = explain.Read(strings.NewReader(strings.Join(log, "\n")), "", func(e explain.Explanation) error { return e.WriteText(t.err, t.command) })
	}
	return err
}
