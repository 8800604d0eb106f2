// Package gatewayresponse holds the answers that API Gateway gives itself, when
// a request does not get through: the gateway responses.
package gatewayresponse

import "fmt"

// Error is why a request does not get through. The API's gateway responses turn
// it into an answer, in one place.
type Error struct {
	Type      Type
	Status    int    // that the client sees unless a gateway response says otherwise
	Message   string // $context.error.message
	NoMessage bool   // the message is null
	// Validation is $context.error.validationErrorString.
	Validation string
	// ErrorType is the value of x-amzn-ErrorType; empty stands for the type's own.
	ErrorType string
	// CapitalKey: the default body spells its key "Message".
	CapitalKey bool
	// Spaced: the default body has a blank after the colon, as all have that come
	// after "Starting execution".
	Spaced bool
	// PlainText: the body is the message alone as text, and cannot be customized.
	PlainText bool
	// Log is the line of the execution log that says why; may be empty.
	Log string
	// Cause is for the person at the laptop; API Gateway never tells it.
	Cause error
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s, status %d: %s", e.Type, e.Status, e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Type is a gateway response type.
type Type string

// The types, from the developer guide's "Gateway response types".
const (
	AccessDenied                 Type = "ACCESS_DENIED"
	APIConfigurationError        Type = "API_CONFIGURATION_ERROR"
	AuthorizerConfigurationError Type = "AUTHORIZER_CONFIGURATION_ERROR"
	AuthorizerFailure            Type = "AUTHORIZER_FAILURE"
	BadRequestBody               Type = "BAD_REQUEST_BODY"
	BadRequestParameters         Type = "BAD_REQUEST_PARAMETERS"
	Default4XX                   Type = "DEFAULT_4XX"
	Default5XX                   Type = "DEFAULT_5XX"
	ExpiredToken                 Type = "EXPIRED_TOKEN"
	IntegrationFailure           Type = "INTEGRATION_FAILURE"
	IntegrationTimeout           Type = "INTEGRATION_TIMEOUT"
	InvalidAPIKey                Type = "INVALID_API_KEY"
	InvalidSignature             Type = "INVALID_SIGNATURE"
	MissingAuthenticationToken   Type = "MISSING_AUTHENTICATION_TOKEN"
	QuotaExceeded                Type = "QUOTA_EXCEEDED"
	RequestTooLarge              Type = "REQUEST_TOO_LARGE"
	ResourceNotFound             Type = "RESOURCE_NOT_FOUND"
	Throttled                    Type = "THROTTLED"
	Unauthorized                 Type = "UNAUTHORIZED"
	UnsupportedMediaType         Type = "UNSUPPORTED_MEDIA_TYPE"
	WAFFiltered                  Type = "WAF_FILTERED"
)
