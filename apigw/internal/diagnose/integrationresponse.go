package diagnose

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/detect"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/java/regex"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/vtl"
)

// integrationResponseDetectors are about which integration response was chosen, and
// what it made of a function's result.
func integrationResponseDetectors() []func(*request) []Finding {
	return []func(*request) []Finding{
		successMatched, errorTakenForSuccess, envelopeAsBody, otherDoorInResult, errorUnmatched, noDefault, doubleEncoded, base64AsBody, brokenBody, bodyWithoutJSON, undeclaredHeaders, unsetHeaders, renamedHeaders,
	}
}

// chosen returns the integration response that was chosen; nil without one.
func (q *request) chosen() *record.Response {
	if q.IntegrationResponse == nil || q.IntegrationResponse.SelectionPattern == nil {
		return nil
	}
	var found *record.Response
	for i := range q.method.Responses {
		r := &q.method.Responses[i]
		if r.Pattern == *q.IntegrationResponse.SelectionPattern && (found == nil || r.Status == strconv.Itoa(q.Status)) {
			found = r
		}
	}
	return found
}

// mapped reports whether a function ran behind an integration with mappings.
func (q *request) mapped() bool { return q.method.Integration == "AWS" && q.FunctionResult != nil }

// successMatched finds that a success was taken for an error, since the pattern of an
// integration response matches the empty text.
func successMatched(q *request) []Finding {
	r := q.chosen()
	if !q.mapped() || q.thrown != nil || r == nil || r.Pattern == "" || isSuccess(r) || q.hasMember("errorMessage") {
		return nil
	}
	return q.one(rules.Of("pattern-matches-success", "pattern", r.Pattern, "status", r.Status))
}

// isSuccess reports whether an integration response has the status of a success.
func isSuccess(r *record.Response) bool { return strings.HasPrefix(r.Status, "2") }

// errorTakenForSuccess finds that the pattern of a success matches the error of a
// function, too.
func errorTakenForSuccess(q *request) []Finding {
	r := q.chosen()
	if !q.mapped() || q.thrown == nil || r == nil || r.Pattern == "" || !isSuccess(r) {
		return nil
	}
	f := q.found(rules.Of("error-matches-success-pattern", "message", quoted(q.thrown.message), "pattern", r.Pattern, "status", r.Status))
	f.Got = quoted(q.thrown.message)
	return []Finding{f}
}

// envelopeAsBody finds a function that returns envelopes behind an integration with
// mappings.
func envelopeAsBody(q *request) []Finding {
	if !q.mapped() || !isEnvelope(q.result) || q.templateReads("statusCode") {
		return nil
	}
	f := q.found(rules.Of("proxy-off-for-envelope"))
	f.Path, f.Got = "$", cut(string(q.FunctionResult.Payload))
	f.covers = []string{"selection-pattern-none-matches", "default-response-missing", "pattern-matches-success"}
	return []Finding{f}
}

// otherDoorInResult finds the words of a function that was written for the event of the
// other kind of integration in its result, where it caught the error itself.
func otherDoorInResult(q *request) []Finding {
	if q.FunctionResult == nil || q.thrown != nil {
		return nil
	}
	const enough = 4 << 10
	payload := q.FunctionResult.Payload[:min(len(q.FunctionResult.Payload), enough)]
	var rule rules.Use
	switch {
	case q.method.Integration == "AWS" && bytes.Contains(payload, []byte("cannot unmarshal")) && wantsProxyEvent.Match(payload):
		rule = rules.Of("mapped-event-in-proxy-function")
	case q.method.Integration == "AWS_PROXY" && bytes.Contains(payload, []byte("unknown field")) && wantsMappedEvent.Match(bytes.ReplaceAll(payload, []byte(`\`), nil)):
		rule = rules.Of("proxy-event-in-mapped-function")
	default:
		return nil
	}
	f := q.found(rule)
	f.Path, f.Got = "$", cut(string(payload))
	return []Finding{f}
}

// isEnvelope reports whether an object has a status and something that goes with it,
// and nothing else.
func isEnvelope(members []member) bool {
	hasStatus := false
	for _, m := range members {
		if !slices.Contains(envelopeKeys, m.name) {
			return false
		}
		hasStatus = hasStatus || m.name == "statusCode"
	}
	return hasStatus && len(members) > 1
}

// templateReads reports whether the template that made the response has a word.
func (q *request) templateReads(word string) bool {
	if q.IntegrationResponse == nil || q.IntegrationResponse.Template == "" {
		return false
	}
	return slices.ContainsFunc(q.templatesUsed(), func(t record.Template) bool { return strings.Contains(t.Text, word) })
}

// brokenBody finds a response template that was to make JSON, and what in it breaks
// that.
func brokenBody(q *request) []Finding {
	r := q.chosen()
	body := q.MethodResponse.Body
	if r == nil || q.Failure != nil || isProxy(q.method.Integration) || q.IntegrationResponse.Template == "" ||
		len(body) < q.MethodResponse.BodySize || !strings.Contains(first(q.MethodResponse.Header, "Content-Type"), "json") {
		return nil
	}
	use, excerpt := detect.Output(string(body))
	if use.IsZero() {
		return nil
	}
	var found []Finding
	for _, t := range r.Templates {
		parsed, err := vtl.Parse(t.Name, t.Text)
		if err != nil || t.MediaType != q.IntegrationResponse.Template {
			continue
		}
		for _, each := range detect.Quotes(parsed.Root(), false) {
			f := q.found(each.Use)
			f.setPlace(t, vtl.PlaceOf(each.Node))
			f.Box, f.Detail = rules.IntegrationResponse, excerpt
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		f := q.found(use)
		f.Place, f.Box, f.Detail = "what the response template "+q.IntegrationResponse.Template+" makes", rules.IntegrationResponse, excerpt
		found = append(found, f)
	}
	return found
}

// bodyWithoutJSON finds a mapped body that is not JSON, and does not begin like it either,
// under a Content-Type that says so.
func bodyWithoutJSON(q *request) []Finding {
	contentType := first(q.MethodResponse.Header, "Content-Type")
	body := q.MethodResponse.Body
	if q.chosen() == nil || q.Failure != nil || isProxy(q.method.Integration) || q.MethodResponse.Binary ||
		len(body) == 0 || len(body) < q.MethodResponse.BodySize || !strings.Contains(contentType, "json") || json.Valid(body) {
		return nil
	}
	if use, _ := detect.Output(string(body)); !use.IsZero() && q.IntegrationResponse.Template != "" {
		return nil // what breaks it is said
	}
	f := q.found(rules.Of("mapped-body-not-json", "type", contentType))
	f.Path, f.Got = "$", cut(string(body))
	return []Finding{f}
}

// unsetHeaders finds headers that the method response declares and that the client does
// not get, since no mapping and no template sets them.
func unsetHeaders(q *request) (found []Finding) {
	r := q.chosen()
	if r == nil || q.Failure != nil || isProxy(q.method.Integration) || q.method.HTTPMethod == "OPTIONS" { // what browsers miss is said
		return nil
	}
	i := slices.IndexFunc(q.method.Declared, func(d record.Declared) bool { return d.Status == r.Status })
	if i < 0 || strconv.Itoa(q.Status) != r.Status {
		return nil
	}
	for _, name := range q.method.Declared[i].Headers {
		mapped := slices.ContainsFunc(r.Headers, func(h record.HeaderMapping) bool { return strings.EqualFold(h.Name, name) })
		if !mapped && first(q.MethodResponse.Header, name) == "" {
			found = append(found, q.found(rules.Of("declared-header-unset", "status", r.Status, "header", name)))
		}
	}
	return found
}

// errorUnmatched finds why no selection pattern matched the error of a function.
func errorUnmatched(q *request) []Finding {
	if !q.mapped() || q.thrown == nil || q.chosen() != nil && q.chosen().Pattern != "" {
		return nil
	}
	const general = "selection-pattern-none-matches"
	status, patterns := "", 0
	for _, r := range q.method.Responses {
		if r.Pattern == "" {
			status = r.Status
			continue
		}
		if matchesAll(r.Pattern, q.thrown.message) {
			return nil // it was chosen, and the response failed later
		}
		patterns++
		if use := WhyUnmatched(r, q.thrown.message, q.thrown.kind); !use.IsZero() {
			f := q.found(use)
			f.Place, f.Got, f.covers = q.placeOfFailure(), quoted(q.thrown.message), []string{general}
			return []Finding{f}
		}
	}
	var use rules.Use
	switch {
	case patterns > 0 && status == "":
		return nil // the gateway says so
	case patterns > 0:
		use = rules.Of("error-matches-no-pattern", "message", quoted(q.thrown.message), "status", status)
	case len(q.method.Responses) > 0:
		use = rules.Of("mapped-error-is-200")
	}
	if use.IsZero() {
		return nil
	}
	f := q.found(use)
	f.Place, f.Got = q.placeOfFailure(), quoted(q.thrown.message)
	return []Finding{f}
}

// bracket is an opening bracket that is not escaped.
var bracket = regexp.MustCompile(`(^|[^\\])\[`)

// WhyUnmatched returns why a pattern does not match the message of an error of some
// type although it nearly does; the zero value if it does not at all.
func WhyUnmatched(r record.Response, message, kind string) rules.Use {
	compiled, err := regex.Compile(r.Pattern)
	if err != nil {
		return rules.Use{}
	}
	const enough = 2000 // of a message, to see what nearly matches it
	if len(message) > enough {
		message = strings.ToValidUTF8(message[:enough], "")
	}
	if _, err := compiled.Matches(message); err != nil {
		return rules.Use{} // trying others takes as long
	}
	static := detect.Pattern(r.Status, r.Pattern, compiled)
	beginning := strings.TrimPrefix(strings.TrimRight(r.Pattern, "*"), "^")
	switch {
	case static.ID() == "pattern-is-status":
		return static
	case static.ID() == "pattern-is-prefix" && strings.HasPrefix(message, unescaped(beginning)):
		return static
	case matchesAll("(?s)"+r.Pattern, message):
		return rules.Of("pattern-stops-at-line-break", "pattern", r.Pattern, "status", r.Status)
	case matchesAll("(?si)"+r.Pattern, message):
		return rules.Of("pattern-letter-case", "pattern", r.Pattern, "status", r.Status, "message", quoted(message))
	case strings.Contains(r.Pattern, `\\`) && matchesAll("(?s)"+strings.ReplaceAll(r.Pattern, `\\`, `\`), message):
		return rules.Of("pattern-escaped-twice", "pattern", r.Pattern, "status", r.Status)
	case bracket.MatchString(r.Pattern) && matchesAll("(?s)"+escapeBrackets(r.Pattern), message):
		return rules.Of("pattern-brackets", "pattern", r.Pattern, "status", r.Status)
	case matchesAll("(?s).*?(?:"+strings.TrimSuffix(strings.TrimPrefix(r.Pattern, "^"), "$")+").*", message):
		return rules.Of("pattern-is-part", "pattern", r.Pattern, "status", r.Status, "message", quoted(message))
	case kind != "" && matchesAll("(?s)"+r.Pattern, kind):
		return rules.Of("pattern-is-type", "pattern", r.Pattern, "status", r.Status, "type", quoted(kind))
	}
	return rules.Use{}
}

// unescaped returns the text that a pattern without special characters stands for.
func unescaped(pattern string) string { return strings.ReplaceAll(pattern, `\`, "") }

// escapeBrackets returns a pattern whose brackets stand for themselves.
func escapeBrackets(pattern string) string {
	var out strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			out.WriteByte(pattern[i])
			i++
			if i == len(pattern) {
				return out.String()
			}
		case '[', ']':
			out.WriteByte('\\')
		}
		out.WriteByte(pattern[i])
	}
	return out.String()
}

func matchesAll(pattern, message string) bool {
	compiled, err := regex.Compile(pattern)
	if err != nil {
		return false
	}
	matches, err := compiled.Matches(message)
	return err == nil && matches
}

// noDefault finds that a success has no integration response, since all have patterns.
func noDefault(q *request) []Finding {
	if !q.mapped() || q.Failure == nil || q.IntegrationResponse == nil || q.IntegrationResponse.SelectionPattern != nil || !strings.Contains(q.Failure.Log, "No match for output mapping") {
		return nil
	}
	switch {
	case len(q.method.Responses) == 0:
		return q.covering(rules.Of("integration-responses-missing"), "selection-pattern-none-matches")
	case q.thrown == nil:
		return q.covering(rules.Of("default-response-missing"), "selection-pattern-none-matches")
	}
	return nil
}

// text returns the function's result if it is a JSON text that was not cut off, and
// that no template has changed.
func (q *request) text() string {
	var text string
	if !q.mapped() || q.thrown != nil || q.Failure != nil || q.IntegrationResponse == nil || q.IntegrationResponse.Template != "" ||
		json.Unmarshal(q.FunctionResult.Payload, &text) != nil {
		return ""
	}
	return text
}

// doubleEncoded finds a function that returns JSON as a text.
func doubleEncoded(q *request) []Finding {
	text := strings.TrimSpace(q.text())
	if text == "" || text[0] != '{' && text[0] != '[' || !json.Valid([]byte(text)) {
		return nil
	}
	f := q.found(rules.Of("mapped-body-double-encoded"))
	f.Path, f.Got = "$", quoted(text)
	return []Finding{f}
}

// base64AsBody finds a function that returns something binary as base64, which nothing
// decodes.
func base64AsBody(q *request) []Finding {
	if q.MethodResponse.Binary || !isBinaryBase64(q.text()) {
		return nil
	}
	f := q.found(rules.Of("mapped-base64-body"))
	f.Path, f.Got = "$", quoted(q.text())
	return []Finding{f}
}

// undeclaredHeaders finds headers that the method response does not declare. They are
// sent here, and could not be deployed.
func undeclaredHeaders(q *request) (found []Finding) {
	r := q.chosen()
	if r == nil {
		return nil
	}
	i := slices.IndexFunc(q.method.Declared, func(d record.Declared) bool { return d.Status == r.Status })
	if i < 0 {
		return nil
	}
	for _, h := range r.Headers {
		if !slices.ContainsFunc(q.method.Declared[i].Headers, func(name string) bool { return strings.EqualFold(name, h.Name) }) {
			found = append(found, q.found(rules.Of("mapping-header-undeclared", "status", r.Status, "target", "method.response.header."+h.Name)))
		}
	}
	return found
}

// renamedHeaders finds headers that the client gets under another name.
func renamedHeaders(q *request) (found []Finding) {
	r := q.chosen()
	if r == nil {
		return nil
	}
	for _, h := range r.Headers {
		if first(q.MethodResponse.Header, "x-amzn-Remapped-"+h.Name) != "" || strings.EqualFold(h.Name, "Transfer-Encoding") {
			found = append(found, q.found(rules.Of("response-header-renamed", "status", r.Status, "header", fmt.Sprint(h.Name))))
		}
	}
	return found
}
