package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// MappedApiName is the name of the API without proxy integration.
const MappedApiName = "hello-mapped"

// NewMappedApi adds the REST API without proxy integration to scope. The gateway
// turns the HTTP request into the function's event, and the function's result or
// error into the HTTP response. The function never sees HTTP.
func NewMappedApi(scope constructs.Construct, id string, settings Settings) awsapigateway.RestApi {
	this := constructs.NewConstruct(scope, jsii.String(id))
	api := newRestApi(this, MappedApiName, "Without proxy integration", settings)

	function := NewGoFunction(this, "Hello", &GoFunctionProps{
		Source:      "functions/hello-mapped",
		Description: "Takes and returns plain JSON; API Gateway does the HTTP part",
	})

	// Method request: the gateway refuses a body that does not fit the model,
	// before it calls anything.
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
		MethodResponses: methodResponses(settings),
	}
	anyBody := &awsapigateway.MethodOptions{MethodResponses: methodResponses(settings)}

	// One integration for each place of the name in a request.
	integration := func(requestTemplate string) awsapigateway.Integration {
		return awsapigateway.NewLambdaIntegration(function.Live, &awsapigateway.LambdaIntegrationOptions{
			Proxy:           jsii.Bool(false),
			AllowTestInvoke: jsii.Bool(false), // the console's test button would need a permission of its own
			// Integration request: there is a template for JSON, and the response
			// to any other content type is 415.
			RequestTemplates:     jsonTemplate(template(requestTemplate)),
			PassthroughBehavior:  awsapigateway.PassthroughBehavior_NEVER,
			IntegrationResponses: integrationResponses(settings),
		})
	}

	hello := api.Root().AddResource(jsii.String("hello"), nil)
	hello.AddMethod(jsii.String("GET"), integration("mapped/hello_from_query.vtl"), anyBody)
	hello.AddMethod(jsii.String("POST"), integration("mapped/hello_from_body.vtl"), validBody)
	addCorsPreflight(hello, settings, "GET", "POST")

	helloName := hello.AddResource(jsii.String("{name}"), nil)
	helloName.AddMethod(jsii.String("GET"), integration("mapped/hello_from_path.vtl"), anyBody)
	addCorsPreflight(helloName, settings, "GET")

	// Gateway responses: the sentences of the two refusals above.
	addGatewayResponse(api, "InvalidBody", settings, &awsapigateway.GatewayResponseOptions{
		Type:      awsapigateway.ResponseType_BAD_REQUEST_BODY(),
		Templates: jsonTemplate(template("mapped/invalid_body.json")),
	})
	addGatewayResponse(api, "UnsupportedMediaType", settings, &awsapigateway.GatewayResponseOptions{
		Type:      awsapigateway.ResponseType_UNSUPPORTED_MEDIA_TYPE(),
		Templates: jsonTemplate(template("mapped/unsupported_media_type.json")),
	})

	addURLOutput(api, "MappedUrl", "/hello")
	return api
}

// integrationResponses turn the function's result or error into a response.
//
// A selection pattern is a regular expression that must match the whole text of
// the function's error. A result has no such text, and takes the response
// without a pattern. A dot does not match a line break, hence [\s\S].
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
		response("200", "", "mapped/result.vtl"),
		response("400", `BadRequest: [\s\S]*`, "mapped/bad_request.vtl"),
		response("500", `(?!BadRequest: )[\s\S]+`, "mapped/internal_error.vtl"),
	}
}

// methodResponses declare the statuses and headers of integrationResponses. One
// that is not declared is a 500 for every caller.
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
