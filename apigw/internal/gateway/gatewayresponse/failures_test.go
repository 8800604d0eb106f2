package gatewayresponse_test

import (
	"errors"
	"fmt"
	"testing"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

// What a client sees of each failure where the API customizes nothing.
func TestFailures(t *testing.T) {
	cause, rule := errors.New("cause"), rules.Of("route-unknown", "method", "GET", "path", "/")
	policy := rules.Of("policy-denies", "decision", "no", "caller", "c", "address", "a")
	const internal = `{"message": "Internal server error"}`
	for _, c := range []struct {
		name      string
		failure   *gatewayresponse.Error
		status    int
		errorType string // empty: plain text
		body      string
		log       string
		findings  bool // the rules are those of what is wrong in the result
	}{
		{"an unknown API or stage", gatewayresponse.Forbidden(rule), 403, "ForbiddenException", `{"message":"Forbidden"}`, "", false},
		{"an unknown route", gatewayresponse.MissingAuthenticationToken(rule), 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`, "", false},
		{"what is not done here", gatewayresponse.NotImplemented(rule), 501, "", "Not implemented by the local gateway: No method serves GET /. Call a route that GET /_local/apis lists, or add the method to the API.\n", "", false},
		{"headers", gatewayresponse.HeaderTooLarge(11, 10), 431, "", "HTTP header is larger than 10 bytes.", "", false},
		{"a body", gatewayresponse.BodyTooLarge(10), 413, "", "HTTP content length exceeded 10 bytes.", "", false},
		{"a URI", gatewayresponse.URITooLong(), 414, "BadRequestException", `{"message":"Request URI too long"}`, "", false},
		{"a body that ends", gatewayresponse.BadRequest(rule), 400, "BadRequestException", `{"message":"Bad Request"}`, "", false},
		{"a resource policy that does not allow", gatewayresponse.DeniedByResourcePolicy("anonymous", "arn", false, policy), 403, "AccessDeniedException",
			`{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn"}`, "The client is not authorized to perform this operation.", false},
		{"a resource policy that denies", gatewayresponse.DeniedByResourcePolicy("anonymous", "arn", true, policy), 403, "AccessDeniedException",
			`{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn with an explicit deny in a resource-based policy"}`, "The client is not authorized to perform this operation.", false},
		{"a signature that lacks something", gatewayresponse.IncompleteSignature("lacks"), 403, "IncompleteSignatureException", `{"message":"lacks"}`, "", false},
		{"a wrong signature", gatewayresponse.InvalidSignature("wrong", rule), 403, "InvalidSignatureException", `{"message":"wrong"}`, "", false},
		{"an unknown access key", gatewayresponse.InvalidSecurityToken(rule), 403, "AccessDeniedException", `{"message":"The security token included in the request is invalid."}`, "", false},
		{"old credentials", gatewayresponse.ExpiredToken(rule), 403, "ExpiredTokenException", `{"message":"The security token included in the request is expired"}`, "", false},
		{"no identity", gatewayresponse.Unauthorized(rules.Of("token-not-valid", "expression", "e", "authorizer", "a", "request", "r1")), 401, "UnauthorizedException", `{"message":"Unauthorized"}`, "Unauthorized request: r1", false},
		{"an authorizer that does not allow", gatewayresponse.DeniedByAuthorizer(false, rules.Of("authorizer-does-not-allow", "authorizer", "a", "method", "m", "request", "r1")), 403, "AccessDeniedException",
			`{"Message":"User is not authorized to access this resource"}`, "Unauthorized request: r1", false},
		{"an authorizer that denies", gatewayresponse.DeniedByAuthorizer(true, rules.Of("authorizer-denies", "authorizer", "a", "method", "m", "request", "r1")), 403, "AccessDeniedException",
			`{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}`, "Unauthorized request: r1", false},
		{"an authorizer that fails", gatewayresponse.AuthorizerConfigurationError(rules.Of("authorizer-failed", "authorizer", "a", "problem", cause), cause), 500, "AuthorizerConfigurationException", `{"message":null}`, "AuthorizerConfigurationException", false},
		{"no API key", gatewayresponse.InvalidAPIKey(rules.Of("api-key-disabled", "key", "k", "method", "GET /", "place", "x/prod")), 403, "ForbiddenException", `{"message":"Forbidden"}`, "API Key k not authorized because method 'GET /' requires API Key and API Key is not associated with a Usage Plan for API Stage x/prod: No Usage Plan found for key and API Stage", false},
		{"a throttle", gatewayresponse.Throttled(rules.Of("throttled", "method", "GET /", "rate", 1, "burst", 2, "place", "P")), 429, "TooManyRequestsException", `{"message":"Too Many Requests"}`, "Key throttle limit exceeded for P. Limit: 1 Burst: 2", false},
		{"a quota", gatewayresponse.QuotaExceeded(rule), 429, "LimitExceededException", `{"message":"Limit Exceeded"}`, "", false},
		{"parameters that are missing", gatewayresponse.BadRequestParameters([]string{"a", "b"}), 400, "BadRequestException", `{"message": "Missing required request parameters: [a, b]"}`, "", false},
		{"a body that the model does not accept", gatewayresponse.BadRequestBody("M", "text/x", "[why]"), 400, "BadRequestException", `{"message": "Invalid request body"}`,
			"Request body does not match model schema for content type text/x: [why]", false},
		{"a model that is wrong", gatewayresponse.ValidationFailed(cause), 500, "InternalServerErrorException", internal,
			"Execution failed due to configuration error: Request body validation failed due to an unexpected error", false},
		{"a method without an integration", gatewayresponse.NoIntegration(), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: No integration defined for method", false},
		{"a type without a template", gatewayresponse.UnsupportedMediaType(rule), 415, "BadRequestException", `{"message": "Unsupported Media Type"}`, "", false},
		{"a body that must be base64", gatewayresponse.InvalidBase64(rules.Of("request-base64-invalid", "problem", cause)), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Unable to base64 decode the body.", false},
		{"a request template", gatewayresponse.UntransformableRequest(rules.Of("request-template-failed", "problem", cause), cause), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Unable to transform request", false},
		{"a header that no mapping may set", gatewayresponse.ForbiddenMapping("TE"), 500, "InternalServerErrorException", internal, "", false},
		{"a mapping from a body that is not JSON", gatewayresponse.InvalidJSON(cause), 400, "BadRequestException", `{"message": "Invalid JSON in request body"}`, "", false},
		{"a template that reads a broken body", gatewayresponse.UnreadablePayload(`x "`, cause), 400, "BadRequestException", `{"message": "Could not process payloadx \""}`, "", false},
		{"an event that Lambda refuses", gatewayresponse.EventNotJSON("Could not\n\"'"), 400, "BadRequestException", `{"message": "Could not\n\"'"}`, "", false},
		{"a URI that leads nowhere", gatewayresponse.InvalidEndpoint(rules.Of("endpoint-invalid", "problem", cause)), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Invalid endpoint address", false},
		{"no such function", gatewayresponse.FunctionNotFound(rules.Of("function-not-found", "function", "arn")), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Function not found: arn", false},
		{"no permission", gatewayresponse.NotPermitted(rules.Of("invoke-permission-missing", "function", "f", "source", "s")), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Invalid permissions on Lambda function", false},
		{"an event that is too large", gatewayresponse.RequestTooLong(rule), 413, "RequestTooLargeException", `{"message": "Request Too Long"}`, "", false},
		{"a busy function", gatewayresponse.LambdaThrottled("f", "l1", cause), 500, "InternalServerErrorException", internal,
			"Lambda invocation failed with status: 429. Lambda request id: l1\nExecution failed due to configuration error: Rate Exceeded.", false},
		{"a function that Lambda does not run", gatewayresponse.InvocationFailed("f", 502, "l1", cause), 500, "InternalServerErrorException", internal, "Lambda invocation failed with status: 502. Lambda request id: l1", false},
		{"a backend that hangs up", gatewayresponse.NetworkError(rules.Of("backend-unreachable", "problem", cause, "logged", "Connection is closed"), cause), 504, "InternalServerErrorException", `{"message": "Network error communicating with endpoint"}`,
			"Execution failed due to a network error communicating with endpoint: Connection is closed", false},
		{"a response that is too long", gatewayresponse.ResponseTooLong(11, 10), 500, "InternalServerErrorException", internal,
			"Execution failed due to configuration error: Integration response of reported length 11 is larger than allowed maximum of 10 bytes.", false},
		{"a backend that is slow", gatewayresponse.IntegrationTimeout(rules.Of("template-too-slow", "timeout", "1s"), cause), 504, "InternalServerErrorException", `{"message": "Endpoint request timed out"}`, "Execution failed due to a timeout error", false},
		{"a malformed proxy response", gatewayresponse.MalformedProxyResponse(502, "Execution failed due to configuration error: Malformed Lambda proxy response"), 502, "InternalServerErrorException", internal,
			"Execution failed due to configuration error: Malformed Lambda proxy response", true},
		{"a proxy response with broken base64", gatewayresponse.MalformedProxyResponse(500, "log"), 500, "InternalServerErrorException", internal, "log", true},
		{"no integration response", gatewayresponse.NoIntegrationResponse(200, "x"), 500, "InternalServerErrorException", internal,
			"Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 200", false},
		{"no method response", gatewayresponse.NoMethodResponse("418"), 500, "InternalServerErrorException", internal,
			"Execution failed due to configuration error: Output mapping refers to an invalid method response: 418", false},
		{"a response template", gatewayresponse.UntransformableResponse(rules.Of("response-template-failed", "problem", cause), cause), 500, "InternalServerErrorException", internal, "Execution failed due to configuration error: Unable to transform response", false},
		{"another failure of the backend", gatewayresponse.IntegrationFailure(rules.Of("function-not-invoked", "function", "f", "problem", cause), cause), 500, "InternalServerErrorException", internal, "", false},
	} {
		got := gatewayresponse.Set{}.Render(c.failure, "", lookup)
		if got.Status != c.status || got.Header.Get("x-amzn-ErrorType") != c.errorType || string(got.Body) != c.body || c.failure.Log != c.log {
			t.Errorf("%s: got %d %s %s, log %q; want %d %s %s, log %q", c.name,
				got.Status, got.Header.Get("x-amzn-ErrorType"), got.Body, c.failure.Log, c.status, c.errorType, c.body, c.log)
		}
		if says := c.failure.Rule.Log(); says != "" && says != c.failure.Log {
			t.Errorf("%s: got the log %q, want the line of the rule %s: %q", c.name, c.failure.Log, c.failure.Rule.ID(), says)
		}
		if c.failure.Why() == "" && !c.findings {
			t.Errorf("%s: got no reason, want that of a rule", c.name)
		}
	}
}

// The two types tell API authors where to look: in their API, or in the backend.
func TestTypesOfMalformedProxyResponses(t *testing.T) {
	got := fmt.Sprint(gatewayresponse.MalformedProxyResponse(502, "").Type, " ", gatewayresponse.MalformedProxyResponse(500, "").Type)
	if want := "INTEGRATION_FAILURE API_CONFIGURATION_ERROR"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
