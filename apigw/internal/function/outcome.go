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

// reportedError is the JSON in which Lambda reports an error of a function.
type reportedError struct {
	Type    string `json:"errorType,omitempty"`
	Message string `json:"errorMessage"`
}

// failure returns the outcome of an error that Lambda itself reports.
func failure(errorType, message string) outcome {
	return outcome{encode(reportedError{errorType, message}), true}
}

// encode returns the JSON of a struct of strings, which always has one.
func encode(v any) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		return []byte(`{}`)
	}
	return encoded
}

// exited returns the outcome of a job whose process ended before it. How it ended
// is "exit status 1", say, or "signal: killed"; empty is the exit status 0.
func exited(id, how string) outcome {
	return failure("Runtime.ExitError", exitMessage(id, how))
}

// exitMessage returns Lambda's words for the end of a process.
func exitMessage(id, how string) string {
	if how == "" {
		return "RequestId: " + id + " Error: Runtime exited without providing a reason"
	}
	return "RequestId: " + id + " Error: Runtime exited with error: " + how
}

// notStarted returns the outcome of a job whose bootstrap cannot be executed.
func notStarted(id string, cause error) outcome {
	return failure("Runtime.InvalidEntrypoint", "RequestId: "+id+" Error: "+cause.Error())
}

// timedOut returns the outcome of a job that took longer than the function's
// timeout. Unlike other failures it has no type.
func timedOut(message string) outcome { return failure("", message) }

// timeoutMessage returns Lambda's words for a timeout, which are a line of the
// function's log, too.
func timeoutMessage(now time.Time, id string, timeout time.Duration) string {
	return fmt.Sprintf("%s %s Task timed out after %.2f seconds",
		now.UTC().Format("2006-01-02T15:04:05.000Z"), id, timeout.Seconds())
}

// tooLarge returns the outcome of a job with a result over Lambda's limit.
func tooLarge() outcome {
	return failure("Function.ResponseSizeTooLarge",
		fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxResponse))
}

// streamTooLarge returns the outcome of a job with a streamed result over Lambda's
// limit. (Assumed: the words are those of other results.)
func streamTooLarge() outcome {
	return failure("Function.ResponseSizeTooLarge",
		fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxStream))
}

// tooLargeMessage returns what a process reads that has posted too large a result.
func tooLargeMessage(limit int) string {
	return fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", limit)
}

// notFound returns the refusal of a function that does not exist.
func notFound(arn string) *InvokeError {
	return &InvokeError{Status: 404, Type: "ResourceNotFoundException", Message: "Function not found: " + arn}
}

// requestTooLarge returns the refusal of a payload over a limit, in bytes.
func requestTooLarge(limit int) *InvokeError {
	return &InvokeError{Status: 413, Type: "RequestTooLargeException",
		Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", limit)}
}

// throttled returns the refusal of an invocation too many.
func throttled(reason string) *InvokeError {
	return &InvokeError{Status: 429, Type: "TooManyRequestsException", Message: "Rate Exceeded.", Reason: reason}
}
