package gateway

import (
	"context"
	"net/http"

	"example.com/hello-apigw/local/gateway/gatewayresponse"
)

// admission is what became known about the caller on the way in.
type admission struct {
	identity   map[string]string // members of $context.identity; those left out are null
	authorizer map[string]any    // $context.authorizer; nil without an authorizer
	log        []string          // lines of the execution log before "Starting execution"
}

// admit decides who may call, in the order of API Gateway: authorization, then
// resource policy, API key and usage plan.
func (c *call) admit(_ context.Context, _ *http.Request) *gatewayresponse.Error {
	return nil
}
