package gateway

import (
	"strconv"
	"strings"

	"example.com/apigw/internal/assembly"
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

// line writes the access log of a call. A variable without a value is a hyphen.
func (f accessLogFormat) line(c *call) string {
	var line strings.Builder
	values := c.contextValues()
	for i, part := range f {
		if i%2 == 0 {
			line.WriteString(part)
		} else if value, ok := c.logVariable(values, part); ok && value != "" {
			line.WriteString(value)
		} else {
			line.WriteByte('-')
		}
	}
	return line.String()
}

// logVariable gives the variables that access logs have besides $context.
func (c *call) logVariable(values map[string]any, name string) (string, bool) {
	r := c.record
	switch name {
	case "status":
		return strconv.Itoa(r.Status), true
	case "responseLength":
		return strconv.Itoa(r.responseLength), true
	case "responseLatency":
		return milliseconds(r.Duration), true
	case "integrationLatency", "integration.latency":
		return milliseconds(r.IntegrationDuration), r.sent
	case "integrationStatus", "integration.status":
		return strconv.Itoa(r.backendStatus), r.backendStatus != 0
	case "integration.integrationStatus":
		return strconv.Itoa(r.functionStatus()), r.backendStatus != 0
	case "awsEndpointRequestId", "integration.requestId":
		return r.lambdaRequestID, r.lambdaRequestID != ""
	case "xrayTraceId":
		return c.trace.root, true
	case "integrationErrorMessage", "integration.error":
		return r.integrationError(), true
	}
	if r.failure != nil {
		if value, ok := r.failure.Variable("context." + name); ok {
			return value, true
		}
	}
	return scalar(values, name)
}

// integrationError is what the access log says about a failed integration.
func (r *Record) integrationError() string {
	if r.failure == nil || r.failure.Log == "" {
		return ""
	}
	lines := strings.Split(r.failure.Log, "\n")
	last := lines[len(lines)-1]
	if _, message, ok := strings.Cut(last, "due to customer function error: "); ok {
		message, _, _ = strings.Cut(message, ". Lambda request id: ")
		return "Lambda Customer Function Error:" + message
	}
	return last
}
