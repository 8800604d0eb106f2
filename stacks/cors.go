package stacks

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
)

// CORS: a browser lets a page read a response from another origin only if the
// response's headers allow it. They must be on every response, also on errors of
// the gateway: otherwise the page sees a "CORS error" and not the error.

// corsHeaders returns the CORS headers of every response. The values are mapping
// expressions: a text in single quotes is sent as it is.
//
// A response may name one origin only. If there are several, withAllowedOrigin
// sends the caller's, and Vary says to caches that the response depends on it.
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

// withAllowedOrigin returns a response template that, if there are several
// origins, also sends the caller's origin back.
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

// gatewayResponseHeaders returns the CORS headers of the gateway's own errors. A
// gateway response cannot compare origins with a list. If there are several, it
// sends back the caller's, whichever that is. That is safe only without
// credentials, so it does not allow them.
func gatewayResponseHeaders(settings Settings) *map[string]*string {
	headers := corsHeaders(settings)
	if len(settings.AllowedOrigins) > 1 {
		headers["Access-Control-Allow-Origin"] = "method.request.header.origin"
		delete(headers, "Access-Control-Allow-Credentials")
	}
	return jsiiMap(headers)
}

// addCorsPreflight adds the method OPTIONS, which a browser calls before it sends
// certain requests. The gateway responds by itself, without a function. The
// request may have one of the methods, and the headers in allowed.
func addCorsPreflight(resource awsapigateway.IResource, settings Settings, methods, allowed []string) {
	headers := corsHeaders(settings)
	slices.Sort(methods)
	headers["Access-Control-Allow-Methods"] = quote(strings.Join(append(methods, "OPTIONS"), ","))
	headers["Access-Control-Allow-Headers"] = quote(strings.Join(allowed, ","))
	headers["Access-Control-Max-Age"] = quote("600")

	resource.AddMethod(jsii.String("OPTIONS"), awsapigateway.NewMockIntegration(&awsapigateway.IntegrationOptions{
		PassthroughBehavior: awsapigateway.PassthroughBehavior_NEVER,
		RequestTemplates:    jsonTemplate(template("preflight.vtl")),
		IntegrationResponses: &[]*awsapigateway.IntegrationResponse{{
			StatusCode:         jsii.String("204"),
			ResponseParameters: responseParameters(headers),
			ResponseTemplates:  jsonTemplate(withAllowedOrigin(settings, template("preflight_response.vtl"))),
		}},
	}), &awsapigateway.MethodOptions{
		// A browser sends no credentials with it, whatever the other methods ask for.
		AuthorizationType: awsapigateway.AuthorizationType_NONE,
		ApiKeyRequired:    jsii.Bool(false),
		MethodResponses: &[]*awsapigateway.MethodResponse{{
			StatusCode:         jsii.String("204"),
			ResponseParameters: declaredParameters(headers),
		}},
	})
}

// responseParameters returns headers as an integration response maps them.
func responseParameters(headers map[string]string) *map[string]*string {
	parameters := map[string]string{}
	for name, value := range headers {
		parameters["method.response.header."+name] = value
	}
	return jsiiMap(parameters)
}

// declaredParameters returns headers as a method response declares them. API
// Gateway refuses to map a header that is not declared.
func declaredParameters(headers map[string]string) *map[string]*bool {
	parameters := map[string]*bool{}
	for name := range maps.Keys(headers) {
		parameters["method.response.header."+name] = jsii.Bool(true)
	}
	return &parameters
}

// jsonTemplate returns text as the template for the content type
// application/json.
func jsonTemplate(text string) *map[string]*string {
	return &map[string]*string{"application/json": jsii.String(text)}
}

// quote returns text as a static value of a parameter mapping.
func quote(text string) string {
	return "'" + text + "'"
}

// jsiiMap returns the same map in the form that the CDK wants.
func jsiiMap(values map[string]string) *map[string]*string {
	pointers := map[string]*string{}
	for key, value := range values {
		pointers[key] = jsii.String(value)
	}
	return &pointers
}
