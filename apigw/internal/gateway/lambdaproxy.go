package gateway

import (
	"context"
	"net/http"
	"slices"
	"unicode/utf8"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

// lambdaProxy is AWS_PROXY: the request is the event, and the function's result is
// the response.
type lambdaProxy struct{ lambda }

func (d *deployer) lambdaProxy(m *method) integration {
	l := d.lambda(m)
	for _, p := range m.Integration.RequestParameters {
		target, err := mapping.ParseTarget(p.Target)
		if err == nil && target.Kind == "header" && fatalWhenMapped(target.Name, true) {
			d.everyRequestFails(m, integrationRequestBox, gatewayresponse.ForbiddenMapping(target.Name))
		}
	}
	if m.Integration.Stream {
		return &lambdaStream{lambdaProxy{l}, d.streamLimits(m)}
	}
	return &lambdaProxy{l}
}

// request implements [integration].
func (l *lambdaProxy) request(_ context.Context, in *methodRequest) (integrationRequest, *gatewayresponse.Error) {
	var out integrationRequest
	out.body.data = in.appendProxyEvent(make([]byte, 0, 3<<10+len(in.body)*5/4))
	l.address(&out, in)
	return out, nil
}

// response implements [integration].
func (l *lambdaProxy) response(_ context.Context, in *methodRequest, _ *integrationRequest, back *backendResponse) (integrationResponse, *gatewayresponse.Error) {
	verdict := proxyresponse.Invocation{
		Payload: back.result.Payload, FunctionError: back.result.FunctionError, RequestID: back.result.RequestID,
		Accept: in.accept, BinaryMediaTypes: in.address.stage.api.BinaryMediaTypes,
	}.Check()
	out := integrationResponse{violations: slices.Concat(verdict.Violations, verdict.Notes), trace: true}
	switch {
	case !verdict.OK():
		return out, gatewayresponse.MalformedProxyResponse(verdict.Status, verdict.Log)
	case verdict.Status < http.StatusOK:
		return out, gatewayresponse.MalformedProxyResponse(http.StatusBadGateway, "").
			By(rules.Of("result-status-informational", "status", verdict.Status))
	}
	out.client = clientResponse{status: verdict.Status, header: verdict.Header, body: verdict.Body, binary: !utf8.Valid(verdict.Body)}
	return out, nil
}
