package record

import (
	"fmt"
	"net/http"
	"net/textproto"
	"strings"

	"example.com/apigw/internal/gateway/mask"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
)

// maxLogEvent is how many bytes an event of the execution log has at most, as
// CloudWatch shows them.
const maxLogEvent = 1024

const truncated = " [TRUNCATED]"

// ExecutionLog returns what API Gateway would have written to its execution log
// with data tracing on: its words, in its order, without the request id in front.
func (r *Record) ExecutionLog() []string {
	lines, _ := r.LocatedLog()
	return lines
}

// LocatedLog returns the lines of the execution log, and beside them the box that each
// belongs to.
func (r *Record) LocatedLog() (lines []string, boxes []rules.Box) {
	if r.ResourcePath == "" { // API Gateway logs nothing before it knows the method
		return nil, nil
	}
	l := executionLog{box: rules.MethodRequest}
	l.line("Extended Request Id: ", r.ExtendedID)
	l.box = rules.Authorization
	for _, line := range r.Details.Admission {
		l.line(line)
	}
	l.box = rules.MethodRequest
	if r.Details.Admitted {
		r.logMethodRequest(&l)
		r.logIntegration(&l)
	}
	r.logEnd(&l)
	return l.lines, l.boxes
}

// executionLog is a log that is being written.
type executionLog struct {
	box   rules.Box // that the next lines belong to
	lines []string
	boxes []rules.Box
}

// line adds a line. One that is too long ends early.
func (l *executionLog) line(parts ...string) {
	text := strings.Join(parts, "")
	if len(text) > maxLogEvent {
		text = strings.ToValidUTF8(text[:maxLogEvent-len(truncated)], "") + truncated
	}
	l.lines, l.boxes = append(l.lines, text), append(l.boxes, l.box)
}

func (r *Record) logMethodRequest(l *executionLog) {
	l.line("Starting execution for request: ", r.ID)
	l.line("HTTP Method: ", r.Method, ", Resource Path: ", r.Details.RequestPath)
	l.line("Method request path: ", braces(r.MethodRequest.PathParams))
	l.line("Method request query string: ", braces(r.MethodRequest.Query))
	l.line("Method request headers: ", braces(r.MethodRequest.Header))
	l.line("Method request body before transformations: ", r.MethodRequest.logBody())
}

// logIntegration writes what came and went between gateway and backend. MOCK has
// nothing to write.
func (r *Record) logIntegration(l *executionLog) {
	request := r.IntegrationRequest
	if request == nil || request.URI == "" {
		return
	}
	l.box = rules.IntegrationRequest
	l.line("Endpoint request URI: ", request.URI)
	l.line("Endpoint request headers: ", r.endpointRequestHeaders())
	l.line("Endpoint request body after transformations: ", request.logBody())
	if !r.Details.BackendCalled {
		return
	}
	l.box = r.backend()
	l.line("Sending request to ", request.URI)
	response := r.IntegrationResponse
	if response == nil {
		return
	}
	l.box = rules.IntegrationResponse
	l.line(fmt.Sprintf("Received response. Status: %d, Integration latency: %d ms", response.Status, r.IntegrationDuration.Milliseconds()))
	l.line("Endpoint response headers: ", r.endpointResponseHeaders())
	l.line("Endpoint response body before transformations: ", response.logBody())
}

// backend returns the box behind the integration request.
func (r *Record) backend() rules.Box {
	if r.Details.Lambda != nil {
		return rules.Function
	}
	return rules.Backend
}

// logEnd writes the response, or why the request failed.
func (r *Record) logEnd(l *executionLog) {
	if r.Failure != nil {
		if l.box = r.Failure.Box; l.box == "" {
			l.box = rules.GatewayResponse
		}
		if r.Failure.Log != "" {
			for line := range strings.SplitSeq(r.Failure.Log, "\n") {
				l.line(line)
			}
		}
		l.box = rules.GatewayResponse
	} else {
		l.box = rules.MethodResponse
		l.line("Method response body after transformations: ", r.MethodResponse.logBody())
		l.line("Method response headers: ", braces(r.MethodResponse.Header))
		l.line("Successfully completed execution")
	}
	l.line(fmt.Sprintf("Method completed with status: %d", r.Status))
	if r.Details.Lambda != nil && r.Details.BackendCalled {
		l.box = r.backend()
		l.line("AWS Integration Endpoint RequestId : ", r.Details.Lambda.RequestID)
	}
	if r.Details.Tracing {
		l.box = rules.MethodRequest // which begins the trace
		l.line("X-ray Tracing ID : ", r.Details.TraceRoot)
	}
}

// endpointRequestHeaders returns the headers of the call to the backend. Those of a
// call to Lambda hold a signature, which nobody makes here; the log shows it masked
// in any case.
func (r *Record) endpointRequestHeaders() string {
	if r.Details.Lambda == nil {
		return braces(r.IntegrationRequest.Header)
	}
	h := mapping.Params{
		{Name: "x-amzn-lambda-integration-tag", Values: []string{r.ID}},
		{Name: "Authorization", Values: []string{strings.Repeat("*", 64) + r.ID[len(r.ID)-6:]}},
		{Name: "X-Amz-Date", Values: []string{r.Time.UTC().Format("20060102T150405Z")}},
		{Name: "x-amzn-apigateway-api-id", Values: []string{r.Details.APIID}},
	}
	if !r.Details.Lambda.ByRole {
		h.Add("X-Amz-Source-Arn", r.Details.Lambda.Source)
	}
	h.Add("Accept", "application/json")
	h.Add("User-Agent", "AmazonAPIGateway_"+r.Details.APIID)
	text := braces(h)
	return strings.TrimSuffix(text, "}") + ", X-Amz-Security-Token=" + truncated
}

// endpointLength returns the header that says how long the response of Lambda is. That
// of a stream is not known when it begins (assumed).
func (r *Record) endpointLength() mapping.Param {
	if r.Details.Streams {
		return mapping.Param{Name: "Transfer-Encoding", Values: []string{"chunked"}}
	}
	return mapping.Param{Name: "Content-Length", Values: []string{fmt.Sprint(r.FunctionResult.PayloadSize)}}
}

// endpointResponseHeaders returns those of Lambda's own HTTP response, not of the
// function's result; or those of an HTTP backend.
func (r *Record) endpointResponseHeaders() string {
	if r.FunctionResult == nil {
		return braces(r.IntegrationResponse.Header)
	}
	f := r.FunctionResult
	h := mapping.Params{
		{Name: "Date", Values: []string{r.Time.UTC().Format(http.TimeFormat)}},
		{Name: "Content-Type", Values: []string{"application/json"}},
		r.endpointLength(),
		{Name: "Connection", Values: []string{"keep-alive"}},
		{Name: "x-amzn-RequestId", Values: []string{f.RequestID}},
	}
	if f.FunctionError != "" {
		h.Add("X-Amz-Function-Error", f.FunctionError)
	}
	h.Add("x-amzn-Remapped-Content-Length", "0")
	if f.ExecutedVersion != "" {
		h.Add("X-Amz-Executed-Version", f.ExecutedVersion)
	}
	sampled := "0"
	if r.Details.Tracing {
		sampled = "1"
	}
	h.Add("X-Amzn-Trace-Id", "root="+r.Details.TraceRoot+";sampled="+sampled)
	return braces(h)
}

// braces writes parameters as Java prints a map. Of several values it shows the
// last; secrets are masked.
func braces(params mapping.Params) string {
	var out strings.Builder
	out.WriteByte('{')
	for i, p := range params {
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteString(p.Name)
		out.WriteByte('=')
		if len(p.Values) > 0 {
			out.WriteString(masked(p.Name, p.Values[len(p.Values)-1]))
		}
	}
	out.WriteByte('}')
	return out.String()
}

// masked hides the value of a header that holds a secret.
func masked(name, value string) string {
	switch textproto.CanonicalMIMEHeaderKey(name) {
	case "Authorization", "X-Api-Key", "X-Amz-Security-Token":
		return mask.Secret(value)
	}
	return value
}

func (m *Message) logBody() string {
	if m.Binary {
		return "[Binary Data]"
	}
	return string(m.Body)
}
