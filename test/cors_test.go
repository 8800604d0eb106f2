package test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"example.com/hello-apigw/stacks"
)

const oneOrigin, severalOrigins = "https://a.example", "https://a.example,https://b.example"

// corsCases are the CORS headers, as mapping expressions, for each choice of
// origins: those of integration responses, and those of the gateway's own errors.
var corsCases = []struct {
	rule      string
	context   []string
	responses map[string]string
	errors    map[string]string
	template  bool // the response template sends the caller's origin back
}{
	{"any origin is a star", nil,
		map[string]string{"Access-Control-Allow-Origin": "'*'"},
		map[string]string{"Access-Control-Allow-Origin": "'*'"}, false},
	{"one origin is always sent", []string{"allowedOrigins", oneOrigin},
		map[string]string{"Access-Control-Allow-Origin": "'https://a.example'"},
		map[string]string{"Access-Control-Allow-Origin": "'https://a.example'"}, false},
	{"one origin with credentials", []string{"allowedOrigins", oneOrigin, "allowCredentials", "true"},
		map[string]string{"Access-Control-Allow-Origin": "'https://a.example'", "Access-Control-Allow-Credentials": "'true'"},
		map[string]string{"Access-Control-Allow-Origin": "'https://a.example'", "Access-Control-Allow-Credentials": "'true'"}, false},
	{"of several origins the caller's is sent, and caches are told", []string{"allowedOrigins", severalOrigins},
		map[string]string{"Vary": "'Origin'"},
		map[string]string{"Vary": "'Origin'", "Access-Control-Allow-Origin": "method.request.header.origin"}, true},
	{"an origin that was not compared gets no credentials", []string{"allowedOrigins", severalOrigins, "allowCredentials", "true"},
		map[string]string{"Vary": "'Origin'", "Access-Control-Allow-Credentials": "'true'"},
		map[string]string{"Vary": "'Origin'", "Access-Control-Allow-Origin": "method.request.header.origin"}, true},
}

func TestCORSHeadersOnEveryResponse(t *testing.T) {
	for _, test := range corsCases {
		t.Run(test.rule, func(t *testing.T) {
			for name, api := range synth(t, test.context...).apis(t) {
				for kind, response := range api.Responses {
					wantHeaders(t, name+" "+kind, "gatewayresponse.header.", response.ResponseParameters, test.errors)
				}
				for _, kind := range []string{"DEFAULT_4XX", "DEFAULT_5XX"} {
					if _, ok := api.Responses[kind]; !ok {
						t.Errorf("%s has no gateway response %s", name, kind)
					}
				}
				for _, method := range api.Methods {
					for _, response := range method.Integration.IntegrationResponses {
						where := name + " " + method.String() + " " + response.StatusCode
						headers := maps.Clone(test.responses)
						if method.HttpMethod == "OPTIONS" {
							headers["Access-Control-Allow-Methods"] = "'" + strings.Join(append(methodsOf(api, method.Path), "OPTIONS"), ",") + "'"
							headers["Access-Control-Allow-Headers"] = "'" + strings.Join(allowedHeaders(api, method.Path), ",") + "'"
							headers["Access-Control-Max-Age"] = "'600'"
						}
						wantHeaders(t, where, "method.response.header.", response.ResponseParameters, headers)
						template := response.ResponseTemplates["application/json"]
						list := `#set($allowedOrigins = ["https://a.example","https://b.example"])`
						if strings.HasPrefix(template, list) != test.template {
							t.Errorf("%s: template compares origins: %t, want %t", where, !test.template, test.template)
						}
					}
				}
			}
		})
	}
}

// A browser asks before it sends most requests: every path needs an OPTIONS.
func TestEveryPathHasAPreflight(t *testing.T) {
	for name, api := range synth(t).apis(t) {
		for _, method := range api.Methods {
			preflight := api.method(t, "OPTIONS", method.Path)
			if preflight.Integration.Type != "MOCK" {
				t.Errorf("%s %s: integration type %s, want MOCK", name, preflight, preflight.Integration.Type)
			}
			if responses := preflight.Integration.IntegrationResponses; len(responses) != 1 || responses[0].StatusCode != "204" {
				t.Errorf("%s %s: integration responses %v, want 204 alone", name, preflight, responses)
			}
		}
	}
}

// methodsOf returns the methods of a path, without the preflight, in the order
// of the alphabet.
func methodsOf(api api, path string) []string {
	var methods []string
	for _, method := range api.Methods {
		if method.Path == path && method.HttpMethod != "OPTIONS" {
			methods = append(methods, method.HttpMethod)
		}
	}
	slices.Sort(methods)
	return methods
}

// allowedHeaders returns what pages may send to a path: also what lets them in.
func allowedHeaders(api api, path string) []string {
	settings, _ := stacks.ParseSettings(nil)
	allowed := append([]string{"Content-Type"}, settings.Security.RequestHeaders()...)
	for _, method := range api.Methods {
		for source := range strings.SplitSeq(method.IdentitySource, ",") {
			if name, ok := strings.CutPrefix(source, "method.request.header."); ok && method.Path == path && !slices.Contains(allowed, name) {
				allowed = append(allowed, name)
			}
		}
	}
	return allowed
}

func wantHeaders(t *testing.T, where, prefix string, got, want map[string]string) {
	t.Helper()
	stripped := map[string]string{}
	for name, value := range got {
		stripped[strings.TrimPrefix(name, prefix)] = value
	}
	if !maps.Equal(stripped, want) {
		t.Errorf("%s: headers %v\n  want %v", where, stripped, want)
	}
}
