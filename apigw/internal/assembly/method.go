package assembly

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/rules"
)

// httpMethods are those that a method can have ("PutMethod" in the API reference).
var httpMethods = []string{"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

func (b *builder) addMethods(found *resources) {
	for _, r := range found.methods {
		p := r.Props
		if r.broken != nil && (p.RestApiId == "" || p.ResourceId == "" || p.HttpMethod == "") {
			b.leaveOut(r.Resource, r.broken)
			continue
		}
		api := b.api(r.Resource, p.RestApiId)
		if api == nil {
			continue
		}
		path, ok := api.path(p.ResourceId)
		switch {
		case !ok:
			b.leaveOut(r.Resource, r.Errorf("ResourceId", "API %s has no resource with id %q: name one with {\"Ref\": …}, or the root with {\"Fn::GetAtt\": [%q, \"RootResourceId\"]}",
				api.Name, p.ResourceId, api.LogicalID))
			continue
		case p.HttpMethod == "":
			b.leaveOut(r.Resource, r.Errorf("HttpMethod", "it is missing: write GET, POST, …, or ANY"))
			continue
		case !slices.Contains(httpMethods, strings.ToUpper(p.HttpMethod)):
			b.leaveOut(r.Resource, r.Errorf("HttpMethod", "%q is not one of %s", p.HttpMethod, strings.Join(httpMethods, ", ")))
			continue
		}
		m := &Method{ResourceID: p.ResourceId, ResourcePath: path, Path: r.Path, HTTPMethod: strings.ToUpper(p.HttpMethod)}
		err := b.addMethod(api, m, p)
		if at, ok := errors.AsType[*propertyError](err); ok {
			err = r.Errorf(at.path, "%w", at.err)
		}
		b.unreadable(m, cmp.Or(r.broken, err))
	}
}

// unreadable lets a method respond with 501 if a part of it cannot be read.
func (b *builder) unreadable(m *Method, err error) {
	if err != nil {
		m.NotImplemented = rules.Of("method-unreadable", "problem", err)
		b.notice(m.Path, m.NotImplemented)
	}
}

// propertyError is what is wrong with a property of a method.
type propertyError struct {
	path string
	err  error
}

func (e *propertyError) Error() string { return e.path + ": " + e.err.Error() }

// wrong returns a propertyError.
func wrong(path, format string, args ...any) error {
	return &propertyError{path, fmt.Errorf(format, args...)}
}

// addMethod completes a method, whose place is known, from its properties. The error
// says which of them is wrong; the method is there nevertheless.
func (b *builder) addMethod(api *apiBuilder, m *Method, p property.Method) error {
	api.Methods = append(api.Methods, m)
	m.OperationName = p.OperationName
	m.AuthorizationType = orElse(p.AuthorizationType, "NONE")
	m.AuthorizationScopes = p.AuthorizationScopes
	m.APIKeyRequired = p.ApiKeyRequired
	m.RequestModels = p.RequestModels
	err := cmp.Or(api.authorize(m, p), api.validate(m, p))
	for _, r := range p.MethodResponses {
		m.Responses = append(m.Responses, methodResponse(r))
	}
	var why rules.Use
	if p.Integration != nil {
		i, wrong := integration(p.Integration)
		if wrong != nil {
			return cmp.Or(err, wrong)
		}
		m.Integration = i
		why = notImplemented(p.Integration)
		if missing := b.missingIn(i.URI); why.IsZero() {
			why = missing
		}
	}
	if !why.IsZero() {
		m.NotImplemented = why
		b.notice(m.Path, why)
	} else if m.Integration != nil {
		b.checkFunction(m.Path, m.Integration.URI)
	}
	return err
}

func (api *apiBuilder) authorize(m *Method, p property.Method) error {
	switch m.AuthorizationType {
	case "NONE", "AWS_IAM":
		return nil
	case "CUSTOM", "COGNITO_USER_POOLS":
	default:
		return wrong("AuthorizationType", "%q is not a type of authorization: it is NONE, AWS_IAM, CUSTOM or COGNITO_USER_POOLS", m.AuthorizationType)
	}
	a, ok := api.authorizers[p.AuthorizerId]
	if !ok && m.AuthorizationType == "CUSTOM" {
		return wrong("AuthorizerId", "API %s has no authorizer with id %q: name one with {\"Ref\": …}", api.Name, p.AuthorizerId)
	}
	m.Authorizer = a
	return nil
}

// validate sets what the request validator checks, and with what.
func (api *apiBuilder) validate(m *Method, p property.Method) error {
	for _, key := range slices.Sorted(maps.Keys(p.RequestParameters)) {
		rest, ok := strings.CutPrefix(key, "method.request.")
		location, name, dotted := strings.Cut(rest, ".")
		// API Gateway treats those with several values like the others.
		location = strings.TrimPrefix(location, "multivalue")
		if !ok || !dotted || name == "" || location != "path" && location != "querystring" && location != "header" {
			return wrong("RequestParameters", "%q is not a parameter of a request: write method.request.header.NAME, method.request.path.NAME or method.request.querystring.NAME", key)
		}
		m.RequestParameters = append(m.RequestParameters, RequestParameter{Location: location, Name: name, Required: p.RequestParameters[key]})
	}
	var missing error // which matters to who checks bodies
	for _, mediaType := range slices.Sorted(maps.Keys(p.RequestModels)) {
		if name := p.RequestModels[mediaType]; !api.needModel(name) {
			missing = wrong("RequestModels", "API %s has no model %q: add it, or correct the name", api.Name, name)
		}
	}
	if p.RequestValidatorId == "" {
		return nil
	}
	v, ok := api.validators[p.RequestValidatorId]
	if !ok {
		return wrong("RequestValidatorId", "API %s has no request validator %q: name one that it has", api.Name, p.RequestValidatorId)
	}
	m.ValidateBody, m.ValidateParameters = v.ValidateRequestBody, v.ValidateRequestParameters
	if m.ValidateBody {
		return missing
	}
	return nil
}

func methodResponse(p property.MethodResponse) MethodResponse {
	r := MethodResponse{StatusCode: p.StatusCode, Models: p.ResponseModels}
	for _, key := range slices.Sorted(maps.Keys(p.ResponseParameters)) {
		r.Headers = append(r.Headers, strings.TrimPrefix(key, "method.response.header."))
	}
	return r
}

// defaultTimeout is how long API Gateway waits for a backend by default.
const defaultTimeout = 29 * time.Second

func integration(p *property.Integration) (*Integration, error) {
	switch p.Type {
	case "AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK":
	default:
		return nil, wrong("Integration.Type", "%q is not a type of integration: it is AWS, AWS_PROXY, HTTP, HTTP_PROXY or MOCK", p.Type)
	}
	if p.Uri == "" && p.Type != "MOCK" {
		return nil, wrong("Integration.Uri", "it is missing: say what to call")
	}
	i := &Integration{
		Type:                p.Type,
		HTTPMethod:          strings.ToUpper(p.IntegrationHttpMethod),
		URI:                 p.Uri,
		Credentials:         p.Credentials,
		PassthroughBehavior: orElse(p.PassthroughBehavior, "WHEN_NO_MATCH"),
		ContentHandling:     p.ContentHandling,
		Timeout:             defaultTimeout,
		Stream:              p.ResponseTransferMode == "STREAM",
		RequestParameters:   mappings(p.RequestParameters),
		RequestTemplates:    templates(p.RequestTemplates),
	}
	if p.TimeoutInMillis != nil {
		i.Timeout = time.Duration(*p.TimeoutInMillis) * time.Millisecond
	}
	for _, r := range p.IntegrationResponses {
		i.Responses = append(i.Responses, IntegrationResponse{
			StatusCode: r.StatusCode, SelectionPattern: r.SelectionPattern, ContentHandling: r.ContentHandling,
			Parameters: mappings(r.ResponseParameters), Templates: templates(r.ResponseTemplates),
		})
	}
	return i, nil
}

// notImplemented returns why calls of an integration answer 501 here; zero if
// they work.
func notImplemented(p *property.Integration) rules.Use {
	if p.ConnectionType == "VPC_LINK" {
		return rules.Of("vpc-link-not-done")
	}
	if p.ResponseTransferMode == "STREAM" && p.Type != "AWS_PROXY" && p.Type != "HTTP_PROXY" {
		return rules.Of("stream-without-proxy", "type", p.Type)
	}
	return rules.Use{}
}
