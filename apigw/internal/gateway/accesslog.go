package gateway

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
)

// accessLogFormat is the format of a stage's access log, in which every second
// part is the name of a variable, without $context. Nil is no access log.
type accessLogFormat []string

func parseAccessLog(definition *assembly.AccessLog) accessLogFormat {
	if definition == nil || definition.Format == "" {
		return nil
	}
	const mark = "$context."
	var format accessLogFormat
	text := definition.Format
	for {
		before, after, found := strings.Cut(text, mark)
		format = append(format, before)
		if !found {
			return format
		}
		end := strings.IndexFunc(after, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '_' && r != '-'
		})
		if end < 0 {
			end = len(after)
		}
		name := strings.TrimRight(after[:end], ".-")
		format = append(format, name)
		text = after[len(name):]
	}
}

// line writes the access log of an exchange. A variable without a value is a hyphen.
func (f accessLogFormat) line(x *exchange) string {
	var line strings.Builder
	values := x.request.contextValues()
	for i, part := range f {
		if i%2 == 0 {
			line.WriteString(part)
		} else if value, ok := x.logVariable(values, part); ok && value != "" {
			line.WriteString(value)
		} else {
			line.WriteByte('-')
		}
	}
	return line.String()
}

// logVariable returns the value of a variable of access logs, which have more than
// $context.
func (x *exchange) logVariable(values map[string]any, name string) (string, bool) {
	back := &x.backendResponse
	switch name {
	case "status":
		return strconv.Itoa(x.response.status), true
	case "responseLength":
		if s := x.response.stream; s != nil {
			return strconv.Itoa(s.passed.size), true
		}
		return strconv.Itoa(len(x.response.body)), true
	case "integration.responseTransferMode":
		return x.transferMode(), back.sent
	case "integration.timeToAllHeaders":
		if back.stream == nil {
			return "", false
		}
		return milliseconds(back.stream.headersAfter), back.stream.headersAfter > 0
	case "integration.timeToFirstContent":
		if back.stream == nil {
			return "", false
		}
		return milliseconds(back.stream.contentAfter), back.stream.contentAfter > 0
	case "responseLatency":
		return milliseconds(x.duration), true
	case "integrationLatency", "integration.latency":
		return milliseconds(back.took), back.sent
	case "integrationStatus", "integration.integrationStatus":
		return strconv.Itoa(back.status), back.status != 0
	case "integration.status":
		return strconv.Itoa(x.functionStatus()), back.status != 0
	case "awsEndpointRequestId", "integration.requestId":
		if back.result == nil {
			return "", false
		}
		return back.result.RequestID, true
	case "xrayTraceId":
		return x.request.trace.root, true
	case "integrationErrorMessage", "integration.error":
		return integrationError(x.failure), true
	}
	if x.failure != nil {
		if value, ok := x.failure.Variable("context." + name); ok {
			return value, true
		}
	}
	return scalar(values, name)
}

// transferMode returns how the response of the backend was sent on (documented:
// "Troubleshoot issues with response streaming").
func (x *exchange) transferMode() string {
	if x.backendResponse.stream != nil {
		return "STREAMED"
	}
	return "BUFFERED"
}

// functionStatus returns the status of a function, as opposed to that of Lambda.
func (x *exchange) functionStatus() int {
	if r := x.backendResponse.result; r != nil && r.FunctionError != "" {
		return http.StatusBadGateway
	}
	return x.response.status
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// integrationError returns what the access log says about a failed integration.
func integrationError(failure *gatewayresponse.Error) string {
	if failure == nil || failure.Log == "" {
		return ""
	}
	lines := strings.Split(failure.Log, "\n")
	last := lines[len(lines)-1]
	if _, message, ok := strings.Cut(last, "due to customer function error: "); ok {
		message, _, _ = strings.Cut(message, ". Lambda request id: ")
		return "Lambda Customer Function Error:" + message
	}
	return last
}
