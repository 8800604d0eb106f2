package lint

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
)

// integrationChecks are what PutIntegration and PutIntegrationResponse refuse,
// without the mappings.
func integrationChecks() []*Check {
	return []*Check{
		{Name: "integration type", Rules: []string{"integration-type-invalid", "integration-method-missing", "integration-value-invalid", "vpc-link-id-missing"}, Run: checkIntegrationType},
		{Name: "integration URI", Rules: []string{"integration-uri-missing", "integration-url-invalid", "integration-arn-invalid", "integration-arn-incomplete", "integration-proxy-service"}, Run: checkURI},
		{Name: "integration timeout", Rules: []string{"integration-timeout-invalid", "integration-timeout-quota"}, Run: checkTimeout},
		{Name: "integration responses", Rules: []string{"response-status-invalid"}, Run: checkIntegrationResponses},
		{Name: "templates", Rules: []string{"content-type-invalid", "template-too-large"}, Run: checkTemplateTypes},
	}
}

// integrations calls a function for each method with an integration.
func (p *Pass) integrations(check func(*Method, *integration)) {
	for _, m := range p.methods {
		if m.in != nil {
			check(m, m.in)
		}
	}
}

func checkIntegrationType(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		raw, _ := m.res.get("Integration", "Type")
		if _, known := textOf(raw); m.own && raw != nil && !known {
			return
		}
		if !in.proxy() && !in.custom() {
			p.reportMethod(m, "Integration.Type", rules.Of("integration-type-invalid", "type", quoted(in.kind)))
			return
		}
		if m.own && in.kind != "MOCK" && in.httpMethod == "" {
			if _, there := m.res.get("Integration", "IntegrationHttpMethod"); !there {
				p.reportMethod(m, "Integration.IntegrationHttpMethod", rules.Of("integration-method-missing", "type", in.kind))
			}
		}
		for _, v := range []struct {
			property, value string
			values          []string
		}{
			{"PassthroughBehavior", in.passthrough, []string{"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}},
			{"ContentHandling", in.content, []string{"CONVERT_TO_BINARY", "CONVERT_TO_TEXT"}},
			{"ConnectionType", in.connection, []string{"INTERNET", "VPC_LINK"}},
			{"ResponseTransferMode", in.mode, []string{"BUFFERED", "STREAM"}},
			{"IntegrationHttpMethod", in.httpMethod, httpMethods},
		} {
			if m.own && v.value != "" && !slices.Contains(v.values, v.value) {
				p.reportMethod(m, "Integration."+v.property, rules.Of("integration-value-invalid",
					"property", v.property, "value", quoted(v.value), "values", strings.Join(v.values, ", ")))
			}
		}
		if in.connection == "VPC_LINK" && !in.connectionID && m.own {
			p.reportMethod(m, "Integration.ConnectionId", rules.Of("vpc-link-id-missing"))
		}
	})
}

func checkURI(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		switch {
		case !in.uriKnown || in.kind == "MOCK":
		case in.uri == "" && (in.proxy() || in.custom()):
			p.reportMethod(m, "Integration.Uri", rules.Of("integration-uri-missing", "type", in.kind))
		case in.kind == "HTTP" || in.kind == "HTTP_PROXY":
			if !isURL(in.uri) {
				p.reportMethod(m, "Integration.Uri", rules.Of("integration-url-invalid", "uri", in.uri))
			}
		case in.kind == "AWS" || in.kind == "AWS_PROXY":
			checkARN(p, m, in)
		}
	})
}

// stageVariable is a reference that a stage replaces.
var stageVariable = regexp.MustCompile(`\$\{stageVariables\.[^}]*\}`)

// isURL reports whether a text is an http or https URL once stage variables and
// path parameters are in it.
func isURL(text string) bool {
	if stageVariable.MatchString(text) && !strings.HasPrefix(text, "http") {
		return strings.HasPrefix(text, "${") // the scheme may be in the variable
	}
	text = stageVariable.ReplaceAllString(text, "x")
	text = regexp.MustCompile(`\{[^/{}]*\}`).ReplaceAllString(text, "x")
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func checkARN(p *Pass, m *Method, in *integration) {
	parts := strings.SplitN(in.uri, ":", 6)
	if strings.HasPrefix(in.uri, "${stageVariables.") {
		return
	}
	target := in.target()
	switch {
	case len(parts) < 6 || parts[0] != "arn":
		p.reportMethod(m, "Integration.Uri", rules.Of("integration-arn-invalid", "uri", in.uri))
	case parts[2] != "apigateway" || target.kind != "path" && target.kind != "action":
		p.reportMethod(m, "Integration.Uri", rules.Of("integration-arn-incomplete", "uri", in.uri))
	case in.kind == "AWS_PROXY" && target.service != "lambda" && target.service != "firehose":
		p.reportMethod(m, "Integration.Uri", rules.Of("integration-proxy-service", "service", target.service))
	}
}

// Bounds of an integration's timeout, in milliseconds.
const (
	minTimeout     = 50
	defaultTimeout = 29000
)

func checkTimeout(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		regional := m.api != nil && slices.ContainsFunc(m.api.list("EndpointConfiguration", "Types"), func(v any) bool {
			kind, known := textOf(v)
			return !known || kind == "REGIONAL" || kind == "PRIVATE"
		})
		switch {
		case in.timeout == 0:
		case in.timeout < minTimeout, in.timeout > defaultTimeout && m.api != nil && !regional:
			p.reportMethod(m, "Integration.TimeoutInMillis", rules.Of("integration-timeout-invalid", "timeout", in.timeout))
		case in.timeout > defaultTimeout:
			p.reportMethod(m, "Integration.TimeoutInMillis", rules.Of("integration-timeout-quota", "timeout", in.timeout))
		}
	})
}

func checkIntegrationResponses(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		for _, r := range in.responses {
			if r.status != "" && !status.MatchString(r.status) {
				p.reportMethod(m, "Integration.IntegrationResponses", rules.Of("response-status-invalid", "status", r.status))
			}
		}
	})
}

// mediaType is what a template can be for.
var mediaType = regexp.MustCompile(`^(\$default|[^\s/;]+/[^\s/;]+(\s*;.*)?)$`)

// maxTemplate is how large a template may be, in bytes.
const maxTemplate = 300 << 10

func checkTemplateTypes(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		check := func(property string, templates []pair) {
			for _, t := range templates {
				if !mediaType.MatchString(t.key) {
					p.reportMethod(m, property, rules.Of("content-type-invalid", "type", quoted(t.key)))
				}
				if len(t.value) > maxTemplate {
					p.reportMethod(m, property, rules.Of("template-too-large", "size", len(t.value)))
				}
			}
		}
		check("Integration.RequestTemplates", in.templates)
		for _, r := range in.responses {
			check("Integration.IntegrationResponses", r.templates)
		}
	})
}
