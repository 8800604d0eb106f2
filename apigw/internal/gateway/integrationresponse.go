package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/java/regex"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/proxyresponse"
)

// responseMapping is the third and the fourth box of an integration without
// proxy: it makes the client's answer of the backend's.
type responseMapping struct {
	entries  []responseEntry // in the order in which they are tried
	declared []string        // statuses of the method responses
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

// backendAnswer is what a backend gave back.
type backendAnswer struct {
	selector    string // that selection patterns must match
	status      int
	header      mapping.Params
	contentType string
	body        []byte
}

// responseMapping prepares the integration responses: those with a pattern by
// their status, the default last. (Of two that match, the lower status won where
// it was recorded: test_lambda_selection_patterns.)
func (d *deployer) responseMapping(m *method) responseMapping {
	var r responseMapping
	for _, response := range m.Responses {
		r.declared = append(r.declared, response.StatusCode)
	}
	if len(m.Integration.Responses) == 0 {
		d.notice(m.Path, "the integration has no integration responses; every call answers 500")
	}
	for _, definition := range m.Integration.Responses {
		entry, err := d.responseEntry(m, definition)
		if err != nil {
			d.notice(m.Path, "the integration response %s is never used: %v", definition.StatusCode, err)
			continue
		}
		if !slices.Contains(r.declared, definition.StatusCode) {
			d.notice(m.Path, "the integration response %s has no method response of that status; calls that it is chosen for answer 500", definition.StatusCode)
		}
		r.entries = append(r.entries, entry)
	}
	slices.SortStableFunc(r.entries, func(a, b responseEntry) int {
		switch {
		case a.pattern == nil && b.pattern != nil:
			return 1
		case a.pattern != nil && b.pattern == nil:
			return -1
		}
		return cmp.Compare(a.status, b.status)
	})
	return r
}

func (d *deployer) responseEntry(m *method, definition assembly.IntegrationResponse) (responseEntry, error) {
	status, err := strconv.Atoi(definition.StatusCode)
	if err != nil || status < 200 || status > 599 {
		return responseEntry{}, fmt.Errorf("%q is no status from 200 to 599", definition.StatusCode)
	}
	e := responseEntry{
		status: status, statusText: definition.StatusCode, patternText: definition.SelectionPattern, handling: definition.ContentHandling,
		parameters: d.parameters(m, definition.Parameters, mapping.ParseResponseSource),
		templates:  d.templates(m, "response "+definition.StatusCode+" template", definition.Templates),
	}
	if definition.SelectionPattern != "" {
		if e.pattern, err = regex.Compile(definition.SelectionPattern); err != nil {
			return e, fmt.Errorf("its selection pattern: %w", err)
		}
	}
	return e, nil
}

// apply makes the client's answer.
func (r *responseMapping) apply(ctx context.Context, c *call, call *mapping.Exchange, answer backendAnswer) (clientResponse, *gatewayresponse.Error) {
	entry, failure := r.choose(c, answer)
	if failure != nil {
		return clientResponse{}, failure
	}
	c.record.selected(entry.patternText)
	binaryTypes := c.address.stage.api.BinaryMediaTypes
	body, failure := responsePayload(answer.body, isBinary(answer.contentType, binaryTypes), acceptsBinary(c.request.accept, binaryTypes), entry.handling)
	if failure != nil {
		return clientResponse{}, failure
	}
	var headers mapping.Params
	for _, p := range entry.parameters {
		values, err := call.ResponseValues(ctx, p.source, answer.header, string(body.data))
		if err != nil {
			return clientResponse{}, responseFailed(ctx, err)
		}
		if values != nil {
			headers = setHeader(headers, p.target.Name, values)
		}
	}
	if t := chooseResponseTemplate(entry.templates, c.request.accept); t != nil && (t.parsed != nil || t.err != nil) {
		if body, failure = renderResponse(ctx, c, call, t, body); failure != nil {
			return clientResponse{}, failure
		}
		c.record.responseTemplate(t.mediaType)
	}
	overrides := call.Overrides()
	for _, o := range overrides.ResponseHeader {
		headers = setHeader(headers, o.Name, o.Values)
	}
	for _, ignored := range overrides.Ignored {
		c.record.note(ignored)
	}
	out := clientResponse{status: entry.status, header: clientHeaders(headers, remapped), body: body.data, binary: body.binary, trace: true}
	if overrides.Status != 0 {
		out.status = overrides.Status
	}
	return out, nil
}

// choose picks the integration response.
func (r *responseMapping) choose(c *call, answer backendAnswer) (*responseEntry, *gatewayresponse.Error) {
	for i := range r.entries {
		entry := &r.entries[i]
		if entry.pattern != nil {
			matches, err := entry.pattern.Matches(answer.selector)
			if err != nil {
				c.record.note(fmt.Sprintf("selection pattern %q: %v; it counts as not matching", entry.patternText, err))
			}
			if !matches {
				continue
			}
		}
		if !slices.Contains(r.declared, entry.statusText) {
			return nil, configurationError("Output mapping refers to an invalid method response: "+entry.statusText,
				fmt.Errorf("the integration response %s needs a method response of that status; add one to the method", entry.statusText))
		}
		return entry, nil
	}
	return nil, configurationError(
		"No match for output mapping and no default output mapping configured. Endpoint Response Status Code: "+strconv.Itoa(answer.status),
		fmt.Errorf("no selection pattern matches %q, and no integration response is without one; add a default integration response", answer.selector))
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

func renderResponse(ctx context.Context, c *call, call *mapping.Exchange, t *mappingTemplate, body payload) (payload, *gatewayresponse.Error) {
	switch {
	case t.err != nil:
		return payload{}, untransformable("response", t.err)
	case body.binary:
		return payload{}, untransformable("response", errors.New("a mapping template cannot read a binary body; set contentHandling to CONVERT_TO_TEXT to get it as base64"))
	}
	output, err := call.RenderResponse(ctx, t.parsed, string(body.data))
	if err != nil {
		return payload{}, responseFailed(ctx, err)
	}
	c.noteOutput("response", output.Notes)
	return payload{data: []byte(output.Text)}, nil
}

func responseFailed(ctx context.Context, err error) *gatewayresponse.Error {
	if ctx.Err() != nil {
		return timedOut(err)
	}
	return untransformable("response", err)
}

// clientHeaders renames the headers that belong to the gateway, and sees to a
// Content-Type. Without one it is application/json, whatever the body is.
func clientHeaders(headers mapping.Params, rename func(string) string) proxyresponse.Header {
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
		out = append(out, proxyresponse.Field{Name: "Content-Type", Values: []string{"application/json"}})
	}
	return out
}
