package explain

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

// commonLog is the Common Log Format, with or without the request id at its end.
var commonLog = regexp.MustCompile(`(?:^|[\s,"|])(\S+) (\S+) (\S+) \[([^\]]+)\] "([A-Z]+) (\S+)(?: (\S+))?" (\d{3}|-) (\d+|-)(?: (\S+))?\s*$`)

// accessLine reads a line of an access log in CLF.
func (r *reader) accessLine(line string) bool {
	if !strings.Contains(line, `] "`) {
		return false
	}
	m := commonLog.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	r.knows()
	r.last = nil
	status, _ := strconv.Atoi(m[8])
	r.show(accessLog(status, m[5]+" "+m[6], m[10], nil))
	return true
}

// accessMembers explains a line of an access log in JSON. The names of its members
// are whatever the owner of the API chose; ok is false if they are nothing like an
// access log's.
func accessMembers(members map[string]string) (e Explanation, ok bool) {
	var status int
	var what [2]string
	var id, functionID string
	var errors []string
	known := 0
	for name, value := range members {
		plain := strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "", "$", "", "context", "").Replace(name))
		value = strings.TrimSpace(value)
		if value == "" || value == "-" {
			if isAccessName(plain) {
				known++
			}
			continue
		}
		switch {
		case plain == "status" || plain == "statuscode" || plain == "responsestatus" || plain == "httpstatus" || plain == "code":
			if n, err := strconv.Atoi(value); err == nil && n >= 100 && n < 600 {
				status = n
				known++
			}
		case plain == "httpmethod" || plain == "method" || plain == "requestmethod":
			what[0] = value
			known++
		case plain == "resourcepath" || plain == "path" || plain == "requestpath" || plain == "routekey":
			what[1] = value
			known++
		case plain == "requestid":
			id = value
			known++
		case plain == "integrationrequestid" || plain == "awsendpointrequestid":
			functionID = value
			known++
		case gatewayresponse.Type(value).DefaultStatus() != 0:
			errors = append(errors, value)
			if status == 0 {
				status = gatewayresponse.Type(value).DefaultStatus()
			}
			known++
		case strings.Contains(plain, "error") || strings.Contains(plain, "message") || len(rules.Find(rules.ExecutionLog, value)) > 0:
			errors = append(errors, value)
			known++
		case isAccessName(plain):
			known++
		}
	}
	if known < 2 || status == 0 && len(errors) == 0 {
		return Explanation{}, false
	}
	slices.Sort(errors) // maps have no order
	e = accessLog(status, strings.TrimSpace(what[0]+" "+what[1]), id, slices.Compact(errors))
	if functionID != "" {
		e.Steps = append(e.Steps, Step{rules.Function, "the function's log has this request as " + quoted(functionID)})
	}
	return e, true
}

// isAccessName reports whether a name is that of a variable of $context that
// access logs have.
func isAccessName(plain string) bool {
	switch plain {
	case "ip", "sourceip", "identitysourceip", "caller", "user", "useragent", "requesttime", "requesttimeepoch", "protocol",
		"responselength", "responselatency", "integrationlatency", "integrationstatus", "integrationerror",
		"integrationerrormessage", "extendedrequestid", "apiid", "stage", "domainname", "errormessage", "errorresponsetype",
		"xraytraceid", "traceid", "accountid", "resourceid", "wafresponsecode", "wafstatus", "waferror", "waflatency",
		"authorizererror", "authorizerstatus", "authorizerlatency", "authorizerrequestid", "authorizestatus", "authorizeerror",
		"authenticatestatus", "authenticateerror", "functionstatus", "validationerror", "principal", "apikeyid", "resource":
		return true
	}
	return false
}

func accessLog(status int, what, id string, errors []string) Explanation {
	e := Explanation{Input: "access log", ID: id, Title: fmt.Sprintf("%s → %d", quoted(what), status)}
	if what == "" {
		e.Title = fmt.Sprintf("a request → %d", status)
	}
	if status == 0 {
		e.Title = quoted(what) + " → unknown status"
	}
	e.Steps = append(e.Steps, Step{rules.MethodRequest, "the client called " + quoted(what)})
	var found []rules.Match
	for _, text := range errors {
		e.Steps = append(e.Steps, Step{rules.GatewayResponse, "the log has " + quoted(text)})
		in := rules.Find(rules.ExecutionLog, text)
		if _, message, ok := strings.Cut(text, "Lambda Customer Function Error:"); ok {
			if more := rules.Find(rules.FunctionLog, message); len(more) > 0 {
				in = more[:1]
			}
		}
		found = first(found, in)
	}
	for _, text := range errors {
		message := strings.Trim(text, `"`)
		for _, body := range []string{`{"message":"` + message + `"}`, `{"Message":"` + message + `"}`} {
			found = first(found, responses(status, body, ""))
		}
	}
	for _, text := range errors {
		if kind := gatewayresponse.Type(text); kind.DefaultStatus() != 0 {
			found = first(found, responses(status, `{"message":null}`, kind.ErrorType()))
		}
	}
	if slices.Contains(errors, string(gatewayresponse.TypeWAFFiltered)) {
		found = nil
		e.Unknown = append(e.Unknown, "which rule of the firewall (AWS WAF) refused the request: the log of its web ACL says it")
	}
	e.Certain = len(found) == 1 || len(found) > 0 && found[0].Weight > 0 && (len(found) == 1 || found[1].Weight < found[0].Weight)
	if e.Certain {
		found = found[:1]
	}
	if len(found) == 0 && status >= 400 && len(e.Unknown) == 0 {
		found = statuses(status)
		e.Unknown = append(e.Unknown, "whether API Gateway or the function chose the status: add $context.error.message, $context.error.responseType and $context.integration.error to the log's format, or look into the execution log")
	}
	e.Causes = causes(found)
	if len(found) > 1 && len(e.Unknown) == 0 {
		e.Unknown = append(e.Unknown, "which of these it is: an access log has no more. The execution log of the stage has the line that says it")
	}
	return e
}
