package explain

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

// statusLine begins a response, as curl prints it with -i, or with -v behind "< ".
var statusLine = regexp.MustCompile(`^(< )?HTTP/[\d.]{1,3} (\d{3})(?: .*)?$`)

// response is an HTTP response that is being read.
type response struct {
	status  int
	header  []field
	body    strings.Builder
	inBody  bool
	verbose bool // its lines begin with "< "
}

type field struct{ name, value string }

// maxFields is how many header fields are kept.
const maxFields = 200

// httpLine reads a line of a response. All that follows the header is its body.
func (r *reader) httpLine(line string) bool {
	if r.response == nil && !strings.Contains(line, "HTTP/") {
		return false
	}
	if m := statusLine.FindStringSubmatch(line); m != nil && (r.response == nil || !r.response.inBody || r.response.empty()) {
		if r.response != nil && len(r.response.header) > 0 { // those of proxies have none
			r.show(r.response.explain())
		}
		r.knows()
		status, _ := strconv.Atoi(m[2])
		r.response = &response{status: status, verbose: m[1] != ""}
		return true
	}
	if r.response == nil {
		return false
	}
	r.response.line(line)
	return true
}

// empty reports whether no byte of a body has come, as with the responses of
// proxies and those with the status 100.
func (p *response) empty() bool { return strings.TrimSpace(p.body.String()) == "" }

func (p *response) line(line string) {
	if p.verbose && !p.inBody {
		if line == "<" || line == "< " {
			p.inBody = true
			return
		}
		var ok bool
		if line, ok = strings.CutPrefix(line, "< "); !ok {
			return // of what curl does
		}
	}
	switch {
	case p.inBody:
		if p.body.Len() < maxBody {
			if p.body.Len() > 0 {
				p.body.WriteByte('\n')
			}
			p.body.WriteString(line[:min(len(line), maxBody-min(p.body.Len(), maxBody))])
		}
	case line == "":
		p.inBody = true
	default:
		name, value, ok := strings.Cut(line, ":")
		if ok && len(p.header) < maxFields {
			p.header = append(p.header, field{name, strings.TrimSpace(value)})
		}
	}
}

func (p *response) get(name string) string {
	for _, f := range p.header {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

func (p *response) explain() Explanation {
	e := Explanation{Input: "HTTP response", ID: p.get("x-amzn-RequestId"), Title: fmt.Sprintf("a response with the status %d", p.status)}
	body := strings.TrimSpace(p.body.String())
	errorType := p.get("x-amzn-ErrorType")
	errorType, _, _ = strings.Cut(errorType, ":")
	if body != "" {
		e.Steps = append(e.Steps, Step{rules.MethodResponse, "the client's body is " + quoted(body)})
	}
	found := responses(p.status, body, errorType)
	if p.status < 400 {
		found = nil
	}
	var made bool // by API Gateway itself
	switch {
	case p.get("apigw-requestid") != "" && p.get("x-amzn-RequestId") == "":
		found = nil
		e.Unknown = append(e.Unknown, "why: the header apigw-requestid is of an HTTP API, and the rules here are about REST APIs")
	case len(found) > 0:
		made = true
		e.Steps = append(e.Steps, Step{rules.GatewayResponse, madeBy(body, errorType)})
	case p.get("x-amzn-RequestId") == "" && p.get("x-amz-apigw-id") == "":
		e.Unknown = append(e.Unknown, "whether API Gateway sent this at all: it has neither of the headers x-amzn-RequestId and x-amz-apigw-id")
	case p.status >= 400:
		e.Unknown = append(e.Unknown, "why: this is not a response that API Gateway makes itself, so it is the function's or the backend's own; its log says more")
	}
	e.Causes = causes(found)
	e.Certain = len(found) == 1
	if len(found) == 0 {
		e.Causes = p.oddities(body)
		e.Certain = len(e.Causes) > 0
	}
	if made && p.get("Access-Control-Allow-Origin") == "" {
		if rule, ok := rules.Lookup("cors-missing-on-gateway-errors"); ok {
			e.Besides = append(e.Besides, plainCause(rule))
		}
	}
	if made && !e.Certain {
		e.Unknown = append(e.Unknown, "which of these it is: the response is the same for all. The execution log of the stage has the line that says it; give that to explain")
	}
	return e
}

// madeBy says what the form of the body shows: what API Gateway refuses before it
// runs a method has no blank behind the colon.
func madeBy(body, errorType string) string {
	text := "API Gateway made this response itself"
	if errorType == "" {
		text = "this is a response that API Gateway makes itself, without the header x-amzn-ErrorType that it sets"
	}
	switch {
	case strings.HasPrefix(body, `{"message":"`):
		return text + ", before it ran the method"
	case strings.HasPrefix(body, `{"message": "`):
		return text + ", after it began to run the method"
	}
	return text
}

// oddities returns what is odd about a response that API Gateway passed on.
func (p *response) oddities(body string) []Cause {
	list := mappedCauses(body, false, p.status)
	result := map[string]any{"statusCode": p.status, "body": body}
	header := map[string][]string{}
	for _, f := range p.header {
		if name, ok := strings.CutPrefix(strings.ToLower(f.name), "x-amzn-remapped-"); ok && name != "content-length" && name != "date" && name != "connection" {
			header[name] = append(header[name], f.value) // what the function set
		} else if strings.HasPrefix(strings.ToLower(f.name), "access-control-") || strings.EqualFold(f.name, "content-type") || strings.EqualFold(f.name, "set-cookie") {
			header[f.name] = append(header[f.name], f.value)
		}
	}
	result["multiValueHeaders"] = header
	payload, err := json.Marshal(result)
	if err != nil {
		return list
	}
	for _, v := range (proxyresponse.Invocation{Payload: payload}).Check().Notes {
		if v.Rule == "content-type-default" || len(list) > 0 && v.Rule == "envelope-in-body" {
			continue
		}
		v.Path = "" // the response has no such place
		list = append(list, violated(v))
	}
	if isBase64(body) && !strings.HasPrefix(p.get("Content-Type"), "text/") {
		if rule, ok := rules.Lookup("base64-not-decoded"); ok {
			list = append(list, plainCause(rule))
		}
	}
	return list
}
