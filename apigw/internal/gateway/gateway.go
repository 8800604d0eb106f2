// Package gateway serves the REST APIs of a cloud assembly as Amazon API Gateway
// would. A request passes these boxes:
//
//	method request → integration request → backend → integration response → method response
//
// Each is a file or two of this package, and so is each type of integration. A box
// takes values and returns a value, or a [gatewayresponse.Error]; what came out of
// each is kept in an exchange, of which a [record.Record] is made at the end.
// methodresponse.go alone writes to the client.
package gateway

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/gateway/usage"
	"example.com/apigw/internal/gateway/userpool"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// Invoker runs Lambda functions, by their ARNs in the assembly: two stacks may each
// have a function of one name.
//
// The error is a [*function.InvokeError] if Lambda refuses the invocation. When
// ctx ends, Invoke returns its error soon: API Gateway does not wait any longer.
// The function may go on, as it does on AWS.
type Invoker interface {
	Invoke(ctx context.Context, arn string, in function.Invocation) (function.Result, error)
}

// Options are what a gateway may be given. The zero value is fine.
type Options struct {
	// NotRunnable is why functions do not run here, by their ARNs. Methods that
	// call them answer 501.
	NotRunnable map[string]rules.Use
	// Prepare is called with the ARN of a function before a request that is about to
	// reach it is timed, so that the function can be built. It returns why the function
	// does not run, which the request is answered 501 with, and no rule if it does. It
	// may be nil.
	Prepare func(ctx context.Context, arn string) rules.Use
	// Now is the clock of requests and their ids.
	Now func() time.Time
	// Record gets every request before its response is sent. It must not take long.
	// Without it nothing is recorded.
	Record func(*record.Record)
	// AccessLog gets the lines of stages that have an access log.
	AccessLog func(line string)
	// Transport calls the backends of HTTP integrations.
	Transport http.RoundTripper
	// Choices are the open questions about mapping templates.
	Choices mapping.Choices
	// Credentials are the access keys that may call methods with IAM
	// authorization. What their users may do is not known here: a valid signature
	// is enough, unless the API's resource policy says otherwise.
	Credentials []sigv4.Credential
	// UserPools are the keys that sign tokens for methods behind a user pool.
	UserPools userpool.Keys
	// Endpoints are where AWS services are instead of on AWS, by their names in the URIs
	// of integrations, such as dynamodb. They are called with the first of Credentials.
	Endpoints map[string]*url.URL
	// Untimed reports whether somebody may hold a function at a breakpoint, so that the
	// integrations that call it have no timeout. It may be nil.
	Untimed func(f *assembly.Function) bool
	// StageThrottles enforces the throttles of stages. Those of usage plans are
	// enforced in any case.
	StageThrottles bool
	// Context, if there is one, changes $context before templates without proxy
	// integration see it, for templates that are tried without a real client.
	Context func(values map[string]any)
	// ErrorLog gets what went wrong in the gateway itself.
	ErrorLog *log.Logger
}

// Gateway serves the APIs of an assembly. It is an [http.Handler], safe for
// concurrent use. An API is at /{api}/{stage}/…, {api} being its name, or its
// logical id where two have the same name; and under the host name
// {api}.execute-api.localhost, where {api} may be the API's id too. Requests whose
// header Host is a custom domain name of the app go where its base path mappings say.
//
// Header names of requests keep their letter case if the server uses package
// rawheader.
type Gateway struct {
	options     Options
	apis        []*api
	byKey       map[string]*api    // by the first part of the path
	byHost      map[string]*api    // by the first label of the host, lower case
	domains     map[string]*domain // by name
	notices     []assembly.Notice
	definitions []*record.API
}

// New prepares the APIs of an assembly: routes, templates and patterns are read
// once. What cannot work, such as a template that does not parse, is a notice,
// and an error of the requests that meet it. The error says that there
// is nobody to run functions.
func New(a *assembly.Assembly, functions Invoker, o Options) (*Gateway, error) {
	if functions == nil {
		return nil, errors.New("gateway: no Invoker; without one no Lambda integration can work")
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
	g := &Gateway{options: o}
	d := &deployer{
		options: o, invoker: functions, engine: &mapping.Engine{Choices: o.Choices},
		functions: functionsByARN(a.Functions), ledger: usage.NewLedger(o.Now),
	}
	for _, definition := range a.APIs {
		g.apis = append(g.apis, d.api(definition))
	}
	g.notices = d.notices
	g.nameAPIs()
	g.addDomains(a.Domains)
	for _, a := range g.apis {
		a.definition.Key = a.key
		g.definitions = append(g.definitions, a.definition)
	}
	return g, nil
}

// Notices returns what the gateway found in the assembly that cannot work or is
// not done here.
func (g *Gateway) Notices() []assembly.Notice { return g.notices }

// ServeHTTP serves a request as the API that it addresses.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{request: methodRequest{arrival: newArrival(r, g.options.Now())}}
	defer x.end()
	x.failure = g.attempt(x, r)
	x.response = newClientResponse(x)
	unread := x.failure != nil && r.ContentLength != 0
	if unread {
		_ = http.NewResponseController(w).EnableFullDuplex() // net/http would cut the body off
	}
	whole := x.response.send(w, r, x.request.arrival, func() { g.publish(x) })
	if !whole {
		panic(http.ErrAbortHandler) // the client must not take a part for the whole
	}
	if unread {
		discard(w, r)
	}
}

// attempt runs serve, and turns a panic into a failure.
func (g *Gateway) attempt(x *exchange, r *http.Request) (failure *gatewayresponse.Error) {
	defer func() {
		if problem := recover(); problem != nil {
			g.options.ErrorLog.Printf("gateway: request %s, %s %q: panic: %v\n%s", x.request.id, r.Method, r.URL.Path, problem, debug.Stack())
			failure = gatewayresponse.IntegrationFailure(rules.Of("engine-failed", "problem", problem), nil)
		}
	}()
	return g.serve(x, r)
}

// serve sends a request through the boxes, and keeps in x what comes out of each.
// The method response is what [newClientResponse] makes of that.
func (g *Gateway) serve(x *exchange, r *http.Request) (failure *gatewayresponse.Error) {
	ctx := context.WithoutCancel(r.Context()) // a client that hangs up stops nothing on AWS

	// Method request.
	if x.request, failure = g.receive(x.request.arrival, r); failure != nil {
		return failure
	}
	in, method := &x.request, x.request.method
	if in.admission, failure = g.admit(ctx, in, r); failure != nil {
		return failure
	}
	notReady := g.ready(ctx, method)
	ctx, x.release = context.WithTimeout(ctx, method.timeout)
	if failure = in.validate(ctx); failure != nil {
		return failure
	}

	// Integration request.
	if failure = method.fails.in(integrationRequestBox); failure != nil {
		return failure
	}
	x.reached = integrationRequestBox
	if x.integrationRequest, failure = method.integration.request(ctx, in); failure != nil {
		return failure
	}

	// Backend.
	if failure = method.fails.in(backendBox); failure != nil {
		x.backendResponse.sent = method.fails.sent
		return failure
	}
	if notReady != nil {
		return notReady
	}
	x.reached = backendBox
	if x.backendResponse, failure = method.integration.call(ctx, &x.integrationRequest); failure != nil {
		return failure
	}

	// Integration response.
	x.reached = integrationResponseBox
	x.integrationResponse, failure = method.integration.response(ctx, in, &x.integrationRequest, &x.backendResponse)
	return failure
}

// ready lets the function of a method be built, and returns why it does not run.
func (g *Gateway) ready(ctx context.Context, m *method) *gatewayresponse.Error {
	if g.options.Prepare == nil || m.function == nil || m.fails.failure != nil {
		return nil
	}
	if why := g.options.Prepare(ctx, m.function.ARN); !why.IsZero() {
		return gatewayresponse.NotImplemented(why)
	}
	return nil
}

// discard reads what the client still sends after a refusal. Many clients read the
// response only when they have sent everything, and lose it if the connection is
// closed before.
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
