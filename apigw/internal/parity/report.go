package parity

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// Outcome is what a comparison comes to.
type Outcome string

// The outcomes.
const (
	Same        Outcome = "same"
	Different   Outcome = "different"
	NotCompared Outcome = "not compared"
)

// Report is what a comparison found.
type Report struct {
	APIs []*API
	// Outcome is Different if anything differs, else NotCompared if anything could not
	// be compared.
	Outcome Outcome
	// Sentence says what to do.
	Sentence string
	// Rule is the one that the sentence comes from; none if nothing differs.
	Rule rules.Use
}

// API is one API of a report.
type API struct {
	Name     string
	URL      string // of the stage, without the paths of the contract
	Stage    string // here
	File     string // of the contract
	Cases    int    // that are for this API
	Compared int
	LeftOut  int // that need a function that fails
	NotSent  int // that were left out, since they may write
	Writes   int // of Cases, that may create, change or delete data
	NoToken  int // that were left out, since they need a token
	Again    int // that failed the first time, and not the second
	Findings []*Finding
	// Failures are why cases could not be compared.
	Failures []rules.Use

	exchanges   []*exchange
	here, there place
}

// give adds why a case cannot be compared.
func (a *API) give(failure rules.Use) {
	if !slices.Contains(a.Failures, failure) {
		a.Failures = append(a.Failures, failure)
	}
}

// different returns how many cases differ.
func (a *API) different() int {
	n := 0
	for _, e := range a.exchanges {
		if len(e.differences) > 0 {
			n++
		}
	}
	return n
}

// conclude sets outcome and sentence.
func (r *Report) conclude() {
	compared := 0
	for _, a := range r.APIs {
		compared += a.Compared
		if len(a.Findings) > 0 {
			r.Outcome = Different
		}
	}
	var differing []*API
	for _, a := range r.APIs {
		if len(a.Findings) > 0 {
			differing = append(differing, a)
		}
	}
	if len(differing) > 0 {
		slices.SortStableFunc(differing, func(a, b *API) int { return b.different() - a.different() })
		r.Rule = r.swapped(differing)
		if r.Rule.IsZero() {
			r.Rule = verdict(differing)
		}
		r.Sentence = r.Rule.Fix()
		return
	}
	for _, a := range r.APIs {
		if len(a.Failures) > 0 {
			r.Outcome, r.Rule, r.Sentence = NotCompared, a.Failures[0], a.Failures[0].Fix()
			return
		}
	}
	if compared == 0 && slices.ContainsFunc(r.APIs, func(a *API) bool { return a.NoToken > 0 }) {
		r.Outcome, r.Sentence = NotCompared, "All that could be compared needs a token: pass one with --header 'Authorization: …'."
		return
	}
	if compared == 0 && slices.ContainsFunc(r.APIs, func(a *API) bool { return a.NotSent > 0 }) {
		r.Outcome, r.Sentence = NotCompared, "No case only reads: write one with GET, or leave --reads out, where requests may write."
		return
	}
	if compared == 0 {
		r.Outcome, r.Sentence = NotCompared, "The contract has no case for these APIs: write one, or name another contract with --contract."
		return
	}
	r.Outcome = Same
	r.Sentence = fmt.Sprintf("What is deployed responds as the service here does to %s.", count(compared, "request"))
}

// verdict returns what to do about APIs that differ, the one with the most differences
// first.
func verdict(differing []*API) rules.Use {
	first := differing[0]
	// What matters more than all others, and what they may follow from.
	for _, id := range []string{"parity-caller-let-in", "parity-not-api-gateway", "parity-redirect"} {
		for _, a := range differing {
			for _, f := range a.Findings {
				if f.Rule.ID() == id {
					return f.Rule
				}
			}
		}
	}
	if first.brokenHere() {
		return rules.Of("parity-not-here", "api", first.Name)
	}
	largest, total := first.Findings[0], 0
	var boxes []string
	deployable := true
	for _, f := range first.Findings {
		total += len(f.Cases)
		if len(f.Cases) > len(largest.Cases) {
			largest = f
		}
		if box := string(f.Box); !slices.Contains(boxes, box) {
			boxes = append(boxes, box)
		}
		switch f.Rule.ID() {
		case "parity-caller-refused", "parity-malformed", "parity-gateway-fails", "parity-function-slow", "parity-fails-here", "parity-encoding", "parity-backend-differs":
			deployable = false
		}
	}
	sameRule := !slices.ContainsFunc(first.Findings, func(f *Finding) bool { return f.Rule.ID() != largest.Rule.ID() })
	if sameRule || !deployable {
		return largest.Rule
	}
	if len(boxes) == 1 {
		return rules.Of("parity-older-deployment", "api", first.Name, "boxes", boxes[0]+"s")
	}
	return rules.Of("parity-older-deployment", "api", first.Name, "boxes", strings.Join(boxes[:len(boxes)-1], ", ")+" and "+boxes[len(boxes)-1])
}

// brokenHere reports whether the stage does what the contract says in all cases that
// differ, and the service here in none of them.
func (a *API) brokenHere() bool {
	for _, e := range a.exchanges {
		if len(e.differences) > 0 && (e.keeps(e.here) || !e.keeps(e.there)) {
			return false
		}
	}
	return a.different() > 0
}

// keeps reports whether a response is what the contract says.
func (e *exchange) keeps(r *response) bool {
	if r.status != e.Response.Status {
		return false
	}
	if e.Request.Method != http.MethodHead && !bytes.Equal(r.decoded(), []byte(e.Response.Body)) {
		a, ok := parseJSON(r.decoded())
		b, want := parseJSON([]byte(e.Response.Body))
		if !ok || !want || len(compareJSON(nil, "$", a, b)) > 0 {
			return false
		}
	}
	for name, value := range e.Response.Headers {
		if strings.Join(r.header.Values(name), ", ") != value {
			return false
		}
	}
	return true
}

// broken returns how many cases the service here does not answer as the contract says.
func (a *API) broken() int {
	n := 0
	for _, e := range a.exchanges {
		if !e.keeps(e.here) {
			n++
		}
	}
	return n
}

// swapped returns the rule for two APIs whose URLs are exchanged; none if there are no
// such two.
func (r *Report) swapped(differing []*API) rules.Use {
	for i, a := range differing {
		for _, b := range differing[i+1:] {
			if crossed(a, b) && crossed(b, a) {
				return rules.Of("parity-swapped", "one", a.Name, "other", b.Name)
			}
		}
	}
	return rules.Use{}
}

// crossed reports whether the URL of b responds as a does here.
func crossed(a, b *API) bool {
	here, there := a.here, b.there
	n := 0
	for _, e := range a.exchanges {
		i := slices.IndexFunc(b.exchanges, func(other *exchange) bool { return other.Rule == e.Rule })
		if i < 0 {
			continue
		}
		if len(compare(e.Request.Method, here.of(e.here), there.of(b.exchanges[i].there))) > 0 {
			return false
		}
		n++
	}
	return n > 0
}

// count returns a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
