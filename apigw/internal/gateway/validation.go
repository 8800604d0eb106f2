package gateway

import (
	"context"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
)

// requiredParameters returns those that the method's request validator asks for, in
// the order in which an error lists them: header, path, query string. (Recorded:
// test_api_gateway_request_validator; within a kind the order is open.)
func requiredParameters(m *assembly.Method) []assembly.RequestParameter {
	if !m.ValidateParameters {
		return nil
	}
	var required []assembly.RequestParameter
	for _, location := range [...]string{"header", "path", "querystring"} {
		for _, p := range m.RequestParameters {
			if p.Required && p.Location == location {
				required = append(required, p)
			}
		}
	}
	return required
}

// validate checks parameters, then the body, if the method has a request validator
// for them.
func (in *methodRequest) validate(ctx context.Context) *gatewayresponse.Error {
	var missing []string
	for _, p := range in.method.required {
		if !in.present(p) {
			missing = append(missing, p.Name)
		}
	}
	if missing != nil {
		return gatewayresponse.BadRequestParameters(missing)
	}
	return in.validateBody(ctx)
}

// present reports whether a parameter has a value that is not blank (developer
// guide, "Request validation for REST APIs"). Names of headers are compared in
// their letter case, as the guide says.
func (in *methodRequest) present(p assembly.RequestParameter) bool {
	var values []string
	switch p.Location {
	case "header":
		values = in.header.Values(p.Name)
	case "querystring":
		values = in.query.Values(p.Name)
	case "path":
		if slices.Contains(in.method.pathNames, p.Name) {
			return true // it would not be this resource without a value
		}
	}
	return slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) != "" })
}

// validateBody checks the body against the model for its content type. A type
// without a model is not validated (developer guide, "Request validation for
// REST APIs").
func (in *methodRequest) validateBody(ctx context.Context) *gatewayresponse.Error {
	if !in.method.ValidateBody {
		return nil
	}
	contentType := mediaType(in.contentType)
	if contentType == "" {
		contentType = "application/json"
	}
	for key, model := range in.method.RequestModels {
		if strings.EqualFold(key, contentType) {
			return in.address.stage.api.models.Check(ctx, model, contentType, in.body)
		}
	}
	return nil
}
