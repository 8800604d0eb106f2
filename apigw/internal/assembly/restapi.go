package assembly

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// apiBuilder is an API with what its methods refer to by id.
type apiBuilder struct {
	*API
	resource    *template.Resource
	nodes       map[string]node // by resource id; the root is not among them
	rootID      string
	validators  map[string]property.RequestValidator
	authorizers map[string]*Authorizer
}

// node is a resource of an API: a part of a path.
type node struct{ parent, part string }

// addAPIs adds the APIs, and what belongs to them except usage plans.
func (b *builder) addAPIs(found *resources) {
	for _, r := range found.restAPIs {
		b.addAPI(r)
	}
	for _, step := range []func(*resources){
		b.addNodes, b.addModels, b.addValidators, b.addAuthorizers, b.addGatewayResponses, b.addMethods, b.addStages,
	} {
		step(found)
	}
}

func (b *builder) addAPI(r item[property.RestApi]) {
	p := r.Props
	api := &apiBuilder{
		API: &API{
			Name:                   p.Name,
			LogicalID:              r.LogicalID,
			Path:                   r.Path,
			ID:                     r.ID(10, ""),
			Account:                r.Stack.Account,
			Region:                 r.Stack.Region,
			Partition:              r.Stack.Partition,
			EndpointType:           "EDGE",
			BinaryMediaTypes:       p.BinaryMediaTypes,
			APIKeySource:           p.ApiKeySourceType,
			MinimumCompressionSize: -1,
			DisableDefaultEndpoint: p.DisableExecuteApiEndpoint,
			GatewayResponses:       map[string]*GatewayResponse{},
		},
		resource:    r.Resource,
		nodes:       map[string]node{},
		rootID:      r.RootResourceID(),
		validators:  map[string]property.RequestValidator{},
		authorizers: map[string]*Authorizer{},
	}
	if p.MinimumCompressionSize != nil {
		api.MinimumCompressionSize = *p.MinimumCompressionSize
	}
	b.apis[api.ID] = api
	b.assembly.APIs = append(b.assembly.APIs, api.API)
	broken := cmp.Or(r.broken, b.importDocument(api, r))
	if p.Policy != nil {
		policy, err := document(p.Policy)
		if err != nil {
			broken = cmp.Or(broken, r.Errorf("Policy", "%w", err))
		}
		api.Policy = policy
	}
	if broken != nil {
		api.NotImplemented = rules.Of("api-unreadable", "problem", broken)
		b.notice(r.Path, api.NotImplemented)
	}
	endpoint := p.EndpointConfiguration.Types
	if fromImport := p.Parameters["endpointConfigurationTypes"]; len(endpoint) == 0 && fromImport != "" {
		endpoint = []string{fromImport}
	}
	if len(endpoint) > 0 {
		api.EndpointType = endpoint[0]
	}
	if len(p.EndpointConfiguration.VpcEndpointIds) > 0 {
		api.VPCEndpoints = p.EndpointConfiguration.VpcEndpointIds
	}
	api.Name = orElse(api.Name, r.LogicalID)
	api.APIKeySource = orElse(api.APIKeySource, "HEADER")
	if why := b.missingIn(string(api.Policy)); !why.IsZero() && api.EndpointType != "PRIVATE" {
		api.NotImplemented = why
		b.notice(r.Path, why)
	}
}

// document reads a JSON document that is an object, or its text.
func document(value any) (json.RawMessage, error) {
	if text, ok := value.(string); ok {
		var v any
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&v); err != nil {
			return nil, err
		}
		value = v
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

func (b *builder) addNodes(found *resources) {
	for _, r := range found.resources {
		api := b.api(r.Resource, r.Props.RestApiId)
		if api != nil {
			api.nodes[r.ID(6, "")] = node{parent: r.Props.ParentId, part: r.Props.PathPart}
		}
	}
}

// maxParts bounds the parts of a path.
const maxParts = 256

// path returns the path of a resource; ok is false if the API has no such
// resource.
func (api *apiBuilder) path(id string) (path string, ok bool) {
	for range maxParts {
		if id == api.rootID {
			return orElse(path, "/"), true
		}
		n, ok := api.nodes[id]
		if !ok {
			return "", false
		}
		path = "/" + n.part + path
		id = n.parent
	}
	return "", false
}

func (b *builder) addModels(found *resources) {
	for _, r := range found.models {
		api := b.api(r.Resource, r.Props.RestApiId)
		if api == nil {
			continue
		}
		model := r.Props
		model.Name = orElse(model.Name, r.LogicalID)
		if err := api.addModel(model); err != nil {
			b.leaveOut(r.Resource, r.Errorf("Schema", "%w: write a JSON Schema of draft 4", err))
		}
	}
}

func (api *apiBuilder) addModel(p property.Model) error {
	m := &Model{Name: p.Name, ContentType: orElse(p.ContentType, "application/json")}
	if p.Schema != nil {
		schema, err := document(p.Schema)
		if err != nil {
			return err
		}
		m.Schema = schema
	}
	api.Models = append(api.Models, m)
	return nil
}

// needModel reports whether a model is there. It adds the two that every API has if
// they are asked for.
func (api *apiBuilder) needModel(name string) bool {
	if slices.ContainsFunc(api.Models, func(m *Model) bool { return m.Name == name }) {
		return true
	}
	schema := ""
	switch name {
	case "Empty":
		schema = `{"$schema":"http://json-schema.org/draft-04/schema#","title":"Empty Schema","type":"object"}`
	case "Error":
		schema = `{"$schema":"http://json-schema.org/draft-04/schema#","title":"Error Schema","type":"object","properties":{"message":{"type":"string"}}}`
	default:
		return false
	}
	api.Models = append(api.Models, &Model{Name: name, ContentType: "application/json", Schema: json.RawMessage(schema)})
	return true
}

func (b *builder) addValidators(found *resources) {
	for _, r := range found.validators {
		api := b.api(r.Resource, r.Props.RestApiId)
		if api != nil {
			api.validators[r.ID(6, "")] = r.Props
		}
	}
}

func (b *builder) addAuthorizers(found *resources) {
	for _, r := range found.authorizers {
		api := b.api(r.Resource, r.Props.RestApiId)
		if api == nil {
			continue
		}
		id := r.ID(6, "")
		api.authorizers[id] = authorizer(id, r.Props)
		api.authorizers[id].Name = orElse(r.Props.Name, r.LogicalID)
		b.checkFunction(r.Path, r.Props.AuthorizerUri)
	}
}

// defaultTTL is how long an authorizer's result is kept by default.
const defaultTTL = 300 * time.Second

func authorizer(id string, p property.Authorizer) *Authorizer {
	a := &Authorizer{
		ID: id, Name: p.Name, Type: p.Type, URI: p.AuthorizerUri, Credentials: p.AuthorizerCredentials,
		ValidationExpression: p.IdentityValidationExpression, ProviderARNs: p.ProviderARNs, TTL: defaultTTL,
	}
	if p.AuthorizerResultTtlInSeconds != nil {
		a.TTL = time.Duration(*p.AuthorizerResultTtlInSeconds) * time.Second
	}
	for source := range strings.SplitSeq(p.IdentitySource, ",") {
		if source = strings.TrimSpace(source); source != "" {
			a.IdentitySources = append(a.IdentitySources, source)
		}
	}
	return a
}

func (b *builder) addGatewayResponses(found *resources) {
	for _, r := range found.gatewayResponses {
		api := b.api(r.Resource, r.Props.RestApiId)
		if api == nil {
			continue
		}
		if err := api.addGatewayResponse(r.Props); err != nil {
			b.leaveOut(r.Resource, r.Errorf("StatusCode", "%w", err))
		}
	}
}
