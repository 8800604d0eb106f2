// Package devtest has an app for tests of the loop of development: one function
// behind one API, small enough to be synthesized by a copy.
package devtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	function = `package main

import (
	"net/http"
	"os"
	"strings"
)

const answer = "one"

func main() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(api + "next")
		if err != nil {
			os.Exit(1)
		}
		next.Body.Close()
		done, err := http.Post(api+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "application/json",
			strings.NewReader("{\"body\":\"" + answer + "\"}"))
		if err != nil {
			os.Exit(1)
		}
		done.Body.Close()
	}
}
`
	template = `{"Resources": {
  "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api"}},
  "Get": {"Type": "AWS::ApiGateway::Method", "Properties": {
    "RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "GET", "AuthorizationType": "NONE",
    "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST",
      "Uri": {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations"}}}},
  "Deployment": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": ["Get"], "Properties": {"RestApiId": {"Ref": "Api"}}},
  "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "Deployment"}, "StageName": "first"}},
  "Function": {"Type": "AWS::Lambda::Function", "Metadata": {"go:package": "./functions/a"},
    "Properties": {"FunctionName": "a", "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": "arn:aws:iam::123456789012:role/r",
      "Code": {"S3Bucket": "b", "S3Key": "k.zip"}}},
  "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {
    "Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "Function"}, "Principal": "apigateway.amazonaws.com"}}
}}`
	manifest = `{"version": "54.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack",
  "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "S.template.json"}}}}`
)

// The files of the app that tests change.
const (
	FunctionFile = "functions/a/main.go"
	TemplateFile = "stacks/S.template.json"
)

// App is the folder of an app. Its API is at /api, and its stage "first".
type App string

// New writes an app, whose function responds with the body "one". It is synthesized
// by a command of a POSIX shell.
func New(t testing.TB) App {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	a := App(root)
	a.Write(t, "go.mod", "module m\n\ngo 1.26\n")
	a.Write(t, "app.go", "package main\n")
	a.Write(t, "cdk.json", `{"app": "cp stacks/* \"$CDK_OUTDIR\""}`)
	a.Write(t, "stacks/manifest.json", manifest)
	a.Write(t, TemplateFile, template)
	a.Write(t, FunctionFile, function)
	return a
}

// Write writes a file of the app.
func (a App) Write(t testing.TB, name, content string) {
	t.Helper()
	file := filepath.Join(string(a), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Respond changes the function: its body is a Go expression, which stands in line 9
// of its file, from column 16.
func (a App) Respond(t testing.TB, expression string) {
	t.Helper()
	a.Write(t, FunctionFile, strings.Replace(function, `"one"`, expression, 1))
}

// Stage changes the name of the stage in the template, which stays JSON if the
// name has quotes.
func (a App) Stage(t testing.TB, quoted string) {
	t.Helper()
	a.Write(t, TemplateFile, strings.Replace(template, `"first"`, quoted, 1))
}

// Read returns the content of a file of the app.
func (a App) Read(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(string(a), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
