package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// An app of one function, small enough to be synthesized by a copy.
const (
	watchedFunction = `package main

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
	watchedTemplate = `{"Resources": {
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
	watchedManifest = `{"version": "54.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack",
  "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "S.template.json"}}}}`
)

func TestChangesAreServed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the app of this test is a shell command")
	}
	root := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module m\n\ngo 1.26\n")
	write("app.go", "package main\n")
	write("cdk.json", `{"app": "cp stacks/* \"$CDK_OUTDIR\""}`)
	write("stacks/manifest.json", watchedManifest)
	write("stacks/S.template.json", watchedTemplate)
	write("functions/a/main.go", watchedFunction)

	s := start(t, root)
	wants := func(path, want string) {
		t.Helper()
		var body string
		for limit := time.Now().Add(2 * time.Minute); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
			if _, _, body = s.get(t, path); body == want {
				return
			}
		}
		t.Fatalf("%s answers %q, want %q\n%s", path, body, want, s.screen)
	}
	wants("/api/first", "one")

	write("functions/a/main.go", strings.Replace(watchedFunction, `"one"`, `"two"`, 1))
	wants("/api/first", "two")

	write("functions/a/main.go", strings.Replace(watchedFunction, `"one"`, `three`, 1))
	s.screen.waitFor(t, `functions/a/main.go:9:16: undefined: three\n(?s:.*)The last good version goes on`)
	wants("/api/first", "two")

	write("stacks/S.template.json", strings.Replace(watchedTemplate, `"first"`, `"second"`, 1))
	s.screen.waitFor(t, `(?s)synthesizing.*The last good version goes on.*synthesizing.*The last good version goes on`)
	write("functions/a/main.go", strings.Replace(watchedFunction, `"one"`, `"four"`, 1))
	wants("/api/second", "four") // which could not be served before
	write("stacks/S.template.json", strings.Replace(watchedTemplate, `"first"`, `"third"`, 1))
	wants("/api/third", "four")

	write("cdk.json", `{"app": "echo no such stack; exit 1"}`)
	s.screen.waitFor(t, "no such stack")
	wants("/api/third", "four")
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.screen)
	}
}
