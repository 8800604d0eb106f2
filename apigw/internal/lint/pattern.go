package lint

import (
	"slices"

	"example.com/apigw/internal/detect"
	"example.com/apigw/internal/java/regex"
	"example.com/apigw/internal/rules"
)

// patternChecks are about which integration response is chosen.
func patternChecks() []*Check {
	return []*Check{
		{Name: "integration responses there", Rules: []string{"integration-responses-missing", "method-response-missing"}, Run: checkResponsesThere},
		{Name: "selection patterns", Rules: []string{"selection-pattern-invalid", "pattern-matches-success", "pattern-is-status", "pattern-is-prefix"}, Run: checkPatterns},
		{Name: "default responses", Rules: []string{"default-response-missing", "default-response-twice"}, Run: checkDefaults},
	}
}

func checkResponsesThere(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		if !in.custom() {
			return
		}
		if len(in.responses) == 0 {
			if v, there := m.res.get("Integration", "IntegrationResponses"); !there || known(v) {
				p.reportMethod(m, "Integration.IntegrationResponses", rules.Of("integration-responses-missing"))
			}
			return
		}
		for _, r := range in.responses {
			if r.status == "" || len(r.parameters) > 0 {
				continue // the latter is refused at deployment
			}
			if !slices.ContainsFunc(m.responses, func(each response) bool { return each.status == r.status }) {
				p.reportMethod(m, "Integration.IntegrationResponses", rules.Of("method-response-missing", "status", r.status))
			}
		}
	})
}

func checkPatterns(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		if !in.custom() {
			return
		}
		for _, r := range in.responses {
			if r.pattern == "" {
				continue
			}
			const property = "Integration.IntegrationResponses"
			compiled, err := regex.Compile(r.pattern)
			if err != nil {
				p.reportMethod(m, property, rules.Of("selection-pattern-invalid", "status", r.status, "problem", err))
				continue
			}
			if !in.lambda() {
				continue
			}
			if use := detect.Pattern(r.status, r.pattern, compiled); !use.IsZero() {
				p.reportMethod(m, property, use)
			}
		}
	})
}

func checkDefaults(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		if !in.custom() || len(in.responses) == 0 {
			return
		}
		var defaults []string
		for _, r := range in.responses {
			if !r.patternKnown {
				return
			}
			if r.pattern == "" {
				defaults = append(defaults, r.status)
			}
		}
		const property = "Integration.IntegrationResponses"
		switch {
		case len(defaults) > 1:
			p.reportMethod(m, property, rules.Of("default-response-twice", "status", defaults[0], "other", defaults[1]))
		case len(defaults) == 0 && in.lambda() && !slices.ContainsFunc(in.responses, matchesSuccess):
			p.reportMethod(m, property, rules.Of("default-response-missing"))
		}
	})
}

// matchesSuccess reports whether a pattern matches the empty errorMessage of a
// success.
func matchesSuccess(r integrationResponse) bool {
	compiled, err := regex.Compile(r.pattern)
	if err != nil {
		return false
	}
	matches, err := compiled.Matches("")
	return err == nil && matches
}
