// Package function runs Lambda functions: as processes behind the Lambda
// Runtime API, or as Go handlers in this process.
package function

import (
	"fmt"
	"time"
)

// Invocation is one call of a function.
type Invocation struct {
	RequestID     string // Lambda's request id; made up when empty
	TraceID       string // X-Amzn-Trace-Id as Lambda hands it on; may be empty
	ClientContext string
	Payload       []byte // at most 6 MB, 1 MB for an Event; empty stands for {}; must not change until the function has ended
	Event         bool   // invocation type Event: asynchronous, without a result
	// InvokedARN is the function's ARN as the caller spelled it, with an alias or
	// version; empty stands for the function's own.
	InvokedARN string
}

// Result is what Lambda answers to whom invokes a function.
type Result struct {
	RequestID       string
	ExecutedVersion string // such as $LATEST or 1
	FunctionError   string // X-Amz-Function-Error: "Unhandled", or empty
	Payload         []byte // the function's result, or the error as JSON
	Duration        time.Duration
	Cold            bool // a process was started for it
}

// InvokeError is why Lambda refused an invocation: the function did not run.
type InvokeError struct {
	Status  int    // Lambda's HTTP status: 404, 413, 429, 502…
	Type    string // such as TooManyRequestsException
	Message string
	// Reason says which limit a 429 is about, such as
	// ReservedFunctionConcurrentInvocationLimitExceeded; else empty.
	Reason string
}

func (e *InvokeError) Error() string {
	return fmt.Sprintf("Lambda answers %d %s: %s", e.Status, e.Type, e.Message)
}
