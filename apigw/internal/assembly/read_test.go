package assembly_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/testapp"
)

// read reads one of the assemblies under testdata.
func read(t *testing.T, name string) *assembly.Assembly {
	t.Helper()
	a, err := assembly.Read(filepath.Join("testdata", name), assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %+v\nwant %+v", what, got, want)
	}
}

func method(t *testing.T, api *assembly.API, httpMethod, path string) *assembly.Method {
	t.Helper()
	for _, m := range api.Methods {
		if m.HTTPMethod == httpMethod && m.ResourcePath == path {
			return m
		}
	}
	t.Fatalf("API %s: got no method %s %s, want one", api.Name, httpMethod, path)
	return nil
}

func routes(api *assembly.API) string {
	var list []string
	for _, m := range api.Methods {
		list = append(list, m.HTTPMethod+" "+m.ResourcePath)
	}
	return strings.Join(list, ", ")
}

func model(t *testing.T, api *assembly.API, name string) *assembly.Model {
	t.Helper()
	for _, m := range api.Models {
		if m.Name == name {
			return m
		}
	}
	t.Fatalf("API %s: got no model %s, want one", api.Name, name)
	return nil
}

// expectNotices checks that there are these notices, given as "path: part of
// the message", and no other.
func expectNotices(t *testing.T, a *assembly.Assembly, want ...string) {
	t.Helper()
	if len(a.Notices) != len(want) {
		t.Errorf("got %d notices, want %d: %+v", len(a.Notices), len(want), a.Notices)
	}
	for _, w := range want {
		path, part, _ := strings.Cut(w, ": ")
		if !slices.ContainsFunc(a.Notices, func(n assembly.Notice) bool { return n.Path == path && strings.Contains(n.Message, part) }) {
			t.Errorf("got the notices %+v, want one %q", a.Notices, w)
		}
	}
}

func TestReadOfTheSampleApp(t *testing.T) {
	a, err := assembly.Read(testapp.Assembly(), assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	expectNotices(t, a)
	if len(a.APIs) != 2 || len(a.Functions) != 2 {
		t.Fatalf("there are %d APIs and %d functions", len(a.APIs), len(a.Functions))
	}
	direct, mapped := a.APIs[0], a.APIs[1]
	same(t, "names in their order", []string{direct.Name, mapped.Name}, []string{"direct", "mapped"})
	same(t, "construct path", direct.Path, "Sample/Direct/RestApi")
	same(t, "endpoint", direct.EndpointType, "REGIONAL")
	same(t, "routes", routes(mapped), "GET /greet, OPTIONS /greet, POST /greet, GET /greet/{name}, OPTIONS /greet/{name}")
	same(t, "routes of both", routes(direct), routes(mapped))

	get := method(t, direct, "GET", "/greet")
	same(t, "type", get.Integration.Type, "AWS_PROXY")
	var hello *assembly.Function
	for _, f := range a.Functions {
		if f.Package == "./internal/testapp/functions/direct" {
			hello = f
		}
	}
	if hello == nil {
		t.Fatal("no function has the package ./internal/testapp/functions/direct")
	}
	same(t, "URI", get.Integration.URI, "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"+hello.ARN+":live/invocations")
	same(t, "function's path", hello.Path, "Sample/Direct/Greet/Function")
	same(t, "qualifiers", hello.Qualifiers, map[string]string{"live": "1", "1": "1"})
	same(t, "code that is not in the assembly", hello.AssetDir, "")
	same(t, "it runs from its source", hello.NotRunnable, rules.Use{})
	same(t, "stage", direct.Stages[0].Name, "prod")
	same(t, "permission", hello.Permissions[0].SourceARN[:38], "arn:aws:execute-api:us-east-1:12345678")

	post := method(t, mapped, "POST", "/greet")
	same(t, "validation", []bool{post.ValidateBody, post.ValidateParameters}, []bool{true, true})
	model(t, mapped, post.RequestModels["application/json"])
}

func TestReadIsTheSameEveryTime(t *testing.T) {
	first, _ := json.Marshal(read(t, "access"))
	second, _ := json.Marshal(read(t, "access"))
	if string(first) != string(second) {
		t.Error("two reads of one assembly differ")
	}
}

func TestAPIOfResources(t *testing.T) {
	a := read(t, "resources")
	plain, shop := a.APIs[0], a.APIs[1]
	same(t, "an API without a name is named by its logical id", plain.Name, "Plain")
	same(t, "defaults", []any{plain.EndpointType, plain.APIKeySource, plain.MinimumCompressionSize, plain.DisableDefaultEndpoint, len(plain.Policy)},
		[]any{"EDGE", "HEADER", -1, false, 0})
	same(t, "what is set", []any{shop.Name, shop.LogicalID, shop.Path, shop.EndpointType, shop.MinimumCompressionSize, shop.DisableDefaultEndpoint, shop.Account, shop.Region, shop.Partition},
		[]any{"shop", "Api", "Shop/Api", "REGIONAL", 1024, true, "123456789012", "us-east-1", "aws"})
	same(t, "binary media types", shop.BinaryMediaTypes, []string{"image/*"})
	same(t, "policy", string(shop.Policy), `{"Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Principal":"*","Resource":"arn:aws:execute-api:*"}],"Version":"2012-10-17"}`)
	same(t, "routes", routes(shop), "GET /, PATCH /, PUT /, POST /items, GET /items/{id}, ANY /{proxy+}")
	if len(shop.ID) != 10 || len(method(t, shop, "POST", "/items").ResourceID) != 6 {
		t.Errorf("ids are %s and %s", shop.ID, method(t, shop, "POST", "/items").ResourceID)
	}
	same(t, "gateway response", shop.GatewayResponses, map[string]*assembly.GatewayResponse{"MISSING_AUTHENTICATION_TOKEN": {
		Type: "MISSING_AUTHENTICATION_TOKEN", StatusCode: 404,
		Parameters: []assembly.Mapping{{Target: "gatewayresponse.header.A", Source: "'a'"}, {Target: "gatewayresponse.header.B", Source: "'b'"}},
		Templates:  []assembly.Template{{MediaType: "application/json", Text: "{}"}},
	}})
	same(t, "a model", string(model(t, shop, "Item").Schema),
		`{"properties":{"next":{"$ref":"https://apigateway.amazonaws.com/restapis/`+shop.ID+`/models/Item"},"price":{"minimum":0.10}},"type":"object"}`)
	same(t, "a model written as a text", model(t, shop, "Words"), &assembly.Model{Name: "Words", ContentType: "text/plain", Schema: json.RawMessage(`{"type":"string"}`)})
	same(t, "a model of nothing", model(t, shop, "Bare"), &assembly.Model{Name: "Bare", ContentType: "application/json"})
	if len(model(t, shop, "Empty").Schema) == 0 {
		t.Error("got no model Empty, want the one that every API has")
	}
	expectNotices(t, a,
		"Shop/PatchRoot: VPC link",
	)
}

func TestMethodOfResources(t *testing.T) {
	shop := read(t, "resources").APIs[1]
	post := method(t, shop, "POST", "/items")
	functionARN := "arn:aws:lambda:us-east-1:123456789012:function:"
	if !strings.HasPrefix(post.Integration.URI, "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"+functionARN) {
		t.Errorf("the URI is %s", post.Integration.URI)
	}
	post.Integration.URI, post.ResourceID = "", ""
	same(t, "a method with everything", post, &assembly.Method{
		ResourcePath: "/items", HTTPMethod: "POST", Path: "Shop/Api/Default/items/POST", OperationName: "createItem", AuthorizationType: "NONE",
		RequestParameters: []assembly.RequestParameter{{Location: "header", Name: "X-Client", Required: true}, {Location: "querystring", Name: "tag", Required: true}, {Location: "querystring", Name: "dry"}},
		RequestModels:     map[string]string{"application/json": "Item", "text/plain": "Empty"}, ValidateBody: true,
		Responses: []assembly.MethodResponse{{StatusCode: "200", Headers: []string{"X-A", "X-B"}, Models: map[string]string{"application/json": "Empty"}}, {StatusCode: "400"}},
		Integration: &assembly.Integration{
			Type: "AWS", HTTPMethod: "POST", Credentials: "arn:aws:iam::123456789012:role/caller", PassthroughBehavior: "NEVER", ContentHandling: "CONVERT_TO_TEXT", Timeout: 5 * time.Second,
			RequestParameters: []assembly.Mapping{{Target: "integration.request.header.A", Source: "'a'"}, {Target: "integration.request.header.B", Source: "method.request.header.X-Client"}},
			RequestTemplates:  []assembly.Template{{MediaType: "application/json", Text: "{}"}, {MediaType: "text/plain", Text: "t"}},
			Responses: []assembly.IntegrationResponse{
				{StatusCode: "200", Templates: []assembly.Template{{MediaType: "application/json", Text: "$input.body"}}},
				{StatusCode: "400", SelectionPattern: "Bad.*", ContentHandling: "CONVERT_TO_BINARY", Parameters: []assembly.Mapping{{Target: "method.response.header.X-A", Source: "'x'"}}},
			},
		},
	})
	get := method(t, shop, "GET", "/items/{id}").Integration
	same(t, "defaults of an integration", []any{get.PassthroughBehavior, get.Timeout}, []any{"WHEN_NO_MATCH", 29 * time.Second})
	if !strings.HasSuffix(get.URI, ":${stageVariables.alias}/invocations") {
		t.Errorf("got the URI %s, want one with the stage variables as they are written", get.URI)
	}
	if root := method(t, shop, "GET", "/"); root.Integration != nil || root.AuthorizationType != "AWS_IAM" {
		t.Errorf("got %+v, want a method without an integration", root)
	}
	if put := method(t, shop, "PUT", "/"); !put.APIKeyRequired || !put.NotImplemented.IsZero() {
		t.Errorf("got %+v, want a method that needs a key and an integration that is done", put)
	}
	if patch := method(t, shop, "PATCH", "/"); !strings.Contains(patch.NotImplemented.Text(), "VPC link") {
		t.Errorf("got %+v, want an integration through a VPC link that is not done", patch)
	}
}

func TestAPIOfOpenAPI(t *testing.T) {
	a := read(t, "openapi")
	if len(a.APIs) != 3 {
		t.Fatalf("got %d APIs, want 3", len(a.APIs))
	}
	elsewhere, filed, pets := a.APIs[0], a.APIs[1], a.APIs[2]
	same(t, "what the document says of the API",
		[]any{pets.Name, pets.APIKeySource, pets.MinimumCompressionSize, pets.EndpointType, string(pets.Policy), pets.BinaryMediaTypes},
		[]any{"pets", "AUTHORIZER", 512, "REGIONAL", `{"Version":"2012-10-17"}`, []string{"image/png"}})
	same(t, "gateway response", pets.GatewayResponses["DEFAULT_5XX"].StatusCode, 503)
	post := method(t, pets, "POST", "/v1/pets")
	same(t, "method", []any{post.Path, post.AuthorizationType, post.APIKeyRequired, post.ValidateBody, post.ValidateParameters, post.RequestModels["application/json"]},
		[]any{"Pets/Api/v1/pets POST", "CUSTOM", true, true, false, "Pet"})
	same(t, "authorizer", []any{post.Authorizer.Name, post.Authorizer.Type, post.Authorizer.IdentitySources, post.Authorizer.TTL},
		[]any{"token", "TOKEN", []string{"method.request.header.X-Token"}, 300 * time.Second})
	same(t, "functions inside the document", post.Integration.URI,
		"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:pets/invocations")
	same(t, "the default integration response has no pattern", post.Integration.Responses, []assembly.IntegrationResponse{{StatusCode: "200"}})
	same(t, "model", string(model(t, pets, "Pet").Schema),
		`{"properties":{"friend":{"$ref":"https://apigateway.amazonaws.com/restapis/`+pets.ID+`/models/Pet"}},"type":"object"}`)
	same(t, "a document in an asset", routes(filed), "GET /")
	same(t, "the template's name wins", filed.Name, "filed")
	same(t, "a document elsewhere", routes(elsewhere), "")
	expectNotices(t, a, "Pets/Api: x-amazon-apigateway-cors", "Pets/Elsewhere: lies in S3 (b/other.json) and is not an asset")
}

func TestNestedStacks(t *testing.T) {
	a := read(t, "nested")
	expectNotices(t, a)
	api, hello := a.APIs[0], a.Functions[0]
	same(t, "a method of a nested stack", routes(api), "GET /")
	same(t, "an output of a nested stack", api.Stages[0].Variables, map[string]string{"function": hello.Name})
	same(t, "a parameter of a nested stack", hello.Environment, map[string]string{"GREETING": "Hello"})
	same(t, "a stack found by its URL", len(api.GatewayResponses), 1)
	if !strings.HasPrefix(hello.Name, "Parent-Methods-") || hello.Path != "Parent/Methods.NestedStack/Methods.NestedStackResource/Hello" {
		t.Errorf("got the function %s at %s, want the one of the nested stack", hello.Name, hello.Path)
	}
}

func TestStacksThatImport(t *testing.T) {
	a := read(t, "import")
	expectNotices(t, a)
	hello := a.Functions[0]
	if uri := method(t, a.APIs[0], "GET", "/").Integration.URI; !strings.HasSuffix(uri, "/functions/"+hello.ARN+"/invocations") {
		t.Errorf("the URI is %s", uri)
	}
	same(t, "a permission of another stack", hello.Permissions, []assembly.Permission{{Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com"}})
	same(t, "asset", filepath.Base(hello.AssetDir), "asset.hello")
}

func TestStages(t *testing.T) {
	a := read(t, "stages")
	stages := a.APIs[0].Stages
	var names []string
	for _, s := range stages {
		names = append(names, s.Name)
	}
	same(t, "names", names, []string{"alpha", "beta", "made"})
	beta, made := stages[1], stages[2]
	same(t, "settings", beta.Settings, []assembly.MethodSetting{
		{ResourcePath: "/*", HTTPMethod: "*", LoggingLevel: "ERROR", Throttle: &assembly.Throttle{Rate: 10000, Burst: 7}},
		{ResourcePath: "/a/{id}", HTTPMethod: "GET", DataTrace: true},
		{ResourcePath: "/a", HTTPMethod: "POST"},
		{ResourcePath: "/*", HTTPMethod: "*", Throttle: &assembly.Throttle{Rate: 2.5, Burst: 3}},
	})
	same(t, "variables", beta.Variables, map[string]string{"backend": "https://example.com", "limit": "5"})
	same(t, "access log", beta.AccessLog, &assembly.AccessLog{Destination: "arn:aws:logs:us-east-1:123456789012:log-group:access:*", Format: "$context.requestId"})
	same(t, "the rest", []any{beta.LogicalID, beta.Path, beta.Tracing, len(beta.DeploymentID)}, []any{"Beta", "Web/Api/Stage.beta", true, 6})
	same(t, "the stage of a deployment", made.Settings, []assembly.MethodSetting{
		{ResourcePath: "/*", HTTPMethod: "*", LoggingLevel: "INFO", DataTrace: true, Throttle: &assembly.Throttle{Rate: 5, Burst: 5000}},
		{ResourcePath: "/a", HTTPMethod: "GET", LoggingLevel: "OFF"},
	})
	same(t, "its variables", made.Variables, map[string]string{"a": "b"})
	expectNotices(t, a, "Web/Alpha: cache", "Web/Api/Stage.beta: canary", "Web/Api/Stage.beta: client certificate", "Web/Deployment: cache")
}

func TestAccess(t *testing.T) {
	a := read(t, "access")
	api := a.APIs[0]
	token := method(t, api, "GET", "/")
	same(t, "token authorizer", token.Authorizer, &assembly.Authorizer{
		ID: token.Authorizer.ID, Name: "token", Type: "TOKEN",
		URI:         "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:hello/invocations",
		Credentials: "arn:aws:iam::123456789012:role/r", IdentitySources: []string{"method.request.header.Authorization"}, ValidationExpression: "^Bearer ",
	})
	asked := method(t, api, "PUT", "/").Authorizer
	same(t, "request authorizer", []any{asked.Name, asked.Type, asked.IdentitySources, asked.TTL},
		[]any{"Asked", "REQUEST", []string{"method.request.header.A", "method.request.querystring.b", "context.stage"}, 300 * time.Second})
	cognito := method(t, api, "POST", "/")
	if cognito.Authorizer == nil || len(cognito.Authorizer.ProviderARNs) != 1 || len(cognito.AuthorizationScopes) != 1 {
		t.Errorf("got %+v, want a method behind Cognito with its authorizer, user pool and scopes", cognito)
	}

	prod, test := api.Stages[0], api.Stages[1]
	if len(prod.Plans) != 1 || len(test.Plans) != 1 || prod.Plans[0] != test.Plans[0] {
		t.Fatalf("got the plans %v and %v, want one that both stages share", prod.Plans, test.Plans)
	}
	plan := prod.Plans[0]
	same(t, "plan", []any{plan.Name, plan.Throttle, plan.Quota},
		[]any{"basic", &assembly.Throttle{Rate: 10, Burst: 20}, &assembly.Quota{Limit: 1000, Offset: 5, Period: "MONTH"}})
	same(t, "throttles of methods", plan.Methods, map[string]assembly.Throttle{api.ID + "/prod///GET": {Rate: 1, Burst: 2}})
	if len(plan.Keys) != 2 {
		t.Fatalf("the plan has %d keys", len(plan.Keys))
	}
	same(t, "a key with a value", *plan.Keys[0], assembly.APIKey{ID: plan.Keys[0].ID, Name: "a", Value: "0123456789abcdef0123", Enabled: true})
	// A key is disabled by default, as CreateApiKey has it.
	if key := plan.Keys[1]; key.Enabled || len(key.Value) != 40 || key.Name != "KeyB" {
		t.Errorf("got %+v, want a disabled key with a made-up value", key)
	}
	expectNotices(t, a, "Gate/KeyC: read from another service", "Gate/Asked: function:elsewhere is not in this assembly",
		"Gate/Basic: API elsewhere1, which is not in this assembly", "Gate/Stray: is not in this assembly")
}

func TestFunctions(t *testing.T) {
	a := read(t, "functions")
	byID := map[string]*assembly.Function{}
	for _, f := range a.Functions {
		byID[f.LogicalID] = f
	}
	none := 0
	hello := byID["Hello"]
	same(t, "a function with everything", *hello, assembly.Function{
		Name: "hello", ARN: "arn:aws:lambda:us-east-1:123456789012:function:hello", LogicalID: "Hello", Path: "Fns/Hello/Function",
		Account: "123456789012", Region: "us-east-1", Runtime: "provided.al2023", Handler: "bootstrap", Architectures: []string{"arm64"},
		Environment: map[string]string{"TEXT": "a", "NUMBER": "1.5", "YES": "true", "SECRET": "{{resolve:secretsmanager:s:SecretString:p}}"},
		Timeout:     10 * time.Second, MemoryMB: 256, Concurrency: &none,
		Qualifiers: map[string]string{"1": "1", "2": "2", "live": "2"},
		Permissions: []assembly.Permission{
			{Qualifier: "live", Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com", SourceARN: "arn:aws:execute-api:*", Account: "123456789012"},
			{Action: "lambda:*", Principal: "*"},
		},
		LogGroup: "/own", LogFormat: "JSON", LogLevel: "DEBUG", Tracing: true, Package: "./functions/hello",
	})
	plain := byID["Asset"]
	same(t, "defaults", []any{plain.Timeout, plain.MemoryMB, plain.Concurrency, plain.Architectures, plain.LogGroup, plain.LogFormat, plain.Tracing},
		[]any{3 * time.Second, 128, (*int)(nil), []string{"x86_64"}, "/aws/lambda/" + plain.Name, "Text", false})
	for id, want := range map[string]string{"Asset": "asset.hello", "ByMetadata": "asset.hello", "Hello": "."} {
		if got := filepath.Base(byID[id].AssetDir); got != want {
			t.Errorf("%s: got the asset %s, want %s", id, got, want)
		}
		if !byID[id].NotRunnable.IsZero() {
			t.Errorf("%s: got the reason %q not to run, want none", id, byID[id].NotRunnable)
		}
	}
	if node := byID["Node"]; !node.NotRunnable.IsZero() || node.Inline != "exports.handler = 1" {
		t.Errorf("Node: got the code %q, and the reason %q not to run, want the code in the template and no reason", node.Inline, node.NotRunnable)
	}
	for id, want := range map[string]string{
		"Image": "container image", "Java": "does not run here: its runtime is java21", "Inline": "written in the template", "Foreign": "not an asset of this assembly",
	} {
		if got := byID[id].NotRunnable.Text(); !strings.Contains(got, want) {
			t.Errorf("%s: got the reason %q, want one with %q", id, got, want)
		}
	}
	expectNotices(t, a,
		"Fns/Hello/Function: network of its own",
		"Fns/Hello/Function: Colour",
		"Fns/Hello/Function: SECRET",
		"Fns/Live: shares requests among versions",
		"Fns/Broken: cannot be read",
		"Fns/Stray: function:elsewhere is not in this assembly",
		"Fns/StrayVersion: function:elsewhere is not in this assembly",
		"Fns/Asset: Code.Wheels",
		"Fns/Java: does not run here: its runtime is java21",
		"Fns/Put: function:elsewhere is not in this assembly",
	)
}

func TestLayers(t *testing.T) {
	dir := app(t, `{"Resources": {
		"Here": {"Type": "AWS::Lambda::LayerVersion", "Metadata": {"aws:asset:path": "asset.layer"}, "Properties": {"Content": {"S3Key": "x.zip"}, "CompatibleRuntimes": ["nodejs22.x"]}},
		"Elsewhere": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Bucket": "b", "S3Key": "elsewhere.zip"}}},
		"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler", "Code": {"ZipFile": "x"},
			"Layers": [{"Ref": "Here"}, {"Ref": "Elsewhere"}, "arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:14", {"Fn::ImportValue": "shared-layer"}]}}}}`)
	if err := os.Mkdir(filepath.Join(dir, "asset.layer"), 0o755); err != nil {
		t.Fatal(err)
	}
	a, err := assembly.Read(dir, assembly.Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "layers", a.Functions[0].Layers, []string{filepath.Join(dir, "asset.layer")})
	expectNotices(t, a,
		"S/Fn: The function runs without its layer arn:aws:lambda:us-east-1:123456789012:layer:",
		"S/Fn: The function runs without its layer arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:14",
		`S/Fn: The function runs without its layer {"Fn::ImportValue":"shared-layer"}`,
	)
}

func TestOptions(t *testing.T) {
	dir := app(t, `{"Parameters": {"Name": {"Type": "String"}}, "Resources": {
		"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": {"Ref": "Name"}}}}}`)
	for _, key := range []string{"Name", "S:Name"} {
		a, err := assembly.Read(dir, assembly.Options{Parameters: map[string]string{key: "given"}, Account: "999988887777", Region: "eu-west-1"})
		if err != nil {
			t.Fatal(err)
		}
		api := a.APIs[0]
		same(t, key, fmt.Sprint(api.Name, api.Account, api.Region), "given999988887777eu-west-1")
	}
}
