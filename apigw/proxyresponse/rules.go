package proxyresponse

// Rule is one entry of the rulebook: a shape of a function's result, or a
// situation around the function, and what a REST API makes of it. Rules are
// data for programs that explain; functions do not need them.
type Rule struct {
	ID       string   `json:"id"`       // stable, in kebab-case
	Title    string   `json:"title"`    // the rule in one sentence
	About    Subject  `json:"about"`    // what Shape shows
	Shape    string   `json:"shape"`    // an example: a function's raw result, or a situation in words
	Status   int      `json:"status"`   // what the client of Shape sees
	Gateway  string   `json:"gateway"`  // what API Gateway does
	Log      string   `json:"log"`      // what its execution log says
	Fix      string   `json:"fix"`      // in Go: code for the function, or for the stack in CDK
	Evidence Evidence `json:"evidence"` // how sure that is
	Source   string   `json:"source"`   // where it comes from
}

// Subject says what the Shape of a [Rule] is.
type Subject string

const (
	// Result is a function's raw result: JSON that Check can judge.
	Result Subject = "result"
	// Streamed is a function's raw result that CheckStream can judge: metadata, eight
	// NUL bytes and a body.
	Streamed Subject = "stream"
	// Situation is anything else: how functions fail, how the API is set up.
	Situation Subject = "situation"
)

// Evidence says how sure a [Rule] is.
type Evidence string

const (
	// Recorded rules were seen in a response of the real service; Source names the
	// test suite and the test.
	Recorded Evidence = "recorded"
	// Documented rules are in AWS documentation, or in logs and responses of the
	// real service that its users published.
	Documented Evidence = "documented"
	// Assumed rules are neither: they follow from what Source names, and may be
	// wrong.
	Assumed Evidence = "assumed"
)

// Lookup returns the rule with this id; ok is false if there is none.
func Lookup(id string) (rule Rule, ok bool) {
	for _, rule := range Rules() {
		if rule.ID == id {
			return rule, true
		}
	}
	return Rule{}, false
}

// The ids that other files of this package use.
const (
	ruleBase64FlagNotBoolean       = "base64-flag-not-boolean"
	ruleBase64Invalid              = "base64-invalid"
	ruleBase64NotDecoded           = "base64-not-decoded"
	ruleBodyDoubleEncoded          = "body-double-encoded"
	ruleBodyNotString              = "body-not-string"
	ruleBodyOtherType              = "body-other-type"
	ruleContentTypeDefault         = "content-type-default"
	ruleCORSSeveralOrigins         = "cors-several-origins"
	ruleCORSStarWithCredentials    = "cors-star-with-credentials"
	ruleEmptyObject                = "empty-object"
	ruleEnvelopeInBody             = "envelope-in-body"
	ruleErrorObjectReturned        = "error-object-returned"
	ruleFunctionError              = "function-error"
	ruleFunctionPanic              = "function-panic"
	ruleFunctionTimeout            = "function-timeout"
	ruleHeaderDropped              = "header-dropped"
	ruleHeaderInvalid              = "header-invalid"
	ruleHeaderRemapped             = "header-remapped"
	ruleHeaderValueBoolean         = "header-value-boolean"
	ruleHeaderValueNotString       = "header-value-not-string"
	ruleHeaderValueNumber          = "header-value-number"
	ruleHeadersNotObject           = "headers-not-object"
	ruleKeyCase                    = "key-case"
	ruleMappedEventInProxyFunction = "mapped-event-in-proxy-function"
	ruleMissingEnvelope            = "missing-envelope"
	ruleMultiValueHeadersNotObject = "multi-value-headers-not-object"
	ruleMultiValueItemNotString    = "multi-value-item-not-string"
	ruleMultiValueNotList          = "multi-value-not-list"
	ruleResponseAndError           = "response-and-error"
	ruleResponseTooLarge           = "response-too-large"
	ruleResultEmpty                = "result-empty"
	ruleResultIsString             = "result-is-string"
	ruleResultNotJSON              = "result-not-json"
	ruleResultNotObject            = "result-not-object"
	ruleResultNull                 = "result-null"
	ruleSetCookieJoined            = "set-cookie-joined"
	ruleStatusFloat                = "status-float"
	ruleStatusFraction             = "status-fraction"
	ruleStatusInformational        = "status-informational"
	ruleStatusMissing              = "status-missing"
	ruleStatusNotNumber            = "status-not-number"
	ruleStatusNumericString        = "status-numeric-string"
	ruleStatusOutOfRange           = "status-out-of-range"
	ruleStatusZero                 = "status-zero"
	ruleStreamBroken               = "stream-broken"
	ruleStreamBuffered             = "stream-buffered"
	ruleStreamCookies              = "stream-cookies"
	ruleStreamFailedBefore         = "stream-failed-before"
	ruleStreamKey                  = "stream-key"
	ruleStreamMetadataInvalid      = "stream-metadata-invalid"
	ruleStreamNoDelimiter          = "stream-no-delimiter"
	ruleStreamNotStreamed          = "stream-not-streamed"
	ruleUnknownKey                 = "unknown-key"
	ruleUnsendableResponse         = "unsendable-response"
)

// The sources that many rules share.
const (
	recordedShapes   = "LocalStack: test_aws_proxy_response_payload_format_validation"
	recordedFormat   = "LocalStack: test_lambda_aws_proxy_response_format"
	recordedBinary   = "LocalStack: test_aws_proxy_binary_response"
	recordedHeaders  = "LocalStack: test_response_headers_invocation_with_apigw"
	recordedPatterns = "LocalStack: test_lambda_selection_patterns"
	recordedMethods  = "LocalStack: test_lambda_aws_proxy_integration_non_post_method"

	guide       = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
	guideProxy  = guide + "set-up-lambda-proxy-integrations.html"
	guideErrors = guide + "handle-errors-in-lambda-integration.html"
	guideStream = guide + "response-transfer-mode-lambda.html"
	guideCurl   = guide + "response-streaming-troubleshoot.html"
	guideNotes  = guide + "api-gateway-known-issues.html"
	guideCORS   = guide + "how-to-cors.html"
	lambdaGuide = "https://docs.aws.amazon.com/lambda/latest/dg/"
	center502   = "https://repost.aws/knowledge-center/malformed-502-api-gateway"
	goLibrary   = "https://github.com/aws/aws-lambda-go"
	rfc9110     = "https://www.rfc-editor.org/rfc/rfc9110"
	userLogs    = "Published observations: execution logs"
)

// What API Gateway does with every result that it refuses, and how its execution
// log ends.
const (
	refuses = `502 with the body {"message": "Internal server error"} and the header x-amzn-ErrorType: InternalServerErrorException.`

	endsMalformed = logMalformed + "\nMethod completed with status: 502"
	endsFailed    = logFunctionIs + "<errorMessage>. Lambda request id: <id>\nMethod completed with status: 502"
	endsWell      = logCompleted + "\nMethod completed with status: 200"
)

// The fixes that many rules share.
const (
	fixJSON = `// The builders make the envelope; the value becomes its body.
return proxyresponse.JSON(http.StatusOK, value), nil`

	fixCookies = `// The member cookies belongs to the format 2.0, which HTTP APIs take. A REST API takes
// cookies as values of Set-Cookie in multiValueHeaders, where WithCookie puts them.
return proxyresponse.JSON(http.StatusOK, value).WithCookie(cookie), nil`

	fixHeader = `return proxyresponse.JSON(http.StatusOK, value).WithHeader("X-Count", strconv.Itoa(count)), nil`

	fixHandler = `// Handler turns errors, panics and slow calls into responses and log lines.
lambda.Start(proxyresponse.Handler(hello))`
)

// Rules returns the whole rulebook: what a function can return, in the order of
// the envelope, and as a stream, then what can happen around it. Every call returns a new slice.
func Rules() []Rule {
	rules := resultRules()
	rules = append(rules, statusRules()...)
	rules = append(rules, headerRules()...)
	rules = append(rules, bodyRules()...)
	rules = append(rules, streamRules()...)
	rules = append(rules, functionRules()...)
	return append(rules, setupRules()...)
}
