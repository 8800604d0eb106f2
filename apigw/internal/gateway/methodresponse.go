package gateway

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

// clientResponse is what leaves the method response.
type clientResponse struct {
	status int
	header proxyresponse.Header
	body   []byte
	binary bool    // the body is not text
	stream *stream // the body, if it is sent while it comes
	notes  []rules.Use
}

// newClientResponse returns the response of an exchange: that of the integration
// or, after a failure, that of the API's gateway responses.
func newClientResponse(x *exchange) clientResponse {
	out, trace := x.integrationResponse.client, x.integrationResponse.trace
	if x.failure != nil {
		var responses gatewayresponse.Set
		if x.request.address.stage != nil {
			responses = x.request.address.stage.api.responses
		}
		var notes []rules.Use
		rendered := responses.Render(x.failure, x.request.accept, func(name string) (string, bool) {
			value, ok, note := x.request.variableOverHTTP2(name)
			if !note.IsZero() && !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
			return value, ok
		})
		out = clientResponse{status: rendered.Status, header: rendered.Header, body: rendered.Body, notes: notes}
		// Assumed: failures have the header if the request validator refuses, and once
		// the backend was called.
		trace = x.backendResponse.sent || x.failure.Type == gatewayresponse.TypeBadRequestBody || x.failure.Type == gatewayresponse.TypeBadRequestParameters
	}
	if out.status < http.StatusOK || out.status > 999 { // net/http cannot send it
		out.status = http.StatusInternalServerError
	}
	if trace {
		out.header = append(out.header, proxyresponse.Field{Name: "X-Amzn-Trace-Id", Values: []string{x.request.trace.full}})
	}
	return out
}

// send writes the response to the client. It is the only place that does. Published is
// called when it is known, before its end is sent. It reports false if the body broke
// off.
func (c clientResponse) send(w http.ResponseWriter, r *http.Request, a arrival, published func()) (whole bool) {
	h := w.Header()
	for _, field := range c.header {
		for name := range h { // one name in two spellings is one header
			if name != field.Name && strings.EqualFold(name, field.Name) {
				delete(h, name)
			}
		}
		h[field.Name] = field.Values
	}
	if _, ok := h["Content-Type"]; !ok {
		h["Content-Type"] = nil // net/http must not guess one beside the other spelling
	}
	body := c.body
	bodiless := c.status == http.StatusNoContent || c.status == http.StatusNotModified
	if bodiless {
		body = nil
	}
	bodiless = bodiless || r.Method == http.MethodHead
	connection := "keep-alive"
	if r.Close {
		connection = "close"
	}
	own := [...]string{connection, a.id, a.extendedID, strconv.Itoa(len(body))}
	h["Connection"], h["x-amzn-RequestId"] = own[0:1:1], own[1:2:2]
	h["x-amz-apigw-id"] = own[2:3:3]
	if c.stream != nil {
		length := c.streamLength(h)
		w.WriteHeader(c.status)
		if bodiless {
			length = -1
		}
		c.stream.pass(w, r, length, bodiless, published)
		return !c.stream.broken
	}
	h["Content-Length"] = own[3:4:4]
	published()
	w.WriteHeader(c.status)
	if !bodiless && len(body) > 0 {
		_, _ = w.Write(body) // nothing can be done for a client that is gone
	}
	return true
}

// streamLength returns the length that the headers of a stream promise, -1 without a
// promise, and spells the header as package http knows it.
func (c clientResponse) streamLength(h http.Header) int {
	const name = "Content-Length"
	length, err := strconv.Atoi(c.header.Get(name))
	for spelt := range h {
		if strings.EqualFold(spelt, name) {
			delete(h, spelt)
		}
	}
	if err != nil || length < 0 {
		return -1
	}
	h[name] = []string{strconv.Itoa(length)}
	return length
}
