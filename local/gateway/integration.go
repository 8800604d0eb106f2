package gateway

import (
	"context"
	"net/http"

	"example.com/hello-apigw/local/gateway/gatewayresponse"
)

// integration is what is behind a method, with the boxes around it.
type integration interface {
	// serve answers a call. Ctx ends with the integration's timeout.
	serve(ctx context.Context, c *call) (clientResponse, *gatewayresponse.Error)
	// function is the name of the Lambda function that it calls, if it is one of
	// the assembly.
	function() string
}

// integration prepares what a method's definition asks for, or says why it
// cannot be done.
func (d *deployer) integration(m *method) (ready integration, notImplemented string) {
	if m.Integration == nil {
		d.notice(m.Path, "the method has no integration; every call answers 500")
		return broken{configurationError("No integration defined for method", nil)}, ""
	}
	switch m.Integration.Type {
	case "AWS_PROXY":
		return d.lambdaProxy(m), ""
	case "AWS":
		return d.lambdaCustom(m), ""
	case "MOCK":
		return d.mock(m), ""
	case "HTTP":
		return d.httpCustom(m), ""
	case "HTTP_PROXY":
		return d.httpProxy(m), ""
	}
	notImplemented = "there is no integration of the type " + m.Integration.Type
	d.notice(m.Path, "%s; every call answers 501", notImplemented)
	return nil, notImplemented
}

// broken is an integration that fails whatever is asked of it.
type broken struct{ failure *gatewayresponse.Error }

func (b broken) serve(context.Context, *call) (clientResponse, *gatewayresponse.Error) {
	return clientResponse{}, b.failure
}

func (broken) function() string { return "" }

// notImplemented is the answer where AWS does what the local gateway does not.
// It has a form that no answer of API Gateway has.
func notImplemented(reason string) *gatewayresponse.Error {
	return &gatewayresponse.Error{
		Type: gatewayresponse.Default5XX, Status: http.StatusNotImplemented, PlainText: true,
		Message: "Not implemented by the local gateway: " + reason + "\n",
		Cause:   diagnosisError(reason),
	}
}
