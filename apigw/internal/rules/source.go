package rules

// The sources that several rules share: pages of AWS documentation, and the suites
// that docs/evidence.md names.
const (
	apiGatewayGuide = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
	lambdaGuide     = "https://docs.aws.amazon.com/lambda/latest/dg/"
	cloudFormation  = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"

	guideGatewayResponses = apiGatewayGuide + "supported-gateway-response-types.html"
	guideQuotas           = apiGatewayGuide + "api-gateway-execution-service-limits-table.html"
	guideValidation       = apiGatewayGuide + "api-gateway-method-request-validation.html"
	guideMappings         = apiGatewayGuide + "request-response-data-mappings.html"
	guideTemplates        = apiGatewayGuide + "api-gateway-mapping-template-reference.html"
	guideOverrides        = apiGatewayGuide + "apigateway-override-request-response-parameters.html"
	guideErrors           = apiGatewayGuide + "handle-errors-in-lambda-integration.html"
	guideBinary           = apiGatewayGuide + "api-gateway-payload-encodings-workflow.html"
	guideStageVariables   = apiGatewayGuide + "aws-api-gateway-stage-variables-reference.html"
	guideResourcePolicy   = apiGatewayGuide + "apigateway-authorization-flow.html"
	guideAuthorizer       = apiGatewayGuide + "apigateway-use-lambda-authorizer.html"
	guideAuthorizerOutput = apiGatewayGuide + "api-gateway-lambda-authorizer-output.html"
	guideUsagePlans       = apiGatewayGuide + "api-gateway-api-usage-plans.html"
	guideOpenAPI          = apiGatewayGuide + "api-gateway-known-issues.html"
	guideExtensions       = apiGatewayGuide + "api-gateway-swagger-extensions.html"

	published  = "Published observations: "
	localStack = "LocalStack: "

	mappingTemplateSuite = "api-gateway-mapping-template: "

	// Its authors say in comments that they tried these cases on AWS.
	checkedByHand = "https://github.com/localstack/localstack (comments in its unit tests of parameter mapping)"
)

// executionFailed begins the log lines about mistakes in the configuration.
const executionFailed = "Execution failed due to configuration error: "

// The responses that many failures share.
const (
	internalError = `500 with the body {"message": "Internal server error"}.`
	forbidden     = `403 with the body {"message":"Forbidden"} and x-amzn-ErrorType: ForbiddenException.`
	notLogged     = " The request is not in the execution log."
)
