// Package gateway serves the REST APIs of a cloud assembly as Amazon API Gateway
// would. A request passes four boxes: method request, integration request,
// integration response, method response. Each is a file or two of this package;
// each gives a value or a [gatewayresponse.Error], and answer.go alone writes to
// the client.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"runtime/debug"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/gateway/usage"
	"example.com/apigw/internal/mapping"
)

// Invoker runs Lambda functions. Name is the function's Name in the assembly.
//
// The error is a [*function.InvokeError] if Lambda refuses the invocation. When
// ctx ends, Invoke returns its error soon: API Gateway does not wait any longer.
// The function may go on, as it does on AWS.
type Invoker interface {
	Invoke(ctx context.Context, name string, in function.Invocation) (function.Result, error)
}

// Options are what a gateway needs from outside. All fields but Functions may be
// left out.
type Options struct {
	Functions Invoker
	// NotRunnable is why functions do not run here, by their names. Methods that
	// call them answer 501.
	NotRunnable map[string]string
	// Now is the clock of requests and their ids.
	Now func() time.Time
	// Record gets every request after its answer is written. It must not take
	// long, and must not change the record. Nil spares the recording.
	Record func(*Record)
	// AccessLog gets the lines of stages that have an access log.
	AccessLog func(line string)
	// Transport calls the backends of HTTP integrations.
	Transport http.RoundTripper
	// Choices are the open questions about mapping templates.
	Choices mapping.Choices
	// Credentials are the access keys that may call methods with IAM
	// authorization. What their users may do is not known here: a valid signature
	// is enough, as far as the API's resource policy does not say otherwise.
	Credentials []sigv4.Credential
	// StageThrottles enforces the throttles of stages. Those of usage plans are
	// enforced in any case.
	StageThrottles bool
	// ErrorLog gets what went wrong in the gateway itself.
	ErrorLog *log.Logger
}

// Gateway serves the APIs of an assembly. It is an [http.Handler], safe for
// concurrent use. An API is at /{api}/{stage}/…, {api} being its name, or its
// logical id where two have the same name; and under the host name
// {api}.execute-api.localhost, where {api} may be the API's id too.
//
// Header names of requests keep their letter case if the server uses package
// rawheader.
type Gateway struct {
	options Options
	engine  mapping.Engine
	apis    []*api
	byKey   map[string]*api // by the first part of the path
	byHost  map[string]*api // by the first label of the host, lower case
	notices []assembly.Notice
}

// New prepares the APIs of an assembly: routes, templates and patterns are read
// once. What cannot work, such as a template that does not parse, is a notice,
// and an error of the requests that meet it. The error says which API has which
// two methods in one place.
func New(a *assembly.Assembly, o Options) (*Gateway, error) {
	if o.Functions == nil {
		return nil, errors.New("gateway: Options.Functions is missing; without it no Lambda integration can work")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Transport == nil {
		o.Transport = newTransport()
	}
	if o.ErrorLog == nil {
		o.ErrorLog = log.Default()
	}
	g := &Gateway{options: o, engine: mapping.Engine{Choices: o.Choices}}
	d := &deployer{
		functions: functionsByARN(a.Functions), invoker: o.Functions, notRunnable: o.NotRunnable, now: o.Now, ledger: usage.NewLedger(o.Now),
		throttles: o.StageThrottles,
	}
	for _, definition := range a.APIs {
		deployed, err := d.api(definition)
		if err != nil {
			return nil, fmt.Errorf("gateway: API %s (%s): %w", definition.Name, definition.Path, err)
		}
		g.apis = append(g.apis, deployed)
	}
	g.notices = d.notices
	g.nameAPIs()
	return g, nil
}

// Notices tells what the gateway found in the assembly that cannot work or is
// not done here.
func (g *Gateway) Notices() []assembly.Notice { return g.notices }

// ServeHTTP answers a request as the API that it addresses.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := g.newCall(r)
	answer, failure := g.attempt(c, r)
	if failure != nil {
		answer = c.failed(failure)
	}
	unread := failure != nil && r.ContentLength != 0
	if unread {
		_ = http.NewResponseController(w).EnableFullDuplex() // net/http would cut the body off
	}
	c.send(w, r, answer)
	c.finish()
	if unread {
		discard(w, r)
	}
}

// discard takes what the client still sends after a refusal. Many clients read
// the answer only when they have sent everything, and a connection that is
// closed before takes it from them.
func discard(w http.ResponseWriter, r *http.Request) {
	c := http.NewResponseController(w)
	if c.Flush() == nil && c.SetReadDeadline(time.Now().Add(maxDiscardTime)) == nil {
		_, _ = io.CopyN(io.Discard, r.Body, maxDiscard)
	}
}

const (
	maxDiscard     = 4 * maxBody
	maxDiscardTime = 2 * time.Second
)

// attempt is serve without panics.
func (g *Gateway) attempt(c *call, r *http.Request) (answer clientResponse, failure *gatewayresponse.Error) {
	defer func() {
		if problem := recover(); problem != nil {
			g.options.ErrorLog.Printf("gateway: request %s, %s %q: panic: %v\n%s", c.id, r.Method, r.URL.Path, problem, debug.Stack())
			failure = internalError("", fmt.Errorf("the gateway panics: %v; the error log has the stack", problem))
		}
	}()
	return g.serve(c, r)
}

// serve sends a request through the boxes.
func (g *Gateway) serve(c *call, r *http.Request) (clientResponse, *gatewayresponse.Error) {
	target, failure := g.locate(r)
	if failure != nil {
		return clientResponse{}, failure
	}
	c.at(target)
	if failure := c.readHead(r); failure != nil {
		return clientResponse{}, failure
	}
	if failure := c.route(r); failure != nil {
		return clientResponse{}, failure
	}
	if reason := c.method.notImplemented; reason != "" {
		return clientResponse{}, notImplemented(reason)
	}
	if failure := c.readBody(r); failure != nil {
		return clientResponse{}, failure
	}
	ctx := context.WithoutCancel(r.Context()) // a client that hangs up stops nothing on AWS
	if failure := c.admit(ctx, r); failure != nil {
		return clientResponse{}, failure
	}
	c.record.started = true
	ctx, cancel := context.WithTimeout(ctx, c.method.timeout)
	defer cancel()
	if failure := c.validate(ctx); failure != nil {
		return clientResponse{}, failure
	}
	return c.method.integration.serve(ctx, c)
}

// internalError is a failure of the backend that the client cannot tell from
// others. Log is the line of the execution log; it may be empty.
func internalError(log string, cause error) *gatewayresponse.Error {
	return &gatewayresponse.Error{
		Type: gatewayresponse.IntegrationFailure, Status: http.StatusInternalServerError,
		Message: "Internal server error", Spaced: true, Log: log, Cause: cause,
	}
}

// executionFailed begins the log lines of mistakes in the configuration.
const executionFailed = "Execution failed due to configuration error: "

// configurationError is a mistake in the API, which looks the same to the client.
// What may be empty: then the log has no line for it.
func configurationError(what string, cause error) *gatewayresponse.Error {
	if what != "" {
		what = executionFailed + what
	}
	e := internalError(what, cause)
	e.Type = gatewayresponse.APIConfigurationError
	return e
}
