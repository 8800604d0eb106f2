package gateway

import (
	"cmp"
	"net/http"
	"strings"
)

// Entry is what a request needs to be let in.
type Entry struct {
	Signed bool   // with AWS Signature Version 4
	Region string // of the signature
	APIKey string // for the header X-Api-Key; empty if it needs none, or if there is none
}

// EntryOf returns what a request that is about to be sent needs to be let in. The zero
// value is nothing, also for requests that no method serves.
func (g *Gateway) EntryOf(r *http.Request) (e Entry) {
	received := *r // as it will arrive
	received.Host = cmp.Or(r.Host, r.URL.Host)
	at, failure := g.locate(&received, rawPath(r.URL))
	if failure != nil {
		return e
	}
	m, _, ok := at.stage.routes.Find("/"+strings.TrimLeft(at.path, "/"), r.Method)
	if !ok {
		return e
	}
	if m.AuthorizationType == "AWS_IAM" {
		e.Signed, e.Region = true, at.stage.api.Region
	}
	if keys := at.stage.apiKeys(); m.APIKeyRequired && len(keys) > 0 {
		e.APIKey = keys[0].Value
	}
	return e
}
