package gateway

import (
	"net/url"
	"strings"
)

// Deployed is one stage of one API, for people and programs that look for URLs.
type Deployed struct {
	Name      string  `json:"name"` // as URLs have it
	LogicalID string  `json:"logicalId"`
	Stage     string  `json:"stage"`
	URL       string  `json:"url"` // to which a path is appended
	Routes    []Route `json:"routes"`
}

// Route is one method of an API.
type Route struct {
	Method      string `json:"method"` // of HTTP, or ANY
	Path        string `json:"path"`   // of the resource, such as /hello/{name}
	Integration string `json:"integration"`
	Function    string `json:"function"` // name of the Lambda function; empty without one
}

// APIs lists what is deployed, under a base URL such as http://127.0.0.1:3000.
func (g *Gateway) APIs(base string) []Deployed {
	list := []Deployed{}
	for _, a := range g.apis {
		for _, s := range a.ordered {
			d := Deployed{
				Name: a.key, LogicalID: a.LogicalID, Stage: s.Name, Routes: []Route{},
				URL: strings.TrimRight(base, "/") + "/" + url.PathEscape(a.key) + "/" + s.Name,
			}
			for _, m := range s.methods {
				r := Route{Method: m.HTTPMethod, Path: m.ResourcePath, Function: m.function}
				if m.Integration != nil {
					r.Integration = m.Integration.Type
				}
				d.Routes = append(d.Routes, r)
			}
			list = append(list, d)
		}
	}
	return list
}
