package dev_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/dev/runner"
)

// assemblyWith writes a cloud assembly of one API with more resources.
func assemblyWith(t *testing.T, resources string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"manifest.json": `{"version": "36.0.0", "artifacts": {"Shop": {"type": "aws:cloudformation:stack", "environment": "aws://123456789012/us-east-1",
			"properties": {"templateFile": "Shop.template.json"}}}}`,
		"Shop.template.json": `{"Resources": {
			"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "shop"}},
			"Get": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
				"HttpMethod": "GET", "AuthorizationType": "NONE", "Integration": {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": "http://127.0.0.1:1/"}}},
			"Deployment": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": "Get", "Properties": {"RestApiId": {"Ref": "Api"}}},
			` + resources + `}}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func stageNamed(name string) string {
	return `"Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "Deployment"}, "StageName": "` + name + `"}}`
}

func TestWhatAWSRefusesIsServedAndSaid(t *testing.T) {
	var loaded dev.Loaded
	app := &dev.App{Root: t.TempDir(), Command: assemblyWith(t, stageNamed("v1.0")), Report: func(e dev.Event) {
		if found, ok := e.(dev.Loaded); ok {
			loaded = found
		}
	}}
	loop, err := dev.New(app, runner.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer loop.Close()
	if err := loop.Start(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	if len(loaded.Notices) != 1 || loaded.Notices[0].Rule.ID() != "stage-name-invalid" || !strings.HasPrefix(loaded.Notices[0].Message, "The deployment fails. ") {
		t.Errorf("got the notices %+v, want that the deployment fails", loaded.Notices)
	}
	if apis := loop.APIs(""); len(apis) != 1 || apis[0].Stage != "v1.0" {
		t.Errorf("got %+v served, want the stage v1.0", apis)
	}
}

// What has no place among the rest is left out, with what AWS would say.
func TestWhatIsLeftOutIsSaidInTheWordsOfAWS(t *testing.T) {
	variable := func(id, part string) string {
		return `"` + id + `": {"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "` + part + `"}},
			"` + id + `Get": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Ref": "` + id + `"}, "HttpMethod": "GET",
			"AuthorizationType": "NONE", "Integration": {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": "http://127.0.0.1:1/"}}},`
	}
	for _, c := range []struct{ name, resources, want string }{
		{"two variables below one path", variable("A", "{id}") + variable("B", "{name}") + stageNamed("prod"), "A sibling ({id}) of this resource already has a variable path part -- only one is allowed"},
		{"a stage without a name", strings.Replace(stageNamed("x"), `"StageName": "x"`, `"Variables": {}`, 1), "The deployment fails. \"\" is not the name of a stage."},
	} {
		loop, err := dev.New(&dev.App{Root: t.TempDir(), Command: assemblyWith(t, c.resources)}, runner.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer loop.Close()
		if err := loop.Start(context.Background(), false); err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, n := range loop.Notices() {
			said = append(said, n.Message, n.Rule.Log())
		}
		if !strings.Contains(strings.Join(said, "\n"), c.want) {
			t.Errorf("%s: got %q, want in it %q", c.name, said, c.want)
		}
	}
}

// What a deployment refuses is not said again as something without effect.
func TestNothingIsSaidTwice(t *testing.T) {
	const integration = `"Integration": {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": "http://127.0.0.1:1/"`
	other := func(rest string) string {
		return `"Post": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
			"HttpMethod": "POST", "AuthorizationType": "NONE"` + rest + `}},`
	}
	for _, c := range []struct{ name, resources, want string }{
		{"a mapping", other(", " + integration + `, "RequestParameters": {"integration.request.header.X": "x"}}`), "mapping-expression-invalid"},
		{"a target", other(", " + integration + `, "RequestParameters": {"X": "'x'"}}`), "mapping-target-invalid"},
		{"no integration", other(""), "method-integration-missing"},
		{"a URL", other(`, "Integration": {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": "example.com"}`), "integration-url-invalid"},
		{"a model", `"Model": {"Type": "AWS::ApiGateway::Model", "Metadata": {"aws:cdk:path": "Shop/Api/Model/Resource"}, "Properties": {"RestApiId": {"Ref": "Api"}, "Schema": {"type": "text"}}},`, "model-schema-invalid"},
		{"a gateway response", `"Errors": {"Type": "AWS::ApiGateway::GatewayResponse", "Metadata": {"aws:cdk:path": "Shop/Api/Errors/Resource"}, "Properties": {"RestApiId": {"Ref": "Api"}, "ResponseType": "DEFAULT_4XX", "ResponseParameters": {"gatewayresponse.header.A": "x"}}},`, "mapping-expression-invalid"},
		{"a parameter of one", `"Errors": {"Type": "AWS::ApiGateway::GatewayResponse", "Metadata": {"aws:cdk:path": "Shop/Api/Errors/Resource"}, "Properties": {"RestApiId": {"Ref": "Api"}, "ResponseType": "DEFAULT_4XX", "ResponseParameters": {"A": "'x'"}}},`, "gateway-response-parameter-refused"},
	} {
		dir := assemblyWith(t, `"Mark": {"Type": "AWS::ApiGateway::RequestValidator", "Properties": {"RestApiId": {"Ref": "Api"}}},`+c.resources+stageNamed("prod"))
		template := filepath.Join(dir, "Shop.template.json")
		text, err := os.ReadFile(template)
		if err != nil {
			t.Fatal(err)
		}
		withPath := strings.Replace(string(text), `"Type": "AWS::ApiGateway::RestApi",`, `"Type": "AWS::ApiGateway::RestApi", "Metadata": {"aws:cdk:path": "Shop/Api/Resource"},`, 1)
		if err := os.WriteFile(template, []byte(withPath), 0o600); err != nil {
			t.Fatal(err)
		}
		loop, err := dev.New(&dev.App{Root: t.TempDir(), Command: dir}, runner.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer loop.Close()
		if err := loop.Start(context.Background(), false); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if notices := loop.Notices(); len(notices) != 1 || notices[0].Rule.ID() != c.want {
			t.Errorf("%s: got the notices %+v, want %s alone", c.name, notices, c.want)
		}
	}
}
