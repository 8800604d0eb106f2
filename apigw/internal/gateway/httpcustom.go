package gateway

import (
	"context"
	"net/http"
	"strings"

	"example.com/apigw/internal/gateway/gatewayresponse"
)

// httpCustom is HTTP: mappings make the backend's request of the client's, and
// the answer of the backend's.
type httpCustom struct {
	backend  httpBackend
	request  requestMapping
	response responseMapping
}

func (d *deployer) httpCustom(m *method) integration {
	return &httpCustom{d.httpBackend(m), d.requestMapping(m), d.responseMapping(m)}
}

func (*httpCustom) function() string { return "" }

// serve implements [integration].
func (h *httpCustom) serve(ctx context.Context, c *call) (clientResponse, *gatewayresponse.Error) {
	in, failure := h.request.apply(ctx, c)
	if failure != nil {
		return clientResponse{}, failure
	}
	c.addDefaultHeaders(&in)
	answer, failure := h.backend.call(ctx, c, &in)
	if failure != nil {
		return clientResponse{}, failure
	}
	return h.response.apply(ctx, c, in.call, answer)
}

// addDefaultHeaders adds what an HTTP backend gets if no mapping sets it.
// (Recorded: test_apigateway_header_remapping_http[HTTP].)
func (c *call) addDefaultHeaders(in *integrationRequest) {
	id := c.address.stage.api.ID
	add := func(name, value string) { in.header = addHeader(in.header, name, value) }
	add("Accept", "application/json")
	add("User-Agent", "AmazonAPIGateway_"+id)
	add("X-Amzn-Apigateway-Api-Id", id)
	add("X-Amzn-Trace-Id", c.trace.full)
	if len(in.body.data) == 0 || strings.EqualFold(c.request.httpMethod, http.MethodGet) {
		return
	}
	if c.request.contentType == "" {
		add("Content-Type", "application/json")
	} else {
		add("Content-Type", c.request.contentType)
	}
}
