package gateway

import (
	"context"
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
	"example.com/apigw/internal/uuid"
)

// authorize asks whoever decides about a method: the API's resource policy, and
// the authorization that the method asks for.
func (c *call) authorize(ctx context.Context, r *http.Request) *gatewayresponse.Error {
	switch c.method.AuthorizationType {
	case "CUSTOM":
		// The resource policy alone cannot allow, but it can deny (developer
		// guide, "How API Gateway resource policies affect authorization").
		if c.decide(nil) == policy.ExplicitDeny {
			return c.denied("anonymous", policy.ExplicitDeny)
		}
		return c.askAuthorizer(ctx)
	case "AWS_IAM":
		return c.checkSignature(r)
	}
	if c.address.stage.api.policy == nil {
		return nil
	}
	if decision := c.decide(nil); decision != policy.Allow {
		return c.denied("anonymous", decision)
	}
	return nil
}

// checkSignature verifies who signed the request. Somebody of the API's account
// needs no word of the resource policy, only no explicit deny; others need to be
// allowed by it (the same chapter of the guide).
func (c *call) checkSignature(r *http.Request) *gatewayresponse.Error {
	api := c.address.stage.api
	who, failure := sigv4.Verify(r, c.request.body, c.gateway.options.Credentials, api.Region, c.started)
	if failure != nil {
		return failure
	}
	decision := c.decide([]string{who.UserARN, "arn:aws:iam::" + who.AccountID + ":root"})
	if decision == policy.ExplicitDeny || decision != policy.Allow && who.AccountID != api.Account {
		return c.denied(who.UserARN, decision)
	}
	c.admission.identify("accessKey", who.AccessKey)
	c.admission.identify("accountId", who.AccountID)
	c.admission.identify("userArn", who.UserARN)
	c.admission.identify("caller", who.UserID)
	c.admission.identify("user", who.UserID)
	return nil
}

// decide asks the API's resource policy. Without one nothing is decided.
func (c *call) decide(principals []string) policy.Decision {
	p := c.address.stage.api.policy
	if p == nil {
		return policy.ImplicitDeny
	}
	return p.Decide(policy.Request{
		Principals: principals, Action: "execute-api:Invoke", Resource: c.methodARN(), Context: c.conditions(),
	})
}

// methodARN is the ARN of the method as it was called.
func (c *call) methodARN() string {
	return c.address.stage.arnPrefix + c.request.httpMethod + c.request.path
}

// conditions are the condition keys of policies that are known here.
func (c *call) conditions() map[string][]string {
	now := c.started.UTC()
	conditions := map[string][]string{
		"aws:SourceIp":        {c.request.sourceIP},
		"aws:SecureTransport": {"true"},
		"aws:CurrentTime":     {now.Format(time.RFC3339)},
		"aws:EpochTime":       {fmt.Sprint(now.Unix())},
	}
	if c.request.userAgent != "" {
		conditions["aws:UserAgent"] = []string{c.request.userAgent}
	}
	if referer := firstHeader(c.request.header, "Referer"); referer != "" {
		conditions["aws:Referer"] = []string{referer}
	}
	return conditions
}

// denied is the refusal of a resource policy. The account is masked in it, as it
// is on AWS.
func (c *call) denied(user string, decision policy.Decision) *gatewayresponse.Error {
	account := c.address.stage.api.Account
	arn := c.methodARN()
	if len(account) == 12 {
		arn = strings.Replace(arn, ":"+account+":", ":********"+account[8:]+":", 1)
	}
	message := "User: " + user + " is not authorized to perform: execute-api:Invoke on resource: " + arn
	if decision == policy.ExplicitDeny {
		message += " with an explicit deny in a resource-based policy"
	}
	return &gatewayresponse.Error{
		Type: gatewayresponse.AccessDenied, Status: http.StatusForbidden, Message: message, CapitalKey: true,
		Log:   "The client is not authorized to perform this operation.",
		Cause: fmt.Errorf("the API's resource policy says %v to %s from %s", decision, user, c.request.sourceIP),
	}
}

// askAuthorizer runs the method's Lambda authorizer.
func (c *call) askAuthorizer(ctx context.Context) *gatewayresponse.Error {
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	parameters := map[string]string{}
	for _, p := range c.request.params {
		parameters[p.Name] = p.Value
	}
	result, failure := c.method.authorizer.Authorize(ctx, authorizer.Request{
		ID: c.id, Stage: c.address.stage.Name, MethodARN: c.methodARN(),
		Resource: c.method.ResourcePath, Path: c.request.path, HTTPMethod: c.request.httpMethod,
		Header: c.request.header, Query: c.request.query, PathParameters: parameters,
		StageVariables: c.address.stage.Variables, RequestContext: c.appendRequestContext(nil),
		ContextVariable: func(name string) string {
			value, _ := c.contextVariable(name)
			return value
		},
		Conditions: c.conditions(),
	})
	for _, line := range result.Log {
		c.record.admission = append(c.record.admission, line.Text)
	}
	if failure == nil {
		c.admission.authorizer, c.admission.usageKey = result.Values(), result.UsageKey
	}
	return failure
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
			return function.Result{}, notPermitted(target, source)
		}
		return d.invoker.Invoke(ctx, target.Name, function.Invocation{RequestID: uuid.New(), Payload: payload})
	}
	ready := authorizer.New(&resolved, invoke, d.now)
	s.authorizers[config] = ready
	return ready
}
