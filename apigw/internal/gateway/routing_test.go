package gateway_test

import (
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
)

// says returns a MOCK method that responds with a text.
func says(httpMethod, path, text string) *assembly.Method {
	return mockMethod(httpMethod, path, "{statusCode: 200}", assembly.IntegrationResponse{
		StatusCode: "200", Templates: []assembly.Template{{MediaType: "application/json", Text: text}},
	})
}

func TestRouting(t *testing.T) {
	d := deploy(t, newAPI(
		says("GET", "/", "root"),
		says("POST", "/test", "static"),
		says("OPTIONS", "/{proxy+}", "proxy"),
		says("GET", "/part1/static", "part1 static"),
		says("ANY", "/{param+}", "greedy"),
		says("ANY", "/any", "any"),
		says("GET", "/any", "get"),
	), nil, func(a *assembly.Assembly, _ *gateway.Options) {
		m := a.APIs[0].Methods
		m[2].ResourcePath = "/{param+}" // one resource has one name
	})
	cases := []struct{ name, method, path, want string }{
		{"the root without a slash", "GET", "", "root"},
		{"the root with a slash", "GET", "/", "root"},
		{"test_proxy_routing_with_hardcoded_resource_sibling: a resource without the method does not hold the request", "OPTIONS", "/test", "proxy"},
		{"test_routing_with_hardcoded_resource_sibling_order: backtracking", "GET", "/part1/random-value", "greedy"},
		{"static goes before greedy", "GET", "/part1/static", "part1 static"},
		{"a method by name beats ANY", "GET", "/any", "get"},
		{"ANY serves the others", "PUT", "/any", "any"},
		{"HEAD is not served by GET, but by ANY", "HEAD", "/any", ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) { expect(t, d.send(tc.method, tc.path, ""), 200, tc.want) })
	}
}

// Recorded: test_routing_not_found; the texts for Authorization are documented
// (published responses).
func TestNoRoute(t *testing.T) {
	d := deploy(t, newAPI(says("GET", "/x", "x"), says("POST", "/deep/{name}", "x")), nil)
	const missing = `{"message":"Missing Authentication Token"}`
	cases := []struct{ name, method, path, lines, errorType, body string }{
		{"unknown path", "GET", "/nowhere", "", "MissingAuthenticationTokenException", missing},
		{"wrong method", "POST", "/x", "", "MissingAuthenticationTokenException", missing},
		{"HEAD is not served by GET", "HEAD", "/x", "", "MissingAuthenticationTokenException", ""},
		{"OPTIONS is not automatic", "OPTIONS", "/x", "", "MissingAuthenticationTokenException", missing},
		{"a node without methods", "POST", "/deep", "", "MissingAuthenticationTokenException", missing},
		{"a parameter needs a value", "POST", "/deep/", "", "MissingAuthenticationTokenException", missing},
		{"a method that is not one", "BREW", "/x", "", "MissingAuthenticationTokenException", missing},
		{"the method ANY", "ANY", "/x", "", "MissingAuthenticationTokenException", missing},
		{"Authorization without an equal sign", "GET", "/nowhere", "Authorization: Bearer", "IncompleteSignatureException",
			`{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'cQ4NvdQimYUQF6TWcmXs0EbxtO23QVJZkqGmqPqAElg='."}`},
		{"Authorization that is not a signature", "GET", "/nowhere", "Authorization: a=b", "IncompleteSignatureException",
			`{"message":"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=HASH"}`},
		{"a whole signature", "GET", "/nowhere", "Authorization: AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c\nX-Amz-Date: d", "MissingAuthenticationTokenException", missing},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var lines []string
			if tc.lines != "" {
				lines = strings.Split(tc.lines, "\n")
			}
			a := d.send(tc.method, tc.path, "", lines...)
			if want, _, ok := strings.Cut(tc.body, "HASH"); ok {
				if !strings.HasPrefix(a.body, want) {
					t.Errorf("got %s, want it to begin with %s", a.body, want)
				}
				tc.body = a.body
			}
			expectError(t, a, 403, tc.errorType, tc.body)
			if a.has("X-Amzn-Trace-Id") {
				t.Errorf("got the trace id %q before the execution, want none", a.header("X-Amzn-Trace-Id"))
			}
		})
	}
}

// Wrong stage, or no stage in the URL; locally a wrong API looks alike.
func TestWrongStageOrAPIIsForbidden(t *testing.T) {
	d := deploy(t, newAPI(says("GET", "/x", "x")), nil)
	for _, path := range []string{"/hello/dev/x", "/hello", "/hello/", "/", "/nobody/prod/x", "/%68ello/dev"} {
		a := d.raw("GET " + path + " HTTP/1.1\nHost: x\n\n")
		expectError(t, a, 403, "ForbiddenException", `{"message":"Forbidden"}`)
		if a.header("Content-Length") != "23" {
			t.Errorf("%s: Content-Length: got %s, want %s", path, a.header("Content-Length"), "23")
		}
	}
	expect(t, d.raw("GET /%68ello/prod/x HTTP/1.1\nHost: x\n\n"), 200, "x")
}

func TestAPIsAreNamedByLogicalIDWhereNamesCollide(t *testing.T) {
	one, two, three := newAPI(says("GET", "/", "one")), newAPI(says("GET", "/", "two")), newAPI(says("GET", "/", "three"))
	one.LogicalID, two.LogicalID, three.Name = "One", "Two", "third api"
	one.ID, two.ID, three.ID = "aaa", "bbb", "ccc"
	d := deploy(t, one, nil, func(a *assembly.Assembly, _ *gateway.Options) { a.APIs = append(a.APIs, two, three) })
	for path, want := range map[string]string{"/One/prod": "one", "/Two/prod": "two", "/third%20api/prod": "three"} {
		expect(t, d.raw("GET "+path+" HTTP/1.1\nHost: x\n\n"), 200, want)
	}
	expectError(t, d.raw("GET /hello/prod HTTP/1.1\nHost: x\n\n"), 403, "ForbiddenException", `{"message":"Forbidden"}`)
	list := d.gateway.APIs("http://localhost:1/")
	if len(list) != 3 || list[0].Name != "One" || list[2].URL != "http://localhost:1/third%20api/prod" {
		t.Errorf("got %+v, want three APIs, of which the first is One and the third has an escaped name", list)
	}
}

// What has no place is left out, and the rest is served.
func TestMethodsWithoutAPlaceAreNotices(t *testing.T) {
	cases := []struct {
		name   string
		change func(*assembly.API)
		want   string
	}{
		{"one place, two methods", func(a *assembly.API) { a.Methods = append(a.Methods, says("GET", "/x", "again")) }, "GET /x is there twice"},
		{"two names of one parameter", func(a *assembly.API) { a.Methods = append(a.Methods, says("GET", "/{a}", ""), says("GET", "/{b}", "")) }, `"{b}" and {a} have the same place`},
		{"a path without a slash", func(a *assembly.API) { a.Methods = append(a.Methods, says("GET", "x", "")) }, "does not begin with a slash"},
		{"more after a greedy parameter", func(a *assembly.API) { a.Methods = append(a.Methods, says("GET", "/{a+}/b", "")) }, "goes on after a greedy parameter"},
		{"an empty part", func(a *assembly.API) { a.Methods = append(a.Methods, says("GET", "/a//b", "")) }, "a part is empty"},
		{"a parameter without a name", func(a *assembly.API) { a.Methods = append(a.Methods, says("GET", "/{}", "")) }, "is not a parameter"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			api := newAPI(says("GET", "/x", "x"))
			tc.change(api)
			g, err := gateway.New(assemble(api, nil), functions{}, gateway.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if notices := g.Notices(); len(notices) != 1 || !strings.Contains(notices[0].Message, tc.want) {
				t.Errorf("got the notices %v, want one with %s", notices, tc.want)
			}
			if routes := g.APIs("")[0].Routes; len(routes) == 0 || routes[0].Path != "/x" {
				t.Errorf("got the routes %v, want GET /x among them", routes)
			}
		})
	}
	if _, err := gateway.New(&assembly.Assembly{}, nil, gateway.Options{}); err == nil {
		t.Error("got no error without functions, want one")
	}
}
