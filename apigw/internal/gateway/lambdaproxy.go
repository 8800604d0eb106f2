package gateway

import (
	"context"
	"fmt"
	"net/http"
	"unicode/utf8"

	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/proxyresponse"
)

// lambdaProxy is AWS_PROXY: the request is the event, and the function's result
// is the answer.
type lambdaProxy struct{ lambda }

func (d *deployer) lambdaProxy(m *method) integration {
	l := d.lambda(m)
	for _, p := range m.Integration.RequestParameters {
		target, err := mapping.ParseTarget(p.Target)
		if err == nil && target.Kind == "header" && fatalWhenMapped(target.Name, true) {
			l.failure = fatalMapping(target.Name)
			d.notice(m.Path, "%v; every call answers 500", l.failure.Cause)
		}
	}
	return lambdaProxy{l}
}

// fatalMapping is the failure of a method that maps a header which no mapping may
// set. (Recorded: test_apigateway_header_remapping_aws.)
func fatalMapping(name string) *gatewayresponse.Error {
	return configurationError("", fmt.Errorf("the integration maps the header %s, which API Gateway lets nobody set; remove the mapping", name))
}

// serve implements [integration].
func (p lambdaProxy) serve(ctx context.Context, c *call) (clientResponse, *gatewayresponse.Error) {
	event := c.appendProxyEvent(make([]byte, 0, 3<<10+len(c.request.body)*5/4))
	result, failure := p.invoke(ctx, c, function.Invocation{Payload: event})
	if failure != nil {
		return clientResponse{}, failure
	}
	verdict := proxyresponse.Invocation{
		Payload: result.Payload, FunctionError: result.FunctionError, RequestID: result.RequestID,
		Accept: c.request.accept, BinaryMediaTypes: c.address.stage.api.BinaryMediaTypes,
	}.Check()
	c.record.verdict(verdict)
	switch {
	case !verdict.OK():
		return clientResponse{}, refusedResult(verdict.Status, verdict.Log, nil)
	case verdict.Status < http.StatusOK:
		return clientResponse{}, refusedResult(http.StatusBadGateway, executionFailed+"Malformed Lambda proxy response",
			fmt.Errorf("the status %d announces another answer; it cannot be one", verdict.Status))
	}
	return clientResponse{
		status: verdict.Status, header: verdict.Header, body: verdict.Body, binary: !utf8.Valid(verdict.Body), trace: true,
	}, nil
}

// refusedResult is the answer to a function's result that is none: 502, or 500 if
// it is base64 that cannot be decoded.
func refusedResult(status int, log string, cause error) *gatewayresponse.Error {
	failure := internalError(log, cause)
	if status == http.StatusInternalServerError {
		failure.Type = gatewayresponse.APIConfigurationError
	}
	failure.Status = status
	return failure
}
