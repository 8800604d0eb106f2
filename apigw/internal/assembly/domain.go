package assembly

import (
	"cmp"
	"slices"
	"strings"

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
	for _, r := range found.domains {
		if r.Props.DomainName == "" {
			b.leaveOut(r.Resource, r.Errorf("DomainName", "it is missing: write the name that clients call"))
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
		if len(d.Mappings) == 0 {
			continue
		}
		slices.SortFunc(d.Mappings, func(x, y BasePath) int {
			return cmp.Or(cmp.Compare(len(y.Path), len(x.Path)), cmp.Compare(x.Path, y.Path))
		})
		b.assembly.Domains = append(b.assembly.Domains, d)
	}
	slices.SortFunc(b.assembly.Domains, func(x, y *Domain) int { return cmp.Compare(x.Name, y.Name) })
}
