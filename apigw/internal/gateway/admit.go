package gateway

import (
	"context"
	"net/http"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/usage"
)

// admission is what became known about the caller on the way in.
type admission struct {
	identity   map[string]string // members of $context.identity; those left out are null
	authorizer map[string]any    // $context.authorizer; nil without an authorizer
	usageKey   string            // the API key that an authorizer gives
}

// admit decides who may call, in the order of API Gateway: authorization with
// the resource policy, then API key and usage plan.
func (c *call) admit(ctx context.Context, r *http.Request) *gatewayresponse.Error {
	if failure := c.authorize(ctx, r); failure != nil {
		return failure
	}
	key := firstHeader(c.request.header, "X-Api-Key")
	if c.address.stage.api.APIKeySource == "AUTHORIZER" {
		key = c.admission.usageKey
	}
	outcome, failure := c.address.stage.usage.Check(usage.Request{ID: c.id, Method: c.method.Method, Key: key})
	c.record.admission = append(c.record.admission, outcome.Log...)
	if outcome.Key != nil {
		c.admission.identify("apiKey", outcome.Key.Value)
		c.admission.identify("apiKeyId", outcome.Key.ID)
	}
	return failure
}

// identify sets a member of $context.identity.
func (a *admission) identify(name, value string) {
	if a.identity == nil {
		a.identity = map[string]string{}
	}
	a.identity[name] = value
}
