package rules

// Sign is a text by which people meet a rule, apart from the line that the
// execution log has for it today. It may have placeholders.
type Sign struct {
	In   Place  `json:"in"`
	Text string `json:"text"`
}

// Place is where a [Sign] is read.
type Place string

const (
	// ExecutionLog is that of API Gateway.
	ExecutionLog Place = "execution log of API Gateway"
	// FunctionLog is that of a function; the error that Lambda reports in place of
	// a result has the same words.
	FunctionLog Place = "function's log"
	// ResultText is what the function returned, or Lambda in its place.
	ResultText Place = "function's result"
	// FailedDeployment is the reason that CloudFormation shows.
	FailedDeployment Place = "failed deployment"
	// Browser is the console of a browser. Each names its reasons in words of its
	// own; these are those of Chromium.
	Browser Place = "browser's console"
)

// What the log has for an authorizer that did not work, before the line that the
// rules about it show.
const authorizerError = executionFailed + "Authorizer error"

// signs returns the signs of rules, by their ids.
func signs() map[string][]Sign {
	return map[string][]Sign{
		"authorizer-not-called":     {{ExecutionLog, authorizerError}},
		"authorizer-misconfigured":  {{ExecutionLog, authorizerError}},
		"authorizer-failed":         {{ExecutionLog, authorizerError}},
		"authorizer-not-awaited":    {{ExecutionLog, authorizerError}},
		"authorizer-result-invalid": {{ExecutionLog, authorizerError}, {ExecutionLog, executionFailed + "Invalid JSON in response: {problem}"}, {ExecutionLog, "Invalid JSON in response: {problem}"}},
		"mock-status-missing":       {{ExecutionLog, executionFailed + "statusCode should be an integer which defined in request template"}},
		"payload-unreadable":        {{ResultText, "Could not process payload{problem}"}},
		"event-not-json":            {{ResultText, "Could not parse request body into json: {problem}"}},

		"function-error":                {{FunctionLog, "[ERROR] {problem}"}, {FunctionLog, "Invoke Error"}, {ExecutionLog, "Lambda Customer Function Error:{message}"}},
		"function-timeout":              {{FunctionLog, "Task timed out after {seconds} seconds"}, {FunctionLog, "Status: timeout"}},
		"function-panic":                {{FunctionLog, "panic: {problem}"}, {FunctionLog, "Runtime exited with error: exit status 2"}, {FunctionLog, "runtime error: {problem}"}},
		"response-too-large":            {{FunctionLog, "Response payload size exceeded maximum allowed payload size (6291556 bytes)"}, {FunctionLog, "exceeded maximum allowed payload size (6291556 bytes)"}},
		"unsendable-response":           {{FunctionLog, "json: unsupported value: {value}"}, {FunctionLog, "json: unsupported type: {type}"}},
		"lambda-throttled":              {{ResultText, "Rate Exceeded."}, {ResultText, "ReservedFunctionConcurrentInvocationLimitExceeded"}, {ExecutionLog, executionFailed + "Rate Exceeded."}},
		"function-not-found":            {{ResultText, "Function not found: {function}"}},
		"gateway-timeout":               {{ExecutionLog, "Execution failed due to a timeout error"}},
		"integration-responses-missing": {{ExecutionLog, executionFailed + "No match for output mapping and no default output mapping configured. Endpoint Response Status Code: {status}"}},

		"mapped-event-in-proxy-function": {{FunctionLog, "json: cannot unmarshal {value} into Go struct field APIGatewayProxyRequest.{field} of type {type}"}},
		"proxy-event-in-mapped-function": {{FunctionLog, `json: unknown field "resource"`}},

		"mapping-parameter-undeclared": {{FailedDeployment, "Invalid mapping expression parameter specified: {source}"}},
		"mapping-header-undeclared":    {{FailedDeployment, "Invalid mapping expression parameter specified: {target}"}},
		"logging-without-role":         {{FailedDeployment, "CloudWatch Logs role ARN must be set in account settings to enable logging"}},

		"cors-star-with-credentials":     {{Browser, "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'"}},
		"cors-several-origins":           {{Browser, "The 'Access-Control-Allow-Origin' header contains multiple values '{values}', but only one is allowed"}},
		"cors-missing-on-gateway-errors": {{Browser, "No 'Access-Control-Allow-Origin' header is present on the requested resource"}},
	}
}
