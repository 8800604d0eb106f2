package gateway

import (
	"context"
	"strings"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

// integration is what is behind a method: the boxes between the method request and
// the method response. There is one for each type. Every box returns a value, and a
// failure if the request ends there; the value then has what was known until then.
// Ctx ends with the integration's timeout.
type integration interface {
	// request is the integration request: it turns the client's request into that of
	// the backend.
	request(ctx context.Context, in *methodRequest) (integrationRequest, *gatewayresponse.Error)
	// call sends it to the backend.
	call(ctx context.Context, out *integrationRequest) (backendResponse, *gatewayresponse.Error)
	// response is the integration response: it turns the backend's response into
	// that of the client.
	response(ctx context.Context, in *methodRequest, out *integrationRequest, back *backendResponse) (integrationResponse, *gatewayresponse.Error)
}

// integration prepares the integration of a method, or decides that all its
// requests fail.
func (d *deployer) integration(m *method) {
	if m.Integration == nil {
		d.everyRequestFails(m, integrationRequestBox, gatewayresponse.NoIntegration())
		return
	}
	kind := m.Integration.Type
	switch service := awsService(m.Integration.URI); {
	case kind == "AWS" && service != "" && service != "lambda":
		m.integration = d.serviceMapped(m)
	case kind == "AWS_PROXY" && service != "" && service != "lambda":
		d.everyRequestFails(m, methodRequestBox, gatewayresponse.NotImplemented(rules.Of("service-with-proxy", "service", service)))
	case kind == "AWS_PROXY":
		m.integration = d.lambdaProxy(m)
	case kind == "AWS":
		m.integration = d.lambdaMapped(m)
	case kind == "MOCK":
		m.integration = d.mock(m)
	case kind == "HTTP":
		m.integration = d.httpMapped(m)
	case kind == "HTTP_PROXY":
		m.integration = d.httpProxy(m)
	default:
		d.everyRequestFails(m, methodRequestBox, gatewayresponse.NotImplemented(rules.Of("integration-type-unknown", "type", kind)))
	}
}

// awsService returns the service that an integration URI such as
// arn:aws:apigateway:REGION:sqs:path/… names; empty if it names none.
func awsService(uri string) string {
	parts := strings.SplitN(uri, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "apigateway" {
		return ""
	}
	return parts[4]
}
