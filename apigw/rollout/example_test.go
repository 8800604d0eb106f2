package rollout_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"example.com/apigw/rollout"
)

// The examples compile and are not run: a stack of each would take seconds.

var (
	live   awslambda.Alias
	errors awscloudwatch.Alarm // of the API, for example
)

func ExampleGradually() {
	rollout.Gradually(live, rollout.Canary10Percent5Minutes, errors)
}

func ExampleShift() {
	for _, shift := range []rollout.Shift{
		rollout.AllAtOnce,
		rollout.Canary10Percent10Minutes, rollout.Canary10Percent15Minutes, rollout.Canary10Percent30Minutes,
		rollout.Linear10PercentEvery1Minute, rollout.Linear10PercentEvery2Minutes,
		rollout.Linear10PercentEvery3Minutes, rollout.Linear10PercentEvery10Minutes,
	} {
		rollout.Gradually(live, shift)
	}
}
