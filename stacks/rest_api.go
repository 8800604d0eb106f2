package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// ApiProps are what ProxyApi and MappedApi need to know.
type ApiProps struct {
	Settings Settings

	// Compile builds a function's folder; see GoFunctionProps.
	Compile func(source string) (string, error)
}

// newRestApi adds a REST API with what both doors have in common: a regional
// endpoint, one stage with throttling and logs, and CORS headers on the errors
// that the gateway answers itself.
func newRestApi(scope constructs.Construct, name, description string, settings Settings) awsapigateway.RestApi {
	stage := &awsapigateway.StageOptions{
		StageName:      jsii.String(settings.Stage),
		TracingEnabled: jsii.Bool(true),
		// Above these the gateway answers 429. They keep a mistake from
		// becoming a bill: raise them with your traffic.
		ThrottlingRateLimit:  jsii.Number(50),
		ThrottlingBurstLimit: jsii.Number(100),
	}
	if settings.Logging {
		accessLogs := newLogGroup(scope, "AccessLogs", nil)
		stage.AccessLogDestination = awsapigateway.NewLogGroupLogDestination(accessLogs)
		stage.AccessLogFormat = awsapigateway.AccessLogFormat_Custom(jsii.String(template("access_log.json")))
		// ERROR is the level at which the reason of a 502 is written. INFO
		// tells the whole way of a request, and costs more.
		stage.LoggingLevel = awsapigateway.MethodLoggingLevel_ERROR
	}

	api := awsapigateway.NewRestApi(scope, jsii.String("RestApi"), &awsapigateway.RestApiProps{
		RestApiName:   jsii.String(name),
		Description:   jsii.String(description),
		EndpointTypes: &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL},
		DeployOptions: stage,
		// The role for logging belongs to the account, not to an API: see
		// LoggingAccount.
		CloudWatchRole: jsii.Bool(false),
	})

	if settings.Logging {
		// API Gateway would make this log group itself, and keep it for ever.
		executionLogs := newLogGroup(scope, "ExecutionLogs",
			jsii.String("API-Gateway-Execution-Logs_"+*api.RestApiId()+"/"+settings.Stage))
		api.DeploymentStage().Node().AddDependency(executionLogs)
	}

	addGatewayResponse(api, "Default4xx", awsapigateway.ResponseType_DEFAULT_4XX(), settings, nil)
	addGatewayResponse(api, "Default5xx", awsapigateway.ResponseType_DEFAULT_5XX(), settings, nil)
	return api
}

// addGatewayResponse says how the gateway answers an error of its own. A nil
// body is the gateway's usual {"message": …}.
func addGatewayResponse(api awsapigateway.RestApi, id string, kind awsapigateway.ResponseType, settings Settings, body *map[string]*string) {
	api.AddGatewayResponse(jsii.String(id), &awsapigateway.GatewayResponseOptions{
		Type:            kind,
		ResponseHeaders: gatewayResponseHeaders(settings),
		Templates:       body,
	})
}

// newLogGroup adds a log group that goes when the stack goes. A nil name lets
// CloudFormation choose one.
func newLogGroup(scope constructs.Construct, id string, name *string) awslogs.LogGroup {
	return awslogs.NewLogGroup(scope, jsii.String(id), &awslogs.LogGroupProps{
		LogGroupName:  name,
		Retention:     awslogs.RetentionDays_ONE_MONTH,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
}
