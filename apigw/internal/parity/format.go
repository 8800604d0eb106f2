package parity

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// Formats are the names of the formats that [Report.Write] knows.
func Formats() []string { return []string{"text", "json", "github"} }

// Write writes the report in a format of [Formats].
func (r *Report) Write(w io.Writer, format string) error {
	switch format {
	case "json":
		return r.writeJSON(w)
	case "github":
		return r.writeGitHub(w)
	case "text":
		return r.writeText(w)
	}
	return fmt.Errorf("there is no format %q: there are %s", format, strings.Join(Formats(), ", "))
}

// shownCases is how many cases of a finding are shown to people.
const shownCases = 2

func (r *Report) writeText(w io.Writer) error {
	text := new(strings.Builder)
	if writes := r.writes(); writes != "" {
		text.WriteString(writes + "\n\n")
	}
	for _, a := range r.APIs {
		fmt.Fprintf(text, "%s at %s\n  %s\n", a.Name, rules.Printable(a.URL), a.summary())
		for _, failure := range a.Failures {
			fmt.Fprintf(text, "  not compared: %s [%s]\n", failure.Title(), failure.ID())
		}
		box := rules.Box("")
		for _, f := range a.Findings {
			if f.Box != box {
				box = f.Box
				fmt.Fprintf(text, "\n  %s\n", box)
			}
			fmt.Fprintf(text, "    %s [%s]\n", f.Rule.Title(), f.Rule.ID())
			for i, e := range f.Cases {
				if i == shownCases {
					fmt.Fprintf(text, "      and %s\n", count(len(f.Cases)-i, "more request"))
					break
				}
				fmt.Fprintf(text, "      %s\n", e.title(a.File))
				for _, d := range e.differences {
					fmt.Fprintf(text, "        %s\n", d)
				}
			}
		}
		text.WriteString("\n")
	}
	text.WriteString(r.Sentence + "\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// writes says how many requests may write; it is empty if there are none.
func (r *Report) writes() string {
	n := 0
	for _, a := range r.APIs {
		n += a.Writes
	}
	if n == 0 {
		return ""
	}
	return count(n, "request") + " may create, change or delete data where the service is deployed: --reads leaves them out."
}

// summary returns the numbers of an API in one line.
func (a *API) summary() string {
	different := a.different()
	parts := []string{count(a.Cases, "request"), fmt.Sprintf("%d alike", a.Compared-different), fmt.Sprintf("%d different", different)}
	if missing := a.Cases - a.Compared; missing > 0 {
		parts = append(parts, fmt.Sprintf("%d not compared", missing))
	}
	if a.LeftOut > 0 {
		parts = append(parts, fmt.Sprintf("%d left out, for which a function has to fail", a.LeftOut))
	}
	if a.NotSent > 0 {
		parts = append(parts, fmt.Sprintf("%d left out, which may write", a.NotSent))
	}
	if a.NoToken > 0 {
		parts = append(parts, fmt.Sprintf("%d left out, for which --header 'Authorization: …' is missing", a.NoToken))
	}
	if a.Again > 0 {
		parts = append(parts, fmt.Sprintf("%d alike only when asked again", a.Again))
	}
	if n := a.broken(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d not as the contract says here", n))
	}
	return strings.Join(parts, ", ")
}

// title returns what a case is, and where it is written.
func (e *exchange) title(file string) string {
	place := ""
	if file != "" {
		place = fmt.Sprintf(" (%s:%d)", rules.Printable(file), e.Line)
	}
	return fmt.Sprintf("%s %s: %s%s", e.Request.Method, rules.Printable(e.Request.Target), rules.Printable(e.Rule), place)
}

// String implements [fmt.Stringer].
func (d Difference) String() string {
	what := d.What
	switch {
	case d.Name == errorTypeHeader:
		what = "x-amzn-ErrorType" // as AWS writes it
	case d.Name != "":
		what = d.Name
	case d.Path != "":
		what += " " + rules.Printable(d.Path)
	}
	here, there := d.Here, d.There
	switch {
	case d.Missing == "here":
		here = "missing"
	case d.Missing == "there":
		there = "missing"
	}
	return fmt.Sprintf("%s: here %s, there %s", what, orEmpty(here), orEmpty(there))
}

func orEmpty(text string) string {
	if text == "" {
		return "empty"
	}
	return text
}

// The report in JSON.
type (
	jsonReport struct {
		Outcome  Outcome   `json:"outcome"`
		Sentence string    `json:"sentence"`
		Rule     string    `json:"rule,omitempty"`
		APIs     []jsonAPI `json:"apis"`
	}
	jsonAPI struct {
		Name      string        `json:"name"`
		URL       string        `json:"url"`
		Cases     int           `json:"cases"`
		Compared  int           `json:"compared"`
		Different int           `json:"different"`
		Writes    int           `json:"writes"`
		LeftOut   int           `json:"leftOut"`
		NotSent   int           `json:"notSent"`
		NoToken   int           `json:"noToken"`
		Again     int           `json:"again"`
		Broken    int           `json:"broken"`
		Failures  []jsonFinding `json:"failures"`
		Findings  []jsonFinding `json:"findings"`
	}
	jsonFinding struct {
		Rule  string     `json:"rule"`
		Box   rules.Box  `json:"box"`
		Title string     `json:"title"`
		Fix   string     `json:"fix"`
		Page  string     `json:"page"`
		Cases []jsonCase `json:"cases"`
	}
	jsonCase struct {
		Rule        string       `json:"rule"`
		Method      string       `json:"method"`
		Target      string       `json:"target"`
		Line        int          `json:"line"`
		Differences []Difference `json:"differences"`
	}
)

func (r *Report) writeJSON(w io.Writer) error {
	out := jsonReport{Outcome: r.Outcome, Sentence: r.Sentence, Rule: r.Rule.ID(), APIs: []jsonAPI{}}
	for _, a := range r.APIs {
		one := jsonAPI{
			Name: a.Name, URL: rules.Printable(a.URL), Cases: a.Cases, Compared: a.Compared, Different: a.different(),
			Writes: a.Writes, LeftOut: a.LeftOut, NotSent: a.NotSent, NoToken: a.NoToken, Again: a.Again, Broken: a.broken(), Failures: []jsonFinding{}, Findings: []jsonFinding{},
		}
		for _, failure := range a.Failures {
			one.Failures = append(one.Failures, newJSONFinding(failure, failure.Rule().Box))
		}
		for _, f := range a.Findings {
			finding := newJSONFinding(f.Rule, f.Box)
			for _, e := range f.Cases {
				finding.Cases = append(finding.Cases, jsonCase{
					rules.Printable(e.Rule), e.Request.Method, rules.Printable(e.Request.Target), e.Line, e.differences,
				})
			}
			one.Findings = append(one.Findings, finding)
		}
		out.APIs = append(out.APIs, one)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}

func newJSONFinding(rule rules.Use, box rules.Box) jsonFinding {
	return jsonFinding{Rule: rule.ID(), Box: box, Title: rule.Title(), Fix: rule.Fix(), Page: rules.PageOf(rule.ID()), Cases: []jsonCase{}}
}

// writeGitHub writes annotations of GitHub Actions: one for each finding, at its first
// case, and the sentence.
func (r *Report) writeGitHub(w io.Writer) error {
	text := new(strings.Builder)
	if writes := r.writes(); writes != "" {
		fmt.Fprintf(text, "::notice title=parity::%s\n", message(writes))
	}
	for _, a := range r.APIs {
		for _, failure := range a.Failures {
			fmt.Fprintf(text, "::error title=%s::%s\n", property(failure.ID()), message(a.Name+": "+failure.Title()))
		}
		for _, f := range a.Findings {
			first := f.Cases[0]
			var lines []string
			for _, d := range first.differences {
				lines = append(lines, d.String())
			}
			fmt.Fprintf(text, "::error file=%s,line=%d,title=%s::%s\n", property(a.File), first.Line, property(f.Rule.ID()),
				message(strings.Join(slices.Concat([]string{fmt.Sprintf("%s, %s: %s (%s)", a.Name, f.Box, f.Rule.Title(), count(len(f.Cases), "request"))}, lines), "\n")))
		}
	}
	level := "notice"
	if r.Outcome != Same {
		level = "error"
	}
	fmt.Fprintf(text, "::%s title=parity::%s\n", level, message(r.Sentence))
	_, err := io.WriteString(w, text.String())
	return err
}

// message escapes the message of an annotation.
func message(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(rules.Printable(text))
}

// property escapes a property of an annotation.
func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(text))
}
