package inspector

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
)

type source struct{}

func (source) APIs(base string) []gateway.Deployed {
	return []gateway.Deployed{{
		Name: "hello", LogicalID: "Hello", Stage: "prod", URL: base + "/hello/prod",
		Routes: []gateway.Route{{Method: "GET", Path: "/x/{name}", Integration: "AWS", Function: "f", Source: "./functions/greet"}},
	}}
}

func (source) Notices() []assembly.Notice {
	return []assembly.Notice{{Path: "S/Api", Message: "nothing is cached"}}
}

func (source) Examples(at gateway.Place) ([]gateway.Example, bool) {
	return []gateway.Example{
		{Title: "plain", Method: "GET", Target: "/hello/prod/x/sample", Header: []gateway.HeaderField{{Name: "X-A", Value: "b"}}},
		{Title: "model", Model: true, Method: "POST", Target: "/hello/prod/x/sample", Body: "{}"},
	}, at.Path == "/x/{name}"
}

func (source) RouteOf(api, stage, method, path string) (gateway.Place, bool) {
	return gateway.Place{API: api, Stage: stage, Method: method, Path: "/x/{name}"}, strings.HasPrefix(path, "/x/")
}

func (source) AssemblyDir() string { return "cdk.out" }

func (source) IsDomain(host string) bool { return strings.HasPrefix(host, "shop.example.com") }

type nothing struct{ source }

func (nothing) APIs(string) []gateway.Deployed { return nil }

func get(i *Inspector, method, path, host, origin string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.Host = host
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	return w
}

func TestWhatTheInspectorAnswers(t *testing.T) {
	history := new(History)
	history.Add(&record.Record{ID: "r-1", Method: "GET", Path: "/hello/prod/x", Status: 200})
	history.Add(&record.Record{
		ID: "r-3", Method: "GET", Path: "/hello/prod/x", Status: 200, IntegrationResponse: &record.Message{Status: 200},
		FunctionResult: &record.FunctionResult{Payload: []byte(`{"statusCode":404,"body":"gone"}`)}, Definition: &record.Method{Integration: "AWS"},
	})
	i := newInspector(t, source{}, history)
	const here = "127.0.0.1:3000"
	for _, c := range []struct {
		name         string
		method, path string
		host, origin string
		status       int
		want         string
	}{
		{"the APIs", "GET", "/_local/apis", here, "", 200, `"url": "http://127.0.0.1:3000/hello/prod"`},
		{"the routes for people", "GET", "/", here, "", 200, "curl http://127.0.0.1:3000/hello/prod/x/name"},
		{"the package of a function for people", "GET", "/", here, "", 200, "AWS  ./functions/greet\n"},
		{"the name of a function for programs", "GET", "/_local/apis", here, "", 200, `"function": "f"`},
		{"the notices", "GET", "/_local/notices", here, "", 200, "nothing is cached"},
		{"the last requests", "GET", "/_local/requests", here, "", 200, `"id": "r-1"`},
		{"one request", "GET", "/_local/requests/r-1", here, "", 200, `"id": "r-1"`},
		{"the box and the rule of a request that is wrong", "GET", "/_local/requests", here, "", 200, `"failed": false,
    "box": "backend",
    "rule": "proxy-off-for-envelope"`},
		{"how full the history is", "GET", "/_local/history", here, "", 200, `"requests": 2,`},
		{"nothing is said of a good one", "GET", "/_local/requests/r-1", here, "", 200, `"diagnosis": []`},
		{"the rule of a success that is wrong", "GET", "/_local/requests/r-3", here, "", 200, `"rule": "proxy-off-for-envelope"`},
		{"the page of the rule", "GET", "/_local/requests/r-3", here, "", 200, `"page": "apigw/docs/rules/proxy-off-for-envelope.md"`},
		{"a request that is not kept", "GET", "/_local/requests/r-2", here, "", 404, "no such request"},
		{"the playground, to JSON", "POST", "/_local/playground/check", here, "http://" + here, 415, "send JSON"},
		{"the playground, to a page of somebody else", "POST", "/_local/playground/check", here, "https://evil.example", 403, "another place"},
		{"an unknown path", "GET", "/_local/nothing", here, "", 404, "there is /_local/apis"},
		{"another method", "POST", "/_local/apis", here, "", 405, "only answers GET"},
		{"a method that only asks", "GET", "/_local/send", here, "", 405, "only answers POST"},
		{"localhost", "GET", "/_local/apis", "localhost:3000", "", 200, "http://localhost:3000/hello"},
		{"IPv6", "GET", "/_local/apis", "[::1]:3000", "", 200, "http://[::1]:3000/hello"},
		{"no port", "GET", "/_local/apis", "127.0.0.1", "", 200, "http://127.0.0.1/hello"},
		{"its own pages", "GET", "/_local/apis", here, "http://127.0.0.1:3000", 200, "hello"},
		{"a page of another site", "GET", "/_local/requests/r-1", here, "https://evil.example", 403, "Origin"},
		{"a page without an origin of its own", "GET", "/_local/apis", here, "null", 403, "Origin"},
		{"a name that points here", "GET", "/_local/apis", "evil.example:3000", "", 403, "Host"},
	} {
		w := get(i, c.method, c.path, c.host, c.origin)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: %d %s, want %d and %s", c.name, w.Code, w.Body, c.status, c.want)
		}
		if strings.HasPrefix(c.path, "/_local/") && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: got %s, want JSON", c.name, w.Body)
		}
	}
}

func TestAnAppWithoutAPIs(t *testing.T) {
	i := newInspector(t, nothing{}, new(History))
	if w := get(i, "GET", "/_local/apis", "localhost", ""); strings.TrimSpace(w.Body.String()) != "[]" {
		t.Errorf("got the APIs %s, want []", w.Body)
	}
	if w := get(i, "GET", "/_local/requests", "localhost", ""); strings.TrimSpace(w.Body.String()) != "[]" {
		t.Errorf("got the requests %s, want []", w.Body)
	}
	if w := get(i, "GET", "/", "localhost", ""); w.Body.String() != "This app has no REST API with a stage.\n" {
		t.Errorf("got the routes %s, want that there is no REST API", w.Body)
	}
}

func TestTheInspectorOwnsTheRootAndLocal(t *testing.T) {
	i := newInspector(t, source{}, new(History))
	for target, want := range map[string]bool{
		"http://localhost:3000/":                     true,
		"http://localhost:3000/_local":               true,
		"http://localhost:3000/_local/apis":          true,
		"http://localhost:3000/_locale/prod":         false,
		"http://localhost:3000/hello/prod":           false,
		"http://localhost:3000//":                    false,
		"http://api.execute-api.localhost:3000/":     false,
		"http://api.execute-api.localhost:3000/prod": false,
		"http://shop.example.com/":                   false,
		"http://shop.example.com:3000/_local/apis":   false,
		"http://other.example.com/":                  true,
	} {
		if got := i.Owns(httptest.NewRequest("GET", target, nil)); got != want {
			t.Errorf("%s: got %v, want %v", target, got, want)
		}
	}
}

func TestHistoryKeepsTheLast(t *testing.T) {
	h := new(History)
	for n := range maxKept + 10 {
		h.Add(&record.Record{ID: strconv.Itoa(n)})
	}
	newest := h.newest()
	first, last := newest[0].record.ID, newest[len(newest)-1].record.ID
	if len(newest) != maxKept || first != strconv.Itoa(maxKept+9) || last != "10" {
		t.Errorf("got %d records, from %s to %s; want %d, from %d to 10", len(newest), first, last, maxKept, maxKept+9)
	}
	if got := h.State(); got.Requests != maxKept || got.Dropped != 10 || len(h.byID) != maxKept {
		t.Errorf("got the state %+v, %d ids; want %d requests and ids, and 10 dropped", got, len(h.byID), maxKept)
	}
	if h.Find("9") != nil || h.Find("10") == nil {
		t.Errorf("got %v and %v, want only the second", h.Find("9"), h.Find("10"))
	}
}

func TestHistoryDropsOldRequestsForLargeBodies(t *testing.T) {
	h := new(History)
	large := bytes.Repeat([]byte{'x'}, 64<<10)
	for n := range maxKept {
		m := record.Message{Body: large}
		h.Add(&record.Record{
			ID: strconv.Itoa(n), MethodRequest: m, MethodResponse: m, IntegrationRequest: &m, IntegrationResponse: &m,
			FunctionResult: &record.FunctionResult{RequestID: "of Lambda", Payload: large},
		})
	}
	if n, got := len(h.newest())*4*len(large), h.State().Bytes; n > keptBytes || n < keptBytes/2 || got < n || got > keptBytes {
		t.Errorf("got %d bytes of bodies, told as %d bytes; want at most %d and at least half of it", n, got, keptBytes)
	}
	if h.Find(strconv.Itoa(maxKept-1)) == nil {
		t.Error("got no record of the last request, want it")
	}
}

func TestTheCommandSendsTheKeyAndIsQuoted(t *testing.T) {
	d := gateway.Deployed{
		URL: "http://127.0.0.1:3000/it's/$default", APIKeys: []gateway.APIKey{{Name: "k", Value: "a$b"}},
		Routes: []gateway.Route{{Method: "GET", Path: "/a", APIKeyRequired: true}, {Method: "GET", Path: "/aa", Reason: "no"}},
	}
	if got, want := curl(d), `curl --header 'x-api-key: a$b' 'http://127.0.0.1:3000/it'\''s/$default/a'`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	d.Routes[0].Reason, d.Routes[1].Reason, d.URL = "no", "", "u"
	if got, want := curl(d), "curl u/aa"; got != want {
		t.Errorf("a route that works comes before one that does not: got %s, want %s", got, want)
	}
	d.Region, d.Routes[1].Authorization = "eu-west-1", "AWS_IAM"
	if got, want := curl(d), "curl --aws-sigv4 aws:amz:eu-west-1:execute-api --user AKIALOCALLOCALLOCALX:local-secret-access-key u/aa"; got != want {
		t.Errorf("IAM: got %s, want %s", got, want)
	}
}

func TestRoutesSayWhatTheyNeed(t *testing.T) {
	var b strings.Builder
	WriteRoutes(&b, []gateway.Deployed{{Name: "shop", Stage: "prod", URL: "u", APIKeys: []gateway.APIKey{{Name: "k", Value: "0123"}}, Routes: []gateway.Route{
		{Method: "GET", Path: "/a", Integration: "AWS_PROXY", Function: "f", Source: "S/F", Authorization: "NONE"},
		{Method: "GET", Path: "/b", Integration: "AWS_PROXY", Function: "f", Source: "T/F", Authorization: "CUSTOM", Authorizer: "tokens", APIKeyRequired: true, Reason: "no"},
		{Method: "GET", Path: "/c", Integration: "MOCK", Authorization: "AWS_IAM"},
		{Method: "GET", Path: "/d", Integration: "MOCK", Authorization: "COGNITO_USER_POOLS", Authorizer: "pool"},
	}}})
	want := `shop, stage prod
  GET  /a  AWS_PROXY  S/F
  GET  /b  AWS_PROXY  T/F, authorizer tokens, API key, responds with 501
  GET  /c  MOCK       signed (IAM)
  GET  /d  MOCK       COGNITO_USER_POOLS pool
  API key k: 0123
  curl u/a
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestRoutesNameTheDomainsThatLeadThere(t *testing.T) {
	var b strings.Builder
	WriteRoutes(&b, []gateway.Deployed{{Name: "shop", Stage: "prod", URL: "http://127.0.0.1:3000/shop/prod", Domains: []string{"https://a.example.com", "https://a.example.com/v1"},
		Routes: []gateway.Route{{Method: "GET", Path: "/b", Integration: "MOCK"}}}})
	want := `shop, stage prod
  GET  /b  MOCK
  curl http://127.0.0.1:3000/shop/prod/b
  https://a.example.com leads here too: curl --header 'Host: a.example.com' http://127.0.0.1:3000/b
  https://a.example.com/v1 leads here too: curl --header 'Host: a.example.com' http://127.0.0.1:3000/v1/b
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestTheCommandToTry(t *testing.T) {
	route := func(method, path string) gateway.Route { return gateway.Route{Method: method, Path: path} }
	for _, c := range []struct {
		name   string
		routes []gateway.Route
		want   string
	}{
		{"GET comes first", []gateway.Route{route("POST", "/a"), route("GET", "/b")}, "curl u/b"},
		{"a path without parameters comes first", []gateway.Route{route("GET", "/a/{x}"), route("GET", "/a")}, "curl u/a"},
		{"parameters stand for themselves", []gateway.Route{route("GET", "/a/{x}/{proxy+}")}, "curl u/a/x/proxy"},
		{"the root", []gateway.Route{route("ANY", "/")}, "curl u/"},
		{"POST has a body", []gateway.Route{route("POST", "/a")}, "curl -X POST --header 'Content-Type: application/json' --data '{}' u/a"},
		{"HEAD", []gateway.Route{route("HEAD", "/a")}, "curl --head u/a"},
		{"a preflight is nothing to try", []gateway.Route{route("OPTIONS", "/a")}, ""},
	} {
		if got := curl(gateway.Deployed{URL: "u", Routes: c.routes}); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

var _ http.Handler = (*Inspector)(nil)

func TestARequestIsFoundByTheIDOfItsInvocation(t *testing.T) {
	var h History
	h.Add(&record.Record{ID: "of the gateway", FunctionResult: &record.FunctionResult{RequestID: "of Lambda"}})
	if got := h.Find("of Lambda"); got == nil || got.ID != "of the gateway" {
		t.Errorf("got %v, want the request", got)
	}
}

func newInspector(t *testing.T, s Source, h *History) *Inspector {
	t.Helper()
	i, err := New(s, h, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestABrowserGetsThePage(t *testing.T) {
	i := newInspector(t, source{}, new(History))
	for _, path := range []string{"/", "/_local/requests/of-some-id", "/_local/playground"} {
		r := httptest.NewRequest("GET", "http://127.0.0.1:3000"+path, nil)
		r.Header.Set("Accept", "text/html,*/*;q=0.8")
		w := httptest.NewRecorder()
		i.ServeHTTP(w, r)
		if got := w.Header().Get("Content-Type"); w.Code != 200 || got != "text/html; charset=utf-8" {
			t.Errorf("%s: got %d %q, want a page", path, w.Code, got)
		}
	}
}
