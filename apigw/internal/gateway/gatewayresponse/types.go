package gatewayresponse

// family tells which default response covers a type that has no response of its
// own.
func (e *Error) family() Type {
	if e.Type == Default4XX || e.Type == Default5XX {
		return e.Type
	}
	if e.Type.DefaultStatus() >= 500 {
		return Default5XX
	}
	return Default4XX
}

// DefaultStatus is the status that the developer guide gives for a type; 0 for
// the two defaults, which have none, and for what is no type.
func (t Type) DefaultStatus() int {
	switch t {
	case BadRequestBody, BadRequestParameters:
		return 400
	case Unauthorized:
		return 401
	case AccessDenied, ExpiredToken, InvalidAPIKey, InvalidSignature, MissingAuthenticationToken, WAFFiltered:
		return 403
	case ResourceNotFound:
		return 404
	case RequestTooLarge:
		return 413
	case UnsupportedMediaType:
		return 415
	case QuotaExceeded, Throttled:
		return 429
	case APIConfigurationError, AuthorizerConfigurationError, AuthorizerFailure:
		return 500
	case IntegrationFailure, IntegrationTimeout:
		return 504
	}
	return 0
}

// errorType is the value of the header x-amzn-ErrorType.
func (e *Error) errorType() string {
	if e.ErrorType != "" {
		return e.ErrorType
	}
	switch e.Type {
	case AccessDenied:
		return "AccessDeniedException"
	case AuthorizerConfigurationError:
		return "AuthorizerConfigurationException"
	case AuthorizerFailure:
		return "AuthorizerFailureException"
	case BadRequestBody, BadRequestParameters, Default4XX, UnsupportedMediaType:
		return "BadRequestException"
	case ExpiredToken:
		return "ExpiredTokenException"
	case InvalidAPIKey, WAFFiltered:
		return "ForbiddenException"
	case InvalidSignature:
		return "InvalidSignatureException"
	case MissingAuthenticationToken:
		return "MissingAuthenticationTokenException"
	case QuotaExceeded:
		return "LimitExceededException"
	case RequestTooLarge:
		return "RequestTooLargeException"
	case ResourceNotFound:
		return "ResourceNotFoundException"
	case Throttled:
		return "TooManyRequestsException"
	case Unauthorized:
		return "UnauthorizedException"
	}
	return "InternalServerErrorException"
}
