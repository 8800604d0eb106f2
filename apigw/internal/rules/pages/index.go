package pages

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// entry is a symptom, and a rule that has it.
type entry struct {
	symptom string
	rule    rules.Rule
}

// Index returns the page that leads from what somebody sees to the rules.
func Index() string {
	var w strings.Builder
	w.WriteString(`# What is wrong?

Look for what you see. Words in capitals stand for anything. Where several rules have the same symptom,
the execution log of the stage says which one it is: switch on full request and response logs, and give
the log to the verb ` + "`explain`" + `.

`)
	var client, log, function, browser, deployment []entry
	for _, rule := range rules.All() {
		if response, ok := rule.Response(); ok {
			client = append(client, entry{responseText(response), rule})
		}
		if rule.Log != "" {
			line, _, _ := strings.Cut(rule.Log, "\n")
			e := entry{code(line), rule}
			switch {
			case rule.Box == rules.Deployment:
				deployment = append(deployment, e)
			case !strings.HasPrefix(line, "Successfully completed"):
				log = append(log, e)
			}
		}
		for _, sign := range rule.Signs {
			e := entry{code(sign.Text), rule}
			switch sign.In {
			case rules.Browser:
				browser = append(browser, e)
			case rules.FailedDeployment:
				deployment = append(deployment, e)
			case rules.ExecutionLog:
				log = append(log, e)
			default:
				function = append(function, e)
			}
		}
	}
	section(&w, "The client sees", client)
	section(&w, "The execution log of API Gateway says", log)
	section(&w, "The function's log, or its error, says", function)
	section(&w, "The browser says", browser)
	section(&w, "The deployment fails with", deployment)

	w.WriteString("## All rules, by where they belong\n")
	for _, box := range rules.Boxes() {
		fmt.Fprintf(&w, "\n### %s%s\n\n", strings.ToUpper(string(box[:1])), box[1:])
		for _, rule := range rules.All() {
			if rule.Box == box {
				fmt.Fprintf(&w, "- %s\n", link(rule))
			}
		}
	}
	return w.String()
}

// section writes a heading, and each symptom with its rules. The symptoms are
// sorted, so that they can be found.
func section(w *strings.Builder, heading string, entries []entry) {
	if len(entries) == 0 {
		return
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.symptom, b.symptom) })
	fmt.Fprintf(w, "## %s\n", heading)
	last := ""
	for _, e := range entries {
		if e.symptom != last {
			fmt.Fprintf(w, "\n%s\n\n", e.symptom)
			last = e.symptom
		}
		fmt.Fprintf(w, "- %s\n", link(e.rule))
	}
	w.WriteString("\n")
}

func code(text string) string { return "`" + Named(text) + "`" }

func link(rule rules.Rule) string {
	return "[" + rule.ID + "](" + rule.PageName() + "): " + Named(rule.Title)
}
