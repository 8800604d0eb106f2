package lint

import (
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// corsChecks are about what browsers do with responses.
func corsChecks() []*Check {
	return []*Check{
		{Name: "CORS of gateway responses", Rules: []string{"cors-gateway-responses"}, Run: checkGatewayCORS},
		{Name: "CORS of responses", Rules: []string{"cors-header-missing"}, Run: checkResponseCORS},
		{Name: "CORS values", Rules: []string{"mapped-cors-star-with-credentials", "mapped-cors-several-origins"}, Run: checkCORSValues},
		{Name: "preflights", Rules: []string{"mock-preflight-binary"}, Run: checkPreflights},
	}
}

func checkGatewayCORS(p *Pass) {
	for _, api := range p.apis {
		if !slices.ContainsFunc(api.methods, (*Method).preflight) {
			continue
		}
		var missing []string
		for _, kind := range []string{"DEFAULT_4XX", "DEFAULT_5XX"} {
			if !slices.ContainsFunc(api.responses, func(g gatewayResponse) bool {
				return (g.kind == kind || g.kind == "") && setsOrigin(g.parameters, "gatewayresponse.header.")
			}) {
				missing = append(missing, kind)
			}
		}
		if len(missing) > 0 {
			p.report(api.Resource, "", rules.Of("cors-gateway-responses", "types", strings.Join(missing, ", ")))
		}
	}
}

// originByTemplate reports whether the response template sets the header.
func (r integrationResponse) originByTemplate() bool {
	return slices.ContainsFunc(r.templates, func(t pair) bool {
		return !t.known || strings.Contains(strings.ToLower(t.value), "access-control-allow-origin")
	})
}

func checkResponseCORS(p *Pass) {
	for _, api := range p.apis {
		answered := map[string]bool{} // resources with preflights
		for _, m := range api.methods {
			if m.preflight() {
				answered[m.resourceID] = true
			}
		}
		for _, m := range api.methods {
			if !answered[m.resourceID] || m.in == nil || !m.in.custom() || m.httpMethod == "OPTIONS" {
				continue
			}
			for _, r := range m.in.responses {
				if !setsOrigin(r.parameters, "method.response.header.") && !r.originByTemplate() {
					p.reportMethod(m, "Integration.IntegrationResponses", rules.Of("cors-header-missing", "status", r.status))
				}
			}
		}
	}
}

func checkCORSValues(p *Pass) {
	check := func(parameters []pair, prefix string, report func(rules.Use)) {
		origin, _ := valueOf(parameters, prefix+"Access-Control-Allow-Origin")
		credentials, _ := valueOf(parameters, prefix+"Access-Control-Allow-Credentials")
		origin = strings.Trim(origin, "'")
		switch {
		case origin == "*" && credentials == "'true'":
			report(rules.Of("mapped-cors-star-with-credentials"))
		case strings.Contains(origin, ","), strings.Contains(strings.TrimSpace(origin), " "):
			report(rules.Of("mapped-cors-several-origins", "value", origin))
		}
	}
	p.integrations(func(m *Method, in *integration) {
		if !in.custom() {
			return
		}
		for _, r := range in.responses {
			if r.originByTemplate() {
				continue
			}
			check(r.parameters, "method.response.header.", func(use rules.Use) {
				p.reportMethod(m, "Integration.IntegrationResponses", use)
			})
		}
	})
	for _, api := range p.apis {
		for _, g := range api.responses {
			check(g.parameters, "gatewayresponse.header.", func(use rules.Use) { p.report(g.res, "ResponseParameters", use) })
		}
	}
}

func checkPreflights(p *Pass) {
	for _, api := range p.apis {
		all := slices.ContainsFunc(api.list("BinaryMediaTypes"), func(v any) bool { text, _ := textOf(v); return text == "*/*" || text == "*~1*" })
		if !all {
			continue
		}
		for _, m := range api.methods {
			if m.httpMethod == "OPTIONS" && m.in != nil && m.in.kind == "MOCK" && m.in.content != "CONVERT_TO_TEXT" {
				p.reportMethod(m, "Integration.ContentHandling", rules.Of("mock-preflight-binary"))
			}
		}
	}
}
