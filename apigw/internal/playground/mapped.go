package playground

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/detect"
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/java/regex"
	"example.com/apigw/internal/provenance"
	"example.com/apigw/internal/rules"
)

// MappedDoor is what a client gets without proxy integration.
type MappedDoor struct {
	Door
	// Selector is the text that selection patterns are matched with: the errorMessage.
	Selector string  `json:"selector"`
	Tried    []Tried `json:"tried"` // the integration responses, in the order in which they are tried
	// Trace is about the template of the integration response that was chosen; nil
	// without one.
	Trace     *provenance.Trace `json:"trace"`
	Overrides Overrides         `json:"overrides"`
	Problems  []Problem         `json:"problems"`
	Notices   []string          `json:"notices"` // what is wrong with the method besides
}

// Tried is an integration response, and what became of it.
type Tried struct {
	Index   int    `json:"index"` // in the list that was given
	Status  string `json:"status"`
	Pattern string `json:"pattern"`
	Outcome Match  `json:"outcome"`
	Rule    string `json:"rule,omitempty"`
	Why     string `json:"why,omitempty"` // it was not chosen, as far as that can be said
	Fix     string `json:"fix,omitempty"`
}

// Match says what became of an integration response.
type Match string

// What can become of an integration response.
const (
	Matched    Match = "matched"
	Default    Match = "default" // it was chosen, since it has no pattern and no other matched
	Unmatched  Match = "unmatched"
	Untried    Match = "untried" // another was chosen before
	Unreadable Match = "unreadable"
)

// mapped tries a result at the door without proxy integration.
func mapped(ctx context.Context, t trial, list []Response) (MappedDoor, error) {
	t.method = newMethod("AWS")
	addResponses(t.method, list)
	out := MappedDoor{Problems: []Problem{}, Notices: []string{}, Overrides: noOverrides()}
	got, err := t.run(ctx)
	if err != nil {
		return out, err
	}
	back := t.result.invoked()
	out.Door = got.door(string(back.Payload))
	out.Selector = back.ErrorMessage()
	out.Tried = tried(list, t.result, out.Selector)
	for i, r := range list {
		_, problems := parse("response template "+r.Status, r.Template, false)
		out.Problems = append(out.Problems, at(i, problems)...)
	}
	for _, n := range got.notices {
		if !slices.Contains([]string{"template-does-not-parse", "selection-pattern-invalid", "status-not-a-number"}, n.Rule.ID()) {
			out.Notices = append(out.Notices, n.Message)
		}
	}
	if status := defaults(list); len(status) > 1 {
		out.Notices = append(out.Notices, rules.Of("default-response-twice", "status", status[0], "other", status[1]).Text())
	}
	chosen := slices.IndexFunc(out.Tried, func(r Tried) bool { return r.Outcome == Matched || r.Outcome == Default })
	if chosen < 0 || got.context == nil {
		return out, nil
	}
	index := out.Tried[chosen].Index
	r := list[index]
	parsed, problems := parse("response template "+r.Status, r.Template, false)
	if parsed == nil {
		return out, nil
	}
	run := newRun(got, &t)
	run.template = provenance.Template{Name: parsed.Name(), MediaType: r.mediaType(), Text: r.Template}
	trace, wrong := run.traceResponse(ctx, parsed, string(back.Payload))
	out.Trace, out.Overrides = trace, run.overrides()
	if len(problems) == 0 || wrong != nil {
		out.Problems = append(out.Problems, at(index, wrong)...)
	}
	if finding, ok := breaks(got.record, trace); ok {
		out.Findings = append(out.Findings, finding)
	}
	return out, nil
}

// tried returns which integration responses were tried, and why the others were not
// chosen.
func tried(list []Response, result Result, selector string) []Tried {
	out := []Tried{}
	found := false
	for _, trial := range gateway.Try(integrationResponses(list), selector) {
		r := list[trial.Index]
		each := Tried{Index: trial.Index, Status: r.Status, Pattern: r.Pattern}
		why := rules.Use{}
		_, invalid := regex.Compile(r.Pattern)
		switch {
		case !isStatus(r.Status):
			each.Outcome, why = Unreadable, rules.Of("status-not-a-number", "status", r.Status)
		case invalid != nil:
			each.Outcome, why = Unreadable, rules.Of("selection-pattern-invalid", "status", r.Status, "problem", invalid)
		case found:
			each.Outcome = Untried
		case trial.Matches && r.Pattern == "":
			each.Outcome, found = Default, true
		case trial.Matches:
			each.Outcome, found = Matched, true
		case trial.Err != nil:
			each.Outcome, why = Unmatched, rules.Of("selection-pattern-given-up", "pattern", r.Pattern, "problem", trial.Err)
		default:
			each.Outcome = Unmatched
			if result.Threw || selector != "" {
				why = diagnose.WhyUnmatched(record.Response{Status: r.Status, Pattern: r.Pattern}, selector, errorType(result.Text))
			}
		}
		if !why.IsZero() {
			each.Rule, each.Why, each.Fix = why.ID(), why.Title(), why.Fix()
		}
		out = append(out, each)
	}
	return out
}

// defaults returns the statuses of the responses without a pattern.
func defaults(list []Response) (status []string) {
	for _, r := range list {
		if r.Pattern == "" {
			status = append(status, r.Status)
		}
	}
	return status
}

func isStatus(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 200 && n <= 599
}

// breaks returns the finding that a response which says that it is JSON is none, where a
// template made it.
func breaks(r *record.Record, trace *provenance.Trace) (Finding, bool) {
	var contentType string
	for _, h := range r.MethodResponse.Header {
		if strings.EqualFold(h.Name, "Content-Type") {
			contentType = strings.Join(h.Values, ",")
		}
	}
	if trace == nil || trace.Error != "" || r.Failure != nil || !strings.Contains(contentType, "json") {
		return Finding{}, false
	}
	use, excerpt := detect.Output(trace.Output)
	if use.IsZero() {
		return Finding{}, false
	}
	rule := use.Rule()
	return Finding{
		Finding: diagnose.Finding{
			Message: use.Title(), Rule: use.ID(), Box: rule.Box, Gateway: rule.Gateway, Fix: use.Fix(), Detail: rules.Printable(excerpt),
			Page: rules.PageOf(use.ID()), Evidence: rule.Evidence,
		},
		Fixes: map[rules.Language]string{"": use.Fix()}, Start: -1, End: -1,
	}, true
}
