package assembly_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

// app writes a cloud assembly of one stack, S, with that template.
func app(t testing.TB, template string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"manifest.json": `{"version": "54.0.0", "artifacts": {
			"S.assets": {"type": "cdk:asset-manifest", "properties": {"file": "S.assets.json"}},
			"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}}}`,
		"S.assets.json": `{"files": {
			"gone": {"source": {"path": "gone"}, "destinations": {"d": {"objectKey": "gone.zip"}}},
			"file": {"source": {"path": "S.assets.json"}, "destinations": {"d": {"objectKey": "file.zip"}}}}}`,
		"S.template.json": template,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// withMethod returns a template of an API with a method on its root.
func withMethod(properties string) string {
	return `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi"}, "M": {"Type": "AWS::ApiGateway::Method", "Properties": {
		"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, ` + properties + `}}}}`
}

// withValidator is withMethod for a method whose bodies are validated.
func withValidator(properties string) string {
	validator := `{"Resources": {"V": {"Type": "AWS::ApiGateway::RequestValidator", "Properties": {"RestApiId": {"Ref": "Api"}, "ValidateRequestBody": true}}, `
	return strings.Replace(withMethod(`"RequestValidatorId": {"Ref": "V"}, `+properties), `{"Resources": {`, validator, 1)
}

func resource(resourceType, properties string) string {
	return `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi"}, "R": {"Type": "` + resourceType + `", "Properties": {` + properties + `}}}}`
}

// What AWS refuses is left out, or responds with 501, and the rest is served.
func TestWhatCannotBeReadIsANotice(t *testing.T) {
	const mock = `"HttpMethod": "GET", "Integration": {"Type": "MOCK"}`
	tests := []struct{ name, template, says string }{
		{"unknown function", withMethod(`"HttpMethod": {"Fn::Lower": "GET"}, "Integration": {}`), "S.template.json: resource M: Properties.HttpMethod.Fn::Lower: there is no intrinsic function Fn::Lower"},
		{"circular reference", `{"Resources": {
			"A": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": {"Ref": "B"}}},
			"B": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": {"Ref": "A"}}}}}`, "circular reference, which CloudFormation refuses: A → B → A"},
		{"reference to nothing", withMethod(`"HttpMethod": "GET", "Integration": {"Type": "HTTP", "Uri": {"Ref": "Url"}}`), `resource M: Properties.Integration.Uri.Ref: there is no parameter and no resource "Url"`},
		{"parameter without a value", `{"Parameters": {"Name": {"Type": "String"}}, "Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": {"Ref": "Name"}}}}}`, "Values are missing, and placeholders stand for them: the parameter Name. Give them, with --parameters 'Name=…', or in a file"},
		{"unknown condition", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Condition": "C"}}}`, `there is no condition "C"`},
		{"wrong type", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": ["x"]}}}}`, "resource Api: Properties.Name: a text is needed here"},
		{"missing asset", resource("AWS::Lambda::Function", `"Runtime": "provided.al2023", "Code": {"S3Key": "gone.zip"}`), "gone is not there. Synthesize again with `npx aws-cdk synth`"},
		{"asset that is a file", resource("AWS::Lambda::Function", `"Runtime": "provided.al2023", "Code": {"S3Key": "file.zip"}`), "is neither a directory nor a zip file"},
		{"code that cannot be resolved", resource("AWS::Lambda::Function", `"Runtime": "provided.al2023", "Code": {"S3Key": {"Ref": "Gone"}}`), `Properties.Code.S3Key.Ref: there is no parameter`},
		{"function's name", resource("AWS::Lambda::Function", `"FunctionName": {"a": 1}`), "Properties.FunctionName: a text is needed"},
		{"permission for API Gateway", resource("AWS::Lambda::Permission", `"Principal": "apigateway.amazonaws.com", "FunctionName": {"Ref": "Gone"}`), `"Gone"`},
		{"API is not named", resource("AWS::ApiGateway::Method", `"HttpMethod": "GET"`), "Properties.RestApiId: it is missing"},
		{"API of a resource", resource("AWS::ApiGateway::Resource", `"PathPart": "a"`), "Properties.RestApiId: it is missing"},
		{"API of a model", resource("AWS::ApiGateway::Model", ``), "Properties.RestApiId: it is missing"},
		{"API of a validator", resource("AWS::ApiGateway::RequestValidator", ``), "Properties.RestApiId: it is missing"},
		{"API of an authorizer", resource("AWS::ApiGateway::Authorizer", ``), "Properties.RestApiId: it is missing"},
		{"API of a gateway response", resource("AWS::ApiGateway::GatewayResponse", ``), "Properties.RestApiId: it is missing"},
		{"API of a deployment", resource("AWS::ApiGateway::Deployment", ``), "Properties.RestApiId: it is missing"},
		{"API of a deployment's stage", resource("AWS::ApiGateway::Deployment", `"StageName": "s"`), "Properties.RestApiId: it is missing"},
		{"API of a stage", resource("AWS::ApiGateway::Stage", `"StageName": "s"`), "Properties.RestApiId: it is missing"},
		{"stage without a name", resource("AWS::ApiGateway::Stage", `"RestApiId": {"Ref": "Api"}`), "Properties.StageName: it is missing"},
		{"two stages of one name", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi"},
			"One": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "s"}},
			"Two": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "s"}}}}`, `has two stages named "s" (the other is S/One)`},
		{"model that is not JSON", resource("AWS::ApiGateway::Model", `"RestApiId": {"Ref": "Api"}, "Schema": "{"`), "write a JSON Schema of draft 4"},
		{"policy that is not JSON", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Policy": "{"}}}}`, "Properties.Policy: "},
		{"gateway response's status", resource("AWS::ApiGateway::GatewayResponse", `"RestApiId": {"Ref": "Api"}, "StatusCode": "4xx"`), `"4xx" is not a status of HTTP`},
		{"resource that is not there", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi"}, "M": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": "abc123", ` + mock + `}}}}`, `API Api has no resource with id "abc123"`},
		{"resources in a circle", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi"},
			"M": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Ref": "P"}, ` + mock + `}},
			"P": {"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": {"Ref": "P"}, "PathPart": "p"}}}}`, "circular reference"},
		{"no HTTP method", withMethod(`"Integration": {"Type": "MOCK"}`), "Properties.HttpMethod: it is missing"},
		{"type of authorization", withMethod(`"AuthorizationType": "BASIC", ` + mock), `Properties.AuthorizationType: "BASIC" is not a type of authorization`},
		{"authorizer that is not there", withMethod(`"AuthorizationType": "CUSTOM", "AuthorizerId": "x", ` + mock), `Properties.AuthorizerId: API Api has no authorizer with id "x"`},
		{"request parameter", withMethod(`"RequestParameters": {"method.request.cookie.a": true}, ` + mock), `"method.request.cookie.a" is not a parameter of a request`},
		{"request model", withValidator(`"RequestModels": {"application/json": "Gone"}, ` + mock), `API Api has no model "Gone"`},
		{"request validator", withMethod(`"RequestValidatorId": "x", ` + mock), `API Api has no request validator "x"`},
		{"HTTP method", withMethod(`"HttpMethod": "TRACE", "Integration": {"Type": "MOCK"}`), `Properties.HttpMethod: "TRACE" is not one of ANY, DELETE`},
		{"type of integration", withMethod(`"HttpMethod": "GET", "Integration": {"Type": "GRPC"}`), `Properties.Integration.Type: "GRPC" is not a type of integration`},
		{"integration without a URI", withMethod(`"HttpMethod": "GET", "Integration": {"Type": "HTTP"}`), "Properties.Integration.Uri: it is missing"},
		{"quota's period", resource("AWS::ApiGateway::UsagePlan", `"Quota": {"Limit": 1, "Period": "YEAR"}`), `"YEAR" is not a period`},
		{"usage plan's stage", resource("AWS::ApiGateway::UsagePlan", `"ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": "gone"}]`), `API Api has no stage "gone"`},
		{"OpenAPI document", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"openapi": "3.0.1", "paths": 1}}}}}`, "resource Api: Properties.Body.paths: it must be an object"},
		{"no OpenAPI document", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {}}}}}`, "Properties.Body: it is not an OpenAPI document"},
		{"method of an OpenAPI document", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"openapi": "3.0.1", "paths": {"/a": {"get": {"x-amazon-apigateway-integration": {"type": "x"}}}}}}}}}`, `Properties.Body.paths./a: GET: Integration.Type: "X" is not a type`},
		{"gateway response of an OpenAPI document", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"openapi": "3.0.1", "x-amazon-apigateway-gateway-responses": {"A": {"statusCode": 1}}}}}}}`, `"1" is not a status`},
		{"OpenAPI document in an asset", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"BodyS3Location": {"Key": "gone.zip"}}}}}`, "Properties.BodyS3Location: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := assembly.Read(app(t, test.template), assembly.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var all strings.Builder
			for _, n := range a.Notices {
				all.WriteString(n.Path + ": " + n.Message + "\n")
			}
			for _, f := range a.Functions { // whoever runs functions says why they do not
				all.WriteString(f.NotRunnable.Text() + "\n")
			}
			if !strings.Contains(all.String(), test.says) {
				t.Errorf("got the notices\n%s\nwant one with %s", &all, test.says)
			}
		})
	}
}

func TestReadOfNoAssembly(t *testing.T) {
	if _, err := assembly.Read(t.TempDir(), assembly.Options{}); err == nil || !strings.Contains(err.Error(), "has no manifest.json: make a cloud assembly with `npx aws-cdk synth`") {
		t.Errorf("an empty directory: got the error %v, want one about manifest.json", err)
	}
	if _, err := assembly.Read(app(t, "{\n\"Resources\": {\n]"), assembly.Options{}); err == nil || !strings.Contains(err.Error(), "S.template.json:3: this is not JSON") {
		t.Errorf("the only template is not JSON: got the error %v, want one that names the line", err)
	}
	dir := app(t, "{}")
	if err := os.Remove(filepath.Join(dir, "S.template.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := assembly.Read(dir, assembly.Options{}); err == nil || !strings.Contains(err.Error(), "S.template.json") {
		t.Errorf("a template that is missing: got the error %v, want one that names the stack", err)
	}
}

// What no API and no function needs may be broken.
func TestBrokenCornersAreNotices(t *testing.T) {
	tests := []struct{ name, template, notice string }{
		{"nothing at all", `{}`, ""},
		{"an output that cannot be resolved", `{"Outputs": {"A": {"Value": {"Ref": "Gone"}}}}`, ""},
		{"a table with an unknown function", resource("AWS::DynamoDB::Table", `"TableName": {"Fn::Lower": "X"}`), ""},
		{"a circle of other resources", `{"Resources": {"A": {"Type": "T", "DependsOn": "B"}, "B": {"Type": "T", "DependsOn": "A"}}}`, "circular reference"},
		{"a condition of another resource", `{"Resources": {"A": {"Type": "T", "Condition": "Gone"}}}`, `there is no condition "Gone"`},
		{"a resource that does not exist", `{"Conditions": {"No": {"Fn::Equals": [1, 2]}}, "Resources": {"A": {"Type": "AWS::ApiGateway::Stage", "Condition": "No"}}}`, ""},
		{"a nested stack elsewhere", resource("AWS::CloudFormation::Stack", `"TemplateURL": "https://example.com/x"`), "is not an asset of this assembly"},
		{"a transform", `{"Transform": "AWS::Serverless-2016-10-31"}`, "AWS::Serverless-2016-10-31"},
		{"a transform that is done here", `{"Transform": "AWS::LanguageExtensions"}`, ""},
		{"a loop without its transform", `{"Resources": {"Fn::ForEach::Names": ["N", ["a"], {"R${N}": {"Type": "AWS::SNS::Topic"}}]}}`, "loops need the transform AWS::LanguageExtensions"},
		{"a loop that is broken", `{"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::Names": []}}`, "What Fn::ForEach::Names makes is missing here"},
		{"a serverless function", resource("AWS::Serverless::Function", ``), "AWS::Serverless"},
		{"an HTTP API", resource("AWS::ApiGatewayV2::Api", ``), "HTTP APIs"},
		{"a function URL", resource("AWS::Lambda::Url", `"TargetFunctionArn": {"Ref": "Gone"}`), "Function URLs"},
		{"documentation", resource("AWS::ApiGateway::DocumentationPart", ``), ""},
		{"a type that is not known yet", resource("AWS::Lambda::Teleporter", ``), "AWS::Lambda::Teleporter are not known here"},
		{"a property that cannot be resolved, and is not done", resource("AWS::ApiGateway::Stage", `"RestApiId": {"Ref": "Api"}, "StageName": "s", "CanarySetting": {"Ref": "Gone"}`), "canary"},
		{"a property that asks for nothing", resource("AWS::ApiGateway::Stage", `"RestApiId": {"Ref": "Api"}, "StageName": "s", "CanarySetting": {"Ref": "AWS::NoValue"}, "CacheClusterEnabled": "False"`), ""},
		{"a method of an API elsewhere", resource("AWS::ApiGateway::Method", `"RestApiId": "elsewhere1"`), "API elsewhere1, which is not in this assembly"},
		{"response streaming", withMethod(`"HttpMethod": "GET", "Integration": {"Type": "HTTP_PROXY", "Uri": "u", "ResponseTransferMode": "STREAM"}`), ""},
		{"response streaming without proxy", withMethod(`"HttpMethod": "GET", "Integration": {"Type": "HTTP", "Uri": "u", "ResponseTransferMode": "STREAM"}`), "The integration of the type HTTP streams responses"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := assembly.Read(app(t, test.template), assembly.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var all string
			for _, n := range a.Notices {
				all += n.Path + ": " + n.Message + "\n"
			}
			if test.notice == "" && all != "" || !strings.Contains(all, test.notice) {
				t.Errorf("got the notices %q, want one with %q, or none if that is empty", all, test.notice)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/*/*.template.json", "../testapp/cdk.out/*.template.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no templates match %s: %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, template string) {
		a, err := assembly.Read(app(t, template), assembly.Options{})
		if (a == nil) == (err == nil) {
			t.Errorf("got the assembly %v and the error %v, want one of them", a, err)
		}
	})
}
