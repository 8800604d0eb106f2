package security

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
)

// The resources here are written as CloudFormation has them: the package of AWS WAF
// would add half a minute to each first build.

// addTo puts the web ACL in front of the API's stage. All APIs of a stack share one,
// since each costs.
func (f *Firewall) addTo(api awsapigateway.RestApi) {
	if f == nil {
		return
	}
	const id = "Firewall"
	stack := awscdk.Stack_Of(api)
	acl, ok := shared(stack, id, *f).(awscdk.CfnResource)
	if !ok {
		acl = awscdk.NewCfnResource(stack, jsii.String(id), &awscdk.CfnResourceProps{
			Type: jsii.String("AWS::WAFv2::WebACL"),
			Properties: &map[string]any{
				"Scope":            "REGIONAL",
				"DefaultAction":    map[string]any{"Allow": map[string]any{}},
				"VisibilityConfig": visibility("firewall"),
				"Rules":            f.rules(),
			},
		})
		share(acl, *f)
	}
	awscdk.NewCfnResource(api, jsii.String("Firewall"), &awscdk.CfnResourceProps{
		Type: jsii.String("AWS::WAFv2::WebACLAssociation"),
		Properties: &map[string]any{
			"ResourceArn": api.DeploymentStage().StageArn(),
			"WebACLArn":   acl.GetAtt(jsii.String("Arn"), awscdk.ResolutionTypeHint_STRING),
		},
	})
}

// rules returns the rules in the order in which they are asked. The count of requests
// comes first, since it costs AWS WAF the least.
func (f *Firewall) rules() []any {
	var rules []any
	add := func(name string, rule map[string]any) {
		rule["Name"], rule["Priority"], rule["VisibilityConfig"] = name, len(rules), visibility(name)
		rules = append(rules, rule)
	}
	if f.RequestsPerAddress > 0 {
		add("requests-per-address", map[string]any{
			"Action": map[string]any{"Block": map[string]any{}},
			"Statement": map[string]any{"RateBasedStatement": map[string]any{
				"Limit": f.RequestsPerAddress, "EvaluationWindowSec": 300, "AggregateKeyType": "IP",
			}},
		})
	}
	managed := f.ManagedRules
	if managed == nil {
		managed = []string{"AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet"}
	}
	for _, name := range managed {
		add(name, map[string]any{
			"OverrideAction": map[string]any{"None": map[string]any{}},
			"Statement":      map[string]any{"ManagedRuleGroupStatement": map[string]any{"VendorName": "AWS", "Name": name}},
		})
	}
	return rules
}

// visibility counts what a rule does, and keeps examples of requests in the console.
func visibility(metric string) map[string]any {
	return map[string]any{"CloudWatchMetricsEnabled": true, "SampledRequestsEnabled": true, "MetricName": metric}
}
