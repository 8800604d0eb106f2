package gatewayresponse_test

import (
	"errors"
	"fmt"
	"testing"

	"example.com/apigw/internal/gateway/gatewayresponse"
)

// What a client sees of each failure where the API customizes nothing.
func TestFailures(t *testing.T) {
	cause := errors.New("cause")
	const internal = `{"message": "Internal server error"}`
	for _, c := range []struct {
		name      string
		failure   *gatewayresponse.Error
		status    int
		errorType string // empty: plain text
		body      string
		log       string
	}{
		{"an unknown API or stage", gatewayresponse.Forbidden(cause), 403, "ForbiddenException", `{"message":"Forbidden"}`, ""},
		{"an unknown route", gatewayresponse.MissingAuthenticationToken(cause), 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`, ""},
		{"what is not done here", gatewayresponse.NotImplemented("why"), 501, "", "Not implemented by the local gateway: why\n", ""},
		{"headers", gatewayresponse.HeaderTooLarge(10), 431, "", "HTTP header is larger than 10 bytes.", ""},
		{"a body", gatewayresponse.BodyTooLarge(10), 413, "", "HTTP content length exceeded 10 bytes.", ""},
		{"a URI", gatewayresponse.URITooLong(), 414, "BadRequestException", `{"message":"Request URI too long"}`, ""},
		{"a body that ends", gatewayresponse.BadRequest(cause), 400, "BadRequestException", `{"message":"Bad Request"}`, ""},
		{"a resource policy that does not allow", gatewayresponse.DeniedByResourcePolicy("anonymous", "arn", false, cause), 403, "AccessDeniedException",
			`{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn"}`, "The client is not authorized to perform this operation."},
		{"a resource policy that denies", gatewayresponse.DeniedByResourcePolicy("anonymous", "arn", true, cause), 403, "AccessDeniedException",
			`{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn with an explicit deny in a resource-based policy"}`, "The client is not authorized to perform this operation."},
		{"a signature that lacks something", gatewayresponse.IncompleteSignature("lacks"), 403, "IncompleteSignatureException", `{"message":"lacks"}`, ""},
		{"a wrong signature", gatewayresponse.InvalidSignature("wrong", cause), 403, "InvalidSignatureException", `{"message":"wrong"}`, ""},
		{"an unknown access key", gatewayresponse.InvalidSecurityToken(cause), 403, "AccessDeniedException", `{"message":"The security token included in the request is invalid."}`, ""},
		{"old credentials", gatewayresponse.ExpiredToken(cause), 403, "ExpiredTokenException", `{"message":"The security token included in the request is expired"}`, ""},
		{"no identity", gatewayresponse.Unauthorized("r1", cause), 401, "UnauthorizedException", `{"message":"Unauthorized"}`, "Unauthorized request: r1"},
		{"an authorizer that does not allow", gatewayresponse.DeniedByAuthorizer("r1", false, cause), 403, "AccessDeniedException",
			`{"Message":"User is not authorized to access this resource"}`, "Unauthorized request: r1"},
		{"an authorizer that denies", gatewayresponse.DeniedByAuthorizer("r1", true, cause), 403, "AccessDeniedException",
			`{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}`, "Unauthorized request: r1"},
		{"an authorizer that fails", gatewayresponse.AuthorizerConfigurationError(cause), 500, "AuthorizerConfigurationException", `{"message":null}`, "AuthorizerConfigurationException"},
		{"no API key", gatewayresponse.InvalidAPIKey("log", cause), 403, "ForbiddenException", `{"message":"Forbidden"}`, "log"},
		{"a throttle", gatewayresponse.Throttled("log"), 429, "TooManyRequestsException", `{"message":"Too Many Requests"}`, "log"},
		{"a quota", gatewayresponse.QuotaExceeded(cause), 429, "LimitExceededException", `{"message":"Limit Exceeded"}`, ""},
		{"parameters that are missing", gatewayresponse.BadRequestParameters([]string{"a", "b"}), 400, "BadRequestException", `{"message": "Missing required request parameters: [a, b]"}`, ""},
		{"a body that the model does not accept", gatewayresponse.BadRequestBody("text/x", "[why]"), 400, "BadRequestException", `{"message": "Invalid request body"}`,
			"Request body does not match model schema for content type text/x: [why]"},
		{"a model that is wrong", gatewayresponse.ValidationFailed(cause), 500, "InternalServerErrorException", internal,
			"Execution failed due to configuration error: Request body validation failed due to an unexpected error"},
		{"a method without an integration", gatewayresponse.NoIntegration(), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: No integration defined for method"},
		{"a type without a template", gatewayresponse.UnsupportedMediaType(cause), 415, "BadRequestException", `{"message": "Unsupported Media Type"}`, ""},
		{"a request template", gatewayresponse.UntransformableRequest(cause), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Unable to transform request"},
		{"a header that no mapping may set", gatewayresponse.ForbiddenMapping("TE"), 500, "InternalServerErrorException", internal, ""},
		{"a mapping from a body that is not JSON", gatewayresponse.InvalidJSON(cause), 400, "BadRequestException", `{"message": "Invalid JSON in request body"}`, ""},
		{"a template that reads a broken body", gatewayresponse.UnreadablePayload(`x "`, cause), 400, "BadRequestException", `{"message": "Could not process payloadx \""}`, ""},
		{"an event that Lambda refuses", gatewayresponse.EventNotJSON("Could not\n\"'"), 400, "BadRequestException", `{"message": "Could not\n\"'"}`, ""},
		{"a URI that leads nowhere", gatewayresponse.InvalidEndpoint(cause), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Invalid endpoint address"},
		{"no such function", gatewayresponse.FunctionNotFound("arn", cause), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Function not found: arn"},
		{"no permission", gatewayresponse.NotPermitted(cause), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Invalid permissions on Lambda function"},
		{"an event that is too large", gatewayresponse.RequestTooLong(cause), 413, "RequestTooLargeException", `{"message": "Request Too Long"}`, ""},
		{"a busy function", gatewayresponse.LambdaThrottled("l1", cause), 500, "InternalServerErrorException", internal,
			"Lambda invocation failed with status: 429. Lambda request id: l1\nExecution failed due to configuration error: Rate Exceeded."},
		{"a function that Lambda does not run", gatewayresponse.InvocationFailed(502, "l1", cause), 500, "InternalServerErrorException", internal, "Lambda invocation failed with status: 502. Lambda request id: l1"},
		{"a backend that hangs up", gatewayresponse.NetworkError("Connection is closed", cause), 504, "InternalServerErrorException", `{"message": "Network error communicating with endpoint"}`,
			"Execution failed due to a network error communicating with endpoint: Connection is closed"},
		{"a response that is too long", gatewayresponse.ResponseTooLong(11, 10), 500, "InternalServerErrorException", internal,
			"Execution failed due to configuration error: Integration response of reported length 11 is larger than allowed maximum of 10 bytes."},
		{"a backend that is slow", gatewayresponse.IntegrationTimeout(cause), 504, "InternalServerErrorException", `{"message": "Endpoint request timed out"}`, "Execution failed due to a timeout error"},
		{"a malformed proxy response", gatewayresponse.MalformedProxyResponse(502, gatewayresponse.MalformedLog, cause), 502, "InternalServerErrorException", internal,
			"Execution failed due to configuration error: Malformed Lambda proxy response"},
		{"a proxy response with broken base64", gatewayresponse.MalformedProxyResponse(500, "log", cause), 500, "InternalServerErrorException", internal, "log"},
		{"no integration response", gatewayresponse.NoIntegrationResponse(200, "x"), 500, "InternalServerErrorException", internal,
			"Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 200"},
		{"no method response", gatewayresponse.NoMethodResponse("418"), 500, "InternalServerErrorException", internal,
			"Execution failed due to configuration error: Output mapping refers to an invalid method response: 418"},
		{"a response template", gatewayresponse.UntransformableResponse(cause), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Unable to transform response"},
		{"another failure of the backend", gatewayresponse.IntegrationFailure("log", cause), 500, "InternalServerErrorException", internal, "log"},
	} {
		got := gatewayresponse.Set{}.Render(c.failure, "", lookup)
		if got.Status != c.status || got.Header.Get("x-amzn-ErrorType") != c.errorType || string(got.Body) != c.body || c.failure.Log != c.log {
			t.Errorf("%s: got %d %s %s, log %q; want %d %s %s, log %q", c.name,
				got.Status, got.Header.Get("x-amzn-ErrorType"), got.Body, c.failure.Log, c.status, c.errorType, c.body, c.log)
		}
	}
}

// The two types tell API authors where to look: in their API, or in the backend.
func TestTypesOfMalformedProxyResponses(t *testing.T) {
	got := fmt.Sprint(gatewayresponse.MalformedProxyResponse(502, "", nil).Type, " ", gatewayresponse.MalformedProxyResponse(500, "", nil).Type)
	if want := "INTEGRATION_FAILURE API_CONFIGURATION_ERROR"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
