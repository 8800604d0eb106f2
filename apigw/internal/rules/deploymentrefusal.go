package rules

// The two forms in which the control plane refuses parameter mappings.
const (
	mappingRefused = "Invalid mapping expression specified: Validation Result: warnings : [], errors : ["
	modelRefused   = "Invalid model specified: Validation Result: warnings : [], errors : ["
)

// Pages of the API references, and reports with the text of a failed deployment.
const (
	apiReference    = "https://docs.aws.amazon.com/apigateway/latest/api/"
	lambdaReference = "https://docs.aws.amazon.com/lambda/latest/api/"
	cdkIssue        = "https://github.com/aws/aws-cdk/issues/"
)

// refusalRules are about what AWS refuses when the app is deployed, so that no
// request ever gets that far. Log is the reason that the deployment shows; it is
// empty where nobody has published it.
func refusalRules() []Rule {
	var list []Rule
	for _, r := range []struct {
		id, title, words, fix string
		evidence              Evidence
		source                string
	}{
		// PutIntegration, PutIntegrationResponse and PutMethodResponse: mappings.
		{
			"mapping-expression-invalid", "The mapping of {target} has the source {source}, which is not a mapping expression.",
			mappingRefused + "Invalid mapping expression specified: {source}]",
			"Write a text in single quotes, such as '*' with its quotes, or an expression that fits the place: method.request.…, integration.response.…, context.… or stageVariables.….",
			Recorded, localStack + "test_put_integration_request_parameter_bool_type",
		},
		{
			"mapping-target-invalid", "The mapping has the target {target}, which is not a parameter that can be set there.",
			mappingRefused + "Invalid mapping expression specified: {target}]",
			"Write integration.request.header.NAME, integration.request.querystring.NAME or integration.request.path.NAME in a request, and method.response.header.NAME in a response.",
			Documented, apiReference + "API_PutIntegration.html",
		},
		{
			"mapping-parameter-undeclared", "The mapping of {target} reads {source}, which the method does not declare.",
			mappingRefused + "Invalid mapping expression parameter specified: {source}]",
			"Declare it at the method: requestParameters with {source} set to true or false.",
			Documented, "https://github.com/awslabs/aws-solutions-constructs/issues/1130",
		},
		{
			"mapping-header-undeclared", "The integration response {status} sets {target}, which the method response of that status does not declare.",
			mappingRefused + "Invalid mapping expression parameter specified: {target}]",
			"Declare it at the method response: responseParameters with {target} set to true.",
			Documented, "https://github.com/deliveryhero/serverless-aws-documentation/issues/91",
		},
		{
			"mapping-response-missing", "The integration response {status} sets headers, and the method has no response of that status.",
			mappingRefused + "No method response exists for method.]",
			"Add a method response with the status {status} that declares the headers.",
			Documented, "https://github.com/amazon-archives/aws-apigateway-importer/issues/121",
		},
		{
			"cache-key-invalid", "The cache key parameter {parameter} is not a parameter of the request or of the integration.",
			mappingRefused + "Invalid mapping expression specified: {parameter}]",
			"Write method.request.path.NAME, method.request.querystring.NAME or method.request.header.NAME, or the target of one of the mappings.",
			Documented, "https://github.com/DianaIonita/serverless-api-gateway-caching/issues/135",
		},
		{
			"request-parameter-invalid", "The method declares {parameter}, which is not a parameter of a request.",
			"", "Write method.request.header.NAME, method.request.path.NAME or method.request.querystring.NAME.",
			Documented, apiReference + "API_PutMethod.html",
		},
		{
			"request-parameter-twice", "The method declares {name} in two places of the request.",
			"Parameter names must be unique across querystring, header and path",
			"Give one of the parameters another name.",
			Recorded, localStack + "test_method_request_parameters",
		},
		{
			"response-parameter-invalid", "The method response {status} declares {parameter}, which is not a header of a response.",
			"", "Write method.response.header.NAME.",
			Documented, apiReference + "API_PutMethodResponse.html",
		},
		{
			"response-twice", "The method has two responses with the status {status}.",
			"Response already exists for this resource", "Put them together.",
			Assumed, apiReference + "API_PutMethodResponse.html",
		},
		{
			"response-status-invalid", "{status} is not a status of a response.",
			`1 validation error detected: Value '{status}' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`,
			"Write a status of three digits from 100 to 599.",
			Recorded, localStack + "test_integration_response_invalid_statuscode",
		},
		{
			"content-type-invalid", "{type} is not a media type that a template can be for.",
			"Validation Result: warnings : [], errors : [Invalid content type specified: {type}]",
			"Write a media type such as application/json.",
			Recorded, localStack + "test_integration_response_invalid_responsetemplates",
		},
		{
			"template-too-large", "The template has {size} bytes, and a template may have 307200.",
			"", "Make it smaller, or do the work in the function.",
			Documented, guideQuotas,
		},

		// PutMethod.
		{
			"http-method-invalid", "{method} is not a method that an API can have.",
			"Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
			"Write one of these, in capitals.",
			Recorded, localStack + "test_put_method_validation",
		},
		{
			"method-twice", "Another resource of the template defines {method} {path} too: {other}.",
			"Method already exists for this resource", "Keep one of them.",
			Documented, "https://github.com/serverless/serverless/issues/7231",
		},
		{
			"method-authorizer-missing", "The method has authorization of the type {type}, and no authorizer of its API.",
			"Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
			"Set AuthorizerId to a Ref of the authorizer, or the authorization type to NONE.",
			Recorded, localStack + "test_put_method_validation",
		},
		{
			"authorization-type-invalid", "{type} is not a type of authorization.",
			"", "Write NONE, AWS_IAM, CUSTOM or COGNITO_USER_POOLS.",
			Documented, apiReference + "API_PutMethod.html",
		},
		{
			"method-validator-unknown", "The API has no request validator {validator}.",
			"Invalid Request Validator identifier specified", "Set RequestValidatorId to a Ref of the validator.",
			Recorded, localStack + "test_put_method_validation",
		},
		{
			"method-model-unknown", "The API has no model {model}.",
			"Invalid model identifier specified: {model}", "Correct the name, or add the model to the API.",
			Recorded, localStack + "test_put_method_validation",
		},
		{
			"method-integration-missing", "The method has no integration, and the API is deployed.",
			"No integration defined for method", "Give the method an integration.",
			Documented, "https://github.com/serverless/serverless/issues/11748",
		},

		// PutIntegration.
		{
			"integration-type-invalid", "{type} is not a type of integration.",
			"", "Write AWS, AWS_PROXY, HTTP, HTTP_PROXY or MOCK.",
			Documented, apiReference + "API_PutIntegration.html",
		},
		{
			"integration-uri-missing", "The integration of the type {type} has no URI.",
			"", "Say what it calls.",
			Documented, apiReference + "API_PutIntegration.html",
		},
		{
			"integration-method-missing", "The integration of the type {type} does not say with which HTTP method it calls its backend.",
			"Enumeration value for HttpMethod must be non-empty", "Set IntegrationHttpMethod; for a function it is POST.",
			Recorded, localStack + "test_put_integration_validation",
		},
		{
			"integration-url-invalid", "The integration calls {uri}, which is not an http or https URL.",
			"Invalid HTTP endpoint specified for URI", "Write the URL with its scheme and its host.",
			Recorded, localStack + "test_put_integration_validation",
		},
		{
			"integration-arn-invalid", "The integration calls {uri}, which is not the ARN of an integration.",
			"Invalid ARN specified in the request",
			"Write arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations for a function, and likewise for another service.",
			Recorded, localStack + "test_put_integration_aws_proxy_uri",
		},
		{
			"integration-arn-incomplete", "The integration calls {uri}, which says neither path/ nor action/ after the service.",
			"AWS ARN for integration must contain path or action",
			"Write arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations: the ARN of the function alone is not enough.",
			Recorded, localStack + "test_put_integration_aws_proxy_uri",
		},
		{
			"integration-proxy-service", "The integration has the type AWS_PROXY, and calls the service {service}.",
			"Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
			"Use the type AWS, with templates.",
			Recorded, localStack + "test_put_integration_validation",
		},
		{
			"stream-uri-buffered", "The integration streams responses, and calls the function by the URI of buffered ones.",
			"", "Write lambda:path/2021-11-15/functions/FUNCTION_ARN/response-streaming-invocations, and let the function return a stream.",
			Documented, "https://github.com/hashicorp/terraform-provider-aws/issues/45649; " + apiGatewayGuide + "response-transfer-mode-lambda.html",
		},
		{
			"stream-mode-missing", "The integration calls the function by the URI of streams, and does not stream responses.",
			"Invalid ResponseTransferMode. Cannot use ResponseTransferMode BUFFERED for Lambda functions invoked by InvokeWithResponseStream for AWS_PROXY integrations.",
			"Set ResponseTransferMode to STREAM, or use the URI …/2015-03-31/functions/…/invocations.",
			Documented, published + "failed deployments; " + apiGatewayGuide + "response-transfer-mode-lambda.html",
		},
		{
			"integration-timeout-invalid", "The integration has a timeout of {timeout} ms.",
			"Timeout should be between 50 ms and 29000 ms", "Choose one from 50 to 29000 ms; more is only to be had by regional and private APIs, with a higher quota.",
			Documented, cdkIssue + "31063",
		},
		{
			"integration-value-invalid", "{property} of the integration is {value}, and can be {values}.",
			"", "Write one of these values.",
			Documented, apiReference + "API_PutIntegration.html",
		},
		{
			"vpc-link-id-missing", "The integration goes through a VPC link, and does not say which.",
			"", "Set ConnectionId to a Ref of the VPC link.",
			Documented, apiReference + "API_PutIntegration.html",
		},

		// CreateModel.
		{
			"model-name-invalid", "The model has the name {model}, and a name may have letters and digits only.",
			"Model name must be alphanumeric: {model}", "Take the other characters out.",
			Documented, "https://github.com/edx/api-manager/pull/259",
		},
		{
			"model-twice", "The API has two models with the name {model}.",
			"Model name already exists for this REST API", "Give one of them another name.",
			Recorded, localStack + "test_model_validation",
		},
		{
			"model-keyword-unsupported", "The model {model} uses {keyword}, which is not a keyword of JSON Schema draft 4.",
			modelRefused + `Invalid model schema specified. Unsupported keyword(s): ["{keyword}"]]`,
			"Take it out, or write what it says with the keywords of draft 4: id for $id, enum for const, no if, then and else, and no examples.",
			Documented, cdkIssue + "14585",
		},
		{
			"model-schema-invalid", "The schema of the model is not valid: {problem}",
			modelRefused + "Invalid model schema specified]",
			"Correct the schema, which is JSON Schema of draft 4.",
			Documented, cdkIssue + "18715",
		},

		// PutGatewayResponse.
		{
			"gateway-response-type-invalid", "{type} is not a type of gateway response.",
			"1 validation error detected: Value '{type}' at 'responseType' failed to satisfy constraint: Member must satisfy enum value set: […]",
			"Write one of the types, such as DEFAULT_4XX or UNAUTHORIZED.",
			Recorded, localStack + "test_gateway_response_validation",
		},
		{
			"gateway-response-parameter-refused", "The gateway response {type} sets {parameter}, which is not a header.",
			"", "Write gatewayresponse.header.NAME.",
			Documented, apiReference + "API_PutGatewayResponse.html",
		},
		{
			"gateway-response-status-refused", "The gateway response {type} has the status {status}.",
			"", "Write a status of three digits from 100 to 599.",
			Assumed, apiReference + "API_PutGatewayResponse.html",
		},

		// CreateResource.
		{
			"resource-variables", "{part} has the sibling {other}, and of the variable parts below one path only one is allowed.",
			"A sibling ({other}) of this resource already has a variable path part -- only one is allowed",
			"Give both the same name, which makes them one resource.",
			Recorded, localStack + "test_create_proxy_resource_validation",
		},
		{
			"resource-below-greedy", "{part} is below {other}, which takes the whole rest of the path.",
			"Cannot create a child of a resource with a greedy path variable: {other}",
			"Put it beside the greedy resource.",
			Recorded, localStack + "test_create_proxy_resource_validation",
		},
		{
			"resource-part-invalid", "{part} is not a part of a path.",
			"Resource's path part only allow a-zA-Z0-9._- and curly braces at the beginning and the end.",
			"Use letters, digits and . _ - : $ only, without slashes, and braces around the whole part.",
			Documented, "https://github.com/awslabs/aws-api-gateway-developer-portal/issues/424",
		},
		{
			"resource-twice", "{part} is there twice below the same path; the other is {other}.",
			"Another resource with the same parent already has this name: {part}", "Keep one of them.",
			Recorded, localStack + "test_update_resource_behaviour",
		},

		// CreateAuthorizer.
		{
			"authorizer-type-invalid", "{type} is not a type of authorizer.",
			"", "Write TOKEN, REQUEST or COGNITO_USER_POOLS.",
			Documented, apiReference + "API_CreateAuthorizer.html",
		},
		{
			"authorizer-identity-missing", "The authorizer of the type {type} has no identity source, which it needs {reason}.",
			"Invalid request input",
			"Set IdentitySource to the parameter with the caller's token, such as method.request.header.Authorization; a REQUEST authorizer can have a TTL of 0 instead.",
			Documented, cdkIssue + "2561",
		},
		{
			"authorizer-identity-invalid", "The authorizer of the type {type} has the identity source {source}, which it cannot read.",
			"", "Write method.request.header.NAME; for the type REQUEST also method.request.querystring.NAME, stageVariables.NAME or context.NAME, separated by commas.",
			Documented, apiReference + "API_CreateAuthorizer.html",
		},
		{
			"authorizer-ttl-invalid", "The authorizer keeps its results for {seconds} s.",
			"", "Choose a TTL from 0 to 3600 seconds.",
			Documented, apiReference + "API_CreateAuthorizer.html",
		},
		{
			"authorizer-target-missing", "The authorizer of the type {type} lacks {property}.",
			"", "Set AuthorizerUri to the function of a TOKEN or REQUEST authorizer, and ProviderARNs to the user pools of a COGNITO_USER_POOLS authorizer.",
			Documented, apiReference + "API_CreateAuthorizer.html",
		},
		{
			"authorizer-twice", "The API has two authorizers with the name {name}.",
			"", "Give one of them another name.",
			Assumed, apiReference + "API_CreateAuthorizer.html",
		},

		// CreateRestApi.
		{
			"api-name-missing", "The API has neither a name nor a document that names it.",
			"", "Give it a name.",
			Documented, apiReference + "API_CreateRestApi.html",
		},
		{
			"api-endpoints-several", "The API has several endpoint types: {types}.",
			"Cannot create an api with multiple Endpoint Types.", "Choose one.",
			Recorded, localStack + "test_create_rest_api_with_endpoint_configuration",
		},
		{
			"api-endpoint-invalid", "{type} is not an endpoint type.",
			"1 validation error detected: Value '[{type}]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]",
			"Write EDGE, REGIONAL or PRIVATE.",
			Recorded, localStack + "test_create_rest_api_with_endpoint_configuration",
		},
		{
			"api-compression-invalid", "The API compresses responses of {size} bytes and more.",
			"Invalid minimum compression size, must be between 0 and 10485760", "Choose a size from 0 to 10485760 bytes.",
			Recorded, localStack + "test_create_rest_api_with_optional_params",
		},

		// CreateDeployment, CreateStage and UpdateStage.
		{
			"deployment-without-methods", "The API is deployed, and has no methods.",
			"The REST API doesn't contain any methods", "Add a method to the API.",
			Documented, "https://github.com/cloudtools/troposphere/issues/496",
		},
		{
			"deployment-before-methods", "The deployment depends on none of the methods of its API, so that CloudFormation makes it before they are there.",
			"The REST API doesn't contain any methods", "Add DependsOn with the methods to the deployment.",
			Documented, "https://github.com/cloudtools/troposphere/issues/496",
		},
		{
			"stage-name-invalid", "{stage} is not the name of a stage.",
			"Stage name only allows a-zA-Z0-9_", "Use letters, digits, hyphens and underscores only, 128 at most.",
			Documented, "https://github.com/klothoplatform/klotho/issues/235",
		},
		{
			"stage-twice", "The API has two stages with the name {stage}; the other is {other}.",
			"Stage already exists", "Give one of them another name.",
			Documented, "https://github.com/hashicorp/terraform-provider-aws/issues/1153",
		},
		{
			"stage-variable-name-invalid", "{name} is not the name of a stage variable.",
			"Invalid stage variable name: {name}.  Please use names with only word characters.",
			"Use letters, digits and underscores only.",
			Documented, "https://github.com/serverless/serverless/issues/6133",
		},
		{
			"stage-variable-value-invalid", "The stage variable {name} has the value {value}, which has characters that are not allowed, or none.",
			`Invalid stage variable value: {value}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
			"Use these characters only; encode other values, or keep them elsewhere.",
			Documented, "https://github.com/sirceljm/aws-lambda-blog/issues/10",
		},
		{
			"stage-deployment-missing", "The stage has no deployment.",
			"DeploymentId cannot be empty", "Set DeploymentId to a Ref of the deployment.",
			Documented, "https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2419",
		},
		{
			"access-log-lines", "The format of the access log has several lines.",
			"Access Log format must be single line, new line character is allowed only at end of the format",
			"Write it on one line.",
			Documented, "https://github.com/ministryofjustice/cloud-platform-environments/pull/12962",
		},
		{
			"access-log-request-id", "The format of the access log has neither $context.requestId nor $context.extendedRequestId.",
			"", "Add one of them.",
			Documented, apiGatewayGuide + "set-up-logging.html",
		},
		{
			"method-setting-invalid", "The method setting has {property} set to {value}.",
			"", "ResourcePath begins with a slash, with ~1 for the slashes after it; HttpMethod is a method or *; LoggingLevel is OFF, ERROR or INFO.",
			Documented, cloudFormation + "aws-properties-apigateway-stage-methodsetting.html",
		},

		// CreateApiKey and CreateUsagePlan.
		{
			"api-key-too-short", "The API key has a value of {size} characters.",
			"API Key value should be at least 20 characters", "Use a value of 20 to 128 characters, or none: API Gateway makes one.",
			Recorded, localStack + "test_create_api_key_with_invalid_value",
		},
		{
			"api-key-too-long", "The API key has a value of {size} characters.",
			"API Key value exceeds maximum size of 128 characters", "Use a value of 20 to 128 characters, or none: API Gateway makes one.",
			Recorded, localStack + "test_create_api_key_with_invalid_value",
		},
		{
			"plan-stage-unknown", "The usage plan is for the stage {stage}, which its API does not have.",
			"Invalid API Stage specified", "Set Stage to a Ref of the stage.",
			Recorded, localStack + "test_usage_plan_crud",
		},

		// Lambda.
		{
			"permission-principal-invalid", "{principal} is not a principal that may get permission.",
			"The provided principal was invalid. Please check the principal and try again.",
			"Write apigateway.amazonaws.com for API Gateway, the number of an account, or an ARN.",
			Documented, "https://github.com/Pocket/terraform-modules/pull/1037",
		},
		{
			"permission-action-invalid", "{action} is not an action of Lambda.",
			"", "Write lambda:InvokeFunction.",
			Documented, lambdaReference + "API_AddPermission.html",
		},
		{
			"permission-account-invalid", "The source account {account} is not the number of an account.",
			"", "Write its 12 digits.",
			Documented, lambdaReference + "API_AddPermission.html",
		},
		{
			"permission-source-invalid", "The source {arn} is not an ARN.",
			"", "Write arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH; * stands for any.",
			Documented, lambdaReference + "API_AddPermission.html",
		},
		{
			"function-policy-too-large", "The {count} permissions of the function make a policy of about {size} bytes.",
			"The final policy size ({size}) is bigger than the limit (20480).",
			"Let one permission be for all methods of the API: scopePermissionToMethod: false at the LambdaIntegration, and allowTestInvoke: false.",
			Documented, cdkIssue + "5774; https://github.com/aws/aws-pdk/issues/549",
		},
		{
			"function-variable-reserved", "The function sets the environment variable {variable}, which Lambda sets itself.",
			"Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: {variable}",
			"Give the variable another name.",
			Documented, "https://github.com/aws/aws-cdk/pull/28048",
		},
		{
			"function-variable-name", "The function has an environment variable with the name {variable}.",
			"", "Begin the name with a letter, and use letters, digits and underscores only, two at least.",
			Documented, lambdaReference + "API_Environment.html",
		},
		{
			"function-size-invalid", "{property} of the function is {value}, and can be {values}.",
			"", "Choose a value in these bounds.",
			Documented, lambdaReference + "API_CreateFunction.html",
		},
		{
			"function-runtime-retired", "The function has the runtime {runtime}, which no function can be created or updated with any more.",
			"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions.",
			"Use a newer runtime; for Go it is provided.al2023, with a program that is called bootstrap.",
			Documented, "https://github.com/pgarbe/cdk-ecr-sync/issues/715; " + lambdaGuide + "lambda-runtimes.html",
		},

		// CloudFormation itself.
		{
			"template-type-missing", "The resource has no Type.",
			"Every Resources object must contain a Type member", "Give it one.",
			Documented, "https://github.com/jacob-meacham/serverless-plugin-bind-deployment-id/issues/4",
		},
		{
			"template-reference-unknown", "It refers to {name}, and the template has no resource and no parameter of that name.",
			"Template format error: Unresolved resource dependencies [{name}] in the Resources block of the template",
			"Correct the name, or add what it means.",
			Documented, "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html",
		},
		{
			"template-function-unknown", "It calls {name}, which is not an intrinsic function of CloudFormation.",
			"", "Correct the name, or write the value out.",
			Documented, "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html",
		},
		{
			"template-circle", "It depends on itself: {circle}.",
			"Circular dependency between resources", "Take one of the dependencies away.",
			Documented, "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html",
		},
		{
			"property-missing", "{property} is missing, which {type} needs.",
			"", "Set it.",
			Documented, cloudFormation + "aws-template-resource-type-ref.html",
		},
		{
			"name-twice", "Another resource of the stack has the name {name} too: {other}.",
			"", "Give one of them another name, or none: CloudFormation makes one.",
			Documented, "https://github.com/serverless/serverless/issues/3237",
		},
		{
			"log-group-name-invalid", "{name} is not a name that a log group may have.",
			"", "Use letters, digits and . - _ / # only, and do not begin with aws/, which is reserved; /aws/ is fine.",
			Documented, "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
		},
	} {
		list = append(list, Rule{
			ID: r.id, Kind: Refusal, Box: Deployment, Title: r.title, Gateway: "The deployment fails.", Log: r.words,
			Fix: r.fix, Evidence: r.evidence, Source: r.source,
		})
	}
	return list
}
