package proxyresponse

// streamRules are about results of functions whose integration streams, and about
// streams where it does not.
func streamRules() []Rule {
	const (
		refusesStream = `500 with the body {"message": "Internal server error"}.`
		endsRefused   = logMalformed + "\nMethod completed with status: 500"
		stream        = `return proxyresponse.Stream(http.StatusOK, "text/plain; charset=utf-8", body), nil`
		assumedLog    = " (says the status, and not what the log has)"
	)
	return []Rule{
		{
			ID:      ruleStreamNotStreamed,
			Title:   "The integration streams, and the function returned JSON without the delimiter, as integrations take it that do not stream.",
			About:   Streamed,
			Shape:   `{"statusCode":200,"body":"hello"}`,
			Status:  streamRefusal,
			Gateway: "The function runs, and its result is not a stream: " + refusesStream,
			Log:     endsRefused,
			Fix: `// Return a stream, or set the response transfer mode of the integration to BUFFERED.
` + stream,
			Evidence: Documented,
			Source:   guideStream + assumedLog,
		},
		{
			ID:       ruleStreamNoDelimiter,
			Title:    "The stream has no delimiter of eight NUL bytes in its first 16 KB.",
			About:    Streamed,
			Shape:    "data: hello",
			Status:   streamRefusal,
			Gateway:  "Nothing is sent to the client before the delimiter has come: " + refusesStream + " A stream without a single byte is one of these.",
			Log:      endsRefused,
			Fix:      "// Stream writes the metadata and the delimiter before the body.\n" + stream,
			Evidence: Documented,
			Source:   guideStream + assumedLog,
		},
		{
			ID:       ruleStreamMetadataInvalid,
			Title:    "What is before the delimiter of the stream is not a JSON object.",
			About:    Streamed,
			Shape:    "{\"statusCode\":200,\x00\x00\x00\x00\x00\x00\x00\x00hello",
			Status:   streamRefusal,
			Gateway:  "The metadata must be valid JSON: " + refusesStream,
			Log:      endsRefused,
			Fix:      "// Stream writes the metadata.\n" + stream,
			Evidence: Documented,
			Source:   guideStream + assumedLog,
		},
		{
			ID:      ruleStreamKey,
			Title:   "The metadata of the stream has a key that is not one of statusCode, headers, multiValueHeaders and cookies.",
			About:   Streamed,
			Shape:   "{\"statusCode\":200,\"isBase64Encoded\":false}\x00\x00\x00\x00\x00\x00\x00\x00hello",
			Status:  streamRefusal,
			Gateway: "Only these keys are supported; that one more spoils the whole stream is what happens to results that do not stream: " + refusesStream,
			Log:     endsRefused,
			Fix: `// The body is behind the delimiter, as bytes: neither body nor isBase64Encoded is a key.
` + stream,
			Evidence: Assumed,
			Source:   guideStream + " (has the keys); " + recordedShapes + " (any unknown key of other results)",
		},
		{
			ID:       ruleStreamCookies,
			Title:    "The cookies of the stream are not a list of texts.",
			About:    Streamed,
			Shape:    "{\"cookies\":\"a=1\"}\x00\x00\x00\x00\x00\x00\x00\x00hello",
			Status:   streamRefusal,
			Gateway:  refusesStream,
			Log:      endsRefused,
			Fix:      `return proxyresponse.Stream(http.StatusOK, "text/plain", body).WithCookie(cookie), nil`,
			Evidence: Assumed,
			Source:   guideStream + " (has the form of the list)",
		},
		{
			ID:      ruleStreamBuffered,
			Title:   "The function returned a stream, and the integration does not stream: the client gets no body.",
			About:   Result,
			Shape:   "{\"statusCode\":200}\x00\x00\x00\x00\x00\x00\x00\x00hello",
			Status:  200,
			Gateway: "The status and the headers of the metadata, and no body.",
			Log:     endsWell,
			Fix: `// In the stack: let the integration stream.
integration := awsapigateway.NewLambdaIntegration(fn, &awsapigateway.LambdaIntegrationOptions{
	ResponseTransferMode: awsapigateway.ResponseTransferMode_STREAM,
})`,
			Evidence: Documented,
			Source:   guideStream,
		},
		{
			ID:       ruleStreamFailedBefore,
			Title:    "The function failed before its stream had metadata.",
			About:    Situation,
			Shape:    "return nil, errors.New(\"boom\") by a function whose integration streams.",
			Status:   streamRefusal,
			Gateway:  "There is no stream in the required format: " + refusesStream,
			Log:      logFunctionIs + "<errorMessage>. Lambda request id: <id>\nMethod completed with status: 500",
			Fix:      "// Under StreamHandler an error is a response: an HTTPError with its status, any other with 500.\nlambda.Start(proxyresponse.StreamHandler(hello))",
			Evidence: Assumed,
			Source:   guideStream + " (has the status of every other function without the format)",
		},
		{
			ID:      ruleStreamBroken,
			Title:   "The function failed, or took too long, while its stream was on its way: the client has the status and a part of the body.",
			About:   Situation,
			Shape:   "An error of the reader that is the body, a panic, a timeout of the function or of the integration.",
			Status:  200,
			Gateway: "The status is sent already, so the connection is closed in the middle of the body: curl: (18) transfer closed with outstanding read data remaining. That this goes for errors as for timeouts is assumed.",
			Log:     "Method completed with status: 200",
			Fix: `// Give the function and the integration time, and say inside the body what goes wrong in it.
if err := write(w); err != nil {
	fmt.Fprintf(w, "event: error\ndata: %s\n\n", "try again")
}`,
			Evidence: Documented,
			Source:   guideCurl,
		},
	}
}
