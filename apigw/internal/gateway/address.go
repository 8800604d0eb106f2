package gateway

import (
	"cmp"
	"net"
	"net/http"
	"net/url"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

// address is which stage a request is for, and what is left of its path.
type address struct {
	stage  *stage
	path   string // behind the stage, as the client wrote it
	host   string // that the client called, or the API's own when the path names the API
	prefix string // first label of host
	// base is the base path of a custom domain, with a slash before it, which stands in
	// the stage's place; mapped says that there is one, though it may be empty.
	base   string
	mapped bool
}

// fullPath returns the path that the client wrote, as far as the gateway shows it: with
// the stage, or with the base path of a custom domain.
func (a address) fullPath() string {
	if a.mapped {
		return cmp.Or(a.base+a.path, "/")
	}
	return "/" + a.stage.Name + a.path
}

// eventPath returns the path that functions see: without the stage, but with the base
// path. (Recorded and published: events of custom domains.)
func (a address) eventPath(path string) string {
	if a.base == "" {
		return path
	}
	return a.base + a.path
}

// nameAPIs sets the name by which URLs call an API: its own, else its construct path
// with hyphens, else its logical id, else its id.
func (g *Gateway) nameAPIs() {
	g.byKey = map[string]*api{}
	g.byHost = map[string]*api{}
	for _, names := range [...]func(*api) string{
		func(a *api) string { return a.Name },
		func(a *api) string { return strings.ReplaceAll(a.Path, "/", "-") },
		func(a *api) string { return a.LogicalID },
		func(a *api) string { return a.ID },
	} {
		count := map[string]int{}
		for _, a := range g.apis {
			count[names(a)]++
		}
		for _, a := range g.apis {
			name := names(a)
			if a.key == "" && count[name] == 1 && g.byKey[name] == nil && name != "" {
				a.key = name
				g.byKey[name] = a
			}
		}
	}
	for _, a := range g.apis {
		g.byHost[strings.ToLower(a.ID)] = a
		for _, endpoint := range a.VPCEndpoints { // as private APIs are called by the name of an endpoint
			g.byHost[strings.ToLower(a.ID+"-"+endpoint)] = a
		}
	}
	for _, a := range g.apis {
		g.byHost[strings.ToLower(a.key)] = a
	}
}

// locate finds the stage that a request with a path addresses. A wrong API and a wrong
// stage look alike to the client, as they do on AWS.
func (g *Gateway) locate(r *http.Request, path string) (address, *gatewayresponse.Error) {
	path = strings.TrimLeft(path, "/")
	if name := domainName(r.Host); g.domain(name) != nil {
		d := g.domain(name)
		if at, ok := d.routed(r, name, path); ok {
			return at, nil
		}
		return g.locateInDomain(d, name, path)
	}
	a, at := g.byHostName(r.Host)
	if a == nil {
		var key string
		key, path, _ = strings.Cut(path, "/")
		path = strings.TrimLeft(path, "/")
		if name, err := url.PathUnescape(key); err == nil {
			a = g.byKey[name]
		}
		if a == nil {
			return at, gatewayresponse.Forbidden(rules.Of("api-unknown", "name", key))
		}
		at.prefix = a.ID
		at.host = a.domain
	}
	end := strings.IndexByte(path, '/')
	if end < 0 {
		end = len(path)
	}
	if at.stage = a.stages[path[:end]]; at.stage == nil {
		return at, gatewayresponse.Forbidden(rules.Of("stage-unknown", "api", a.key, "stage", path[:end]))
	}
	at.path = path[end:]
	return at, nil
}

// IsDomain reports whether a host, with or without a port, is a custom domain name.
func (g *Gateway) IsDomain(host string) bool { return g.domain(domainName(host)) != nil }

// domainName returns the name that a host has as a custom domain.
func domainName(host string) string { return strings.ToLower(withoutPort(host)) }

// domain returns the custom domain name that a host is, or that stands for all names
// below one, such as *.example.com; nil without one.
func (g *Gateway) domain(host string) *domain {
	if d := g.domains[host]; d != nil {
		return d
	}
	_, rest, _ := strings.Cut(host, ".")
	return g.domains["*."+rest]
}

// locateInDomain finds the stage that a path of a custom domain addresses: that of the
// longest base path which the path begins with.
func (g *Gateway) locateInDomain(d *domain, host, path string) (address, *gatewayresponse.Error) {
	at := address{host: host, mapped: true}
	at.prefix, _, _ = strings.Cut(host, ".")
	for _, m := range d.mappings {
		rest, ok := strings.CutPrefix(path, m.Path)
		if m.Path == "" {
			rest = "/" + path
		} else {
			at.base = "/" + m.Path
		}
		if !ok || rest != "" && rest[0] != '/' {
			at.base = ""
			continue
		}
		name := m.Stage
		if name == "" { // behind the base path
			name, _, _ = strings.Cut(strings.TrimPrefix(rest, "/"), "/")
			rest = strings.TrimPrefix(strings.TrimPrefix(rest, "/"), name)
			at.base += "/" + name
		}
		if at.stage = m.api.stages[name]; at.stage == nil {
			return at, gatewayresponse.Forbidden(rules.Of("stage-unknown", "api", m.api.key, "stage", name))
		}
		at.path = rest
		return at, nil
	}
	if len(d.rules) > 0 {
		return at, gatewayresponse.Forbidden(rules.Of("routing-rule-missing", "domain", d.Name))
	}
	return at, gatewayresponse.Forbidden(rules.Of("base-path-unknown", "domain", d.Name, "paths", strings.Join(d.paths(), ", ")))
}

// domain is a custom domain name.
type domain struct {
	*assembly.Domain
	rules    []domainRule
	mappings []domainMapping
}

type domainRule struct {
	assembly.RoutingRule
	stage *stage
}

type domainMapping struct {
	assembly.BasePath
	api *api
}

// paths returns the base paths of a domain, for people.
func (d *domain) paths() (paths []string) {
	for _, m := range d.mappings {
		paths = append(paths, "/"+m.Path)
	}
	return paths
}

// addDomains lets the custom domain names of an assembly lead to its APIs.
func (g *Gateway) addDomains(domains []*assembly.Domain) {
	byDefinition := map[*assembly.API]*api{}
	for _, a := range g.apis {
		byDefinition[a.API] = a
	}
	g.domains = map[string]*domain{}
	for _, of := range domains {
		d := &domain{Domain: of}
		for _, r := range of.Rules {
			d.rules = append(d.rules, domainRule{r, byDefinition[r.API].stages[r.Stage]})
		}
		for _, m := range of.Mappings {
			d.mappings = append(d.mappings, domainMapping{m, byDefinition[m.API]})
		}
		g.domains[of.Name] = d
	}
}

// withoutPort returns a host without its port.
func withoutPort(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// byHostName finds the API that a host name such as
// hello.execute-api.localhost:3000 stands for; nil without one.
func (g *Gateway) byHostName(host string) (*api, address) {
	host = withoutPort(host)
	label, rest, _ := strings.Cut(host, ".")
	if !strings.HasPrefix(rest, "execute-api.") {
		return nil, address{}
	}
	return g.byHost[strings.ToLower(label)], address{host: host, prefix: label}
}

// rawPath returns the path with its percent-encoding as the client wrote it.
func rawPath(u *url.URL) string {
	if u.RawPath != "" {
		return u.RawPath
	}
	return u.EscapedPath()
}
