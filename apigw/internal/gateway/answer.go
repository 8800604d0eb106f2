package gateway

import (
	"net/http"
	"strconv"
	"strings"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/proxyresponse"
)

// clientResponse is what leaves the method response.
type clientResponse struct {
	status int
	header proxyresponse.Header
	body   []byte
	binary bool // the body is not text
	trace  bool // the header X-Amzn-Trace-Id goes with it
}

// failed turns a failure into an answer, through the gateway responses of the
// API.
func (c *call) failed(failure *gatewayresponse.Error) clientResponse {
	var responses gatewayresponse.Set
	if c.address.stage != nil {
		responses = c.address.stage.api.responses
	}
	c.record.failure = failure
	answer := responses.Render(failure, c.request.accept, c.variable)
	return clientResponse{
		status: answer.Status, header: answer.Header, body: answer.Body,
		// Seen on answers of the validator, and after the integration was called.
		trace: c.record.sent || failure.Type == gatewayresponse.BadRequestBody || failure.Type == gatewayresponse.BadRequestParameters,
	}
}

// send writes the answer to the client. It is the only place that does.
func (c *call) send(w http.ResponseWriter, r *http.Request, answer clientResponse) {
	if answer.status < http.StatusOK || answer.status > 999 { // net/http cannot send it
		answer.status = http.StatusInternalServerError
	}
	if answer.trace {
		answer.header = append(answer.header, proxyresponse.Field{Name: "X-Amzn-Trace-Id", Values: []string{c.trace.full}})
	}
	c.record.methodResponse(answer)
	h := w.Header()
	for _, field := range answer.header {
		for name := range h { // one name in two spellings is one header
			if name != field.Name && strings.EqualFold(name, field.Name) {
				delete(h, name)
			}
		}
		h[field.Name] = field.Values
	}
	if _, ok := h["Content-Type"]; !ok {
		h["Content-Type"] = nil // net/http shall not guess one beside the other spelling
	}
	if answer.status == http.StatusNoContent || answer.status == http.StatusNotModified {
		answer.body = nil
	}
	connection := "keep-alive"
	if r.Close {
		connection = "close"
	}
	own := [...]string{connection, c.id, c.extendedID, strconv.Itoa(len(answer.body))}
	h["Connection"], h["x-amzn-RequestId"] = own[0:1:1], own[1:2:2]
	h["x-amz-apigw-id"], h["Content-Length"] = own[2:3:3], own[3:4:4]
	w.WriteHeader(answer.status)
	if r.Method != http.MethodHead && len(answer.body) > 0 {
		_, _ = w.Write(answer.body) // a client that is gone cannot be helped
	}
}

// finish tells those who watch that the call is over.
func (c *call) finish() {
	c.record.Duration = c.gateway.options.Now().Sub(c.started)
	if log := c.gateway.options.AccessLog; log != nil && c.address.stage != nil {
		if format := c.address.stage.accessLog; format != nil {
			log(format.line(c))
		}
	}
	if c.gateway.options.Record != nil {
		c.gateway.options.Record(c.record)
	}
}
