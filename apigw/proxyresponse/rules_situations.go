package proxyresponse

// functionRules are about functions that fail.
func functionRules() []Rule {
	return []Rule{
		{
			ID:      ruleFunctionError,
			Title:   "The function returned an error.",
			About:   Situation,
			Shape:   "return nil, errors.New(\"boom\"): Lambda marks the result with X-Amz-Function-Error: Unhandled.",
			Status:  502,
			Gateway: "The payload does not matter any more: " + refuses,
			Log:     endsFailed,
			Fix: `// Under Handler an error is a response: an HTTPError with its status, any other with 500.
return nil, &proxyresponse.HTTPError{Status: http.StatusNotFound, Message: "No such name.", Cause: err}`,
			Evidence: Documented,
			Source:   guideErrors + "; " + userLogs,
		},
		{
			ID:      ruleFunctionPanic,
			Title:   "The function panicked, or its process ended.",
			About:   Situation,
			Shape:   "An index out of range, a nil map, os.Exit, memory running out.",
			Status:  502,
			Gateway: "To API Gateway this is a function error: " + refuses + " Lambda starts a new process for the next request.",
			Log: "Lambda execution failed with status 200 due to customer function error: RequestId: <id> Error: Runtime exited with error: exit status 2. " +
				"Lambda request id: <id>\nMethod completed with status: 502",
			Fix:      fixHandler,
			Evidence: Documented,
			Source:   userLogs,
		},
		{
			ID:      ruleResponseAndError,
			Title:   "The function returned a response and an error: the response is lost.",
			About:   Situation,
			Shape:   "return events.APIGatewayProxyResponse{StatusCode: 400}, err",
			Status:  502,
			Gateway: "The Lambda runtime reports the error and drops the response: " + refuses,
			Log:     endsFailed,
			Fix: `// Either a response without an error, or an error that carries the status.
return nil, &proxyresponse.HTTPError{Status: http.StatusBadRequest, Message: "The name is missing.", Cause: err}`,
			Evidence: Documented,
			Source:   lambdaGuide + "golang-handler.html; " + goLibrary,
		},
		{
			ID:      ruleUnsendableResponse,
			Title:   "The result has no JSON form, or is not a possible HTTP response.",
			About:   Situation,
			Shape:   "return map[string]any{\"ratio\": math.NaN()}, nil; a channel; a status of 1000; a header with a line break.",
			Status:  502,
			Gateway: "What cannot be encoded is a function error: " + refuses + " Under Handler it is a well-formed 500, and the log has the cause.",
			Log:     endsFailed,
			Fix: `// A test catches it before a client does.
if err := response.Err(); err != nil {
	t.Fatal(err)
}`,
			Evidence: Documented,
			Source:   goLibrary,
		},
		{
			ID:      ruleFunctionTimeout,
			Title:   "The function did not end before its own timeout: it waited for something out of reach, or never stops working.",
			About:   Situation,
			Shape:   "A database in another network, a security group without a rule, a client without a timeout.",
			Status:  502,
			Gateway: "Lambda ends the function, which is a function error: " + refuses + " Under Handler it is a 504 shortly before.",
			Log: "Lambda execution failed with status 200 due to customer function error: <time> <id> Task timed out after 3.00 seconds. " +
				"Lambda request id: <id>\nMethod completed with status: 502",
			Fix: `// Pass the context on to what the function waits for, and leave loops when it ends.
rows, err := db.QueryContext(ctx, query)`,
			Evidence: Documented,
			Source:   userLogs,
		},
		{
			ID:      "gateway-timeout",
			Title:   "The function was slower than API Gateway waits, which is 29 seconds by default.",
			About:   Situation,
			Shape:   "A function with a timeout of one minute that takes 40 seconds.",
			Status:  504,
			Gateway: `504 with the body {"message": "Endpoint request timed out"}. The function runs on, and its result is lost.`,
			Log:     "Execution failed due to a timeout error\nMethod completed with status: 504",
			Fix: `// In the stack: a timeout below 29 seconds, so that the function can still respond.
props := &awslambda.FunctionProps{Timeout: awscdk.Duration_Seconds(jsii.Number(25))}`,
			Evidence: Documented,
			Source:   guide + "api-gateway-execution-service-limits-table.html; " + userLogs,
		},
		{
			ID:      ruleMappedEventInProxyFunction,
			Title:   "The function expects the event of a proxy integration and gets a mapped one.",
			About:   Situation,
			Shape:   "A handler for events.APIGatewayProxyRequest behind a method of type AWS: the body of the event is an object, or everything in the event is empty.",
			Status:  200,
			Gateway: "Without integration responses for errors a function error is a 200 with its errorMessage. Under Handler the 500 envelope comes out as the body.",
			Log:     "json: cannot unmarshal object into Go struct field APIGatewayProxyRequest.body of type string (in the log of the function)",
			Fix: `// In the stack: turn proxy integration on. Or write the function for the mapped event.
awsapigateway.NewLambdaIntegration(fn, &awsapigateway.LambdaIntegrationOptions{Proxy: jsii.Bool(true)})`,
			Evidence: Documented,
			Source:   goLibrary + " (failures in its issues); " + recordedPatterns + " (the status 200)",
		},
		{
			ID:      "proxy-event-in-mapped-function",
			Title:   "The function expects a mapped event and gets the whole HTTP request.",
			About:   Situation,
			Shape:   "func(ctx context.Context, in HelloInput) (HelloOutput, error) behind a method of type AWS_PROXY: all fields of in are empty.",
			Status:  502,
			Gateway: "The function returns no envelope: " + refuses,
			Log:     endsMalformed,
			Fix: `// Handler decodes the body of the request and wraps the output.
lambda.Start(proxyresponse.Handler(func(ctx context.Context, in HelloInput) (HelloOutput, error) {
	return hello(ctx, in)
}))`,
			Evidence: Documented,
			Source:   center502,
		},
	}
}

// setupRules are about APIs and functions that are set up wrongly.
func setupRules() []Rule {
	return []Rule{
		{
			ID:      "proxy-on-for-raw-json",
			Title:   "Proxy integration is on, but the function was written for raw JSON.",
			About:   Situation,
			Shape:   "A function that returns {\"Hello\":\"World\"} behind a method of type AWS_PROXY.",
			Status:  502,
			Gateway: refuses,
			Log:     endsMalformed,
			Fix: `// In the stack: turn proxy off, and name each response twice, for the integration and for the method.
integration := awsapigateway.NewLambdaIntegration(fn, &awsapigateway.LambdaIntegrationOptions{
	Proxy: jsii.Bool(false),
	IntegrationResponses: &[]*awsapigateway.IntegrationResponse{
		{StatusCode: jsii.String("200")},
		{StatusCode: jsii.String("500"), SelectionPattern: jsii.String("(?s).+")},
	},
})
resource.AddMethod(jsii.String("GET"), integration, &awsapigateway.MethodOptions{
	MethodResponses: &[]*awsapigateway.MethodResponse{
		{StatusCode: jsii.String("200")},
		{StatusCode: jsii.String("500")},
	},
})`,
			Evidence: Documented,
			Source:   center502,
		},
		{
			ID:      "proxy-off-for-envelope",
			Title:   "Proxy integration is off, and the envelope comes out as the body.",
			About:   Situation,
			Shape:   "A function that returns {\"statusCode\":404,\"body\":\"{}\"} behind a method of type AWS.",
			Status:  200,
			Gateway: "200 with the whole envelope as the body: without proxy integration the result is data, and the integration response sets the status.",
			Log:     endsWell,
			Fix: `// In the stack: turn proxy integration on.
awsapigateway.NewLambdaIntegration(fn, &awsapigateway.LambdaIntegrationOptions{Proxy: jsii.Bool(true)})`,
			Evidence: Documented,
			Source:   guide + "set-up-lambda-custom-integrations.html",
		},
		{
			ID:      "mapped-error-is-200",
			Title:   "Without proxy integration a function error is a 200 unless a selectionPattern matches its errorMessage.",
			About:   Situation,
			Shape:   "A function error behind a method of type AWS whose only integration response has no selectionPattern.",
			Status:  200,
			Gateway: "200 with the body {\"errorMessage\":...,\"errorType\":...}. The pattern is compared with the whole errorMessage, never with a status.",
			Log:     endsWell,
			Fix: `// In the stack: (?s) lets the dot match line breaks too.
responses := &[]*awsapigateway.IntegrationResponse{
	{StatusCode: jsii.String("200")},
	{StatusCode: jsii.String("500"), SelectionPattern: jsii.String("(?s).+")},
}`,
			Evidence: Recorded,
			Source:   recordedPatterns,
		},
		{
			ID:      "lambda-throttled",
			Title:   "Lambda throttled the function; the failures come and go with the load.",
			About:   Situation,
			Shape:   "More requests at a time than the reserved concurrency of the function or the quota of the account allow.",
			Status:  500,
			Gateway: `500 with the body {"message": "Internal server error"}, never 429. Logs of 2018 show a malformed response and 502 instead.`,
			Log: "Lambda invocation failed with status: 429. Lambda request id: <id>\n" +
				"Execution failed due to configuration error: Rate Exceeded.\nMethod completed with status: 500",
			Fix: `// In the stack: more concurrency for the function, and a limit for the clients.
props := &awslambda.FunctionProps{ReservedConcurrentExecutions: jsii.Number(100)}`,
			Evidence: Documented,
			Source:   userLogs,
		},
		{
			ID:      "invoke-permission-missing",
			Title:   "API Gateway may not invoke the function.",
			About:   Situation,
			Shape:   "The function, its alias or its version has no resource policy for apigateway.amazonaws.com and this method.",
			Status:  500,
			Gateway: `500 with the body {"message": "Internal server error"}.`,
			Log:     "Execution failed due to configuration error: Invalid permissions on Lambda function\nMethod completed with status: 500",
			Fix: `// In the stack: LambdaIntegration grants it for the function or alias that it is given.
resource.AddMethod(jsii.String("GET"), awsapigateway.NewLambdaIntegration(alias, nil), nil)`,
			Evidence: Documented,
			Source:   userLogs,
		},
		{
			ID:      "function-not-found",
			Title:   "The function, alias or version that the integration names does not exist.",
			About:   Situation,
			Shape:   "An integration URI that ends in a deleted alias, or in a stage variable with a wrong value.",
			Status:  500,
			Gateway: `500 with the body {"message": "Internal server error"}; reports of 502 exist.`,
			Log:     "Execution failed due to configuration error: Function not found: <arn>\nMethod completed with status: 500",
			Fix: `// In the stack: refer to the alias itself and not to its name.
alias := fn.AddAlias(jsii.String("live"), nil)
integration := awsapigateway.NewLambdaIntegration(alias, nil)`,
			Evidence: Documented,
			Source:   userLogs,
		},
		{
			ID:      "integration-role-not-assumable",
			Title:   "The integration names a role that API Gateway cannot assume.",
			About:   Situation,
			Shape:   "A credentialsRole whose trust policy leaves apigateway.amazonaws.com out.",
			Status:  500,
			Gateway: `500 with the body {"message": "Internal server error"}.`,
			Log: "Execution failed due to configuration error: API Gateway does not have permission to assume the provided role <arn>\n" +
				"Gateway response type: DEFAULT_5XX with status code: 500",
			Fix: `// In the stack: let API Gateway assume the role.
role := awsiam.NewRole(stack, jsii.String("Role"), &awsiam.RoleProps{
	AssumedBy: awsiam.NewServicePrincipal(jsii.String("apigateway.amazonaws.com"), nil),
})`,
			Evidence: Documented,
			Source:   userLogs,
		},
		{
			ID:      "integration-method-not-post",
			Title:   "The integration calls Lambda with another method than POST.",
			About:   Situation,
			Shape:   "A method GET whose integrationHttpMethod is GET too.",
			Status:  500,
			Gateway: `500 with the body {"message": "Internal server error"}: Lambda is invoked with POST, whatever the client's method.`,
			Log:     "Method completed with status: 500",
			Fix: `// In the stack: LambdaIntegration uses POST; in an OpenAPI document write httpMethod: POST.
integration := awsapigateway.NewLambdaIntegration(fn, nil)`,
			Evidence: Recorded,
			Source:   recordedMethods,
		},
		{
			ID:      "cors-missing-on-gateway-errors",
			Title:   "Errors of API Gateway itself carry no CORS headers, so the page sees a network error and no status.",
			About:   Situation,
			Shape:   "A 403, a 429 or a 502 to a page of another origin, on an API with defaultCorsPreflightOptions only.",
			Status:  502,
			Gateway: "The response has no Access-Control-Allow-Origin: preflight options add no headers to it, and no function ran that could.",
			Log:     "Gateway response type: DEFAULT_5XX with status code: 502",
			Fix: `// In the stack; the same once more for DEFAULT_4XX.
api.AddGatewayResponse(jsii.String("Default5xx"), &awsapigateway.GatewayResponseOptions{
	Type: awsapigateway.ResponseType_DEFAULT_5XX(),
	ResponseHeaders: &map[string]*string{
		"Access-Control-Allow-Origin": jsii.String("'https://www.example.com'"),
	},
})`,
			Evidence: Documented,
			Source:   guideCORS,
		},
	}
}
