package function

import (
	"encoding/json"
	"fmt"
	"time"
)

// Lambda's limits on payloads, in bytes.
const (
	maxRequest  = 6 << 20 // of a synchronous invocation
	maxEvent    = 1 << 20 // of an asynchronous one
	maxResponse = maxRequest + 100
)

// outcome is how an invocation ended.
type outcome struct {
	payload []byte // the function's result, or the error as JSON
	failed  bool   // payload is an error
}

// failure is an error that Lambda itself reports for a function.
func failure(errorType, message string) outcome {
	return outcome{encode(struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{errorType, message}), true}
}

// encode is the JSON of a struct of strings, which cannot fail to marshal.
func encode(v any) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		return []byte(`{}`)
	}
	return encoded
}

// exited is the outcome when a process ended before it answered. How it ended
// is "exit status 1" or "signal: killed", or empty if it says that all is well.
func exited(id, how string) outcome {
	return failure("Runtime.ExitError", exitMessage(id, how))
}

func exitMessage(id, how string) string {
	if how == "" {
		return "RequestId: " + id + " Error: Runtime exited without providing a reason"
	}
	return "RequestId: " + id + " Error: Runtime exited with error: " + how
}

// notStarted is the outcome when the bootstrap cannot be executed at all.
func notStarted(id string, cause error) outcome {
	return failure("Runtime.InvalidEntrypoint", "RequestId: "+id+" Error: "+cause.Error())
}

// timedOut is the outcome after a function's timeout. Its message is also a line
// of the function's log.
func timedOut(message string) outcome {
	return outcome{encode(struct {
		Message string `json:"errorMessage"`
	}{message}), true}
}

func timeoutMessage(now time.Time, id string, timeout time.Duration) string {
	return fmt.Sprintf("%s %s Task timed out after %.2f seconds",
		now.UTC().Format("2006-01-02T15:04:05.000Z"), id, timeout.Seconds())
}

func tooLarge() outcome {
	return failure("Function.ResponseSizeTooLarge", fmt.Sprintf(
		"Response payload size exceeded maximum allowed payload size (%d bytes).", maxResponse))
}

// Refusals: the function does not run.

func notFound(arn string) *InvokeError {
	return &InvokeError{Status: 404, Type: "ResourceNotFoundException", Message: "Function not found: " + arn}
}

func requestTooLarge(limit int) *InvokeError {
	return &InvokeError{Status: 413, Type: "RequestTooLargeException",
		Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", limit)}
}

func throttled(reason string) *InvokeError {
	return &InvokeError{Status: 429, Type: "TooManyRequestsException", Message: "Rate Exceeded.", Reason: reason}
}
