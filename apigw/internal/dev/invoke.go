package dev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/explain"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

// Call is what a function is invoked with once, and what makes an HTTP response of
// its result.
type Call struct {
	function.Invocation
	// Route is where the event comes from; empty for one that a person wrote.
	Route string
	// Proxy: the result is a proxy response, for which the fields below count.
	Proxy            bool
	Accept           string
	BinaryMediaTypes []string
	// Language is that of the function, for fixes.
	Language rules.Language
}

// NewCall returns the call of a function with an event that a person wrote. Its
// result is a proxy response if a proxy integration calls the function.
func NewCall(a *assembly.Assembly, f *assembly.Function, event []byte) Call {
	c := Call{Invocation: function.Invocation{Payload: event}, Language: LanguageOf(f)}
	for _, api := range a.APIs {
		for _, m := range api.Methods {
			if !c.Proxy && m.Integration != nil && m.Integration.Type == "AWS_PROXY" && calls(m.Integration.URI, f) {
				c.Proxy, c.BinaryMediaTypes = true, api.BinaryMediaTypes
			}
		}
	}
	return c
}

// RefusedError is a request that does not reach the function.
type RefusedError struct {
	Route  string
	Record *record.Record // of the request
}

// Error implements error.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("the request does not reach the function: %s responds with %d", e.Route, e.Record.Status)
}

// RequestCall returns the call that a request makes of a function, built by the
// gateway. An API that is not empty chooses one of several. The error can be a
// [*RefusedError] or a [*gateway.EventError].
func RequestCall(ctx context.Context, a *assembly.Assembly, f *assembly.Function, api string, r gateway.Request) (Call, error) {
	g, err := gatewayOf(a)
	if err != nil {
		return Call{}, err
	}
	event, err := g.Event(ctx, f.ARN, api, r)
	return callOf(f, event, err)
}

// SampleCall returns the call that a plain request makes of a function, or a call
// with an empty event if no method leads to it. The errors are those of
// [RequestCall].
func SampleCall(ctx context.Context, a *assembly.Assembly, f *assembly.Function, api string) (Call, error) {
	g, err := gatewayOf(a)
	if err != nil {
		return Call{}, err
	}
	event, err := g.Sample(ctx, f.ARN, api)
	if _, none := errors.AsType[*gateway.EventError](err); none && api == "" {
		return NewCall(a, f, []byte("{}")), nil
	}
	return callOf(f, event, err)
}

// gatewayOf returns a gateway that makes events, and runs no function.
func gatewayOf(a *assembly.Assembly) (*gateway.Gateway, error) {
	return gateway.New(a, noFunctions{}, gateway.Options{ErrorLog: log.New(io.Discard, "", 0)})
}

func callOf(f *assembly.Function, e gateway.Event, err error) (Call, error) {
	switch {
	case err != nil:
		return Call{}, err
	case e.Refused != nil:
		return Call{}, &RefusedError{e.Route(), e.Refused}
	}
	return Call{
		Invocation: e.Invocation, Route: e.Route(), Proxy: e.Integration == "AWS_PROXY",
		Accept: e.Accept, BinaryMediaTypes: e.BinaryMediaTypes, Language: LanguageOf(f),
	}, nil
}

// NotRunnableError is a function that does not run here.
type NotRunnableError struct{ Why rules.Use }

// Error implements error.
func (e *NotRunnableError) Error() string { return e.Why.Text() }

// Invoke builds one function of an assembly of the app, and invokes it once.
func (a *App) Invoke(ctx context.Context, in *assembly.Assembly, f *assembly.Function, call function.Invocation, o runner.Options) (function.Result, error) {
	l, err := New(a, o)
	if err != nil {
		return function.Result{}, err
	}
	defer l.Close()
	if err := l.Load(ctx, &assembly.Assembly{Dir: in.Dir, Functions: []*assembly.Function{f}}); err != nil {
		return function.Result{}, err
	}
	if why := l.NotRunnable(f); !why.IsZero() {
		return function.Result{}, &NotRunnableError{why}
	}
	return l.Runner.Invoke(ctx, f.ARN, call)
}

// Judge returns how a call failed, if it did, and what there is to say about its
// result: nothing where no proxy integration reads it.
func (c Call) Judge(result function.Result) (explain.Verdict, error) {
	var verdict explain.Verdict
	if c.Proxy {
		verdict = explain.Result{
			Payload: result.Payload, FunctionError: result.FunctionError, Accept: c.Accept, BinaryMediaTypes: c.BinaryMediaTypes, Language: c.Language,
		}.Judge()
	}
	switch {
	case result.FunctionError != "":
		return verdict, fmt.Errorf("the function failed: X-Amz-Function-Error is %s", result.FunctionError)
	case c.Proxy && !verdict.Accepted:
		return verdict, fmt.Errorf("the function failed: API Gateway refuses its result, and responds with %d", verdict.Status)
	case verdict.Status >= http.StatusInternalServerError:
		return verdict, fmt.Errorf("the function failed: its proxy response has the status %d", verdict.Status)
	}
	return verdict, nil
}
