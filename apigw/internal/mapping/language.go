package mapping

import "example.com/apigw/internal/vtl"

// Parse parses a mapping template as [vtl.Parse] does. In API Gateway's Velocity
// templates cannot define macros and there is no #evaluate: a definition makes
// nothing, and the calls of both are text (recorded).
func Parse(name, text string) (*vtl.Template, error) {
	return vtl.Language{NoInlineMacros: true, NoEvaluate: true}.Parse(name, text)
}
