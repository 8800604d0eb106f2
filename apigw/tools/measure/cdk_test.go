package main

import (
	"io"
	"strings"
	"testing"
)

// standIn are the files of an app whose CDK app is a program that copies a cloud assembly,
// and builds its function as a deployment does.
var standIn = map[string]string{
	"go.mod":   "module m\n\ngo 1.26\n",
	"cdk.json": `{"app": "go run .", "context": {"stage": "prod"}}`,
	"main.go": `package main

import (
	"os"
	"os/exec"
)

func main() {
	written := os.Getenv("CDK_OUTDIR")
	if os.Getenv("CDK_CONTEXT_JSON") == "" || os.RemoveAll(written) != nil || os.CopyFS(written, os.DirFS("cdk.out")) != nil {
		os.Stderr.WriteString("no context, or no folder for the assembly")
		os.Exit(1)
	}
	build := exec.Command("go", "build", "-o", written+"/asset.f/bootstrap", "-trimpath", "-buildvcs=false", "-mod=readonly",
		"-ldflags=-s -w -buildid=", "-tags=lambda.norpc", "./functions/f")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOARM64=")
	build.Stderr = os.Stderr
	if build.Run() != nil {
		os.Exit(1)
	}
}
`,
	"functions/f/main.go": "package main\n\nfunc main() {}\n",
	"cdk.out/manifest.json": `{"version": "54.0.0", "artifacts": {
  "S": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
    "properties": {"templateFile": "S.template.json"}},
  "S.assets": {"type": "cdk:asset-manifest", "properties": {"file": "S.assets.json"}}}}`,
	"cdk.out/S.assets.json": `{"version": "54.0.0", "files": {"f": {"source": {"path": "asset.f", "packaging": "zip"}, "destinations": {
  "here": {"bucketName": "b", "objectKey": "f.zip"}}}}}`,
	"cdk.out/S.template.json": `{"Resources": {
  "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api"}},
  "Get": {"Type": "AWS::ApiGateway::Method", "Properties": {
    "RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "GET", "AuthorizationType": "NONE",
    "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST",
      "Uri": {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations"}}}},
  "Deployment": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": ["Get"], "Properties": {"RestApiId": {"Ref": "Api"}}},
  "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "Deployment"}, "StageName": "prod"}},
  "Function": {"Type": "AWS::Lambda::Function", "Metadata": {"go:package": "./functions/f", "aws:asset:path": "asset.f"},
    "Properties": {"FunctionName": "f", "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": "arn:aws:iam::123456789012:role/r",
      "Code": {"S3Bucket": "b", "S3Key": "f.zip"}}}
}}`,
}

// withoutModules replaces the programs that apps are measured against, because
// they need modules that the app of these tests does not have.
func withoutModules(t *testing.T) {
	t.Helper()
	function, app := minimalFunction, baselineApp
	t.Cleanup(func() { minimalFunction, baselineApp = function, app })
	minimalFunction = []byte("package main\n\nfunc main() {}\n")
	baselineApp = []byte("package main\n\nfunc main() {\n\t_ = \"the plainest app\"\n}\n")
}

func TestACDKAppIsMeasured(t *testing.T) {
	withoutModules(t)
	dir := write(t, standIn)
	for _, c := range []struct{ topic, want string }{
		{"synth", "synth without validation"},
		{"tests", "go test ./..."},
	} {
		var out, progress strings.Builder
		if err := run(t.Context(), []string{c.topic, "-runs", "1", "-app", dir}, &out, &progress); err != nil {
			t.Errorf("%s: %v\n%s", c.topic, err, &progress)
		}
		if !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: got\n%s\nwant %q in it", c.topic, &out, c.want)
		}
	}
}

func TestAnAppWithOtherFlagsIsNotMeasured(t *testing.T) {
	withoutModules(t)
	files := map[string]string{}
	for name, content := range standIn {
		files[name] = strings.Replace(content, "-ldflags=-s -w -buildid=", "-ldflags=-s", 1)
	}
	err := run(t.Context(), []string{"synth", "-runs", "1", "-app", write(t, files)}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "the app builds other bytes of ./functions/f than this program") {
		t.Errorf("got error %v, want that the app builds other bytes", err)
	}
}
