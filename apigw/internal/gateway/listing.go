package gateway

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Deployed is one stage of one API, for people and programs that look for URLs.
type Deployed struct {
	Name      string  `json:"name"` // as URLs have it
	LogicalID string  `json:"logicalId"`
	Stage     string  `json:"stage"`
	Region    string  `json:"region"`
	URL       string  `json:"url"` // to which a path is appended
	Routes    []Route `json:"routes"`
	// Domains are the URLs of custom domain names that lead to the stage.
	Domains []string `json:"domains"`
	// APIKeys are those that clients can send. There are none if the API takes its keys
	// from authorizers.
	APIKeys []APIKey `json:"apiKeys"`
}

// APIKey is an API key of a usage plan.
type APIKey struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Route is one method of an API.
type Route struct {
	Method      string `json:"method"` // of HTTP, or ANY
	Path        string `json:"path"`   // of the resource, such as /hello/{name}
	Integration string `json:"integration"`
	Function    string `json:"function"` // name of the Lambda function; empty without one
	FunctionARN string `json:"functionArn"`
	Source      string `json:"source"` // of the function, for people: its package, else its construct path
	Runtime     string `json:"runtime"`

	Authorization  string `json:"authorization"` // such as NONE or AWS_IAM
	Authorizer     string `json:"authorizer"`    // its name; empty without one
	APIKeyRequired bool   `json:"apiKeyRequired"`
	// Reason is why all requests are responded to with 501; empty if they are not.
	Reason string `json:"reason"`
}

// APIs lists what is deployed, under a base URL such as http://127.0.0.1:3000.
func (g *Gateway) APIs(base string) []Deployed {
	list := []Deployed{}
	for _, a := range g.apis {
		for _, s := range a.ordered {
			d := Deployed{
				Name: a.key, LogicalID: a.LogicalID, Stage: s.Name, Region: a.Region, Routes: []Route{}, APIKeys: s.apiKeys(), Domains: g.domainsOf(s),
				URL: strings.TrimRight(base, "/") + s.url(),
			}
			for _, m := range s.methods {
				d.Routes = append(d.Routes, m.listed())
			}
			list = append(list, d)
		}
	}
	return list
}

// domainsOf returns the URLs of custom domain names that lead to a stage.
func (g *Gateway) domainsOf(s *stage) []string {
	urls := []string{}
	for _, name := range slices.Sorted(maps.Keys(g.domains)) {
		for _, r := range g.domains[name].rules { // those that a URL alone says
			switch {
			case r.stage != s || len(r.Headers) > 0:
			case r.BasePath == "":
				urls = append(urls, "https://"+name)
			case r.Strip:
				urls = append(urls, "https://"+name+"/"+r.BasePath)
			}
		}
		for _, m := range g.domains[name].mappings {
			if m.api != s.api || m.Stage != "" && m.Stage != s.Name {
				continue
			}
			address := "https://" + name
			if m.Path != "" {
				address += "/" + m.Path
			}
			if m.Stage == "" {
				address += "/" + s.Name
			}
			urls = append(urls, address)
		}
	}
	return urls
}

func (m *method) listed() Route {
	r := Route{
		Method: m.HTTPMethod, Path: m.ResourcePath, Integration: m.definition.Integration,
		Authorization: cmp.Or(m.AuthorizationType, "NONE"), APIKeyRequired: m.APIKeyRequired,
	}
	if f := m.definition.Function; f != nil {
		r.Function, r.FunctionARN, r.Source, r.Runtime = f.Name, f.ARN, f.Source, f.Runtime
	}
	if a := m.definition.Authorizer; a != nil {
		r.Authorizer = a.Name
	}
	if failure := m.fails.failure; failure != nil && failure.Status == http.StatusNotImplemented {
		r.Reason = failure.Rule.Text()
	} else if !m.unreachable.IsZero() {
		r.Reason = m.unreachable.Text()
	}
	return r
}

// apiKeys returns the keys that open the methods of a stage for who sends them, each
// once.
func (s *stage) apiKeys() []APIKey {
	keys := []APIKey{}
	if s.api.APIKeySource == "AUTHORIZER" {
		return keys
	}
	known := map[string]bool{}
	for _, plan := range s.Plans {
		for _, key := range plan.Keys {
			if key.Enabled && !known[key.Value] {
				known[key.Value] = true
				keys = append(keys, APIKey{key.Name, key.Value})
			}
		}
	}
	return keys
}
