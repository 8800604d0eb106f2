// Package function runs Lambda functions: as processes that speak the Lambda
// Runtime API, or as Go handlers in this process.
//
// A [Host] has a pool of sandboxes for each function. An invocation becomes a job,
// waits for its turn at the pool, and is offered to a sandbox: a child process or
// a Go handler. The sandbox finishes the job, or the job's timeout ends the sandbox.
package function

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Invocation is what a function is invoked with.
type Invocation struct {
	RequestID     string // Lambda's request id; empty is a new one
	TraceID       string // X-Amzn-Trace-Id as Lambda passes it on; may be empty
	ClientContext string
	Payload       []byte // at most 6 MB, or 1 MB for an Event; empty is {}; must not change until the function has ended
	Event         bool   // invocation type Event: asynchronous, without a result
	// InvokedARN is the function's ARN as the caller spelled it, with an alias or
	// version; empty is the function's own.
	InvokedARN string
	// Output gets the result as the function sends it, as the API operation
	// InvokeWithResponseStream hands it out; nil is an invocation without streaming.
	// An error of Write does not stop the function: the rest is dropped. A Write may
	// begin or go on after Invoke has returned, unless the function is done; it must
	// return an error then.
	Output io.Writer
}

// Result is what Lambda returns to the caller of a function.
type Result struct {
	RequestID       string
	ExecutedVersion string // such as $LATEST or 1
	FunctionError   string // X-Amz-Function-Error: "Unhandled", or empty
	Payload         []byte // the function's result unless Output got it, or the error as JSON
	Duration        time.Duration
	Cold            bool // a sandbox was started for it
}

// ErrorMessage returns the member errorMessage of the payload, in which Lambda
// reports how a function failed. It is "" if the payload is not an object with
// such a string.
func (r Result) ErrorMessage() string {
	if !bytes.Contains(r.Payload, []byte(`"errorMessage"`)) {
		return "" // most results, and without reading them
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(r.Payload, &object); err != nil {
		return ""
	}
	var message string
	if err := json.Unmarshal(object["errorMessage"], &message); err != nil {
		return ""
	}
	return message
}

// InvokeError is the error of an invocation that Lambda would refuse. The function
// did not run.
type InvokeError struct {
	Status  int    // Lambda's HTTP status: 404, 413, 429, 502…
	Type    string // such as TooManyRequestsException
	Message string
	// Reason is the limit that a 429 is about, such as
	// ReservedFunctionConcurrentInvocationLimitExceeded. Otherwise it is empty.
	Reason string
}

// Error implements the error interface.
func (e *InvokeError) Error() string {
	return fmt.Sprintf("Lambda refuses the invocation with %d %s: %s", e.Status, e.Type, e.Message)
}
