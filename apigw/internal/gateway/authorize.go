package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/authorizer"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/policy"
	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/uuid"
)

// authorized is what authorization makes known about the caller.
type authorized struct {
	admission
	usageKey string // the API key that an authorizer names
}

// authorize asks whoever decides about a method: the API's resource policy, and the
// authorization that the method asks for.
func (g *Gateway) authorize(ctx context.Context, in *methodRequest, r *http.Request) (authorized, *gatewayresponse.Error) {
	switch in.method.AuthorizationType {
	case "CUSTOM":
		// The resource policy alone cannot allow, but it can deny (developer
		// guide, "How API Gateway resource policies affect authorization").
		if in.decide(nil) == policy.ExplicitDeny {
			return authorized{}, in.denied("anonymous", policy.ExplicitDeny)
		}
		return in.askAuthorizer(ctx)
	case "COGNITO_USER_POOLS":
		if in.decide(nil) == policy.ExplicitDeny {
			return authorized{}, in.denied("anonymous", policy.ExplicitDeny)
		}
		return in.checkToken()
	case "AWS_IAM":
		return in.checkSignature(r, g.options.Credentials)
	}
	if in.address.stage.api.policy == nil {
		return authorized{}, nil
	}
	if decision := in.decide(nil); decision != policy.Allow {
		return authorized{}, in.denied("anonymous", decision)
	}
	return authorized{}, nil
}

// checkSignature verifies who signed the request. Somebody of the API's account
// needs no word of the resource policy, only no explicit deny; others need to be
// allowed by it (the same chapter of the guide).
func (in *methodRequest) checkSignature(r *http.Request, credentials []sigv4.Credential) (a authorized, failure *gatewayresponse.Error) {
	api := in.address.stage.api
	who, failure := sigv4.Verify(r, in.body, credentials, api.Region, in.started)
	if failure != nil {
		return a, failure
	}
	if who.AccountID == "" {
		who.AccountID = api.Account
		who.UserARN = "arn:" + cmp.Or(api.Partition, "aws") + ":iam::" + api.Account + ":" + who.UserARN
	}
	decision := in.decide([]string{who.UserARN, "arn:aws:iam::" + who.AccountID + ":root"})
	if decision == policy.ExplicitDeny || decision != policy.Allow && who.AccountID != api.Account {
		return a, in.denied(who.UserARN, decision)
	}
	a.identify("accessKey", who.AccessKey)
	a.identify("accountId", who.AccountID)
	a.identify("userArn", who.UserARN)
	a.identify("caller", who.UserID)
	a.identify("user", who.UserID)
	return a, nil
}

// decide asks the API's resource policy. Without one nothing is decided.
func (in *methodRequest) decide(principals []string) policy.Decision {
	p := in.address.stage.api.policy
	if p == nil {
		return policy.ImplicitDeny
	}
	return p.Decide(policy.Request{
		Principals: principals, Action: "execute-api:Invoke", Resource: in.methodARN(), Context: in.conditions(),
	})
}

// methodARN returns the ARN of the method as it was called.
func (in *methodRequest) methodARN() string {
	return in.address.stage.arnPrefix + in.httpMethod + in.path
}

// conditions returns the condition keys of policies that are known here.
func (in *methodRequest) conditions() map[string][]string {
	now := in.started.UTC()
	conditions := map[string][]string{
		"aws:SourceIp":        {in.sourceIP},
		"aws:SecureTransport": {"true"},
		"aws:CurrentTime":     {now.Format(time.RFC3339)},
		"aws:EpochTime":       {fmt.Sprint(now.Unix())},
	}
	if api := in.address.stage.api; api.EndpointType == "PRIVATE" { // as through its endpoint
		delete(conditions, "aws:SourceIp")
		conditions["aws:VpcSourceIp"] = []string{in.sourceIP}
		conditions["aws:SourceVpce"] = []string{api.vpcEndpoint}
		conditions["aws:SourceVpc"] = []string{api.vpc}
	}
	if in.userAgent != "" {
		conditions["aws:UserAgent"] = []string{in.userAgent}
	}
	if referer := firstHeader(in.header, "Referer"); referer != "" {
		conditions["aws:Referer"] = []string{referer}
	}
	return conditions
}

// denied returns the refusal of a resource policy. The account is masked in it, as
// it is on AWS.
func (in *methodRequest) denied(user string, decision policy.Decision) *gatewayresponse.Error {
	account := in.address.stage.api.Account
	arn := in.methodARN()
	if len(account) == 12 {
		arn = strings.Replace(arn, ":"+account+":", ":********"+account[8:]+":", 1)
	}
	return gatewayresponse.DeniedByResourcePolicy(user, arn, decision == policy.ExplicitDeny,
		rules.Of("policy-denies", "decision", decision, "caller", user, "address", in.sourceIP))
}

// askAuthorizer runs the method's Lambda authorizer.
func (in *methodRequest) askAuthorizer(ctx context.Context) (a authorized, failure *gatewayresponse.Error) {
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	parameters := map[string]string{}
	for _, p := range in.params {
		parameters[p.Name] = p.Value
	}
	result, failure := in.method.authorizer.Authorize(ctx, authorizer.Request{
		ID: in.id, Stage: in.address.stage.Name, MethodARN: in.methodARN(),
		Resource: in.method.ResourcePath, Path: in.address.eventPath(in.path), HTTPMethod: in.httpMethod,
		Header: in.header, Query: in.query, PathParameters: parameters,
		StageVariables: in.address.stage.Variables, RequestContext: in.appendRequestContext(nil),
		ContextVariable: func(name string) string {
			value, _ := in.contextVariable(name)
			return value
		},
		Conditions: in.conditions(),
	})
	for _, line := range result.Log {
		a.log = append(a.log, line.Text)
	}
	a.policyCached, a.call = result.Cached, result.Call
	if failure == nil {
		a.authorizer, a.usageKey = result.Values(), result.UsageKey
	}
	return a, failure
}

// checkToken verifies the token of a user pool.
func (in *methodRequest) checkToken() (a authorized, failure *gatewayresponse.Error) {
	config := in.method.Authorizer
	a.log = append(a.log, "Starting authorizer: "+config.ID+" for request: "+in.id)
	source := "method.request.header.Authorization"
	if len(config.IdentitySources) > 0 {
		source = config.IdentitySources[0]
	}
	claims, failure := in.method.userPool.Check(firstHeader(in.header, strings.TrimPrefix(source, "method.request.header.")), in.method.AuthorizationScopes, in.id)
	if failure == nil {
		a.authorizer = map[string]any{"claims": claims.Values()}
		a.log = append(a.log, "Successfully completed authorizer execution")
	}
	return a, failure
}

// authorizerNotRunnable returns why the function of a method's authorizer does not run
// here; no rule if it does.
func (d *deployer) authorizerNotRunnable(m *method) rules.Use {
	uri, _ := expandStageVariables(m.Method.Authorizer.URI, m.stage.Variables)
	arn, _, wrong := functionARN(uri)
	if !wrong.IsZero() {
		return rules.Use{}
	}
	target, _ := d.function(arn)
	if target == nil {
		return rules.Use{}
	}
	return d.options.NotRunnable[target.ARN]
}

// authorizer prepares the Lambda authorizer of a method. Methods that share one
// in a stage share its cache.
func (d *deployer) authorizer(s *stage, config *assembly.Authorizer) *authorizer.Authorizer {
	if ready := s.authorizers[config]; ready != nil {
		return ready
	}
	resolved := *config
	resolved.URI, _ = expandStageVariables(config.URI, s.Variables)
	source := s.api.arn + "/authorizers/" + config.ID
	invoke := func(ctx context.Context, arn string, payload []byte) (function.Result, error) {
		target, qualifier := d.function(arn)
		switch {
		case target == nil:
			return function.Result{}, &function.InvokeError{
				Status: http.StatusNotFound, Type: "ResourceNotFoundException", Message: "Function not found: " + arn,
			}
		case config.Credentials == "" && !permitted(target, qualifier, source, s.api.Account):
			return function.Result{}, errors.New(notPermitted(target, source).Text())
		}
		return d.invoker.Invoke(ctx, target.ARN, function.Invocation{RequestID: uuid.New(), Payload: payload})
	}
	ready := authorizer.New(&resolved, invoke, d.options.Now)
	s.authorizers[config] = ready
	return ready
}
