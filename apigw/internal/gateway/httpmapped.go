package gateway

import (
	"context"
	"net/http"
	"strings"

	"example.com/apigw/internal/gateway/gatewayresponse"
)

// httpMapped is HTTP: mappings turn the client's request into the backend's, and
// the backend's response into the client's.
type httpMapped struct {
	backend      httpBackend
	mapsRequest  requestMapping
	mapsResponse responseMapping
}

func (d *deployer) httpMapped(m *method) integration {
	return &httpMapped{d.httpBackend(m), d.requestMapping(m), d.responseMapping(m)}
}

// request implements [integration].
func (h *httpMapped) request(ctx context.Context, in *methodRequest) (integrationRequest, *gatewayresponse.Error) {
	out, failure := h.mapsRequest.apply(ctx, in)
	if failure != nil {
		return out, failure
	}
	out.addDefaultHeaders(in)
	return out, h.backend.address(&out, in.httpMethod)
}

// call implements [integration].
func (h *httpMapped) call(ctx context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	return h.backend.call(ctx, out)
}

// response implements [integration].
func (h *httpMapped) response(ctx context.Context, in *methodRequest, out *integrationRequest, back *backendResponse) (integrationResponse, *gatewayresponse.Error) {
	return h.mapsResponse.apply(ctx, in, out.mapped, back)
}

// addDefaultHeaders adds what an HTTP backend gets if no mapping sets it.
// (Recorded: test_apigateway_header_remapping_http[HTTP].)
func (o *integrationRequest) addDefaultHeaders(in *methodRequest) {
	id := in.address.stage.api.ID
	add := func(name, value string) { o.header = addHeader(o.header, name, value) }
	add("Accept", "application/json")
	add("User-Agent", "AmazonAPIGateway_"+id)
	add("X-Amzn-Apigateway-Api-Id", id)
	add("X-Amzn-Trace-Id", in.trace.full)
	if len(o.body.data) == 0 || strings.EqualFold(in.httpMethod, http.MethodGet) {
		return
	}
	if in.contentType == "" {
		add("Content-Type", "application/json")
	} else {
		add("Content-Type", in.contentType)
	}
}
