package rules

const (
	typesPage    = apiGatewayGuide + "supported-gateway-responses-types.html"
	callPage     = apiGatewayGuide + "how-to-call-api.html"
	deployPage   = apiGatewayGuide + "how-to-deploy-api.html"
	domainPage   = apiGatewayGuide + "how-to-custom-domains.html"
	throttlePage = apiGatewayGuide + "api-gateway-request-throttling.html"
)

// parityRules are about how a deployed stage differs from the service on this machine.
// The fix of each is one sentence, with which the verb parity ends.
func parityRules() []Rule {
	return []Rule{
		{
			ID: "parity-older-deployment", Kind: Parity, Box: Deployment,
			Title:    "The stage of {api} runs another deployment than what is here: {boxes} differ.",
			Gateway:  "A stage goes on with the last deployment until another takes its place, whatever changes in the API meanwhile.",
			Fix:      "The stage of {api} runs another deployment than what is here, most likely an older one: run cdk deploy.",
			Evidence: Documented, Source: deployPage,
		},
		{
			ID: "parity-not-here", Kind: Parity, Box: Deployment,
			Title:    "The stage of {api} does what the contract says, and the service here does not.",
			Gateway:  "A stage goes on with the last deployment, whatever becomes of the service here.",
			Fix:      "The service here breaks its contract, and the stage of {api} does not: run the tests, and correct what is here or the contract before you deploy.",
			Evidence: Documented, Source: deployPage,
		},
		{
			ID: "parity-swapped", Kind: Parity, Box: Deployment,
			Title:    "The URLs of {one} and {other} are exchanged: each responds as the other should.",
			Gateway:  "Each API has a host name of its own, or a base path of a custom domain.",
			Fix:      "Exchange the URLs of {one} and {other}, or name them: --url {one}=URL.",
			Evidence: Documented, Source: callPage,
		},
		{
			ID: "parity-no-stage", Kind: Parity, Box: Deployment,
			Title:    "{url} responds to everything with 403 and the message Forbidden, as where there is no such stage.",
			Gateway:  "A URL without a stage of that API, a method that asks for an API key, and a resource policy or AWS WAF that lets nobody in all lead to 403 and the message \"Forbidden\", x-amzn-ErrorType: ForbiddenException.",
			Fix:      "There is no such stage at {url}, or it lets nobody in: take the URL from the outputs of cdk deploy, and pass --api-key if the API asks for a key.",
			Evidence: Documented, Source: callPage + "; " + typesPage,
		},
		{
			ID: "parity-wrong-path", Kind: Parity, Box: MethodRequest,
			Title:    "The stage at {url} has none of the routes of {api}.",
			Gateway:  "A path that no resource has leads to 403 and the message \"Missing Authentication Token\", x-amzn-ErrorType: MissingAuthenticationTokenException.",
			Fix:      "The URL {url} is that of another API, has a part of the path too many or too few, or has nothing of {api} deployed: use the one that ends with the stage or with the base path of the custom domain, or run cdk deploy.",
			Evidence: Documented, Source: callPage + "; " + domainPage,
		},
		{
			ID: "parity-not-api-gateway", Kind: Parity, Box: Deployment,
			Title:    "What responds at {url} is not a REST API of API Gateway: {problem}.",
			Gateway:  "Every response of a REST API has the header x-amzn-RequestId or x-amz-apigw-id.",
			Fix:      "Something else than the REST API responds at {url}, such as a proxy, a login page or another product: take the URL from the outputs of cdk deploy, and look at what stands between.",
			Evidence: Recorded, Source: apiGatewayGuide + "api-gateway-set-up-simple-proxy.html",
		},
		{
			ID: "parity-redirect", Kind: Parity, Box: Deployment,
			Title:    "{url} redirects to {location}.",
			Gateway:  "API Gateway does not redirect by itself: a function does, or what stands before it.",
			Fix:      "{url} redirects to {location}, which nobody follows here: pass that URL, if it is the API's.",
			Evidence: Documented, Source: callPage,
		},
		{
			ID: "parity-unknown-host", Kind: Parity, Box: Deployment,
			Title:    "Nobody knows the name {host}: {problem}.",
			Gateway:  "The name of an API exists in its region for as long as the API does. That of a private API is known in its VPC alone.",
			Fix:      "The name {host} does not exist: correct the URL, its region included, or deploy the API if it was deleted.",
			Evidence: Documented, Source: callPage,
		},
		{
			ID: "parity-certificate", Kind: Parity, Box: Deployment,
			Title:    "No safe connection to {host}: {problem}.",
			Gateway:  "An API has a certificate for its own name, and a custom domain one that somebody chose.",
			Fix:      "The certificate or the TLS version of {host} is refused here: use the name that the certificate is for, or correct the custom domain.",
			Evidence: Documented, Source: domainPage,
		},
		{
			ID: "parity-no-answer", Kind: Parity, Box: Deployment,
			Title:    "{host} does not answer: {problem}.",
			Gateway:  "API Gateway ends a request after the timeout of its integration, 29 seconds unless the quota was raised.",
			Fix:      "There is no connection to {host}, or no answer in time: look at the network and the URL, or allow more with --timeout.",
			Evidence: Documented, Source: apiGatewayGuide + "limits.html",
		},
		{
			ID: "parity-throttled", Kind: Parity, Box: Deployment,
			Title:    "The stage of {api} still throttles after {tries} tries of one request.",
			Gateway:  "A request above the throttle of the account, the stage or the usage plan leads to 429 and the message \"Too Many Requests\", x-amzn-ErrorType: TooManyRequestsException.",
			Fix:      "The stage of {api} has too much to do, or its throttle or quota is used up: run this later, or slower with --rps.",
			Evidence: Documented, Source: throttlePage,
		},
		{
			ID: "parity-not-run-here", Kind: Parity, Box: Function,
			Title:    "{route} cannot be compared, since it does not run on this machine: {problem}.",
			Gateway:  "The stage runs it.",
			Fix:      "Nothing answers {route} here, so that nothing can be compared: correct what go run ./local says at its start.",
			Evidence: Documented, Source: deployPage,
		},
		{
			ID: "parity-route-missing", Kind: Parity, Box: MethodRequest,
			Title:    "The stage of {api} has no {route}, or asks for a signature of AWS there.",
			Gateway:  "A method or path that is not deployed, and a request without a signature to a method with IAM authorization, both lead to 403 and the message \"Missing Authentication Token\".",
			Fix:      "The stage of {api} has no {route}: run cdk deploy, or pass --sign if the method has IAM authorization there.",
			Evidence: Documented, Source: typesPage,
		},
		{
			ID: "parity-route-more", Kind: Parity, Box: MethodRequest,
			Title:    "The stage of {api} answers {route}, which is not in the API here.",
			Gateway:  "A stage has the routes of its deployment.",
			Fix:      "The stage of {api} has {route} and the API here does not: run cdk deploy, which takes it away, or get the newer state of the service.",
			Evidence: Documented, Source: deployPage,
		},
		{
			ID: "parity-refuses", Kind: Parity, Box: MethodRequest,
			Title:    "The stage of {api} refuses requests of {route} that are good here: {problem}.",
			Gateway:  "The request validator of the method checks parameters and body, the latter by the model for its Content-Type.",
			Fix:      "The stage of {api} checks requests of {route} otherwise: run cdk deploy, which takes model and validator along.",
			Evidence: Documented, Source: apiGatewayGuide + "api-gateway-method-request-validation.html",
		},
		{
			ID: "parity-accepts", Kind: Parity, Box: MethodRequest,
			Title:    "The stage of {api} accepts requests of {route} that are refused here: {problem}.",
			Gateway:  "Without a request validator and a model, every request reaches the integration.",
			Fix:      "The stage of {api} does not check requests of {route} as here: run cdk deploy, which takes model and validator along.",
			Evidence: Documented, Source: apiGatewayGuide + "api-gateway-method-request-validation.html",
		},
		{
			ID: "parity-caller-refused", Kind: Parity, Box: Authorization,
			Title:    "The stage of {api} does not let the caller of {route} in: {problem}.",
			Gateway:  "Authorizers, IAM, API keys, resource policies and AWS WAF are asked before the integration.",
			Fix:      "The stage of {api} asks who calls {route}: pass --header 'Authorization: …', --api-key or --sign, or run cdk deploy if it should ask nobody.",
			Evidence: Documented, Source: typesPage,
		},
		{
			ID: "parity-caller-let-in", Kind: Parity, Box: Authorization,
			Title:    "The stage of {api} lets callers of {route} in that are refused here: {problem}.",
			Gateway:  "A stage has the authorization of its deployment.",
			Fix:      "The stage of {api} lets anybody call {route}, and it should not: run cdk deploy, and do it soon.",
			Evidence: Documented, Source: deployPage,
		},
		{
			ID: "parity-media-type", Kind: Parity, Box: IntegrationRequest,
			Title:    "The stage of {api} has request templates of {route} for other content types: {problem}.",
			Gateway:  "Without a template for the Content-Type, the passthrough behavior decides: the body goes on as it is, or the response is 415.",
			Fix:      "The request templates of {route}, or their passthrough behavior, are others on the stage of {api}: run cdk deploy.",
			Evidence: Documented, Source: apiGatewayGuide + "integration-passthrough-behaviors.html",
		},
		{
			ID: "parity-request-template", Kind: Parity, Box: IntegrationRequest,
			Title:    "All that {route} responds differs on the stage of {api}, and what the same function responds to other routes does not.",
			Gateway:  "The mapping template of the integration request makes the function's event.",
			Fix:      "The request template of {route} is another one on the stage of {api}: run cdk deploy.",
			Evidence: Documented, Source: apiGatewayGuide + "models-mappings.html",
		},
		{
			ID: "parity-function-slow", Kind: Parity, Box: Backend,
			Title:    "The backend of {route} does not answer the stage of {api} in time.",
			Gateway:  "An integration that takes longer than its timeout leads to 504 and the message \"Endpoint request timed out\".",
			Fix:      "What {route} calls takes too long on AWS: look at the log of {function} for its duration, and at its memory and what it waits for.",
			Evidence: Documented, Source: typesPage,
		},
		{
			ID: "parity-function-differs", Kind: Parity, Box: Function,
			Title:    "{function} behind {api} responds otherwise than here.",
			Gateway:  "Lambda runs the code that was deployed last, with the environment that the deployment gave it.",
			Fix:      "The function {function} behind {api} is not the one here, or has other settings: run cdk deploy, and compare its environment variables if that does not help.",
			Evidence: Documented, Source: lambdaGuide + "configuration-versions.html",
		},
		{
			ID: "parity-backend-differs", Kind: Parity, Box: Backend,
			Title:    "The backend of {route} responds otherwise to the stage of {api} than here.",
			Gateway:  "The stage calls the address that was deployed last.",
			Fix:      "What {route} calls responds otherwise to the stage of {api}: compare the address of the integration there and here.",
			Evidence: Documented, Source: apiGatewayGuide + "setup-http-integrations.html",
		},
		{
			ID: "parity-malformed", Kind: Parity, Box: IntegrationResponse,
			Title:    "The stage of {api} can make no response of what {function} returns for {route}, and responds with {status}.",
			Gateway:  "A function with proxy integration that fails, or whose result is not a proxy response, leads to 502 and the message \"Internal server error\".",
			Fix:      "On AWS, {function} behind {api} fails or returns what is not a proxy response: read its log and that of the stage with go run ./local explain, then run cdk deploy.",
			Evidence: Recorded, Source: apiGatewayGuide + "set-up-lambda-proxy-integrations.html",
		},
		{
			ID: "parity-gateway-fails", Kind: Parity, Box: IntegrationResponse,
			Title:    "The gateway of the stage of {api} itself fails with {status} for {route}.",
			Gateway:  "A template that fails, an integration response that does not fit, and a function that may not be invoked lead to 500 and the message \"Internal server error\".",
			Fix:      "The stage of {api} cannot carry out {route}: read its execution log with go run ./local explain, and look whether API Gateway may invoke the function.",
			Evidence: Recorded, Source: typesPage,
		},
		{
			ID: "parity-fails-here", Kind: Parity, Box: Function,
			Title:    "{route} fails here, and not on the stage of {api}: {problem}.",
			Gateway:  "The stage has another function or other templates, which get the request through.",
			Fix:      "{route} fails here and works on the stage of {api}: correct what is here before you deploy it.",
			Evidence: Documented, Source: deployPage,
		},
		{
			ID: "parity-response-template", Kind: Parity, Box: IntegrationResponse,
			Title:    "Responses of {route} that have the status {status} here differ on the stage of {api}, and others do not.",
			Gateway:  "A selection pattern chooses the integration response by the function's error, and its template makes the body.",
			Fix:      "The integration response of {route} for {status}, its pattern or its template, is another one on the stage of {api}: run cdk deploy.",
			Evidence: Documented, Source: apiGatewayGuide + "models-mappings.html",
		},
		{
			ID: "parity-header", Kind: Parity, Box: IntegrationResponse,
			Title:    "Responses of {route} have another header {header} on the stage of {api}.",
			Gateway:  "With proxy integration the function sets headers. Without it the integration response does, for those that the method response declares.",
			Fix:      "The header {header} of {route} is another one on the stage of {api}: run cdk deploy.",
			Evidence: Documented, Source: apiGatewayGuide + "request-response-data-mappings.html",
		},
		{
			ID: "parity-header-missing", Kind: Parity, Box: MethodResponse,
			Title:    "Responses of {route} have no header {header} on the stage of {api}.",
			Gateway:  "With proxy integration the function sets headers. Without it a response has the headers that the method response declares and the integration response sets.",
			Fix:      "The header {header} of {route} is not set on the stage of {api}: run cdk deploy.",
			Evidence: Documented, Source: apiGatewayGuide + "request-response-data-mappings.html",
		},
		{
			ID: "parity-header-more", Kind: Parity, Box: MethodResponse,
			Title:    "Responses of {route} have the header {header} on the stage of {api}, and not here.",
			Gateway:  "With proxy integration the function sets headers. Without it a response has the headers that the method response declares and the integration response sets.",
			Fix:      "The stage of {api} sets the header {header} of {route}, or something in front of it does: run cdk deploy, or look at what stands between.",
			Evidence: Documented, Source: apiGatewayGuide + "request-response-data-mappings.html",
		},
		{
			ID: "parity-cors", Kind: Parity, Box: MethodResponse,
			Title:    "The stage of {api} lets other web pages read its responses: {header} differs.",
			Gateway:  "The preflight is a method OPTIONS. The headers of other responses come from the function, the integration response or the gateway response.",
			Fix:      "The CORS settings of the stage of {api} are not those here: give parity the settings that cdk deploy had (-c), or run cdk deploy.",
			Evidence: Documented, Source: apiGatewayGuide + "how-to-cors.html",
		},
		{
			ID: "parity-encoding", Kind: Parity, Box: MethodResponse,
			Title:    "Responses of the stage of {api} come with another Content-Encoding: {problem}.",
			Gateway:  "An API with a minimum compression size compresses for clients that accept it. This client accepts no compression.",
			Fix:      "Something in front of the stage of {api}, or its function, compresses responses that nobody asked to be: look at what stands between.",
			Evidence: Documented, Source: apiGatewayGuide + "api-gateway-gzip-compression-decompression.html",
		},
		{
			ID: "parity-gateway-response", Kind: Parity, Box: GatewayResponse,
			Title:    "The stage of {api} words refusals otherwise: {type}.",
			Gateway:  "A gateway response sets body, headers and status of what API Gateway refuses.",
			Fix:      "The gateway responses of the stage of {api} are not those here: run cdk deploy.",
			Evidence: Documented, Source: apiGatewayGuide + "api-gateway-gatewayResponse-definition.html",
		},
	}
}
