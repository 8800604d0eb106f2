package mapping

import (
	"slices"
	"strings"

	"example.com/apigw/internal/vtl"
)

// The names of references whose origins a trace holds.
const (
	inputName      = "input"
	contextName    = "context"
	stageVariables = "stageVariables"
)

// origins names the inputs that references are. The methods of $input report
// what they read themselves, so that its own name is left for $input.body.
func origins() map[string]string {
	return map[string]string{inputName: "$input", contextName: "$context", stageVariables: "$stageVariables"}
}

// nameBody renames the inputs that are $input as such to $input.body.
func nameBody(t *vtl.Trace) {
	for i := range t.Spans {
		s := &t.Spans[i]
		others := slices.DeleteFunc(slices.Clone(s.Inputs), func(in string) bool { return in == "$input" })
		switch {
		case len(others) == len(s.Inputs):
		case slices.ContainsFunc(others, ofInput):
			s.Inputs = others
		default:
			s.Inputs = append(others, "$input.body")
		}
	}
}

// fit keeps spans within the output, whose length is another where half a
// surrogate pair became a question mark.
func fit(t *vtl.Trace, length int) {
	for i := range t.Spans {
		s := &t.Spans[i]
		s.Start, s.End = min(s.Start, length), min(s.End, length)
	}
	if n := len(t.Spans); n > 0 {
		t.Spans[n-1].End = length
	}
}

// ofInput recognises what the methods of $input report.
func ofInput(input string) bool {
	return input == "$" || strings.HasPrefix(input, "$.") || strings.HasPrefix(input, "$[") || strings.HasPrefix(input, "$input.params(")
}
