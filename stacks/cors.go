package stacks

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
)

// CORS: a browser lets a page read an answer from another origin only if the
// answer's headers say so. They must be on every answer, errors of the gateway
// included, or the page sees "CORS error" in place of the error.

// corsHeaders are the CORS headers of every answer. The values are mapping
// expressions: text in single quotes is sent as it stands.
//
// Of several origins only the caller's may be sent, so that one is left to
// withAllowedOrigin, and Vary tells caches that the answer depends on it.
func corsHeaders(settings Settings) map[string]string {
	headers := map[string]string{}
	if len(settings.AllowedOrigins) == 1 {
		headers["Access-Control-Allow-Origin"] = quote(settings.AllowedOrigins[0])
	} else {
		headers["Vary"] = quote("Origin")
	}
	if settings.AllowCredentials {
		headers["Access-Control-Allow-Credentials"] = quote("true")
	}
	return headers
}

// withAllowedOrigin puts in front of a response template what sends the
// caller's origin back, where there are several to choose from.
func withAllowedOrigin(settings Settings, responseTemplate string) string {
	if len(settings.AllowedOrigins) == 1 {
		return responseTemplate
	}
	list, err := json.Marshal(settings.AllowedOrigins)
	if err != nil {
		panic(fmt.Errorf("allowed origins: %w", err))
	}
	return "#set($allowedOrigins = " + string(list) + ")\n" + template("allow_origin.vtl") + "\n" + responseTemplate
}

// gatewayResponseHeaders are the CORS headers of the errors that the gateway
// answers itself. A gateway response cannot compare origins with a list, so
// of several origins it sends back the caller's, whichever that is. That is
// safe only without credentials, hence it never allows them.
func gatewayResponseHeaders(settings Settings) *map[string]*string {
	headers := corsHeaders(settings)
	if len(settings.AllowedOrigins) > 1 {
		headers["Access-Control-Allow-Origin"] = "method.request.header.origin"
		delete(headers, "Access-Control-Allow-Credentials")
	}
	return jsiiMap(headers)
}

// addCorsPreflight answers OPTIONS, the question that a browser asks before it
// sends certain requests, without calling a function.
func addCorsPreflight(resource awsapigateway.IResource, settings Settings, methods ...string) {
	headers := corsHeaders(settings)
	headers["Access-Control-Allow-Methods"] = quote(strings.Join(append(methods, "OPTIONS"), ","))
	headers["Access-Control-Allow-Headers"] = quote("Content-Type")
	headers["Access-Control-Max-Age"] = quote("600")

	resource.AddMethod(jsii.String("OPTIONS"), awsapigateway.NewMockIntegration(&awsapigateway.IntegrationOptions{
		PassthroughBehavior: awsapigateway.PassthroughBehavior_NEVER,
		RequestTemplates:    jsonTemplate(template("preflight.vtl")),
		IntegrationResponses: &[]*awsapigateway.IntegrationResponse{{
			StatusCode:         jsii.String("204"),
			ResponseParameters: responseParameters(headers),
			ResponseTemplates:  jsonTemplate(withAllowedOrigin(settings, template("preflight_answer.vtl"))),
		}},
	}), &awsapigateway.MethodOptions{
		MethodResponses: &[]*awsapigateway.MethodResponse{{
			StatusCode:         jsii.String("204"),
			ResponseParameters: declaredParameters(headers),
		}},
	})
}

// responseParameters are headers as an integration response maps them.
func responseParameters(headers map[string]string) *map[string]*string {
	parameters := map[string]string{}
	for name, value := range headers {
		parameters["method.response.header."+name] = value
	}
	return jsiiMap(parameters)
}

// declaredParameters are headers as a method response declares them: API
// Gateway refuses to map a header that is not declared.
func declaredParameters(headers map[string]string) *map[string]*bool {
	parameters := map[string]*bool{}
	for name := range maps.Keys(headers) {
		parameters["method.response.header."+name] = jsii.Bool(true)
	}
	return &parameters
}

// jsonTemplate is a template for the content type application/json.
func jsonTemplate(text string) *map[string]*string {
	return &map[string]*string{"application/json": jsii.String(text)}
}

// quote makes a static value of a parameter mapping.
func quote(text string) string {
	return "'" + text + "'"
}

// jsiiMap is the same map in the form that the CDK wants.
func jsiiMap(values map[string]string) *map[string]*string {
	pointers := map[string]*string{}
	for key, value := range values {
		pointers[key] = jsii.String(value)
	}
	return &pointers
}
