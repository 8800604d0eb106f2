package gatewayresponse

import (
	"net/http"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

// Set is the gateway responses of an API, ready to use. The zero value is
// that of an API that customizes none.
type Set struct{ byType map[Type]*response }

// response is one customized gateway response.
type response struct {
	status    int // 0: that of the error
	headers   []header
	templates []template // by media type
}

type header struct {
	name string
	from source
}

type template struct {
	mediaType string
	text      []piece
}

// Lookup returns the value of a variable such as context.requestId,
// stageVariables.name or method.request.header.Origin; false where it has none.
type Lookup func(name string) (string, bool)

// Rendered is what the client gets.
type Rendered struct {
	Status int
	Header proxyresponse.Header // Content-Type, x-amzn-ErrorType and the API's own
	Body   []byte
}

// Compile prepares the gateway responses of an API. Problems are parameters that
// cannot be read; they are left out of the responses.
func Compile(responses map[string]*assembly.GatewayResponse) (set Set, problems []rules.Use) {
	set.byType = make(map[Type]*response, len(responses))
	for name, definition := range responses {
		if definition == nil {
			continue
		}
		if !slices.Contains(types, Type(name)) {
			problems = append(problems, rules.Of("gateway-response-type-unknown", "type", name))
		}
		r := &response{status: definition.StatusCode}
		for _, m := range definition.Parameters {
			target, ok := strings.CutPrefix(m.Target, "gatewayresponse.header.")
			from, err := parseSource(m.Source)
			switch {
			case !ok || target == "":
				problems = append(problems, rules.Of("gateway-response-header-invalid", "type", name, "parameter", m.Target))
			case err != nil:
				problems = append(problems, rules.Of("gateway-response-value-invalid", "type", name, "value", m.Source))
			default:
				r.headers = append(r.headers, header{target, from})
			}
		}
		for _, t := range definition.Templates {
			r.templates = append(r.templates, template{t.MediaType, parseText(t.Text)})
		}
		set.byType[Type(name)] = r
	}
	slices.SortFunc(problems, func(x, y rules.Use) int { return strings.Compare(x.Text(), y.Text()) })
	return set, problems
}

// Render turns an error into a response; nothing else does. A gateway response for
// the very type hides the default of its family, also in what it leaves open
// (recorded: test_gateway_response_put).
func (s Set) Render(e *Error, accept string, lookup Lookup) Rendered {
	if e.PlainText {
		return Rendered{e.Status, proxyresponse.Header{{Name: "Content-Type", Values: []string{"text/plain"}}}, []byte(e.Message)}
	}
	values := withError(e, lookup)
	a := Rendered{Status: e.Status, Body: e.defaultBody()}
	mediaType := "application/json"
	r := s.byType[e.Type]
	if r == nil {
		r = s.byType[e.family()]
	}
	var custom []header
	if r != nil {
		custom = r.headers
		if r.status != 0 {
			a.Status = r.status
		}
		if t := r.choose(accept); t != nil {
			mediaType, a.Body = t.mediaType, render(t.text, values)
		}
	}
	a.Header = proxyresponse.Header{
		{Name: "Content-Type", Values: []string{mediaType}},
		{Name: "x-amzn-ErrorType", Values: []string{e.errorType()}},
	}
	for _, h := range custom {
		if value, ok := h.from.value(values); ok && !owned(h.name) {
			a.Header = set(a.Header, h.name, value)
		}
	}
	return a
}

// choose picks the template by the client's Accept header. If none fits,
// application/json goes before the first (assumed).
func (r *response) choose(accept string) *template {
	if len(r.templates) == 0 {
		return nil
	}
	byDefault := &r.templates[0]
	for part := range strings.SplitSeq(accept, ",") {
		mediaType, _, _ := strings.Cut(part, ";")
		mediaType = strings.TrimSpace(mediaType)
		for i := range r.templates {
			if strings.EqualFold(r.templates[i].mediaType, mediaType) {
				return &r.templates[i]
			}
			if strings.EqualFold(r.templates[i].mediaType, "application/json") {
				byDefault = &r.templates[i]
			}
		}
	}
	return byDefault
}

// set replaces a header whatever its letter case, or appends it.
func set(h proxyresponse.Header, name, value string) proxyresponse.Header {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			h[i] = proxyresponse.Field{Name: name, Values: []string{value}}
			return h
		}
	}
	return append(h, proxyresponse.Field{Name: name, Values: []string{value}})
}

// owned reports whether a header belongs to the connection and to API Gateway.
func owned(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Connection", "Content-Length", "Date", "Transfer-Encoding", "X-Amzn-Requestid", "X-Amz-Apigw-Id":
		return true
	}
	return false
}
