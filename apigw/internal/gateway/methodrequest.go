package gateway

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/gateway/route"
	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/mapping"
)

// methodRequest is the first box: what a client sent.
type methodRequest struct {
	httpMethod  string
	path        string // behind the stage, percent-encoded
	fullPath    string // with the stage
	params      []route.Param
	query       mapping.Params   // decoded
	lines       []rawheader.Line // as the client sent them
	header      mapping.Params   // as functions and templates see it
	body        []byte
	contentType string
	accept      string
	sourceIP    string
	userAgent   string
	protocol    string
}

// The sizes that API Gateway takes (developer guide, "Quotas for configuring and
// running a REST API").
const (
	maxBody         = 10 << 20
	maxHeaderValues = 10240
	maxRequestLine  = 10240
	maxARN          = 1600
)

// readHead reads everything of a request but its body.
func (c *call) readHead(r *http.Request) *gatewayresponse.Error {
	q := &c.request
	q.httpMethod = r.Method
	q.path = "/" + strings.TrimLeft(c.address.path, "/")
	q.fullPath = "/" + c.address.stage.Name + c.address.path
	q.query = parseQuery(r.URL.RawQuery)
	q.sourceIP = r.RemoteAddr
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		q.sourceIP = host
	}
	q.protocol = "HTTP/1.1" // also to clients that speak another version
	q.lines = rawheader.Of(r)
	size := 0
	lines := make([]rawheader.Line, 0, len(q.lines)+12)
	forwardedFor := q.sourceIP
	for i := range q.lines {
		line := &q.lines[i]
		size += len(line.Value)
		switch name := line.Name; {
		case mapping.DroppedFromRequest(name):
			continue
		case strings.EqualFold(name, "X-Amzn-Trace-Id"):
			c.trace = c.trace.continued(line.Value)
			continue
		case strings.EqualFold(name, "X-Forwarded-For"):
			forwardedFor = line.Value + ", " + forwardedFor
			continue
		case isHeader(name, "X-Forwarded-Port", "X-Forwarded-Proto"):
			continue
		case isSignature(*line):
			continue
		case strings.EqualFold(name, "Authorization"):
			line.Name = "Authorization"
		case strings.EqualFold(name, "User-Agent"):
			line.Name = "User-Agent"
		case strings.EqualFold(name, "X-HTTP-Method-Override"):
			if method := strings.ToUpper(line.Value); isMethod(method) {
				q.httpMethod = method
			}
		}
		lines = append(lines, *line)
	}
	lines = append(lines,
		rawheader.Line{Name: "X-Amzn-Trace-Id", Value: c.trace.event},
		rawheader.Line{Name: "X-Forwarded-For", Value: forwardedFor},
		rawheader.Line{Name: "X-Forwarded-Port", Value: "443"},
		rawheader.Line{Name: "X-Forwarded-Proto", Value: "https"})
	if c.address.stage.api.EndpointType == "EDGE" {
		lines = c.appendEdgeHeaders(lines)
	}
	q.header = requestHeaders(lines)
	q.contentType = firstHeader(q.header, "Content-Type")
	q.accept = firstHeader(q.header, "Accept")
	q.userAgent = firstHeader(q.header, "User-Agent")
	c.record.methodRequest(q, c.trace.root, c.address.stage.Tracing)
	switch {
	case size > maxHeaderValues:
		return plainText(http.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("HTTP header is larger than %d bytes.", maxHeaderValues))
	case len(q.fullPath)+len(r.URL.RawQuery) > maxRequestLine:
		return uriTooLong()
	}
	return nil
}

// isMethod reports whether a method is one of those that an API can have.
func isMethod(method string) bool {
	switch method {
	case "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT":
		return true
	}
	return false
}

// appendEdgeHeaders adds what CloudFront adds in front of an edge-optimized API,
// as far as it can be known here. (Recorded: test_lambda_aws_proxy_integration.)
func (c *call) appendEdgeHeaders(lines []rawheader.Line) []rawheader.Line {
	return append(lines,
		rawheader.Line{Name: "CloudFront-Forwarded-Proto", Value: "https"},
		rawheader.Line{Name: "CloudFront-Is-Desktop-Viewer", Value: "true"},
		rawheader.Line{Name: "CloudFront-Is-Mobile-Viewer", Value: "false"},
		rawheader.Line{Name: "CloudFront-Is-SmartTV-Viewer", Value: "false"},
		rawheader.Line{Name: "CloudFront-Is-Tablet-Viewer", Value: "false"},
		rawheader.Line{Name: "Via", Value: "1.1 localhost (CloudFront)"},
		rawheader.Line{Name: "X-Amz-Cf-Id", Value: c.id})
}

// route finds the method. Path and HTTP method decide together; to the client
// an unknown path looks like a wrong method. (Recorded: test_routing_not_found.)
func (c *call) route(r *http.Request) *gatewayresponse.Error {
	q := &c.request
	m, params, ok := c.address.stage.routes.Find(q.path, q.httpMethod)
	if !ok {
		failure := sigv4.UnknownRoute(r.Header.Get("Authorization"), r)
		failure.Cause = diagnosisError("no method serves " + q.httpMethod + " " + q.path + "; GET /_local/apis lists the routes")
		return failure
	}
	c.method, q.params = m, params
	c.record.routed(m, params)
	if len(c.address.stage.arnPrefix)+len(q.httpMethod)+len(q.path) > maxARN {
		return uriTooLong()
	}
	return nil
}

// readBody reads the body, of 10 MB at most.
func (c *call) readBody(r *http.Request) *gatewayresponse.Error {
	if r.ContentLength > maxBody {
		return bodyTooLong()
	}
	if r.Body == nil || r.ContentLength == 0 {
		return nil
	}
	body, err := readAtMost(r.Body, r.ContentLength, maxBody)
	switch {
	case errors.Is(err, errTooLong):
		return bodyTooLong()
	case err != nil:
		return &gatewayresponse.Error{
			Type: gatewayresponse.Default4XX, Status: http.StatusBadRequest, Message: "Bad Request",
			Cause: fmt.Errorf("the body of the request ends too early: %w", err),
		}
	}
	c.request.body = body
	c.record.requestBody(body, isBinary(c.request.contentType, c.address.stage.api.BinaryMediaTypes))
	return nil
}

var errTooLong = errors.New("too long")

// readAtMost reads everything, or fails with errTooLong. Length is what is
// expected, negative if that is unknown.
func readAtMost(r io.Reader, length, limit int64) ([]byte, error) {
	if length > limit {
		return nil, errTooLong
	}
	if length >= 0 {
		body := make([]byte, length)
		_, err := io.ReadFull(r, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = errTooLong
	}
	return body, err
}

func bodyTooLong() *gatewayresponse.Error {
	return plainText(http.StatusRequestEntityTooLarge, fmt.Sprintf("HTTP content length exceeded %d bytes.", maxBody))
}

func plainText(status int, message string) *gatewayresponse.Error {
	return &gatewayresponse.Error{Type: gatewayresponse.RequestTooLarge, Status: status, Message: message, PlainText: true}
}

func uriTooLong() *gatewayresponse.Error {
	return &gatewayresponse.Error{
		Type: gatewayresponse.Default4XX, Status: http.StatusRequestURITooLong, Message: "Request URI too long",
	}
}

// parseQuery reads a query string in its order. A semicolon separates like an
// ampersand; what is not encoded well is taken as it is.
func parseQuery(raw string) mapping.Params {
	if raw == "" {
		return nil
	}
	params := make(mapping.Params, 0, strings.Count(raw, "&")+1)
	for raw != "" {
		pair := raw
		if i := strings.IndexAny(raw, "&;"); i >= 0 {
			pair, raw = raw[:i], raw[i+1:]
		} else {
			raw = ""
		}
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		params.Add(unescapeQuery(name), unescapeQuery(value))
	}
	return params
}

func unescapeQuery(s string) string {
	if text, err := url.QueryUnescape(s); err == nil {
		return text
	}
	return s
}
