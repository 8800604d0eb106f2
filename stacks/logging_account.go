package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// NewLoggingAccount adds the role that API Gateway needs to write logs.
//
// It is one setting for each account and region, for all APIs: the stack that is
// deployed last sets it for all others, such as those of the other stages. That does
// no harm, since every role allows the same. Deleting a role would silence the APIs
// of others, so all of it stays when the stack is deleted.
func NewLoggingAccount(scope constructs.Construct, id string) constructs.Construct {
	this := constructs.NewConstruct(scope, jsii.String(id))
	role := awsiam.NewRole(this, jsii.String("Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("apigateway.amazonaws.com"), nil),
		ManagedPolicies: &[]awsiam.IManagedPolicy{
			awsiam.ManagedPolicy_FromAwsManagedPolicyName(jsii.String("service-role/AmazonAPIGatewayPushToCloudWatchLogs")),
		},
	})
	role.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN)
	account := awsapigateway.NewCfnAccount(this, jsii.String("Account"), &awsapigateway.CfnAccountProps{
		CloudWatchRoleArn: role.RoleArn(),
	})
	account.ApplyRemovalPolicy(awscdk.RemovalPolicy_RETAIN, nil)
	return this
}

// loggingAccount returns the setting of the stack that scope is in. The first API
// that logs adds it.
func loggingAccount(scope constructs.Construct) constructs.IConstruct {
	const id = "LoggingAccount"
	stack := awscdk.Stack_Of(scope)
	if account := stack.Node().TryFindChild(jsii.String(id)); account != nil {
		return account
	}
	return NewLoggingAccount(stack, id)
}
