package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/uuid"
)

// lambda is the function that an integration calls.
type lambda struct {
	invoker   Invoker
	now       func() time.Time
	target    *assembly.Function // nil if every request fails
	qualifier string             // alias or version; empty is the function itself
	arn       string             // with the qualifier, as the integration has it
	endpoint  string             // URL of the invocation, as the execution log names it; empty if none is called
	byRole    bool               // the integration has a role, which needs no permission of the function
	account   string             // of the API
	timeout   time.Duration      // of the integration
}

// lambdaRequest is what a call of Lambda has besides the event.
type lambdaRequest struct {
	requestID     string
	traceID       string
	source        string // ARN of the method, for the permissions of the function
	event         bool   // the invocation type is Event: Lambda does not wait for the result
	clientContext string
}

// maxLambdaPayload is what Lambda takes in a synchronous invocation, in bytes.
const maxLambdaPayload = 6 << 20

// lambda resolves the URI of an integration, such as
// arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations.
func (d *deployer) lambda(m *method) lambda {
	uri, missing := expandStageVariables(m.Integration.URI, m.stage.Variables)
	l := lambda{
		invoker: d.invoker, now: d.options.Now, byRole: m.Integration.Credentials != "",
		account: m.stage.api.Account, timeout: m.timeout,
	}
	arn, streams, wrong := functionARN(uri)
	switch {
	case !wrong.IsZero() && missing != "":
		wrong = rules.Of("endpoint-variable-missing", "uri", m.Integration.URI, "variable", missing, "stage", m.stage.Name)
	case wrong.IsZero() && m.Integration.Stream && !streams:
		wrong = rules.Of("stream-uri-buffered")
	case wrong.IsZero() && !m.Integration.Stream && streams:
		wrong = rules.Of("stream-mode-missing")
	}
	if !wrong.IsZero() {
		d.everyRequestFails(m, backendBox, gatewayresponse.InvalidEndpoint(wrong))
		return l
	}
	l.arn = arn
	endpoint := "https://lambda." + m.stage.api.Region + ".amazonaws.com/2015-03-31/functions/" + arn + buffered
	if streams {
		endpoint = "https://lambda." + m.stage.api.Region + ".amazonaws.com/2021-11-15/functions/" + arn + streaming
	}
	target, qualifier := d.function(arn)
	if target == nil {
		l.endpoint = endpoint
		notFound := rules.Of("function-not-found", "function", arn)
		if missing != "" {
			notFound = rules.Of("function-variable-missing", "function", arn, "stage", m.stage.Name, "variable", missing)
		}
		d.everyRequestRefused(m, gatewayresponse.FunctionNotFound(notFound))
		return l
	}
	l.target, l.qualifier = target, qualifier
	if why := d.options.NotRunnable[target.ARN]; !why.IsZero() { // whoever runs functions says so at start
		m.alwaysFails(backendBox, gatewayresponse.NotImplemented(why))
		return l
	}
	if m.Integration.HTTPMethod != http.MethodPost {
		d.everyRequestFails(m, backendBox, gatewayresponse.IntegrationFailure(rules.Of("integration-method-not-post", "method", m.Integration.HTTPMethod), nil))
		return l
	}
	l.endpoint = endpoint
	return l
}

// target returns the function that the integration of a method calls; nil without one.
func (d *deployer) target(m *method) *assembly.Function {
	if m.Integration == nil {
		return nil
	}
	uri, _ := expandStageVariables(m.Integration.URI, m.stage.Variables)
	arn, _, wrong := functionARN(uri)
	if !wrong.IsZero() {
		return nil
	}
	target, _ := d.function(arn)
	return target
}

// function returns the function with an ARN, which may end in an alias or a version;
// nil without such a function.
func (d *deployer) function(arn string) (target *assembly.Function, qualifier string) {
	if target = d.functions[arn]; target != nil {
		return target, ""
	}
	i := strings.LastIndexByte(arn, ':')
	if i < 0 {
		return nil, ""
	}
	target, qualifier = d.functions[arn[:i]], arn[i+1:]
	switch {
	case target == nil || qualifier != "$LATEST" && target.Qualifiers[qualifier] == "":
		return nil, ""
	case qualifier == "$LATEST":
		return target, ""
	}
	return target, qualifier
}

// expandStageVariables replaces them in a URI, and names the first that the
// stage does not have.
func expandStageVariables(uri string, variables map[string]string) (expanded, missing string) {
	rest := uri
	for {
		_, after, ok := strings.Cut(rest, "${stageVariables.")
		if !ok {
			break
		}
		name, tail, _ := strings.Cut(after, "}")
		if _, ok := variables[name]; !ok && missing == "" {
			missing = name
		}
		rest = tail
	}
	return mapping.ExpandStageVariables(uri, variables), missing
}

// The ends of the URIs that invoke functions.
const (
	buffered  = "/invocations"
	streaming = "/response-streaming-invocations"
)

// functionARN takes the ARN of the function out of an integration's URI. It reports
// whether the URI is that of streams.
func functionARN(uri string) (arn string, streams bool, wrong rules.Use) {
	if awsService(uri) != "lambda" {
		return "", false, rules.Of("endpoint-not-lambda", "uri", uri)
	}
	_, arn, found := strings.Cut(uri, "/functions/")
	arn, streams = strings.CutSuffix(arn, streaming)
	ends := streams
	if !streams {
		arn, ends = strings.CutSuffix(arn, buffered)
	}
	name := strings.Split(arn, ":")
	if !found || !ends || len(name) < 7 || len(name) > 8 || name[2] != "lambda" || name[5] != "function" || name[6] == "" || name[len(name)-1] == "" {
		return "", false, rules.Of("endpoint-without-function", "uri", uri)
	}
	return arn, streams, rules.Use{}
}

// address completes an integration request, whose body is the event.
func (l *lambda) address(out *integrationRequest, in *methodRequest) {
	out.method, out.uri = http.MethodPost, l.endpoint
	out.lambda = lambdaRequest{requestID: uuid.New(), traceID: in.trace.full, source: in.sourceARN()}
}

// call implements [integration]: it calls the function. A result with a function
// error is a response like others here.
func (l *lambda) call(ctx context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	if back, failure := l.accept(out); failure != nil {
		return back, failure
	}
	return l.run(ctx, out)
}

// accept does what Lambda does before it runs the function.
func (l *lambda) accept(out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	return backendResponse{sent: true}, l.check(&out.lambda, len(out.body.data))
}

// run runs the function with an event that Lambda accepts.
func (l *lambda) run(ctx context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	back := backendResponse{sent: true}
	started := l.now()
	result, err := l.invoker.Invoke(ctx, l.target.ARN, l.invocation(out))
	back.took = l.now().Sub(started)
	if err != nil {
		return back, l.refused(ctx, out.lambda.requestID, err)
	}
	if result.RequestID == "" {
		result.RequestID = out.lambda.requestID
	}
	back.status, back.contentType, back.body, back.result = lambdaStatus(out.lambda.event), "application/json", result.Payload, &result
	return back, nil
}

// lambdaStatus returns the status of Lambda's HTTP response, which is the same
// whether the function failed or not.
func lambdaStatus(event bool) int {
	if event {
		return http.StatusAccepted
	}
	return http.StatusOK
}

// check returns why Lambda refuses a request, whatever the event says.
func (l *lambda) check(r *lambdaRequest, size int) *gatewayresponse.Error {
	if size > maxLambdaPayload {
		return gatewayresponse.RequestTooLong(rules.Of("event-too-large", "size", size, "limit", maxLambdaPayload))
	}
	if l.byRole || permitted(l.target, l.qualifier, r.source, l.account) {
		return nil
	}
	return gatewayresponse.NotPermitted(notPermitted(l.target, r.source))
}

// refused returns the failure where the function did not run, or took too long.
func (l *lambda) refused(ctx context.Context, requestID string, err error) *gatewayresponse.Error {
	refusal, isRefusal := errors.AsType[*function.InvokeError](err)
	switch {
	case isRefusal && refusal.Status == http.StatusTooManyRequests:
		return gatewayresponse.LambdaThrottled(l.target.Name, requestID, err)
	case isRefusal && refusal.Status == http.StatusNotFound:
		return gatewayresponse.FunctionNotFound(rules.Of("function-not-found", "function", l.target.ARN))
	case isRefusal && refusal.Status == http.StatusRequestEntityTooLarge:
		return gatewayresponse.RequestTooLong(rules.Of("lambda-refused", "function", l.target.Name, "problem", err, "status", refusal.Status, "request", requestID))
	case isRefusal:
		return gatewayresponse.InvocationFailed(l.target.Name, refusal.Status, requestID, err)
	case ctx.Err() != nil:
		return gatewayresponse.IntegrationTimeout(rules.Of("gateway-timeout", "backend", "The function "+l.target.Name, "timeout", l.timeout), nil)
	}
	return gatewayresponse.IntegrationFailure(rules.Of("function-not-invoked", "function", l.target.Name, "problem", err), err)
}
