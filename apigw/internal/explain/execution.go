package explain

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

// What stands before the text of a line: API Gateway writes the request id in
// parentheses, and the tools that show logs put a time and names before it. The
// test invocation has the time alone.
var (
	eventID    = regexp.MustCompile(`\(([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})\) ?`)
	testLine   = regexp.MustCompile(`^\s*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d{2} \d{2}:\d{2}:\d{2} [A-Z]{2,4} \d{4} : ?(.*)$`)
	testStart  = regexp.MustCompile(`^\s*Execution log for request (\S+)$`)
	columnTail = regexp.MustCompile(`\t\d{13}$`)
	onlyTime   = regexp.MustCompile(`^\s*\d{4}-\d{2}-\d{2}[T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?\s*$`)
)

// The lines of an execution log that say how far a request got.
const (
	lineExtended      = "Extended Request Id: "
	lineAuthorizer    = "Starting authorizer: "
	lineAuthorized    = "Successfully completed authorizer execution"
	lineVerifying     = "Verifying Usage Plan for request: "
	lineKey           = "API Key "
	linePlan          = "Usage Plan check succeeded"
	lineStart         = "Starting execution for request: "
	lineMethod        = "HTTP Method: "
	linePath          = "Method request path: "
	lineQuery         = "Method request query string: "
	lineHeaders       = "Method request headers: "
	lineBody          = "Method request body before transformations: "
	lineURI           = "Endpoint request URI: "
	lineToHeaders     = "Endpoint request headers: "
	lineEvent         = "Endpoint request body after transformations: "
	lineSending       = "Sending request to "
	lineReceived      = "Received response. "
	lineFromHeaders   = "Endpoint response headers: "
	lineResult        = "Endpoint response body before transformations: "
	lineResponseBody  = "Method response body after transformations: "
	lineResponse      = "Method response headers: "
	lineSuccess       = "Successfully completed execution"
	lineCompleted     = "Method completed with status: "
	lineIntegrationID = "AWS Integration Endpoint RequestId"
	lineTrace         = "X-ray Tracing ID"
	lineGatewayType   = "Gateway response type: "
	lineGatewayBody   = "Gateway response body: "
	lineGatewayHeader = "Gateway response headers: "
	linePolicy        = "Using valid authorizer policy for principal: "
	lineAuthorizedBy  = "Authorizer result body before parsing: "
)

var progress = []string{
	lineExtended, lineAuthorizer, lineAuthorized, lineVerifying, lineKey, linePlan, lineStart, lineMethod, linePath, lineQuery,
	lineHeaders, lineBody, lineURI, lineToHeaders, lineEvent, lineSending, lineReceived, lineFromHeaders, lineResult,
	lineResponseBody, lineResponse, lineSuccess, lineCompleted, lineIntegrationID, lineTrace, lineGatewayType,
	lineGatewayBody, lineGatewayHeader, linePolicy, lineAuthorizedBy,
}

// isProgress reports whether a line says how far a request got, and no more.
func isProgress(line string) bool {
	return slices.ContainsFunc(progress, func(start string) bool { return strings.HasPrefix(line, strings.TrimRight(start, " ")) })
}

// request is what the log has about one request.
type request struct {
	id    string
	input string
	lines []string
	rest  strings.Builder // of the last line, which goes on for several
	size  int
	ended int // the line of the input at which it was complete; 0 if it is not
}

// executionLine reads a line of an execution log that says so itself.
func (r *reader) executionLine(line string) bool {
	if !strings.Contains(line, "(") && !strings.Contains(line, " : ") && !strings.Contains(line, "Execution log") {
		return false
	}
	if m := testStart.FindStringSubmatch(line); m != nil {
		r.last = r.request(m[1], "test invocation")
		return true
	}
	if m := testLine.FindStringSubmatch(line); m != nil {
		q := r.last
		if q == nil || q.ended != 0 || strings.HasPrefix(m[1], lineStart) && len(q.lines) > 0 {
			q = r.request("", "test invocation")
		}
		r.add(q, m[1])
		return true
	}
	id, text, ok := event(line)
	if !ok {
		return false
	}
	if strings.HasPrefix(line, "EVENTS\t") {
		text = columnTail.ReplaceAllString(text, "")
	}
	if before, _, _ := strings.Cut(line, "("); strings.HasSuffix(before, `"`) { // in CSV
		text = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(text), `"`), `""`, `"`)
	}
	q, ok := r.requests[id]
	if !ok {
		if strings.HasPrefix(text, lineIntegrationID) || strings.HasPrefix(text, lineTrace) {
			r.knows()
			return true // of a request that is over
		}
		q = r.request(id, "execution log")
	}
	r.add(q, text)
	return true
}

// maxBefore is how much the tools that show logs put before a line.
const maxBefore = 300

// event returns the request id and the text of a line of an execution log.
func event(line string) (id, text string, ok bool) {
	place := eventID.FindStringSubmatchIndex(line[:min(len(line), maxBefore+60)])
	if place == nil || place[0] > maxBefore || place[0] > 0 && !strings.ContainsRune(" \t,\"|", rune(line[place[0]-1])) {
		return "", "", false
	}
	return line[place[2]:place[3]], line[place[1]:], true
}

// bareLine reads a line of an execution log of which somebody copied the text
// alone.
func (r *reader) bareLine(line string) bool {
	text := strings.TrimSpace(line)
	for _, start := range []string{"Execution failed due to ", "Lambda execution failed with ", "Lambda invocation failed with "} {
		if at := strings.Index(text, start); at > 0 {
			text = text[at:]
		}
	}
	if !isProgress(text) && len(rules.Find(rules.ExecutionLog, text)) == 0 && !strings.HasPrefix(text, "Execution failed due to ") {
		return false
	}
	q := r.last
	if q == nil || q.ended != 0 && !strings.HasPrefix(text, lineIntegrationID) && !strings.HasPrefix(text, lineTrace) {
		q = r.request("", "execution log")
	}
	r.add(q, text)
	return true
}

// continued reads a line that is the rest of the one before it.
func (r *reader) continued(line string) {
	q := r.last
	if q == nil || len(q.lines) == 0 || onlyTime.MatchString(line) || q.size > maxRequest || q.ended != 0 {
		return
	}
	line = columnTail.ReplaceAllString(line, "") // of the text form of aws logs
	q.size += len(line) + 1
	q.rest.WriteString("\n" + line)
}

// join puts the last line together.
func (q *request) join() {
	if q.rest.Len() > 0 {
		q.lines[len(q.lines)-1] += q.rest.String()
		q.rest.Reset()
	}
}

// request begins a request. Where too many are not complete, the first of them is
// explained as it is.
func (r *reader) request(id, input string) *request {
	if len(r.order) >= maxOpen {
		r.flush(r.order[0])
	}
	q := &request{id: id, input: input}
	if old, ok := r.requests[id]; ok && id != "" {
		r.flush(old)
	}
	r.order = append(r.order, q)
	if id != "" {
		r.requests[id] = q
	}
	r.knows()
	return q
}

func (r *reader) add(q *request, text string) {
	r.knows()
	r.last = q
	if strings.HasPrefix(text, lineCompleted) && q.ended == 0 {
		q.ended = r.lines
	}
	if len(text) > maxLine {
		text = text[:maxLine] + truncated
	}
	if q.size > maxRequest && (len(text) > maxEvent || q.size > 2*maxRequest) {
		return // what is short says more
	}
	q.size += len(text)
	q.join()
	q.lines = append(q.lines, strings.TrimRight(text, " \t\r"))
	if m, ok := strings.CutPrefix(text, lineStart); ok && q.id == "" {
		q.id = strings.TrimSpace(m)
		if _, taken := r.requests[q.id]; !taken && q.id != "" {
			r.requests[q.id] = q
		}
	}
}

// flush explains a request, and forgets it.
func (r *reader) flush(q *request) {
	r.show(q.explain())
	r.order = slices.DeleteFunc(r.order, func(other *request) bool { return other == q })
	if r.requests[q.id] == q {
		delete(r.requests, q.id)
	}
	if r.last == q {
		r.last = nil
	}
}

// flushLate explains requests that nothing more is to come for.
func (r *reader) flushLate() {
	for len(r.order) > 0 && r.order[0].ended != 0 && r.lines-r.order[0].ended > lateLines {
		r.flush(r.order[0])
	}
}

// after returns what follows the start of a line, of the first line that has it.
func (q *request) after(start string) (string, bool) {
	for _, line := range q.lines {
		if text, ok := strings.CutPrefix(line, start); ok {
			return text, true
		}
		if line == strings.TrimRight(start, " ") {
			return "", true
		}
	}
	return "", false
}

func (q *request) has(start string) bool {
	_, ok := q.after(start)
	return ok
}

// status returns what the client got; 0 if the log does not say it.
func (q *request) status() int {
	text, _ := q.after(lineCompleted)
	status, _ := strconv.Atoi(strings.TrimSpace(text))
	return status
}

// data reports whether the log has what was sent, and not only what happened.
func (q *request) data() bool {
	return q.has(linePath) || q.has(lineHeaders) || q.has(lineBody) || q.has(lineEvent) || q.has(lineResult)
}

// isProxyEvent reports whether an event is the one of a proxy integration.
func isProxyEvent(event string) bool {
	return strings.Contains(event, `"requestContext"`) && strings.Contains(event, `"httpMethod"`) ||
		strings.HasPrefix(event, `{"resource":`) || strings.HasPrefix(event, `{"resource" :`)
}

// explain says what the log has about the request.
func (q *request) explain() Explanation {
	q.join()
	e := Explanation{Input: q.input, ID: q.id, Steps: q.steps()}
	status := q.status()
	what := "a request"
	if method, ok := q.after(lineMethod); ok {
		what = quoted(strings.Replace(method, ", Resource Path: ", " ", 1))
	}
	switch {
	case status != 0:
		e.Title = fmt.Sprintf("%s → %d", what, status)
	default:
		e.Title = what + " → no end in this log"
		e.Unknown = append(e.Unknown, "what the client got: the log has no line \"Method completed with status\"")
	}
	q.causes(&e, status)
	q.unknown(&e, status)
	return e
}

// causes finds out why the request ended as it did.
func (q *request) causes(e *Explanation, status int) {
	found := q.narrow(rules.Find(rules.ExecutionLog, q.firstLines()...), status)
	result, hasResult := q.after(lineResult)
	if hasResult {
		found = first(rules.Find(rules.ResultText, result), found)
	}
	failure := ""
	for _, m := range found {
		if m.Rule.ID == "function-error" {
			failure = m.Values["errorMessage"]
		}
	}
	if failure != "" || strings.Contains(e.functionFailed(q), "X-Amz-Function-Error=") {
		// The rules about how a function ends say more than that it failed.
		more := rules.Find(rules.FunctionLog, slices.Concat(lines(failure), lines(result))...)
		if len(more) > 0 {
			byLikelihood(more)
			found = more[:1]
		}
	}
	malformed := slices.ContainsFunc(found, func(m rules.Match) bool { return m.Rule.ID == "missing-envelope" })
	switch {
	case malformed && hasResult && !slices.ContainsFunc(found, fromResult):
		if q.judge(e, result) {
			return
		}
	case len(found) == 0 && hasResult && q.has(lineSuccess):
		q.outcome(e, result, status)
		return
	case len(found) == 0 && hasResult && status == 0 && q.isProxy():
		q.judge(e, result)
		return
	case len(found) == 0 && status >= 400 && !q.has(lineSuccess) && !slices.ContainsFunc(q.lines, failing):
		found = q.narrow(slices.DeleteFunc(statuses(status), func(m rules.Match) bool { return m.Rule.Log != "" }), status)
	}
	e.Certain = len(found) == 1 || len(found) > 1 && (found[0].Weight > found[1].Weight || fromResult(found[0]))
	if e.Certain {
		found = found[:1]
	}
	e.Causes = causes(found)
}

// isProxy reports whether the log shows the event of a proxy integration.
func (q *request) isProxy() bool {
	event, _ := q.after(lineEvent)
	return isProxyEvent(event)
}

// fromResult reports whether a rule is about what Lambda returned in place of a
// result.
func fromResult(m rules.Match) bool {
	return m.Weight > 0 && (m.Rule.ID == "lambda-throttled" || m.Rule.ID == "function-not-found" || m.Rule.ID == "event-not-json")
}

// functionFailed returns the headers of Lambda's response.
func (e *Explanation) functionFailed(q *request) string {
	headers, _ := q.after(lineFromHeaders)
	return headers
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// firstLines returns the lines that the rulebook may know.
func (q *request) firstLines() []string {
	var list []string
	for _, line := range q.lines {
		if !strings.HasPrefix(line, lineKey) && isProgress(line) {
			continue
		}
		list = append(list, line)
	}
	return list
}

// narrow takes out the rules that the rest of the log speaks against. Where all
// would go, the log is not what the rules expect, and they stay.
func (q *request) narrow(found []rules.Match, status int) []rules.Match {
	byLikelihood(found)
	sent := q.has(lineSending) || q.has(lineReceived)
	binary := slices.ContainsFunc(q.lines, func(line string) bool { return strings.HasPrefix(line, lineBody+"[Binary Data]") })
	left := slices.DeleteFunc(slices.Clone(found), func(m rules.Match) bool {
		response, known := m.Rule.Response()
		switch {
		case known && status != 0 && response.Status != 0 && response.Status != status:
			return true
		case sent && (m.Rule.Box == rules.MethodRequest || m.Rule.Box == rules.Authorization || m.Rule.Box == rules.IntegrationRequest):
			return true
		case !sent && q.data() && q.has(lineCompleted) && (m.Rule.Box == rules.IntegrationResponse || m.Rule.Kind == rules.Situation):
			return m.Rule.ID != "integration-role-not-assumable"
		case q.isProxy() && m.Rule.Kind == rules.Failure && strings.HasPrefix(m.Rule.ID, "response-"):
			return true // these are about integrations without proxy
		}
		return false
	})
	if len(left) == 0 {
		return found
	}
	if binary {
		slices.SortStableFunc(left, func(a, b rules.Match) int {
			return boolInt(strings.HasSuffix(b.Rule.ID, "-binary")) - boolInt(strings.HasSuffix(a.Rule.ID, "-binary"))
		})
	}
	return left
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// judge says what is wrong with a result that API Gateway found malformed. It
// reports whether the result shows it.
func (q *request) judge(e *Explanation, result string) bool {
	text, isCut := strings.CutSuffix(strings.TrimSpace(result), strings.TrimSpace(truncated))
	if isCut {
		text = completed(strings.TrimRight(text, " "))
	}
	if text == "[Binary Data]" {
		return false
	}
	verdict := proxyresponse.Invocation{Payload: []byte(text)}.Check()
	if verdict.OK() {
		if isCut {
			e.Unknown = append(e.Unknown, "what is wrong with the function's result: the log cuts it off, and up to there it is right")
		}
		return false
	}
	for _, v := range verdict.Violations {
		e.Causes = append(e.Causes, violated(v))
	}
	e.Certain = true
	if isCut {
		e.Unknown = append(e.Unknown, "what else is wrong with the function's result: the log cuts it off")
	}
	return true
}

// outcome says what is odd about a request that got through.
func (q *request) outcome(e *Explanation, result string, status int) {
	event, _ := q.after(lineEvent)
	text, isCut := strings.CutSuffix(strings.TrimSpace(result), strings.TrimSpace(truncated))
	if isCut {
		text = completed(strings.TrimRight(text, " "))
	}
	body, hasBody := q.after(lineResponseBody)
	proxy := isProxyEvent(event) || event == "" && hasBody && strings.TrimSpace(body) != strings.TrimSpace(result)
	if proxy {
		for _, v := range (proxyresponse.Invocation{Payload: []byte(text)}).Check().Notes {
			e.Causes = append(e.Causes, violated(v))
		}
		e.Certain = len(e.Causes) > 0
		return
	}
	e.Causes = mappedCauses(text, strings.Contains(e.functionFailed(q), "X-Amz-Function-Error="), status)
	e.Certain = len(e.Causes) > 0
}

// steps says what the log shows of each box.
func (q *request) steps() []Step {
	var steps []Step
	say := func(box rules.Box, format string, values ...any) {
		steps = append(steps, Step{box, fmt.Sprintf(format, values...)})
	}
	if method, ok := q.after(lineMethod); ok {
		say(rules.MethodRequest, "the client called %s", quoted(strings.Replace(method, ", Resource Path: ", " ", 1)))
	} else if q.has(lineStart) {
		say(rules.MethodRequest, "the request came in")
	}
	if authorizer, ok := q.after(lineAuthorizer); ok {
		name, _, _ := strings.Cut(authorizer, " for request")
		if q.has(lineAuthorized) {
			say(rules.Authorization, "the authorizer %s let it through", quoted(name))
		} else {
			say(rules.Authorization, "the authorizer %s was asked", quoted(name))
		}
	} else if q.has(linePlan) {
		say(rules.Authorization, "it was let through")
	}
	if uri, ok := q.after(lineURI); ok {
		say(rules.IntegrationRequest, "it was made into a request to %s", backendName(uri))
	}
	if received, ok := q.after(lineReceived); ok {
		failed, _ := q.after(lineFromHeaders)
		if strings.Contains(failed, "X-Amz-Function-Error=") {
			say(rules.Backend, "it responded: %s; the function failed", quoted(received))
		} else {
			say(rules.Backend, "it responded: %s", quoted(received))
		}
	} else if uri, ok := q.after(lineSending); ok {
		say(rules.Backend, "%s was called, and the log has no response of it", backendName(uri))
	}
	if result, ok := q.after(lineResult); ok {
		say(rules.IntegrationResponse, "it got %s", quoted(result))
	}
	if body, ok := q.after(lineResponseBody); ok {
		say(rules.MethodResponse, "the client's body is %s", quoted(body))
	}
	if kind, ok := q.after(lineGatewayType); ok {
		say(rules.GatewayResponse, "API Gateway responded itself: %s", quoted(kind))
	}
	return steps
}

// backendName returns the function that a URI calls, or the URI.
func backendName(uri string) string {
	uri = quoted(uri)
	if _, arn, ok := strings.Cut(uri, "/functions/"); ok {
		return "the function " + strings.TrimSuffix(arn, "/invocations")
	}
	return uri
}

// unknown says what the log does not show.
func (q *request) unknown(e *Explanation, status int) {
	for _, line := range q.lines {
		if failing(line) && len(rules.Find(rules.ExecutionLog, line)) == 0 {
			e.Unknown = append(e.Unknown, "what this line means, for which the rulebook has no rule: "+quoted(line))
		}
	}
	resultRule := func(c Cause) bool {
		rule, _ := rules.Lookup(c.Rule)
		return rule.Kind == rules.Result
	}
	several := !e.Certain && len(e.Causes) > 1
	switch {
	case several && q.has(lineStart) && !q.data():
		e.Unknown = append(e.Unknown, "which of these it is: the log has no bodies and headers. Switch on full request and response logs (data tracing) of the stage")
	case several && len(e.Unknown) == 0 && slices.ContainsFunc(e.Causes, resultRule) && !q.has(lineResult):
		e.Unknown = append(e.Unknown, "which of these it is: the log has no line \"Endpoint response body before transformations\" with what the function returned")
	case several && len(e.Unknown) == 0 && e.Causes[0].Rule == "function-error":
		e.Unknown = append(e.Unknown, "where the function failed: its own log says it")
	case several && len(e.Unknown) == 0:
		e.Unknown = append(e.Unknown, "which of these it is: API Gateway writes the same line for all of them")
	case len(e.Causes) == 0 && len(e.Unknown) == 0 && status >= 400:
		e.Unknown = append(e.Unknown, "why: nothing in the log says that API Gateway failed, so the status is the function's or the backend's own; its log says more")
	}
}

// failing reports whether a line says that something failed.
func failing(line string) bool {
	return strings.HasPrefix(line, "Execution failed") || strings.HasPrefix(line, "Lambda execution failed") || strings.HasPrefix(line, "Lambda invocation failed")
}
