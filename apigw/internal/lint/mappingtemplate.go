package lint

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/detect"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/vtl"
)

// templateChecks read the mapping templates.
func templateChecks() []*Check {
	return []*Check{
		{Name: "template grammar", Rules: []string{"template-does-not-parse"}, Run: checkGrammar},
		{Name: "template names", Rules: []string{"template-name-unknown", "template-override-unknown", "template-directive-unknown", "template-macro-ignored"}, Run: checkTemplates(templateNames)},
		{Name: "template quotes", Rules: []string{"template-client-text-unescaped", "template-json-quoted", "template-apostrophe"}, Run: checkTemplates(templateQuotes)},
		{Name: "template forms", Rules: []string{"template-value-not-encoded"}, Run: checkTemplates(templateForms)},
		{Name: "template parameters", Rules: []string{"template-param-from-anywhere"}, Run: checkParams},
		{Name: "templates on proxies", Rules: []string{"template-on-proxy"}, Run: checkProxyTemplates},
	}
}

// mappingTemplate is one template of a method.
type mappingTemplate struct {
	method   *Method
	name     string // such as "request template application/json"
	property string
	text     string
	request  bool
	parsed   *vtl.Template // nil if it does not parse
	err      error
}

// mappingTemplates returns the templates that are used.
func (a *App) mappingTemplates() []*mappingTemplate {
	if a.templates != nil {
		return a.templates
	}
	a.templates = []*mappingTemplate{}
	type parsed struct {
		template *vtl.Template
		err      error
	}
	known := map[string]parsed{} // many methods share a template
	add := func(t mappingTemplate) {
		p, ok := known[t.text]
		if !ok {
			p.template, p.err = vtl.Parse(t.name, t.text)
			known[t.text] = p
		}
		t.parsed, t.err = p.template, p.err
		if p.err != nil {
			t.parsed = nil
		}
		a.templates = append(a.templates, &t)
	}
	for _, m := range a.methods {
		if m.in == nil || !m.in.custom() {
			continue
		}
		for _, t := range m.in.templates {
			if t.known && len(t.value) <= maxTemplate {
				add(mappingTemplate{method: m, name: "request template " + t.key, property: "Integration.RequestTemplates." + t.key, text: t.value, request: true})
			}
		}
		for i, r := range m.in.responses {
			for _, t := range r.templates {
				if t.known && len(t.value) <= maxTemplate {
					add(mappingTemplate{method: m, name: "response template " + r.status + " " + t.key,
						property: fmt.Sprintf("Integration.IntegrationResponses.%d.ResponseTemplates.%s", i, t.key), text: t.value})
				}
			}
		}
	}
	return a.templates
}

// reportNode reports what is wrong with a node of a template.
func (p *Pass) reportNode(t *mappingTemplate, n vtl.Node, use rules.Use) {
	p.reportPlace(t, vtl.PlaceOf(n), use)
}

func (p *Pass) reportPlace(t *mappingTemplate, at vtl.Place, use rules.Use) {
	f := t.method.finding(p.App, t.property, use)
	f.Template = &TemplatePlace{Name: t.name, Line: at.Line, Column: at.Column, text: t.text}
	p.add(f)
}

// templates calls a function for each template that parses.
func (p *Pass) templates(check func(*mappingTemplate)) {
	for _, t := range p.mappingTemplates() {
		if t.parsed != nil {
			check(t)
		}
	}
}

func checkGrammar(p *Pass) {
	for _, t := range p.mappingTemplates() {
		if t.err == nil {
			continue
		}
		at := vtl.Place{Line: 1, Column: 1}
		if wrong, ok := errors.AsType[*vtl.ParseError](t.err); ok {
			at = wrong.Place
		}
		problem := t.err.Error()
		if match := call.FindStringSubmatch(at.Text); match != nil && detect.Directive(match[1]) != "" {
			problem += " (#" + match[1] + " is not a directive: write #" + detect.Directive(match[1]) + ")"
		}
		p.reportPlace(t, at, rules.Of("template-does-not-parse", "problem", problem))
	}
}

// call is a directive with arguments.
var call = regexp.MustCompile(`#([a-zA-Z]+)\s*\(`)

// checkTemplates reports what a detector finds in each template.
func checkTemplates(find func(*mappingTemplate) []detect.InTemplate) func(*Pass) {
	return func(p *Pass) {
		p.templates(func(t *mappingTemplate) {
			for _, found := range find(t) {
				p.reportNode(t, found.Node, found.Use)
			}
		})
	}
}

func templateNames(t *mappingTemplate) []detect.InTemplate { return detect.Names(t.parsed.Root()) }

func templateQuotes(t *mappingTemplate) []detect.InTemplate {
	return detect.Quotes(t.parsed.Root(), t.request)
}

func templateForms(t *mappingTemplate) []detect.InTemplate {
	if !t.request {
		return nil
	}
	return detect.Forms(t.parsed.Root(), t.text)
}

func checkParams(p *Pass) {
	p.templates(func(t *mappingTemplate) {
		vtl.Inspect(t.parsed.Root(), func(n vtl.Node) bool {
			r, ok := n.(*vtl.Reference)
			if !ok || r.Name != "input" || len(r.Parts) == 0 {
				return true
			}
			call, ok := r.Parts[0].(*vtl.MethodCall)
			if !ok || call.Name != "params" || len(call.Args) != 1 {
				return true
			}
			literal, ok := call.Args[0].(*vtl.Literal)
			if !ok {
				return true
			}
			name, ok := literal.Value.(string)
			if ok && t.method.headerMayAnswer(name) {
				p.reportNode(t, n, rules.Of("template-param-from-anywhere", "name", name))
			}
			return true
		})
	})
}

// headerMayAnswer reports whether a header can take the place of a parameter that the
// method declares in the query string alone, and does not insist on.
func (m *Method) headerMayAnswer(name string) bool {
	query := false
	for _, parameter := range m.parameters {
		parts := requestParameter.FindStringSubmatch(parameter.key)
		if parts == nil || parts[2] != name {
			continue
		}
		switch strings.TrimPrefix(parts[1], "multivalue") {
		case "querystring":
			query = !(parameter.value == "true" && m.validatesParams)
		default:
			return false
		}
	}
	return query && !strings.Contains(m.resourcePath, "{"+name+"}")
}

func checkProxyTemplates(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		if in.proxy() && len(in.templates) > 0 {
			p.reportMethod(m, "Integration.RequestTemplates", rules.Of("template-on-proxy", "type", in.kind, "kind", "request templates"))
		}
		if in.proxy() && slices.ContainsFunc(in.responses, func(r integrationResponse) bool { return len(r.templates)+len(r.parameters) > 0 }) {
			p.reportMethod(m, "Integration.IntegrationResponses", rules.Of("template-on-proxy", "type", in.kind, "kind", "integration responses"))
		}
	})
}
