package gateway

import (
	"context"
	"strconv"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// mock is MOCK: the request template makes the status, and nothing is called.
type mock struct {
	mapsRequest  requestMapping
	mapsResponse responseMapping
}

func (d *deployer) mock(m *method) integration {
	return &mock{d.requestMapping(m), d.responseMapping(m)}
}

// request implements [integration].
func (m *mock) request(ctx context.Context, in *methodRequest) (integrationRequest, *gatewayresponse.Error) {
	return m.mapsRequest.apply(ctx, in)
}

// call implements [integration].
func (m *mock) call(_ context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	status, err := mapping.MockStatus(string(out.body.data))
	if err != nil {
		return backendResponse{}, gatewayresponse.APIConfigurationError(rules.Of("mock-status-missing"), err)
	}
	return backendResponse{status: status, selector: strconv.Itoa(status), contentType: "application/json"}, nil
}

// response implements [integration].
func (m *mock) response(ctx context.Context, in *methodRequest, out *integrationRequest, back *backendResponse) (integrationResponse, *gatewayresponse.Error) {
	r, failure := m.mapsResponse.apply(ctx, in, out.mapped, back)
	r.trace = false // recorded: test_invocation_trace_id
	return r, failure
}
