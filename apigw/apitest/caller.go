package apitest

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/sigv4"
)

// caller sends requests with what lets them in.
type caller struct {
	server *Server
	http.RoundTripper
}

func (c caller) RoundTrip(r *http.Request) (*http.Response, error) {
	needs := c.server.runner.EntryOf(r)
	r = r.Clone(r.Context())
	if _, own := r.Header["X-Api-Key"]; !own && needs.APIKey != "" {
		r.Header.Set("X-Api-Key", needs.APIKey)
	}
	if _, own := r.Header["Authorization"]; own || !needs.Signed || r.URL.Query().Has("X-Amz-Algorithm") {
		return c.RoundTripper.RoundTrip(r)
	}
	var body []byte
	if r.Body != nil {
		var err error
		body, err = io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	sigv4.Sign(r, body, sigv4.Local(), needs.Region, time.Now())
	return c.RoundTripper.RoundTrip(r)
}

// withoutLimits takes the limits off the usage plans of an app.
func withoutLimits(a *assembly.Assembly) {
	for _, api := range a.APIs {
		for _, stage := range api.Stages {
			for _, plan := range stage.Plans {
				plan.Throttle, plan.Quota, plan.Methods = nil, nil, nil
			}
		}
	}
}
