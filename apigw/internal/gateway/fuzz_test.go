package gateway_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
)

// FuzzMock sends whatever path, query, header and body through a whole API: the
// response is one of a few, and nothing panics.
func FuzzMock(f *testing.F) {
	greet := says("ANY", "/greet/{name}", `$input.params('name') $input.params('q') $input.params('X-H') $input.body`)
	greet.Integration.PassthroughBehavior = "NEVER"
	response := assembly.IntegrationResponse{StatusCode: "200", Parameters: []assembly.Mapping{
		{Target: "method.response.header.X-Echo", Source: "context.path"}, {Target: "method.response.header.X-Body", Source: "integration.response.body"},
	}}
	all := mockMethod("ANY", "/{proxy+}", `{statusCode: 200, b: $input.json('$')}`, response)
	api := newAPI(greet, all)
	api.BinaryMediaTypes = []string{"image/*"}
	failed := ""
	o := gateway.Options{Record: func(r *record.Record) {
		if _, err := r.MarshalJSON(); err != nil {
			failed = err.Error()
		}
		for _, finding := range r.Diagnosis() {
			if strings.Contains(finding.Message, "panics") {
				failed = finding.Message
			}
		}
	}}
	o.ErrorLog = quiet()
	g, err := gateway.New(assemble(api, nil), functions{}, o)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("GET", "/hello/prod/greet/Ada", "q=1", "application/json", "v", "{}")
	f.Add("POST", "/hello/prod//a%00b//%zz/", "a=%&;=", "image/png", "\xff", "\xff")
	f.Add("BREW", "//", "", "", "AWS4-HMAC-SHA256 Credential=", "")
	f.Add("HEAD", "/hello/prod/"+strings.Repeat("x", 5000), "", "text/plain; charset=\"", "", "[")
	f.Fuzz(func(t *testing.T, method, path, query, contentType, value, body string) {
		u := &url.URL{Path: path, RawQuery: query}
		if p, err := url.PathUnescape(path); err == nil {
			u.Path, u.RawPath = p, path
		}
		r := &http.Request{
			Method: method, URL: u, Host: "x", RemoteAddr: "192.0.2.1:1", ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
			Header: http.Header{"Content-Type": {contentType}, "X-H": {value}, "Authorization": {value}, "X-Amzn-Trace-Id": {value}, "Accept": {contentType}},
		}
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		switch w.Code {
		case 200, 400, 403, 414, 415, 431, 500:
		default:
			t.Errorf("got %d %s, want a status of the gateway", w.Code, w.Body)
		}
		if failed != "" {
			t.Errorf("got %q, want no failure of the gateway itself", failed)
		}
	})
}
