// Package pages writes the rulebook as Markdown: a page for each rule, and an
// index by symptom for people who have only that.
package pages

import (
	"fmt"
	"regexp"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

// generated begins every page.
const generated = "<!-- Written by `go -C apigw run ./tools/rulepages` from the rulebook. Edit the rule and run it again. -->\n\n"

// All returns the text of every file of the folder, by its name.
func All() map[string]string {
	files := map[string]string{"README.md": generated + Index()}
	for _, rule := range rules.All() {
		files[rule.PageName()] = generated + Page(rule)
	}
	return files
}

// Page returns a rule whole.
func Page(rule rules.Rule) string {
	var w strings.Builder
	title := rule.Title
	if r, ok := proxyresponse.Lookup(rule.ID); ok {
		title = r.Title // that of a rule nobody has met yet
	}
	fmt.Fprintf(&w, "# %s\n\n", Named(title))
	fmt.Fprintf(&w, "Rule `%s`, about the %s.\n\n## How it shows\n\n", rule.ID, rule.Box)
	w.WriteString(strings.TrimRight(strings.Join(symptoms(rule), ""), "\n") + "\n")
	fmt.Fprintf(&w, "\n## Why\n\n%s\n", cause(rule))
	fmt.Fprintf(&w, "\n## What AWS does\n\n%s\n", Named(rule.Gateway))
	fmt.Fprintf(&w, "\n## What to do\n\n%s\n", fix(rule))
	fmt.Fprintf(&w, "\n## How sure that is\n\n%s, in the sense of [the page about evidence](../evidence.md).\n\n", strings.ToUpper(string(rule.Evidence[:1]))+string(rule.Evidence[1:]))
	for source := range strings.SplitSeq(rule.Source, "; ") {
		fmt.Fprintf(&w, "- %s\n", linked(source))
	}
	return w.String()
}

// placeholder is what a use of the rule fills.
var placeholder = regexp.MustCompile(`\{[a-z]+\}|<[a-zA-Z]+>`)

// Named returns a text with its placeholders as words in capitals.
func Named(text string) string {
	text, _ = Filled(text, nil)
	return text
}

// Filled returns a text with the values of its placeholders. Those that have none
// are words in capitals; whole reports that there are none of them.
func Filled(text string, values map[string]string) (filled string, whole bool) {
	whole = true
	filled = placeholder.ReplaceAllStringFunc(text, func(name string) string {
		name = name[1 : len(name)-1]
		if value := values[name]; value != "" {
			return value
		}
		whole = false
		return strings.ToUpper(name)
	})
	return filled, whole
}

// symptoms returns the ways in which a rule shows, as items of a list.
func symptoms(rule rules.Rule) (list []string) {
	if response, ok := rule.Response(); ok {
		list = append(list, "- The client gets "+responseText(response)+"\n")
	} else if r, ok := proxyresponse.Lookup(rule.ID); ok {
		list = append(list, fmt.Sprintf("- The client gets the status %d\n", r.Status))
	}
	if rule.Log != "" {
		where := "The execution log of API Gateway says"
		if rule.Box == rules.Deployment {
			where = "The deployment fails, with the reason"
		}
		list = append(list, "- "+where+"\n\n"+block(rule.Log, "text", "  ")+"\n\n")
	}
	for _, sign := range rule.Signs {
		list = append(list, "- The "+string(sign.In)+" has\n\n"+block(sign.Text, "text", "  ")+"\n\n")
	}
	switch rule.Kind {
	case rules.Notice, rules.Difference:
		list = append(list, "- The engine says it when it starts\n")
	case rules.Refusal, rules.Trap:
		list = append(list, "- The verb lint says it before the app is deployed\n")
	case rules.Parity:
		list = append(list, "- The verb parity says it when it compares a stage with what is here\n")
	case rules.Finding:
		list = append(list, "- The engine says it with the request's log\n")
	}
	if len(list) == 0 {
		list = append(list, "- Nobody published how\n")
	}
	return list
}

// responseText returns what a client sees, in one line.
func responseText(r rules.Response) string {
	var parts []string
	if r.Status != 0 {
		parts = append(parts, fmt.Sprintf("the status %d", r.Status))
	}
	if r.Body != "" {
		parts = append(parts, "the body `"+r.Body+"`")
	}
	if r.ErrorType != "" {
		parts = append(parts, "the header `x-amzn-ErrorType: "+r.ErrorType+"`")
	}
	return strings.Join(parts, ", ")
}

// cause returns what leads to the rule. Those of package proxyresponse have an
// example of it.
func cause(rule rules.Rule) string {
	r, ok := proxyresponse.Lookup(rule.ID)
	switch {
	case !ok:
		return Named(rule.Title)
	case r.About == proxyresponse.Result, r.About == proxyresponse.Streamed:
		language := "json"
		shape := strings.ReplaceAll(r.Shape, "\x00", `\0`)
		if shape != r.Shape || r.About == proxyresponse.Streamed {
			language = "text"
		}
		return r.Title + " For example, the function's result is\n\n" + block(shape, language, "")
	}
	return r.Title + " For example: " + r.Shape
}

// fix returns what to do, then the same for languages that the rule has code for.
func fix(rule rules.Rule) string {
	parts := []string{}
	if words := rule.Fixes[""]; words != "" {
		parts = append(parts, Named(words))
	}
	parts = append(parts, firstFix(rule))
	for _, language := range rules.Languages() {
		if code := rule.Fixes[language]; code != "" {
			parts = append(parts, "In "+string(language)+":", block(code, strings.ToLower(string(language)), ""))
		}
	}
	return strings.Join(parts, "\n\n")
}

// firstFix returns the fix of a rule. That of package proxyresponse is code.
func firstFix(rule rules.Rule) string {
	if r, ok := proxyresponse.Lookup(rule.ID); ok && r.Fix == rule.Fix {
		return block(rule.Fix, "go", "")
	}
	return Named(rule.Fix)
}

func block(text, language, indent string) string {
	var w strings.Builder
	w.WriteString(indent + "```" + language + "\n")
	for line := range strings.SplitSeq(Named(text), "\n") {
		w.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
	w.WriteString(indent + "```")
	return w.String()
}

// linked returns a source with its address as a link.
func linked(source string) string {
	address, note, hasNote := strings.Cut(source, " (")
	if !strings.HasPrefix(address, "https://") {
		return source
	}
	if hasNote {
		return "<" + address + "> (" + note
	}
	return "<" + address + ">"
}
