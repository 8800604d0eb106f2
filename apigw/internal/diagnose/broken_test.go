package diagnose_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
)

// mutation breaks a result in one way.
type mutation struct {
	name, rule string
	// apply returns the broken result; empty if this one cannot be broken so.
	apply func(envelope map[string]any) string
}

func marshal(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // only values that have JSON are marshalled here
	}
	return string(data)
}

// set returns the envelope with another value of a member.
func set(name string, value any) func(map[string]any) string {
	return func(e map[string]any) string { e[name] = value; return marshal(e) }
}

// renamed returns the envelope with a member under another name.
func renamed(from, to string) func(map[string]any) string {
	return func(e map[string]any) string {
		value, ok := e[from]
		if !ok {
			return ""
		}
		delete(e, from)
		e[to] = value
		return marshal(e)
	}
}

// header returns the envelope with one more header.
func header(name string, value any) func(map[string]any) string {
	return func(e map[string]any) string {
		e["headers"].(map[string]any)[name] = value
		return marshal(e)
	}
}

// jsonBody returns the body if it is a JSON object.
func jsonBody(e map[string]any) (body string, object map[string]any) {
	body, _ = e["body"].(string)
	if json.Unmarshal([]byte(body), &object) != nil || len(object) == 0 {
		return "", nil
	}
	return body, object
}

func envelopeMutations() []mutation {
	always := func(payload string) func(map[string]any) string {
		return func(map[string]any) string { return payload }
	}
	return []mutation{
		{"the envelope left out", "missing-envelope", func(e map[string]any) string { body, _ := jsonBody(e); return body }},
		{"encoded twice", "result-is-string", func(e map[string]any) string { return marshal(marshal(e)) }},
		{"status", "key-misspelt", renamed("statusCode", "status")},
		{"status_code", "key-misspelt", renamed("statusCode", "status_code")},
		{"statusCodes", "key-misspelt", renamed("statusCode", "statusCodes")},
		{"header", "key-misspelt", renamed("headers", "header")},
		{"Body", "key-case", renamed("body", "Body")},
		{"StatusCode", "key-case", renamed("statusCode", "StatusCode")},
		{"cookies", "unknown-key", set("cookies", []string{"a=1"})},
		{"message beside", "unknown-key", set("message", "hello")},
		{"the body as an object", "body-not-string", func(e map[string]any) string {
			if _, object := jsonBody(e); object != nil {
				return set("body", object)(e)
			}
			return ""
		}},
		{"a number as the body", "body-other-type", set("body", 42)},
		{"a list as the body", "body-other-type", set("body", []int{1})},
		{"a header that is a list", "header-value-not-string", header("X-A", []string{"b"})},
		{"a header that is null", "header-value-not-string", header("X-A", nil)},
		{"a header that is a number", "header-value-number", header("X-Count", 3)},
		{"a header that is a boolean", "header-value-boolean", header("X-Cached", true)},
		{"a header with a line break", "header-invalid", header("X-A", "b\r\nc")},
		{"a header with a blank in its name", "header-invalid", header("X A", "b")},
		{"Content-Length", "header-remapped", header("Content-Length", "7")},
		{"Transfer-Encoding", "header-dropped", header("Transfer-Encoding", "chunked")},
		{"cookies in one line", "set-cookie-joined", header("Set-Cookie", "a=1, b=2")},
		{"headers that are a list", "headers-not-object", set("headers", []string{"X-A: b"})},
		{"multiValueHeaders that are a list", "multi-value-headers-not-object", set("multiValueHeaders", []string{})},
		{"a text in multiValueHeaders", "multi-value-not-list", set("multiValueHeaders", map[string]any{"X-A": "b"})},
		{"an object in multiValueHeaders", "multi-value-item-not-string", set("multiValueHeaders", map[string]any{"X-A": []any{map[string]any{}}})},
		{"a status in words", "status-not-number", set("statusCode", "OK")},
		{"a status beyond all", "status-out-of-range", set("statusCode", 1000)},
		{"a status with a fraction", "status-fraction", set("statusCode", 200.5)},
		{"a status in quotes", "status-numeric-string", func(e map[string]any) string {
			return set("statusCode", fmt.Sprint(e["statusCode"]))(e)
		}},
		{"a status of 0", "status-zero", set("statusCode", 0)},
		{"no status", "status-missing", func(e map[string]any) string { delete(e, "statusCode"); return marshal(e) }},
		{"a flag in quotes", "base64-flag-not-boolean", set("isBase64Encoded", "true")},
		{"nothing", "result-null", always("null")},
		{"no bytes", "result-empty", always(" ")},
		{"a list", "result-not-object", always("[1,2]")},
		{"no JSON", "result-not-json", always("<html>")},
		{"an error object", "error-object-returned", always(`{"errorMessage":"boom","errorType":"errorString"}`)},
		{"an empty object", "empty-object", always("{}")},
		{"the body encoded twice", "body-double-encoded", func(e map[string]any) string {
			if body, _ := jsonBody(e); body != "" {
				return set("body", marshal(body))(e)
			}
			return ""
		}},
		{"an envelope in the body", "envelope-in-body", func(e map[string]any) string {
			return marshal(map[string]any{"statusCode": 200, "headers": map[string]any{"Content-Type": "application/json"}, "body": marshal(e)})
		}},
		{"two cookies under one name", "headers-same-name", func(e map[string]any) string {
			e["headers"].(map[string]any)["Set-Cookie"], e["headers"].(map[string]any)["set-cookie"] = "a=1", "b=2"
			return marshal(e)
		}},
		{"base64 without the flag", "base64-flag-missing", func(e map[string]any) string {
			e["headers"].(map[string]any)["Content-Type"] = "image/png"
			return set("body", pngBase64)(e)
		}},
		{"base64 that nobody decodes", "base64-not-decoded", func(e map[string]any) string {
			e["body"] = pngBase64
			return set("isBase64Encoded", true)(e)
		}},
		{"base64 that is none", "base64-invalid", func(e map[string]any) string {
			e["body"] = "not base64!"
			return set("isBase64Encoded", true)(e)
		}},
		{"a page without a media type", "content-type-default", func(e map[string]any) string {
			delete(e["headers"].(map[string]any), "Content-Type")
			return set("body", "<p>Hello</p>")(e)
		}},
		{"any page with credentials", "cors-star-with-credentials", func(e map[string]any) string {
			e["headers"].(map[string]any)["Access-Control-Allow-Origin"] = "*"
			return header("Access-Control-Allow-Credentials", "true")(e)
		}},
		{"two pages", "cors-several-origins", header("Access-Control-Allow-Origin", "https://a.example, https://b.example")},
	}
}

// mutable are good envelopes that every mutation leaves with one mistake.
var mutable = []string{"an object", "created", "a conflict", "a list", "not found"}

func brokenEnvelopes() []sample {
	var all []sample
	for _, from := range mutable {
		for _, m := range envelopeMutations() {
			var envelope map[string]any
			if err := json.Unmarshal([]byte(goodEnvelopes()[from]), &envelope); err != nil {
				panic(err) // they are JSON
			}
			if payload := m.apply(envelope); payload != "" {
				s := proxied(payload)
				s.name, s.rule = "proxy, "+from+": "+m.name, m.rule
				all = append(all, s)
			}
		}
	}
	raw := proxied(`{"greeting":"Hello"}`)
	raw.name, raw.rule = "proxy on for a function with mappings", "proxy-on-for-raw-json"
	raw.api.Methods[0].Integration.Responses = []assembly.IntegrationResponse{response("200", "")}
	return append(all, raw)
}

// ending is one of the ways in which a function fails, in the words of Lambda and of
// the runtimes.
type ending struct {
	name, rule string
	result     function.Result
	runtime    string
	place      string
}

const goPanic = `{"errorMessage":"runtime error: index out of range [3] with length 0","errorType":"boundsError","stackTrace":[` +
	`{"path":"runtime/panic.go","line":115,"label":"goPanicIndex"},{"path":"maps/runtime_faststr.go","line":265,"label":"mapassign_faststr"},{"path":"example.com/shop/functions/list/main.go","line":42,"label":"list"},` +
	`{"path":"github.com/aws/aws-lambda-go@v1.47.0/lambda/handler.go","line":9,"label":"func1"}]}`

func endings() []ending {
	const id = "RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95"
	report := func(message, kind string) function.Result {
		return failed(fmt.Sprintf(`{"errorMessage":%s,"errorType":%s}`, quote(message), quote(kind)))
	}
	return []ending{
		{"a timeout", "function-timeout", failed(`{"errorMessage":"2026-01-02T03:04:05.678Z 8f507cfc Task timed out after 3.00 seconds"}`), "", ""},
		{"a timeout in newer words", "function-timeout", report(id+" Error: Task timed out after 3.00 seconds", "Sandbox.Timedout"), "nodejs22.x", ""},
		{"a panic", "function-panic", failed(goPanic), "", "example.com/shop/functions/list/main.go:42"},
		{"a panic in another goroutine", "function-panic", report(id+" Error: Runtime exited with error: exit status 2", "Runtime.ExitError"), "provided.al2023", ""},
		{"os.Exit", "function-exited", report(id+" Error: Runtime exited with error: exit status 1", "Runtime.ExitError"), "provided.al2023", ""},
		{"sys.exit", "function-exited", report(id+" Error: Runtime exited without providing a reason", "Runtime.ExitError"), "python3.13", ""},
		{"memory", "function-out-of-memory", report(id+" Error: Runtime exited with error: signal: killed", "Runtime.ExitError"), "provided.al2023", ""},
		{"memory in newer words", "function-out-of-memory", report(id+" Error: Runtime exited with error: signal: killed", "Runtime.OutOfMemory"), "nodejs22.x", ""},
		{"no program", "function-not-started", report(id+" Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]", "Runtime.InvalidEntrypoint"), "provided.al2023", ""},
		{"a program of another machine", "function-not-started", report(id+" Error: fork/exec /var/task/bootstrap: exec format error", "Runtime.InvalidEntrypoint"), "provided.al2023", ""},
		{"a module that is not there", "function-code-not-found", report("Unable to import module 'app': No module named 'requests'", "Runtime.ImportModuleError"), "python3.13", ""},
		{"a module of JavaScript", "function-code-not-found", report("Error: Cannot find module 'index'", "Runtime.ImportModuleError"), "nodejs22.x", ""},
		{"a part of the AWS SDK in JavaScript", "function-sdk-missing", report("Error: Cannot find module '@aws-sdk/client-s3'\nRequire stack:\n- index.js", "Runtime.ImportModuleError"), "nodejs22.x", ""},
		{"a part of the AWS SDK in an ES module", "function-sdk-missing", report("Cannot find package '@aws-sdk/lib-dynamodb' imported from index.mjs", "Error"), "nodejs22.x", ""},
		{"the AWS SDK in Python", "function-sdk-missing", report("Unable to import module 'app': No module named 'boto3'", "Runtime.ImportModuleError"), "python3.13", ""},
		{"a mistake of syntax in JavaScript", "function-syntax-error", failed(`{"errorType":"Runtime.UserCodeSyntaxError","errorMessage":"SyntaxError: Unexpected token ')'","trace":["Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token ')'","/var/task/list.js:33","const a = );","    at load (/app/.build/local/running-1-2/node.cjs:325:20)"]}`), "nodejs22.x", "list.js:33"},
		{"a mistake of syntax in Python", "function-syntax-error", failed(`{"errorType":"Runtime.UserCodeSyntaxError","errorMessage":"Syntax error in module 'app': invalid syntax (app.py, line 3)","stackTrace":["  File \"/var/task/app.py\" Line 3\n    def\n"]}`), "python3.13", "app.py:3"},
		{"a handler that is not there", "function-code-not-found", report("Handler 'main' missing on module 'app'", "Runtime.HandlerNotFound"), "python3.13", ""},
		{"a large result", "response-too-large", report("Response payload size exceeded maximum allowed payload size (6291556 bytes).", "Function.ResponseSizeTooLarge"), "", ""},
		{"a result without JSON", "unsendable-response", report("json: unsupported value: NaN", "UnsupportedValueError"), "", ""},
		{"a result without JSON in Python", "unsendable-response", report("Unable to marshal response: Object of type datetime is not JSON serializable", "Runtime.MarshalError"), "python3.13", ""},
		{"an event of another form", "event-does-not-fit", report("json: cannot unmarshal string into Go struct field Order.count of type int", "UnmarshalTypeError"), "", ""},
	}
}

func brokenFunctions() []sample {
	var all []sample
	for _, e := range endings() {
		p := proxied("")
		p.name, p.rule, p.result, p.runtime = "proxy: "+e.name, e.rule, e.result, e.runtime
		open := mapped("")
		open.name, open.rule, open.result, open.runtime = "mapped, no pattern matches: "+e.name, e.rule, e.result, e.runtime
		caught := mapped("")
		caught.name, caught.rule, caught.result, caught.runtime = "mapped, a pattern matches: "+e.name, e.rule, e.result, e.runtime
		caught.api.Methods[0].Integration.Responses[3].SelectionPattern = "(?s).+"
		all = append(all, p, open, caught)
	}
	add := func(name, rule string, s sample, message, runtime string) {
		s.name, s.rule, s.runtime, s.result = name, rule, runtime, failedWith(message)
		all = append(all, s)
	}
	for _, runtime := range []string{"", "provided.al2023", "nodejs22.x", "python3.13"} {
		add("proxy: an error, "+runtime, "function-error", proxied(""), "boom", runtime)
		add("proxy: an error of several lines, "+runtime, "function-error", proxied(""), "boom\nand more", runtime)
	}
	const (
		mappedEvent = "mapped-event-in-proxy-function"
		proxyEvent  = "proxy-event-in-mapped-function"
	)
	add("mapped: a Go function of the proxy door, the body", mappedEvent, mapped(""), "json: cannot unmarshal object into Go struct field APIGatewayProxyRequest.body of type string", "")
	add("mapped: a Go function of the proxy door, all", mappedEvent, mapped(""), "json: cannot unmarshal array into Go value of type events.APIGatewayProxyRequest", "")
	add("mapped: JavaScript of the proxy door, an object", mappedEvent, mapped(""), `"[object Object]" is not valid JSON`, "nodejs22.x")
	add("mapped: JavaScript of the proxy door, no body", mappedEvent, mapped(""), `"undefined" is not valid JSON`, "nodejs22.x")
	add("mapped: JavaScript of the proxy door, older words", mappedEvent, mapped(""), `Unexpected token u in JSON at position 0`, "nodejs16.x")
	add("mapped: Python of the proxy door, an object", mappedEvent, mapped(""), "the JSON object must be str, bytes or bytearray, not dict", "python3.13")
	add("mapped: Python of the proxy door, no body", mappedEvent, mapped(""), "'body'", "python3.13")
	add("mapped: Python of the proxy door, no method", mappedEvent, mapped(""), "'httpMethod'", "python3.13")
	add("proxy: a strict function of the mapped door", proxyEvent, proxied(""), `json: unknown field "resource"`, "")
	add("proxy: a strict function of the mapped door, headers", proxyEvent, proxied(""), `json: unknown field "multiValueHeaders"`, "")
	busy := proxied("")
	busy.name, busy.rule, busy.err = "proxy: throttled", "lambda-throttled", errThrottled
	slower := mapped("")
	slower.name, slower.rule, slower.err = "mapped: throttled", "lambda-throttled", errThrottled
	for name, s := range map[string]sample{"proxy": proxied(""), "mapped": mapped("")} {
		s.name, s.rule, s.endless = name+": slower than the integration waits", "gateway-timeout", true
		s.api.Methods[0].Integration.Timeout = 50 * time.Millisecond
		all = append(all, s)
	}
	return append(all, busy, slower)
}

func brokenPatterns() []sample {
	var all []sample
	add := func(name, rule, pattern, message string) {
		s := mapped("")
		s.name, s.rule, s.result = "pattern: "+name, rule, failedWith(message)
		s.api.Methods[0].Integration.Responses = []assembly.IntegrationResponse{response("200", ""), response("400", pattern)}
		declare(s.api.Methods[0])
		all = append(all, s)
	}
	// The cause is by construction: each pattern is a right one, broken in one way.
	for text, message := range map[string]string{
		"Invalid": "Invalid input: no name", "BadRequest": "BadRequest: no name", "NotFound": "NotFound: no order 7", "Conflict": "Conflict of versions",
		"Validation failed": "Validation failed for name",
	} {
		add("a glob, "+text, "pattern-is-prefix", text+"*", message)
		add("a beginning, "+text, "pattern-is-prefix", "^"+text, message)
		add("letter case, "+text, "pattern-letter-case", strings.ToLower(text)+".*", message)
		add("upper case, "+text, "pattern-letter-case", strings.ToUpper(text)+".*", message)
		add("a line break, "+text, "pattern-stops-at-line-break", text+".*", message+"\nand why")
		add("a line break behind an anchor, "+text, "pattern-stops-at-line-break", "^"+text+".*$", message+"\nline 2\nline 3")
		add("something before it, "+text, "pattern-is-part", text+".*", "Error: "+message)
		add("a word inside, "+text, "pattern-is-part", text, "The error was "+message)
		add("brackets, "+text, "pattern-brackets", "["+strings.ReplaceAll(text, " ", "")+"].*", "["+strings.ReplaceAll(text, " ", "")+"] "+message)
		add("a status, "+text, "pattern-is-status", "400", message)
		add("a family of statuses, "+text, "pattern-is-status", `4\d{2}`, message)
		add("another message, "+text, "error-matches-no-pattern", text+".*", "database gone")
	}
	for _, text := range []string{"BadRequest", "NotFound", "Conflict"} {
		add("escaped twice, "+text, "pattern-escaped-twice", `\\[`+text+`\\].*`, "["+text+"] no name")
		s := mapped("")
		s.name, s.rule = "pattern: a type, "+text, "pattern-is-type"
		s.result = failed(`{"errorMessage":"no name","errorType":"` + text + `Error","trace":[]}`)
		s.api.Methods[0].Integration.Responses = []assembly.IntegrationResponse{response("200", ""), response("400", text+"Error")}
		declare(s.api.Methods[0])
		all = append(all, s)
	}
	for _, pattern := range []string{`(\n|.)*`, ".*", `(?s).*`, "|Error.*", "(Bad.*)?"} {
		s := mapped(`{"greeting":"Hello"}`)
		s.name, s.rule = "pattern that matches a success: "+pattern, "pattern-matches-success"
		s.api.Methods[0].Integration.Responses = []assembly.IntegrationResponse{response("200", ""), response("500", pattern)}
		declare(s.api.Methods[0])
		all = append(all, s)
	}
	greedy := mapped("")
	greedy.name, greedy.rule, greedy.result = "a pattern of the success that matches all", "error-matches-success-pattern", failedWith("[BadRequest] no name")
	greedy.api.Methods[0].Integration.Responses[0].SelectionPattern = ".*"
	all = append(all, greedy)
	only := mapped("")
	only.name, only.rule, only.result = "no patterns at all", "mapped-error-is-200", failedWith("boom")
	only.api.Methods[0].Integration.Responses = []assembly.IntegrationResponse{response("200", "")}
	declare(only.api.Methods[0])
	noDefault := mapped(`{}`)
	noDefault.name, noDefault.rule = "no default", "default-response-missing"
	noDefault.api.Methods[0].Integration.Responses = noDefault.api.Methods[0].Integration.Responses[1:]
	nothing := mapped(`{}`)
	nothing.name, nothing.rule = "no integration responses", "integration-responses-missing"
	nothing.api.Methods[0].Integration.Responses = nil
	envelope := mapped(goodEnvelopes()["not found"])
	envelope.name, envelope.rule = "an envelope without a default", "proxy-off-for-envelope"
	envelope.api.Methods[0].Integration.Responses = envelope.api.Methods[0].Integration.Responses[1:]
	return append(all, only, noDefault, nothing, envelope)
}

func brokenMappedResults() []sample {
	var all []sample
	add := func(name, rule, payload string) {
		s := mapped(payload)
		s.name, s.rule = "mapped: "+name, rule
		all = append(all, s)
	}
	for _, name := range slices.Sorted(maps.Keys(goodEnvelopes())) {
		add("an envelope, "+name, "proxy-off-for-envelope", goodEnvelopes()[name])
	}
	for _, value := range []string{`{"a":1}`, `[1,2]`, `{"a":{"b":[]}}`, ` {"a":1}`} {
		add("encoded twice, "+value, "mapped-body-double-encoded", marshal(value))
	}
	add("an image as text", "mapped-base64-body", marshal(pngBase64))
	add("a document as text", "mapped-base64-body", marshal("JVBERi0xLjQKJcOkw7zDtsOf"))
	add("the words of a function of the other door", "mapped-event-in-proxy-function", `{"message":"json: cannot unmarshal object into Go struct field APIGatewayProxyRequest.body of type string"}`)
	undeclared := mapped(`{}`)
	undeclared.name, undeclared.rule = "mapped: a header that is not declared", "mapping-header-undeclared"
	undeclared.api.Methods[0].Integration.Responses[0].Parameters = response("200", "", "X-A", "b").Parameters
	renamed := mapped(`{}`)
	renamed.name, renamed.rule = "mapped: a header that is renamed", "response-header-renamed"
	renamed.api.Methods[0].Integration.Responses[0].Parameters = response("200", "", "Date", "today").Parameters
	declare(renamed.api.Methods[0])
	return append(all, undeclared, renamed)
}

func brokenTemplates() []sample {
	var all []sample
	add := func(name, rule string, s sample) {
		s.name, s.rule = "template: "+name, rule
		all = append(all, s)
	}
	with := func(text string) sample {
		s := mapped(`{}`)
		s.api.Methods[0].Integration.RequestTemplates = jsonTemplate(text)
		return s
	}
	const loop = `#set($query = $input.params().querystring)
{#foreach($name in $query.keySet())"$name": "$util.escapeJavaScript($query.get($name))"#if($foreach.hasNext),#end#end}`
	for from, to := range map[string]string{
		"$query.get": "$qeury.get", "$query.keySet": "$querry.keySet", "$foreach.hasNext": "$foreahc.hasNext", "$util.escapeJavaScript": "$utli.escapeJavaScript",
		"$input.params": "$inptu.params", "$util.escape": "$util.esacpe", "#foreach(": "#foreahc(", "#if(": "#fi(",
	} {
		rule := "template-name-unknown"
		if from[0] == '#' {
			rule = "template-does-not-parse" // its end is left over
		}
		add("a misspelt name, "+to, rule, with(strings.Replace(loop, from, to, 1)))
	}
	for _, name := range []string{"$contxt.requestId", "$stageVariable.table", "$inputs.body", "$context.identty.sourceIp", "$input.param('x')", "$util.toJson('x')"} {
		add("a name that is not there, "+name, "template-name-unknown", with(`{"value": "`+name+`"}`))
	}
	in := with(eventTemplate)
	in.api.Methods[0].Integration.Responses[0].Templates = jsonTemplate(`{"id": "$contxt.requestId", "result": $input.json('$')}`)
	add("a misspelt name in the response", "template-name-unknown", in)
	for _, text := range []string{
		`{"name": "$input.json('$.name')"}`, `{"name": $input.path('$.name')}`, `{"name": $input.json('$.name'),}`, `{"name": $input.json('$.name')`, `{'name': 1}`,
		"{\"a\": \"line\nbreak\"}", `name=$input.json('$.name')`, `{"it's": "\'"}`,
	} {
		add("an event that is not JSON, "+text, "event-not-json", with(text))
	}
	injected := mapped(`{}`)
	injected.api.Methods[0].Integration.RequestTemplates = jsonTemplate(`{"lang": "$input.params('lang')"}`)
	injected.path = "/greet?lang=%22en"
	add("what the client sent breaks the event", "event-not-json", injected)
	for _, text := range []string{`{"a": #if($input.body)}`, "#if(", `#set($x = )`} {
		add("no template, "+text, "template-does-not-parse", with(text))
	}
	for _, contentType := range []string{"text/plain", "application/x-www-form-urlencoded", "application/xml", "text/plain;charset=UTF-8", "application/vnd.api+json"} {
		s := mapped(`{}`)
		s.header, s.body = []string{"Content-Type: " + contentType}, "name=Ada"
		add("not used for "+contentType, "template-not-used", s)
		m := sample{
			api: apiOf(mockMethod("POST", "/", `{"statusCode": 200}`, response("200", ""))), method: "POST", path: "/", body: "x",
			header: []string{"Content-Type: " + contentType},
		}
		add("of a MOCK not used for "+contentType, "template-not-used", m)
	}
	beacon := withCORS()
	beacon = asking(beacon, "PUT")
	beacon.header = append(beacon.header, "Content-Type: text/plain")
	add("of a preflight not used", "template-not-used", beacon)
	binary := asking(withCORS(), "PUT")
	binary.api.BinaryMediaTypes = []string{"*/*"}
	binary.body = "x"
	add("of a preflight where all is binary", "mock-preflight-binary", binary)
	return all
}

func brokenRoutes() []sample {
	var all []sample
	api := func() *assembly.API {
		return apiOf(proxyMethod("GET", "/orders"), proxyMethod("GET", "/orders/{id}"), proxyMethod("POST", "/orders"), proxyMethod("GET", "/users/{id}/orders"), proxyMethod("GET", "/files/{path+}"))
	}
	add := func(rule, method, path string, raw bool) {
		all = append(all, sample{name: "route: " + method + " " + path, rule: rule, api: api(), method: method, path: path, raw: raw})
	}
	for _, path := range []string{"/Orders", "/ORDERS", "/orderS", "/Orders/7", "/Users/7/orders", "/users/7/Orders"} {
		add("route-letter-case", "GET", path, false)
	}
	for _, path := range []string{"/users%2F7%2Forders", "/or/ders", "/files", "/files/"} {
		add("route-slash", "GET", path, false)
	}
	for _, path := range []string{"/order", "/oders", "/ordres", "/order/7", "/user/7/orders", "/users/7/order", "/orderss"} {
		add("route-similar", "GET", path, false)
	}
	for _, request := range []string{"DELETE /orders", "PUT /orders/7", "POST /orders/7", "PATCH /users/7/orders", "POST /files/a/b"} {
		method, path, _ := strings.Cut(request, " ")
		add("route-other-method", method, path, false)
	}
	for _, path := range []string{"/prod/orders", "/prod/orders/7", "/prod/users/7/orders"} {
		add("route-stage-twice", "GET", path, false)
	}
	for _, path := range []string{"/hello/orders", "/hello/orders/7", "/hello/users/1/orders"} {
		add("stage-left-out", "GET", path, true)
	}
	for _, path := range []string{"/hello/Prod/orders", "/hello/PROD/orders", "/hello/prd/orders", "/hello/pord/orders"} {
		add("stage-similar", "GET", path, true)
	}
	for _, path := range []string{"/Hello/prod/orders", "/helo/prod/orders", "/hallo/prod/orders"} {
		add("api-similar", "GET", path, true)
	}
	cached := authorized()
	cached.name, cached.rule = "a policy of another request", "policy-cached"
	return append(all, cached)
}

func brokenCORS() []sample {
	var all []sample
	add := func(name, rule string, s sample) {
		s.name, s.rule = "CORS: "+name, rule
		all = append(all, s)
	}
	for _, origin := range []string{"https://www.shop.example", "http://shop.example", "https://shop.example:8443", "null", "https://SHOP.example"} {
		s := withCORS()
		s.header[0] = "Origin: " + origin
		add("the page "+origin, "cors-origin-differs", s)
		add("the preflight of the page "+origin, "cors-origin-differs", asking(s, "PUT"))
	}
	slash := withCORS()
	slash.api.Methods[0].Integration.Responses[0].Parameters[0].Source = "'https://shop.example/'"
	add("a slash at the end", "cors-origin-differs", slash)
	for _, method := range []string{"DELETE", "PATCH"} {
		add(method+" in the preflight", "cors-method-not-allowed", asking(withCORS(), method))
	}
	lower := withCORS()
	lower.api.Methods[1] = preflight("/items", "https://shop.example", "get,put", "*")
	add("methods in small letters", "cors-method-not-allowed", asking(lower, "PUT"))
	for _, name := range []string{"authorization", "x-request-id"} {
		add("the header "+name, "cors-request-header-not-allowed", asking(withCORS(), "PUT", name))
	}
	star := withCORS()
	star.api.Methods[1] = preflight("/items", "*", "*", "*")
	add("the star is not for Authorization", "cors-request-header-not-allowed", asking(star, "PUT", "authorization"))
	for _, i := range []int{0, 1} { // the default response, and the one for errors
		s := withCORS()
		s.api.Methods[0].Integration.Responses[i].Parameters = nil
		declare(s.api.Methods[0])
		if i == 1 {
			s.result = failedWith("[BadRequest] no name")
		}
		add(fmt.Sprintf("response %d without the header", i), "cors-header-missing", s)
	}
	bare := proxied(goodEnvelopes()["an object"])
	bare.api.Methods = append(bare.api.Methods, preflight("/hello", "https://shop.example", "GET", "Content-Type"))
	bare.header = []string{"Origin: https://shop.example"}
	add("a function without the header", "cors-function-header-missing", bare)
	several := withCORS()
	several.api.Methods[0].Integration.Responses[0].Parameters[0].Source = "'https://shop.example,https://www.shop.example'"
	add("several origins", "mapped-cors-several-origins", several)
	credentials := withCORS()
	credentials.api.Methods[0].Integration.Responses[0] = response("200", "", "Access-Control-Allow-Origin", "*", "Access-Control-Allow-Credentials", "true")
	declare(credentials.api.Methods[0])
	add("the star with credentials", "mapped-cors-star-with-credentials", credentials)
	silent := withCORS()
	silent.api.Methods[1].Integration.Responses[0].Parameters = silent.api.Methods[1].Integration.Responses[0].Parameters[1:]
	add("a preflight without the origin", "cors-preflight-without-origin", asking(silent, "PUT"))
	without := withCORS()
	without.api.Methods = without.api.Methods[:1]
	add("no preflight", "cors-preflight-refused", asking(without, "PUT"))
	key := withCORS()
	key.api.Methods[1].APIKeyRequired = true
	add("a preflight with an API key", "cors-preflight-refused", asking(key, "PUT"))
	cookies := withCORS()
	cookies.header = append(cookies.header, "Cookie: a=1")
	add("cookies", "cors-credentials-not-allowed", cookies)
	open := withCORS()
	open.header = append(open.header, "Cookie: a=1")
	open.api.Methods[0].Integration.Responses[0].Parameters[0].Source = "'*'"
	add("cookies to all", "mapped-cors-star-with-credentials", open)
	elsewhere := withCORS()
	elsewhere.api.Methods = append(elsewhere.api.Methods, proxyMethod("GET", "/bare"))
	elsewhere.method, elsewhere.path, elsewhere.body = "GET", "/bare", ""
	elsewhere.result = returned(goodEnvelopes()["an object"])
	add("another path without it", "cors-header-missing-here", elsewhere)
	failing := withCORS()
	failing.err, failing.also = errThrottled, "cors-missing-on-gateway-errors"
	add("an error of the gateway", "lambda-throttled", failing)
	return all
}

// brokenSetups are failures of the gateway itself.
func brokenSetups() []sample {
	var all []sample
	add := func(rule string, s sample) {
		s.name, s.rule = "setup: "+rule, rule
		all = append(all, s)
	}
	change := func(rule string, s sample, change func(*sample, *assembly.Method)) {
		change(&s, s.api.Methods[0])
		add(rule, s)
	}
	good := goodEnvelopes()["an object"]
	change("integration-missing", proxied(good), func(_ *sample, m *assembly.Method) { m.Integration = nil })
	change("function-not-found", proxied(good), func(_ *sample, m *assembly.Method) { m.Integration.URI = lambdaURI("other") })
	change("method-response-missing", mapped(`{}`), func(_ *sample, m *assembly.Method) { m.Responses = nil })
	change("media-type-unsupported", mapped(`{}`), func(s *sample, m *assembly.Method) {
		m.Integration.PassthroughBehavior, s.header = "NEVER", []string{"Content-Type: text/plain"}
	})
	change("selection-pattern-none-matches", mapped(`{}`), func(s *sample, m *assembly.Method) {
		m.Integration.Responses, s.result = m.Integration.Responses[1:], failedWith("something else")
	})
	change("parameters-missing", proxied(good), func(_ *sample, m *assembly.Method) {
		m.ValidateParameters, m.RequestParameters = true, []assembly.RequestParameter{{Location: "querystring", Name: "q", Required: true}}
	})
	change("body-invalid", mapped(`{}`), func(s *sample, m *assembly.Method) {
		s.api.Models = []*assembly.Model{{Name: "Greeting", ContentType: "application/json", Schema: []byte(`{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","required":["name"]}`)}}
		m.ValidateBody, m.RequestModels, s.body = true, map[string]string{"application/json": "Greeting"}, `{"nam":1}`
	})
	change("request-template-failed", mapped(`{}`), func(_ *sample, m *assembly.Method) {
		m.Integration.RequestTemplates = jsonTemplate(`$util.parseJson("{")`)
	})
	change("response-template-failed", mapped(`{}`), func(_ *sample, m *assembly.Method) {
		m.Integration.Responses[0].Templates = jsonTemplate(`$util.parseJson("{")`)
	})
	for _, template := range []string{`{"status": 200}`, `{"statusCode": "200"}`, `OK`, ``, `{"statusCode": }`} {
		add("mock-status-missing", sample{api: apiOf(mockMethod("GET", "/", template, response("200", ""))), path: "/"})
	}
	signed := proxied(good)
	signed.api.Methods[0].AuthorizationType = "AWS_IAM"
	add("request-not-signed", signed)
	far := proxied(good)
	far.api.Methods, far.path = far.api.Methods[:1], "/something/else/entirely"
	add("route-unknown", far)
	return all
}

func broken() []sample {
	return slices.Concat(brokenSetups(), brokenEnvelopes(), brokenFunctions(), brokenPatterns(), brokenMappedResults(), brokenTemplates(), brokenRoutes(), brokenCORS())
}

func TestTheFirstFindingIsTheCause(t *testing.T) {
	samples := broken()
	labels := map[string]int{}
	for _, s := range samples {
		s.check(t)
		labels[s.rule]++
	}
	if len(samples) < 250 {
		t.Errorf("got %d broken requests, want at least 250", len(samples))
	}
	t.Logf("%d broken requests with %d causes", len(samples), len(labels))
}
