package rules

// outcomeRules are about what became of a request: they are told from what was sent,
// what came back and how the method is set up, whether API Gateway refused something
// or not.
func outcomeRules() []Rule {
	const (
		fetchStandard = "https://fetch.spec.whatwg.org/#http-cors-protocol"
		javaPatterns  = "https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html"
		missingToken  = `403 with the body {"message":"Missing Authentication Token"} and x-amzn-ErrorType: MissingAuthenticationTokenException.` + notLogged
		guideURL      = apiGatewayGuide + "how-to-call-api.html"
		goJSON        = "https://pkg.go.dev/encoding/json"
		noRoute       = localStack + "test_routing_not_found"
	)
	return []Rule{
		// The path.
		{
			ID: "route-letter-case", Kind: Failure, Box: MethodRequest,
			Title:    "No method serves {method} {path}; {right} differs in letter case alone.",
			Gateway:  missingToken + " Paths are compared with their letter case.",
			Fix:      "Call {right}.",
			Evidence: Recorded, Source: noRoute,
		},
		{
			ID: "route-slash", Kind: Failure, Box: MethodRequest,
			Title:    "No method serves {method} {path}; {right} differs in slashes alone.",
			Gateway:  missingToken + " A slash that is written %2F is part of a name.",
			Fix:      "Call {right}.",
			Evidence: Documented, Source: noRoute + "; " + guideURL,
		},
		{
			ID: "route-similar", Kind: Failure, Box: MethodRequest,
			Title:    "No method serves {method} {path}; there is {right}.",
			Gateway:  missingToken,
			Fix:      "Did you mean {right}?",
			Evidence: Recorded, Source: noRoute,
		},
		{
			ID: "route-other-method", Kind: Failure, Box: MethodRequest,
			Title:    "No method serves {method} {path}; the path has {methods}.",
			Gateway:  missingToken + " There is no 405.",
			Fix:      "Call it with another method, or add {method} to the API.",
			Evidence: Recorded, Source: noRoute,
		},
		{
			ID: "route-stage-twice", Kind: Failure, Box: MethodRequest,
			Title:    "No method serves {method} {path}, which begins with the stage once more; there is {right}.",
			Gateway:  missingToken,
			Fix:      "Leave one {stage} out: the URL of the stage has it already.",
			Evidence: Recorded, Source: noRoute,
		},
		{
			ID: "stage-left-out", Kind: Failure, Box: MethodRequest,
			Title:    "The URL has {stage} where the stage belongs; it looks like the path {right} without a stage.",
			Gateway:  forbidden + notLogged,
			Fix:      "Write the stage before the path: {stages}.",
			Evidence: Documented, Source: guideURL,
		},
		{
			ID: "stage-similar", Kind: Failure, Box: MethodRequest,
			Title:    "The API {api} has no stage \"{stage}\"; it has \"{right}\".",
			Gateway:  forbidden + notLogged + " Names of stages are compared with their letter case.",
			Fix:      "Did you mean {right}?",
			Evidence: Documented, Source: guideURL,
		},
		{
			ID: "api-similar", Kind: Failure, Box: MethodRequest,
			Title:    "No API has the name \"{name}\"; there is \"{right}\".",
			Gateway:  forbidden + notLogged,
			Fix:      "Did you mean {right}? GET /_local/apis lists the URLs.",
			Evidence: Documented, Source: guideURL,
		},
		// Who may call.
		{
			ID: "policy-cached", Kind: Failure, Box: Authorization,
			Title:    "The policy of the authorizer {authorizer} was made for another request, kept for {ttl}, and does not allow {method}.",
			Gateway:  `403 with the message "User is not authorized to access this resource" and x-amzn-ErrorType: AccessDeniedException. One policy counts for all methods as long as it is kept, and the function is not asked again.`,
			Fix:      "Let the function return a policy for all methods that the caller may call, such as arn:…/stage/*, or set the authorizer's TTL to 0.",
			Evidence: Documented, Source: guideAuthorizer + "; " + guideAuthorizerOutput,
		},
		// Templates.
		{
			ID: "template-not-used", Kind: Finding, Box: IntegrationRequest,
			Title:    "No request template was used: the request's Content-Type is {type}, and there are templates for {types} alone.",
			Gateway:  "It passes the body on as it came, unless the passthrough behavior is NEVER.",
			Fix:      "Send a Content-Type that a template is for, or add a template for this one; the passthrough behavior NEVER refuses others with 415.",
			Evidence: Documented, Source: apiGatewayGuide + "integration-passthrough-behaviors.html",
		},
		// The function.
		{
			ID: "event-does-not-fit", Kind: Situation, Box: Function,
			Title:    "The function cannot read its event: {problem}.",
			Gateway:  functionFails + "The event is not what the function's input says.",
			Fix:      "Compare the event, which is the body of the integration request, with the function's input; change the one or the other.",
			Evidence: Documented, Source: goJSON + "#Unmarshal",
			Signs: []Sign{{FunctionLog, "json: cannot unmarshal {value} into Go value of type {type}"}, {FunctionLog, "json: cannot unmarshal {value} into Go struct field {field} of type {type}"}},
		},
		// What the function returned.
		{
			ID: "key-misspelt", Kind: Result, Box: IntegrationResponse,
			Title:    "The result has the member {key}, which the envelope does not; it has {right}.",
			Gateway:  `One unknown key spoils the whole result: 502 with the body {"message": "Internal server error"} and the header x-amzn-ErrorType: InternalServerErrorException.`,
			Log:      executionFailed + "Malformed Lambda proxy response",
			Fix:      "Did you mean {right}?",
			Evidence: Recorded, Source: localStack + "test_aws_proxy_response_payload_format_validation",
		},
		{
			ID: "headers-same-name", Kind: Result, Box: IntegrationResponse,
			Title:    "The headers have {first} and {second}, which are one name: which of the two values a client gets is not sure.",
			Gateway:  "It compares names without their letter case.",
			Fix:      "Write several values of one name into multiValueHeaders.",
			Evidence: Assumed, Source: apiGatewayGuide + "set-up-lambda-proxy-integrations.html (several values of a name are for multiValueHeaders)",
		},
		{
			ID: "mapped-body-double-encoded", Kind: Finding, Box: IntegrationResponse,
			Title:    "The result is JSON inside a JSON text, so that the client gets a text with quotes and backslashes.",
			Gateway:  "Without a template it sends the result as the function returned it.",
			Fix:      "Return the value itself, and not what json.Marshal makes of it.",
			Evidence: Documented, Source: guideMappings,
		},
		{
			ID: "mapped-base64-body", Kind: Finding, Box: IntegrationResponse,
			Title:    "The result is base64 text, and the client gets it as text.",
			Gateway:  "It turns base64 into bytes where the integration response has contentHandling CONVERT_TO_BINARY, and nowhere else.",
			Fix:      "Set contentHandling of the integration response to CONVERT_TO_BINARY, and name the media type among the API's binary media types.",
			Evidence: Documented, Source: guideBinary,
		},
		// Selection patterns.
		{
			ID: "error-matches-no-pattern", Kind: Finding, Box: IntegrationResponse,
			Title:    "The function failed with {message}, and no selection pattern matches that: the default response {status} was chosen.",
			Gateway:  "It compares the patterns with the whole errorMessage, and takes the default where none matches.",
			Fix:      "Add an integration response with the selection pattern (?s).+ for all other errors, and a method response of its status.",
			Evidence: Recorded, Source: localStack + "test_lambda_selection_patterns",
		},
		{
			ID: "error-matches-success-pattern", Kind: Finding, Box: IntegrationResponse,
			Title:    "The function failed with {message}, and the selection pattern {pattern} of the response {status} matches that.",
			Gateway:  "Where several patterns match, the response with the lower status was chosen as far as anybody saw.",
			Fix:      "Leave the selection pattern of the response for successes out.",
			Evidence: Recorded, Source: localStack + "test_lambda_selection_patterns",
		},
		{
			ID: "pattern-stops-at-line-break", Kind: Finding, Box: IntegrationResponse,
			Title:    "The selection pattern {pattern} of the response {status} matches the first line of the errorMessage, which has several.",
			Gateway:  "In a pattern of Java a dot stands for every character but a line break.",
			Fix:      "Write (?s) before the pattern.",
			Evidence: Documented, Source: javaPatterns,
		},
		{
			ID: "pattern-letter-case", Kind: Finding, Box: IntegrationResponse,
			Title:    "The selection pattern {pattern} of the response {status} differs from the errorMessage {message} in letter case alone.",
			Gateway:  "Patterns are compared with their letter case.",
			Fix:      "Write the pattern as the message is written, or (?i) before it.",
			Evidence: Documented, Source: javaPatterns,
		},
		{
			ID: "pattern-brackets", Kind: Finding, Box: IntegrationResponse,
			Title:    "The selection pattern {pattern} of the response {status} has brackets that stand for one of the characters in them.",
			Gateway:  "The pattern is a regular expression of Java.",
			Fix:      "Write \\[ and \\] for the brackets themselves.",
			Evidence: Documented, Source: javaPatterns,
		},
		{
			ID: "pattern-escaped-twice", Kind: Finding, Box: IntegrationResponse,
			Title:    "The selection pattern {pattern} of the response {status} has two backslashes where one escapes: it looks for a backslash in the errorMessage.",
			Gateway:  "The pattern is a regular expression of Java, and not a text of Java.",
			Fix:      "Write one backslash, which is two in a text of most languages.",
			Evidence: Documented, Source: javaPatterns,
		},
		{
			ID: "pattern-is-type", Kind: Finding, Box: IntegrationResponse,
			Title:    "The selection pattern {pattern} of the response {status} matches the type of the error, {type}, and is compared with its message.",
			Gateway:  "It compares the pattern with the errorMessage, and never looks at the errorType.",
			Fix:      "Let the message begin with the type, such as BadRequest: no name, and match BadRequest.*.",
			Evidence: Documented, Source: guideErrors,
		},
		{
			ID: "pattern-is-part", Kind: Finding, Box: IntegrationResponse,
			Title:    "The selection pattern {pattern} of the response {status} matches a part of the errorMessage {message}, and has to match all of it.",
			Gateway:  "A pattern must match the whole errorMessage.",
			Fix:      "Write .* for what comes before and behind.",
			Evidence: Documented, Source: guideErrors,
		},
		// Browsers.
		{
			ID: "cors-function-header-missing", Kind: Finding, Box: MethodResponse,
			Title:    "The path answers preflights, and the function's response has no Access-Control-Allow-Origin: the browser hides it from the page at {origin}.",
			Gateway:  "With proxy integration it adds no CORS header to a response: the function must.",
			Fix:      "Let the function send the header, for the origin that asked.",
			Evidence: Documented, Source: apiGatewayGuide + "how-to-cors.html; " + fetchStandard,
		},
		{
			ID: "cors-header-missing-here", Kind: Finding, Box: MethodResponse,
			Title:    "Other responses of the API have Access-Control-Allow-Origin, and this one has not: the browser hides it from the page at {origin}.",
			Gateway:  "It sends the header with the responses that set it, and adds none.",
			Fix:      "Set the header in this response too, by a mapping of the integration response or in the function, and give the path a preflight.",
			Evidence: Documented, Source: apiGatewayGuide + "how-to-cors.html; " + fetchStandard,
		},
		{
			ID: "cors-credentials-not-allowed", Kind: Finding, Box: MethodResponse,
			Title:    "The request has cookies, and the response has no Access-Control-Allow-Credentials: the browser hides it from the page at {origin}.",
			Gateway:  "It sends the headers that are set.",
			Fix:      "Set Access-Control-Allow-Credentials to true, with the one origin and not with a star; or let the page send no cookies.",
			Evidence: Documented, Source: fetchStandard,
			Signs: []Sign{{Browser, "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be 'true' when the request's credentials mode is 'include'"}},
		},
		{
			ID: "cors-origin-differs", Kind: Finding, Box: MethodResponse,
			Title:    "The page is at {origin}, and Access-Control-Allow-Origin is {value}: the browser hides the response from the page.",
			Gateway:  "It sends the header as it is set.",
			Fix:      "Allow the origin as the browser writes it: scheme, host and port, without a slash at the end.",
			Evidence: Documented, Source: fetchStandard,
			Signs: []Sign{{Browser, "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin"}},
		},
		{
			ID: "cors-method-not-allowed", Kind: Finding, Box: MethodResponse,
			Title:    "The page wants to send {method}, and Access-Control-Allow-Methods of the preflight is {value}: the browser does not send the request.",
			Gateway:  "It sends the header as it is set.",
			Fix:      "Add {method} to the allowed methods of the path's preflight.",
			Evidence: Documented, Source: fetchStandard,
			Signs: []Sign{{Browser, "Method {method} is not allowed by Access-Control-Allow-Methods in preflight response"}},
		},
		{
			ID: "cors-request-header-not-allowed", Kind: Finding, Box: MethodResponse,
			Title:    "The page wants to send the header {header}, and Access-Control-Allow-Headers of the preflight is {value}: the browser does not send the request.",
			Gateway:  "It sends the header as it is set.",
			Fix:      "Add {header} to the allowed headers of the path's preflight; the star does not stand for Authorization.",
			Evidence: Documented, Source: fetchStandard,
			Signs: []Sign{{Browser, "Request header field {header} is not allowed by Access-Control-Allow-Headers in preflight response"}},
		},
		{
			ID: "cors-preflight-refused", Kind: Finding, Box: MethodResponse,
			Title:    "The browser's preflight was answered with {status}, which is not a status from 200 to 299: it does not send the request.",
			Gateway:  "A path has a preflight if it has a method OPTIONS that lets everybody call it.",
			Fix:      "Add an OPTIONS method without authorization and API key to the path (defaultCorsPreflightOptions, or addCorsPreflight at the resource).",
			Evidence: Documented, Source: fetchStandard + "; " + apiGatewayGuide + "how-to-cors.html",
			Signs: []Sign{{Browser, "Response to preflight request doesn't pass access control check: It does not have HTTP ok status"}},
		},
		{
			ID: "cors-preflight-without-origin", Kind: Finding, Box: MethodResponse,
			Title:    "The preflight's response has no Access-Control-Allow-Origin: the browser does not send the request of the page at {origin}.",
			Gateway:  "It sends the headers that the response maps.",
			Fix:      "Map method.response.header.Access-Control-Allow-Origin in the preflight's response, or use defaultCorsPreflightOptions.",
			Evidence: Documented, Source: fetchStandard,
		},
	}
}
