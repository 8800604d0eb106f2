package assembly

import (
	"cmp"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/rules"
)

// addDomains adds the custom domain names that lead to REST APIs.
func (b *builder) addDomains(found *resources) {
	domains := map[string]*Domain{}
	named := func(name string) *Domain {
		name = strings.ToLower(name)
		if domains[name] == nil {
			domains[name] = &Domain{Name: name}
		}
		return domains[name]
	}
	modes := map[string]string{}
	for _, r := range found.domains {
		if r.Props.DomainName == "" {
			b.leaveOut(r.Resource, r.Errorf("DomainName", "it is missing: write the name that clients call"))
		}
		modes[strings.ToLower(r.Props.DomainName)] = cmp.Or(r.Props.RoutingMode, "API_MAPPING_ONLY")
	}
	for _, r := range found.routingRules {
		name, rule, err := b.routingRule(r)
		if err == nil && strings.HasSuffix(modes[name], "_MAPPING_ONLY") {
			err = r.Errorf("DomainNameArn", "the domain name's RoutingMode is for mappings alone, which AWS takes no rules for: set it to ROUTING_RULE_ONLY or ROUTING_RULE_THEN_BASE_PATH_MAPPING")
		}
		if err == nil && slices.ContainsFunc(named(name).Rules, func(other RoutingRule) bool { return other.Priority == rule.Priority }) {
			err = r.Errorf("Priority", "another rule of %s has %d too: give each its own", name, rule.Priority)
		}
		switch {
		case err != nil:
			b.leaveOut(r.Resource, err)
		case rule.API == nil:
			b.notice(r.Path, rules.Of("api-elsewhere", "api", r.Props.Actions[0].InvokeApi.ApiId))
		default:
			d := named(name)
			d.Rules = append(d.Rules, rule)
		}
	}
	for _, r := range found.mappings {
		p := r.Props
		api := b.apis[p.RestApiId]
		switch {
		case r.broken != nil:
			b.leaveOut(r.Resource, r.broken)
			continue
		case api == nil && strings.HasPrefix(r.Type, "AWS::ApiGatewayV2::"):
			continue // that of an HTTP API, which is reported
		case api == nil:
			b.notice(r.Path, rules.Of("api-elsewhere", "api", p.RestApiId))
			continue
		case p.DomainName == "":
			b.leaveOut(r.Resource, r.Errorf("DomainName", "it is missing: name the domain with {\"Ref\": …}"))
			continue
		}
		if modes[strings.ToLower(p.DomainName)] == "ROUTING_RULE_ONLY" {
			b.leaveOut(r.Resource, r.Errorf("DomainName", "the domain name's RoutingMode is ROUTING_RULE_ONLY, which AWS takes no mappings for: set it to ROUTING_RULE_THEN_BASE_PATH_MAPPING"))
			continue
		}
		path := strings.Trim(p.BasePath, "/")
		if path == "(none)" { // as the control plane names it
			path = ""
		}
		if p.Stage != "" && !slices.ContainsFunc(api.Stages, func(s *Stage) bool { return s.Name == p.Stage }) {
			b.notice(r.Path, rules.Of("part-unreadable", "part", "it", "problem", r.Errorf("Stage", "API %s has no stage %q: name one that it has", api.Name, p.Stage)))
			continue
		}
		d := named(p.DomainName)
		d.Mappings = append(d.Mappings, BasePath{Path: path, API: api.API, Stage: p.Stage})
	}
	for _, d := range domains {
		if len(d.Mappings) == 0 && len(d.Rules) == 0 {
			continue
		}
		slices.SortFunc(d.Rules, func(x, y RoutingRule) int { return cmp.Compare(x.Priority, y.Priority) })
		slices.SortFunc(d.Mappings, func(x, y BasePath) int {
			return cmp.Or(cmp.Compare(len(y.Path), len(x.Path)), cmp.Compare(x.Path, y.Path))
		})
		b.assembly.Domains = append(b.assembly.Domains, d)
	}
	slices.SortFunc(b.assembly.Domains, func(x, y *Domain) int { return cmp.Compare(x.Name, y.Name) })
}

// routingRule returns the domain name that a routing rule is of, and the rule, which has
// no API if that is elsewhere.
func (b *builder) routingRule(r item[property.RoutingRule]) (domain string, rule RoutingRule, err error) {
	if r.broken != nil {
		return "", rule, r.broken
	}
	p := r.Props
	_, domain, _ = strings.Cut(p.DomainNameArn, "/domainnames/")
	domain = strings.ToLower(domain)
	switch {
	case domain == "":
		return "", rule, r.Errorf("DomainNameArn", "got %q: name the domain with {\"Fn::GetAtt\": [\"…\", \"DomainNameArn\"]}", p.DomainNameArn)
	case p.Priority < 1 || p.Priority > 1000000:
		return "", rule, r.Errorf("Priority", "got %d, want a number from 1 to 1000000", p.Priority)
	case len(p.Actions) != 1:
		return "", rule, r.Errorf("Actions", "got %d, want the one API that the rule leads to", len(p.Actions))
	}
	to := p.Actions[0].InvokeApi
	rule = RoutingRule{Priority: p.Priority, Stage: to.Stage, Strip: to.StripBasePath}
	paths := 0
	for _, condition := range p.Conditions {
		for _, path := range condition.MatchBasePaths.AnyOf {
			rule.BasePath = strings.Trim(path, "/")
			paths++
		}
		for _, header := range condition.MatchHeaders.AnyOf {
			rule.Headers = append(rule.Headers, HeaderGlob{Name: header.Header, Value: header.ValueGlob})
		}
		if n := len(condition.MatchHeaders.AnyOf); n > 1 {
			return "", rule, r.Errorf("Conditions", "a condition has %d headers, and AWS takes one: write a condition for each", n)
		}
	}
	switch {
	case paths > 1:
		return "", rule, r.Errorf("Conditions", "got %d base paths, and AWS takes one: write a rule for each", paths)
	case len(rule.Headers) > 2:
		return "", rule, r.Errorf("Conditions", "got %d headers, and AWS takes two: leave some out", len(rule.Headers))
	}
	if api := b.apis[to.ApiId]; api != nil {
		rule.API = api.API
		if !slices.ContainsFunc(api.Stages, func(s *Stage) bool { return s.Name == to.Stage }) {
			return "", rule, r.Errorf("Actions", "API %s has no stage %q: name one that it has", api.Name, to.Stage)
		}
	}
	return domain, rule, nil
}
