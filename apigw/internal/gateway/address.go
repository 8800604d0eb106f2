package gateway

import (
	"net"
	"net/url"
	"strings"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

// address is which stage a request is for, and what is left of its path.
type address struct {
	stage  *stage
	path   string // behind the stage, as the client wrote it
	host   string // that the client called, or the API's own when the path names the API
	prefix string // first label of host
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
	}
	for _, a := range g.apis {
		g.byHost[strings.ToLower(a.key)] = a
	}
}

// locate finds the stage that a host and a path address. A wrong API and a wrong
// stage look alike to the client, as they do on AWS.
func (g *Gateway) locate(host, path string) (address, *gatewayresponse.Error) {
	path = strings.TrimLeft(path, "/")
	a, at := g.byHostName(host)
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

// byHostName finds the API that a host name such as
// hello.execute-api.localhost:3000 stands for; nil without one.
func (g *Gateway) byHostName(host string) (*api, address) {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
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
