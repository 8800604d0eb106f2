package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/uuid"
)

// lambda is the function that an integration calls.
type lambda struct {
	target    *assembly.Function     // nil if failure or notFound is set
	qualifier string                 // alias or version; empty is the function itself
	arn       string                 // with the qualifier, as the integration has it
	endpoint  string                 // URL of the invocation, as the execution log names it
	byRole    bool                   // the integration has a role, which needs no permission of the function
	failure   *gatewayresponse.Error // of every call, before Lambda is called
	notFound  *gatewayresponse.Error // Lambda's answer to every call
}

// maxLambdaPayload is what Lambda takes in a synchronous invocation, in bytes.
const maxLambdaPayload = 6 << 20

// lambda resolves the URI of an integration, such as
// arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations.
func (d *deployer) lambda(m *method) lambda {
	uri, missing := expandStageVariables(m.Integration.URI, m.stage.Variables)
	l := lambda{byRole: m.Integration.Credentials != ""}
	arn, err := functionARN(uri)
	if err != nil {
		if missing != "" {
			err = fmt.Errorf("%w; the stage %s has no variable %s", err, m.stage.Name, missing)
		}
		l.failure = configurationError("Invalid endpoint address", err)
		d.notice(m.Path, "%v; every call answers 500", err)
		return l
	}
	l.arn = arn
	l.endpoint = "https://lambda." + m.stage.api.Region + ".amazonaws.com/2015-03-31/functions/" + arn + "/invocations"
	if l.target, l.qualifier = d.function(arn); l.target == nil {
		err := fmt.Errorf("the assembly has no function %s", arn)
		if missing != "" {
			err = fmt.Errorf("%w; the stage %s has no variable %s", err, m.stage.Name, missing)
		}
		l.notFound = internalError(executionFailed+"Function not found: "+arn, err)
		d.notice(m.Path, "%v; every call answers 500", err)
		return l
	}
	if why := d.notRunnable[l.target.Name]; why != "" {
		l.failure = notImplemented("the function " + l.target.Path + " does not run here: " + why)
		return l
	}
	if m.Integration.HTTPMethod != http.MethodPost {
		err := fmt.Errorf("the integration calls Lambda by %q; IntegrationHttpMethod must be POST, whatever the method of the client", m.Integration.HTTPMethod)
		l.failure = internalError("", err)
		d.notice(m.Path, "%v; every call answers 500", err)
	}
	return l
}

// function finds a function by its ARN, which may end in an alias or a version;
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

// functionARN takes the ARN of the function out of an integration's URI.
func functionARN(uri string) (string, error) {
	if awsService(uri) != "lambda" {
		return "", fmt.Errorf("the integration URI %q is none of Lambda; it must be arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations", uri)
	}
	_, arn, found := strings.Cut(uri, "/functions/")
	arn, ends := strings.CutSuffix(arn, "/invocations")
	name := strings.Split(arn, ":")
	if !found || !ends || len(name) < 7 || len(name) > 8 || name[2] != "lambda" || name[5] != "function" || name[6] == "" || name[len(name)-1] == "" {
		return "", fmt.Errorf("the integration URI %q names no function; it must end in path/2015-03-31/functions/ARN/invocations", uri)
	}
	return arn, nil
}

func (l lambda) function() string {
	if l.target == nil {
		return ""
	}
	return l.target.Name
}

// invoke calls the function. A result with a function error is no failure here.
func (l lambda) invoke(ctx context.Context, c *call, in function.Invocation) (function.Result, *gatewayresponse.Error) {
	if l.failure != nil {
		return function.Result{}, l.failure
	}
	in.RequestID = uuid.New()
	in.TraceID = c.trace.full
	in.InvokedARN = l.arn
	c.record.toLambda(l, c, in)
	if failure := l.check(c, len(in.Payload)); failure != nil {
		c.record.integrationTook(0)
		return function.Result{}, failure
	}
	started := c.gateway.options.Now()
	result, err := c.gateway.options.Functions.Invoke(ctx, l.target.Name, in)
	c.record.integrationTook(c.gateway.options.Now().Sub(started))
	if err != nil {
		return function.Result{}, l.refused(ctx, c, in.RequestID, err)
	}
	if result.RequestID == "" {
		result.RequestID = in.RequestID
	}
	c.record.fromLambda(result, in.Event)
	return result, nil
}

// check does what Lambda does before it runs a function.
func (l lambda) check(c *call, size int) *gatewayresponse.Error {
	if l.notFound != nil {
		return l.notFound
	}
	if size > maxLambdaPayload {
		return requestTooLong(fmt.Errorf("the event has %d bytes, and Lambda takes %d", size, maxLambdaPayload))
	}
	source := c.sourceARN()
	if l.byRole || permitted(l.target, l.qualifier, source, c.address.stage.api.Account) {
		return nil
	}
	return internalError(executionFailed+"Invalid permissions on Lambda function", notPermitted(l.target, source))
}

// requestTooLong is the answer where an event is too large for Lambda.
func requestTooLong(cause error) *gatewayresponse.Error {
	return &gatewayresponse.Error{
		Type: gatewayresponse.RequestTooLarge, Status: http.StatusRequestEntityTooLarge, Message: "Request Too Long", Spaced: true, Cause: cause,
	}
}

// refused is the answer where the function did not run, or took too long.
func (l lambda) refused(ctx context.Context, c *call, requestID string, err error) *gatewayresponse.Error {
	var refusal *function.InvokeError
	switch {
	case errors.As(err, &refusal) && refusal.Status == http.StatusTooManyRequests:
		return internalError("Lambda invocation failed with status: 429. Lambda request id: "+requestID+"\n"+executionFailed+"Rate Exceeded.", err)
	case errors.As(err, &refusal) && refusal.Status == http.StatusNotFound:
		return internalError(executionFailed+"Function not found: "+l.target.ARN, err)
	case errors.As(err, &refusal) && refusal.Status == http.StatusRequestEntityTooLarge:
		return requestTooLong(err)
	case errors.As(err, &refusal):
		return internalError(fmt.Sprintf("Lambda invocation failed with status: %d. Lambda request id: %s", refusal.Status, requestID), err)
	case ctx.Err() != nil:
		return timedOut(fmt.Errorf("the function %s took longer than the integration's timeout of %v", l.target.Name, c.method.timeout))
	}
	return internalError("", fmt.Errorf("the function %s cannot be invoked: %w", l.target.Name, err))
}

// timedOut is the answer where a backend takes longer than the integration waits.
func timedOut(cause error) *gatewayresponse.Error {
	return &gatewayresponse.Error{
		Type: gatewayresponse.IntegrationTimeout, Status: http.StatusGatewayTimeout, Message: "Endpoint request timed out",
		Spaced: true, Log: "Execution failed due to a timeout error", Cause: cause,
	}
}
