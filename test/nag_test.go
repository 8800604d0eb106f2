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

// suppression is a rule that a construct and all below it may break.
type suppression struct{ path, rule, reason string }

// suppressions are the rules of cdk-nag's AwsSolutions pack that this stack
// breaks on purpose. Before your own service goes live, read each reason again.
var suppressions = []suppression{
	{"/HelloStack/LoggingAccount/Role", "AwsSolutions-IAM4", "API Gateway asks for exactly this managed policy of its account role; it can write logs and nothing else."},
	{"/HelloStack/ProxyApi/RestApi", "AwsSolutions-APIG2", "With proxy integration the function checks the request itself; its tests show that it does."},
	{"/HelloStack/ProxyApi/RestApi", "AwsSolutions-APIG3", "A web application firewall costs money every month. Throttling limits what a flood of requests can cost."},
	{"/HelloStack/MappedApi/RestApi", "AwsSolutions-APIG3", "A web application firewall costs money every month. Throttling limits what a flood of requests can cost."},
	{"/HelloStack/ProxyApi/RestApi", "AwsSolutions-APIG4", "A hello for everybody needs no login. Add an authorizer before you serve anything that is not public."},
	{"/HelloStack/MappedApi/RestApi", "AwsSolutions-APIG4", "A hello for everybody needs no login. Add an authorizer before you serve anything that is not public."},
	{"/HelloStack/ProxyApi/RestApi", "AwsSolutions-COG4", "A hello for everybody needs no user pool. Cognito is one kind of authorizer among several."},
	{"/HelloStack/MappedApi/RestApi", "AwsSolutions-COG4", "A hello for everybody needs no user pool. Cognito is one kind of authorizer among several."},
}

func TestAwsSolutionsRules(t *testing.T) {
	for _, context := range [][]string{nil, {"allowedOrigins", severalOrigins, "stage", "test"}} {
		for _, finding := range nagFindings(t, context, suppressions) {
			t.Errorf("%q: %s", context, finding)
		}
	}
}

// A suppression that nothing needs any more hides the next mistake.
func TestSuppressionsAreNeeded(t *testing.T) {
	findings := nagFindings(t, nil, nil)
	for _, s := range suppressions {
		needed := func(finding string) bool {
			return strings.HasPrefix(finding, s.path+"/") && strings.Contains(finding, s.rule)
		}
		if !slices.ContainsFunc(findings, needed) {
			t.Errorf("%s for %s: nothing breaks this rule", s.rule, s.path)
		}
	}
}

func nagFindings(t *testing.T, context []string, suppressions []suppression) []string {
	t.Helper()
	stack := newStack(t, context).stack
	for _, s := range suppressions {
		cdknag.NagSuppressions_AddResourceSuppressionsByPath(stack, jsii.String(s.path), &[]*cdknag.NagPackSuppression{
			{Id: jsii.String(s.rule), Reason: jsii.String(s.reason)},
		}, jsii.Bool(true))
	}
	awscdk.Aspects_Of(stack).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Reports: jsii.Bool(false)}), nil)

	// The type of the messages is deprecated, and has no other name yet.
	type message struct {
		Id    string
		Entry struct{ Data any }
	}
	annotations := assertions.Annotations_FromStack(stack)
	var errors, warnings []message
	convert(t, annotations.FindError(jsii.String("*"), assertions.Match_AnyValue()), &errors)
	convert(t, annotations.FindWarning(jsii.String("*"), assertions.Match_AnyValue()), &warnings)
	var findings []string
	for _, found := range append(errors, warnings...) {
		findings = append(findings, fmt.Sprintf("%s: %v", found.Id, found.Entry.Data))
	}
	return findings
}
