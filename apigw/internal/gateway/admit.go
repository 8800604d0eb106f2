package gateway

import (
	"context"
	"net/http"

	"example.com/apigw/internal/gateway/authorizer"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/usage"
)

// admission is what becomes known about the caller on the way in.
type admission struct {
	admitted   bool
	identity   map[string]string // members of $context.identity; those left out are null
	authorizer map[string]any    // $context.authorizer; nil without an authorizer
	log        []string          // lines of the execution log
	// policyCached means that the authorizer's result was one that was kept.
	policyCached bool
	asked        bool                   // authorization was asked, and refused the request or not
	refusal      *gatewayresponse.Error // of authorization
	call         authorizer.Call        // of a Lambda authorizer's function
}

// admit decides who may call, in the order of API Gateway: authorization with the
// resource policy, then API key and usage plan.
func (g *Gateway) admit(ctx context.Context, in *methodRequest, r *http.Request) (admission, *gatewayresponse.Error) {
	a, failure := g.authorize(ctx, in, r)
	a.asked, a.refusal = true, failure
	if failure != nil {
		return a.admission, failure
	}
	key := firstHeader(in.header, "X-Api-Key")
	if in.address.stage.api.APIKeySource == "AUTHORIZER" {
		key = a.usageKey
	}
	outcome, failure := in.address.stage.usage.Check(usage.Request{ID: in.id, Method: in.method.Method, Key: key})
	a.log = append(a.log, outcome.Log...)
	if outcome.Key != nil {
		a.identify("apiKey", outcome.Key.Value)
		a.identify("apiKeyId", outcome.Key.ID)
	}
	a.admitted = failure == nil
	return a.admission, failure
}

// identify sets a member of $context.identity.
func (a *admission) identify(name, value string) {
	if a.identity == nil {
		a.identity = map[string]string{}
	}
	a.identity[name] = value
}
