package detect

import (
	"errors"
	"strings"

	"example.com/apigw/internal/jackson"
	"example.com/apigw/internal/rules"
)

// Output reports where an output of a template breaks that begins like JSON. Others may
// be for somebody who wants no JSON. The excerpt shows the place.
func Output(text string) (use rules.Use, excerpt string) {
	begin := strings.TrimLeft(text, " \t\r\n")
	if begin == "" || !strings.Contains(`{["`, begin[:1]) {
		return rules.Use{}, ""
	}
	bad, ok := errors.AsType[*jackson.Error](jackson.Check([]byte(text)))
	if !ok {
		return rules.Use{}, ""
	}
	problem, _, _ := strings.Cut(bad.Problem, " (start marker at ")
	return rules.Of("template-output-not-json", "problem", problem), bad.Excerpt()
}
