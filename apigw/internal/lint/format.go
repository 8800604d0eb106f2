package lint

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// Formats are the names of the formats that [Write] knows.
func Formats() []string { return []string{"text", "json", "github", "sarif"} }

// Write writes findings in a format of [Formats].
func Write(w io.Writer, format string, found []Finding) error {
	switch format {
	case "json":
		return writeJSON(w, found)
	case "github":
		return writeGitHub(w, found)
	case "sarif":
		return writeSARIF(w, found)
	case "text":
		return writeText(w, found)
	}
	return fmt.Errorf("there is no format %q: there are %s", format, strings.Join(Formats(), ", "))
}

// Heading returns what a severity means, for a person.
func (s Severity) Heading() string {
	switch s {
	case Refused:
		return "the deployment fails"
	case Fails:
		return "it can be deployed, and then fails"
	}
	return "it can be deployed, and is a trap"
}

// Where returns the place of a finding for a person; empty if it is the resource.
func (f Finding) Where() string {
	var parts []string
	switch {
	case f.Template != nil:
		parts = append(parts, fmt.Sprintf("%s, line %d", f.Template.Name, f.Template.Line))
	case f.Property != "":
		parts = append(parts, f.Property)
	}
	if f.File != "" {
		parts = append(parts, fmt.Sprintf("%s:%d", f.File, f.Line))
	}
	return rules.Printable(strings.Join(parts, ", "))
}

// WriteText writes one finding as lines of text, each behind an indent.
func (f Finding) WriteText(w io.Writer, indent string) {
	var lines []string
	lines = append(lines, rules.Printable(f.Path)+": "+f.Rule.Title())
	if where := f.Where(); where != "" {
		lines = append(lines, "    at "+where)
	}
	if says := f.Rule.Log(); says != "" && f.Severity == Refused {
		lines = append(lines, "    AWS says: "+rules.Printable(says))
	}
	if f.Rule.Rule().Evidence == rules.Assumed {
		lines = append(lines, "    (assumed: nobody has published what AWS does)")
	}
	lines = append(lines, "    fix: "+f.Rule.Fix(), "    rule: "+f.Rule.ID())
	for _, line := range lines {
		for one := range strings.SplitSeq(line, "\n") {
			fmt.Fprintf(w, "%s%s\n", indent, one)
		}
	}
}

func writeText(w io.Writer, found []Finding) error {
	text := new(strings.Builder)
	for _, severity := range []Severity{Refused, Fails, Trap} {
		first := true
		for _, f := range found {
			if f.Severity != severity {
				continue
			}
			if first {
				fmt.Fprintf(text, "%s:\n", severity.Heading())
				first = false
			}
			f.WriteText(text, "  ")
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// record is a finding in JSON.
type record struct {
	Rule     string         `json:"rule"`
	Severity Severity       `json:"severity"`
	Path     string         `json:"path"`
	Stack    string         `json:"stack,omitempty"`
	Resource string         `json:"resource,omitempty"`
	Property string         `json:"property,omitempty"`
	Template *TemplatePlace `json:"template,omitempty"`
	File     string         `json:"file,omitempty"`
	Line     int            `json:"line,omitempty"`
	Title    string         `json:"title"`
	AWS      string         `json:"aws,omitempty"`
	Fix      string         `json:"fix"`
	Evidence rules.Evidence `json:"evidence"`
}

func writeJSON(w io.Writer, found []Finding) error {
	list := []record{}
	for _, f := range found {
		list = append(list, record{
			Rule: f.Rule.ID(), Severity: f.Severity, Path: rules.Printable(f.Path), Stack: rules.Printable(f.Stack),
			Resource: rules.Printable(f.LogicalID), Property: rules.Printable(f.Property),
			Template: f.Template.printable(), File: rules.Printable(f.File), Line: f.Line,
			Title: f.Rule.Title(), AWS: rules.Printable(f.Rule.Log()), Fix: f.Rule.Fix(), Evidence: f.Rule.Rule().Evidence,
		})
	}
	return encode(w, list)
}

// printable returns the place without control characters; nil of none.
func (t *TemplatePlace) printable() *TemplatePlace {
	if t == nil {
		return nil
	}
	return &TemplatePlace{Name: rules.Printable(t.Name), Line: t.Line, Column: t.Column}
}

func encode(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// github escapes what a workflow command of GitHub Actions would take for its own.
var (
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func writeGitHub(w io.Writer, found []Finding) error {
	text := new(strings.Builder)
	for _, f := range found {
		command := "warning"
		if f.Severity != Trap {
			command = "error"
		}
		properties := "title=" + githubProperty.Replace(f.Rule.ID())
		if f.File != "" {
			properties = fmt.Sprintf("file=%s,line=%d,%s", githubProperty.Replace(rules.Printable(f.File)), f.Line, properties)
		}
		message := fmt.Sprintf("%s: %s: %s %s", f.Severity.Heading(), rules.Printable(f.Path), f.Rule.Title(), f.Rule.Fix())
		fmt.Fprintf(text, "::%s %s::%s\n", command, properties, githubMessage.Replace(message))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// The parts of SARIF 2.1.0 that are written.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		FullDescription  sarifText `json:"fullDescription"`
		Help             sarifText `json:"help"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
)

func writeSARIF(w io.Writer, found []Finding) error {
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "apigw lint", Rules: []sarifRule{}}}, Results: []sarifResult{}}
	index := map[string]int{}
	for _, f := range found {
		rule := f.Rule.Rule()
		if _, ok := index[rule.ID]; !ok {
			index[rule.ID] = len(run.Tool.Driver.Rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
				ID: rule.ID, ShortDescription: sarifText{rule.Title}, FullDescription: sarifText{rule.Gateway}, Help: sarifText{rule.Fix},
			})
		}
		level := "warning"
		if f.Severity != Trap {
			level = "error"
		}
		location := sarifLocation{Logical: []sarifLogical{{FullyQualifiedName: rules.Printable(f.Path), Kind: "resource"}}}
		if f.File != "" {
			address := url.URL{Path: f.File}
			location.Physical = &sarifPhysical{sarifArtifact{address.String()}, sarifRegion{max(1, f.Line)}}
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: rule.ID, RuleIndex: index[rule.ID], Level: level,
			Message:   sarifText{f.Severity.Heading() + ": " + f.Rule.Title() + " " + f.Rule.Fix()},
			Locations: []sarifLocation{location},
		})
	}
	return encode(w, sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// Refusals returns the findings that make the deployment fail.
func Refusals(found []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return f.Severity != Refused })
}
