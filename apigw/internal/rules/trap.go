package rules

// trapRules are about what can be deployed, and then does not do what it was
// written for.
func trapRules() []Rule {
	const (
		fetchStandard = "https://fetch.spec.whatwg.org/#http-cors-protocol"
		guideCORS     = apiGatewayGuide + "how-to-cors.html"
		guideProxy    = apiGatewayGuide + "set-up-lambda-proxy-integrations.html"
		guideLogging  = apiGatewayGuide + "set-up-logging.html"
		airspeed      = "https://github.com/localstack/airspeed (snapshot of its test of templating)"
	)
	return []Rule{
		// Templates.
		{
			ID: "template-client-text-unescaped", Kind: Trap, Box: IntegrationRequest,
			Title:    "The template writes {reference} between quotes as the client sent it.",
			Gateway:  "A quote or a line break in it breaks the JSON: the call fails, or the client writes members of its own.",
			Fix:      "Write $util.escapeJavaScript(…).replaceAll(\"\\\\'\", \"'\") around it, or $input.json(…) without quotes.",
			Evidence: Documented, Source: guideTemplates,
		},
		{
			ID: "template-apostrophe", Kind: Trap, Box: IntegrationRequest,
			Title:    "The template writes {reference} into JSON, which turns an apostrophe into \\', and that is not JSON.",
			Gateway:  "A function is not called then: 400, Could not parse request body into json: Unrecognized character escape.",
			Fix:      "Write .replaceAll(\"\\\\'\", \"'\") behind it.",
			Evidence: Documented, Source: guideTemplates,
		},
		{
			ID: "template-json-quoted", Kind: Trap, Box: IntegrationRequest,
			Title:    "The template writes quotes around {reference}, which writes JSON with quotes of its own.",
			Gateway:  "The result is not JSON where the value is a text or an object.",
			Fix:      "Take the quotes around it away.",
			Evidence: Documented, Source: guideTemplates,
		},
		{
			ID: "template-param-from-anywhere", Kind: Trap, Box: IntegrationRequest,
			Title:    "The template reads the query parameter {name} with $input.params, which takes a header of that name where the parameter is missing.",
			Gateway:  "It searches the path, then the query string, then the headers.",
			Fix:      "Write $input.params().querystring.get('{name}').",
			Evidence: Documented, Source: guideTemplates,
		},
		{
			ID: "template-value-not-encoded", Kind: Trap, Box: IntegrationRequest,
			Title:    "The template writes {reference} into a form without encoding it.",
			Gateway:  "An ampersand in it ends the field, and a plus sign becomes a blank.",
			Fix:      "Write $util.urlEncode(…) around it.",
			Evidence: Documented, Source: guideTemplates,
		},
		{
			ID: "template-name-unknown", Kind: Trap, Box: IntegrationRequest,
			Title:    "The template uses {reference}, which nothing sets.",
			Gateway:  "It writes nothing there.",
			Fix:      "Correct the name: {hint}.",
			Evidence: Recorded, Source: localStack + "test_input_path_template_formatting",
		},
		{
			ID: "template-override-unknown", Kind: Trap, Box: IntegrationRequest,
			Title:    "The template uses {reference}, which is not an override.",
			Gateway:  "It changes nothing.",
			Fix:      "Correct the name: {hint}.",
			Evidence: Documented, Source: apiGatewayGuide + "apigateway-override-request-response-parameters.html",
		},
		{
			ID: "template-directive-unknown", Kind: Trap, Box: IntegrationRequest,
			Title:    "The template has #{name}, which is not a directive: it is written as text.",
			Gateway:  "What looks like a directive and is not one is text.",
			Fix:      "Write #{right}.",
			Evidence: Documented, Source: "https://velocity.apache.org/engine/1.7/user-guide.html",
		},
		{
			ID: "template-macro-ignored", Kind: Trap, Box: IntegrationRequest,
			Title:    "The template uses #{name}, which does nothing on API Gateway.",
			Gateway:  "It defines no macro, and writes the call of one as text.",
			Fix:      "Write out what the macro would write, or use #set and #foreach.",
			Evidence: Recorded, Source: airspeed,
		},
		{
			ID: "template-on-proxy", Kind: Trap, Box: IntegrationRequest,
			Title:    "The integration has the type {type} and {kind}, which it does not use.",
			Gateway:  "It passes the request and the response through.",
			Fix:      "Use the type AWS or HTTP for templates, or take them away.",
			Evidence: Documented, Source: guideProxy,
		},
		// Integration requests.
		{
			ID: "rest-api-proxy-false", Kind: Trap, Box: IntegrationRequest,
			Title:    "The method belongs to a LambdaRestApi whose proxy is false, and declares responses; its integration is a proxy integration all the same.",
			Gateway:  "The word proxy of LambdaRestApi is about the resource that takes all paths; the function gets the event of a proxy integration and must return a proxy response.",
			Fix:      "Use RestApi, and LambdaIntegration with proxy: false at the method; or return a proxy response.",
			Evidence: Documented, Source: cdkIssue + "13026",
		},
		{
			ID: "lambda-method-not-post", Kind: Trap, Box: IntegrationRequest,
			Title:    "The integration calls the function with {method}.",
			Gateway:  "Lambda takes POST only, so that every call answers 500.",
			Fix:      "Set IntegrationHttpMethod to POST.",
			Evidence: Documented, Source: guideProxy,
		},
		{
			ID: "mock-without-status", Kind: Trap, Box: IntegrationRequest,
			Title:    "The MOCK integration has no request template with a statusCode.",
			Gateway:  internalError,
			Fix:      "Add the request template {\"statusCode\": 200} for application/json.",
			Evidence: Documented, Source: apiGatewayGuide + "how-to-mock-integration.html",
		},
		{
			ID: "mock-preflight-binary", Kind: Trap, Box: IntegrationRequest,
			Title:    "The API treats all media types as binary (*/*), and its preflight is a MOCK without contentHandling.",
			Gateway:  "The request template cannot read a binary body, so that preflights answer 500.",
			Fix:      "Set contentHandling to CONVERT_TO_TEXT at the integration, or name the binary media types one by one.",
			Evidence: Documented, Source: guideBinary,
		},
		{
			ID: "validator-without-model", Kind: Trap, Box: MethodRequest,
			Title:    "The method asks for a validation of its body, and names no model: every body passes.",
			Gateway:  "It validates against the model of the request's media type, and there is none.",
			Fix:      "Set RequestModels.",
			Evidence: Documented, Source: guideValidation,
		},
		{
			ID: "integration-timeout-quota", Kind: Trap, Box: Backend,
			Title:    "The integration has a timeout of {timeout} ms, which takes a higher quota of the account.",
			Gateway:  "Without that quota the deployment fails: Timeout should be between 50 ms and 29000 ms.",
			Fix:      "Ask for the quota first, or choose 29000 ms at most.",
			Evidence: Documented, Source: guideQuotas,
		},
		{
			ID: "function-outlives-integration", Kind: Trap, Box: Backend,
			Title:    "The function {function} may take {limit}, and the integration waits {timeout}.",
			Gateway:  "The client gets 504 while the function goes on, and is paid for.",
			Fix:      "Give the function less time than the integration, or invoke it asynchronously.",
			Evidence: Documented, Source: guideQuotas,
		},
		{
			ID: "stream-without-proxy", Kind: Trap, Box: Backend,
			Title:    "The integration of the type {type} streams responses, which proxy integrations alone can.",
			Gateway:  "Streams pass through AWS_PROXY and HTTP_PROXY.",
			Fix:      "Use a proxy integration.",
			Evidence: Documented, Source: apiGatewayGuide + "response-transfer-mode.html",
		},
		{
			ID: "permission-missing", Kind: Trap, Box: Backend,
			Title:    "The method calls the function {function}, and no permission lets API Gateway invoke it.",
			Gateway:  internalError,
			Fix:      "Add AWS::Lambda::Permission with the principal apigateway.amazonaws.com; LambdaIntegration does so.",
			Evidence: Documented, Source: lambdaGuide + "services-apigateway.html",
		},
		{
			ID: "api-key-without-any-plan", Kind: Trap, Box: Authorization,
			Title:    "The method requires an API key, and no usage plan is for the stage {stage}.",
			Gateway:  forbidden,
			Fix:      "Add the stage to a usage plan, and a key to the plan.",
			Evidence: Documented, Source: guideUsagePlans,
		},
		// Integration responses.
		{
			ID: "pattern-matches-success", Kind: Trap, Box: IntegrationResponse,
			Title:    "The selection pattern {pattern} of the integration response {status} matches the empty text, and so every success.",
			Gateway:  "The text that is matched is the errorMessage, which is empty where the function succeeds.",
			Fix:      "Write + where there is *, as in (.|\\n)+.",
			Evidence: Documented, Source: guideErrors,
		},
		{
			ID: "pattern-is-status", Kind: Trap, Box: IntegrationResponse,
			Title:    "The selection pattern {pattern} is a status, and for a function the pattern is compared with the errorMessage.",
			Gateway:  "It never looks at the status of a function's result.",
			Fix:      "Let the function fail with an error whose message begins with a word, such as [NotFound], and match \\[NotFound\\].*.",
			Evidence: Recorded, Source: localStack + "test_lambda_selection_patterns",
		},
		{
			ID: "pattern-is-prefix", Kind: Trap, Box: IntegrationResponse,
			Title:    "The selection pattern {pattern} matches {meaning}, and no longer message.",
			Gateway:  "A pattern must match the whole errorMessage.",
			Fix:      "Write .* for the rest of the message.",
			Evidence: Documented, Source: guideErrors,
		},
		{
			ID: "default-response-missing", Kind: Trap, Box: IntegrationResponse,
			Title:    "Every integration response has a selection pattern, so that a success of the function finds none.",
			Gateway:  internalError,
			Fix:      "Leave the selection pattern of the response for successes out.",
			Evidence: Documented, Source: guideErrors,
		},
		{
			ID: "default-response-twice", Kind: Trap, Box: IntegrationResponse,
			Title:    "Two integration responses have no selection pattern: {status} and {other}.",
			Gateway:  "One of them is used, and nobody has published which.",
			Fix:      "Keep one without a selection pattern.",
			Evidence: Assumed, Source: guideErrors,
		},
		{
			ID: "response-header-renamed", Kind: Trap, Box: IntegrationResponse,
			Title:    "The integration response {status} sets the header {header}, which reaches the client under another name or not at all.",
			Gateway:  "It sends x-amzn-Remapped- and the name; Transfer-Encoding it drops.",
			Fix:      "Choose another header.",
			Evidence: Recorded, Source: localStack + "test_apigateway_header_remapping_http",
		},
		// Browsers.
		{
			ID: "cors-gateway-responses", Kind: Trap, Box: GatewayResponse,
			Title:    "The API answers preflights, and its own errors ({types}) have no Access-Control-Allow-Origin.",
			Gateway:  "It sends the header with responses of the methods only, so that a browser shows each refusal as a CORS error.",
			Fix:      "Add gateway responses DEFAULT_4XX and DEFAULT_5XX with gatewayresponse.header.Access-Control-Allow-Origin.",
			Evidence: Documented, Source: guideCORS,
		},
		{
			ID: "cors-header-missing", Kind: Trap, Box: IntegrationResponse,
			Title:    "The path answers preflights, and the integration response {status} sets no Access-Control-Allow-Origin.",
			Gateway:  "A browser hides the response from the page.",
			Fix:      "Map method.response.header.Access-Control-Allow-Origin in this response too.",
			Evidence: Documented, Source: fetchStandard,
		},
		{
			ID: "mapped-cors-star-with-credentials", Kind: Trap, Box: IntegrationResponse,
			Title:    "Responses allow any origin (*) together with credentials.",
			Gateway:  "A browser refuses the two together.",
			Fix:      "Send the one origin that asked, or no Access-Control-Allow-Credentials.",
			Evidence: Documented, Source: fetchStandard,
		},
		{
			ID: "mapped-cors-several-origins", Kind: Trap, Box: IntegrationResponse,
			Title:    "Access-Control-Allow-Origin has several origins: {value}.",
			Gateway:  "A browser takes one origin or * only.",
			Fix:      "Compare the caller's origin in the function or the template, and send that one.",
			Evidence: Documented, Source: fetchStandard,
		},
		// The account.
		{
			ID: "account-role-twice", Kind: Trap, Box: Deployment,
			Title:    "The app sets the account's role for logs {count} times in {place}; the other is {other}.",
			Gateway:  "There is one such role in an account and region: the last one counts, and deleting its stack takes logs away from all APIs.",
			Fix:      "Set it once, in a stack of its own; cloudWatchRole: false at the APIs.",
			Evidence: Documented, Source: cdkIssue + "10878",
		},
		{
			ID: "logging-without-role", Kind: Trap, Box: Deployment,
			Title:    "The stage writes logs, and nothing in the app sets the account's role for them.",
			Gateway:  "In an account without the role the deployment fails: CloudWatch Logs role ARN must be set in account settings to enable logging.",
			Fix:      "Add AWS::ApiGateway::Account with a role (cloudWatchRole: true), if nobody else has set it.",
			Evidence: Documented, Source: "https://github.com/anomalyco/sst/issues/1556; " + guideLogging,
		},
	}
}
