package lint

import (
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// mappingChecks are what the control plane refuses in parameter mappings.
func mappingChecks() []*Check {
	return []*Check{
		{Name: "request mappings", Rules: []string{"mapping-target-invalid", "mapping-expression-invalid", "mapping-parameter-undeclared", "cache-key-invalid"}, Run: checkRequestMappings},
		{Name: "response mappings", Rules: []string{"mapping-target-invalid", "mapping-expression-invalid", "mapping-header-undeclared", "mapping-response-missing"}, Run: checkResponseMappings},
	}
}

var (
	requestTarget  = regexp.MustCompile(`^integration\.request\.(header|querystring|path)\.` + parameterName + `$`)
	responseTarget = regexp.MustCompile(`^method\.response\.header\.` + parameterName + `$`)

	static         = regexp.MustCompile(`(?s)^'.*'$`)
	elsewhere      = regexp.MustCompile(`^(context|stageVariables)\.[a-zA-Z0-9._$\-]+$`)
	requestBody    = regexp.MustCompile(`^method\.request\.body(\..+)?$`)
	responseSource = regexp.MustCompile(`^integration\.response\.((header|multivalueheader)\.` + parameterName + `|body(\..+)?)$`)
)

// isStatic reports whether a source is a text in single quotes.
func isStatic(source string) bool { return len(source) >= 2 && static.MatchString(source) }

func checkRequestMappings(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		declared := map[string]bool{}
		for _, parameter := range m.parameters {
			declared[singleValue(parameter.key)] = true
		}
		for _, mapping := range in.parameters {
			const property = "Integration.RequestParameters"
			if !requestTarget.MatchString(mapping.key) {
				p.reportMethod(m, property, rules.Of("mapping-target-invalid", "target", mapping.key))
				continue
			}
			source := mapping.value
			switch {
			case !mapping.known, isStatic(source), elsewhere.MatchString(source), requestBody.MatchString(source):
			case !requestParameter.MatchString(source):
				p.reportMethod(m, property, rules.Of("mapping-expression-invalid", "target", mapping.key, "source", source))
			case !declared[singleValue(source)]:
				p.reportMethod(m, property, rules.Of("mapping-parameter-undeclared", "target", mapping.key, "source", source))
			}
		}
		for _, key := range in.cacheKeys {
			if !requestParameter.MatchString(key) && !requestTarget.MatchString(key) {
				p.reportMethod(m, "Integration.CacheKeyParameters", rules.Of("cache-key-invalid", "parameter", key))
			}
		}
	})
}

// singleValue returns the parameter whose single value a source reads all values of.
// That the declaration of the one is enough for the other is assumed.
func singleValue(parameter string) string {
	return strings.Replace(parameter, "method.request.multivalue", "method.request.", 1)
}

func checkResponseMappings(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		const property = "Integration.IntegrationResponses"
		for _, r := range in.responses {
			i := slices.IndexFunc(m.responses, func(each response) bool { return each.status == r.status })
			if i < 0 && len(r.parameters) > 0 && r.status != "" {
				p.reportMethod(m, property, rules.Of("mapping-response-missing", "status", r.status))
				continue
			}
			for _, mapping := range r.parameters {
				source := mapping.value
				switch {
				case !responseTarget.MatchString(mapping.key):
					p.reportMethod(m, property, rules.Of("mapping-target-invalid", "target", mapping.key))
					continue
				case i >= 0 && !slices.ContainsFunc(m.responses[i].headers, func(h pair) bool { return h.key == mapping.key }):
					p.reportMethod(m, property, rules.Of("mapping-header-undeclared", "status", r.status, "target", mapping.key))
				}
				if mapping.known && !isStatic(source) && !elsewhere.MatchString(source) && !responseSource.MatchString(source) {
					p.reportMethod(m, property, rules.Of("mapping-expression-invalid", "target", mapping.key, "source", source))
				}
			}
		}
	})
}
