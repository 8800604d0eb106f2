package gatewayresponse

import (
	"fmt"
	"net/http"
	"strings"

	"example.com/apigw/internal/rules"
)

// All failures that the gateway knows, in the order in which a request meets them.
// Each has its rule, which says to the person at the laptop what is wrong, or gets it
// by By where the particulars are known; the client never sees it.

// Addressing an API, a stage and a method.

// Forbidden returns 403 "Forbidden": the URL names no API, or no stage of one.
func Forbidden(rule rules.Use) *Error {
	return &Error{
		Type: TypeAccessDenied, Status: http.StatusForbidden, Message: "Forbidden", ErrorType: "ForbiddenException", Rule: rule,
	}
}

// MissingAuthenticationToken returns 403 "Missing Authentication Token": no method
// serves the request (the route is unknown), or the method asks for a signature and
// there is none.
func MissingAuthenticationToken(rule rules.Use) *Error {
	return &Error{
		Type: TypeMissingAuthenticationToken, Status: http.StatusForbidden,
		Message: "Missing Authentication Token", ErrorType: "MissingAuthenticationTokenException", Rule: rule,
	}
}

// NotImplemented returns 501: AWS serves the request, and the local gateway cannot.
// It has a form that no response of API Gateway has.
func NotImplemented(rule rules.Use) *Error {
	return &Error{
		Type: TypeDefault5XX, Status: http.StatusNotImplemented, PlainText: true,
		Message: "Not implemented by the local gateway: " + rule.Text() + "\n", Rule: rule,
	}
}

// NotImplementedRequest returns 501 for a request that a backend would get which is not
// here, and shows it.
func NotImplementedRequest(rule rules.Use, request string) *Error {
	e := NotImplemented(rule)
	e.Message += "\nThe request to the service would be:\n\n" + request
	return e
}

// The method request: its size.

// HeaderTooLarge returns 431. Size is what the values of all headers have, in bytes.
func HeaderTooLarge(size, limit int) *Error {
	return tooLarge(http.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("HTTP header is larger than %d bytes.", limit)).
		By(rules.Of("headers-too-large", "size", size, "limit", limit))
}

// BodyTooLarge returns 413 for a body that API Gateway does not take.
func BodyTooLarge(limit int) *Error {
	return tooLarge(http.StatusRequestEntityTooLarge, fmt.Sprintf("HTTP content length exceeded %d bytes.", limit)).
		By(rules.Of("body-too-large"))
}

func tooLarge(status int, message string) *Error {
	return &Error{Type: TypeRequestTooLarge, Status: status, Message: message, PlainText: true}
}

// URITooLong returns 414.
func URITooLong() *Error {
	return &Error{Type: TypeDefault4XX, Status: http.StatusRequestURITooLong, Message: "Request URI too long", Rule: rules.Of("request-line-too-long")}
}

// BadRequest returns 400 for a request that is not complete.
func BadRequest(rule rules.Use) *Error {
	return &Error{Type: TypeDefault4XX, Status: http.StatusBadRequest, Message: "Bad Request", Rule: rule}
}

// The method request: who may call.

// DeniedByResourcePolicy returns 403: the resource policy does not allow the
// caller. The ARN is that of the method.
func DeniedByResourcePolicy(user, arn string, explicit bool, rule rules.Use) *Error {
	message := "User: " + user + " is not authorized to perform: execute-api:Invoke on resource: " + arn
	if explicit {
		message += " with an explicit deny in a resource-based policy"
	}
	return (&Error{Type: TypeAccessDenied, Status: http.StatusForbidden, Message: message, CapitalKey: true}).By(rule)
}

// IncompleteSignature returns 403: something is missing in the signature.
func IncompleteSignature(message string) *Error {
	return &Error{
		Type: TypeDefault4XX, Status: http.StatusForbidden, Message: message, ErrorType: "IncompleteSignatureException",
		Rule: rules.Of("signature-incomplete", "problem", message),
	}
}

// InvalidSignature returns 403: the signature is not the right one.
func InvalidSignature(message string, rule rules.Use) *Error {
	return &Error{
		Type: TypeInvalidSignature, Status: http.StatusForbidden, Message: message, ErrorType: "InvalidSignatureException", Rule: rule,
	}
}

// InvalidSecurityToken returns 403: the access key or its security token is not
// known.
func InvalidSecurityToken(rule rules.Use) *Error {
	return &Error{
		Type: TypeAccessDenied, Status: http.StatusForbidden, ErrorType: "AccessDeniedException",
		Message: "The security token included in the request is invalid.", Rule: rule,
	}
}

// ExpiredToken returns 403: the credentials are too old.
func ExpiredToken(rule rules.Use) *Error {
	return &Error{
		Type: TypeExpiredToken, Status: http.StatusForbidden, ErrorType: "ExpiredTokenException",
		Message: "The security token included in the request is expired", Rule: rule,
	}
}

// TokenExpired returns 401: the token of a user pool is too old.
func TokenExpired(rule rules.Use) *Error {
	return (&Error{
		Type: TypeExpiredToken, Status: http.StatusUnauthorized, ErrorType: "UnauthorizedException",
		Message: "The incoming token has expired",
	}).By(rule)
}

// Unauthorized returns 401: what identifies the caller is missing, or the
// authorizer's function says so.
func Unauthorized(rule rules.Use) *Error {
	return (&Error{
		Type: TypeUnauthorized, Status: http.StatusUnauthorized, Message: "Unauthorized", ErrorType: "UnauthorizedException",
	}).By(rule)
}

// DeniedByAuthorizer returns 403: the policy of the authorizer does not allow the
// method.
func DeniedByAuthorizer(explicit bool, rule rules.Use) *Error {
	message := "User is not authorized to access this resource"
	if explicit {
		message += " with an explicit deny in an identity-based policy"
	}
	return (&Error{
		Type: TypeAccessDenied, Status: http.StatusForbidden, Message: message, CapitalKey: true, ErrorType: "AccessDeniedException",
	}).By(rule)
}

// AuthorizerConfigurationError returns 500: the authorizer, its function or the
// function's result is not right.
func AuthorizerConfigurationError(rule rules.Use, cause error) *Error {
	return (&Error{
		Type: TypeAuthorizerConfigurationError, Status: http.StatusInternalServerError, NoMessage: true,
		ErrorType: "AuthorizerConfigurationException", Cause: cause,
	}).By(rule)
}

// InvalidAPIKey returns 403 "Forbidden": the method asks for an API key of a usage
// plan.
func InvalidAPIKey(rule rules.Use) *Error {
	return (&Error{Type: TypeInvalidAPIKey, Status: http.StatusForbidden, Message: "Forbidden", ErrorType: "ForbiddenException"}).By(rule)
}

// Throttled returns 429 "Too Many Requests".
func Throttled(rule rules.Use) *Error {
	return (&Error{
		Type: TypeThrottled, Status: http.StatusTooManyRequests, Message: "Too Many Requests", ErrorType: "TooManyRequestsException",
	}).By(rule)
}

// QuotaExceeded returns 429 "Limit Exceeded".
func QuotaExceeded(rule rules.Use) *Error {
	return &Error{
		Type: TypeQuotaExceeded, Status: http.StatusTooManyRequests, Message: "Limit Exceeded", ErrorType: "LimitExceededException", Rule: rule,
	}
}

// The method request: its validation.

// BadRequestParameters returns 400: parameters that the request validator asks for
// are missing.
func BadRequestParameters(missing []string) *Error {
	return &Error{
		Type: TypeBadRequestParameters, Status: http.StatusBadRequest, Spaced: true,
		Message: "Missing required request parameters: [" + strings.Join(missing, ", ") + "]",
		Rule:    rules.Of("parameters-missing", "names", strings.Join(missing, ", ")),
	}
}

// BadRequestBody returns 400: the body is not what its model says. Validation is
// the list of what is wrong.
func BadRequestBody(model, contentType, validation string) *Error {
	return (&Error{
		Type: TypeBadRequestBody, Status: http.StatusBadRequest, Message: "Invalid request body", Validation: validation,
		ErrorType: "BadRequestException", Spaced: true,
	}).By(rules.Of("body-invalid", "model", model, "type", contentType, "details", validation))
}

// ValidationFailed returns 500: the model itself is wrong.
func ValidationFailed(cause error) *Error {
	return (&Error{
		Type: TypeDefault5XX, Status: http.StatusInternalServerError, Message: "Internal server error",
		ErrorType: "InternalServerErrorException", Spaced: true, Cause: cause,
	}).By(rules.Of("model-unusable", "problem", cause))
}

// The integration request.

// NoIntegration returns 500: the method has nothing behind it.
func NoIntegration() *Error {
	return APIConfigurationError(rules.Of("integration-missing"), nil)
}

// UnsupportedMediaType returns 415: there is no request template for the
// Content-Type.
func UnsupportedMediaType(rule rules.Use) *Error {
	return &Error{
		Type: TypeUnsupportedMediaType, Status: http.StatusUnsupportedMediaType, Message: "Unsupported Media Type", Spaced: true, Rule: rule,
	}
}

// UnreadablePayload returns 400: a request template reads a body as JSON that is
// broken. The words are those of the reader. (Recorded, in 2015; not what the
// execution log says.)
func UnreadablePayload(words string, cause error) *Error {
	return &Error{
		Type: TypeDefault4XX, Status: http.StatusBadRequest, Message: "Could not process payload" + words, Spaced: true, Cause: cause,
		Rule: rules.Of("payload-unreadable", "problem", words),
	}
}

// InvalidBase64 returns 500: a body must be base64 to be turned into bytes.
func InvalidBase64(rule rules.Use) *Error {
	return APIConfigurationError(rule, nil)
}

// UntransformableRequest returns 500: a request template or a mapping fails.
func UntransformableRequest(rule rules.Use, cause error) *Error {
	return APIConfigurationError(rule, cause)
}

// ForbiddenMapping returns 500: a header is mapped that no mapping may set.
// (Recorded: test_apigateway_header_remapping_aws.)
func ForbiddenMapping(header string) *Error {
	return APIConfigurationError(rules.Of("header-mapping-forbidden", "header", header), nil)
}

// InvalidJSON returns 400: a parameter mapping reads a body as JSON that is broken.
func InvalidJSON(cause error) *Error {
	return &Error{
		Type: TypeDefault4XX, Status: http.StatusBadRequest, Message: "Invalid JSON in request body", Spaced: true, Cause: cause,
		Rule: rules.Of("request-json-invalid", "problem", cause),
	}
}

// InvalidEndpoint returns 500: the URI of the integration leads nowhere.
func InvalidEndpoint(rule rules.Use) *Error {
	return APIConfigurationError(rule, nil)
}

// The backend: a function.

// FunctionNotFound returns 500: there is no such function.
func FunctionNotFound(rule rules.Use) *Error {
	return IntegrationFailure(rule, nil)
}

// NotPermitted returns 500: no permission of the function lets the API invoke it.
func NotPermitted(rule rules.Use) *Error {
	return IntegrationFailure(rule, nil)
}

// EventNotJSON returns 400: Lambda refuses the event, which a request template made,
// and the message is Lambda's.
func EventNotJSON(message string) *Error {
	use := rules.Of("event-not-json")
	return &Error{
		Type: TypeDefault4XX, Status: http.StatusBadRequest, Message: message, Spaced: true, Rule: use,
	}
}

// RequestTooLong returns 413: the event is too large for Lambda.
func RequestTooLong(rule rules.Use) *Error {
	return &Error{
		Type: TypeRequestTooLarge, Status: http.StatusRequestEntityTooLarge, Message: "Request Too Long", Spaced: true, Rule: rule,
	}
}

// LambdaThrottled returns 500: all instances that the function may have are busy.
func LambdaThrottled(function, requestID string, cause error) *Error {
	return IntegrationFailure(rules.Of("lambda-throttled", "function", function, "reason", strings.TrimRight(cause.Error(), "."), "request", requestID), cause)
}

// InvocationFailed returns 500: Lambda refuses to run the function.
func InvocationFailed(function string, status int, requestID string, cause error) *Error {
	return IntegrationFailure(rules.Of("lambda-refused", "function", function, "problem", cause, "status", status, "request", requestID), cause)
}

// The backend: an HTTP endpoint, and all others.

// NetworkError returns 504: the backend cannot be reached, or hangs up.
func NetworkError(rule rules.Use, cause error) *Error {
	return (&Error{
		Type: TypeIntegrationFailure, Status: http.StatusGatewayTimeout, Spaced: true,
		Message: "Network error communicating with endpoint", Cause: cause,
	}).By(rule)
}

// ResponseTooLong returns 500: the backend sends more than the limit, in bytes.
func ResponseTooLong(length, limit int64) *Error {
	return APIConfigurationError(rules.Of("backend-response-too-large", "limit", limit, "length", length), nil)
}

// IntegrationTimeout returns 504 "Endpoint request timed out": the backend, or a
// mapping template, takes longer than the integration waits.
func IntegrationTimeout(rule rules.Use, cause error) *Error {
	return (&Error{
		Type: TypeIntegrationTimeout, Status: http.StatusGatewayTimeout, Message: "Endpoint request timed out", Spaced: true, Cause: cause,
	}).By(rule)
}

// The integration response.

// MalformedProxyResponse returns 502 with the log "Malformed Lambda proxy
// response": a function's result is not a proxy response. The status is 500 if the
// result is base64 that cannot be decoded. A function that ends with an error looks
// the same to the client; the log is what distinguishes them. The rules are those of
// the violations in the result.
func MalformedProxyResponse(status int, log string) *Error {
	e := IntegrationFailure(rules.Use{}, nil)
	e.Log = log
	if status == http.StatusInternalServerError {
		e.Type = TypeAPIConfigurationError
	}
	e.Status = status
	return e
}

// NoIntegrationResponse returns 500: no selection pattern matches, and there is no
// default. Selector is what the patterns were matched with.
func NoIntegrationResponse(status int, selector string) *Error {
	return APIConfigurationError(rules.Of("selection-pattern-none-matches", "value", selector, "status", status), nil)
}

// NoMethodResponse returns 500: the integration response that was chosen has no
// method response of its status.
func NoMethodResponse(status string) *Error {
	return APIConfigurationError(rules.Of("method-response-missing", "status", status), nil)
}

// UntransformableResponse returns 500: a response template or a mapping fails.
func UntransformableResponse(rule rules.Use, cause error) *Error {
	return APIConfigurationError(rule, cause)
}

// All boxes behind the method request.

// APIConfigurationError returns 500 "Internal server error": a mistake in the API.
func APIConfigurationError(rule rules.Use, cause error) *Error {
	e := IntegrationFailure(rule, cause)
	e.Type = TypeAPIConfigurationError
	return e
}

// IntegrationFailure returns 500 "Internal server error": the backend fails in a
// way that the client cannot tell from others.
func IntegrationFailure(rule rules.Use, cause error) *Error {
	return (&Error{
		Type: TypeIntegrationFailure, Status: http.StatusInternalServerError,
		Message: "Internal server error", Spaced: true, Cause: cause,
	}).By(rule)
}
