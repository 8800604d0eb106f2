package diagnose

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/apigw/internal/detect"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/vtl"
)

// integrationRequestDetectors are about what the backend was sent.
func integrationRequestDetectors() []func(*request) []Finding {
	return []func(*request) []Finding{preflightBinary, unusedTemplate, wrongNames, brokenEvent}
}

// preflightBinary finds that an API which takes all bodies as binary cannot make a
// preflight of its own.
func preflightBinary(q *request) []Finding {
	if q.method.Integration != "MOCK" || q.method.ContentHandling == "CONVERT_TO_TEXT" || q.Failure == nil ||
		!slices.Contains(q.api.BinaryMediaTypes, "*/*") || q.IntegrationRequest == nil || q.IntegrationRequest.Template == "" || q.IntegrationResponse != nil {
		return nil
	}
	return q.covering(rules.Of("mock-preflight-binary"), "request-template-binary")
}

// unusedTemplate finds that none of the request templates was for the request's
// Content-Type. Where the body is JSON and all went well, that is as it should be.
func unusedTemplate(q *request) []Finding {
	templates := q.method.RequestTemplates
	if len(templates) == 0 || q.IntegrationRequest == nil || q.IntegrationRequest.Template != "" || isProxy(q.method.Integration) ||
		q.Failure != nil && q.Failure.Type == "UNSUPPORTED_MEDIA_TYPE" {
		return nil
	}
	contentType, _, _ := strings.Cut(q.header("Content-Type"), ";")
	contentType = strings.TrimSpace(contentType)
	if contentType == "" {
		contentType = "application/json"
	}
	var types []string
	for _, t := range templates {
		if strings.EqualFold(t.MediaType, contentType) || t.MediaType == "$default" {
			return nil
		}
		types = append(types, t.MediaType)
	}
	if q.Failure == nil && (contentType == "application/json" || q.method.Integration != "AWS") {
		return nil
	}
	f := q.found(rules.Of("template-not-used", "type", contentType, "types", strings.Join(types, ", ")))
	if q.IntegrationResponse == nil || q.Failure != nil { // the request did not get behind it
		f.covers = []string{"mock-status-missing", "event-not-json"}
	}
	return []Finding{f}
}

func isProxy(integration string) bool { return strings.HasSuffix(integration, "_PROXY") }

// header returns a header of the client's request.
func (q *request) header(name string) string { return first(q.MethodRequest.Header, name) }

// wrongNames finds names in the templates of a request that nothing sets, and what is
// not a directive.
func wrongNames(q *request) (found []Finding) {
	if q.thrown != nil {
		return nil // the function has its own reason
	}
	for _, t := range q.templatesUsed() {
		check := checkedNames.of(t)
		if err := check.err; err != nil {
			if q.Failure == nil {
				continue
			}
			f := q.found(rules.Of("template-does-not-parse", "problem", cut(err.Error())))
			f.Place = t.Name
			if wrong, ok := errors.AsType[*vtl.ParseError](err); ok {
				f.setPlace(t, wrong.Place)
				f.Detail = wrong.Snippet()
			}
			f.covers = []string{"request-template-failed", "response-template-failed"}
			found = append(found, f)
			continue
		}
		for _, each := range check.found {
			f := q.found(each.Use)
			f.setPlace(t, vtl.PlaceOf(each.Node))
			f.covers = []string{"template-reference-empty"}
			found = append(found, f)
		}
	}
	return found
}

// setPlace sets the place in a template.
func (f *Finding) setPlace(t record.Template, at vtl.Place) {
	f.Place = fmt.Sprintf("%s:%d:%d", t.Name, at.Line, at.Column)
	f.template, f.line = &t, at.Line
}

// Locate sets the places of findings that are in a mapping template to file and line,
// if a file of the app has the template's text. The files are looked for below root.
func Locate(found []Finding, root string) {
	sources := detect.Sources{Root: root}
	for i := range found {
		f := &found[i]
		if f.template == nil {
			continue
		}
		if file, line := sources.Find(f.template.Text, f.line); file != "" {
			f.Place = rules.Printable(fmt.Sprintf("%s:%d", file, line))
		}
	}
}

// templatesUsed returns the templates that made the request of the backend and the
// response.
func (q *request) templatesUsed() (list []record.Template) {
	add := func(from []record.Template, mediaType string) {
		for _, t := range from {
			if mediaType != "" && t.MediaType == mediaType {
				list = append(list, t)
			}
		}
	}
	if q.IntegrationRequest != nil {
		add(q.method.RequestTemplates, q.IntegrationRequest.Template)
	}
	if r := q.chosen(); r != nil {
		add(r.Templates, q.IntegrationResponse.Template)
	}
	return list
}

// brokenEvent finds where the event breaks that a request template made, and what in
// the template breaks it.
func brokenEvent(q *request) []Finding {
	if q.method.Integration != "AWS" || q.function == nil || q.IntegrationRequest == nil || q.IntegrationRequest.Binary { // other services take forms and more
		return nil
	}
	body := q.IntegrationRequest.Body
	if len(body) < q.IntegrationRequest.BodySize || len(body) == 0 || json.Valid(body) {
		return nil
	}
	f := q.found(rules.Of("event-not-json"))
	f.Detail = whereJSONBreaks(body)
	f.Place = "the body of the request"
	if t := q.IntegrationRequest.Template; t != "" {
		f.Place = "what the request template " + t + " makes"
	}
	found := []Finding{f}
	for _, t := range q.templatesUsed() {
		parsed, err := vtl.Parse(t.Name, t.Text)
		if err != nil {
			continue
		}
		for _, each := range detect.Quotes(parsed.Root(), true) {
			more := q.found(each.Use)
			more.setPlace(t, vtl.PlaceOf(each.Node))
			found = append(found, more)
		}
	}
	return found
}

// whereJSONBreaks returns the line of a text where it is not JSON any more, with what
// is wrong there.
func whereJSONBreaks(text []byte) string {
	var value any
	err := json.Unmarshal(text, &value)
	wrong, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return ""
	}
	at := min(max(int(wrong.Offset)-1, 0), len(text))
	before := string(text[:at])
	line := 1 + strings.Count(before, "\n")
	start := strings.LastIndexByte(before, '\n') + 1
	end := strings.IndexByte(string(text[at:]), '\n')
	if end < 0 {
		end = len(text) - at
	}
	whole := string(text[max(start, at-60):min(at+end, at+60)])
	column := len([]rune(before[start:])) + 1
	return fmt.Sprintf("line %d, column %d: %s\n%s\n%s^", line, column, wrong.Error(),
		strings.ReplaceAll(whole, "\t", " "), strings.Repeat(" ", len([]rune(string(text[max(start, at-60):at])))))
}
