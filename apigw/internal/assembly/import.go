package assembly

import (
	"errors"
	"fmt"
	"strconv"

	"example.com/apigw/internal/assembly/cloudassembly"
	"example.com/apigw/internal/assembly/openapi"
	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// importDocument adds what an OpenAPI document defines to an API, if it has one.
func (b *builder) importDocument(api *apiBuilder, r item[property.RestApi]) error {
	body, place, err := b.openAPIDocument(r)
	if err != nil || body == nil {
		return err
	}
	definition, err := openapi.Read(body, openapi.Import{APIID: api.ID, BasePath: r.Props.Parameters["basepath"]})
	if err != nil {
		var inside *openapi.Error
		if errors.As(err, &inside) && inside.Path != "" {
			return r.Errorf(place+"."+inside.Path, "%w", inside.Err)
		}
		return r.Errorf(place, "%w", err)
	}
	for _, n := range definition.Notices {
		b.notice(r.Path, n)
	}
	api.Name = orElse(api.Name, definition.Title)
	api.APIKeySource = orElse(api.APIKeySource, definition.APIKeySource)
	if len(api.BinaryMediaTypes) == 0 {
		api.BinaryMediaTypes = definition.BinaryMediaTypes
	}
	if api.MinimumCompressionSize < 0 && definition.MinimumCompressionSize != nil {
		api.MinimumCompressionSize = *definition.MinimumCompressionSize
	}
	api.VPCEndpoints = definition.VPCEndpoints
	api.DisableDefaultEndpoint = api.DisableDefaultEndpoint || definition.DisableDefaultEndpoint
	if definition.Policy != nil {
		if api.Policy, err = document(definition.Policy); err != nil {
			return r.Errorf(place+".x-amazon-apigateway-policy", "%w", err)
		}
	}
	b.addDefinition(api, definition, r.Resource, place)
	return nil
}

// openAPIDocument finds the document, which is in the template or an asset.
// Place is the property that it is in.
func (b *builder) openAPIDocument(r item[property.RestApi]) (body any, place string, err error) {
	if r.Props.Body != nil {
		return r.Props.Body, "Body", nil
	}
	location := r.Props.BodyS3Location
	if location == nil {
		return nil, "", nil
	}
	s := r.Stack
	asset, ok := s.Assets.ByKey(location.Key, s.Account, s.Region, s.Partition)
	if !ok {
		b.notice(r.Path, rules.Of("document-elsewhere", "place", location.Bucket+"/"+location.Key))
		return nil, "", nil
	}
	if err := cloudassembly.ReadDocument(asset.Path, &body); err != nil {
		return nil, "", r.Errorf("BodyS3Location", "%w", err)
	}
	return body, "BodyS3Location", nil
}

// addDefinition adds the methods, models and other parts of a document.
func (b *builder) addDefinition(api *apiBuilder, d *openapi.Definition, r *template.Resource, place string) {
	for _, m := range d.Models {
		if err := api.addModel(m); err != nil {
			b.notice(r.Path, rules.Of("part-unreadable", "part", "the model "+m.Name, "problem", r.Errorf(place, "model %s: %w", m.Name, err)))
		}
	}
	for id, v := range d.Validators {
		api.validators[id] = v
	}
	for id, a := range d.Authorizers {
		api.authorizers[id] = authorizer(template.ID(6, api.ID, id), a)
		b.checkFunction(r.Path+" authorizer "+id, a.AuthorizerUri)
	}
	for _, g := range d.GatewayResponses {
		if err := api.addGatewayResponse(g); err != nil {
			b.notice(r.Path, rules.Of("part-unreadable", "part", "the gateway response "+g.ResponseType, "problem",
				r.Errorf(place+".x-amazon-apigateway-gateway-responses."+g.ResponseType, "%w", err)))
		}
	}
	for _, m := range d.Methods {
		id := api.rootID
		if m.ResourcePath != "/" {
			id = template.ID(6, api.ID, m.ResourcePath)
		}
		method := &Method{
			ResourceID: id, ResourcePath: m.ResourcePath, HTTPMethod: m.HttpMethod,
			Path: r.Path + m.ResourcePath + " " + m.HttpMethod,
		}
		if err := b.addMethod(api, method, m.Method); err != nil {
			b.unreadable(method, r.Errorf(place+".paths."+m.ResourcePath, "%s: %w", m.HttpMethod, err))
		}
	}
}

// addGatewayResponse adds a gateway response. The error is about its status.
func (api *apiBuilder) addGatewayResponse(p property.GatewayResponse) error {
	g := &GatewayResponse{Type: p.ResponseType, Parameters: mappings(p.ResponseParameters), Templates: templates(p.ResponseTemplates)}
	if p.StatusCode != "" {
		status, err := strconv.Atoi(p.StatusCode)
		if err != nil || status < 100 || status > 599 {
			return fmt.Errorf("%q is not a status of HTTP: write one from 100 to 599", p.StatusCode)
		}
		g.StatusCode = status
	}
	api.GatewayResponses[g.Type] = g
	return nil
}
