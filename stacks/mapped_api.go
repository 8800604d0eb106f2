package stacks

import (
	"encoding/json"
	"fmt"

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

	hello := NewGoFunction(this, "Hello", &GoFunctionProps{
		Source:      "functions/hello-mapped",
		Description: "Takes and returns plain JSON; API Gateway does the HTTP part",
	})

	addRoutes(api, settings,
		route{method: "GET", path: "/hello", call: mapped{function: hello, template: "mapped/hello_from_query.vtl"}},
		route{method: "POST", path: "/hello", call: mapped{function: hello, template: "mapped/hello_from_body.vtl", model: addModel(api, "HelloInput", "mapped/hello_input.json")}},
		route{method: "GET", path: "/hello/{name}", call: mapped{function: hello, template: "mapped/hello_from_path.vtl"}},
	)

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

// mapped is an integration that turns requests into events of a function, and its
// results and errors into responses.
type mapped struct {
	function GoFunction
	template string               // of the event
	model    awsapigateway.IModel // of the body; nil if there is none
}

func (m mapped) of(settings Settings) (awsapigateway.Integration, *awsapigateway.MethodOptions) {
	options := &awsapigateway.MethodOptions{MethodResponses: methodResponses(settings)}
	if m.model != nil {
		// Method request: the gateway refuses a body that does not fit the
		// model, before it calls anything.
		options.RequestModels = &map[string]awsapigateway.IModel{"application/json": m.model}
		options.RequestValidatorOptions = &awsapigateway.RequestValidatorOptions{
			ValidateRequestBody:       jsii.Bool(true),
			ValidateRequestParameters: jsii.Bool(true),
		}
	}
	return awsapigateway.NewLambdaIntegration(m.function.Live, &awsapigateway.LambdaIntegrationOptions{
		Proxy:           jsii.Bool(false),
		AllowTestInvoke: jsii.Bool(false), // the console's test button would need a permission of its own
		// Integration request: there is a template for JSON, and the response
		// to any other content type is 415.
		RequestTemplates:     jsonTemplate(template(m.template)),
		PassthroughBehavior:  awsapigateway.PassthroughBehavior_NEVER,
		IntegrationResponses: integrationResponses(settings),
	}), options
}

// addModel adds the JSON schema in a file of templates/ to an API. A changed schema
// deploys the API again, as a changed method does.
func addModel(api awsapigateway.RestApi, id, file string) awsapigateway.IModel {
	var schema any
	if err := json.Unmarshal([]byte(template(file)), &schema); err != nil {
		panic(fmt.Errorf("stacks/templates/%s: %w: correct the JSON", file, err))
	}
	model := awsapigateway.NewCfnModel(api, jsii.String(id), &awsapigateway.CfnModelProps{
		RestApiId:   api.RestApiId(),
		ContentType: jsii.String("application/json"),
		Schema:      schema,
	})
	api.LatestDeployment().Node().AddDependency(model)
	api.LatestDeployment().AddToLogicalId(schema)
	return awsapigateway.Model_FromModelName(api, jsii.String(id+"Name"), model.Ref())
}

// outcomes are the ways in which a function ends, and the response to each.
//
// A selection pattern is a regular expression that must match the whole text of
// the function's error. A result has no such text, and takes the response
// without a pattern. A dot does not match a line break, hence [\s\S].
var outcomes = []struct{ status, pattern, template string }{
	{"200", "", "mapped/result.vtl"},
	{"400", `BadRequest: [\s\S]*`, "mapped/client_error.vtl"},
	{"404", `NotFound: [\s\S]*`, "mapped/client_error.vtl"},
	{"500", `(?!(BadRequest|NotFound): )[\s\S]+`, "mapped/internal_error.vtl"},
}

// integrationResponses turn the function's result or error into a response.
func integrationResponses(settings Settings) *[]*awsapigateway.IntegrationResponse {
	var responses []*awsapigateway.IntegrationResponse
	for _, outcome := range outcomes {
		response := &awsapigateway.IntegrationResponse{
			StatusCode:         jsii.String(outcome.status),
			ResponseParameters: responseParameters(corsHeaders(settings)),
			ResponseTemplates:  jsonTemplate(withAllowedOrigin(settings, template(outcome.template))),
		}
		if outcome.pattern != "" {
			response.SelectionPattern = jsii.String(outcome.pattern)
		}
		responses = append(responses, response)
	}
	return &responses
}

// methodResponses declare the statuses and headers of integrationResponses. One
// that is not declared is a 500 for every caller.
func methodResponses(settings Settings) *[]*awsapigateway.MethodResponse {
	var responses []*awsapigateway.MethodResponse
	for _, outcome := range outcomes {
		responses = append(responses, &awsapigateway.MethodResponse{
			StatusCode:         jsii.String(outcome.status),
			ResponseParameters: declaredParameters(corsHeaders(settings)),
		})
	}
	return &responses
}
