package gateway

import (
	"context"
	"net/http"
	"strings"

	"example.com/apigw/internal/gateway/gatewayresponse"
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
	kind := m.Integration.Type
	switch service := awsService(m.Integration.URI); {
	case strings.HasPrefix(kind, "AWS") && service != "" && service != "lambda":
		notImplemented = "an integration with the AWS service " + service + " is not done here"
	case kind == "AWS_PROXY":
		return d.lambdaProxy(m), ""
	case kind == "AWS":
		return d.lambdaCustom(m), ""
	case kind == "MOCK":
		return d.mock(m), ""
	case kind == "HTTP":
		return d.httpCustom(m), ""
	case kind == "HTTP_PROXY":
		return d.httpProxy(m), ""
	default:
		notImplemented = "there is no integration of the type " + kind
	}
	d.notice(m.Path, "%s; every call answers 501", notImplemented)
	return nil, notImplemented
}

// awsService is the service that an integration URI such as
// arn:aws:apigateway:REGION:sqs:path/… names; empty if it names none.
func awsService(uri string) string {
	parts := strings.SplitN(uri, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "apigateway" {
		return ""
	}
	return parts[4]
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
