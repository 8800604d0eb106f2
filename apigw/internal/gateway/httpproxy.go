package gateway

import (
	"context"
	"slices"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/mapping"
)

// httpProxy is HTTP_PROXY: the request goes on to the backend, and its response to
// the client. Parameter mappings add to the request.
type httpProxy struct {
	backend     httpBackend
	mapsRequest requestMapping
}

func (d *deployer) httpProxy(m *method) integration {
	r := d.requestMapping(m)
	r.templates, r.passthrough = nil, "" // the body is the client's
	h := httpProxy{d.httpBackend(m), r}
	if m.Integration.Stream {
		return &httpStream{h, d.streamLimits(m)}
	}
	return &h
}

// request implements [integration].
func (h *httpProxy) request(ctx context.Context, in *methodRequest) (integrationRequest, *gatewayresponse.Error) {
	out, failure := h.mapsRequest.apply(ctx, in)
	if failure != nil {
		return out, failure
	}
	out.header = in.proxiedHeaders(out.header)
	for _, p := range in.query { // beside the mapped ones
		for _, value := range p.Values {
			out.query.Add(p.Name, value)
		}
	}
	return out, h.backend.address(&out, in.httpMethod)
}

// call implements [integration].
func (h *httpProxy) call(ctx context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error) {
	return h.backend.call(ctx, out)
}

// response implements [integration].
func (h *httpProxy) response(_ context.Context, in *methodRequest, _ *integrationRequest, back *backendResponse) (integrationResponse, *gatewayresponse.Error) {
	return integrationResponse{client: clientResponse{
		status: back.status, header: clientHeaders(back.header, remappedFromBackend, "application/json"), body: back.body,
		binary: isBinary(back.contentType, in.address.stage.api.BinaryMediaTypes),
	}}, nil
}

// proxiedHeaders returns the client's headers as the backend gets them, under those
// that are mapped. The gateway adds its own two, and no X-Forwarded-*. (Recorded:
// test_apigateway_header_remapping_http[HTTP_PROXY].)
func (in *methodRequest) proxiedHeaders(mapped mapping.Params) mapping.Params {
	lines := slices.DeleteFunc(slices.Clone(in.lines), func(line rawheader.Line) bool {
		return mapping.DroppedFromRequest(line.Name) || droppedByHTTPProxy(line.Name) || isHeader(line.Name, "Host", "X-Amzn-Trace-Id") || isSignature(line)
	})
	headers := requestHeaders(lines)
	for _, p := range mapped {
		headers = setHeader(headers, p.Name, p.Values)
	}
	headers = addHeader(headers, "X-Amzn-Apigateway-Api-Id", in.address.stage.api.ID)
	return addHeader(headers, "X-Amzn-Trace-Id", in.trace.full)
}
