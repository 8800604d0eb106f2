// Package gatewayresponse makes the responses of API Gateway itself, where a request
// does not get through: failures, and the gateway responses that show them to the
// client.
package gatewayresponse

import (
	"fmt"

	"example.com/apigw/internal/rules"
)

// Error is why a request does not get through. The API's gateway responses turn
// it into a response, in one place.
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
	// Rule is the entry of the rulebook about it; the zero value is no rule.
	Rule rules.Use
	// Cause is what went wrong technically, such as the error of a template with its
	// place; nil where the rule says all.
	Cause error
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s, status %d: %s", e.Type, e.Status, e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Why returns what is wrong, as a sentence for the person at the laptop; empty where
// what is wrong in the function's result says so.
func (e *Error) Why() string { return e.Rule.Title() }

// By sets the entry of the rulebook about the failure, and the line of the execution
// log if the entry has one. It returns e.
func (e *Error) By(rule rules.Use) *Error {
	e.Rule = rule
	if log := rule.Log(); log != "" {
		e.Log = log
	}
	return e
}

// Type is a gateway response type.
type Type string

// The types, from the developer guide's "Gateway response types".
const (
	TypeAccessDenied                 Type = "ACCESS_DENIED"
	TypeAPIConfigurationError        Type = "API_CONFIGURATION_ERROR"
	TypeAuthorizerConfigurationError Type = "AUTHORIZER_CONFIGURATION_ERROR"
	TypeAuthorizerFailure            Type = "AUTHORIZER_FAILURE"
	TypeBadRequestBody               Type = "BAD_REQUEST_BODY"
	TypeBadRequestParameters         Type = "BAD_REQUEST_PARAMETERS"
	TypeDefault4XX                   Type = "DEFAULT_4XX"
	TypeDefault5XX                   Type = "DEFAULT_5XX"
	TypeExpiredToken                 Type = "EXPIRED_TOKEN"
	TypeIntegrationFailure           Type = "INTEGRATION_FAILURE"
	TypeIntegrationTimeout           Type = "INTEGRATION_TIMEOUT"
	TypeInvalidAPIKey                Type = "INVALID_API_KEY"
	TypeInvalidSignature             Type = "INVALID_SIGNATURE"
	TypeMissingAuthenticationToken   Type = "MISSING_AUTHENTICATION_TOKEN"
	TypeQuotaExceeded                Type = "QUOTA_EXCEEDED"
	TypeRequestTooLarge              Type = "REQUEST_TOO_LARGE"
	TypeResourceNotFound             Type = "RESOURCE_NOT_FOUND"
	TypeThrottled                    Type = "THROTTLED"
	TypeUnauthorized                 Type = "UNAUTHORIZED"
	TypeUnsupportedMediaType         Type = "UNSUPPORTED_MEDIA_TYPE"
	TypeWAFFiltered                  Type = "WAF_FILTERED"
)

// types are those that API Gateway knows.
var types = []Type{
	TypeAccessDenied,
	TypeAPIConfigurationError,
	TypeAuthorizerConfigurationError,
	TypeAuthorizerFailure,
	TypeBadRequestBody,
	TypeBadRequestParameters,
	TypeDefault4XX,
	TypeDefault5XX,
	TypeExpiredToken,
	TypeIntegrationFailure,
	TypeIntegrationTimeout,
	TypeInvalidAPIKey,
	TypeInvalidSignature,
	TypeMissingAuthenticationToken,
	TypeQuotaExceeded,
	TypeRequestTooLarge,
	TypeResourceNotFound,
	TypeThrottled,
	TypeUnauthorized,
	TypeUnsupportedMediaType,
	TypeWAFFiltered,
}
