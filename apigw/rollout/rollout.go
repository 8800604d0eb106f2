// Package rollout shifts requests to a new version of a function bit by bit, and back if
// it fails.
package rollout

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

// Shift is how requests go over to a new version. Its name is what CodeDeploy calls it.
//
// Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
type Shift string

// A canary sends a tenth of the requests first, and after the minutes the rest. Linear
// sends another tenth each time.
const (
	AllAtOnce                     Shift = "" // without CodeDeploy
	Canary10Percent5Minutes       Shift = "LambdaCanary10Percent5Minutes"
	Canary10Percent10Minutes      Shift = "LambdaCanary10Percent10Minutes"
	Canary10Percent15Minutes      Shift = "LambdaCanary10Percent15Minutes"
	Canary10Percent30Minutes      Shift = "LambdaCanary10Percent30Minutes"
	Linear10PercentEvery1Minute   Shift = "LambdaLinear10PercentEvery1Minute"
	Linear10PercentEvery2Minutes  Shift = "LambdaLinear10PercentEvery2Minutes"
	Linear10PercentEvery3Minutes  Shift = "LambdaLinear10PercentEvery3Minutes"
	Linear10PercentEvery10Minutes Shift = "LambdaLinear10PercentEvery10Minutes"
)

var shifts = []Shift{
	Canary10Percent5Minutes, Canary10Percent10Minutes, Canary10Percent15Minutes, Canary10Percent30Minutes,
	Linear10PercentEvery1Minute, Linear10PercentEvery2Minutes, Linear10PercentEvery3Minutes, Linear10PercentEvery10Minutes,
}

// maxAlarms is how many alarms a deployment group may watch.
const maxAlarms = 10

// Gradually lets CodeDeploy move the alias to each new version as shift says, and back to
// the old one when an alarm goes off meanwhile. It adds an alarm of its own, on errors of
// the function behind the alias, and watches the others too. With AllAtOnce it adds
// nothing. CodeDeploy costs nothing for functions, and the alarm 0.10 dollars a month
// after the first ten of an account. A deployment takes as long as the shift.
//
// It panics with one sentence where AWS would refuse.
func Gradually(alias awslambda.Alias, shift Shift, alarms ...awscloudwatch.IAlarm) {
	if shift == AllAtOnce {
		return
	}
	if !slices.Contains(shifts, shift) {
		panic(fmt.Errorf("rollout.Shift %q is unknown: use %s", string(shift), names()))
	}
	errors := alias.MetricErrors(&awscloudwatch.MetricOptions{
		Period: awscdk.Duration_Minutes(jsii.Number(1)),
	}).CreateAlarm(alias, jsii.String("RolloutErrors"), &awscloudwatch.CreateAlarmOptions{
		AlarmDescription:   jsii.String("The function fails: a new version is taken back"),
		Threshold:          jsii.Number(1),
		EvaluationPeriods:  jsii.Number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		TreatMissingData:   awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
	watched := append([]awscloudwatch.IAlarm{errors}, alarms...)
	if len(watched) > maxAlarms {
		panic(fmt.Errorf("rollout.Gradually: CodeDeploy watches %d alarms, and these are %d with the one for errors: leave out %d", maxAlarms, len(watched), len(watched)-maxAlarms))
	}

	role := awsiam.NewRole(alias, jsii.String("RolloutRole"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("codedeploy.amazonaws.com"), nil),
		ManagedPolicies: &[]awsiam.IManagedPolicy{
			awsiam.ManagedPolicy_FromAwsManagedPolicyName(jsii.String("service-role/AWSCodeDeployRoleForLambdaLimited")),
		},
	})
	// cdk-nag reports managed policies of AWS. It looks for exceptions here.
	role.Node().DefaultChild().(awscdk.CfnResource).AddMetadata(jsii.String("cdk_nag"), map[string]any{"rules_to_suppress": []any{map[string]any{
		"id":     "AwsSolutions-IAM4",
		"reason": "CodeDeploy asks for this policy, the narrowest that AWS has for functions: it can move aliases and read alarms.",
	}}})
	// Written as CloudFormation has them: the package of CodeDeploy brings those of ECS
	// and EC2 Auto Scaling, which take long to compile.
	application := awscdk.NewCfnResource(alias, jsii.String("RolloutApplication"), &awscdk.CfnResourceProps{
		Type:       jsii.String("AWS::CodeDeploy::Application"),
		Properties: &map[string]any{"ComputePlatform": "Lambda"},
	})
	group := awscdk.NewCfnResource(alias, jsii.String("RolloutGroup"), &awscdk.CfnResourceProps{
		Type: jsii.String("AWS::CodeDeploy::DeploymentGroup"),
		Properties: &map[string]any{
			"ApplicationName":           application.Ref(),
			"ServiceRoleArn":            role.RoleArn(),
			"DeploymentConfigName":      "CodeDeployDefault." + string(shift),
			"DeploymentStyle":           map[string]any{"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
			"AlarmConfiguration":        map[string]any{"Enabled": true, "Alarms": alarmNames(watched)},
			"AutoRollbackConfiguration": map[string]any{"Enabled": true, "Events": []string{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}},
		},
	})
	alias.Node().DefaultChild().(awscdk.CfnResource).CfnOptions().SetUpdatePolicy(&awscdk.CfnUpdatePolicy{
		CodeDeployLambdaAliasUpdate: &awscdk.CfnCodeDeployLambdaAliasUpdate{
			ApplicationName:     application.Ref(),
			DeploymentGroupName: group.Ref(),
		},
	})
}

func alarmNames(alarms []awscloudwatch.IAlarm) []any {
	var list []any
	for _, alarm := range alarms {
		list = append(list, map[string]any{"Name": alarm.AlarmName()})
	}
	return list
}

func names() string {
	var list []string
	for _, shift := range shifts {
		list = append(list, string(shift))
	}
	return strings.Join(list, ", ")
}
