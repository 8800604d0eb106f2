package function

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// apiPath begins the paths of the Runtime API.
const apiPath = "/2018-06-01/runtime/"

// initErrorGrace is how long a process may stay that has posted an init error.
// Lambda's own limit is not known (assumed).
const initErrorGrace = 500 * time.Millisecond

// maxDrained bounds how much of a result that is too large is read, in bytes. It is
// read so that the function sees the refusal instead of a broken connection.
const maxDrained = 64 << 20

// ServeHTTP serves the Lambda Runtime API to one process.
func (p *process) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A web page can send requests to any port of this machine. It must not see an
	// invocation.
	if r.Host != p.api || r.Header.Get("Sec-Fetch-Mode") != "" || r.Header.Get("Origin") != "" {
		refuse(w, http.StatusForbidden, "Forbidden", "This is the Runtime API of a function's process")
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, apiPath)
	if !ok {
		refuse(w, http.StatusNotFound, "NotFound", "There is no "+r.URL.Path+" in the Runtime API")
		return
	}
	invocation, isInvocation := strings.CutPrefix(path, "invocation/")
	id, verb, _ := strings.Cut(invocation, "/")
	method := http.MethodPost
	var serve func()
	switch {
	case isInvocation && invocation == "next":
		method, serve = http.MethodGet, func() { p.serveNext(w) }
	case isInvocation && verb == "response":
		serve = func() { p.serveResponse(w, r, id) }
	case isInvocation && verb == "error":
		serve = func() { p.serveError(w, r, id) }
	case path == "init/error":
		serve = func() { p.serveInitError(w, r) }
	default:
		refuse(w, http.StatusNotFound, "NotFound", "There is no "+r.URL.Path+" in the Runtime API")
		return
	}
	if r.Method != method {
		w.Header().Set("Allow", method)
		refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed", r.URL.Path+" takes "+method)
		return
	}
	serve()
}

// serveNext waits for the next invocation. If none will come, it leaves the request
// without a response.
func (p *process) serveNext(w http.ResponseWriter) {
	newer, ok := p.ask()
	if !ok {
		refuseTransition(w, "Running", "Ready")
		return
	}
	var j *job
	select {
	case j = <-p.work:
	case <-newer:
		p.stopAsking()
		return
	case <-p.gone:
		p.stopAsking()
		return
	}
	p.take(j)
	header := w.Header()
	header["Content-Type"] = []string{"application/json"}
	header["Lambda-Runtime-Aws-Request-Id"] = []string{j.id}
	header["Lambda-Runtime-Deadline-Ms"] = []string{strconv.FormatInt(j.deadline.UnixMilli(), 10)}
	header["Lambda-Runtime-Invoked-Function-Arn"] = []string{j.arn}
	if j.in.TraceID != "" {
		header.Set("Lambda-Runtime-Trace-Id", j.in.TraceID)
	}
	if j.in.ClientContext != "" {
		header.Set("Lambda-Runtime-Client-Context", j.in.ClientContext)
	}
	w.Write(j.in.Payload) // if sending fails, the function's timeout ends the job
}

// serveResponse takes the result of the current job. Where the caller does not want a
// stream, a streamed result is one like any other, but its trailer may turn it into
// an error. Whether a function streams is decided by its caller alone: aws-lambda-go
// sends no Lambda-Runtime-Function-Response-Mode.
func (p *process) serveResponse(w http.ResponseWriter, r *http.Request, id string) {
	if j := p.streaming(id); j != nil {
		p.serveStream(w, r, j)
		return
	}
	payload, err := p.body(r)
	switch {
	case errors.Is(err, errTooLarge):
		if status := p.finish(id, tooLarge()); status != http.StatusAccepted {
			refuseFinish(w, status, "InvocationResponse")
			return
		}
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", tooLargeMessage(maxResponse))
		return
	case err != nil:
		refuse(w, http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated")
		return
	}
	result, isError := trailed(r, id)
	if !isError {
		result.payload = payload
	}
	p.accept(w, id, result, "InvocationResponse")
}

// trailed returns the outcome of the error in the trailer of a result, if there is
// one.
func trailed(r *http.Request, id string) (o outcome, isError bool) {
	errorType := r.Trailer.Get("Lambda-Runtime-Function-Error-Type")
	if errorType == "" {
		return outcome{}, false
	}
	body, err := base64.StdEncoding.DecodeString(r.Trailer.Get("Lambda-Runtime-Function-Error-Body"))
	if err != nil {
		body = nil
	}
	return reported(id, errorType, body), true
}

// serveError takes the error in which the current job ended.
func (p *process) serveError(w http.ResponseWriter, r *http.Request, id string) {
	payload, err := p.body(r)
	if err != nil {
		payload = nil
	}
	p.accept(w, id, reported(id, r.Header.Get("Lambda-Runtime-Function-Error-Type"), payload), "InvocationErrorResponse")
}

// accept finishes the current job, and responds to the process.
func (p *process) accept(w http.ResponseWriter, id string, o outcome, state string) {
	if status := p.finish(id, o); status != http.StatusAccepted {
		refuseFinish(w, status, state)
		return
	}
	accepted(w)
}

// serveInitError takes the error because of which the process cannot serve, and
// ends the process if it does not exit by itself.
func (p *process) serveInitError(w http.ResponseWriter, r *http.Request) {
	payload, err := p.body(r)
	if err != nil {
		payload = nil
	}
	o := reported("", r.Header.Get("Lambda-Runtime-Function-Error-Type"), payload)
	p.pool.mu.Lock()
	asked := p.asked
	if !asked {
		p.initErr = &o
	}
	p.pool.mu.Unlock()
	if asked {
		refuseTransition(w, "Ready", "InitError")
		return
	}
	accepted(w)
	time.AfterFunc(initErrorGrace, p.end)
}

// reported returns the outcome of an error that a function reports. An error
// without a body gets the body that Lambda makes up for it.
func reported(id, errorType string, payload []byte) outcome {
	if len(payload) > 0 {
		return outcome{payload, true}
	}
	if errorType == "" {
		errorType = "Function.Unknown"
	}
	return failure(errorType, "RequestId: "+id+" Error: "+errorType)
}

var errTooLarge = errors.New("the body is too large")

// body reads a request's body. The error is errTooLarge if it is over Lambda's
// limit.
func (p *process) body(r *http.Request) ([]byte, error) {
	if r.ContentLength > maxResponse {
		io.CopyN(io.Discard, r.Body, maxDrained)
		return nil, errTooLarge
	}
	size := int(r.ContentLength)
	if size < 0 {
		p.pool.mu.Lock()
		size = p.hint // the results of a function are mostly of one size
		p.pool.mu.Unlock()
	}
	payload := make([]byte, 0, size+512)
	for {
		if len(payload) == cap(payload) {
			grown := make([]byte, len(payload), min(2*cap(payload), maxResponse+512))
			copy(grown, payload)
			payload = grown
		}
		n, err := r.Body.Read(payload[len(payload):cap(payload)])
		payload = payload[:len(payload)+n]
		switch {
		case len(payload) > maxResponse:
			io.CopyN(io.Discard, r.Body, maxDrained)
			return nil, errTooLarge
		case err == io.EOF:
			return payload, nil
		case err != nil:
			return nil, fmt.Errorf("reading the result of a function: %w", err)
		}
	}
}

// accepted responds to a request that was served.
func accepted(w http.ResponseWriter) {
	header := w.Header()
	header["Content-Type"] = []string{"application/json"}
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`+"\n")
}

// refuse responds with an error in the form of the Runtime API.
func refuse(w http.ResponseWriter, status int, errorType, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(encode(struct {
		Message string `json:"errorMessage"`
		Type    string `json:"errorType"`
	}{message, errorType}))
}

// refuseTransition responds to a request that comes out of turn.
func refuseTransition(w http.ResponseWriter, from, to string) {
	refuse(w, http.StatusForbidden, "InvalidStateTransition",
		"State transition from "+from+" to "+to+" failed for runtime. Error: State transition is not allowed")
}

// refuseFinish responds with the status of a job that could not be finished.
func refuseFinish(w http.ResponseWriter, status int, state string) {
	if status == http.StatusForbidden {
		refuseTransition(w, "ResponseSent", state)
		return
	}
	refuse(w, status, "InvalidRequestID", "Invalid request ID")
}
