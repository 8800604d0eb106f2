// Package stacks is the infrastructure: one stack with two REST APIs that
// answer alike, one with Lambda proxy integration and one without.
package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// HelloStackProps describe the stack.
type HelloStackProps struct {
	awscdk.StackProps
	ApiProps
}

// NewHelloStack adds the stack with both doors to scope.
func NewHelloStack(scope constructs.Construct, id string, props *HelloStackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), &props.StackProps)

	proxy := NewProxyApi(stack, "ProxyApi", &props.ApiProps)
	mapped := NewMappedApi(stack, "MappedApi", &props.ApiProps)

	if props.Settings.Logging {
		// A stage may log only after the account has a role for it.
		account := NewLoggingAccount(stack, "LoggingAccount")
		proxy.RestApi.DeploymentStage().Node().AddDependency(account)
		mapped.RestApi.DeploymentStage().Node().AddDependency(account)
	}

	awscdk.NewCfnOutput(stack, jsii.String("ProxyUrl"), &awscdk.CfnOutputProps{
		Description: jsii.String("GET this: the door with proxy integration"),
		Value:       proxy.RestApi.UrlForPath(jsii.String("/hello")),
	})
	awscdk.NewCfnOutput(stack, jsii.String("MappedUrl"), &awscdk.CfnOutputProps{
		Description: jsii.String("GET this: the door without proxy integration"),
		Value:       mapped.RestApi.UrlForPath(jsii.String("/hello")),
	})
	return stack
}
