// Package openapi reads an OpenAPI 3.0 or Swagger 2.0 document as the import of
// API Gateway does, with its x-amazon-apigateway extensions, into the
// properties that CloudFormation resources would have.
package openapi

import (
	"maps"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/rules"
)

// Definition is an API that a document defines.
type Definition struct {
	Title                  string
	APIKeySource           string
	BinaryMediaTypes       []string
	MinimumCompressionSize *int // bytes
	DisableDefaultEndpoint bool
	VPCEndpoints           []string
	Policy                 any // nil without one

	Methods          []Method // by path, then by HTTP method
	Models           []property.Model
	Validators       map[string]property.RequestValidator // Method.RequestValidatorId is the key
	Authorizers      map[string]property.Authorizer       // Method.AuthorizerId is the key
	GatewayResponses []property.GatewayResponse

	// Notices are about what the document asks for and what has no effect.
	Notices []rules.Use
}

// Method is a method of a resource.
type Method struct {
	ResourcePath string // such as /hello/{name}
	property.Method
}

// Import is what a document needs to know of the API that it is imported into.
type Import struct {
	APIID string // that references among models are written with
	// BasePath is what becomes of the document's base path: ignore, which is the
	// default, prepend or split.
	BasePath string
}

// Read reads a document that is decoded already: objects are map[string]any,
// numbers json.Number. Errors name the place in the document.
func Read(document any, i Import) (*Definition, error) {
	root, err := asObject(document, "the document")
	if err != nil {
		return nil, err
	}
	r := &reader{root: root, into: i, definition: &Definition{}}
	version := text(root["openapi"]) + text(root["swagger"])
	switch {
	case strings.HasPrefix(version, "3."):
		r.version3 = true
	case strings.HasPrefix(version, "2."):
	default:
		return nil, failf("", "it is not an OpenAPI document: it needs openapi: 3.0.1 or swagger: 2.0, and has %q", version)
	}
	for _, step := range []func() error{r.readAPI, r.readModels, r.readValidators, r.readSecurity, r.readGatewayResponses, r.readPaths} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return r.definition, nil
}

// reader reads one document.
type reader struct {
	root       map[string]any
	into       Import
	version3   bool
	definition *Definition
	security   map[string]scheme // by name
	basePath   string            // put before all paths; empty or begins with a slash
}

func (r *reader) notice(rule rules.Use) {
	r.definition.Notices = append(r.definition.Notices, rule)
}

// readAPI reads what holds for the API as a whole.
func (r *reader) readAPI() error {
	d := r.definition
	info, _ := r.root["info"].(map[string]any)
	d.Title = text(info["title"])
	d.APIKeySource = strings.ToUpper(text(r.root["x-amazon-apigateway-api-key-source"]))
	d.Policy = r.root["x-amazon-apigateway-policy"]
	if err := decode(r.root["x-amazon-apigateway-binary-media-types"], &d.BinaryMediaTypes, "x-amazon-apigateway-binary-media-types"); err != nil {
		return err
	}
	if err := decode(r.root["x-amazon-apigateway-minimum-compression-size"], &d.MinimumCompressionSize, "x-amazon-apigateway-minimum-compression-size"); err != nil {
		return err
	}
	if err := r.readEndpoint(); err != nil {
		return err
	}
	if list, ok := r.root["security"].([]any); ok && len(list) > 0 {
		r.notice(rules.Of("document-root-security"))
	}
	for _, key := range slices.Sorted(maps.Keys(r.root)) {
		switch key {
		case "x-amazon-apigateway-api-key-source", "x-amazon-apigateway-policy", "x-amazon-apigateway-binary-media-types",
			"x-amazon-apigateway-minimum-compression-size", "x-amazon-apigateway-endpoint-configuration",
			"x-amazon-apigateway-request-validators", "x-amazon-apigateway-request-validator", "x-amazon-apigateway-gateway-responses",
			"x-amazon-apigateway-documentation", "x-amazon-apigateway-importexport-version":
			continue
		}
		if strings.HasPrefix(key, "x-amazon-apigateway-") {
			r.notice(rules.Of("document-part-unread", "place", key))
		}
	}
	return r.readBasePath()
}

func (r *reader) readEndpoint() error {
	configuration, ok := r.root["x-amazon-apigateway-endpoint-configuration"]
	if servers, isList := r.root["servers"].([]any); !ok && isList && len(servers) > 0 {
		server, _ := servers[0].(map[string]any)
		configuration, ok = server["x-amazon-apigateway-endpoint-configuration"]
	}
	if !ok {
		return nil
	}
	fields, err := asObject(configuration, "x-amazon-apigateway-endpoint-configuration")
	if err != nil {
		return err
	}
	if err := decode(fields["vpcEndpointIds"], &r.definition.VPCEndpoints, "x-amazon-apigateway-endpoint-configuration.vpcEndpointIds"); err != nil {
		return err
	}
	return decode(fields["disableExecuteApiEndpoint"], &r.definition.DisableDefaultEndpoint, "x-amazon-apigateway-endpoint-configuration.disableExecuteApiEndpoint")
}

// readBasePath reads the base path if the import asks for it.
func (r *reader) readBasePath() error {
	switch r.into.BasePath {
	case "", "ignore":
		return nil
	case "prepend":
	default:
		r.notice(rules.Of("document-base-path", "value", r.into.BasePath))
		return nil
	}
	base := text(r.root["basePath"])
	if servers, ok := r.root["servers"].([]any); ok && len(servers) > 0 {
		server, _ := servers[0].(map[string]any)
		variables, _ := server["variables"].(map[string]any)
		variable, _ := variables["basePath"].(map[string]any)
		base = text(variable["default"])
	}
	if base = strings.Trim(base, "/"); base != "" {
		r.basePath = "/" + base
	}
	return nil
}

// readValidators reads the request validators.
func (r *reader) readValidators() error {
	const key = "x-amazon-apigateway-request-validators"
	validators, err := optionalObject(r.root[key], key)
	if err != nil {
		return err
	}
	r.definition.Validators = map[string]property.RequestValidator{}
	for _, name := range slices.Sorted(maps.Keys(validators)) {
		renamed, err := r.rename(validators[name], key+"."+name, map[string]string{
			"validateRequestBody": "ValidateRequestBody", "validateRequestParameters": "ValidateRequestParameters",
		})
		if err != nil {
			return err
		}
		var v property.RequestValidator
		if err := decode(renamed, &v, key+"."+name); err != nil {
			return err
		}
		r.definition.Validators[name] = v
	}
	return nil
}

// readGatewayResponses reads the gateway responses.
func (r *reader) readGatewayResponses() error {
	const key = "x-amazon-apigateway-gateway-responses"
	responses, err := optionalObject(r.root[key], key)
	if err != nil {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(responses)) {
		renamed, err := r.rename(responses[kind], key+"."+kind, map[string]string{
			"statusCode": "StatusCode", "responseParameters": "ResponseParameters", "responseTemplates": "ResponseTemplates",
		})
		if err != nil {
			return err
		}
		response := property.GatewayResponse{ResponseType: kind}
		if err := decode(renamed, &response, key+"."+kind); err != nil {
			return err
		}
		r.definition.GatewayResponses = append(r.definition.GatewayResponses, response)
	}
	return nil
}
