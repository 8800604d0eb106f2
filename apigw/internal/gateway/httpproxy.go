package gateway

import (
	"context"
	"slices"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/mapping"
)

// httpProxy is HTTP_PROXY: the request goes on to the backend, and its answer to
// the client. Parameter mappings add to the request.
type httpProxy struct {
	backend httpBackend
	request requestMapping
}

func (d *deployer) httpProxy(m *method) integration {
	r := d.requestMapping(m)
	r.templates, r.passthrough = nil, "" // the body is the client's
	return &httpProxy{d.httpBackend(m), r}
}

func (*httpProxy) function() string { return "" }

// serve implements [integration].
func (h *httpProxy) serve(ctx context.Context, c *call) (clientResponse, *gatewayresponse.Error) {
	in, failure := h.request.apply(ctx, c)
	if failure != nil {
		return clientResponse{}, failure
	}
	in.header = c.proxiedHeaders(in.header)
	for _, p := range c.request.query { // beside the mapped ones
		for _, value := range p.Values {
			in.query.Add(p.Name, value)
		}
	}
	answer, failure := h.backend.call(ctx, c, &in)
	if failure != nil {
		return clientResponse{}, failure
	}
	return clientResponse{
		status: answer.status, header: clientHeaders(answer.header, remappedFromBackend), body: answer.body,
		binary: isBinary(answer.contentType, c.address.stage.api.BinaryMediaTypes),
	}, nil
}

// proxiedHeaders are the client's headers as the backend gets them, under those
// that are mapped. The gateway adds its own two, and no X-Forwarded-*. (Recorded:
// test_apigateway_header_remapping_http[HTTP_PROXY].)
func (c *call) proxiedHeaders(mapped mapping.Params) mapping.Params {
	lines := slices.DeleteFunc(slices.Clone(c.request.lines), func(line rawheader.Line) bool {
		return mapping.DroppedFromRequest(line.Name) || droppedByHTTPProxy(line.Name) || isHeader(line.Name, "Host", "X-Amzn-Trace-Id") || isSignature(line)
	})
	headers := requestHeaders(lines)
	for _, p := range mapped {
		headers = setHeader(headers, p.Name, p.Values)
	}
	headers = addHeader(headers, "X-Amzn-Apigateway-Api-Id", c.address.stage.api.ID)
	return addHeader(headers, "X-Amzn-Trace-Id", c.trace.full)
}
