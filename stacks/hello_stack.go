// Package stacks is the infrastructure: one stack with two REST APIs that
// respond alike, one with Lambda proxy integration and one without.
package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// StackName is the name of the stack in CloudFormation. Deploying under another
// name makes a second stack, and does not rename the first.
const StackName = "HelloStack"

// HelloStackProps describe the stack.
type HelloStackProps struct {
	awscdk.StackProps
	Settings Settings
}

// NewHelloStack adds the stack to scope.
func NewHelloStack(scope constructs.Construct, id string, props *HelloStackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), &props.StackProps)

	apis := []awsapigateway.RestApi{
		NewProxyApi(stack, "ProxyApi", props.Settings),
		NewMappedApi(stack, "MappedApi", props.Settings),
	}

	if props.Settings.Logging {
		// A stage may log only after the account has a role for it.
		account := NewLoggingAccount(stack, "LoggingAccount")
		for _, api := range apis {
			api.DeploymentStage().Node().AddDependency(account)
		}
	}
	return stack
}
