package rules

// fixes returns what to do in languages that [Rule.Fix] is not written in, by the ids
// of the rules. The empty language stands for words. Where Fix itself is words, there
// is only code here.
func fixes() map[string]map[Language]string {
	all := map[string]map[Language]string{}
	for _, group := range fixGroups() {
		for _, id := range group.ids {
			all[id] = group.fixes
		}
	}
	return all
}

type fixGroup struct {
	ids   []string
	fixes map[Language]string
}

func fixGroups() []fixGroup {
	group := func(words, javaScript, python string, ids ...string) fixGroup {
		g := fixGroup{ids, map[Language]string{}}
		for language, text := range map[Language]string{"": words, JavaScript: javaScript, Python: python} {
			if text != "" {
				g.fixes[language] = text
			}
		}
		return g
	}
	return []fixGroup{
		group(
			"Return an object with statusCode (a number), headers (texts by name) and body (a text), and no other members.",
			`return { statusCode: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };`,
			`return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(value)}`,
			"missing-envelope", "unknown-key", "key-case", "key-misspelt", "result-is-string", "result-not-object", "result-null",
			"result-empty", "result-not-json", "empty-object", "status-missing", "status-zero", "status-numeric-string",
			"status-not-number", "status-float", "status-fraction", "status-out-of-range", "status-informational",
			"status-passed-through", "body-not-string", "body-other-type", "body-absent", "body-null",
		),
		group(
			"Encode the value once: the body is its JSON as a text, and the runtime encodes the envelope.",
			`return { statusCode: 200, body: JSON.stringify(value) }; // once, and not a text that is JSON already`,
			`return {"statusCode": 200, "body": json.dumps(value)}  # once, and not a text that is JSON already`,
			"body-double-encoded", "envelope-in-body",
		),
		group(
			"Return the value itself: the Lambda runtime turns it into JSON.",
			`return value; // and not JSON.stringify(value)`,
			`return value  # and not json.dumps(value)`,
			"mapped-body-double-encoded",
		),
		group(
			"Say what the client may know with a status of its own, and write the cause to the log.",
			`return { statusCode: 409, body: JSON.stringify({ message: "The name is taken." }) };`,
			`return {"statusCode": 409, "body": json.dumps({"message": "The name is taken."})}`,
			"error-object-returned", "response-and-error",
		),
		group(
			"Catch the error in the handler, and return a response with the status that it means; write the cause to the log.",
			"try {\n  return ok(await work(event));\n} catch (err) {\n  console.error(err);\n  return { statusCode: 500, body: JSON.stringify({ message: \"Something went wrong.\" }) };\n}",
			"try:\n    return ok(work(event))\nexcept Exception:\n    logging.exception(\"request failed\")\n    return {\"statusCode\": 500, \"body\": json.dumps({\"message\": \"Something went wrong.\"})}",
			"function-error", "function-panic",
		),
		group(
			"Set a timeout for every call to something else, shorter than the function's, and see that it can be reached from the function's network.",
			"await fetch(url, { signal: AbortSignal.timeout(2000) });",
			"urllib.request.urlopen(url, timeout=2)",
			"function-timeout",
		),
		group(
			"Return what JSON can say: texts, numbers, lists and objects.",
			"", `return {"statusCode": 200, "body": json.dumps(value, default=str)}`,
			"unsendable-response",
		),
		group(
			"Write every header value as a text.",
			`headers: { "X-Count": String(count) }`, `"headers": {"X-Count": str(count)}`,
			"header-value-not-string", "header-value-boolean", "header-value-number", "headers-null", "headers-not-object", "header-invalid",
		),
		group(
			"Write a list of texts for each name in multiValueHeaders.",
			`multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] }`, `"multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}`,
			"multi-value-headers", "multi-value-headers-null", "multi-value-headers-not-object", "multi-value-not-list",
			"multi-value-item-not-string", "header-in-both-maps", "set-cookie-joined", "headers-same-name",
		),
		group(
			"Leave the header out, or choose another name: it belongs to API Gateway.", "", "",
			"header-remapped", "header-dropped",
		),
		group(
			"Set the Content-Type.",
			`headers: { "Content-Type": "text/html; charset=utf-8" }`, `"headers": {"Content-Type": "text/html; charset=utf-8"}`,
			"content-type-default",
		),
		group(
			"Send the bytes as base64, with isBase64Encoded true, and name their media type among the API's binary media types.",
			`return { statusCode: 200, headers: { "Content-Type": "image/png" }, body: png.toString("base64"), isBase64Encoded: true };`,
			`return {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": base64.b64encode(png).decode(), "isBase64Encoded": True}`,
			"base64-flag-not-boolean", "base64-invalid", "base64-flag-missing",
		),
		group(
			"Name the media type among the API's binary media types, and deploy; */* makes every type binary.", "", "",
			"base64-not-decoded",
		),
		group(
			"Send the one origin that asked, after comparing it with those that may, and Vary: Origin.",
			"const origin = event.headers.origin ?? event.headers.Origin;\nconst headers = allowed.includes(origin) ? { \"Access-Control-Allow-Origin\": origin, Vary: \"Origin\" } : { Vary: \"Origin\" };",
			"origin = event[\"headers\"].get(\"origin\") or event[\"headers\"].get(\"Origin\")\nheaders = {\"Vary\": \"Origin\"} | ({\"Access-Control-Allow-Origin\": origin} if origin in ALLOWED else {})",
			"cors-star-with-credentials", "cors-several-origins",
		),
		group(
			"Return a link to it, such as a presigned URL of S3, in place of the thing itself.", "", "",
			"response-too-large",
		),
		group("Give the function less time than the integration waits, or do the work after the response.", "", "", "gateway-timeout"),
		group(
			"Turn proxy integration on, or read the mapped event: what the request template makes is the whole event.",
			"export const handler = async (event) => ({ greeting: `Hello ${event.name}` }); // no event.body, no statusCode",
			"def handler(event, context):\n    return {\"greeting\": \"Hello \" + event[\"name\"]}  # no event[\"body\"], no statusCode",
			"mapped-event-in-proxy-function",
		),
		group(
			"Read the HTTP request from the event, and return an envelope; or turn proxy integration off.",
			"const input = JSON.parse(event.body ?? \"{}\");\nreturn { statusCode: 200, body: JSON.stringify(output) };",
			"value = json.loads(event[\"body\"] or \"{}\")\nreturn {\"statusCode\": 200, \"body\": json.dumps(output)}",
			"proxy-event-in-mapped-function",
		),
		group(
			"Turn proxy integration off, with an integration response and a method response for each status; or return an envelope.",
			`return { statusCode: 200, body: JSON.stringify(value) };`, `return {"statusCode": 200, "body": json.dumps(value)}`,
			"proxy-on-for-raw-json",
		),
		group(
			"Turn proxy integration on; or return the value alone, without statusCode, headers and body.",
			`return value; // if proxy integration stays off`, `return value  # if proxy integration stays off`,
			"proxy-off-for-envelope",
		),
		group("Add an integration response with the selection pattern (?s).+, and a method response of its status.", "", "", "mapped-error-is-200"),
		group(
			"Write the metadata as a JSON object (statusCode, headers, multiValueHeaders, cookies), then eight NUL bytes, then the body; or set the response transfer mode of the integration to BUFFERED.",
			`exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: { "Content-Type": "text/plain" } });
  stream.write("hello");
  stream.end();
});`, "",
			"stream-not-streamed", "stream-no-delimiter", "stream-metadata-invalid", "stream-key", "stream-cookies",
		),
		group("Set ResponseTransferMode to STREAM at the integration, with the URI of streams.", "", "", "stream-buffered"),
		group("Catch the error before the metadata is written, and write that of the status that it means.", "", "", "stream-failed-before"),
		group("Give the function and the integration time, and say inside the body what goes wrong in it.", "", "", "stream-broken"),
		group("Give the function more concurrency, or throttle the clients.", "", "", "lambda-throttled"),
		group("Add a permission for apigateway.amazonaws.com to the function, its alias or its version.", "", "", "invoke-permission-missing"),
		group("Correct the name in the integration URI, or the stage variable that it takes the name from.", "", "", "function-not-found"),
		group("Let apigateway.amazonaws.com assume the role, in its trust policy.", "", "", "integration-role-not-assumable"),
		group("Set IntegrationHttpMethod to POST.", "", "", "integration-method-not-post"),
		group("Add the gateway responses DEFAULT_4XX and DEFAULT_5XX with gatewayresponse.header.Access-Control-Allow-Origin.", "", "", "cors-missing-on-gateway-errors"),
		{[]string{"cors-function-header-missing"}, map[Language]string{
			Go:         "// WithCORS adds the headers to every response.\nlambda.Start(proxyresponse.Handler(hello, proxyresponse.WithCORS(proxyresponse.CORS{AllowedOrigins: []string{\"https://www.example.com\"}})))",
			JavaScript: `return { statusCode: 200, headers: { "Access-Control-Allow-Origin": "https://www.example.com" }, body };`,
			Python:     `return {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "https://www.example.com"}, "body": body}`,
		}},
	}
}
