package assembly_test

import (
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

// one reads an assembly of one stack, with more files beside its template.
func one(t *testing.T, o assembly.Options, template string, files map[string]string) *assembly.Assembly {
	t.Helper()
	dir := app(t, template)
	for name, text := range files {
		write(t, dir, name, text)
	}
	a, err := assembly.Read(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const importing = `{"Parameters": {"Url": {"Type": "String"}, "Size": {"Type": "Number", "MinValue": 256}, "Env": {"Type": "String", "AllowedValues": ["dev", "prod"]}},
	"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": {"Ref": "Env"}}},
	"F": {"Type": "AWS::Lambda::Function", "Metadata": {"go:package": "./f"}, "Properties": {"Runtime": "provided.al2023", "MemorySize": {"Ref": "Size"}, "Environment": {"Variables": {"TABLE": {"Fn::ImportValue": "Data:Table"}}}}},
	"Get": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "GET",
		"Integration": {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": {"Ref": "Url"}}}},
	"Post": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "POST",
		"Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": ["arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Arn}/invocations",
			{"Arn": {"Fn::Join": [":", ["arn", {"Fn::Select": [6, {"Fn::Split": [":", {"Fn::ImportValue": "Lambdas:Post"}]}]}]]}}]}}}}}}`

func TestMissingValuesAreSaidAtOnce(t *testing.T) {
	a := one(t, assembly.Options{}, importing, nil)
	want := `--import 'Data:Table=…' --parameters 'Env=…' --parameters 'Url=…' --import 'Lambdas:Post=…'`
	if got := a.Notices[0].Message; !strings.Contains(got, "the import Data:Table") || len(strings.Split(got, "=…'")) != 6 || !strings.Contains(got, "--parameters 'Size=…'") {
		t.Errorf("got the notice %s, want all five values with flags such as %s", got, want)
	}
	same(t, "environment", a.Functions[0].Environment["TABLE"], "missing-import-Data-Table")
	same(t, "a number is the least that the template permits", a.Functions[0].MemoryMB, 256)
	same(t, "the function runs", a.Functions[0].NotRunnable.IsZero(), true)
	same(t, "a text is the first that the template permits", a.APIs[0].Name, "dev")
	for httpMethod, name := range map[string]string{"GET": "--parameters Url=VALUE", "POST": "--import Lambdas:Post=VALUE"} {
		if got := method(t, a.APIs[0], httpMethod, "/").NotImplemented.Text(); !strings.Contains(got, name) {
			t.Errorf("%s: got the reason %q, want it to name %s", httpMethod, got, name)
		}
	}
}

func TestMissingValuesCanBeGiven(t *testing.T) {
	a := one(t, assembly.Options{
		Parameters: map[string]string{"Url": "http://127.0.0.1:1", "S:Size": "512", "Env": "prod"},
		Imports:    map[string]string{"Data:Table": "books", "Lambdas:Post": "arn:aws:lambda:us-east-1:123456789012:function:post"},
	}, importing, nil)
	same(t, "environment", a.Functions[0].Environment["TABLE"], "books")
	same(t, "memory", a.Functions[0].MemoryMB, 512)
	same(t, "URI", method(t, a.APIs[0], "GET", "/").Integration.URI, "http://127.0.0.1:1")
	same(t, "URI with an import", method(t, a.APIs[0], "POST", "/").Integration.URI, "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:post/invocations")
	expectNotices(t, a, "S/Post: the function arn:post is not in this assembly")
}

func TestWhatIsBrokenTakesNothingElseWithIt(t *testing.T) {
	const template = `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi"},
		"Root": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "GET", "Integration": {"Type": "MOCK"}}},
		%s
		"Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "prod"}}}}`
	post := `"X": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "POST", `
	for _, c := range []struct {
		rule, resource string
		routes         string
		reason         string // of POST, and 501
	}{
		{"a method with an integration that there is not", post + `"Integration": {"Type": "GRPC"}}},`, "GET /, POST /", `"GRPC" is not a type of integration`},
		{"a method with a reference to nothing", post + `"Integration": {"Type": "HTTP", "Uri": {"Ref": "Gone"}}}},`, "GET /, POST /", `"Gone"`},
		{"a method without a place", `"X": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Ref": "Gone"}, "HttpMethod": "POST"}},`, "GET /", ""},
		{"an authorizer", post + `"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "A"}, "Integration": {"Type": "MOCK"}}}, "A": {"Type": "AWS::ApiGateway::Authorizer", "Properties": {"RestApiId": {"Ref": "Api"}, "Name": ["x"]}},`, "GET /, POST /", "no authorizer"},
		{"a model that nothing checks", post + `"RequestModels": {"application/json": "Gone"}, "Integration": {"Type": "MOCK"}}},`, "GET /, POST /", ""},
		{"a function", `"X": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": {"Ref": "Gone"}}},`, "GET /", ""},
	} {
		a := one(t, assembly.Options{}, strings.Replace(template, "%s", c.resource, 1), nil)
		same(t, c.rule+": routes", routes(a.APIs[0]), c.routes)
		same(t, c.rule+": the other method", method(t, a.APIs[0], "GET", "/").NotImplemented.IsZero(), true)
		if strings.Contains(c.routes, "POST") {
			if got := method(t, a.APIs[0], "POST", "/").NotImplemented.Text(); (got == "") != (c.reason == "") || !strings.Contains(got, c.reason) {
				t.Errorf("%s: got the reason %q, want one with %q", c.rule, got, c.reason)
			}
		}
	}
}

func TestAStackThatCannotBeReadTakesNoOtherWithIt(t *testing.T) {
	a, err := assembly.Read(stacks(t, stack{"Good", "good", "", "", `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi"}}}`}, stack{"Bad", "bad", "", "", `{`}), assembly.Options{})
	if err != nil || len(a.APIs) != 1 {
		t.Fatalf("got %+v, %v; want the API of the other stack", a, err)
	}
	expectNotices(t, a, "bad: Bad.json:1: this is not JSON")
}

func TestOpenAPIInYAML(t *testing.T) {
	const template = `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"BodyS3Location": {"Bucket": "b", "Key": "file.zip"}}}}}`
	const document = `openapi: 3.0.1
info: {title: books, version: 1.0}
x-mock: &mock
  type: mock
  requestTemplates: {application/json: '{"statusCode": 200}'}
paths:
  /books:
    get:
      x-amazon-apigateway-integration:
        <<: *mock
        timeoutInMillis: 5_000
        responses:
          default: {statusCode: 200}
x-amazon-apigateway-policy:
  Version: 2012-10-17
  Statement: [{Effect: Allow, Principal: "*", Action: execute-api:Invoke, Resource: "*"}]
`
	a := one(t, assembly.Options{}, template, map[string]string{"S.assets.json": `{"files": {"file": {"source": {"path": "api.yaml"}, "destinations": {"d": {"objectKey": "file.zip"}}}}}`, "api.yaml": document})
	expectNotices(t, a)
	api := a.APIs[0]
	same(t, "name", api.Name, "books")
	same(t, "policy", string(api.Policy), `{"Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2012-10-17"}`)
	m := method(t, api, "GET", "/books")
	same(t, "what an alias merges", m.Integration.RequestTemplates, []assembly.Template{{MediaType: "application/json", Text: `{"statusCode": 200}`}})
	same(t, "timeout", m.Integration.Timeout.String(), "5s")
	same(t, "status", m.Integration.Responses[0].StatusCode, "200")
}

func TestIncludedDocuments(t *testing.T) {
	const template = `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/api.yaml"}}}}}}}`
	const document = "openapi: 3.0.1\ninfo: {title: !Sub 'of ${AWS::StackName}'}\npaths: {/a: {get: {x-amazon-apigateway-integration: {type: mock}}}}\n"
	a := one(t, assembly.Options{}, template, map[string]string{"api.yaml": document})
	expectNotices(t, a)
	same(t, "title", a.APIs[0].Name, "of S")
	same(t, "routes", routes(a.APIs[0]), "GET /a")

	a = one(t, assembly.Options{}, template, nil)
	expectNotices(t, a, "S/Api: is neither an asset of this assembly nor a file beside the template")
	same(t, "the API responds with 501", a.APIs[0].NotImplemented.IsZero(), false)
}

func TestLoopsMakeResources(t *testing.T) {
	const template = `{"Transform": "AWS::LanguageExtensions", "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "books, film-stars"}},
		"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi"}, "Fn::ForEach::Paths": ["Name", {"Ref": "Names"}, {
			"Resource&{Name}": {"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": {"Ref": "Name"}}},
			"Fn::ForEach::Methods": ["Verb", ["GET", "POST"], {"&{Name}${Verb}": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"},
				"ResourceId": {"Ref": "Resource&{Name}"}, "HttpMethod": "${Verb}", "OperationName": {"Fn::Sub": "${Verb} ${Name} of ${AWS::StackName}"}, "Integration": {"Type": "MOCK"}}}}]}]}}`
	a := one(t, assembly.Options{}, template, nil)
	expectNotices(t, a)
	same(t, "routes", routes(a.APIs[0]), "GET /books, POST /books, GET /film-stars, POST /film-stars")
	same(t, "text with both kinds of names", method(t, a.APIs[0], "POST", "/film-stars").OperationName, "POST film-stars of S")
}

func TestValuesThatNothingAsksForAreTold(t *testing.T) {
	const template = `{"Parameters": {"Size": {"Type": "String", "Default": "1"}}, "Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": {"Fn::ImportValue": "Name"}}}}}`
	a := one(t, assembly.Options{
		Parameters: map[string]string{"Size": "2", "S:Size": "2", "size": "2", "T:Size": "2"},
		Imports:    map[string]string{"Name": "a", "name": "b"},
	}, template, nil)
	expectNotices(t, a, "the app: The parameter T:Size is given", "the app: The parameter size is given", "the app: The import name is given")
	same(t, "name", a.APIs[0].Name, "a")
}
