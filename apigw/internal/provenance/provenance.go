// Package provenance says where each byte of a mapping template's output comes from: by
// which expression of the template, and from which input. It is for pages that show the
// three beside each other, so that all places are counted as JavaScript counts them, in
// UTF-16 code units.
package provenance

import (
	"strings"

	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/vtl"
)

// Template is a mapping template.
type Template struct {
	Name      string `json:"name"`
	MediaType string `json:"mediaType"`
	Text      string `json:"text"`
}

// Trace is an output with where it comes from.
type Trace struct {
	Template Template `json:"template"`
	Output   string   `json:"output"`
	// Error is why there is no output.
	Error string `json:"error,omitempty"`
	// Spans are the pieces of the output in order: the first 5,000 of them.
	Spans []Span `json:"spans"`
}

// Span is a piece of the output.
type Span struct {
	Start      int     `json:"start"` // in the output
	End        int     `json:"end"`
	From       int     `json:"from"` // in the template
	To         int     `json:"to"`
	Expression string  `json:"expression"`
	Text       bool    `json:"text"` // plain text of the template wrote it
	Inputs     []Input `json:"inputs"`
}

// Input is something that an expression read.
type Input struct {
	Name  string `json:"name"` // as the template has it, such as $input.params('id') or $.pets[2].id
	Kind  Kind   `json:"kind"`
	Key   string `json:"key,omitempty"`  // name of a parameter or variable
	Path  string `json:"path,omitempty"` // JSON path in the body
	Start int    `json:"start"`          // in the body; -1 where that is not known
	End   int    `json:"end"`
}

// Kind says what an input is a part of.
type Kind string

// The kinds of inputs.
const (
	Body          Kind = "body"
	Query         Kind = "query"
	Header        Kind = "header"
	PathParameter Kind = "path"
	Context       Kind = "context"
	StageVariable Kind = "stageVariable"
	Unknown       Kind = "unknown"
)

// maxSpans keeps a template with loops from making a page that is too large.
const maxSpans = 5000

// Of returns the trace of an output, which must have been traced. Body is what $input
// was, and the request has the parameters.
func Of(t Template, out mapping.Output, body string, request *mapping.Request) Trace {
	trace := Trace{Template: t, Output: out.Text, Spans: []Span{}}
	inOutput, inTemplate := newUnits(out.Text), newUnits(t.Text)
	inputs := newReader(body, request)
	for _, s := range out.Trace.Spans[:min(len(out.Trace.Spans), maxSpans)] {
		from, to := vtl.Extent(s.Node)
		_, isText := s.Node.(*vtl.Text)
		span := Span{
			Start: inOutput.at(s.Start), End: inOutput.at(s.End), From: inTemplate.at(int(from)), To: inTemplate.at(int(to)),
			Text: isText, Inputs: []Input{},
		}
		span.Expression = strings.ToValidUTF8(t.Text[min(int(from), len(t.Text)):min(int(to), len(t.Text))], "\uFFFD")
		for _, name := range s.Inputs {
			span.Inputs = append(span.Inputs, inputs.read(name))
		}
		trace.Spans = append(trace.Spans, span)
	}
	return trace
}

// Failed returns the trace of a template without an output.
func Failed(t Template, err error) Trace {
	return Trace{Template: t, Error: err.Error(), Spans: []Span{}}
}

// reader finds out what inputs are.
type reader struct {
	body    document
	request *mapping.Request
	known   map[string]Input
}

func newReader(body string, request *mapping.Request) *reader {
	return &reader{body: newDocument(body), request: request, known: map[string]Input{}}
}

// read returns the input with a name.
func (r *reader) read(name string) Input {
	in, ok := r.known[name]
	if !ok {
		in = r.find(name)
		in.Name = name
		r.known[name] = in
	}
	return in
}

func (r *reader) find(name string) Input {
	in := Input{Kind: Unknown, Start: -1, End: -1}
	if key, ok := strings.CutPrefix(name, "$input.params('"); ok {
		in.Key = strings.TrimSuffix(key, "')")
		in.Kind = r.kindOf(in.Key)
		return in
	}
	for _, prefix := range []struct {
		text string
		kind Kind
	}{
		{"$input.params().path", PathParameter}, {"$input.params().querystring", Query}, {"$input.params().header", Header},
		{"$context", Context}, {"$stageVariables", StageVariable},
	} {
		if rest, ok := strings.CutPrefix(name, prefix.text); ok && (rest == "" || strings.ContainsAny(rest[:1], ".[")) {
			in.Kind, in.Key = prefix.kind, keyOf(rest)
			return in
		}
	}
	path := name
	if name == "$input.body" {
		path = "$"
	}
	if path == "$" || strings.HasPrefix(path, "$.") || strings.HasPrefix(path, "$[") {
		in.Kind, in.Path = Body, path
		in.Start, in.End = r.body.locate(path)
	}
	return in
}

// keyOf returns the name that a rest of a reference such as .stage or ['X-Id'] is.
func keyOf(rest string) string {
	if steps, ok := parsePath("$" + rest); ok && len(steps) == 1 && steps[0].isKey {
		return steps[0].key
	}
	return strings.TrimPrefix(rest, ".")
}

// kindOf returns where $input.params finds a name: it looks in the path, the query
// string and the headers, in this order.
func (r *reader) kindOf(name string) Kind {
	for _, place := range []struct {
		params mapping.Params
		kind   Kind
	}{{r.request.Path, PathParameter}, {r.request.Query, Query}, {r.request.Header, Header}} {
		if len(place.params.Values(name)) > 0 {
			return place.kind
		}
	}
	return Unknown
}
