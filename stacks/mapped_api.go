package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// MappedApi is the door without proxy integration: the gateway turns the HTTP
// request into the function's event, and the function's result or error into
// the HTTP response. The function never sees HTTP.
type MappedApi struct {
	constructs.Construct
	RestApi awsapigateway.RestApi
}

// NewMappedApi adds the door without proxy integration to scope.
func NewMappedApi(scope constructs.Construct, id string, props *ApiProps) MappedApi {
	this := constructs.NewConstruct(scope, jsii.String(id))
	api := newRestApi(this, "hello-mapped", "Hello, without proxy integration", props.Settings)

	function := NewGoFunction(this, "Hello", &GoFunctionProps{
		Source:      "functions/hello-mapped",
		Description: "Takes and returns plain JSON; API Gateway does the HTTP part",
		Compile:     props.Compile,
	})

	// Method request: what the gateway refuses before it calls anything.
	helloInput := api.AddModel(jsii.String("HelloInput"), &awsapigateway.ModelOptions{
		ContentType: jsii.String("application/json"),
		Schema: &awsapigateway.JsonSchema{
			Schema:               awsapigateway.JsonSchemaVersion_DRAFT4,
			Type:                 awsapigateway.JsonSchemaType_OBJECT,
			Properties:           &map[string]*awsapigateway.JsonSchema{"name": {Type: awsapigateway.JsonSchemaType_STRING}},
			Required:             jsii.Strings("name"),
			AdditionalProperties: false,
		},
	})
	validBody := &awsapigateway.MethodOptions{
		RequestModels: &map[string]awsapigateway.IModel{"application/json": helloInput},
		RequestValidatorOptions: &awsapigateway.RequestValidatorOptions{
			ValidateRequestBody:       jsii.Bool(true),
			ValidateRequestParameters: jsii.Bool(true),
		},
		MethodResponses: methodResponses(props.Settings),
	}
	anyBody := &awsapigateway.MethodOptions{MethodResponses: methodResponses(props.Settings)}

	// One integration for each way to say a name.
	integration := func(requestTemplate string) awsapigateway.Integration {
		return awsapigateway.NewLambdaIntegration(function.Live, &awsapigateway.LambdaIntegrationOptions{
			Proxy:           jsii.Bool(false),
			AllowTestInvoke: jsii.Bool(false), // the console's test button would need a permission of its own
			// Integration request: there is a template for JSON, and any other
			// content type is answered with 415.
			RequestTemplates:     jsonTemplate(template(requestTemplate)),
			PassthroughBehavior:  awsapigateway.PassthroughBehavior_NEVER,
			IntegrationResponses: integrationResponses(props.Settings),
		})
	}

	hello := api.Root().AddResource(jsii.String("hello"), nil)
	hello.AddMethod(jsii.String("GET"), integration("hello_from_query.vtl"), anyBody)
	hello.AddMethod(jsii.String("POST"), integration("hello_from_body.vtl"), validBody)
	addCorsPreflight(hello, props.Settings, "GET", "POST")

	helloName := hello.AddResource(jsii.String("{name}"), nil)
	helloName.AddMethod(jsii.String("GET"), integration("hello_from_path.vtl"), anyBody)
	addCorsPreflight(helloName, props.Settings, "GET")

	// The sentences of the two refusals above.
	addGatewayResponse(api, "InvalidBody", awsapigateway.ResponseType_BAD_REQUEST_BODY(),
		props.Settings, jsonTemplate(template("invalid_body.json")))
	addGatewayResponse(api, "UnsupportedMediaType", awsapigateway.ResponseType_UNSUPPORTED_MEDIA_TYPE(),
		props.Settings, jsonTemplate(template("unsupported_media_type.json")))

	return MappedApi{Construct: this, RestApi: api}
}

// integrationResponses turn what the function returned into an answer.
//
// A selection pattern is a regular expression that must match the whole text
// of the function's error; a result has no such text and takes the response
// without a pattern. A dot matches no line break, hence [\s\S].
func integrationResponses(settings Settings) *[]*awsapigateway.IntegrationResponse {
	response := func(status, selectionPattern, responseTemplate string) *awsapigateway.IntegrationResponse {
		r := &awsapigateway.IntegrationResponse{
			StatusCode:         jsii.String(status),
			ResponseParameters: responseParameters(corsHeaders(settings)),
			ResponseTemplates:  jsonTemplate(withAllowedOrigin(settings, template(responseTemplate))),
		}
		if selectionPattern != "" {
			r.SelectionPattern = jsii.String(selectionPattern)
		}
		return r
	}
	return &[]*awsapigateway.IntegrationResponse{
		response("200", "", "result.vtl"),
		response("400", `BadRequest: [\s\S]*`, "bad_request.vtl"),
		response("500", `(?!BadRequest: )[\s\S]+`, "internal_error.vtl"),
	}
}

// methodResponses declare what integrationResponses may answer. A status or a
// header that is mapped but not declared is a 500 for every caller.
func methodResponses(settings Settings) *[]*awsapigateway.MethodResponse {
	var responses []*awsapigateway.MethodResponse
	for _, status := range []string{"200", "400", "500"} {
		responses = append(responses, &awsapigateway.MethodResponse{
			StatusCode:         jsii.String(status),
			ResponseParameters: declaredParameters(corsHeaders(settings)),
		})
	}
	return &responses
}
