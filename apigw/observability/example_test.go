package observability_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"

	"example.com/apigw/observability"
)

// A stage with an access log, and an execution log of the failures.
func ExampleAccessLogFormat() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Orders"), nil)
	api := awsapigateway.NewRestApi(stack, jsii.String("Api"), &awsapigateway.RestApiProps{
		DeployOptions: &awsapigateway.StageOptions{
			StageName:            jsii.String("prod"),
			AccessLogDestination: awsapigateway.NewLogGroupLogDestination(awslogs.NewLogGroup(stack, jsii.String("AccessLog"), nil)),
			AccessLogFormat:      observability.AccessLogFormat(),
			LoggingLevel:         awsapigateway.MethodLoggingLevel_ERROR,
		},
	})
	awslogs.NewLogGroup(stack, jsii.String("ExecutionLog"), &awslogs.LogGroupProps{
		LogGroupName: jsii.String("API-Gateway-Execution-Logs_" + *api.RestApiId() + "/prod"),
	})
}

// All that an account has for nothing, and emails.
func ExampleNewMonitoring() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Orders"), nil)
	awsapigateway.NewRestApi(stack, jsii.String("Api"), nil).Root().AddMethod(jsii.String("GET"), nil, nil)

	observability.NewMonitoring(stack, "Monitoring", &observability.MonitoringProps{
		Dashboard: true,
		Queries:   true,
		Alarms:    true,
		Email:     "team@example.com",
	})
}

// Alarms for a service that may fail more often and must be fast, to a topic that is
// there already, and a dashboard with the metrics of functions in another namespace.
func ExampleMonitoringProps() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Orders"), nil)
	awsapigateway.NewRestApi(stack, jsii.String("Api"), nil).Root().AddMethod(jsii.String("GET"), nil, nil)

	observability.NewMonitoring(stack, "Monitoring", &observability.MonitoringProps{
		Dashboard:        true,
		Namespace:        "Orders",
		Alarms:           true,
		Topic:            awssns.Topic_FromTopicArn(stack, jsii.String("Pager"), jsii.String("arn:aws:sns:eu-west-1:123456789012:pager")),
		ErrorShare:       jsii.Number(0.05),
		SlowMilliseconds: jsii.Number(500),
	})
}
