package gateway

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/authorizer"
	"example.com/apigw/internal/gateway/gatewayresponse"
)

// accessLogFormat is the format of a stage's access log, in which every second
// part is the name of a variable, without $context. Nil is no access log.
type accessLogFormat []logPart

// logPart is a part of the format.
type logPart struct {
	text   string
	quoted bool // it is in a text of JSON, where API Gateway escapes values
}

func parseAccessLog(definition *assembly.AccessLog) accessLogFormat {
	if definition == nil || definition.Format == "" {
		return nil
	}
	const mark = "$context."
	var format accessLogFormat
	text := definition.Format
	isJSON := strings.HasPrefix(strings.TrimSpace(text), "{")
	quoted := false
	for {
		before, after, found := strings.Cut(text, mark)
		format = append(format, logPart{text: before})
		quoted = quoted != (isJSON && oddQuotes(before))
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
		format = append(format, logPart{name, quoted})
		text = after[len(name):]
	}
}

// line writes the access log of an exchange. A variable without a value is a hyphen.
func (f accessLogFormat) line(x *exchange) string {
	var line strings.Builder
	values := x.request.contextValues()
	for i, part := range f {
		if i%2 == 0 {
			line.WriteString(part.text)
			continue
		}
		value, ok := x.logVariable(values, part.text)
		switch {
		case !ok || value == "":
			line.WriteByte('-')
		case part.quoted:
			line.WriteString(escaped(value))
		default:
			line.WriteString(value)
		}
	}
	return line.String()
}

// oddQuotes reports whether a part of a JSON text begins in a text and ends outside of
// it, or the other way round.
func oddQuotes(part string) bool {
	part = strings.NewReplacer(`\\`, "", `\"`, "").Replace(part)
	return strings.Count(part, `"`)%2 == 1
}

// escaped returns a value as it is in a text of JSON. API Gateway writes it so since 2024
// at the latest (published logs: the issue 4348 of DataBiosphere/azul).
func escaped(value string) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // a text always has a JSON form
	return string(text.Bytes()[1 : text.Len()-2])
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
	if value, known := x.request.authorization(name); known {
		return value, true
	}
	if x.failure != nil {
		if value, ok := x.failure.Variable("context." + name); ok {
			return value, true
		}
	}
	return scalar(values, name)
}

// authorization returns the value of a variable that tells the three steps of
// authorization apart: who the caller is (IAM), what the authorizer says, and whether
// that allows the method (documented: "Variables for access logging"; what each step has
// when another one refuses is assumed).
func (in *methodRequest) authorization(name string) (value string, known bool) {
	step, member, _ := strings.Cut(name, ".")
	if in.method == nil || !in.admission.asked {
		return "", step == "authorize" || step == "authenticate"
	}
	a := &in.admission
	kind := in.method.AuthorizationType
	byAuthorizer := kind == "CUSTOM" || kind == "COGNITO_USER_POOLS"
	denied := a.refusal != nil && a.refusal.Type == gatewayresponse.TypeAccessDenied
	var concerned bool                 // the request took the step
	var refusal *gatewayresponse.Error // and did not get beyond it
	switch step {
	case "authenticate":
		concerned = kind == "AWS_IAM"
	case "authorizer":
		concerned = byAuthorizer
	case "authorize":
		concerned = denied || a.refusal == nil && (byAuthorizer || kind == "AWS_IAM")
	default:
		return "", false
	}
	if denied == (step == "authorize") {
		refusal = a.refusal
	}
	switch member {
	case "status":
		switch {
		case !concerned:
			return "", true
		case refusal != nil:
			return strconv.Itoa(refusal.Status), true
		}
		return "200", true
	case "error":
		if concerned && refusal != nil && !refusal.NoMessage {
			return refusal.Message, true
		}
		return "", true
	}
	if step != "authorizer" {
		return "", true
	}
	switch member {
	case "latency", "integrationLatency":
		if a.call == (authorizer.Call{}) {
			return "", false // a result that was kept has one of its own
		}
		return milliseconds(a.call.Latency), true
	case "integrationStatus":
		if a.call.Status == 0 {
			return "", true
		}
		return strconv.Itoa(a.call.Status), true
	case "requestId":
		return a.call.RequestID, true
	}
	return "", false // a member of what the authorizer returned
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
