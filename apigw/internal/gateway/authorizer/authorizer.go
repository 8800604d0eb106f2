// Package authorizer runs Lambda authorizers: functions that get a token or
// the whole request, and return an IAM policy.
package authorizer

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/mask"
	"example.com/apigw/internal/gateway/policy"
	"example.com/apigw/internal/java/regex"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// Invoke calls the function with an ARN, which may end in an alias or a version.
// A result with a function error is not an error.
type Invoke func(ctx context.Context, functionARN string, payload []byte) (function.Result, error)

// Authorizer decides with a function's help who may call. It is safe for
// concurrent use.
type Authorizer struct {
	config     *assembly.Authorizer
	invoke     Invoke
	now        func() time.Time
	validation *regex.Regexp // nil without an expression
	problem    error         // of the configuration; every request fails with 500
	cache      *cache        // nil if results are not kept
}

// New returns an authorizer of type TOKEN or REQUEST. The clock is for the time
// for which results are kept.
func New(config *assembly.Authorizer, invoke Invoke, now func() time.Time) *Authorizer {
	a := &Authorizer{config: config, invoke: invoke, now: now}
	if config.Type != "TOKEN" && config.Type != "REQUEST" {
		a.problem = fmt.Errorf("authorizer %s is of type %s, and Lambda authorizers are of type TOKEN or REQUEST", config.Name, config.Type)
	}
	if config.Type == "TOKEN" && len(config.IdentitySources) != 1 {
		a.problem = fmt.Errorf("authorizer %s is of type TOKEN and must have one identity source, such as method.request.header.Authorization", config.Name)
	}
	if config.Type == "TOKEN" && config.ValidationExpression != "" {
		re, err := regex.Compile(config.ValidationExpression)
		if err != nil {
			a.problem = fmt.Errorf("the validation expression of authorizer %s: %w", config.Name, err)
		}
		a.validation = re
	}
	if config.TTL > 0 && len(config.IdentitySources) > 0 {
		a.cache = newCache(config.TTL, now)
	}
	return a
}

// Request is the method request that an authorizer decides on.
type Request struct {
	ID        string // the request id
	Stage     string
	MethodARN string // arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path as called

	Resource       string // path of the resource, such as /hello/{name}
	Path           string // as called, without the stage
	HTTPMethod     string
	Header         mapping.Params // of the method request
	Query          mapping.Params
	PathParameters map[string]string
	StageVariables map[string]string
	// RequestContext is the member requestContext of the event, as functions with
	// proxy integration get it.
	RequestContext []byte
	// ContextVariable returns the value of a variable of $context, such as
	// identity.sourceIp, for identity sources; empty if there is none.
	ContextVariable func(name string) string
	// Conditions are the values of condition keys in policies, such as
	// aws:SourceIp.
	Conditions map[string][]string
}

// Result is what became known about the caller.
type Result struct {
	PrincipalID string
	// Context is what the function adds; numbers and booleans as texts.
	Context  map[string]string
	UsageKey string // usageIdentifierKey: the API key, if the API takes it from authorizers
	Call     Call
	Log      []LogLine // of the execution log, also if the call is refused
	Cached   bool      // the function's result was kept from before
}

// Call is that of the function; the zero value if the result was kept from before, or
// nobody had to be asked.
type Call struct {
	Status    int // of Lambda; 0 if it was not reached
	RequestID string
	Latency   time.Duration
}

// LogLine is a line of the execution log.
type LogLine struct {
	Text      string
	DataTrace bool // it is written with data trace only
}

// Values returns $context.authorizer, and the member authorizer of requestContext.
func (r Result) Values() map[string]any {
	values := make(map[string]any, len(r.Context)+2)
	for name, text := range r.Context {
		values[name] = text
	}
	values["principalId"] = r.PrincipalID
	values["integrationLatency"] = r.Call.Latency.Milliseconds()
	return values
}

// Authorize decides on a request. The error is 401 if what identifies the caller
// is missing or the function says "Unauthorized", 403 if the policy does not
// allow the method, and 500 if the function fails or returns something else.
func (a *Authorizer) Authorize(ctx context.Context, r Request) (Result, *gatewayresponse.Error) {
	var result Result
	result.info("Starting authorizer: %s for request: %s", a.config.ID, r.ID)
	if a.problem != nil {
		return result, result.misconfigured(authorizerError, rules.Of("authorizer-misconfigured", "authorizer", a.config.Name, "problem", a.problem), a.problem)
	}
	identity, missing := a.identify(r)
	if !missing.IsZero() {
		return result, gatewayresponse.Unauthorized(missing)
	}
	result.info("Incoming identity: %s", identity.masked(a.config.Type))

	var out *output
	var err *gatewayresponse.Error
	if a.cache == nil {
		out, err = a.call(ctx, r, identity, &result)
	} else {
		result.Cached = true
		out, err = a.cache.get(ctx, r.Stage+"\x00"+identity.key(), func() (*output, *gatewayresponse.Error) {
			result.Cached = false
			return a.call(ctx, r, identity, &result)
		})
	}
	if err != nil {
		return result, err
	}
	result.PrincipalID, result.Context, result.UsageKey = out.principalID, out.context, out.usageKey
	result.info("Using valid authorizer policy for principal: %s", mask.Secret(out.principalID))
	result.info("Successfully completed authorizer execution")

	decision := out.policy.Decide(policy.Request{Action: "execute-api:Invoke", Resource: r.MethodARN, Context: r.Conditions})
	if decision == policy.Allow {
		return result, nil
	}
	return result, a.denied(r, decision)
}

// call invokes the function and reads its result.
func (a *Authorizer) call(ctx context.Context, r Request, identity identity, result *Result) (*output, *gatewayresponse.Error) {
	arn, err := functionARN(mapping.ExpandStageVariables(a.config.URI, r.StageVariables))
	if err != nil {
		return nil, result.misconfigured(authorizerError, rules.Of("authorizer-misconfigured", "authorizer", a.config.Name, "problem", err), err)
	}
	payload, err := event(a.config.Type, r, identity)
	if err != nil {
		return nil, result.misconfigured(authorizerError, rules.Of("authorizer-misconfigured", "authorizer", a.config.Name, "problem", err), err)
	}
	endpoint := endpointOf(arn)
	result.data("Endpoint request URI: %s", endpoint)
	result.data("Endpoint request body after transformations: %s", payload)
	result.info("Sending request to %s", endpoint)
	started := a.now()
	called, err := a.invoke(ctx, arn, payload)
	result.Call.Latency = max(0, a.now().Sub(started))
	if err == nil {
		result.Call.Status, result.Call.RequestID = http.StatusOK, called.RequestID
	} else {
		return nil, result.misconfigured(authorizerError, rules.Of("authorizer-not-called", "authorizer", a.config.Name, "problem", err), err)
	}
	result.data("Authorizer result body before parsing: %s", called.Payload)
	if called.FunctionError != "" {
		message := cmp.Or(called.ErrorMessage(), string(called.Payload))
		if message == "Unauthorized" {
			return nil, gatewayresponse.Unauthorized(rules.Of("authorizer-says-unauthorized", "authorizer", a.config.Name, "request", r.ID))
		}
		return nil, result.misconfigured(failedOutput(called.Payload), rules.Of("authorizer-failed", "authorizer", a.config.Name, "problem", strings.TrimRight(message, ".")), nil)
	}
	out, log, err := parseOutput(called.Payload)
	if err != nil {
		return nil, result.misconfigured(log, rules.Of("authorizer-result-invalid", "authorizer", a.config.Name, "problem", err), err)
	}
	return out, nil
}

// functionARN takes the function out of a URI such as
// arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations.
func functionARN(uri string) (string, error) {
	_, rest, found := strings.Cut(uri, "/functions/")
	arn, complete := strings.CutSuffix(rest, "/invocations")
	if !found || !complete || !strings.Contains(arn, ":function:") || strings.HasSuffix(arn, ":") {
		return "", fmt.Errorf("the URI %q names no function; it must end in path/2015-03-31/functions/ARN/invocations", uri)
	}
	return arn, nil
}

// endpointOf returns the URL by which API Gateway calls a function.
func endpointOf(arn string) string {
	region := ""
	if fields := strings.Split(arn, ":"); len(fields) > 3 {
		region = fields[3]
	}
	return "https://lambda." + region + ".amazonaws.com/2015-03-31/functions/" + arn + "/invocations"
}

func (r *Result) info(format string, args ...any) {
	r.Log = append(r.Log, LogLine{Text: fmt.Sprintf(format, args...)})
}

func (r *Result) data(format string, args ...any) {
	r.Log = append(r.Log, LogLine{Text: fmt.Sprintf(format, args...), DataTrace: true})
}

// misconfigured logs whatever goes wrong with the function, and returns the
// failure.
func (r *Result) misconfigured(reason string, rule rules.Use, cause error) *gatewayresponse.Error {
	r.info("Execution failed due to configuration error: %s", reason)
	return gatewayresponse.AuthorizerConfigurationError(rule, cause)
}

func (a *Authorizer) denied(r Request, decision policy.Decision) *gatewayresponse.Error {
	explicit := decision == policy.ExplicitDeny
	rule := rules.Of("authorizer-does-not-allow", "authorizer", a.config.Name, "method", r.MethodARN, "request", r.ID)
	if explicit {
		rule = rules.Of("authorizer-denies", "authorizer", a.config.Name, "method", r.MethodARN, "request", r.ID)
	}
	return gatewayresponse.DeniedByAuthorizer(explicit, rule)
}
