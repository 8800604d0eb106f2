package test

import (
	"maps"
	"strings"
	"testing"
)

const (
	oneOrigin      = "https://a.example"
	severalOrigins = "https://a.example,https://b.example"
)

// corsCases are the CORS headers, as mapping expressions, for each choice of
// origins: those of answers, and those of errors that the gateway answers.
var corsCases = []struct {
	rule     string
	context  []string
	answers  map[string]string
	errors   map[string]string
	template bool // the caller's origin is sent back by the response template
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

func TestCORSHeadersOnEveryAnswer(t *testing.T) {
	for _, test := range corsCases {
		t.Run(test.rule, func(t *testing.T) {
			for _, door := range []string{"hello-proxy", "hello-mapped"} {
				api := synth(t, test.context...).api(t, door)
				for kind, response := range api.Responses {
					wantHeaders(t, door+" "+kind, "gatewayresponse.header.", response.ResponseParameters, test.errors)
				}
				for _, kind := range []string{"DEFAULT_4XX", "DEFAULT_5XX"} {
					if _, ok := api.Responses[kind]; !ok {
						t.Errorf("%s has no gateway response %s", door, kind)
					}
				}
				for _, method := range api.Methods {
					for _, response := range method.Integration.IntegrationResponses {
						where := door + " " + method.String() + " " + response.StatusCode
						headers := maps.Clone(test.answers)
						if method.HttpMethod == "OPTIONS" {
							headers["Access-Control-Allow-Methods"] = map[string]string{
								"/hello": "'GET,POST,OPTIONS'", "/hello/{name}": "'GET,OPTIONS'"}[method.Path]
							headers["Access-Control-Allow-Headers"] = "'Content-Type'"
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

func TestPreflightIsAnsweredByTheGateway(t *testing.T) {
	for _, door := range []string{"hello-proxy", "hello-mapped"} {
		api := synth(t).api(t, door)
		for _, path := range []string{"/hello", "/hello/{name}"} {
			method := api.method(t, "OPTIONS", path)
			if method.Integration.Type != "MOCK" {
				t.Errorf("%s %s: integration type %s, want MOCK", door, method, method.Integration.Type)
			}
			if responses := method.Integration.IntegrationResponses; len(responses) != 1 || responses[0].StatusCode != "204" {
				t.Errorf("%s %s: answers %v, want 204 alone", door, method, responses)
			}
		}
	}
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
