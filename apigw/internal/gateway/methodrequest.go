package gateway

import (
	"errors"
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
	"example.com/apigw/internal/rules"
)

// methodRequest is what comes out of the first box: what a client sent, for which
// method it is, and who may call.
type methodRequest struct {
	arrival
	address address
	head
	method    *method
	params    []route.Param
	body      []byte
	admission admission
}

// head is a request without its body.
type head struct {
	httpMethod  string
	path        string           // behind the stage, percent-encoded
	fullPath    string           // with the stage
	query       mapping.Params   // decoded
	lines       []rawheader.Line // as the client sent them
	protocol    int              // version of HTTP that the client speaks
	header      mapping.Params   // as functions and templates see it
	contentType string
	accept      string
	sourceIP    string
	userAgent   string
	trace       trace
}

// protocol is what functions and templates see, whatever version of HTTP the
// client speaks.
const protocol = "HTTP/1.1"

// The sizes that API Gateway takes (developer guide, "Quotas for configuring and
// running a REST API").
const (
	maxBody         = 10 << 20
	maxHeaderValues = 10240
	maxRequestLine  = 10240
	maxARN          = 1600
)

// receive reads a request and finds the method that serves it. After a failure the
// method request has what was known until then.
func (g *Gateway) receive(a arrival, r *http.Request) (in methodRequest, failure *gatewayresponse.Error) {
	in.arrival = a
	if in.address, failure = g.locate(r, a.rawPath); failure != nil {
		in.lines = rawheader.Of(r)
		return in, failure
	}
	if in.head, failure = readHead(r, a, in.address); failure != nil {
		return in, failure
	}
	if failure = in.address.stage.api.unreadable; failure != nil {
		return in, failure
	}
	if in.method, in.params, failure = in.route(r); failure != nil {
		return in, failure
	}
	if failure = in.method.fails.in(methodRequestBox); failure != nil {
		return in, failure
	}
	in.body, failure = readBody(r)
	in.unread = failure != nil
	return in, failure
}

// readHead reads everything of a request but its body.
func readHead(r *http.Request, a arrival, at address) (head, *gatewayresponse.Error) {
	q := head{
		httpMethod: r.Method,
		path:       "/" + strings.TrimLeft(at.path, "/"),
		fullPath:   at.fullPath(),
		query:      parseQuery(r.URL.RawQuery),
		sourceIP:   r.RemoteAddr,
		trace:      newTrace(a.started, at.stage.Tracing),
		lines:      rawheader.Of(r),
		protocol:   r.ProtoMajor,
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		q.sourceIP = host
	}
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
			q.trace = q.trace.continued(line.Value)
			continue
		case strings.EqualFold(name, "X-Forwarded-For"):
			forwardedFor = line.Value + ", " + forwardedFor
			continue
		case isHeader(name, "X-Forwarded-Port", "X-Forwarded-Proto"):
			continue
		case strings.EqualFold(name, "HTTP2-Settings"): // asks this connection for HTTP/2, which it goes on without
			continue
		case isSignature(*line):
			continue
		case strings.EqualFold(name, "Authorization"):
			// CloudFront writes it so; over HTTP/2 to a regional API it stays small.
			if at.stage.api.EndpointType == "EDGE" || r.ProtoMajor < 2 {
				line.Name = "Authorization"
			}
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
		rawheader.Line{Name: "X-Amzn-Trace-Id", Value: q.trace.event},
		rawheader.Line{Name: "X-Forwarded-For", Value: forwardedFor},
		rawheader.Line{Name: "X-Forwarded-Port", Value: "443"},
		rawheader.Line{Name: "X-Forwarded-Proto", Value: "https"})
	if at.stage.api.EndpointType == "EDGE" {
		lines = appendEdgeHeaders(lines, a.id)
	}
	q.header = requestHeaders(lines)
	q.contentType = firstHeader(q.header, "Content-Type")
	q.accept = firstHeader(q.header, "Accept")
	q.userAgent = firstHeader(q.header, "User-Agent")
	switch {
	case size > maxHeaderValues:
		return q, gatewayresponse.HeaderTooLarge(size, maxHeaderValues)
	case len(q.fullPath)+len(r.URL.RawQuery) > maxRequestLine:
		return q, gatewayresponse.URITooLong()
	}
	return q, nil
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
// where that can be known here. (Recorded: test_lambda_aws_proxy_integration.)
func appendEdgeHeaders(lines []rawheader.Line, id string) []rawheader.Line {
	return append(lines,
		rawheader.Line{Name: "CloudFront-Forwarded-Proto", Value: "https"},
		rawheader.Line{Name: "CloudFront-Is-Desktop-Viewer", Value: "true"},
		rawheader.Line{Name: "CloudFront-Is-Mobile-Viewer", Value: "false"},
		rawheader.Line{Name: "CloudFront-Is-SmartTV-Viewer", Value: "false"},
		rawheader.Line{Name: "CloudFront-Is-Tablet-Viewer", Value: "false"},
		rawheader.Line{Name: "Via", Value: "1.1 localhost (CloudFront)"},
		rawheader.Line{Name: "X-Amz-Cf-Id", Value: id})
}

// route finds the method. Path and HTTP method decide together: to the client an
// unknown path looks like a wrong method, and both like a request that is not
// signed. If there is a signature, AWS says first what that one lacks. (Recorded:
// test_routing_not_found.)
func (in *methodRequest) route(r *http.Request) (*method, []route.Param, *gatewayresponse.Error) {
	m, params, ok := in.address.stage.routes.Find(in.path, in.httpMethod)
	if !ok {
		unknown := rules.Of("route-unknown", "method", in.httpMethod, "path", in.path)
		if failure := sigv4.Incomplete(r); failure != nil {
			return nil, nil, failure.By(unknown)
		}
		return nil, nil, gatewayresponse.MissingAuthenticationToken(unknown)
	}
	if len(in.address.stage.arnPrefix)+len(in.httpMethod)+len(in.path) > maxARN {
		return m, params, gatewayresponse.URITooLong()
	}
	return m, params, nil
}

// readBody reads the body, of 10 MB at most.
func readBody(r *http.Request) ([]byte, *gatewayresponse.Error) {
	if r.ContentLength > maxBody {
		return nil, gatewayresponse.BodyTooLarge(maxBody)
	}
	if r.Body == nil || r.ContentLength == 0 {
		return nil, nil
	}
	body, err := readAtMost(r.Body, r.ContentLength, maxBody)
	switch {
	case errors.Is(err, errTooLong):
		return nil, gatewayresponse.BodyTooLarge(maxBody)
	case err != nil:
		return nil, gatewayresponse.BadRequest(rules.Of("body-cut-off", "problem", err))
	}
	return body, nil
}

// isBinary reports whether the body is binary for the API.
func (in *methodRequest) isBinary() bool {
	return isBinary(in.contentType, in.address.stage.api.BinaryMediaTypes)
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
