// Package stacks is the infrastructure: one stack, a file for each REST API in it,
// and files for what every API has.
package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/apigw/observability"
)

// StackName is the name of the stack in CloudFormation, for the stage prod. Deploying
// under another name makes a second stack, and does not rename the first.
const StackName = "HelloStack"

// HelloStackProps describe the stack.
type HelloStackProps struct {
	awscdk.StackProps
	Settings Settings
}

// NewHelloStack adds the stack to scope.
func NewHelloStack(scope constructs.Construct, id string, props *HelloStackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), &props.StackProps)
	stack.Node().SetContext(jsii.String("stage"), props.Settings.Stage) // for sizesOf

	NewProxyApi(stack, "ProxyApi", props.Settings)
	NewMappedApi(stack, "MappedApi", props.Settings)

	// A dashboard, alarms and saved queries of all that is above. An account has as
	// much as this for nothing; MonitoringProps says what more would cost.
	observability.NewMonitoring(stack, "Monitoring", &observability.MonitoringProps{
		Dashboard: true,
		Queries:   true,
		Alarms:    SizesOf(props.Settings.Stage).Alarms || props.Settings.AlarmEmail != "",
		Email:     props.Settings.AlarmEmail,
	})
	return stack
}
