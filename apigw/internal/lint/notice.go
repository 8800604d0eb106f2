package lint

import (
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
)

// same has, for rules about what cannot work as it is written, the refusals that say
// the same of a deployment.
var same = map[string][]string{
	"circle":                          {"template-circle"},
	"endpoint-invalid":                {"integration-url-invalid", "integration-arn-invalid", "integration-arn-incomplete"},
	"endpoint-not-http":               {"integration-url-invalid"},
	"endpoint-not-lambda":             {"integration-arn-invalid", "integration-arn-incomplete", "integration-proxy-service"},
	"endpoint-without-function":       {"integration-arn-invalid", "integration-arn-incomplete"},
	"gateway-response-header-invalid": {"gateway-response-parameter-refused"},
	"gateway-response-value-invalid":  {"mapping-expression-invalid"},
	"integration-missing":             {"method-integration-missing"},
	"mapping-unreadable":              {"mapping-expression-invalid", "mapping-target-invalid"},
	"method-response-missing":         {"mapping-response-missing"},
	"model-invalid":                   {"model-keyword-unsupported", "model-schema-invalid"},
	"model-unusable":                  {"model-keyword-unsupported", "model-schema-invalid"},
	"resource-unreadable":             {"template-reference-unknown"},
	"status-not-a-number":             {"response-status-invalid"},
}

// silent are the traps that no request complains of: what a template names wrongly is
// empty text, or is sent as it stands.
var silent = map[string]bool{"template-name-unknown": true, "template-directive-unknown": true}

// Notices returns what a person should know of an app: first what AWS refuses, then
// what fails without a word, then the notices that say something else.
func Notices(found []Finding, notices []assembly.Notice) []assembly.Notice {
	var all []assembly.Notice
	refused := Refusals(found)
	for _, f := range refused {
		n := assembly.NewNotice(f.Path, f.Rule)
		n.Message = "The deployment fails. " + n.Message
		all = append(all, n)
	}
	for _, f := range found {
		if silent[f.Rule.ID()] {
			all = append(all, assembly.NewNotice(f.Path, f.Rule))
		}
	}
	for _, n := range notices {
		if !slices.ContainsFunc(refused, func(f Finding) bool {
			return slices.Contains(same[n.Rule.ID()], f.Rule.ID()) && (f.Path == n.Path || strings.HasPrefix(f.Path, n.Path+"/"))
		}) {
			all = append(all, n)
		}
	}
	return all
}
