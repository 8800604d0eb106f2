package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"example.com/apigw/observability"
	"example.com/apigw/security"
)

// newRestApi adds a REST API with what every API of the stack has: one stage with
// throttling and logs, what protects it, and CORS headers on the gateway's own
// errors.
func newRestApi(scope constructs.Construct, name, description string, settings Settings) awsapigateway.RestApi {
	stage := &awsapigateway.StageOptions{
		StageName:      jsii.String(settings.Stage),
		TracingEnabled: jsii.Bool(true),
		// Above these rates the response is 429. They keep a mistake from
		// becoming a bill: raise them in stages.go with your traffic.
		ThrottlingRateLimit:  jsii.Number(sizesOf(scope).RequestsPerSecond),
		ThrottlingBurstLimit: jsii.Number(sizesOf(scope).Burst),
	}
	if settings.Logging {
		accessLogs := newLogGroup(scope, "AccessLogs", nil)
		stage.AccessLogDestination = awsapigateway.NewLogGroupLogDestination(accessLogs)
		stage.AccessLogFormat = observability.AccessLogFormat()
		// At the level ERROR the log has the reason of a 502. At INFO it has
		// the whole way of each request, and costs more.
		stage.LoggingLevel = awsapigateway.MethodLoggingLevel_ERROR
	}

	api := security.NewRestApi(scope, "RestApi", &awsapigateway.RestApiProps{
		RestApiName:   jsii.String(name),
		Description:   jsii.String(description),
		DeployOptions: stage,
		// The role for logging belongs to the account and not to an API: see
		// NewLoggingAccount.
		CloudWatchRole: jsii.Bool(false),
	}, &settings.Security)

	if settings.Logging {
		// Without this, API Gateway makes the log group and keeps it for ever.
		executionLogs := newLogGroup(scope, "ExecutionLogs",
			jsii.String("API-Gateway-Execution-Logs_"+*api.RestApiId()+"/"+settings.Stage))
		// A stage may log only after the account has a role for it.
		api.DeploymentStage().Node().AddDependency(executionLogs, loggingAccount(scope))
	}

	addGatewayResponse(api, "Default4xx", settings, &awsapigateway.GatewayResponseOptions{Type: awsapigateway.ResponseType_DEFAULT_4XX()})
	addGatewayResponse(api, "Default5xx", settings, &awsapigateway.GatewayResponseOptions{Type: awsapigateway.ResponseType_DEFAULT_5XX()})
	return api
}

// addGatewayResponse adds the CORS headers to one of the gateway's own errors. Its
// body is {"message": …} unless the options have a template.
func addGatewayResponse(api awsapigateway.RestApi, id string, settings Settings, options *awsapigateway.GatewayResponseOptions) {
	options.ResponseHeaders = gatewayResponseHeaders(settings)
	api.AddGatewayResponse(jsii.String(id), options)
}

// addURLOutput adds an output to the stack: the URL of path, which the CDK CLI
// prints after a deployment.
func addURLOutput(api awsapigateway.RestApi, name, path string) {
	awscdk.NewCfnOutput(api.Stack(), jsii.String(name), &awscdk.CfnOutputProps{
		Description: jsii.String("GET this: " + *api.RestApiName()),
		Value:       api.UrlForPath(jsii.String(path)),
	})
}

// newLogGroup adds a log group that is deleted with the stack. If the name is
// nil, CloudFormation chooses one.
func newLogGroup(scope constructs.Construct, id string, name *string) awslogs.LogGroup {
	return awslogs.NewLogGroup(scope, jsii.String(id), &awslogs.LogGroupProps{
		LogGroupName:  name,
		Retention:     sizesOf(scope).LogRetention,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
}
