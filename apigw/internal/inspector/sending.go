package inspector

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/inspector/send"
)

// composed is a request that the page asks for.
type composed struct {
	Method     string      `json:"method"`
	Path       string      `json:"path"` // API, stage and path, with the query
	Headers    []send.Line `json:"headers"`
	Body       string      `json:"body"`
	BodyBase64 bool        `json:"bodyBase64"`
}

// answered is what came back.
type answered struct {
	ID         string       `json:"id"` // of the request; empty if it did not get to an API
	Status     int          `json:"status"`
	Headers    []send.Field `json:"headers"`
	Body       string       `json:"body"`
	BodyBase64 bool         `json:"bodyBase64"`
	BodyCut    bool         `json:"bodyCut,omitempty"`
	DurationMS float64      `json:"durationMs"`
}

// sendComposed sends a request to this runner, over its listener.
func (i *Inspector) sendComposed(w http.ResponseWriter, r *http.Request) {
	var c composed
	if !readJSON(w, r, &c) {
		return
	}
	q := send.Request{Method: c.Method, Target: c.Path, Lines: c.Headers, Body: []byte(c.Body)}
	if c.BodyBase64 {
		var err error
		if q.Body, err = base64.StdEncoding.DecodeString(c.Body); err != nil {
			writeProblem(w, http.StatusBadRequest, "body: bodyBase64 is true, and this is not base64: "+err.Error())
			return
		}
	}
	i.send(w, r, q)
}

// sendAgain sends a request that was recorded.
func (i *Inspector) sendAgain(w http.ResponseWriter, r *http.Request) {
	var nothing struct{}
	if !readJSON(w, r, &nothing) {
		return
	}
	found := i.history.Find(r.PathValue("id"))
	if found == nil {
		writeProblem(w, http.StatusNotFound, notKept)
		return
	}
	q, why := again(found)
	if why != "" {
		writeProblem(w, http.StatusConflict, why)
		return
	}
	i.send(w, r, q)
}

// again returns a request as its client sent it, or why that is not known.
func again(r *record.Record) (q send.Request, why string) {
	switch {
	case r.Sent.Unread:
		return q, "the body of the request was not read, so that it cannot be sent again: edit the request, and send that"
	case r.MethodRequest.BodySize > len(r.MethodRequest.Body):
		return q, "only the first 64 KB of the body were kept, so that the request cannot be sent again: edit the request, and send that"
	}
	q = send.Request{Method: r.Sent.Method, Target: r.Sent.Target, Body: r.MethodRequest.Body}
	for _, line := range r.Sent.Lines {
		switch strings.ToLower(line.Name) {
		case "content-length", "transfer-encoding", "expect": // how the body was sent
			continue
		}
		q.Lines = append(q.Lines, send.Line(line))
	}
	return q, ""
}

func (i *Inspector) send(w http.ResponseWriter, r *http.Request, q send.Request) {
	if i.options.Address == "" {
		writeProblem(w, http.StatusServiceUnavailable, "this server does not know its own address, so that it cannot send requests to itself")
		return
	}
	seen, err := q.Check(i.options.Address)
	if err == nil && i.Owns(seen) {
		err = errors.New("path " + q.Target + ": requests are sent to the APIs of the app, and this is a page of the runner")
	}
	if err != nil {
		writeProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // a function may take longer than a client may
	response, err := q.Do(r.Context(), i.options.Address)
	if err != nil {
		writeProblem(w, http.StatusBadGateway, "sending the request: "+err.Error())
		return
	}
	a := answered{
		ID: response.Value("x-amzn-RequestId"), Status: response.Status, Headers: response.Fields, BodyCut: response.Cut,
		DurationMS: float64(response.Took.Microseconds()) / 1000, Body: string(response.Body),
	}
	if !utf8.Valid(response.Body) {
		a.Body, a.BodyBase64 = base64.StdEncoding.EncodeToString(response.Body), true
	}
	writeJSON(w, http.StatusOK, a)
}
