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

const apiPath = "/2018-06-01/runtime/"

// initErrorGrace is how long a process may stay that has said that it cannot
// serve.
const initErrorGrace = 500 * time.Millisecond

// maxDrained is how much of a too large response is read, in bytes, so that the
// function gets to see the answer instead of a broken connection.
const maxDrained = 64 << 20

// ServeHTTP is the Lambda Runtime API of one process.
func (p *process) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// A web page can send requests to any port of this machine. It must not get
	// to see an invocation.
	if r.Host != p.api || r.Header.Get("Sec-Fetch-Mode") != "" || r.Header.Get("Origin") != "" {
		refuse(w, http.StatusForbidden, "Forbidden", "This is the Runtime API of a function's process")
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, apiPath)
	if !ok {
		refuse(w, http.StatusNotFound, "NotFound", "There is no "+r.URL.Path+" in the Runtime API")
		return
	}
	call, isCall := strings.CutPrefix(path, "invocation/")
	id, verb, _ := strings.Cut(call, "/")
	method := http.MethodPost
	var serve func()
	switch {
	case isCall && call == "next":
		method, serve = http.MethodGet, func() { p.serveNext(w) }
	case isCall && verb == "response":
		serve = func() { p.serveResponse(w, r, id) }
	case isCall && verb == "error":
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

// serveNext waits for the next invocation. Where there is none to come, it leaves
// the request without an answer.
func (p *process) serveNext(w http.ResponseWriter) {
	newer, ok := p.ask()
	if !ok {
		refuseTransition(w, "Running", "Ready")
		return
	}
	var c *call
	select {
	case c = <-p.work:
	case <-newer:
		p.stopAsking()
		return
	case <-p.gone:
		p.stopAsking()
		return
	}
	p.take(c)
	header := w.Header()
	header["Content-Type"] = []string{"application/json"}
	header["Lambda-Runtime-Aws-Request-Id"] = []string{c.id}
	header["Lambda-Runtime-Deadline-Ms"] = []string{strconv.FormatInt(c.deadline.UnixMilli(), 10)}
	header["Lambda-Runtime-Invoked-Function-Arn"] = []string{c.arn}
	if c.in.TraceID != "" {
		header.Set("Lambda-Runtime-Trace-Id", c.in.TraceID)
	}
	if c.in.ClientContext != "" {
		header.Set("Lambda-Runtime-Client-Context", c.in.ClientContext)
	}
	w.Write(c.in.Payload) // if sending it fails, the function misses its timeout
}

// serveResponse takes a result. A response of the streaming mode is a result like
// any other, and may end in an error, which its trailer tells.
func (p *process) serveResponse(w http.ResponseWriter, r *http.Request, id string) {
	payload, err := p.body(r)
	switch {
	case errors.Is(err, errTooLarge):
		if status := p.answer(id, tooLarge()); status != http.StatusAccepted {
			refuseAnswer(w, status, "InvocationResponse")
			return
		}
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge",
			fmt.Sprintf("Exceeded maximum allowed payload size (%d bytes).", maxResponse))
		return
	case err != nil:
		refuse(w, http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated")
		return
	}
	result := outcome{payload: payload}
	if errorType := r.Trailer.Get("Lambda-Runtime-Function-Error-Type"); errorType != "" {
		body, err := base64.StdEncoding.DecodeString(r.Trailer.Get("Lambda-Runtime-Function-Error-Body"))
		if err != nil {
			body = nil
		}
		result = reported(id, errorType, body)
	}
	p.accept(w, id, result, "InvocationResponse")
}

// serveError takes the error that an invocation ended in.
func (p *process) serveError(w http.ResponseWriter, r *http.Request, id string) {
	payload, err := p.body(r)
	if err != nil {
		payload = nil
	}
	p.accept(w, id, reported(id, r.Header.Get("Lambda-Runtime-Function-Error-Type"), payload), "InvocationErrorResponse")
}

func (p *process) accept(w http.ResponseWriter, id string, o outcome, state string) {
	if status := p.answer(id, o); status != http.StatusAccepted {
		refuseAnswer(w, status, state)
		return
	}
	accepted(w)
}

// serveInitError takes why the process cannot serve. It is expected to exit.
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

// reported is the outcome of an error that a function reports. Lambda makes up a
// body where there is none.
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

// body reads a request's body, up to what Lambda allows.
func (p *process) body(r *http.Request) ([]byte, error) {
	if r.ContentLength > maxResponse {
		io.CopyN(io.Discard, r.Body, maxDrained)
		return nil, errTooLarge
	}
	size := int(r.ContentLength)
	if size < 0 {
		p.pool.mu.Lock()
		size = p.hint // responses of a function are mostly of a kind
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
			return nil, fmt.Errorf("reading the answer of a function: %w", err)
		}
	}
}

func accepted(w http.ResponseWriter) {
	header := w.Header()
	header["Content-Type"] = []string{"application/json"}
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`+"\n")
}

// refuse answers an error in the form of the Runtime API.
func refuse(w http.ResponseWriter, status int, errorType, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(encode(struct {
		Message string `json:"errorMessage"`
		Type    string `json:"errorType"`
	}{message, errorType}))
}

func refuseTransition(w http.ResponseWriter, from, to string) {
	refuse(w, http.StatusForbidden, "InvalidStateTransition",
		"State transition from "+from+" to "+to+" failed for runtime. Error: State transition is not allowed")
}

func refuseAnswer(w http.ResponseWriter, status int, state string) {
	if status == http.StatusForbidden {
		refuseTransition(w, "ResponseSent", state)
		return
	}
	refuse(w, status, "InvalidRequestID", "Invalid request ID")
}
