package test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

// suppression is a rule that a construct and everything below it may break.
type suppression struct {
	path   string // of the construct, below the stack; anyAPI stands for every REST API
	rule   string
	reason string
}

// anyAPI is the path of every REST API.
const anyAPI = "*"

// suppressions are the rules of cdk-nag's AwsSolutions pack that this stack
// breaks on purpose. Before your own service goes live, read each reason again.
var suppressions = []suppression{
	{"LoggingAccount/Role", "AwsSolutions-IAM4", "API Gateway asks for exactly this managed policy of its account role; it can write logs and nothing else."},
	{anyAPI, "AwsSolutions-APIG3", "A web application firewall costs money every month. Throttling limits what a flood of requests can cost."},
	{anyAPI, "AwsSolutions-APIG4", "Everybody may call this. Add an authorizer before you serve anything that is not public."},
	{anyAPI, "AwsSolutions-COG4", "Everybody may call this, without a user pool. Cognito is one kind of authorizer among several."},
	{"ProxyApi/RestApi", "AwsSolutions-APIG2", "With proxy integration the function checks the request itself; its tests show that it does."},
}

func TestAwsSolutionsRules(t *testing.T) {
	for _, context := range [][]string{nil, {"allowedOrigins", severalOrigins, "stage", "test"}} {
		for _, finding := range nagFindings(t, newStack(t, context), suppressions) {
			t.Errorf("with the settings %q: %s", context, finding)
		}
	}
}

// A suppression that nothing needs any more hides the next mistake.
func TestSuppressionsAreNeeded(t *testing.T) {
	findings := nagFindings(t, newStack(t, nil), nil)
	for _, s := range suppressions {
		for _, path := range s.paths(t, synth(t)) {
			needed := func(finding string) bool {
				return strings.HasPrefix(finding, path+"/") && strings.Contains(finding, s.rule)
			}
			if !slices.ContainsFunc(findings, needed) {
				t.Errorf("nothing below %s breaks %s: remove the suppression", path, s.rule)
			}
		}
	}
}

// nagFindings returns what breaks a rule that is not suppressed.
func nagFindings(t *testing.T, made *synthesized, suppressions []suppression) []string {
	t.Helper()
	for _, s := range suppressions {
		for _, path := range s.paths(t, made) {
			err := try(func() {
				cdknag.NagSuppressions_AddResourceSuppressionsByPath(made.stack, jsii.String(path), &[]*cdknag.NagPackSuppression{
					{Id: jsii.String(s.rule), Reason: jsii.String(s.reason)},
				}, jsii.Bool(true))
			})
			if err != nil {
				t.Fatalf("the suppression of %s for %q fits no construct: correct its path (%.200v)", s.rule, s.path, err)
			}
		}
	}
	awscdk.Aspects_Of(made.stack).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Reports: jsii.Bool(false)}), nil)

	// The type of the messages is deprecated, and has no other name yet.
	type message struct {
		Id    string
		Entry struct{ Data any }
	}
	annotations := assertions.Annotations_FromStack(made.stack)
	var errors, warnings []message
	convert(t, annotations.FindError(jsii.String("*"), assertions.Match_AnyValue()), &errors)
	convert(t, annotations.FindWarning(jsii.String("*"), assertions.Match_AnyValue()), &warnings)
	var findings []string
	for _, found := range append(errors, warnings...) {
		findings = append(findings, fmt.Sprintf("%s: %v", found.Id, found.Entry.Data))
	}
	return findings
}

// paths returns the paths of the constructs that a suppression is for.
func (s suppression) paths(t *testing.T, made *synthesized) []string {
	t.Helper()
	if s.path != anyAPI {
		return []string{"/" + made.name + "/" + s.path}
	}
	var paths []string
	for _, restAPI := range synth(t).resources(t, "AWS::ApiGateway::RestApi") {
		path := fmt.Sprint(restAPI.Metadata["aws:cdk:path"]) // ends with the name of the resource itself
		_, path, _ = strings.Cut(strings.TrimSuffix(path, "/Resource"), "/")
		paths = append(paths, "/"+made.name+"/"+path)
	}
	slices.Sort(paths)
	return paths
}
