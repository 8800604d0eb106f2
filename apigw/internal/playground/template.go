package playground

import (
	"context"
	"encoding/json"
	"errors"

	"example.com/apigw/internal/detect"
	"example.com/apigw/internal/mapping"
	"example.com/apigw/internal/provenance"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/vtl"
)

// Problem is something wrong at a place of a template.
type Problem struct {
	// Response is the integration response that has the template; -1 for a request
	// template.
	Response int      `json:"response"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"`
	Rule     string   `json:"rule,omitempty"`
	Line     int      `json:"line"`   // from 1; 0 if it has no place
	Column   int      `json:"column"` // in characters, from 1
	Start    int      `json:"start"`  // in UTF-16 code units
	End      int      `json:"end"`
}

// Severity says how bad a problem is.
type Severity string

// The severities: an error ends the request, a warning is probably a mistake.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Overrides are what a template set in $context.
type Overrides struct {
	Path           []Pair   `json:"path"`
	Query          []Pair   `json:"query"`
	Header         []Pair   `json:"header"`
	ResponseHeader []Pair   `json:"responseHeader"`
	Status         int      `json:"status"` // 0 if it is not set
	Ignored        []string `json:"ignored"`
}

// parse parses a template. Of one that is empty, or cannot be parsed, it returns nil.
func parse(name, text string, request bool) (*vtl.Template, []Problem) {
	if text == "" {
		return nil, nil
	}
	parsed, err := mapping.Parse(name, text)
	if err != nil {
		return nil, []Problem{problemOf(text, err)}
	}
	var problems []Problem
	for _, each := range append(detect.Names(parsed.Root()), detect.Quotes(parsed.Root(), request)...) {
		from, to := vtl.Extent(each.Node)
		place := vtl.PlaceOf(each.Node)
		problems = append(problems, Problem{
			Response: -1, Severity: Warning, Message: each.Use.Title(), Hint: each.Use.Fix(), Rule: each.Use.ID(),
			Line: place.Line, Column: place.Column, Start: provenance.Offset(text, int(from)), End: provenance.Offset(text, int(to)),
		})
	}
	return parsed, problems
}

// problemOf returns the problem that an error is.
func problemOf(text string, err error) Problem {
	p := Problem{Response: -1, Severity: Error, Message: err.Error()}
	var place vtl.Place
	if wrong, ok := errors.AsType[*vtl.ParseError](err); ok {
		place, p.Message, p.Hint = wrong.Place, wrong.Msg, wrong.Hint
	} else if wrong, ok := errors.AsType[*vtl.RuntimeError](err); ok {
		place, p.Message, p.Hint = wrong.Place, wrong.Msg, wrong.Hint
	} else if wrong, ok := errors.AsType[*vtl.LimitError](err); ok {
		place, p.Message = wrong.Place, wrong.Msg
	}
	p.Message, p.Hint = rules.Printable(p.Message), rules.Printable(p.Hint)
	p.Line, p.Column = place.Line, place.Column
	p.Start = provenance.Offset(text, int(place.Offset))
	p.End = min(p.Start+1, provenance.Offset(text, len(text)))
	return p
}

// at says of which integration response problems are.
func at(response int, problems []Problem) []Problem {
	for i := range problems {
		problems[i].Response = response
	}
	return problems
}

// run is a template that is run again, with a trace, on what the gateway saw.
type run struct {
	template provenance.Template
	request  *mapping.Request
	exchange *mapping.Exchange
}

func newRun(o *outcome, t *trial) *run {
	in := &o.record.MethodRequest
	r := &run{request: &mapping.Request{
		Body: t.request.Body, Path: in.PathParams, Query: in.Query, Header: in.Header, Context: o.context, StageVariables: map[string]string{},
	}}
	for _, v := range t.request.StageVariables {
		r.request.StageVariables[v.Name] = v.Value
	}
	r.exchange = new(mapping.Engine).NewExchange(r.request)
	return r
}

// traceRequest traces a request template.
func (r *run) traceRequest(ctx context.Context, t *vtl.Template) (*provenance.Trace, []Problem) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, err := r.exchange.TraceRequest(ctx, t)
	return r.traced(out, err, r.request.Body)
}

// traceResponse traces a response template, of which body is the payload.
func (r *run) traceResponse(ctx context.Context, t *vtl.Template, body string) (*provenance.Trace, []Problem) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, err := r.exchange.TraceResponse(ctx, t, body)
	return r.traced(out, err, body)
}

func (r *run) traced(out mapping.Output, err error, body string) (*provenance.Trace, []Problem) {
	if err != nil {
		trace := provenance.Failed(r.template, err)
		return &trace, []Problem{problemOf(r.template.Text, err)}
	}
	trace := provenance.Of(r.template, out, body, r.request)
	return &trace, nil
}

func noOverrides() Overrides {
	return Overrides{[]Pair{}, []Pair{}, []Pair{}, []Pair{}, 0, []string{}}
}

// overrides returns what the template set.
func (r *run) overrides() Overrides {
	o := r.exchange.Overrides()
	return Overrides{pairs(o.Path), pairs(o.Query), pairs(o.Header), pairs(o.ResponseHeader), o.Status, append([]string{}, o.Ignored...)}
}

// pairs returns each value of the overrides.
func pairs(list []mapping.Override) []Pair {
	out := []Pair{}
	for _, o := range list {
		for _, value := range o.Values {
			out = append(out, Pair{o.Name, value})
		}
	}
	return out
}

// errorType returns the member errorType of what a function threw; empty without one.
func errorType(text string) string {
	var report struct {
		ErrorType string `json:"errorType"`
	}
	if json.Unmarshal([]byte(text), &report) != nil {
		return ""
	}
	return report.ErrorType
}
