package gateway

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

// Event is what a request would invoke a function with.
type Event struct {
	API, Stage       string // as URLs have them
	Method, Path     string // of the request, without the stage
	Function         string // ARN of the function that the method calls; empty without one
	Integration      string // type of the method's integration; empty without a method
	Invocation       function.Invocation
	Accept           string // header of the request
	BinaryMediaTypes []string
	// Refused is what became of a request that does not reach its backend; nil if it
	// does.
	Refused *record.Record

	leadsTo string // what the method calls, for people; empty without a method
}

// Request is a request to a path behind a stage.
type Request struct {
	Method string
	Target *url.URL // path and query
	Header http.Header
	Body   []byte
}

// EventError is why no request to an API invokes a function.
type EventError struct {
	// APIs are those that the app has, if it has none of the name that was asked for.
	APIs   []string
	reason string
}

// Error implements error.
func (e *EventError) Error() string { return rules.Printable(e.reason) }

// Event returns what a request invokes a function with, and invokes nothing. Of
// several stages that lead to the function with an ARN, the first is taken where the request
// does; an API that is not empty chooses by name. Nobody is asked who may call, as
// when a method is tested in the console: authorizers are functions themselves.
func (g *Gateway) Event(ctx context.Context, function, api string, r Request) (Event, error) {
	var first *Event
	for s, err := range g.leadingTo(function, api) {
		if err != nil {
			return Event{}, err
		}
		e := s.event(ctx, g, r)
		if e.Function == function {
			return e, nil
		}
		if first == nil {
			first = &e
		}
	}
	if first.leadsTo != "" {
		return *first, &EventError{reason: fmt.Sprintf("%s leads to %s, and not to this function", first.Route(), first.leadsTo)}
	}
	return *first, nil
}

// Sample returns what a plain request to the first method that calls a function
// invokes it with; a preflight comes after all others. If a request is refused, the
// next is tried.
func (g *Gateway) Sample(ctx context.Context, function, api string) (Event, error) {
	var first *Event
	for _, preflight := range []bool{false, true} {
		for s, err := range g.leadingTo(function, api) {
			if err != nil {
				return Event{}, err
			}
			for _, m := range s.methods {
				if !m.calls(function) || preflight != (m.HTTPMethod == http.MethodOptions) {
					continue
				}
				e := s.event(ctx, g, m.sample())
				if e.Function == function && e.Refused == nil {
					return e, nil
				}
				if first == nil {
					first = &e
				}
			}
		}
	}
	return *first, nil
}

// calls reports whether the method calls the function with an ARN.
func (m *method) calls(arn string) bool { return m.function != nil && m.function.ARN == arn }

// Route names the method and the path of the request, and the stage.
func (e Event) Route() string {
	return rules.Printable(fmt.Sprintf("%s %s of the API %s, stage %s", e.Method, e.Path, e.API, e.Stage))
}

// leadingTo returns the stages that have a method which calls a function. There is
// at least one, or an error.
func (g *Gateway) leadingTo(function, api string) iter.Seq2[*stage, error] {
	return func(yield func(*stage, error) bool) {
		known, found := api == "", false
		var names []string
		for _, a := range g.apis {
			names = append(names, a.key)
			if api != "" && !slices.Contains([]string{a.key, a.Name, a.LogicalID, a.ID}, api) {
				continue
			}
			known = true
			for _, s := range a.ordered {
				if !slices.ContainsFunc(s.methods, func(m *method) bool { return m.calls(function) }) {
					continue
				}
				found = true
				if !yield(s, nil) {
					return
				}
			}
		}
		switch {
		case !known:
			yield(nil, &EventError{APIs: names, reason: fmt.Sprintf("there is no API %q: the app has %s", api, strings.Join(names, ", "))})
		case !found && api != "":
			yield(nil, &EventError{reason: fmt.Sprintf("no method of the API %s calls this function", api)})
		case !found:
			yield(nil, &EventError{reason: "no method of the app calls this function: give it an event behind --event"})
		}
	}
}

// event sends a request to a stage, through the boxes before the backend.
func (s *stage) event(ctx context.Context, g *Gateway, r Request) Event {
	sent := &http.Request{
		Method: r.Method, Host: s.api.domain, RemoteAddr: "127.0.0.1:0", Header: r.Header,
		URL:  &url.URL{Path: "/" + s.Name + r.Target.Path, RawPath: "/" + s.Name + rawPath(r.Target), RawQuery: r.Target.RawQuery},
		Body: io.NopCloser(bytes.NewReader(r.Body)), ContentLength: int64(len(r.Body)),
	}
	x := &exchange{request: methodRequest{arrival: newArrival(sent, g.options.Now())}}
	e := Event{API: s.api.key, Stage: s.Name, Method: r.Method, Path: rawPath(r.Target), BinaryMediaTypes: s.api.BinaryMediaTypes}
	x.failure = g.prepare(ctx, x, sent, &e)
	e.Accept = x.request.accept
	if x.failure != nil {
		x.response = newClientResponse(x)
		e.Refused = newRecord(x)
		e.Refused.APIs = g.definitions
	}
	return e
}

// prepare does what [Gateway.serve] does until the function is invoked.
func (g *Gateway) prepare(ctx context.Context, x *exchange, r *http.Request, e *Event) (failure *gatewayresponse.Error) {
	x.request, failure = g.receive(x.request.arrival, r)
	in, m := &x.request, x.request.method
	if m != nil && m.Integration != nil {
		e.Integration = m.Integration.Type
		if m.function != nil {
			e.Function = m.function.ARN
		}
		switch {
		case m.definition.Function != nil:
			e.leadsTo = "the function " + m.definition.Function.Source
		case !strings.HasPrefix(e.Integration, "AWS"):
			e.leadsTo = "an integration of the type " + e.Integration
			return nil
		}
	}
	if failure != nil {
		return failure
	}
	in.admission.admitted = true
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	if failure = in.validate(ctx); failure != nil {
		return failure
	}
	if failure = m.fails.in(integrationRequestBox); failure != nil {
		return failure
	}
	x.reached = integrationRequestBox
	if x.integrationRequest, failure = m.integration.request(ctx, in); failure != nil {
		return failure
	}
	if failure = m.fails.in(backendBox); failure != nil {
		x.backendResponse.sent = m.fails.sent
		return failure
	}
	x.reached = backendBox
	if called, ok := m.integration.(lambdaCaller); ok {
		if x.backendResponse, failure = called.accept(&x.integrationRequest); failure == nil {
			e.Invocation = called.invocation(&x.integrationRequest)
			e.Invocation.Event = false // whoever invokes by hand wants the result
		}
	}
	return failure
}

// lambdaCaller is an integration that calls a function.
type lambdaCaller interface {
	// accept does what Lambda does before it runs the function.
	accept(*integrationRequest) (backendResponse, *gatewayresponse.Error)
	// invocation returns what Lambda runs it with.
	invocation(*integrationRequest) function.Invocation
}

// invocation implements [lambdaCaller].
func (l *lambda) invocation(out *integrationRequest) function.Invocation {
	return function.Invocation{
		RequestID: out.lambda.requestID, TraceID: out.lambda.traceID, InvokedARN: l.arn, Payload: out.body.data,
		Event: out.lambda.event, ClientContext: out.lambda.clientContext,
	}
}
