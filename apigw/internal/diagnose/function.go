package diagnose

import (
	"net/http"
	"regexp"
	"strings"

	"example.com/apigw/internal/rules"
)

// functionDetectors are about how a function failed.
func functionDetectors() []func(*request) []Finding {
	return []func(*request) []Finding{timedOut, outOfMemory, notStarted, syntaxError, codeNotFound, resultTooLarge, otherDoor, unreadableEvent, unsendable, panicked, exited, functionError, throttled, notAwaited}
}

// functionFailure is the rule that says the same of all failures of functions.
const functionFailure = "function-error"

// failed returns the finding that a rule makes about a failure of the function.
func (q *request) failed(use rules.Use) []Finding {
	f := q.found(use)
	message, _, _ := strings.Cut(q.thrown.message, "\nRequire stack:")
	f.Place, f.Got = q.placeOfFailure(), cut(message)
	f.covers = []string{functionFailure, "stream-failed-before"}
	return []Finding{f}
}

// says reports whether a function failed in certain words, or with one of certain
// types.
func (q *request) says(words ...string) bool {
	if q.thrown == nil {
		return false
	}
	for _, each := range words {
		if strings.Contains(q.thrown.message, each) || q.thrown.kind == each {
			return true
		}
	}
	return false
}

// timedOut finds that Lambda ended the function after its timeout.
func timedOut(q *request) []Finding {
	if !q.says("Task timed out after ", "Sandbox.Timedout") {
		return nil
	}
	return q.failed(rules.Of("function-timeout"))
}

// outOfMemory finds that Lambda ended the process since it took too much memory.
func outOfMemory(q *request) []Finding {
	if !q.says("signal: killed", "Runtime.OutOfMemory", "MemoryError") {
		return nil
	}
	return q.failed(rules.Of("function-out-of-memory", "request", q.FunctionResult.RequestID))
}

// notStarted finds that the program could not be executed.
func notStarted(q *request) []Finding {
	if !q.says("Runtime.InvalidEntrypoint", "fork/exec ", "Couldn't find valid bootstrap", "exec format error") {
		return nil
	}
	return q.failed(rules.Of("function-not-started"))
}

// syntaxError finds that the runtime could not read the code.
func syntaxError(q *request) []Finding {
	if !q.says("Runtime.UserCodeSyntaxError") {
		return nil
	}
	return q.failed(rules.Of("function-syntax-error"))
}

// codeNotFound finds that the runtime could not load the handler.
func codeNotFound(q *request) []Finding {
	if !q.says("Runtime.ImportModuleError", "Runtime.HandlerNotFound", "Unable to import module", "Cannot find module", "Cannot find package") {
		return nil
	}
	if module, command := missingSDK(q.thrown.message); module != "" {
		return q.failed(rules.Of("function-sdk-missing", "module", module, "command", command))
	}
	return q.failed(rules.Of("function-code-not-found"))
}

// These are the words in which Node.js and Python say that a part of the AWS SDK is
// missing.
var (
	missingInNode   = regexp.MustCompile(`Cannot find (?:module|package) '((?:@aws-sdk|@smithy)/[^/']+|aws-sdk)[/']`)
	missingInPython = regexp.MustCompile(`No module named '(boto3|botocore)[.']`)
)

// missingSDK returns the part of the AWS SDK that a function does not find, and the
// command that installs it.
func missingSDK(message string) (module, command string) {
	if found := missingInNode.FindStringSubmatch(message); found != nil {
		return found[1], "npm install --no-save " + found[1]
	}
	if found := missingInPython.FindStringSubmatch(message); found != nil {
		return found[1], "python3 -m pip install " + found[1]
	}
	return "", ""
}

// resultTooLarge finds that Lambda did not take the result.
func resultTooLarge(q *request) []Finding {
	if !q.says("Function.ResponseSizeTooLarge", "exceeded maximum allowed payload size") {
		return nil
	}
	return q.failed(rules.Of("response-too-large"))
}

// These are the words in which functions say that they were written for the event of
// the other door.
var (
	wantsProxyEvent = regexp.MustCompile(`cannot unmarshal \w+ into Go (struct field|value of type) (events\.)?APIGatewayProxyRequest` +
		`|cannot unmarshal \w+ into Go struct field APIGatewayProxyRequest\.` +
		`|^"\[object Object\]" is not valid JSON|^"undefined" is not valid JSON|^Unexpected token u in JSON at position 0|^Unexpected token o in JSON at position 1` +
		`|reading '(httpMethod|queryStringParameters|pathParameters|requestContext)'` +
		`|^the JSON object must be str, bytes or bytearray, not dict|^'(body|httpMethod|queryStringParameters|pathParameters|requestContext|headers)'$`)
	wantsMappedEvent = regexp.MustCompile(`unknown field "(resource|httpMethod|requestContext|multiValueHeaders|isBase64Encoded)"`)
)

// otherDoor finds that a function failed since it was written for the event of the
// other kind of integration.
func otherDoor(q *request) []Finding {
	switch {
	case q.thrown == nil:
		return nil
	case isProxy(q.method.Integration) && wantsMappedEvent.MatchString(q.thrown.message):
		return q.failed(rules.Of("proxy-event-in-mapped-function"))
	case q.method.Integration == "AWS" && wantsProxyEvent.MatchString(q.thrown.message):
		return q.failed(rules.Of("mapped-event-in-proxy-function"))
	}
	return nil
}

// unreadableEvent finds that a function could not decode its event.
func unreadableEvent(q *request) []Finding {
	if !q.says("json: cannot unmarshal ", "json: unknown field ") {
		return nil
	}
	return q.failed(rules.Of("event-does-not-fit", "problem", cut(q.thrown.message)))
}

// unsendable finds that the result has no JSON form.
func unsendable(q *request) []Finding {
	if !q.says("json: unsupported ", "json: error calling MarshalJSON", "Runtime.MarshalError", "Unable to marshal response", "Unable to stringify response", "Converting circular structure to JSON") {
		return nil
	}
	return q.failed(rules.Of("unsendable-response"))
}

// panicked finds a panic of a Go function, by the stack that its runtime reports, or by
// the status with which the process ended.
func panicked(q *request) []Finding {
	if q.thrown == nil || !(q.thrown.language == rules.Go && len(q.thrown.frames) > 0) && !strings.Contains(q.thrown.message, "exit status 2") {
		return nil
	}
	return q.failed(rules.Of("function-panic"))
}

// exited finds that the function ended its process.
func exited(q *request) []Finding {
	if !q.says("Runtime exited with error: exit status ", "Runtime exited without providing a reason", "Runtime.ExitError") || strings.Contains(q.thrown.message, "signal: killed") || strings.Contains(q.thrown.message, "exit status 2") {
		return nil
	}
	_, status, _ := strings.Cut(q.thrown.message, "exit status ")
	return q.failed(rules.Of("function-exited", "request", q.FunctionResult.RequestID, "status", status))
}

// functionError finds an error that the function returned, or threw, behind a proxy
// integration. Without one the selection patterns decide what it is.
func functionError(q *request) []Finding {
	if q.thrown == nil || !isProxy(q.method.Integration) {
		return nil
	}
	f := q.found(rules.Of("function-error"))
	if q.Details.Streams {
		if q.Failure == nil {
			return nil // the gateway noted where the stream broke off
		}
		f = q.found(rules.Of("stream-failed-before"))
	}
	f.Place, f.Got = q.placeOfFailure(), cut(q.thrown.message)
	return []Finding{f}
}

// throttled finds that Lambda did not run the function.
func throttled(q *request) []Finding {
	if q.Failure == nil || !strings.Contains(q.Failure.Log, "Lambda invocation failed with status: 429") {
		return nil
	}
	reason := "too many requests at a time"
	if _, after, ok := strings.Cut(q.Failure.Cause, "TooManyRequestsException: "); ok {
		reason = after
	}
	request := ""
	if q.Details.Lambda != nil {
		request = q.Details.Lambda.RequestID
	}
	return q.covering(rules.Of("lambda-throttled", "function", q.functionName(), "reason", strings.TrimRight(reason, "."), "request", request), "lambda-throttled-general")
}

// notAwaited finds that the backend took longer than the integration waits.
func notAwaited(q *request) []Finding {
	if q.Status != http.StatusGatewayTimeout || q.Failure == nil || q.Failure.Type != "INTEGRATION_TIMEOUT" || !q.Details.BackendCalled {
		return nil
	}
	backend := "The backend"
	if q.function != nil {
		backend = "The function " + q.functionName()
	}
	return q.one(rules.Of("gateway-timeout", "backend", backend, "timeout", q.method.Timeout))
}

func (q *request) functionName() string {
	if q.function == nil {
		return ""
	}
	return q.function.Source
}
