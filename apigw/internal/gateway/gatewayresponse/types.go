package gatewayresponse

// family returns the default response that covers a type that has no response of its
// own.
func (e *Error) family() Type {
	if e.Type == TypeDefault4XX || e.Type == TypeDefault5XX {
		return e.Type
	}
	if e.Type.DefaultStatus() >= 500 {
		return TypeDefault5XX
	}
	return TypeDefault4XX
}

// DefaultStatus returns the documented status of a type; 0 for the two defaults,
// which have none, and for what is not a type.
func (t Type) DefaultStatus() int {
	switch t {
	case TypeBadRequestBody, TypeBadRequestParameters:
		return 400
	case TypeUnauthorized:
		return 401
	case TypeAccessDenied, TypeExpiredToken, TypeInvalidAPIKey, TypeInvalidSignature, TypeMissingAuthenticationToken, TypeWAFFiltered:
		return 403
	case TypeResourceNotFound:
		return 404
	case TypeRequestTooLarge:
		return 413
	case TypeUnsupportedMediaType:
		return 415
	case TypeQuotaExceeded, TypeThrottled:
		return 429
	case TypeAPIConfigurationError, TypeAuthorizerConfigurationError, TypeAuthorizerFailure:
		return 500
	case TypeIntegrationFailure, TypeIntegrationTimeout:
		return 504
	}
	return 0
}

// errorType returns the value of the header x-amzn-ErrorType.
func (e *Error) errorType() string {
	if e.ErrorType != "" {
		return e.ErrorType
	}
	return e.Type.ErrorType()
}

// ErrorType returns what the header x-amzn-ErrorType usually is for a type.
func (t Type) ErrorType() string {
	switch t {
	case TypeAccessDenied:
		return "AccessDeniedException"
	case TypeAuthorizerConfigurationError:
		return "AuthorizerConfigurationException"
	case TypeAuthorizerFailure:
		return "AuthorizerFailureException"
	case TypeBadRequestBody, TypeBadRequestParameters, TypeDefault4XX, TypeUnsupportedMediaType:
		return "BadRequestException"
	case TypeExpiredToken:
		return "ExpiredTokenException"
	case TypeInvalidAPIKey, TypeWAFFiltered:
		return "ForbiddenException"
	case TypeInvalidSignature:
		return "InvalidSignatureException"
	case TypeMissingAuthenticationToken:
		return "MissingAuthenticationTokenException"
	case TypeQuotaExceeded:
		return "LimitExceededException"
	case TypeRequestTooLarge:
		return "RequestTooLargeException"
	case TypeResourceNotFound:
		return "ResourceNotFoundException"
	case TypeThrottled:
		return "TooManyRequestsException"
	case TypeUnauthorized:
		return "UnauthorizedException"
	}
	return "InternalServerErrorException"
}
