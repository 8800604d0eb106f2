package rollout

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
)

type resource struct {
	Type         string
	Properties   map[string]any
	UpdatePolicy map[string]any
}

// template returns the resources of a function with an alias that moves by shift, and
// with some alarms more.
func template(t *testing.T, shift Shift, alarms int) map[string]resource {
	t.Helper()
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Stack"), nil)
	function := awslambda.NewFunction(stack, jsii.String("Function"), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_NODEJS_22_X(), Handler: jsii.String("index.handler"),
		Code: awslambda.Code_FromInline(jsii.String("exports.handler = async () => 1")),
	})
	alias := awslambda.NewAlias(stack, jsii.String("Live"), &awslambda.AliasProps{
		AliasName: jsii.String("live"), Version: function.CurrentVersion(),
	})
	var others []awscloudwatch.IAlarm
	for i := range alarms {
		others = append(others, function.MetricThrottles(nil).CreateAlarm(stack, jsii.String(fmt.Sprint("Alarm", i)), &awscloudwatch.CreateAlarmOptions{
			Threshold: jsii.Number(1), EvaluationPeriods: jsii.Number(1),
		}))
	}
	Gradually(alias, shift, others...)

	text, err := json.Marshal(assertions.Template_FromStack(stack, nil).ToJSON())
	if err != nil {
		t.Fatal(err)
	}
	var made struct{ Resources map[string]resource }
	if err := json.Unmarshal(text, &made); err != nil {
		t.Fatal(err)
	}
	return made.Resources
}

// one returns the only resource of a type, and its logical id.
func one(t *testing.T, resources map[string]resource, kind string) (string, resource) {
	t.Helper()
	var ids []string
	for id, r := range resources {
		if r.Type == kind {
			ids = append(ids, id)
		}
	}
	if len(ids) != 1 {
		t.Fatalf("got the resources %v of type %s, want one", ids, kind)
	}
	return ids[0], resources[ids[0]]
}

func TestAllAtOnceAddsNothing(t *testing.T) {
	for id, r := range template(t, AllAtOnce, 0) {
		if strings.HasPrefix(r.Type, "AWS::CodeDeploy::") || r.UpdatePolicy != nil {
			t.Errorf("got %s of type %s with the update policy %v, want nothing of CodeDeploy", id, r.Type, r.UpdatePolicy)
		}
	}
}

func TestEveryShiftMovesTheAlias(t *testing.T) {
	for _, shift := range shifts {
		t.Run(string(shift), func(t *testing.T) {
			resources := template(t, shift, 1)
			application, _ := one(t, resources, "AWS::CodeDeploy::Application")
			group, found := one(t, resources, "AWS::CodeDeploy::DeploymentGroup")
			if got, want := found.Properties["DeploymentConfigName"], "CodeDeployDefault."+string(shift); got != want {
				t.Errorf("DeploymentConfigName: got %v, want %v", got, want)
			}
			_, alias := one(t, resources, "AWS::Lambda::Alias")
			want := map[string]any{"CodeDeployLambdaAliasUpdate": map[string]any{
				"ApplicationName":     map[string]any{"Ref": application},
				"DeploymentGroupName": map[string]any{"Ref": group},
			}}
			if !reflect.DeepEqual(alias.UpdatePolicy, want) {
				t.Errorf("the alias's update policy: got %v, want %v", alias.UpdatePolicy, want)
			}
			if got := len(found.Properties["AlarmConfiguration"].(map[string]any)["Alarms"].([]any)); got != 2 {
				t.Errorf("got %d alarms that end it, want 2: errors, and the other", got)
			}
			rollback := found.Properties["AutoRollbackConfiguration"].(map[string]any)
			if !strings.Contains(fmt.Sprint(rollback["Events"]), "DEPLOYMENT_STOP_ON_ALARM") || rollback["Enabled"] != true {
				t.Errorf("got the rollback %v, want one on alarms", rollback)
			}
		})
	}
}

func TestTheAlarmIsAboutTheAlias(t *testing.T) {
	_, alarm := one(t, template(t, Canary10Percent5Minutes, 0), "AWS::CloudWatch::Alarm")
	if got := fmt.Sprint(alarm.Properties["Dimensions"]); !strings.Contains(got, ":live") || alarm.Properties["MetricName"] != "Errors" {
		t.Errorf("got an alarm on %v of %s, want Errors of the alias", alarm.Properties["MetricName"], got)
	}
	if got := alarm.Properties["TreatMissingData"]; got != "notBreaching" {
		t.Errorf("without requests: got %v, want notBreaching, or a function that nobody calls cannot be deployed", got)
	}
}

func TestWhatCodeDeployRefusesIsRefusedBefore(t *testing.T) {
	for want, make := range map[string]func(){
		`"Canary5Percent" is unknown: use LambdaCanary`: func() { template(t, "Canary5Percent", 0) },
		"watches 10 alarms, and these are 11":           func() { template(t, Canary10Percent5Minutes, 10) },
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, want) {
					t.Errorf("got %q, want a panic with %q", got, want)
				}
			}()
			make()
		}()
	}
}
