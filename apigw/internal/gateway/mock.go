package gateway

import (
	"context"
	"strconv"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
)

// mock is MOCK: the request template makes the status, and nothing is called.
type mock struct {
	request  requestMapping
	response responseMapping
}

func (d *deployer) mock(m *method) integration {
	return &mock{d.requestMapping(m), d.responseMapping(m)}
}

func (*mock) function() string { return "" }

// serve implements [integration].
func (m *mock) serve(ctx context.Context, c *call) (clientResponse, *gatewayresponse.Error) {
	in, failure := m.request.apply(ctx, c)
	if failure != nil {
		return clientResponse{}, failure
	}
	c.record.toBackend(in.message(), in.body.data)
	status, err := mapping.MockStatus(string(in.body.data))
	if err != nil {
		return clientResponse{}, configurationError(mapping.MockStatusLog, err)
	}
	answer := backendAnswer{selector: strconv.Itoa(status), status: status, contentType: "application/json"}
	c.record.fromBackend(Message{Status: status}, nil)
	out, failure := m.response.apply(ctx, c, in.call, answer)
	out.trace = false // recorded: test_invocation_trace_id
	return out, failure
}
