package test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"example.com/hello-apigw/stacks"
)

func TestStagesAreStacksOfTheirOwn(t *testing.T) {
	for stage, want := range map[string]string{
		"prod": stacks.StackName, "dev": stacks.StackName + "-dev", "test-2": stacks.StackName + "-test-2",
	} {
		made := newStack(t, []string{"stage", stage})
		if got := *made.stack.StackName(); got != want {
			t.Errorf("stage %s: stack %s, want %s", stage, got, want)
		}
		for _, api := range made.read(t).apis(t) {
			if got := api.Stage.StageName; got != stage {
				t.Errorf("%s: stage %s, want %s", api.Name, got, stage)
			}
		}
	}
}

// accountNames are the properties that name a resource in the whole account and region.
var accountNames = map[string]string{
	"AWS::ApiGateway::ApiKey":      "Name",
	"AWS::CloudWatch::Alarm":       "AlarmName",
	"AWS::CloudWatch::Dashboard":   "DashboardName",
	"AWS::CodeDeploy::Application": "ApplicationName",
	"AWS::IAM::Role":               "RoleName",
	"AWS::Lambda::Function":        "FunctionName",
	"AWS::Logs::LogGroup":          "LogGroupName",
	"AWS::Logs::QueryDefinition":   "Name",
	"AWS::SNS::Topic":              "TopicName",
	"AWS::WAFv2::WebACL":           "Name",
}

// Two stacks with a resource of the same name cannot be in one account.
func TestStagesShareNoNames(t *testing.T) {
	names := func(stage string) []string {
		var names []string
		for _, resource := range synth(t, "stage", stage).byID {
			var properties map[string]json.RawMessage
			if json.Unmarshal(resource.Properties, &properties) != nil {
				continue // it has none
			}
			if name, ok := properties[accountNames[resource.Type]]; ok {
				names = append(names, resource.Type+" "+string(name))
			}
		}
		return names
	}
	prod := names("prod")
	for _, name := range names("dev") {
		// That of the log of a stage has the id of its API.
		if slices.Contains(prod, name) && !strings.Contains(name, `"Ref"`) {
			t.Errorf("%s is in the stacks of dev and of prod: put the stage into its name, or leave it to CloudFormation", name)
		}
	}
}

func TestSizesDependOnTheStage(t *testing.T) {
	if dev, prod := stacks.SizesOf("dev"), stacks.SizesOf("prod"); dev == prod || stacks.SizesOf("test") != prod {
		t.Errorf("dev %+v, prod %+v, test %+v; want dev smaller, and another name like prod", dev, prod, stacks.SizesOf("test"))
	}
	days := map[awslogs.RetentionDays]float64{awslogs.RetentionDays_ONE_WEEK: 7, awslogs.RetentionDays_ONE_MONTH: 30}
	for _, stage := range []string{"dev", "prod"} {
		made, sizes := synth(t, "stage", stage), stacks.SizesOf(stage)
		want(t, func() {
			made.template.AllResourcesProperties(jsii.String("AWS::Logs::LogGroup"), object{"RetentionInDays": days[sizes.LogRetention]})
		})
		want(t, func() {
			made.template.AllResourcesProperties(jsii.String("AWS::Lambda::Function"), object{"MemorySize": sizes.MemoryMB})
		})
		for _, api := range made.apis(t) {
			settings := api.Stage.MethodSettings[0]
			if settings.ThrottlingRateLimit != sizes.RequestsPerSecond || settings.ThrottlingBurstLimit != sizes.Burst {
				t.Errorf("%s, %s: throttled at %v, burst %v; want %v and %v", stage, api.Name, settings.ThrottlingRateLimit, settings.ThrottlingBurstLimit, sizes.RequestsPerSecond, sizes.Burst)
			}
		}
	}
}

// Generated clients and agents call a method by its name.
func TestMethodsHaveOperationNames(t *testing.T) {
	for _, api := range synth(t).apis(t) {
		paths := map[string]string{} // by operation
		for _, method := range api.Methods {
			if method.HttpMethod == "OPTIONS" { // which browsers call
				continue
			}
			other, taken := paths[method.OperationName]
			if !regexp.MustCompile(`^[a-z][A-Za-z0-9]+$`).MatchString(method.OperationName) || taken {
				t.Errorf("%s: %s has the operation name %q, and so has %q; want one of its own, such as getInvoice", api.Name, method, method.OperationName, other)
			}
			paths[method.OperationName] = method.String()
		}
	}
}
