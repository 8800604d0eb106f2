package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"example.com/apigw/internal/testapp"
)

// throttled is an app with a throttle of 50 requests a second.
const throttled = `{"Resources": {
	"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "shop"}},
	"Role": {"Type": "AWS::IAM::Role", "Properties": {}},
	"List": {"Type": "AWS::Lambda::Function", "Metadata": {"go:package": "./functions/list"}, "Properties": {"Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": ["arm64"],
		"MemorySize": 512, "Timeout": 5, "ReservedConcurrentExecutions": 20, "Code": {"ZipFile": "x"}, "Role": {"Fn::GetAtt": ["Role", "Arn"]}}},
	"Get": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "GET", "AuthorizationType": "NONE",
		"Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Join": ["", ["arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/", {"Fn::GetAtt": ["List", "Arn"]}, "/invocations"]]}}}},
	"Deployment": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": "Get", "Properties": {"RestApiId": {"Ref": "Api"}}},
	"Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "Deployment"}, "StageName": "prod",
		"MethodSettings": [{"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 50, "ThrottlingBurstLimit": 100}]}}
}}`

func TestPlan(t *testing.T) {
	dir := writeAssembly(t, throttled)
	t.Chdir(dir)
	for _, c := range []struct {
		rule string
		args []string
		code int
		out  []string
		errs string
	}{
		{rule: "what the app has", args: []string{"--app", "cdk.out"}, out: []string{
			"shop/prod, with proxy integration", "./functions/list, 512 MB, arm64, timeout 5 s, reserved concurrency 20", "nothing is refused",
			"\nNothing has to change for this load: up to 50 steady requests a second are carried, limited by the stage's throttle of 50 requests a second.\n"}},
		{rule: "what the present settings do to a load", args: []string{"--app", "cdk.out", "--rps", "80"}, out: []string{
			"the stage's throttle of 50 requests a second, 100 at once, refuses 37 % of the requests (429)", "\nTo carry this load, set the throttle of the stage to 100 requests a second and a burst of "}},
		{rule: "flags come before the app", args: []string{"--app", "cdk.out", "--memory", "1024", "--reserved", "3", "--region", "eu-central-1"}, out: []string{"1,024 MB", "reserved concurrency 3", "eu-central-1 (Europe (Frankfurt))"}},
		{rule: "the sample app", args: []string{"--app", testapp.Assembly()}, out: []string{"with proxy integration"}},
		{rule: "a folder without an app", args: nil, out: []string{"with proxy integration, as functions are by default", "without proxy integration, as functions are by default"}, errs: "planned for functions as they are by default, since there is no app to read: "},
		{rule: "an app that is not there", args: []string{"--app", "nowhere"}, code: 1, errs: "nowhere"},
		{rule: "a door that the app has not", args: []string{"--app", "cdk.out", "--door", "mapped"}, code: 2, errs: "plan: --door mapped: no function of the app is behind this door"},
		{rule: "a rate below zero", args: []string{"--rps", "-3"}, code: 2, errs: "plan: --rps -3: expected a number from 0.001 up to 1,000,000"},
		{rule: "a rate that is no number", args: []string{"--rps", "NaN"}, code: 2, errs: "plan: --rps NaN: "},
		{rule: "a rate in words", args: []string{"--rps", "many"}, code: 2, errs: `invalid value "many" for flag --rps`},
		{rule: "half a megabyte", args: []string{"--memory", "0.5"}, code: 2, errs: `invalid value "0.5" for flag --memory: expected a whole number of 0 or more`},
		{rule: "a region without prices", args: []string{"--region", "eu-south-1"}, code: 2, errs: `no prices were found for the region "eu-south-1": choose one of eu-central-1, `},
		{rule: "an unknown format", args: []string{"--format", "pdf"}, code: 2, errs: `plan: there is no format "pdf": there are text, json`},
		{rule: "an argument", args: []string{"10"}, code: 2, errs: `plan takes no "10"`},
	} {
		code, out, errs := commandLine("", append([]string{"plan"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.errs) {
			t.Errorf("%s: got exit code %d, %q; want %d, %q", c.rule, code, errs, c.code, c.errs)
		}
		for _, want := range c.out {
			if !strings.Contains(out, want) {
				t.Errorf("%s: got no %q in\n%s", c.rule, want, out)
			}
		}
	}
}

func TestPlanForPrograms(t *testing.T) {
	dir := writeAssembly(t, throttled)
	t.Chdir(dir)
	args := []string{"plan", "--app", "cdk.out", "--rps", "80", "--format", "json", "--seed", "5"}
	code, out, errs := commandLine("", args...)
	var report struct {
		Question struct{ Rps, Seed float64 }
		Doors    []struct {
			Present  struct{ RefusedByThrottle, Attempts float64 }
			Throttle struct{ Rate float64 }
			Monthly  float64
		}
		Advice string
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 {
		t.Fatalf("got exit code %d, %q and %v, want JSON", code, errs, err)
	}
	if len(report.Doors) != 1 || report.Question.Rps != 80 || report.Question.Seed != 5 || report.Doors[0].Present.RefusedByThrottle == 0 || report.Doors[0].Throttle.Rate != 100 || report.Doors[0].Monthly <= 0 || report.Advice == "" {
		t.Errorf("got %+v, want the question and its answer", report)
	}
	if _, again, _ := commandLine("", args...); again != out {
		t.Error("got another answer with the same seed, want the same")
	}
}
