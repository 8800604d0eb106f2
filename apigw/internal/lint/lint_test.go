package lint

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/rules"
)

// fault is a change that makes a good app wrong, with its cause.
type fault struct {
	name    string
	want    string // rule of the first finding
	at      string // logical id that it is about
	changes []change
}

func one(name, want, at, path string, to any) fault {
	return fault{name, want, at, []change{{path, to}}}
}

const (
	mappedIn  = "Mapped|Integration|"
	mappedOut = "Mapped|Integration|IntegrationResponses|"
	vtlText   = "Mapped|Integration|RequestTemplates|application/json"
)

func method(properties object) object {
	return object{"Type": "AWS::ApiGateway::Method", "Properties": properties}
}

// faults has at least one for each rule.
func faults() []fault {
	other := func(kind string, properties object) object {
		return object{"Type": "AWS::ApiGateway::" + kind, "Properties": properties}
	}
	return []fault{
		// Mappings.
		one("a star without quotes", "mapping-expression-invalid", "Mapped", mappedOut+"0|ResponseParameters|"+allowOrigin, "*"),
		one("a text in double quotes", "mapping-expression-invalid", "Mapped", mappedOut+"0|ResponseParameters|"+allowOrigin, `"*"`),
		one("a text without its second quote", "mapping-expression-invalid", "Mapped", mappedOut+"0|ResponseParameters|"+allowOrigin, `'*`),
		one("a boolean as a source", "mapping-expression-invalid", "Mapped", mappedIn+"RequestParameters|integration.request.header.Flag", true),
		one("a reference of a template as a source", "mapping-expression-invalid", "Mapped", mappedIn+"RequestParameters|integration.request.header.Stage", "$context.stage"),
		one("a source of the response in a request", "mapping-expression-invalid", "Mapped", mappedIn+"RequestParameters|integration.request.header.X", "integration.response.header.X"),
		one("a source of the request in a response", "mapping-expression-invalid", "Mapped", mappedOut+"0|ResponseParameters|"+allowOrigin, "method.request.header.Origin"),
		one("a source with a misspelt word", "mapping-expression-invalid", "Mapped", mappedIn+"RequestParameters|integration.request.header.X", "method.request.headers.Trace"),
		one("a source without a name", "mapping-expression-invalid", "Mapped", mappedIn+"RequestParameters|integration.request.header.X", "method.request.header."),
		one("a source of a stage variable without a name", "mapping-expression-invalid", "Mapped", mappedIn+"RequestParameters|integration.request.header.X", "stageVariables."),
		one("a gateway response with a plain text", "mapping-expression-invalid", "Errors4", "Errors4|ResponseParameters|gatewayresponse.header.Access-Control-Allow-Origin", "test-value"),
		one("a target of the method in a request", "mapping-target-invalid", "Mapped", mappedIn+"RequestParameters|method.request.header.X", "'x'"),
		one("a target with a plural", "mapping-target-invalid", "Mapped", mappedIn+"RequestParameters|integration.request.headers.X", "'x'"),
		one("a target that is only a name", "mapping-target-invalid", "Mapped", mappedOut+"0|ResponseParameters|Version", "'1'"),
		one("a path parameter that is not declared", "mapping-parameter-undeclared", "Mapped", "Mapped|RequestParameters|method.request.path.id", nil),
		one("a header that is not declared", "mapping-parameter-undeclared", "Mapped", "Mapped|RequestParameters|method.request.header.Trace", nil),
		one("a query parameter that is not declared", "mapping-parameter-undeclared", "Mapped", mappedIn+"RequestParameters|integration.request.querystring.q", "method.request.querystring.q"),
		one("a header in another letter case", "mapping-parameter-undeclared", "Mapped", mappedIn+"RequestParameters|integration.request.header.Trace", "method.request.header.trace"),
		one("the greedy parameter that is not declared", "mapping-parameter-undeclared", "Direct", "Direct|Integration|RequestParameters|integration.request.path.proxy", "method.request.path.proxy"),
		one("a response header that is not declared", "mapping-header-undeclared", "Mapped", "Mapped|MethodResponses|0|ResponseParameters|method.response.header.Version", nil),
		one("a header of another status", "mapping-header-undeclared", "Mapped", mappedOut+"1|ResponseParameters|method.response.header.Version", "'1'"),
		one("headers without a method response", "mapping-response-missing", "Mapped", mappedOut+"1|StatusCode", "409"),
		one("a cache key of the context", "cache-key-invalid", "Mapped", mappedIn+"CacheKeyParameters", list{"method.context.authorizer.principalId"}),
		one("a parameter of the body", "request-parameter-invalid", "Mapped", "Mapped|RequestParameters|method.request.body.name", true),
		one("a parameter without its prefix", "request-parameter-invalid", "Mapped", "Mapped|RequestParameters|page", true),
		one("one name in two places", "request-parameter-twice", "Mapped", "Mapped|RequestParameters|method.request.header.page", true),
		one("a response parameter without its prefix", "response-parameter-invalid", "Mapped", "Mapped|MethodResponses|1|ResponseParameters|Version", true),
		one("two method responses of a status", "response-twice", "Preflight", "Preflight|MethodResponses", list{object{"StatusCode": "204", "ResponseParameters": object{allowOrigin: true}}, object{"StatusCode": "204"}}),
		one("a word as a method response's status", "response-status-invalid", "Preflight", "Preflight|MethodResponses", list{object{"StatusCode": "204", "ResponseParameters": object{allowOrigin: true}}, object{"StatusCode": "ok"}}),
		one("a status of six hundred", "response-status-invalid", "Preflight", "Preflight|MethodResponses", list{object{"StatusCode": "204", "ResponseParameters": object{allowOrigin: true}}, object{"StatusCode": "600"}}),
		one("a pattern as an integration response's status", "response-status-invalid", "Mapped", mappedIn+"IntegrationResponses", list{object{"StatusCode": "4xx"}}),
		one("a number as a media type", "content-type-invalid", "Mapped", mappedOut+"0|ResponseTemplates", object{"123": "x"}),
		one("a media type without its second part", "content-type-invalid", "Mapped", mappedIn+"RequestTemplates|json", "{}"),
		one("a template of more than 300 KB", "template-too-large", "Mapped", vtlText, strings.Repeat("a", 300<<10+1)),

		// Methods.
		one("a method that HTTP has and API Gateway has not", "http-method-invalid", "Mapped", "Mapped|HttpMethod", "TRACE"),
		one("a method in small letters", "http-method-invalid", "Mapped", "Mapped|HttpMethod", "post"),
		one("the same method twice", "method-twice", "Twin", "Twin", method(object{"RestApiId": ref("Api"), "ResourceId": ref("Rest"), "HttpMethod": "ANY", "AuthorizationType": "NONE", "Integration": object{"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": invoke("Function")}})),
		one("an authorizer left out", "method-authorizer-missing", "Direct", "Direct|AuthorizerId", nil),
		one("an authorizer by its name", "method-authorizer-missing", "Direct", "Direct|AuthorizerId", "my-tokens"),
		one("a type of authorization of another service", "authorization-type-invalid", "Direct", "Direct|AuthorizationType", "JWT"),
		one("a validator by its name", "method-validator-unknown", "Mapped", "Mapped|RequestValidatorId", "my-validator"),
		one("a model that is not there", "method-model-unknown", "Mapped", "Mapped|RequestModels|application/json", "Invoice"),
		one("a model of a response that is not there", "method-model-unknown", "Mapped", "Mapped|MethodResponses|0|ResponseModels", object{"application/json": "Invoice"}),
		one("no integration", "method-integration-missing", "Direct", "Direct|Integration", nil),

		// Integrations.
		one("a type of integration of HTTP APIs", "integration-type-invalid", "Direct", "Direct|Integration|Type", "LAMBDA"),
		one("a type in small letters", "integration-type-invalid", "Direct", "Direct|Integration|Type", "aws_proxy"),
		one("no URI", "integration-uri-missing", "Direct", "Direct|Integration|Uri", nil),
		one("no method for the backend", "integration-method-missing", "Direct", "Direct|Integration|IntegrationHttpMethod", nil),
		{"a URL without its scheme", "integration-url-invalid", "Direct", []change{{"Direct|Integration|Type", "HTTP_PROXY"}, {"Direct|Integration|Uri", "example.com/x"}}},
		{"a URL of another scheme", "integration-url-invalid", "Direct", []change{{"Direct|Integration|Type", "HTTP_PROXY"}, {"Direct|Integration|Uri", "ftp://example.com/"}}},
		one("a URL for a function", "integration-arn-invalid", "Direct", "Direct|Integration|Uri", "https://example.com/"),
		one("the name of a function", "integration-arn-invalid", "Direct", "Direct|Integration|Uri", "my-function"),
		one("the ARN of a function alone", "integration-arn-incomplete", "Direct", "Direct|Integration|Uri", attribute("Function", "Arn")),
		one("an ARN without its action", "integration-arn-incomplete", "Direct", "Direct|Integration|Uri", "arn:aws:apigateway:us-east-1:lambda:2015-03-31/functions/f/invocations"),
		one("a queue behind a proxy integration", "integration-proxy-service", "Direct", "Direct|Integration|Uri", "arn:aws:apigateway:us-east-1:sqs:path/123456789012/q"),
		one("a table behind a proxy integration", "integration-proxy-service", "Direct", "Direct|Integration|Uri", "arn:aws:apigateway:us-east-1:dynamodb:action/GetItem"),
		one("a timeout of ten milliseconds", "integration-timeout-invalid", "Direct", "Direct|Integration|TimeoutInMillis", 10),
		{"a timeout of a minute at the edge", "integration-timeout-invalid", "Direct", []change{{"Direct|Integration|TimeoutInMillis", 60000}, {"Api|EndpointConfiguration", object{"Types": list{"EDGE"}}}}},
		one("a passthrough behavior in words", "integration-value-invalid", "Mapped", mappedIn+"PassthroughBehavior", "never"),
		one("a content handling that is not one", "integration-value-invalid", "Mapped", mappedIn+"ContentHandling", "BINARY"),
		one("a VPC link without its id", "vpc-link-id-missing", "Direct", "Direct|Integration", object{"Type": "HTTP_PROXY", "IntegrationHttpMethod": "GET", "Uri": "http://example.com", "ConnectionType": "VPC_LINK"}),

		// Models.
		one("a model with a hyphen", "model-name-invalid", "Model", "Model|Name", "order-1"),
		one("a model with an underscore", "model-name-invalid", "Model", "Model|Name", "an_order"),
		one("two models of a name", "model-twice", "Model2", "Model2", other("Model", object{"RestApiId": ref("Api"), "Name": "Order", "Schema": object{}})),
		one("the id of draft 7", "model-keyword-unsupported", "Model", "Model|Schema|$id", "https://example.com/x"),
		one("examples", "model-keyword-unsupported", "Model", "Model|Schema|properties|name|examples", list{"x"}),
		one("an example of OpenAPI", "model-keyword-unsupported", "Model", "Model|Schema|properties|name|example", "x"),
		one("a constant", "model-keyword-unsupported", "Model", "Model|Schema|properties|name|const", "x"),
		one("a condition in a definition", "model-keyword-unsupported", "Model", "Model|Schema|definitions|part", object{"if": object{}, "then": object{}}),
		one("a keyword in an alternative", "model-keyword-unsupported", "Model", "Model|Schema|anyOf", list{object{}, object{"contains": object{}}}),
		one("a type that is not one", "model-schema-invalid", "Model", "Model|Schema|properties|name|type", "text"),
		one("an enum with a value twice", "model-schema-invalid", "Model", "Model|Schema|properties|name|enum", list{"A", "A"}),
		one("required as draft 3 has it", "model-schema-invalid", "Model", "Model|Schema|properties|name|required", true),
		one("required without a name", "model-schema-invalid", "Model", "Model|Schema|required", list{}),
		one("a negative length", "model-schema-invalid", "Model", "Model|Schema|properties|name|minLength", -1),
		one("a pattern that is not one", "model-schema-invalid", "Model", "Model|Schema|properties|name|pattern", "("),

		// Gateway responses.
		one("a type of gateway response that is not one", "gateway-response-type-invalid", "Errors4", "Errors4|ResponseType", "DEFAULT_404"),
		one("a status that is not one", "gateway-response-status-refused", "Errors4", "Errors4|StatusCode", "4XX"),
		one("a parameter of a method response", "gateway-response-parameter-refused", "Errors4", "Errors4|ResponseParameters|method.response.header.X", "'x'"),

		// Resources.
		one("two variables below one path", "resource-variables", "Other", "Other", other("Resource", object{"RestApiId": ref("Api"), "ParentId": ref("Orders"), "PathPart": "{name}"})),
		one("a variable beside the greedy one", "resource-variables", "Z", "Z", other("Resource", object{"RestApiId": ref("Api"), "ParentId": attribute("Api", "RootResourceId"), "PathPart": "{z}"})),
		one("a part below the greedy one", "resource-below-greedy", "Below", "Below", other("Resource", object{"RestApiId": ref("Api"), "ParentId": ref("Rest"), "PathPart": "more"})),
		one("a slash in a part", "resource-part-invalid", "Orders", "Orders|PathPart", "my/orders"),
		one("a blank in a part", "resource-part-invalid", "Orders", "Orders|PathPart", "my orders"),
		one("an empty part", "resource-part-invalid", "Orders", "Orders|PathPart", ""),
		one("a variable in the middle of a part", "resource-part-invalid", "Orders", "Orders|PathPart", "o{id}"),
		one("an empty variable", "resource-part-invalid", "Order", "Order|PathPart", "{}"),
		one("a part twice", "resource-twice", "Orders2", "Orders2", other("Resource", object{"RestApiId": ref("Api"), "ParentId": attribute("Api", "RootResourceId"), "PathPart": "orders"})),

		// Authorizers.
		one("a type of authorizer of HTTP APIs", "authorizer-type-invalid", "Tokens", "Tokens|Type", "JWT"),
		one("a token authorizer without an identity source", "authorizer-identity-missing", "Tokens", "Tokens|IdentitySource", nil),
		one("a request authorizer that keeps results by nothing", "authorizer-identity-missing", "Requests", "Requests|IdentitySource", nil),
		one("a token in the query string", "authorizer-identity-invalid", "Tokens", "Tokens|IdentitySource", "method.request.querystring.token"),
		one("an identity source of HTTP APIs", "authorizer-identity-invalid", "Requests", "Requests|IdentitySource", "$request.header.Key"),
		one("an identity source that is only a name", "authorizer-identity-invalid", "Tokens", "Tokens|IdentitySource", "Authorization"),
		one("a TTL of a day", "authorizer-ttl-invalid", "Tokens", "Tokens|AuthorizerResultTtlInSeconds", 86400),
		one("an authorizer without a function", "authorizer-target-missing", "Requests", "Requests|AuthorizerUri", nil),
		one("a Cognito authorizer without a pool", "authorizer-target-missing", "Tokens", "Tokens|Type", "COGNITO_USER_POOLS"),
		one("two authorizers of a name", "authorizer-twice", "Tokens", "Tokens|Name", "requests"),

		// APIs, keys and plans.
		one("an API without a name", "api-name-missing", "Api", "Api|Name", nil),
		one("two endpoint types", "api-endpoints-several", "Api", "Api|EndpointConfiguration|Types", list{"REGIONAL", "EDGE"}),
		one("an endpoint type that is not one", "api-endpoint-invalid", "Api", "Api|EndpointConfiguration|Types", list{"GLOBAL"}),
		one("a compression of less than nothing", "api-compression-invalid", "Api", "Api|MinimumCompressionSize", -1),
		one("a short API key", "api-key-too-short", "Key", "Key|Value", "secret"),
		one("a long API key", "api-key-too-long", "Key", "Key|Value", strings.Repeat("k", 129)),
		one("a plan for a stage that is not there", "plan-stage-unknown", "Plan", "Plan|ApiStages|0|Stage", "production"),

		// Deployments and stages.
		{"no methods", "deployment-without-methods", "Deployment", []change{{"Direct", nil}, {"Mapped", nil}, {"Preflight", nil}, {"Deployment|!DependsOn", list{"Api"}}}},
		one("a deployment that does not wait", "deployment-before-methods", "Deployment", "Deployment|!DependsOn", nil),
		one("a stage with a dot", "stage-name-invalid", "Stage", "Stage|StageName", "v1.0"),
		one("the default stage of HTTP APIs", "stage-name-invalid", "Stage", "Stage|StageName", "$default"),
		one("a stage without a name", "stage-name-invalid", "Stage", "Stage|StageName", nil),
		one("two stages of a name", "stage-twice", "Stage2", "Stage2", other("Stage", object{"RestApiId": ref("Api"), "DeploymentId": ref("Deployment"), "StageName": "prod"})),
		one("a stage without a deployment", "stage-deployment-missing", "Stage", "Stage|DeploymentId", nil),
		one("a variable with a colon in its name", "stage-variable-name-invalid", "Stage", "Stage|Variables|owner:name", "x"),
		one("a variable with a dollar", "stage-variable-value-invalid", "Stage", "Stage|Variables|version", "$LATEST"),
		one("an empty variable value", "stage-variable-value-invalid", "Stage", "Stage|Variables|password", ""),
		one("an access log of several lines", "access-log-lines", "Stage", "Stage|AccessLogSetting|Format", "{\n\"id\":\"$context.requestId\"}"),
		one("an access log without the request's id", "access-log-request-id", "Stage", "Stage|AccessLogSetting|Format", "$context.status"),
		one("a setting for a path without its slash", "method-setting-invalid", "Stage", "Stage|MethodSettings|0|ResourcePath", "*"),
		one("a logging level that is not one", "method-setting-invalid", "Stage", "Stage|MethodSettings|0|LoggingLevel", "DEBUG"),

		// Lambda.
		one("half a principal", "permission-principal-invalid", "Allowed", "Allowed|Principal", "amazonaws.com"),
		one("the name of a service", "permission-principal-invalid", "Allowed", "Allowed|Principal", "apigateway"),
		one("an action of another form", "permission-action-invalid", "Allowed", "Allowed|Action", "InvokeFunction"),
		one("an account with hyphens", "permission-account-invalid", "Allowed", "Allowed|SourceAccount", "1234-5678-9012"),
		one("a URL as the source", "permission-source-invalid", "Allowed", "Allowed|SourceArn", "https://example.com"),
		{"a permission for each of sixty methods", "function-policy-too-large", "Function", permissions(60)},
		one("a variable of Lambda", "function-variable-reserved", "Function", "Function|Environment|Variables|AWS_REGION", "us-east-1"),
		one("a variable with a hyphen", "function-variable-name", "Function", "Function|Environment|Variables|MY-TABLE", "t"),
		one("64 MB", "function-size-invalid", "Function", "Function|MemorySize", 64),
		one("a function of an hour", "function-size-invalid", "Function", "Function|Timeout", 3600),
		one("the old runtime of Go", "function-runtime-retired", "Function", "Function|Runtime", "go1.x"),

		// CloudFormation.
		one("no type", "template-type-missing", "Key", "Key|!Type", nil),
		one("a reference to nothing", "template-reference-unknown", "Stage", "Stage|DeploymentId", ref("Deploymnet")),
		one("a DependsOn of nothing", "template-reference-unknown", "Deployment", "Deployment|!DependsOn", list{"Direct", "Gone"}),
		one("an attribute of nothing", "template-reference-unknown", "Allowed", "Allowed|FunctionName", attribute("Funktion", "Arn")),
		{"a circle", "template-circle", "Key", []change{{"Key|!DependsOn", list{"Logs"}}, {"Logs|!DependsOn", list{"Key"}}}},
		one("no parent", "property-missing", "Orders", "Orders|ParentId", nil),
		one("no API of a method", "property-missing", "Direct", "Direct|RestApiId", nil),
		one("no role of a function", "property-missing", "Function", "Function|Role", nil),
		one("no principal", "property-missing", "Allowed", "Allowed|Principal", nil),
		one("two log groups of a name", "name-twice", "Logs2", "Logs2", object{"Type": "AWS::Logs::LogGroup", "Properties": object{"LogGroupName": "/aws/lambda/f"}}),
		one("a reserved name of a log group", "log-group-name-invalid", "Logs", "Logs|LogGroupName", "aws/lambda/f"),
		one("a log group with a blank", "log-group-name-invalid", "Logs", "Logs|LogGroupName", "my logs"),
		one("an intrinsic function that is not one", "template-function-unknown", "Function", "Function|Handler", object{"Fn::Upper": "x"}),

		// What is deployed and fails.
		one("a template that is not one", "template-does-not-parse", "Mapped", vtlText, "#if($input.body)"),
		one("no integration responses", "integration-responses-missing", "Mapped", mappedIn+"IntegrationResponses", nil),
		{"no method response of a status", "method-response-missing", "Mapped", []change{{mappedOut + "1|StatusCode", "409"}, {mappedOut + "1|ResponseParameters", nil}}},
		one("a pattern that is not one", "selection-pattern-invalid", "Mapped", mappedOut+"1|SelectionPattern", "[NotFound.*"),
		one("a header that nobody may set", "header-mapping-forbidden", "Mapped", mappedIn+"RequestParameters|integration.request.header.Authorization", "'x'"),

		// Traps in templates.
		one("a path between quotes", "template-client-text-unescaped", "Mapped", vtlText, `{"name": "$input.path('$.name')"}`),
		one("a parameter between quotes", "template-client-text-unescaped", "Mapped", vtlText, `{"id": "$input.params('id')"}`),
		one("the body between quotes", "template-client-text-unescaped", "Mapped", vtlText, `{"body": "$input.body"}`),
		one("a variable with the body between quotes", "template-client-text-unescaped", "Mapped", vtlText, "#set($b = $input.path('$'))\n{\"name\": \"$b.name\"}"),
		one("a loop's variable between quotes", "template-client-text-unescaped", "Mapped", vtlText, `[#foreach($e in $input.path('$.list'))"$e.name"#end]`),
		one("a member of a map between quotes", "template-client-text-unescaped", "Mapped", vtlText, `{"q": "$input.params().querystring.get('q')"}`),
		one("a text that was decoded between quotes", "template-client-text-unescaped", "Mapped", vtlText, `{"q": "$util.urlDecode($input.params('id'))"}`),
		one("an apostrophe", "template-apostrophe", "Mapped", vtlText, `{"id": "$util.escapeJavaScript($input.params('id'))"}`),
		one("an apostrophe in JSON in a text", "template-apostrophe", "Mapped", vtlText, `{"body": "$util.escapeJavaScript($input.json('$'))"}`),
		one("the passthrough template of AWS", "template-apostrophe", "Mapped", vtlText, passthrough),
		one("quotes around JSON", "template-json-quoted", "Mapped", vtlText, `{"lines": "$input.json('$.lines')"}`),
		one("quotes around JSON in a response", "template-json-quoted", "Mapped", mappedOut+"0|ResponseTemplates|application/json", `{"name": "$input.json('$.name')"}`),
		one("a query parameter from anywhere", "template-param-from-anywhere", "Mapped", vtlText, `{"page": "$util.escapeJavaScript($input.params('page')).replaceAll("\\'", "'")"}`),
		one("a body in a form", "template-value-not-encoded", "Mapped", vtlText, "Action=SendMessage&MessageBody=$input.body"),
		one("a misspelt name", "template-name-unknown", "Mapped", vtlText, `{"a": $inptu.json('$')}`),
		one("a misspelt variable", "template-name-unknown", "Mapped", vtlText, "#set($query = 1){\"q\": $qeury}"),
		one("a misspelt member", "template-name-unknown", "Mapped", vtlText, `{"a": $input.jsno('$')}`),
		one("a function of AppSync", "template-name-unknown", "Mapped", vtlText, `{"a": $util.toJson($input.body)}`),
		one("an override that is none", "template-override-unknown", "Mapped", vtlText, `#set($context.responseOverride.statusCode = 404){}`),
		one("a misspelt member of the context", "template-name-unknown", "Mapped", vtlText, `{"a": "$context.requestID"}`),
		one("a directive of another language", "template-directive-unknown", "Mapped", vtlText, "{#if($input.body == 1)1#elsif($input.body)2#end}"),
		one("a directive of another language that breaks the template", "template-does-not-parse", "Mapped", vtlText, "{#if($input.body == 1)1#elsif($input.body == 2)2#end}"),
		one("a misspelt directive", "template-directive-unknown", "Mapped", vtlText, "#foreahc($e in $input.path('$')){}"),
		one("an else with letters exchanged", "template-directive-unknown", "Mapped", vtlText, "{#if($input.body == 1)1#esle 2#end}"),
		one("a directive apart from its parenthesis", "template-directive-unknown", "Mapped", vtlText, "{#set$(x = 1)}"),
		one("a macro", "template-macro-ignored", "Mapped", vtlText, "#macro(m)x#end{}"),
		one("a text that is run", "template-macro-ignored", "Mapped", vtlText, "{#evaluate('x')}"),
		one("a template of a proxy integration", "template-on-proxy", "Direct", "Direct|Integration|RequestTemplates", object{"application/json": "{}"}),

		// Other traps.
		one("GET for a function", "lambda-method-not-post", "Direct", "Direct|Integration|IntegrationHttpMethod", "GET"),
		one("a MOCK without a template", "mock-without-status", "Preflight", "Preflight|Integration|RequestTemplates", nil),
		one("a MOCK without a status", "mock-without-status", "Preflight", "Preflight|Integration|RequestTemplates|application/json", "{}"),
		one("all media types are binary", "mock-preflight-binary", "Preflight", "Api|BinaryMediaTypes", list{"*/*"}),
		one("a validator without a model", "validator-without-model", "Mapped", "Mapped|RequestModels", nil),
		one("a timeout of a minute", "integration-timeout-quota", "Direct", "Direct|Integration|TimeoutInMillis", 60000),
		one("a function that takes half a minute", "function-outlives-integration", "Direct", "Function|Timeout", 30),
		one("a function as slow as its integration", "function-outlives-integration", "Direct", "Direct|Integration|TimeoutInMillis", 10000),
		one("a stream by the URI of buffers", "stream-uri-buffered", "Direct", "Direct|Integration|ResponseTransferMode", "STREAM"),
		one("the URI of streams alone", "stream-mode-missing", "Direct", "Direct|Integration|Uri", object{"Fn::Join": list{"", list{"arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/", attribute("Function", "Arn"), "/response-streaming-invocations"}}}),
		one("a stream with templates", "stream-without-proxy", "Mapped", mappedIn+"ResponseTransferMode", "STREAM"),
		one("no permission", "permission-missing", "Direct", "Allowed", nil),
		one("a permission for another service", "permission-missing", "Direct", "Allowed|Principal", "s3.amazonaws.com"),
		{"a key without a plan", "api-key-without-any-plan", "Direct", []change{{"Direct|ApiKeyRequired", true}, {"Plan", nil}, {"PlanKey", nil}}},
		one("a pattern that matches successes", "pattern-matches-success", "Mapped", mappedOut+"1|SelectionPattern", `(.|\n)*`),
		one("a status as a pattern", "pattern-is-status", "Mapped", mappedOut+"1|SelectionPattern", "404"),
		one("statuses as a pattern", "pattern-is-status", "Mapped", mappedOut+"1|SelectionPattern", `4\d{2}`),
		one("a pattern of a file name", "pattern-is-prefix", "Mapped", mappedOut+"1|SelectionPattern", "Invalid*"),
		one("a pattern with its beginning alone", "pattern-is-prefix", "Mapped", mappedOut+"1|SelectionPattern", `^\[NotFound\]`),
		one("no default response", "default-response-missing", "Mapped", mappedOut+"0|SelectionPattern", "OK.+"),
		one("two default responses", "default-response-twice", "Mapped", mappedOut+"1|SelectionPattern", nil),
		{"a header that gets another name", "response-header-renamed", "Mapped", []change{{"Mapped|MethodResponses|0|ResponseParameters|method.response.header.WWW-Authenticate", true}, {mappedOut + "0|ResponseParameters|method.response.header.WWW-Authenticate", "'Basic'"}}},
		one("errors without CORS", "cors-gateway-responses", "Api", "Errors5", nil),
		{"a response without CORS", "cors-header-missing", "Mapped", []change{{mappedOut + "1|ResponseParameters", nil}}},
		{"a star with credentials", "mapped-cors-star-with-credentials", "Preflight", []change{{"Preflight|MethodResponses|0|ResponseParameters|method.response.header.Access-Control-Allow-Credentials", true}, {"Preflight|Integration|IntegrationResponses|0|ResponseParameters|method.response.header.Access-Control-Allow-Credentials", "'true'"}}},
		one("two origins", "mapped-cors-several-origins", "Preflight", "Preflight|Integration|IntegrationResponses|0|ResponseParameters|"+allowOrigin, "'https://a.example,https://b.example'"),
		one("two roles of the account", "account-role-twice", "Role2", "Role2", other("Account", object{"CloudWatchRoleArn": "arn:aws:iam::123456789012:role/other"})),
		one("no role of the account", "logging-without-role", "Stage", "Role", nil),
	}
}

// permissions adds permissions of the function, each for a method of its own.
func permissions(count int) []change {
	var changes []change
	for i := range count {
		changes = append(changes, change{fmt.Sprintf("OrdersApiOrdersMethodPermission%04d", i), object{"Type": "AWS::Lambda::Permission", "Properties": object{
			"Action": "lambda:InvokeFunction", "FunctionName": attribute("Function", "Arn"), "Principal": "apigateway.amazonaws.com",
			"SourceArn": object{"Fn::Sub": fmt.Sprintf("arn:aws:execute-api:us-east-1:123456789012:${Api}/prod/POST/orders/part%d", i)},
		}}})
	}
	return changes
}

// elsewhereTested are rules that other tests are about.
var elsewhereTested = []string{"rest-api-proxy-false"}

func TestTheFirstFindingIsTheCause(t *testing.T) {
	tested := map[string]bool{}
	for _, f := range faults() {
		tested[f.want] = true
		t.Run(f.name, func(t *testing.T) { f.check(t) })
	}
	for _, c := range Checks() {
		for _, id := range c.Rules {
			if !tested[id] && !slices.Contains(elsewhereTested, id) {
				t.Errorf("the check %s: got no fault with the rule %s, want one", c.Name, id)
			}
		}
	}
}

func (f fault) check(t *testing.T) {
	t.Helper()
	resources := good()
	for _, c := range f.changes {
		c.apply(t, resources)
	}
	found := find(t, resources)
	if len(found) == 0 {
		t.Fatalf("got no finding, want %s at %s", f.want, f.at)
	}
	if first := found[0]; first.Rule.ID() != f.want || first.LogicalID != f.at {
		t.Errorf("got %s at %s (%s) first, want %s at %s; all: %v", first.Rule.ID(), first.LogicalID, first.Rule, f.want, f.at, ids(found))
	}
}

func ids(found []Finding) (list []string) {
	for _, f := range found {
		list = append(list, f.Rule.ID()+" "+f.LogicalID)
	}
	return list
}

func TestNothingIsSaidAboutGoodApps(t *testing.T) {
	function := invoke("Function")
	for _, c := range []struct {
		name    string
		changes []change
	}{
		{"as it is", nil},
		{"a stage with a hyphen", []change{{"Stage|StageName", "pre-prod"}}},
		{"a variable with all characters", []change{{"Stage|Variables|url", "https://a.example:8080/x?y=1&z=2,3~4"}}},
		{"a colon in a path", []change{{"Orders|PathPart", "orders:list"}}},
		{"a request authorizer that keeps nothing", []change{{"Requests|IdentitySource", nil}, {"Requests|AuthorizerResultTtlInSeconds", 0}}},
		{"a static value with quotes in it", []change{{mappedIn + "RequestParameters|integration.request.header.Static", `'a "b", c'`}}},
		{"an empty static value", []change{{mappedIn + "RequestParameters|integration.request.header.Static", `''`}}},
		{"all of the body", []change{{mappedIn + "RequestParameters|integration.request.header.Static", "method.request.body"}}},
		{"a part of the body", []change{{mappedIn + "RequestParameters|integration.request.header.Static", "method.request.body.a[0].b"}}},
		{"all values of a header", []change{{mappedIn + "RequestParameters|integration.request.header.Static", "method.request.multivalueheader.Trace"}}},
		{"a header of the backend", []change{{mappedOut + "0|ResponseParameters|method.response.header.Version", "integration.response.header.Version"}}},
		{"a source that the deployment decides", []change{{mappedIn + "RequestParameters|integration.request.header.Static", object{"Fn::ImportValue": "x"}}}},
		{"a name that the deployment decides", []change{{"Stage|StageName", object{"Fn::ImportValue": "x"}}, {"Plan|ApiStages|0|Stage", "other"}}},
		{"a function that is elsewhere", []change{{"Direct|Integration|Uri", "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:other/invocations"}}},
		{"a function of a stage variable", []change{{"Direct|Integration|Uri", "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.table}/invocations"}}},
		{"a URL with a stage variable", []change{{"Direct|Integration|Type", "HTTP_PROXY"}, {"Direct|Integration|Uri", "https://${stageVariables.table}/x"}}},
		{"a URL of a stage variable", []change{{"Direct|Integration|Type", "HTTP_PROXY"}, {"Direct|Integration|Uri", "${stageVariables.table}"}}},
		{"a URL with a path parameter", []change{{"Direct|Integration|Type", "HTTP_PROXY"}, {"Direct|Integration|Uri", "https://a.example/{proxy}"}}},
		{"a slow function that nobody waits for", []change{{"Function|Timeout", 900}, {"Direct", nil}, {"Deployment|!DependsOn", list{"Mapped", "Preflight"}}, {mappedIn + "RequestParameters|integration.request.header.X-Amz-Invocation-Type", "'Event'"}}},
		{"binary media types by name", []change{{"Api|BinaryMediaTypes", list{"image/png"}}}},
		{"binary, with a conversion", []change{{"Api|BinaryMediaTypes", list{"*/*"}}, {"Preflight|Integration|ContentHandling", "CONVERT_TO_TEXT"}}},
		{"a pattern with an end", []change{{mappedOut + "1|SelectionPattern", `^\[NotFound\]$`}}},
		{"a pattern that begins anywhere", []change{{mappedOut + "1|SelectionPattern", `[\s\S]*\[404\][\s\S]*`}}},
		{"a pattern with a number in a text", []change{{mappedOut + "1|SelectionPattern", `Error 404.*`}}},
		{"logs to Firehose without a role", []change{{"Role", nil}, {"Stage|MethodSettings", nil}, {"Stage|AccessLogSetting|DestinationArn", "arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-x"}}},
		{"no logs and no role", []change{{"Role", nil}, {"Stage|MethodSettings", nil}, {"Stage|AccessLogSetting", nil}}},
		{"an access log with a line break at its end", []change{{"Stage|AccessLogSetting|Format", "$context.requestId\n"}}},
		{"a deployment that makes its stage", []change{{"Stage", nil}, {"Plan", nil}, {"PlanKey", nil}, {"Deployment|StageName", "prod"}}},
		{"an authorizer of another stack", []change{{"Direct|AuthorizerId", "a1b2c3"}}},
		{"the model that every API has", []change{{"Mapped|RequestModels|application/json", "Empty"}}},
		{"a model as text", []change{{"Model|Schema", `{"type": "object", "additionalProperties": false}`}}},
		{"a model with members that are called like keywords", []change{{"Model|Schema|properties|const", object{"type": "string"}}, {"Model|Schema|properties|examples", object{"type": "array", "items": object{"type": "string"}}}}},
		{"an enum with objects", []change{{"Model|Schema|properties|name|enum", list{object{"const": 1}, "x"}}}},
		{"a model that refers to another", []change{{"Model|Schema|properties|name", object{"$ref": object{"Fn::Sub": "https://apigateway.amazonaws.com/restapis/${Api}/models/Other"}}}, {"Model2", object{"Type": "AWS::ApiGateway::Model", "Properties": object{"RestApiId": ref("Api"), "Name": "Other", "Schema": object{"type": "string"}}}}}},
		{"a resource of another service", []change{{"Table", object{"Type": "AWS::DynamoDB::Table", "Properties": object{}}}}},
		{"a resource that does not exist", []change{{"Ghost", object{"Type": "AWS::ApiGateway::Resource", "Condition": "Never", "Properties": object{}}}}},
		{"a function of another alias", []change{{"Live", object{"Type": "AWS::Lambda::Alias", "Properties": object{"FunctionName": ref("Function"), "FunctionVersion": "1", "Name": "live"}}}}},
		{"a principal of China", []change{{"More", object{"Type": "AWS::Lambda::Permission", "Properties": object{"Action": "lambda:InvokeFunction", "FunctionName": ref("Function"), "Principal": "events.amazonaws.com.cn"}}}}},
		{"a principal that is an account", []change{{"More", object{"Type": "AWS::Lambda::Permission", "Properties": object{"Action": "*", "FunctionName": ref("Function"), "Principal": "123456789012"}}}}},
		{"a permission for one method", []change{{"Allowed|SourceArn", object{"Fn::Sub": "arn:aws:execute-api:us-east-1:123456789012:${Api}/prod/POST/orders/*"}}}},
		{"credentials instead of a permission", []change{{"Allowed", nil}, {"Direct|Integration|Credentials", "arn:aws:iam::123456789012:role/r"}, {mappedIn + "Credentials", "arn:aws:iam::123456789012:role/r"}}},
		{"a permission for each of forty methods", permissions(40)},
		{"a queue with a form", []change{{mappedIn + "Uri", "arn:aws:apigateway:us-east-1:sqs:path/123456789012/q"}, {vtlText, "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"}}},
		{"a function with a stream", []change{{"Direct|Integration|ResponseTransferMode", "STREAM"}, {"Direct|Integration|Uri", object{"Fn::Join": list{"", list{"arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/", attribute("Function", "Arn"), "/response-streaming-invocations"}}}}}},
		{"the same function for both", []change{{mappedIn + "Uri", function}}},
		{"the passthrough template of AWS, mended", []change{{vtlText, strings.Replace(passthrough, "$params.get($paramName))", `$params.get($paramName)).replaceAll("\\'", "'")`, 1)}}},
		{"JSON in a text that is escaped", []change{{vtlText, `{"body": "$util.escapeJavaScript($input.json('$')).replaceAll("\\'", "'")"}`}}},
		{"quotes only in one arm", []change{{vtlText, `{"a": #if($input.path('$.a') != "")"x"#else null#end, "b": $input.json('$.b')}`}}},
		{"a text that is cut at its quotes", []change{{vtlText, `{"a": "$input.params('id').replaceAll('"', '')"}`}}},
		{"a comparison with what nothing sets", []change{{vtlText, `{#if($input.path('$.a') == $nothing)"a": 1#end}`}}},
		{"a hash and a dollar that are text", []change{{vtlText, `{"color": "#fff", "price": "$5", "issue": "#12"}`}}},
		{"a response with what the backend says", []change{{mappedOut + "0|ResponseTemplates|application/json", `#set($r = $input.path('$')){"name": "$r.name"}`}}},
		{"a variable that is set later", []change{{vtlText, `#foreach($e in $input.path('$'))#if($foreach.hasNext)$velocityCount#end#end{}`}}},
		{"a member of the authorizer", []change{{vtlText, `{"user": "$context.authorizer.principalId", "ip": "$context.identity.sourceIp", "t": $context.requestTimeEpoch}`}}},
		{"an override", []change{{vtlText, `#set($context.requestOverride.header.X = "1"){}`}}},
		{"text for another media type", []change{{vtlText, "id=$input.params('id')"}, {mappedIn + "RequestTemplates|text/plain", `$input.body`}}},
		{"a required query parameter", []change{{"Mapped|RequestParameters|method.request.querystring.page", true}, {"Validator|ValidateRequestParameters", true}, {vtlText, `{"page": "$util.escapeJavaScript($input.params('page')).replaceAll("\\'", "'")"}`}}},
		{"an edge API with its longest timeout", []change{{"Api|EndpointConfiguration|Types", list{"EDGE"}}, {"Direct|Integration|TimeoutInMillis", 29000}}},
		{"a custom resource", []change{{"Custom", object{"Type": "Custom::Thing", "Properties": object{"ServiceToken": attribute("Function", "Arn")}}}}},
		{"a type of authorization that the deployment decides", []change{{"Direct|AuthorizationType", object{"Fn::ImportValue": "x"}}}},
		{"a policy variable in Fn::Sub", []change{{"Policy", object{"Type": "AWS::IAM::Policy", "Properties": object{"X": object{"Fn::Sub": "arn:${AWS::Partition}:s3:::${!aws:username}/${Api.RootResourceId}"}}}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			resources := good()
			for _, change := range c.changes {
				change.apply(t, resources)
			}
			for _, f := range find(t, resources) {
				t.Errorf("got %s at %s: %s, want nothing", f.Rule.ID(), f.Path, f.Rule)
			}
		})
	}
}

// passthrough passes on all that a request has, as the console of AWS offers it.
const passthrough = `#set($allParams = $input.params())
{
"body-json" : $input.json('$'),
"params" : {
#foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
"$type" : {
    #foreach($paramName in $params.keySet())
    "$paramName" : "$util.escapeJavaScript($params.get($paramName))"
        #if($foreach.hasNext),#end
    #end
}
    #if($foreach.hasNext),#end
#end
},
"stage-variables" : {
#foreach($key in $stageVariables.keySet())
"$key" : "$util.escapeJavaScript($stageVariables.get($key))"
    #if($foreach.hasNext),#end
#end
},
"context" : {
    "account-id" : "$context.identity.accountId",
    "api-id" : "$context.apiId",
    "user-agent" : "$context.identity.userAgent",
    "resource-path" : "$context.resourcePath"
    }
}`

// A check must say what it reports, or its rules would have no test.
func TestChecksReportTheirOwnRules(t *testing.T) {
	names := map[string]bool{}
	for _, c := range Checks() {
		if names[c.Name] {
			t.Errorf("got two checks with the name %q, want one", c.Name)
		}
		names[c.Name] = true
		for _, id := range c.Rules {
			if _, ok := rules.Lookup(id); !ok {
				t.Errorf("the check %q is about the rule %q, want one of the rulebook", c.Name, id)
			}
		}
	}
	for _, f := range faults() {
		resources := good()
		for _, c := range f.changes {
			c.apply(t, resources)
		}
		app, err := Read(writeApp(t, resources), assembly.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range Checks() {
			var found []Finding
			c.Run(&Pass{App: app, found: &found})
			for _, each := range found {
				if !slices.Contains(c.Rules, each.Rule.ID()) {
					t.Errorf("%s: the check %q reports %s, want one of %q", f.name, c.Name, each.Rule.ID(), c.Rules)
				}
			}
		}
	}
}

// Every rule about deployments and traps has a check that finds it.
func TestEveryRefusalAndTrapIsLookedFor(t *testing.T) {
	looked := map[string]bool{}
	for _, c := range Checks() {
		for _, id := range c.Rules {
			looked[id] = true
		}
	}
	for _, rule := range rules.All() {
		if (rule.Kind == rules.Refusal || rule.Kind == rules.Trap) && !looked[rule.ID] {
			t.Errorf("got no check for the rule %s, want one", rule.ID)
		}
	}
}

// The generator makes faults of many forms; another seed makes others.
func TestGeneratedFaults(t *testing.T) {
	const seed = 10
	random := rand.New(rand.NewPCG(seed, seed))
	for i := range 300 {
		f := generated(random)
		f.name = fmt.Sprintf("%d %s", i, f.name)
		t.Run(f.name, func(t *testing.T) { f.check(t) })
	}
}

func word(random *rand.Rand, length int) string {
	text := make([]byte, length)
	for i := range text {
		text[i] = byte('a' + random.IntN(26))
	}
	return string(text)
}

// swapped returns a word with two different letters next to each other exchanged.
func swapped(random *rand.Rand, text string) string {
	for {
		i := random.IntN(len(text) - 1)
		if text[i] != text[i+1] {
			b := []byte(text)
			b[i], b[i+1] = b[i+1], b[i]
			return string(b)
		}
	}
}

func pick(random *rand.Rand, from ...string) string { return from[random.IntN(len(from))] }

// generated returns a fault of a random kind with random particulars.
func generated(random *rand.Rand) fault {
	name, bad := word(random, 3+random.IntN(9)), pick(random, " ", "/", "?", "%", "é", "+", "(", "\t")
	switch random.IntN(14) {
	case 0:
		return one("a source without quotes", "mapping-expression-invalid", "Mapped", mappedOut+"0|ResponseParameters|"+allowOrigin, name)
	case 1:
		place := pick(random, "header", "querystring", "path")
		return one("a source that is not declared", "mapping-parameter-undeclared", "Mapped", mappedIn+"RequestParameters|integration.request."+place+".X", "method.request."+place+"."+name)
	case 2:
		return one("a header that is not declared", "mapping-header-undeclared", "Mapped", mappedOut+"0|ResponseParameters|method.response.header."+name, "'x'")
	case 3:
		return one("a stage's name", "stage-name-invalid", "Stage", "Stage|StageName", name+bad+name)
	case 4:
		return one("a path part", "resource-part-invalid", "Orders", "Orders|PathPart", name+bad+name)
	case 5:
		return one("a model's name", "model-name-invalid", "Model", "Model|Name", name+bad)
	case 6:
		return one("a keyword", "model-keyword-unsupported", "Model", "Model|Schema|properties|"+name+"|"+pick(random, laterKeywords...), name)
	case 7:
		directive := swapped(random, pick(random, "foreach", "elseif"))
		return one("a directive", "template-directive-unknown", "Mapped", vtlText, "{#"+directive+"($input.body)}")
	case 8:
		root := pick(random, "input", "context", "stageVariables")
		return one("a name", "template-name-unknown", "Mapped", vtlText, "{$"+swapped(random, root)+"."+name+"}")
	case 9:
		return one("a member", "template-name-unknown", "Mapped", vtlText, "{$input."+swapped(random, pick(random, "params", "json", "path", "body"))+"('x')}")
	case 10:
		return one("a member between quotes", "template-client-text-unescaped", "Mapped", vtlText, `{"`+name+`": "`+word(random, 2)+` $input.path('$.`+name+`')"}`)
	case 11:
		return one("a pattern with a star after a letter", "pattern-is-prefix", "Mapped", mappedOut+"1|SelectionPattern", name+"*")
	case 12:
		return one("a timeout", "integration-timeout-invalid", "Direct", "Direct|Integration|TimeoutInMillis", 1+random.IntN(49))
	}
	return one("a reference", "template-reference-unknown", "Key", "Key|Name", ref(name))
}
