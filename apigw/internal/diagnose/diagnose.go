// Package diagnose says what went wrong with a request, by what became of it: what the
// client sent, how the method is set up, what the function returned and what the
// client got. It looks at successes too, since a response can be wrong without being
// refused. Of a good response it says nothing.
//
// It reads a record of the gateway and the rulebook, when somebody asks. Each detector
// looks for one kind of mistake; there is a file for each box of the picture.
package diagnose

import (
	"slices"
	"strings"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

// Finding is one thing that a person should know about a request.
type Finding struct {
	Message string    `json:"message"`
	Rule    string    `json:"rule,omitempty"` // id in the rulebook
	Box     rules.Box `json:"box,omitempty"`
	Place   string    `json:"place,omitempty"` // in the function or a template, where that is known
	Path    string    `json:"path,omitempty"`  // JSON path in the result
	Got     string    `json:"got,omitempty"`
	Gateway string    `json:"gateway,omitempty"` // what API Gateway does
	Log     string    `json:"log,omitempty"`     // in which words its execution log says so
	Fix     string    `json:"fix,omitempty"`     // in the language of the function, if that is known
	Detail  string    `json:"detail,omitempty"`  // such as the line of a template with a caret
	Page    string    `json:"page,omitempty"`    // where the page of the rule is
	// Evidence is how sure the rule is.
	Evidence rules.Evidence `json:"evidence,omitempty"`

	// template is the one that Place is in, from this line on.
	template *record.Template
	line     int

	// noted means that the gateway itself noted it, and no detector found it.
	noted bool

	// covers are ids of rules that say the same in general, or at a JSON path behind a
	// blank.
	covers []string
}

// Of returns what a person should know about a request, the most decisive first:
// nothing if the response is good.
func Of(r *record.Record) []Finding {
	q := newRequest(r)
	var found []Finding
	for _, detect := range detectors {
		found = append(found, detect(q)...)
	}
	if len(found) == 0 {
		return nil
	}
	var covered []string
	for _, f := range found {
		covered = append(covered, f.covers...)
	}
	found = slices.DeleteFunc(found, func(f Finding) bool {
		return f.Message == "" || f.Rule != "" && (slices.Contains(covered, f.Rule) || slices.Contains(covered, f.Rule+" "+f.Path))
	})
	detected := slices.Clone(found)
	found = slices.DeleteFunc(found, func(f Finding) bool { // what a detector says more precisely
		return f.noted && f.Rule != "" && slices.ContainsFunc(detected, func(other Finding) bool {
			return !other.noted && other.Rule == f.Rule && (other.Path == f.Path || other.Path == "" || f.Path == "")
		})
	})
	slices.SortStableFunc(found, func(a, b Finding) int { // what has no rule is less sure
		switch {
		case a.Rule != "" && b.Rule == "":
			return -1
		case a.Rule == "" && b.Rule != "":
			return 1
		}
		return 0
	})
	for i := range found {
		found[i].clean()
		q.setConstruct(&found[i])
	}
	said := map[string]bool{}
	return slices.DeleteFunc(found, func(f Finding) bool {
		key := f.Rule + "\x00" + f.Message + "\x00" + f.Path
		twice := said[key]
		said[key] = true
		return twice
	})
}

// setConstruct sets the place of what is wrong with a method to its construct path,
// where there is nothing nearer.
func (q *request) setConstruct(f *Finding) {
	if f.Place != "" || f.Path != "" || f.Box != rules.IntegrationRequest && f.Box != rules.IntegrationResponse && f.Box != rules.MethodResponse {
		return
	}
	if rule, _ := rules.Lookup(f.Rule); rule.Kind == rules.Finding || rule.Kind == rules.Trap || rule.Kind == rules.Refusal {
		f.Place = rules.Printable(q.method.Path)
	}
}

// clean makes sure that no text from outside steers a terminal.
func (f *Finding) clean() {
	for _, text := range []*string{&f.Message, &f.Place, &f.Path, &f.Got, &f.Gateway, &f.Log, &f.Fix, &f.Detail} {
		*text = rules.Printable(*text)
	}
}

// detectors are all detectors, those for causes first: what happens in one box can
// be the reason for what happens in later ones. What a failure or a result is in
// general is said after what it is in particular.
var detectors = slices.Concat(
	methodRequestDetectors(), authorizationDetectors(), functionDetectors(), integrationRequestDetectors(),
	resultDetectors(), integrationResponseDetectors(),
	[]func(*request) []Finding{failure}, browserDetectors(), []func(*request) []Finding{notes},
)

// request is what detectors look at.
type request struct {
	*record.Record
	method   *record.Method // never nil
	api      *record.API    // never nil
	function *record.Function
	language rules.Language
	origin   string   // of the page; empty if there is none
	thrown   *thrown  // how the function failed; nil if it did not
	result   []member // of the function's result if it is an object, and the function did not fail
}

func newRequest(r *record.Record) *request {
	q := &request{Record: r, method: r.Definition, api: &record.API{}}
	if q.method == nil {
		q.method = &record.Method{}
	}
	if i := slices.IndexFunc(r.APIs, func(a *record.API) bool { return a.Key == r.API }); i >= 0 && r.API != "" {
		q.api = r.APIs[i]
	}
	q.function = q.method.Function
	switch {
	case r.FunctionResult == nil:
	case r.FunctionResult.FunctionError != "":
		q.thrown = newThrown(r.FunctionResult.Payload)
	case r.Details.Streams: // it is no object
	default:
		q.result = scan(r.FunctionResult.Payload)
	}
	q.language, q.origin = q.languageOfFunction(), q.pageOrigin()
	return q
}

// found returns the finding that a rule makes.
func (q *request) found(use rules.Use) Finding {
	rule := use.Rule()
	return Finding{
		Message: use.Title(), Rule: use.ID(), Box: rule.Box, Gateway: rule.Gateway,
		Log: q.log(use), Fix: use.FixIn(q.language), Page: rules.PageOf(use.ID()), Evidence: rule.Evidence,
	}
}

// one returns a list of one finding.
func (q *request) one(use rules.Use) []Finding { return []Finding{q.found(use)} }

// log returns the line of the execution log: that of the request if it failed, else
// that of the rule if it is whole.
func (q *request) log(use rules.Use) string {
	text := use.Log()
	if q.Failure != nil && q.Failure.Log != "" {
		text = q.Failure.Log
	}
	text, _, _ = strings.Cut(text, "\n")
	if strings.ContainsAny(text, "{<") && q.Failure == nil {
		return ""
	}
	return cut(text)
}

// maxText is how many characters of a text from outside a finding shows.
const maxText = 300

// cut returns the beginning of a text.
func cut(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText], "") + "…"
}

// quoted returns a text from outside for a message, in quotes and on one line.
func quoted(text string) string {
	if len(text) > 80 {
		text = strings.ToValidUTF8(text[:77], "") + "…"
	}
	return `"` + strings.NewReplacer("\n", "⏎", "\r", "").Replace(text) + `"`
}

// notes returns what the gateway noted of a request that got through, and what has no
// rule.
func notes(q *request) (found []Finding) {
	for _, f := range q.Findings {
		if q.Failure == nil || f.Rule == "" || isOfGatewayResponse(f) {
			found = append(found, q.noted(f))
		}
	}
	return found
}

// noted returns the finding of something that the gateway noted.
func (q *request) noted(f record.Finding) Finding {
	out := Finding{Message: f.Message, Rule: f.Rule, Path: f.Path, Got: f.Got, Fix: f.Fix, Detail: f.Detail, noted: true}
	rule, ok := rules.Lookup(f.Rule)
	if !ok {
		return out
	}
	out.Box, out.Gateway, out.Page, out.Evidence = rule.Box, rule.Gateway, rules.PageOf(rule.ID), rule.Evidence
	if q.Failure != nil {
		line, _, _ := strings.Cut(q.Failure.Log, "\n")
		out.Log = cut(line)
	}
	if f.Fix == "" || f.Fix == rule.Fix {
		out.Fix = rule.FixIn(q.language)
	}
	return out
}
