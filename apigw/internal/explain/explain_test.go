package explain_test

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"example.com/apigw/internal/explain"
	"example.com/apigw/internal/rules"
)

// explained returns what a text is explained as.
func explained(t *testing.T, text string) []explain.Explanation {
	t.Helper()
	list, err := read(text)
	if err != nil {
		t.Errorf("got %v for %.200q, want an explanation", err, text)
	}
	return list
}

func read(text string) (list []explain.Explanation, err error) {
	err = explain.Read(strings.NewReader(text), "", func(e explain.Explanation) error {
		list = append(list, e)
		return nil
	})
	return list, err
}

// ruleIDs returns the rules of causes, each once.
func ruleIDs(causes []explain.Cause) (ids []string) {
	for _, c := range causes {
		ids = append(ids, c.Rule)
	}
	return slices.Compact(ids)
}

// certain marks the cases whose first rule is the only one.
const certain = true

// Each file has the log of a request whose lines were published, in one of the
// forms in which consoles and commands show them.
var executionLogs = []struct {
	file    string
	status  int
	rule    string // the first; empty if nothing is wrong
	certain bool
}{
	// What the function returned.
	{"missing-envelope", 502, "missing-envelope", certain},
	{"result-is-string", 502, "result-is-string", certain},
	{"body-not-string", 502, "body-not-string", certain},
	{"body-not-string-on-several-lines", 502, "body-not-string", certain},
	{"body-other-type-on-several-lines", 502, "body-other-type", certain},
	{"result-null", 502, "result-null", certain},
	{"header-value-not-string", 502, "header-value-not-string", certain},
	{"unknown-key", 502, "unknown-key", certain},
	{"key-case", 502, "key-case", certain},
	{"status-not-number", 502, "status-not-number", certain},
	{"multi-value-not-list", 502, "multi-value-not-list", certain},
	{"multi-value-headers-not-object", 502, "multi-value-headers-not-object", certain},
	{"error-object-returned", 502, "error-object-returned", certain},
	{"result-not-object", 502, "result-not-object", certain},
	{"result-cut-off", 502, "body-not-string", certain},
	{"result-cut-off-in-the-body", 502, "body-not-string", !certain},
	{"base64-invalid", 500, "base64-invalid", certain},
	// How the function failed.
	{"function-error", 502, "function-error", !certain},
	{"function-timeout", 502, "function-timeout", certain},
	{"function-out-of-memory", 502, "function-out-of-memory", certain},
	{"function-exited", 502, "function-exited", certain},
	{"function-panic", 502, "function-panic", certain},
	{"response-too-large", 502, "response-too-large", certain},
	// The function was not called, or not in time.
	{"lambda-throttled", 500, "lambda-throttled", certain},
	{"lambda-throttled-2018", 502, "lambda-throttled", certain},
	{"gateway-timeout", 504, "gateway-timeout", certain},
	{"invoke-permission-missing", 500, "invoke-permission-missing", certain},
	{"function-not-found", 502, "function-not-found", certain},
	{"integration-role-not-assumable", 500, "integration-role-not-assumable", certain},
	{"endpoint-address-invalid", 500, "endpoint-variable-missing", !certain},
	{"backend-unreachable", 504, "backend-unreachable", !certain},
	{"backend-response-too-large", 500, "backend-response-too-large", certain},
	// Templates and integration responses.
	{"request-template-failed", 500, "request-template-failed", !certain},
	{"request-template-binary", 500, "request-template-binary", !certain},
	{"response-template-failed", 500, "response-template-failed", !certain},
	{"event-not-json", 400, "event-not-json", certain},
	{"mock-status-missing", 500, "mock-status-missing", certain},
	{"mock-status-missing-older", 500, "mock-status-missing", certain},
	{"selection-pattern-none-matches", 500, "selection-pattern-none-matches", !certain},
	{"method-response-missing", 500, "method-response-missing", certain},
	// Refused before the method ran.
	{"policy-denies", 403, "policy-denies", certain},
	{"authorizer-identity-missing", 401, "identity-missing", !certain},
	{"authorizer-denies", 403, "authorizer-denies", !certain},
	{"authorizer-failed", 500, "authorizer-failed", !certain},
	{"authorizer-result-invalid", 500, "authorizer-result-invalid", certain},
	{"api-key-refused", 403, "api-key-missing", !certain},
	{"throttled", 429, "throttled", certain},
	{"body-invalid", 400, "body-invalid", certain},
	{"parameters-missing", 400, "parameters-missing", !certain},
	// Wrong and not refused.
	{"mapped-error-is-200", 200, "mapped-error-is-200", certain},
	{"proxy-off-for-envelope", 200, "proxy-off-for-envelope", certain},
	{"function-for-the-other-door", 200, "mapped-event-in-proxy-function", certain},
	{"cors-star-with-credentials", 200, "cors-star-with-credentials", certain},
	{"cors-several-origins", 200, "cors-several-origins", certain},
	{"body-in-the-notation-of-python", 200, "content-type-default", certain},
	// Nothing is wrong.
	{"good-proxy", 200, "", !certain},
	{"good-mapped", 200, "", !certain},
	{"good-mock", 200, "", !certain},
	{"function-chose-the-status", 404, "", !certain},
	// Parts of logs.
	{"without-data", 502, "body-not-string", !certain},
	{"only-one-line", 0, "invoke-permission-missing", certain},
	{"no-end", 0, "result-null", certain},
	{"unknown-line", 500, "", !certain},
}

// denies is what a client reads whom the policy of an authorizer denies a method.
const denies = "User is not authorized to access this resource with an explicit deny in an identity-based policy"

// accessLine returns a line with the members of package observability, of which all but
// the given ones, with their values in JSON, are hyphens.
func accessLine(members ...string) string {
	values := map[string]string{"requestId": "5f1e", "method": "GET", "path": "/orders"}
	for i := 0; i < len(members); i += 2 {
		values[members[i]] = members[i+1]
	}
	var line []string
	for _, name := range []string{
		"requestId", "extendedRequestId", "traceId", "time", "apiId", "stage", "domainName", "protocol", "method", "resource", "path", "ip",
		"userAgent", "caller", "apiKeyId", "principal", "status", "responseLength", "responseLatency", "responseType", "error", "validationError",
		"wafStatus", "wafError", "wafLatency", "authenticateStatus", "authenticateError", "authorizerStatus", "authorizerError", "authorizerLatency",
		"authorizerRequestId", "authorizeStatus", "authorizeError", "integrationStatus", "functionStatus", "integrationError", "integrationLatency",
		"integrationRequestId",
	} {
		line = append(line, fmt.Sprintf(`"%s":"%s"`, name, cmp.Or(values[name], "-")))
	}
	return "{" + strings.Join(line, ",") + "}"
}

func logFile(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "execution", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestExecutionLogsAreExplained(t *testing.T) {
	for _, c := range executionLogs {
		t.Run(c.file, func(t *testing.T) {
			list := explained(t, logFile(t, c.file))
			if len(list) != 1 {
				t.Fatalf("got %d explanations, want one", len(list))
			}
			e := list[0]
			first := ""
			if len(e.Causes) > 0 {
				first = e.Causes[0].Rule
			}
			if first != c.rule || e.Certain != c.certain {
				t.Errorf("got the rules %q, certain: %v; want %q first, certain: %v", ruleIDs(e.Causes), e.Certain, c.rule, c.certain)
			}
			if want := fmt.Sprintf("→ %d", c.status); c.status != 0 && !strings.HasSuffix(e.Title, want) {
				t.Errorf("got the title %q, want it to end in %q", e.Title, want)
			}
			if c.rule != "" && !c.certain && (len(e.Causes) < 2 || len(e.Unknown) == 0) {
				t.Errorf("got the rules %q and not known: %q; want several, and why it is not known which", ruleIDs(e.Causes), e.Unknown)
			}
		})
	}
}

func TestEveryExecutionLogHasACase(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "execution", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if name == "three-at-once" {
			continue
		}
		found := false
		for _, c := range executionLogs {
			found = found || c.file == name
		}
		if !found {
			t.Errorf("%s: got no case, want one", file)
		}
	}
}

func TestRequestsInterleavedAreToldApart(t *testing.T) {
	list := explained(t, logFile(t, "three-at-once"))
	var got []string
	for _, e := range list {
		got = append(got, fmt.Sprint(e.Title, ruleIDs(e.Causes)))
	}
	want := []string{"GET /orders → 502[missing-envelope]", "GET /orders → 504[gateway-timeout]", "POST /orders → 200[]"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnExplanationSaysWhatHappenedInEachBox(t *testing.T) {
	list := explained(t, logFile(t, "body-not-string"))
	var out strings.Builder
	if err := list[0].WriteText(&out, "tool"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"GET /orders → 502 (execution log a1b2c",
		"  method request: the client called GET /orders\n",
		"  authorization: it was let through\n",
		"  integration request: it was made into a request to the function arn:aws:lambda:eu-west-1:123456789012:function:orders\n",
		"  backend: it responded: Status: 200, Integration latency: 18 ms\n",
		`  integration response: it got {"statusCode":200,`,
		"  ▸ The body is an object; it must be a string that holds the JSON.\n    at $.body: {\"items\":[1,2]}\n",
		"    fix: Return an object with statusCode",
		"    rule: body-not-string (documented), tool rules body-not-string\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got\n%s\nwant in it %s", out.String(), want)
		}
	}
}

func TestSeveralPossibleRulesAreListed(t *testing.T) {
	var out strings.Builder
	if err := explained(t, logFile(t, "without-data"))[0].WriteText(&out, "tool"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"  It can be one of ", " rules, the most likely one first:\n  ▸ The body is an object", "(rule result-null)\n", "  ▸ or, more rarely: ", "  Not known: which of these it is: the log has no bodies and headers."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got\n%s\nwant in it %s", out.String(), want)
		}
	}
}

func TestALineWithoutARuleIsShown(t *testing.T) {
	e := explained(t, logFile(t, "unknown-line"))[0]
	want := "what this line means, for which the rulebook has no rule: Execution failed due to configuration error: Something that nobody has seen yet"
	if !slices.Contains(e.Unknown, want) || len(e.Causes) != 0 {
		t.Errorf("got the rules %q and not known: %q; want no rule, and %q", ruleIDs(e.Causes), e.Unknown, want)
	}
}

// Every log stays explained, or is refused, wherever it is cut off.
func TestExecutionLogsThatAreCutOff(t *testing.T) {
	for _, c := range executionLogs {
		text := logFile(t, c.file)
		for at := 0; at < len(text); at += 311 {
			if _, err := read(text[:at]); err != nil && !errors.Is(err, explain.ErrUnrecognized) && !errors.Is(err, explain.ErrEmpty) {
				t.Errorf("%s: got %v for the first %d bytes, want an explanation or that it is not known", c.file, err, at)
			}
		}
	}
}

func TestOtherInputs(t *testing.T) {
	const gateway = "content-type: application/json\r\nx-amzn-requestid: 5f1e\r\nx-amz-apigw-id: Abc=\r\n"
	for _, c := range []struct {
		name    string
		in      string
		input   string // what it is
		rule    string
		certain bool
		unknown string // a part of what is not known; empty for nothing
	}{
		{"a 502 over HTTP/2", "HTTP/2 502 \r\n" + gateway + "x-amzn-errortype: InternalServerErrorException\r\n\r\n{\"message\": \"Internal server error\"}", "HTTP response", "body-not-string", !certain, "the response is the same for all"},
		{"a 403 over HTTP/1.1", "HTTP/1.1 403 Forbidden\r\n" + gateway + "x-amzn-ErrorType: MissingAuthenticationTokenException\r\n\r\n{\"message\":\"Missing Authentication Token\"}", "HTTP response", "route-unknown", !certain, "the response is the same for all"},
		{"a 403 of a key", "HTTP/1.1 403 Forbidden\n" + gateway + "x-amzn-ErrorType: ForbiddenException\n\n{\"message\":\"Forbidden\"}\n", "HTTP response", "api-key-missing", !certain, "the response is the same for all"},
		{"an error type alone", "HTTP/1.1 403 Forbidden\n" + gateway + "x-amzn-ErrorType: IncompleteSignatureException\n\n{\"message\":\"'x' not a valid key=value pair\"}\n", "HTTP response", "signature-incomplete", certain, ""},
		{"a response behind that of a proxy", "HTTP/1.1 200 Connection established\r\n\r\nHTTP/2 504 \r\n" + gateway + "\r\n{\"message\": \"Endpoint request timed out\"}", "HTTP response", "gateway-timeout", !certain, "the response is the same for all"},
		{"text and not JSON", "HTTP/1.1 413 Request Entity Too Large\n" + gateway + "\nHTTP content length exceeded 10485760 bytes.", "HTTP response", "body-too-large", certain, ""},
		{"what curl -v prints", "* Connected\n> GET / HTTP/2\n< HTTP/2 429 \n< x-amzn-requestid: 1\n< x-amzn-errortype: LimitExceededException\n< \n{\"message\":\"Limit Exceeded\"}", "HTTP response", "quota-exceeded", certain, ""},
		{"a response that the function chose", "HTTP/1.1 404 Not Found\n" + gateway + "\n{\"message\":\"no such order\"}", "HTTP response", "", !certain, "the function's or the backend's own"},
		{"a response of another server", "HTTP/1.1 502 Bad Gateway\nServer: nginx\n\n<html>", "HTTP response", "", !certain, "whether API Gateway sent this at all"},
		{"a response of an HTTP API", "HTTP/2 500 \napigw-requestid: x\n\n{\"message\":\"Internal Server Error\"}", "HTTP response", "", !certain, "an HTTP API"},
		{"an envelope as the body", "HTTP/2 200 \n" + gateway + "\n{\"statusCode\":404,\"headers\":{},\"body\":\"{}\"}", "HTTP response", "proxy-off-for-envelope", certain, ""},
		{"an error as the body", "HTTP/2 200 \n" + gateway + "\n{\"errorMessage\":\"boom\",\"errorType\":\"Error\"}", "HTTP response", "mapped-error-is-200", certain, ""},
		{"a picture as text", "HTTP/2 200 \nx-amzn-requestid: 1\nContent-Type: image/png\n\niVBORw0KGgoAAAANSUhEUg==", "HTTP response", "base64-not-decoded", certain, ""},
		{"other bytes as text", "HTTP/2 200 \nx-amzn-requestid: 1\nContent-Type: application/octet-stream\n\n" + strings.Repeat("Ab3/", 50), "HTTP response", "base64-not-decoded", certain, ""},
		{"a long word", "HTTP/2 200 \nx-amzn-requestid: 1\nContent-Type: application/octet-stream\n\n" + strings.Repeat("abcd", 50), "HTTP response", "", !certain, ""},
		{"a star with credentials", "HTTP/2 200 \n" + gateway + "access-control-allow-origin: *\naccess-control-allow-credentials: true\n\n{}", "HTTP response", "cors-star-with-credentials", certain, ""},
		{"a header that the function cannot set", "HTTP/2 401 \n" + gateway + "x-amzn-remapped-www-authenticate: Basic\n\n{}", "HTTP response", "header-remapped", certain, "the function's or the backend's own"},

		{"a body alone", `{"message":"Missing Authentication Token"}`, "body of a response", "route-unknown", !certain, "the status and the headers"},
		{"a body with a capital", `{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:x"}`, "body of a response", "policy-denies", certain, "the status and the headers"},
		{"a body of an HTTP API", `{"message":"Internal Server Error"}`, "body of a response", "", !certain, "HTTP API"},
		{"a result alone", `{"statusCode":200,"body":{"a":1}}`, "result of a function", "body-not-string", certain, "which of the two integrations"},

		{"an error of a function in Go", `{"errorMessage":"no such table","errorType":"errorString"}`, "error of a function", "function-error", !certain, "where the function failed"},
		{"an error of a function in Python", "{\n  \"errorMessage\": \"Unable to import module 'app': No module named 'requests'\",\n  \"errorType\": \"Runtime.ImportModuleError\",\n  \"requestId\": \"\",\n  \"stackTrace\": []\n}\n", "error of a function", "function-code-not-found", certain, "which of the two integrations"},
		{"an error of a process", `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 5f1e Error: Runtime exited with error: exit status 1"}`, "error of a function", "function-exited", certain, "which of the two integrations"},
		{"an error of a program that is missing", `{"errorType":"Runtime.InvalidEntrypoint","errorMessage":"RequestId: 5f1e Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"}`, "error of a function", "function-not-started", certain, "which of the two integrations"},
		{"an error that is cut off", `{"errorMessage":"2026-03-01T10:19:38Z 5f1e Task timed out after 3.00 seconds","errorTy`, "error of a function", "function-timeout", certain, "which of the two integrations"},

		{"a REPORT line of a timeout with all memory in use", "REPORT RequestId: 5f1e2d3c-1111-4222-8333-444444444444\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: timeout\n", "log of a function", "function-timeout", certain, ""},
		{"a REPORT line of a timeout", "REPORT RequestId: 5f1e2d3c-1111-4222-8333-444444444444\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\tStatus: timeout\n", "log of a function", "function-timeout", certain, ""},
		{"a REPORT line of memory", "REPORT RequestId: 5f1e2d3c-1111-4222-8333-444444444444\tDuration: 300.00 ms\tBilled Duration: 300 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime.OutOfMemory\n", "log of a function", "function-out-of-memory", certain, ""},
		{"a good REPORT line", "REPORT RequestId: 5f1e2d3c-1111-4222-8333-444444444444\tDuration: 3.00 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\n", "log of a function", "", !certain, "what it returned"},
		{"a START line alone", "2026-03-01T10:19:35.000Z\tSTART RequestId: 5f1e2d3c-1111-4222-8333-444444444444 Version: $LATEST\n", "log of a function", "", !certain, "how it ended"},
		{"an INIT line alone", "INIT_START Runtime Version: provided:al2023.v90\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:x\n", "log of a function", "", !certain, "how it ended"},
		{"a line of a timeout", "2026-03-01T10:19:38.512Z 5f1e2d3c-1111-4222-8333-444444444444 Task timed out after 3.01 seconds\n", "log of a function", "function-timeout", certain, "how it ended"},
		{"a report in JSON", `{"time":"2026-03-01T10:19:35.000Z","type":"platform.report","record":{"requestId":"5f1e2d3c-1111-4222-8333-444444444444","metrics":{"durationMs":3000.0,"memorySizeMB":128},"status":"timeout"}}`, "log of a function", "function-timeout", certain, ""},
		{"an exception of Python", "START RequestId: 5f1e2d3c-1111-4222-8333-444444444444 Version: 1\n[ERROR] KeyError: 'name'\nTraceback (most recent call last):\nREPORT RequestId: 5f1e2d3c-1111-4222-8333-444444444444\tDuration: 3.00 ms\n", "log of a function", "function-error", certain, ""},
		{"an exception of JavaScript", "2026-03-01T10:19:35.000Z\t5f1e2d3c-1111-4222-8333-444444444444\tERROR\tInvoke Error \t{\"errorType\":\"TypeError\",\"errorMessage\":\"x is not a function\"}\n", "log of a function", "function-error", certain, "how it ended"},
		{"a panic among other lines", "INIT_START Runtime Version: x\nSTART RequestId: 5f1e2d3c-1111-4222-8333-444444444444 Version: 1\nhello\npanic: assignment to entry in nil map\ngoroutine 1 [running]:\nRequestId: 5f1e2d3c-1111-4222-8333-444444444444 Error: Runtime exited with error: exit status 2\nEND RequestId: 5f1e2d3c-1111-4222-8333-444444444444\nREPORT RequestId: 5f1e2d3c-1111-4222-8333-444444444444\tDuration: 3.00 ms\n", "log of a function", "function-panic", certain, ""},

		{"CLF", `203.0.113.7 - - [01/Mar/2026:10:19:35 +0000] "GET /orders HTTP/1.1" 403 23 5f1e2d3c` + "\n", "access log", "route-unknown", !certain, "$context.error.message"},
		{"CLF of a good request", `203.0.113.7 - - [01/Mar/2026:10:19:35 +0000] "GET /orders HTTP/1.1" 200 23` + "\n", "access log", "", !certain, ""},
		{"JSON with the message", `{"requestId":"5f1e","ip":"203.0.113.7","httpMethod":"GET","resourcePath":"/orders","status":"504","error.message":"Endpoint request timed out","responseType":"INTEGRATION_TIMEOUT"}`, "access log", "gateway-timeout", !certain, "which of these"},
		{"JSON with the integration's error", `{"requestId":"5f1e","status":"500","integrationErrorMessage":"Execution failed due to configuration error: Invalid permissions on Lambda function"}`, "access log", "invoke-permission-missing", certain, ""},
		{"JSON with the function's error", `{"id":"5f1e","requestId":"5f1e","status":502,"errorMessage2":"-","why":"Lambda Customer Function Error:2026-03-01T10:19:38Z 5f1e Task timed out after 3.00 seconds"}`, "access log", "function-timeout", certain, ""},
		// In the format of package observability.
		{"a refused result", accessLine("status", "502", "responseType", "INTEGRATION_FAILURE", "error", "Internal server error", "integrationError", "Execution failed due to configuration error: Malformed Lambda proxy response"), "access log", "result-status-informational", !certain, "which of these"},
		{"a timeout of the function", accessLine("status", "502", "responseType", "INTEGRATION_FAILURE", "error", "Internal server error", "integrationError", "Lambda Customer Function Error:2026-03-01T10:19:38Z 5f1e Task timed out after 3.00 seconds"), "access log", "function-timeout", certain, ""},
		{"throttling by Lambda", accessLine("status", "500", "responseType", "INTEGRATION_FAILURE", "error", "Internal server error", "integrationStatus", "429", "integrationError", "Execution failed due to configuration error: Rate Exceeded."), "access log", "lambda-throttled", certain, ""},
		{"a body that does not fit", accessLine("status", "400", "responseType", "BAD_REQUEST_BODY", "error", "Invalid request body", "validationError", `[object has missing required properties ([\"name\"])]`), "access log", "body-invalid", certain, ""},
		{"an authorizer that does not work", accessLine("status", "500", "responseType", "AUTHORIZER_CONFIGURATION_ERROR", "authorizerStatus", "500"), "access log", "authorizer-failed", !certain, "which of these"},
		{"an authorizer that denies", accessLine("status", "403", "responseType", "ACCESS_DENIED", "error", denies, "authorizerStatus", "200", "authorizeStatus", "403", "authorizeError", denies), "access log", "authorizer-denies", certain, ""},
		{"the firewall", accessLine("status", "403", "responseType", "WAF_FILTERED", "error", "Forbidden", "wafStatus", "403"), "access log", "", !certain, "AWS WAF"},
		{"nothing wrong", accessLine("status", "200", "functionStatus", "200"), "access log", "", !certain, ""},
		{"JSON with a required parameter", `{"requestTime":"01/Mar/2026","status":"400","errMessage":"Missing required request parameters: [id]"}`, "access log", "parameters-missing", certain, ""},
		{"JSON behind a time and a stream", `2026-03-01T10:19:35.000Z a0cf4d5b {"requestId":"5f1e","status":"429","errorMessage":"Limit Exceeded"}` + "\n", "access log", "quota-exceeded", certain, ""},
		{"JSON in an event", `{"events":[{"timestamp":1772360375000,"message":"{\"requestId\":\"5f1e\",\"status\":\"401\",\"errorMessage\":\"Unauthorized\"}"}]}`, "access log", "identity-missing", !certain, "which of these"},

		{"a browser's console", "Access to fetch at 'https://a1.execute-api.eu-west-1.amazonaws.com/prod/orders' from origin 'https://www.example.com' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed.\n", "browser's console", "cors-several-origins", certain, "its network tab"},
		{"a browser's console without a header", "blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.\n", "browser's console", "cors-missing-on-gateway-errors", certain, "its network tab"},

		{"a resource whose reason nobody knows", "Shop | 3/9 | 10:00:00 AM | CREATE_FAILED        | AWS::ApiGateway::Method | Api/GET (ApiGET123) Resource handler returned message: \"Something new (Service: ApiGateway, Status Code: 400, Request ID: x)\" (RequestToken: y, HandlerErrorCode: InvalidRequest)\n", "failed deployment", "", !certain, "the rulebook has no rule with these words"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := explained(t, c.in)
			if len(list) != 1 {
				t.Fatalf("got %d explanations, want one: %+v", len(list), list)
			}
			e := list[0]
			first := ""
			if len(e.Causes) > 0 {
				first = e.Causes[0].Rule
			}
			if e.Input != c.input || first != c.rule || e.Certain != c.certain {
				t.Errorf("got %s, the rules %q, certain: %v; want %s, %q first, certain: %v", e.Input, ruleIDs(e.Causes), e.Certain, c.input, c.rule, c.certain)
			}
			if unknown := strings.ToLower(strings.Join(e.Unknown, "\n")); c.unknown == "" && unknown != "" || !strings.Contains(unknown, strings.ToLower(c.unknown)) {
				t.Errorf("got not known: %q, want %q in it", e.Unknown, c.unknown)
			}
		})
	}
}

func TestFailedDeployments(t *testing.T) {
	const undeclared = "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.request.path.proxy]"
	const header = "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.X-A]"
	const service = " (Service: ApiGateway, Status Code: 400, Request ID: 5f1e) (SDK Attempt Count: 1)"
	for _, c := range []struct{ name, in, title, rule string }{
		{
			"the CDK CLI prints the reason twice, and what was cancelled",
			"Shop | 3/9 | 10:00:00 AM | CREATE_FAILED        | AWS::ApiGateway::Method | Api/GET (ApiGET123) Resource handler returned message: \"" + undeclared + service + "\" (RequestToken: y, HandlerErrorCode: InvalidRequest)\n" +
				"Shop | 3/9 | 10:00:01 AM | CREATE_FAILED        | AWS::Lambda::Function | Fn (Fn123) Resource creation cancelled\n" +
				"\n ❌  Shop failed: _ToolkitError: The stack named Shop failed creation: ROLLBACK_COMPLETE: Resource handler returned message: \"" + undeclared + service + "\" (RequestToken: y, HandlerErrorCode: InvalidRequest)\n",
			"the deployment failed: AWS::ApiGateway::Method Api/GET (ApiGET123)", "mapping-parameter-undeclared",
		},
		{
			"the reason is on the next line",
			"10:00:00 AM | CREATE_FAILED        | AWS::ApiGateway::Method          | ApiGET123\nResource handler returned message: \"" + header + service + "\" (RequestToken: y, HandlerErrorCode: InvalidRequest)\n",
			"the deployment failed: AWS::ApiGateway::Method ApiGET123", "mapping-header-undeclared",
		},
		{
			"an older form",
			"CREATE_FAILED AWS::ApiGateway::Method ApiGET123 " + header + " (Service: AmazonApiGateway; Status Code: 400; Error Code: BadRequestException; Request ID: 5f1e)\n",
			"the deployment failed: AWS::ApiGateway::Method ApiGET123", "mapping-header-undeclared",
		},
		{
			"as another tool for CloudFormation prints it",
			"Error:\nCREATE_FAILED: ApiGatewayMethodOrdersGet (AWS::ApiGateway::Method)\n" + header + " (Service: ApiGateway, Status Code: 400)\n",
			"the deployment failed: AWS::ApiGateway::Method", "mapping-header-undeclared",
		},
		{
			"as a tool without CloudFormation prints it",
			"Error: creating API Gateway Integration Response: operation error API Gateway: PutIntegrationResponse, https response error StatusCode: 400, RequestID: 5f1e, BadRequestException: " + header + "\n",
			"the deployment failed", "mapping-header-undeclared",
		},
		{"the reason alone", "Invalid mapping expression parameter specified: method.request.querystring.q\n", "the deployment failed", "mapping-parameter-undeclared"},
		{
			"events as JSON",
			`{"StackEvents":[{"LogicalResourceId":"ApiGET123","ResourceType":"AWS::ApiGateway::Method","ResourceStatus":"CREATE_FAILED","ResourceStatusReason":"Resource handler returned message: \"` + undeclared + service + `\" (RequestToken: y)"},{"LogicalResourceId":"Shop","ResourceStatus":"CREATE_IN_PROGRESS"}]}`,
			"the deployment failed: AWS::ApiGateway::Method ApiGET123", "mapping-parameter-undeclared",
		},
		{
			"logging without a role",
			"12:59:11 PM | CREATE_FAILED        | AWS::ApiGateway::Stage | Api/Stage (ApiStage12)\nResource handler returned message: \"CloudWatch Logs role ARN must be set in account settings to enable logging (Service: ApiGateway, Status Code: 400, Request ID: x) (SDK Attempt Count: 1)\" (RequestToken: y, HandlerErrorCode: InvalidRequest)\n",
			"the deployment failed: AWS::ApiGateway::Stage Api/Stage (ApiStage12)", "logging-without-role",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := explained(t, c.in)
			if len(list) != 1 {
				t.Fatalf("got %d explanations, want one: %+v", len(list), list)
			}
			if ids := ruleIDs(list[0].Causes); list[0].Title != c.title || !list[0].Certain || !slices.Equal(ids, []string{c.rule}) {
				t.Errorf("got %q, the rules %q, certain: %v; want %q, %s alone", list[0].Title, ids, list[0].Certain, c.title, c.rule)
			}
		})
	}
}

func TestWhatIsNotRecognized(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"nothing", "", explain.ErrEmpty},
		{"blanks", " \n\n\t\n", explain.ErrUnrecognized},
		{"text", "hello\nworld\n", explain.ErrUnrecognized},
		{"other JSON", `{"a":{"b":[1,2,"x"]}}`, explain.ErrUnrecognized},
		{"JSON that is cut off", `{"a":{"b":[1,2,`, explain.ErrUnrecognized},
		{"deep JSON", strings.Repeat("[", 100_000), explain.ErrUnrecognized},
		{"binary", "\x00\x01\x02\xff\xfe" + strings.Repeat("\x80\n", 1000), explain.ErrUnrecognized},
		{"a long line", strings.Repeat("x", 3<<20), explain.ErrUnrecognized},
		{"many blanks", strings.Repeat(" ", 3<<20), explain.ErrUnrecognized},
		{"a long string in JSON", `{"a":"` + strings.Repeat("x", 3<<20) + `"}`, explain.ErrUnrecognized},
	} {
		if list, err := read(c.in); !errors.Is(err, c.want) || len(list) != 0 {
			t.Errorf("%s: got %d explanations, %v; want none, %v", c.name, len(list), err, c.want)
		}
	}
}

// A reader that never ends shows that what is not recognized is not read to its
// end.
func TestWhatIsNotRecognizedIsNotReadToItsEnd(t *testing.T) {
	for _, c := range []struct{ name, line string }{{"lines", "x\n"}, {"one line", "x"}, {"blanks", " "}, {"JSON", `["x",` + ""}} {
		in := &endless{text: c.line}
		err := explain.Read(in, "", func(explain.Explanation) error { return nil })
		if !errors.Is(err, explain.ErrUnrecognized) || in.read > 8<<20 {
			t.Errorf("%s: got %v after %d bytes, want %v before %d", c.name, err, in.read, explain.ErrUnrecognized, 8<<20)
		}
	}
}

type endless struct {
	text string
	read int
}

func (r *endless) Read(p []byte) (int, error) {
	n := 0
	for n+len(r.text) <= len(p) {
		n += copy(p[n:], r.text)
	}
	r.read += n
	if r.read > 64<<20 {
		return 0, errors.New("nobody stops reading")
	}
	return n, nil
}

func TestTheErrorOfShowEndsReading(t *testing.T) {
	stop := errors.New("stop")
	calls := 0
	err := explain.Read(strings.NewReader(logFile(t, "three-at-once")), "", func(explain.Explanation) error { calls++; return stop })
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("got %v after %d calls, want %v after one", err, calls, stop)
	}
}

func TestHostileTextDoesNotReachTheTerminal(t *testing.T) {
	const evil = "\x1b[2J\x9b31m\u009b\u202e\r\x07"
	for _, in := range []string{
		"(11111111-2222-3333-4444-555555555555) HTTP Method: GET, Resource Path: /" + evil + "\n(11111111-2222-3333-4444-555555555555) Endpoint response body before transformations: {\"" + evil + "\":1}\n(11111111-2222-3333-4444-555555555555) Execution failed due to configuration error: Malformed Lambda proxy response\n",
		"HTTP/1.1 502 Bad" + evil + "\nx-amzn-RequestId: " + evil + "\n\n" + evil,
		`{"errorMessage":"\u001b[2J","errorType":"` + "\x9b" + `"}`,
		"203.0.113.7 - - [" + "x] \"GET /\x1b[2J\x9b31m\u202e HTTP/1.1\" 403 23\n",
		"CREATE_FAILED AWS::ApiGateway::Method " + evil + " (Service: ApiGateway, Status Code: 400)\n",
		"2026 5f1e2d3c-1111-4222-8333-444444444444 Task timed out after 3.01 seconds" + evil,
	} {
		for _, e := range explained(t, in) {
			var out strings.Builder
			if err := e.WriteText(&out, "tool"); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != rules.Printable(got) {
				t.Errorf("got %q for %q, want no control characters", got, in)
			}
		}
	}
}

// The lines of question 43708017 on Stack Overflow and of its answers: each mistake
// that they name, and what is right instead.
func TestTheQuestionAndItsAnswers(t *testing.T) {
	for _, c := range []struct{ name, file, rule string }{
		{"the question: raw JSON", "missing-envelope", "missing-envelope"},
		{"1: it comes and goes", "lambda-throttled", "lambda-throttled"},
		{"1: the same in older logs", "lambda-throttled-2018", "lambda-throttled"},
		{"2, 10: the whole result as a string", "result-is-string", "result-is-string"},
		{"3: a star with credentials", "cors-star-with-credentials", "cors-star-with-credentials"},
		{"3: two origins", "cors-several-origins", "cors-several-origins"},
		{"4, 8, 16: the envelope as documented", "good-proxy", ""},
		{"5: a function that returns nothing", "result-null", "result-null"},
		{"6: an error given to the callback", "function-error", "function-error"},
		{"6: a status of the function's own", "function-chose-the-status", ""},
		{"7, 17, 19: the body is an object", "body-not-string", "body-not-string"},
		{"9, 14: a list of cookies in headers", "header-value-not-string", "header-value-not-string"},
		{"10: one key too many", "unknown-key", "unknown-key"},
		{"11: a struct in Go without JSON names", "key-case", "key-case"},
		{"12: the integration points to nothing", "endpoint-address-invalid", "endpoint-variable-missing"},
		{"12: the function is not there", "function-not-found", "function-not-found"},
		{"13: a database out of reach, and the function's timeout", "function-timeout", "function-timeout"},
		{"13: the same, and the gateway's timeout", "gateway-timeout", "gateway-timeout"},
		{"15: without proxy integration", "good-mapped", ""},
		{"17: the notation of Python", "body-in-the-notation-of-python", "content-type-default"},
		{"18: no permission for an alias", "invoke-permission-missing", "invoke-permission-missing"},
	} {
		first := ""
		for _, cause := range explained(t, logFile(t, c.file))[0].Causes {
			first = cause.Rule
			break
		}
		if first != c.rule {
			t.Errorf("%s: got the rule %q, want %q", c.name, first, c.rule)
		}
		if page := filepath.Join("..", "..", rules.PageFolder, first+".md"); first != "" {
			if _, err := os.Stat(page); err != nil {
				t.Errorf("%s: got %v, want a page of the rule", c.name, err)
			}
		}
	}
}

func TestFilesOfPowerShellAreRead(t *testing.T) {
	text := logFile(t, "missing-envelope") + "\U0001F600\n"
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		in := order.AppendUint16(nil, 0xfeff)
		for _, unit := range utf16.Encode([]rune(text)) {
			in = order.AppendUint16(in, unit)
		}
		list := explained(t, string(in))
		if len(list) != 1 || list[0].Causes[0].Rule != "missing-envelope" {
			t.Errorf("%v: got %+v, want the rule missing-envelope", order, list)
		}
	}
	if list := explained(t, "\uFEFF"+text); len(list) != 1 || list[0].Causes[0].Rule != "missing-envelope" {
		t.Errorf("UTF-8 with a byte order mark: got %+v, want the rule missing-envelope", list)
	}
}

// Of a log without an end only so much is kept: requests are explained before all
// of it is read.
func TestRequestsAreExplainedAsTheLogGoesOn(t *testing.T) {
	const requests = 1000
	for _, c := range []struct{ name, end string }{
		{"complete ones", "Method completed with status: 502"},
		{"ones without an end", "Successfully completed authorizer execution"},
	} {
		in, out := io.Pipe()
		shown := make(chan struct{}, requests)
		done := make(chan error, 1)
		go func() {
			done <- explain.Read(in, "", func(explain.Explanation) error { shown <- struct{}{}; return nil })
		}()
		for i := range requests {
			fmt.Fprintf(out, "(%08x-1111-4222-8333-444444444444) Starting execution for request: x\n(%08x-1111-4222-8333-444444444444) %s\n", i, i, c.end)
		}
		<-shown // before the end of the input
		out.Close()
		if err := <-done; err != nil || len(shown) != requests-1 {
			t.Errorf("%s: got %d explanations, %v, want %d", c.name, len(shown)+1, err, requests)
		}
	}
}

func TestALongValueIsCut(t *testing.T) {
	const id = "(11111111-2222-3333-4444-555555555555) "
	long := strings.Repeat("x", 1<<20)
	for _, in := range []string{
		id + "Endpoint response body before transformations: {\"statusCode\":200,\"body\":{\"a\":\"" + long + "\"}}\n" + id + "Execution failed due to configuration error: Malformed Lambda proxy response\n",
		`{"events":[{"timestamp":1,"message":"` + id + `Endpoint response body before transformations: {\"statusCode\":200,\"body\":{\"a\":\"` + long + `\"}}"},{"timestamp":2,"message":"` + id + `Execution failed due to configuration error: Malformed Lambda proxy response"}]}`,
	} {
		list := explained(t, in)
		if len(list) != 1 || !slices.Equal(ruleIDs(list[0].Causes), []string{"body-not-string"}) {
			t.Errorf("got %.2000v, want the rule body-not-string", list)
		}
	}
}

func TestFixesAreInTheLanguageOfTheFunction(t *testing.T) {
	const result = `{"statusCode":200,"body":{}}`
	for _, c := range []struct {
		name, in string
		language rules.Language
		want     string // a part of the first fix
	}{
		{"in words if nothing shows it", result, "", "Return an object with statusCode"},
		{"as asked for: Go", result, rules.Go, "proxyresponse.JSON("},
		{"as asked for: JavaScript", result, rules.JavaScript, "JSON.stringify("},
		{"as asked for: Python", result, rules.Python, "json.dumps("},
		{"an error of JavaScript", `{"errorType":"TypeError","errorMessage":"Cannot read properties of undefined"}`, "", "catch ("},
		{"an error of Python", "START RequestId: 5f1e2d3c-1111-4222-8333-444444444444\nTraceback (most recent call last):\n2026 5f1e2d3c-1111-4222-8333-444444444444 Task timed out after 3.00 seconds\n", rules.Python, "timeout"},
	} {
		var list []explain.Explanation
		err := explain.Read(strings.NewReader(c.in), c.language, func(e explain.Explanation) error { list = append(list, e); return nil })
		if err != nil || len(list) != 1 || len(list[0].Causes) == 0 || !strings.Contains(list[0].Causes[0].Fix, c.want) {
			t.Errorf("%s: got %+v, %v; want %q in the fix", c.name, list, err, c.want)
		}
	}
}
