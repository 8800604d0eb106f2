package gateway

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/java/regex"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

// integrationResponse is what comes out of the third box.
type integrationResponse struct {
	client     clientResponse
	trace      bool                      // the header X-Amzn-Trace-Id goes with it
	chosen     bool                      // an integration response was chosen
	pattern    string                    // that chose it; empty for the default
	template   string                    // media type of the template that makes the body; empty if none does
	input      []byte                    // that the template reads
	violations []proxyresponse.Violation // what is wrong, or odd, in the function's result
	notes      []rules.Use               // what selection patterns and templates asked for in vain
}

// responseMapping makes the integration response where there is no proxy
// integration: it matches selection patterns, sets headers and renders a template.
type responseMapping struct {
	entries  []responseEntry     // in the order in which they are tried
	declared []string            // statuses of the method responses
	models   map[string][]string // media types of their models, sorted, by status
}

// responseEntry is one integration response.
type responseEntry struct {
	status      int
	statusText  string
	pattern     *regex.Regexp // nil is the default response
	patternText string
	handling    string
	parameters  []parameterMapping
	templates   []mappingTemplate
}

// responseMapping prepares the integration responses: those with a pattern by
// their status, the default last. (Of two that match, the lower status won where
// it was recorded: test_lambda_selection_patterns.)
func (d *deployer) responseMapping(m *method) responseMapping {
	r := responseMapping{models: map[string][]string{}}
	for _, response := range m.Responses {
		r.declared = append(r.declared, response.StatusCode)
		if len(response.Models) > 0 {
			r.models[response.StatusCode] = slices.Sorted(maps.Keys(response.Models))
		}
	}
	if len(m.Integration.Responses) == 0 {
		d.noIntegrationResponses(m)
	}
	for _, definition := range m.Integration.Responses {
		entry, wrong := d.responseEntry(m, definition)
		if !wrong.IsZero() {
			d.integrationResponseUnusable(m, wrong)
			continue
		}
		if !slices.Contains(r.declared, definition.StatusCode) {
			d.methodResponseMissing(m, definition.StatusCode)
		}
		r.entries = append(r.entries, entry)
	}
	slices.SortStableFunc(r.entries, func(a, b responseEntry) int {
		return precedence(a.pattern != nil, b.pattern != nil, a.status, b.status)
	})
	return r
}

// precedence compares two integration responses by the order in which they are tried.
func precedence(aPattern, bPattern bool, aStatus, bStatus int) int {
	switch {
	case !aPattern && bPattern:
		return 1
	case aPattern && !bPattern:
		return -1
	}
	return cmp.Compare(aStatus, bStatus)
}

// Trial is an integration response whose selection pattern was tried with a text.
type Trial struct {
	Index   int // in the list that was tried
	Matches bool
	Err     error // the pattern cannot be read, or took too long
}

// Try matches the selection patterns of integration responses with a text, in the order
// in which a method tries them. It goes on behind the first that matches; a default
// response matches every text.
func Try(list []assembly.IntegrationResponse, text string) []Trial {
	trials := make([]Trial, len(list))
	for i, response := range list {
		trials[i] = Trial{Index: i, Matches: response.SelectionPattern == ""}
		if trials[i].Matches {
			continue
		}
		pattern, err := regex.Compile(response.SelectionPattern)
		if trials[i].Err = err; err == nil {
			trials[i].Matches, trials[i].Err = pattern.Matches(text)
		}
	}
	status := func(t Trial) int {
		n, _ := strconv.Atoi(list[t.Index].StatusCode) // what is not a status is not tried at all
		return n
	}
	slices.SortStableFunc(trials, func(a, b Trial) int {
		return precedence(list[a.Index].SelectionPattern != "", list[b.Index].SelectionPattern != "", status(a), status(b))
	})
	return trials
}

func (d *deployer) responseEntry(m *method, definition assembly.IntegrationResponse) (responseEntry, rules.Use) {
	status, err := strconv.Atoi(definition.StatusCode)
	if err != nil || status < 200 || status > 599 {
		return responseEntry{}, rules.Of("status-not-a-number", "status", definition.StatusCode)
	}
	e := responseEntry{
		status: status, statusText: definition.StatusCode, patternText: definition.SelectionPattern, handling: definition.ContentHandling,
		parameters: d.parameters(m, definition.Parameters, mapping.ParseResponseSource),
		templates:  d.templates(m, "response "+definition.StatusCode+" template", definition.Templates),
	}
	if definition.SelectionPattern != "" {
		if e.pattern, err = regex.Compile(definition.SelectionPattern); err != nil {
			return e, rules.Of("selection-pattern-invalid", "status", definition.StatusCode, "problem", err)
		}
	}
	return e, rules.Use{}
}

// apply turns the backend's response into the integration response.
func (r *responseMapping) apply(ctx context.Context, in *methodRequest, mapped *mapping.Exchange, back *backendResponse) (out integrationResponse, failure *gatewayresponse.Error) {
	entry, notes, failure := r.choose(back)
	out.notes = notes
	if failure != nil {
		return out, failure
	}
	out.chosen, out.pattern = true, entry.patternText
	binaryTypes := in.address.stage.api.BinaryMediaTypes
	body, failure := responsePayload(back.body, isBinary(back.contentType, binaryTypes), acceptsBinary(in.accept, binaryTypes), entry.handling)
	if failure != nil {
		return out, failure
	}
	var headers mapping.Params
	for _, p := range entry.parameters {
		values, err := mapped.ResponseValues(ctx, p.source, back.header, string(body.data))
		if err != nil {
			return out, responseFailed(ctx, in.method.timeout, rules.Of("response-mapping-failed", "problem", err), err)
		}
		if values != nil {
			headers = setHeader(headers, p.target.Name, values)
		}
	}
	if t := chooseResponseTemplate(entry.templates, in.accept); t != nil && (t.parsed != nil || t.err != nil) {
		out.template, out.input = t.mediaType, body.data
		var notes []mapping.Note
		body, notes, failure = renderResponse(ctx, in.method.timeout, mapped, t, body)
		if failure != nil {
			return out, failure
		}
		for _, note := range notes {
			out.notes = append(out.notes, rules.Of("template-reference-empty", "box", "response", "reference", note.Reference, "hint", note.Hint))
		}
	}
	overrides := mapped.Overrides()
	for _, o := range overrides.ResponseHeader {
		headers = setHeader(headers, o.Name, o.Values)
	}
	for _, problem := range overrides.Ignored {
		out.notes = append(out.notes, rules.Of("override-ignored", "problem", problem))
	}
	out.client = clientResponse{status: entry.status, header: clientHeaders(headers, remapped, r.contentType(entry.statusText, out.template)), body: body.data, binary: body.binary}
	out.trace = true
	if overrides.Status != 0 {
		out.client.status = overrides.Status
	}
	return out, nil
}

// choose picks the integration response: the first whose selection pattern matches,
// else the default. Notes are about patterns that cannot be matched.
func (r *responseMapping) choose(back *backendResponse) (chosen *responseEntry, notes []rules.Use, failure *gatewayresponse.Error) {
	for i := range r.entries {
		entry := &r.entries[i]
		if entry.pattern != nil {
			matches, err := entry.pattern.Matches(back.selector)
			if err != nil {
				notes = append(notes, rules.Of("selection-pattern-given-up", "pattern", entry.patternText, "problem", err))
			}
			if !matches {
				continue
			}
		}
		if !slices.Contains(r.declared, entry.statusText) {
			return nil, notes, gatewayresponse.NoMethodResponse(entry.statusText)
		}
		return entry, notes, nil
	}
	return nil, notes, gatewayresponse.NoIntegrationResponse(back.status, back.selector)
}

// chooseResponseTemplate picks the template by the first media type that the
// client accepts. If none is for it, application/json goes before the first.
func chooseResponseTemplate(templates []mappingTemplate, accept string) *mappingTemplate {
	if len(templates) == 0 {
		return nil
	}
	first, _, _ := strings.Cut(accept, ",")
	if t := findTemplate(templates, mediaType(first)); t != nil {
		return t
	}
	if t := findTemplate(templates, "application/json"); t != nil {
		return t
	}
	return &templates[0]
}

func renderResponse(ctx context.Context, timeout time.Duration, mapped *mapping.Exchange, t *mappingTemplate, body payload) (payload, []mapping.Note, *gatewayresponse.Error) {
	switch {
	case t.err != nil:
		return payload{}, nil, gatewayresponse.UntransformableResponse(rules.Of("response-template-failed", "problem", t.err), t.err)
	case body.binary:
		return payload{}, nil, gatewayresponse.UntransformableResponse(rules.Of("response-template-binary"), nil)
	}
	output, err := mapped.RenderResponse(ctx, t.parsed, string(body.data))
	if err != nil {
		return payload{}, nil, responseFailed(ctx, timeout, rules.Of("response-template-failed", "problem", err), err)
	}
	return payload{data: []byte(output.Text)}, output.Notes, nil
}

func responseFailed(ctx context.Context, timeout time.Duration, rule rules.Use, err error) *gatewayresponse.Error {
	if ctx.Err() != nil {
		return gatewayresponse.IntegrationTimeout(rules.Of("template-too-slow", "timeout", timeout), err)
	}
	return overriddenTwice(gatewayresponse.UntransformableResponse(rule, err), err)
}

// overriddenTwice names the rule about a template that sets an override twice.
func overriddenTwice(failure *gatewayresponse.Error, err error) *gatewayresponse.Error {
	if twice, ok := errors.AsType[*mapping.OverrideError](err); ok {
		return failure.By(rules.Of("override-twice", "name", twice.Name))
	}
	return failure
}

// contentType returns the Content-Type of a response for which nothing sets one: the
// media type of the method response's model, whatever the template is for
// (published). Of several it is that of the template, else the first.
func (r *responseMapping) contentType(status, template string) string {
	types := r.models[status]
	switch {
	case len(types) == 0:
		return "application/json"
	case slices.Contains(types, template):
		return template
	}
	return types[0]
}

// clientHeaders renames the headers that belong to the gateway, and sees to a
// Content-Type, which is the given one where no header is it.
func clientHeaders(headers mapping.Params, rename func(string) string, contentType string) proxyresponse.Header {
	out := make(proxyresponse.Header, 0, len(headers)+2)
	hasType := false
	for _, p := range headers {
		name := rename(p.Name)
		if name == "" {
			continue
		}
		hasType = hasType || strings.EqualFold(name, "Content-Type")
		out = append(out, proxyresponse.Field{Name: name, Values: p.Values})
	}
	if !hasType {
		out = append(out, proxyresponse.Field{Name: "Content-Type", Values: []string{contentType}})
	}
	return out
}
