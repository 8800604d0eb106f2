package test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// api is a REST API of a template, in the words of API Gateway. Properties that
// refer to other resources stay as they are in the template.
type api struct {
	ID        string // logical id
	Name      string
	Methods   []method
	Responses map[string]gatewayResponse // by response type
	Stage     stage
}

type method struct {
	Path               string
	HttpMethod         string
	OperationName      string
	AuthorizationType  string
	ApiKeyRequired     bool
	Integration        integration
	MethodResponses    []methodResponse
	RequestValidatorId any
	AuthorizerId       any
	IdentitySource     string // what its authorizer reads: "method.request.header.Authorization"
	RequestModels      map[string]any
}

func (m method) String() string { return m.HttpMethod + " " + m.Path }

type methodResponse struct {
	StatusCode         string
	ResponseParameters map[string]bool
}

type integration struct {
	Type                 string
	Uri                  any
	TimeoutInMillis      int
	PassthroughBehavior  string
	RequestTemplates     map[string]string
	IntegrationResponses []integrationResponse
}

type integrationResponse struct {
	StatusCode         string
	SelectionPattern   string
	ResponseParameters map[string]string
	ResponseTemplates  map[string]string
}

type gatewayResponse struct {
	ResponseParameters map[string]string
	ResponseTemplates  map[string]string
}

type stage struct {
	ID               string
	StageName        string
	Variables        map[string]string
	AccessLogSetting *struct {
		DestinationArn any
		Format         string
	}
	MethodSettings []struct {
		LoggingLevel         string
		DataTraceEnabled     bool
		ThrottlingRateLimit  float64
		ThrottlingBurstLimit float64
	}
	DependsOn []string
}

// resource is any resource of a template.
type resource struct {
	Type       string
	Properties json.RawMessage
	DependsOn  []string
	Metadata   object

	DeletionPolicy      string
	UpdateReplacePolicy string
}

// resources returns the resources of a type by logical id.
func (s *synthesized) resources(t *testing.T, kind string) map[string]resource {
	t.Helper()
	found := map[string]resource{}
	for id, resource := range s.byID {
		if resource.Type == kind {
			found[id] = resource
		}
	}
	return found
}

// apis returns the REST APIs of the stack by name, each with all that belongs to
// it. Tests of what every API must have go through this list.
func (s *synthesized) apis(t *testing.T) map[string]api {
	t.Helper()
	found := map[string]api{}
	for id, resource := range s.resources(t, "AWS::ApiGateway::RestApi") {
		api := s.restAPI(t, id, resource)
		found[api.Name] = api
	}
	if len(found) == 0 {
		t.Fatal("the stack has no REST API")
	}
	return found
}

// api returns the REST API with a name.
func (s *synthesized) api(t *testing.T, name string) api {
	t.Helper()
	apis := s.apis(t)
	api, ok := apis[name]
	if !ok {
		t.Fatalf("no REST API is called %q, want one of %q", name, slices.Sorted(maps.Keys(apis)))
	}
	return api
}

// restAPI collects what belongs to a REST API.
func (s *synthesized) restAPI(t *testing.T, id string, restAPI resource) api {
	t.Helper()
	found := api{ID: id, Responses: map[string]gatewayResponse{}}
	var properties struct{ Name string }
	decode(t, restAPI, &properties)
	found.Name = properties.Name
	belongs := func(resource resource) bool {
		var properties struct{ RestApiId object }
		decode(t, resource, &properties)
		return properties.RestApiId["Ref"] == found.ID
	}
	paths := s.paths(t)
	for _, resource := range s.resources(t, "AWS::ApiGateway::Method") {
		if belongs(resource) {
			var properties struct {
				method
				ResourceId any
			}
			decode(t, resource, &properties)
			properties.Path = paths[refersTo(properties.ResourceId)]
			if authorizer, ok := s.byID[refersTo(properties.AuthorizerId)]; ok {
				var identity struct{ IdentitySource string }
				decode(t, authorizer, &identity)
				properties.IdentitySource = identity.IdentitySource
			}
			found.Methods = append(found.Methods, properties.method)
		}
	}
	for _, resource := range s.resources(t, "AWS::ApiGateway::GatewayResponse") {
		if belongs(resource) {
			var properties struct {
				gatewayResponse
				ResponseType string
			}
			decode(t, resource, &properties)
			found.Responses[properties.ResponseType] = properties.gatewayResponse
		}
	}
	for id, resource := range s.resources(t, "AWS::ApiGateway::Stage") {
		if belongs(resource) {
			decode(t, resource, &found.Stage)
			found.Stage.ID, found.Stage.DependsOn = id, resource.DependsOn
		}
	}
	return found
}

// method returns one method of an API.
func (a api) method(t *testing.T, httpMethod, path string) method {
	t.Helper()
	for _, method := range a.Methods {
		if method.HttpMethod == httpMethod && method.Path == path {
			return method
		}
	}
	t.Fatalf("%s has no %s %s, only %v", a.Name, httpMethod, path, a.Methods)
	return method{}
}

// paths returns the path of every resource of every API by its logical id.
func (s *synthesized) paths(t *testing.T) map[string]string {
	t.Helper()
	type part struct {
		ParentId any
		PathPart string
	}
	parts := map[string]part{}
	for id, resource := range s.resources(t, "AWS::ApiGateway::Resource") {
		var properties part
		decode(t, resource, &properties)
		parts[id] = properties
	}
	var path func(id string) string
	path = func(id string) string {
		if part, ok := parts[id]; ok {
			return path(refersTo(part.ParentId)) + "/" + part.PathPart
		}
		return "" // the root resource belongs to the API itself
	}
	paths := map[string]string{}
	for id := range parts {
		paths[id] = path(id)
	}
	return paths
}

// refersTo returns the logical id that a Ref or a GetAtt names.
func refersTo(value any) string {
	switch reference := value.(type) {
	case object:
		if id, ok := reference["Ref"].(string); ok {
			return id
		}
		if attribute, ok := reference["Fn::GetAtt"].([]any); ok {
			return fmt.Sprint(attribute[0])
		}
	}
	return ""
}

// joined returns the text of a Fn::Join with every reference written as ${Id}.
func joined(value any) string {
	reference, ok := value.(object)
	if !ok {
		return fmt.Sprint(value)
	}
	join, ok := reference["Fn::Join"].([]any)
	if !ok {
		return "${" + refersTo(value) + "}"
	}
	var texts []string
	for _, part := range join[1].([]any) {
		texts = append(texts, joined(part))
	}
	return strings.Join(texts, fmt.Sprint(join[0]))
}

func decode(t *testing.T, resource resource, into any) {
	t.Helper()
	if err := json.Unmarshal(resource.Properties, into); err != nil {
		t.Fatalf("%s: %v", resource.Type, err)
	}
}

func convert(t *testing.T, from, into any) {
	t.Helper()
	text, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
