package openapi

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/rules"
)

func parse(t *testing.T, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func definition(t *testing.T, file string, i Import) *Definition {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read(parse(t, string(text)), i)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func method(t *testing.T, d *Definition, httpMethod, path string) Method {
	t.Helper()
	i := slices.IndexFunc(d.Methods, func(m Method) bool { return m.HttpMethod == httpMethod && m.ResourcePath == path })
	if i < 0 {
		t.Fatalf("got no method %s %s, want one", httpMethod, path)
	}
	return d.Methods[i]
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %+v\nwant %+v", what, got, want)
	}
}

func TestReadOpenAPI3(t *testing.T) {
	d := definition(t, "testdata/pets3.json", Import{APIID: "a1b2c3d4e5"})
	size := 1024
	same(t, "title", d.Title, "pets")
	same(t, "API key source", d.APIKeySource, "AUTHORIZER")
	same(t, "binary media types", d.BinaryMediaTypes, []string{"image/png"})
	same(t, "minimum compression size", d.MinimumCompressionSize, &size)
	same(t, "default endpoint", d.DisableDefaultEndpoint, true)
	same(t, "policy", d.Policy, any(map[string]any{"Version": "2012-10-17"}))
	same(t, "validators", d.Validators, map[string]property.RequestValidator{
		"all": {ValidateRequestBody: true, ValidateRequestParameters: true}, "none": {},
	})
	same(t, "gateway responses", d.GatewayResponses, []property.GatewayResponse{{
		ResponseType: "DEFAULT_4XX", StatusCode: "404",
		ResponseParameters: map[string]string{"gatewayresponse.header.X": "'y'"}, ResponseTemplates: map[string]string{"application/json": "{}"},
	}})

	var routes []string
	for _, m := range d.Methods {
		routes = append(routes, m.HttpMethod+" "+m.ResourcePath)
	}
	same(t, "routes", routes, []string{"ANY /", "GET /pets", "POST /pets", "DELETE /pets/{id}", "PUT /pets/{id}"})
}

func TestReadOperation(t *testing.T) {
	d := definition(t, "testdata/pets3.json", Import{APIID: "a1b2c3d4e5"})
	timeout := 5000
	same(t, "a method with everything", method(t, d, "GET", "/pets").Method, property.Method{
		ApiKeyRequired: true, AuthorizationType: "CUSTOM", AuthorizerId: "token", HttpMethod: "GET", OperationName: "listPets",
		RequestParameters: map[string]bool{"method.request.querystring.page": true, "method.request.header.X-Trace": false},
		RequestModels:     map[string]string{}, RequestValidatorId: "all",
		MethodResponses: []property.MethodResponse{{
			StatusCode:         "200",
			ResponseParameters: map[string]bool{"method.response.header.X-Count": false, "method.response.header.X-A": false},
			ResponseModels:     map[string]string{"application/json": "Pets"},
		}},
		Integration: &property.Integration{
			Type: "AWS", IntegrationHttpMethod: "POST", Uri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations",
			Credentials: "arn:role", PassthroughBehavior: "WHEN_NO_TEMPLATES", ContentHandling: "CONVERT_TO_TEXT", TimeoutInMillis: &timeout,
			RequestParameters: map[string]string{"integration.request.header.X": "method.request.querystring.page"},
			RequestTemplates:  map[string]string{"application/json": "{}"},
			IntegrationResponses: []property.IntegrationResponse{
				{SelectionPattern: `4\d\d`, StatusCode: "400", ContentHandling: "CONVERT_TO_BINARY", ResponseParameters: map[string]string{"method.response.header.X-A": "'a'"}},
				{StatusCode: "200", ResponseTemplates: map[string]string{"application/json": "$input.body"}},
			},
		},
	})

	post := method(t, d, "POST", "/pets")
	same(t, "an operation's own validator", post.RequestValidatorId, "none")
	same(t, "Cognito", post.AuthorizationType, "COGNITO_USER_POOLS")
	same(t, "scopes of Cognito", post.AuthorizationScopes, []string{"pets/write"})
	same(t, "a named model", post.RequestModels["application/json"], "Pet")
	if name := post.RequestModels["application/xml"]; !strings.HasPrefix(name, "MODEL") || !slices.ContainsFunc(d.Models, func(m property.Model) bool { return m.Name == name }) {
		t.Errorf("got the model %q, want one made for the inline schema", name)
	}
	if _, there := post.RequestModels["text/plain"]; there {
		t.Error("got a model for content without a schema, want none")
	}

	remove := method(t, d, "DELETE", "/pets/{id}")
	same(t, "IAM", remove.AuthorizationType, "AWS_IAM")
	same(t, "path parameters are required", remove.RequestParameters, map[string]bool{"method.request.path.id": true})
	same(t, "any method of the backend", remove.Integration.IntegrationHttpMethod, "ANY")
	same(t, "x-amazon-apigateway-auth", method(t, d, "ANY", "/").AuthorizationType, "AWS_IAM")
	put := method(t, d, "PUT", "/pets/{id}")
	same(t, "a reference to a request body", put.RequestModels, map[string]string{"application/json": "Pet"})
	if put.Integration != nil {
		t.Error("got an integration for an operation without the extension, want none")
	}
}

func TestReadAuthorizers(t *testing.T) {
	none := 0
	d := definition(t, "testdata/pets3.json", Import{})
	same(t, "authorizers", d.Authorizers, map[string]property.Authorizer{
		"token": {Name: "token", Type: "TOKEN", AuthorizerUri: "uri", AuthorizerCredentials: "role", IdentityValidationExpression: "^x",
			IdentitySource: "method.request.header.X-Token", AuthorizerResultTtlInSeconds: &none},
		"asked": {Name: "asked", Type: "REQUEST", AuthorizerUri: "uri2", IdentitySource: "method.request.header.A, context.stage"},
		"pool":  {Name: "pool", Type: "COGNITO_USER_POOLS", ProviderARNs: []string{"arn"}, IdentitySource: "method.request.header.Authorization"},
	})
}

// References among models have this address in API Gateway (recorded:
// test_api_gateway_request_validator_with_ref_models).
func TestReadModelsRewritesReferences(t *testing.T) {
	const models = "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/"
	d := definition(t, "testdata/pets3.json", Import{APIID: "a1b2c3d4e5"})
	same(t, "Pets", d.Models[1], property.Model{Name: "Pets", ContentType: "application/json",
		Schema: map[string]any{"type": "array", "items": []any{map[string]any{"$ref": models + "Pet"}}}})
	pet := d.Models[0].Schema.(map[string]any)["properties"].(map[string]any)
	same(t, "Pet's friends", pet["friends"], any(map[string]any{"$ref": models + "Pets"}))
}

func TestReadSwagger2(t *testing.T) {
	d := definition(t, "testdata/pets2.json", Import{APIID: "a1b2c3d4e5"})
	same(t, "default endpoint", d.DisableDefaultEndpoint, true)
	post := method(t, d, "POST", "/pets")
	same(t, "body parameter", post.RequestModels, map[string]string{"application/json": "Pet", "text/json": "Pet"})
	same(t, "responses", post.MethodResponses, []property.MethodResponse{
		{StatusCode: "201", ResponseParameters: map[string]bool{}, ResponseModels: map[string]string{"application/xml": "Pet"}},
		{StatusCode: "400", ResponseParameters: map[string]bool{"method.response.header.X-Why": false}, ResponseModels: map[string]string{}},
	})
	same(t, "a token is in Authorization unless the scheme names a header", d.Authorizers["token"].IdentitySource, "method.request.header.Authorization")
	properties := d.Models[1].Schema.(map[string]any)["properties"].(map[string]any)
	same(t, "a reference to a model", properties["kind"], any(map[string]any{"$ref": "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/Kind"}))
	same(t, "a reference to something else", properties["inline"], any(map[string]any{"$ref": "#/definitions/Pet/properties"}))
}

func TestBasePath(t *testing.T) {
	tests := []struct{ name, file, mode, want string }{
		{"ignored unless said otherwise", "testdata/pets2.json", "", "/pets"},
		{"ignored", "testdata/pets2.json", "ignore", "/pets"},
		{"put before paths", "testdata/pets2.json", "prepend", "/v2/pets"},
		{"of a server", "testdata/pets3.json", "prepend", "/v1/pets"},
		{"split is not done", "testdata/pets2.json", "split", "/pets"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := definition(t, test.file, Import{BasePath: test.mode})
			method(t, d, "POST", test.want)
			if text := texts(d.Notices); strings.Contains(text, "basepath") != (test.mode == "split") {
				t.Errorf("got the notices %q, want one about basepath for the mode split alone", text)
			}
		})
	}
}

// texts returns the texts of notices, one a line.
func texts(notices []rules.Use) string {
	var lines []string
	for _, n := range notices {
		lines = append(lines, n.Text())
	}
	return strings.Join(lines, "\n")
}

func TestEndpointsOfPrivateAPIs(t *testing.T) {
	if got := definition(t, "testdata/pets3.json", Import{}).VPCEndpoints; !slices.Equal(got, []string{"vpce-1"}) {
		t.Errorf("got the endpoints %q, want vpce-1", got)
	}
}

func TestNotices(t *testing.T) {
	all := texts(definition(t, "testdata/pets3.json", Import{}).Notices)
	for _, want := range []string{
		// Documented: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
		"security at its root, which API Gateway ignores",
		"x-amazon-apigateway-cors",
		"tlsConfig, which is not read",
		`a parameter in "cookie"`,
		"/pets/.trace is not a method that API Gateway takes",
		"security scheme basic protects nothing, since it has no x-amazon-apigateway-authorizer",
		"asks for the security scheme basic, which protects nothing",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("got the notices\n%s\nwant one with %q", all, want)
		}
	}
	if n := strings.Count(all, "\n") + 1; n != 7 {
		t.Errorf("got %d notices, want 7:\n%s", n, all)
	}
}

func TestReadErrors(t *testing.T) {
	tests := []struct{ name, document, says string }{
		{"a list", `[]`, "the document: it must be an object"},
		{"without a version", `{"info": {}}`, "it is not an OpenAPI document"},
		{"another version", `{"openapi": "4.0"}`, "and has \"4.0\""},
		{"paths", `{"openapi": "3.0.1", "paths": []}`, "paths: it must be an object"},
		{"path", `{"openapi": "3.0.1", "paths": {"/a": 1}}`, "paths./a: it must be an object"},
		{"operation", `{"openapi": "3.0.1", "paths": {"/a": {"get": 1}}}`, "paths./a.get: it must be an object"},
		{"parameters", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"parameters": {}}}}}`, "parameters: it must be a list"},
		{"parameter", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"parameters": [1]}}}}`, "parameters.0: it must be an object"},
		{"parameter's required", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"parameters": [{"required": "maybe"}]}}}}`, "parameters.0.required: true or false"},
		{"reference to nothing", `{"openapi": "3.0.1", "paths": {"/a": {"$ref": "#/nowhere"}}}`, "leads to #/nowhere, which is not in the document"},
		{"reference through a text", `{"openapi": "3.0.1", "paths": {"/a": {"$ref": "#/openapi/x"}}}`, "leads to #/openapi/x"},
		{"reference elsewhere", `{"openapi": "3.0.1", "paths": {"/a": {"$ref": "other.json"}}}`, "leads to other.json"},
		{"reference in a circle", `{"openapi": "3.0.1", "paths": {"/a": {"$ref": "#/paths/~1a"}}}`, "its $ref leads in a circle"},
		{"request body", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"requestBody": 1}}}}`, "requestBody: it must be"},
		{"content", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"requestBody": {"content": 1}}}}}`, "requestBody.content: it must be"},
		{"responses", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"responses": 1}}}}`, "responses: it must be"},
		{"response", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"responses": {"200": 1}}}}}`, "responses.200: it must be"},
		{"headers", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"responses": {"200": {"headers": 1}}}}}}`, "headers: it must be"},
		{"response content", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"responses": {"200": {"content": 1}}}}}}`, "content: it must be"},
		{"integration", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"x-amazon-apigateway-integration": 1}}}}`, "x-amazon-apigateway-integration: it must be"},
		{"integration's timeout", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"x-amazon-apigateway-integration": {"timeoutInMillis": "soon"}}}}}`, "x-amazon-apigateway-integration: TimeoutInMillis: a number is needed"},
		{"integration responses", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"x-amazon-apigateway-integration": {"responses": 1}}}}}`, "responses: it must be"},
		{"integration response", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"x-amazon-apigateway-integration": {"responses": {"default": 1}}}}}}`, "responses.default: it must be"},
		{"integration response's templates", `{"openapi": "3.0.1", "paths": {"/a": {"get": {"x-amazon-apigateway-integration": {"responses": {"default": {"responseTemplates": 1}}}}}}}`, "responses.default: ResponseTemplates"},
		{"binary media types", `{"openapi": "3.0.1", "x-amazon-apigateway-binary-media-types": [{}]}`, "x-amazon-apigateway-binary-media-types: 0: a text"},
		{"compression", `{"openapi": "3.0.1", "x-amazon-apigateway-minimum-compression-size": "x"}`, "x-amazon-apigateway-minimum-compression-size: a number"},
		{"endpoint", `{"openapi": "3.0.1", "x-amazon-apigateway-endpoint-configuration": 1}`, "x-amazon-apigateway-endpoint-configuration: it must be"},
		{"validators", `{"openapi": "3.0.1", "x-amazon-apigateway-request-validators": 1}`, "x-amazon-apigateway-request-validators: it must be"},
		{"validator", `{"openapi": "3.0.1", "x-amazon-apigateway-request-validators": {"a": 1}}`, "x-amazon-apigateway-request-validators.a: it must be"},
		{"validator's flag", `{"openapi": "3.0.1", "x-amazon-apigateway-request-validators": {"a": {"validateRequestBody": []}}}`, "a boolean is needed"},
		{"gateway responses", `{"openapi": "3.0.1", "x-amazon-apigateway-gateway-responses": 1}`, "x-amazon-apigateway-gateway-responses: it must be"},
		{"gateway response", `{"openapi": "3.0.1", "x-amazon-apigateway-gateway-responses": {"A": 1}}`, "x-amazon-apigateway-gateway-responses.A: it must be"},
		{"gateway response's status", `{"openapi": "3.0.1", "x-amazon-apigateway-gateway-responses": {"A": {"statusCode": []}}}`, "StatusCode: a text"},
		{"components", `{"openapi": "3.0.1", "components": 1}`, "components: it must be"},
		{"definitions", `{"swagger": "2.0", "definitions": 1}`, "definitions: it must be"},
		{"security definitions", `{"swagger": "2.0", "securityDefinitions": 1}`, "securityDefinitions: it must be"},
		{"security scheme", `{"swagger": "2.0", "securityDefinitions": {"a": 1}}`, "securityDefinitions.a: it must be"},
		{"authorizer", `{"swagger": "2.0", "securityDefinitions": {"a": {"x-amazon-apigateway-authorizer": 1}}}`, "x-amazon-apigateway-authorizer: it must be"},
		{"authorizer's type", `{"swagger": "2.0", "securityDefinitions": {"a": {"x-amazon-apigateway-authorizer": {"type": "jwt"}}}}`, `"JWT" is not a type of authorizer`},
		{"authorizer's TTL", `{"swagger": "2.0", "securityDefinitions": {"a": {"x-amazon-apigateway-authorizer": {"authorizerResultTtlInSeconds": "x"}}}}`, "a number is needed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Read(parse(t, test.document), Import{})
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got the error %v, want one with %s", err, test.says)
			}
		})
	}
}
