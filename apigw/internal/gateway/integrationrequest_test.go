package gateway_test

import (
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

// The developer guide's tables of "Integration passthrough behaviors".
func TestRequestTemplateIsChosenByContentType(t *testing.T) {
	one := []assembly.Template{{MediaType: "application/json", Text: `{"by":"json"}`}}
	two := append([]assembly.Template{{MediaType: "$default", Text: `{"by":"default"}`}}, one...)
	const unsupported = `{"message": "Unsupported Media Type"}`
	cases := []struct {
		name        string
		templates   []assembly.Template
		behavior    string
		contentType string
		status      int
		event       string
	}{
		{"the type", one, "NEVER", "application/json", 200, `{"by":"json"}`},
		{"parameters do not count", one, "NEVER", "application/json; charset=UTF-8", 200, `{"by":"json"}`},
		{"nor does letter case", one, "NEVER", "Application/JSON", 200, `{"by":"json"}`},
		{"no type means application/json", one, "NEVER", "", 200, `{"by":"json"}`},
		{"$default takes the others", two, "NEVER", "text/plain", 200, `{"by":"default"}`},
		{"the type beats $default", two, "NEVER", "application/json", 200, `{"by":"json"}`},
		{"WHEN_NO_MATCH passes", one, "WHEN_NO_MATCH", "text/plain", 200, `{"own":1}`},
		{"the API's default passes", one, "", "text/plain", 200, `{"own":1}`},
		{"WHEN_NO_TEMPLATES refuses with templates", one, "WHEN_NO_TEMPLATES", "text/plain", 415, unsupported},
		{"WHEN_NO_TEMPLATES passes without", nil, "WHEN_NO_TEMPLATES", "text/plain", 200, `{"own":1}`},
		{"NEVER refuses", one, "NEVER", "text/plain", 415, unsupported},
		{"NEVER refuses without templates", nil, "NEVER", "application/json", 415, unsupported},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			m := mappedMethod("POST", "/", "f", ok200)
			m.Integration.RequestTemplates, m.Integration.PassthroughBehavior = tc.templates, tc.behavior
			var c catch
			d := deploy(t, newAPI(m), functions{"f": c.handle})
			var lines []string
			if tc.contentType != "" {
				lines = []string{"Content-Type: " + tc.contentType}
			}
			a := d.send("POST", "/", `{"own":1}`, lines...)
			if tc.status != 200 {
				expectError(t, a, tc.status, "BadRequestException", tc.event)
			} else if string(c.in.Payload) != tc.event {
				t.Errorf("got the event %s, want %s", c.in.Payload, tc.event)
			}
		})
	}
}

func TestRequestTemplates(t *testing.T) {
	cases := []struct {
		name, template, body string
		status               int
		event                string // or the body of the response
	}{
		{"parameters are decoded", `{"p":"$input.params('name')","q":"$input.params('q')"}`, "", 200, `{"p":"a b/c","q":"x y"}`},
		{"the body", `{"in":$input.json('$.a')}`, `{"a":[1,2]}`, 200, `{"in":[1,2]}`},
		{"$context", `{"s":"$context.stage","i":"$context.identity.sourceIp","m":"$context.httpMethod","r":"$context.resourcePath","e":$context.requestTimeEpoch.toString().length()}`, "", 200,
			`{"s":"prod","i":"127.0.0.1","m":"POST","r":"/in/{name}","e":13}`},
		{"stage variables", `{"v":"$stageVariables.v"}`, "", 200, `{"v":"1"}`},
		{"X-Forwarded-For is a header", `{"h":"$input.params('X-Forwarded-For')"}`, "", 200, `{"h":"127.0.0.1"}`},
		{"nothing is an empty object", ` `, "", 200, `{}`},
		{"a template that fails", `$util.parseJson("{")`, "", 500, internalServerError},
		{"a fatal override", `#set($context.requestOverride.header.Content-Length = "1"){}`, "", 500, internalServerError},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			m := mappedMethod("POST", "/in/{name}", "f", ok200)
			m.Integration.RequestTemplates = jsonTemplate(tc.template)
			api := newAPI(m)
			api.Stages[0].Variables = map[string]string{"v": "1"}
			var c catch
			d := deploy(t, api, functions{"f": c.handle})
			a := d.send("POST", "/in/a%20b%2Fc?q=x+y", tc.body)
			if tc.status != 200 {
				expect(t, a, tc.status, tc.event)
				if a.has("X-Amzn-Trace-Id") {
					t.Errorf("got the trace id %q without a call of the function, want none", a.header("X-Amzn-Trace-Id"))
				}
			} else if a.status != 200 || string(c.in.Payload) != tc.event {
				t.Errorf("got %d %s and the event %s, want 200 and %s", a.status, a.body, c.in.Payload, tc.event)
			}
		})
	}
}

// Recorded: test_apigateway_header_remapping_aws.
func TestHeadersThatNoMappingMaySet(t *testing.T) {
	for _, name := range []string{"Content-Length", "Transfer-Encoding", "Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE"} {
		m := mappedMethod("GET", "/", "f", ok200)
		m.Integration.RequestParameters = []assembly.Mapping{{Target: "integration.request.header." + name, Source: "'x'"}}
		d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
		expectError(t, d.get("/"), 500, "InternalServerErrorException", internalServerError)
		if notices := d.gateway.Notices(); len(notices) != 1 || !strings.Contains(notices[0].Message, name) {
			t.Errorf("got the notices %+v, want one that names %s", notices, name)
		}
	}
}

func TestMappingFromABrokenBodyIsA400(t *testing.T) {
	m := mappedMethod("POST", "/", "f", ok200)
	m.Integration.RequestParameters = []assembly.Mapping{{Target: "integration.request.header.X", Source: "method.request.body.a"}}
	d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
	expectError(t, d.send("POST", "/", `{"a"`), 400, "BadRequestException", `{"message": "Invalid JSON in request body"}`)
}

// Recorded: test_api_gateway_request_validator.
func TestRequiredParameters(t *testing.T) {
	const missing = "Missing required request parameters: "
	cases := []struct {
		name, path string
		lines      []string
		off        bool
		want       string // empty passes
	}{
		{"all missing: header, path, query string", "/a", nil, false, missing + "[x-header-param, issuer, qs1]"},
		{"the path never has what the resource lacks", "/a?qs1=v", []string{"x-header-param: v"}, false, missing + "[issuer]"},
		{"a blank value is none", "/issued/me?qs1=%20", []string{"x-header-param: v"}, false, missing + "[qs1]"},
		{"all there", "/issued/me?qs1=v", []string{"x-header-param: v"}, false, ""},
		{"header names have a letter case", "/issued/me?qs1=v", []string{"X-Header-Param: v"}, false, missing + "[x-header-param]"},
		{"required does nothing without a validator", "/a", nil, true, ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			a, b := says("GET", "/a", "ok"), says("GET", "/issued/{issuer}", "ok")
			for _, m := range []*assembly.Method{a, b} {
				m.ValidateParameters = !tc.off
				m.RequestParameters = []assembly.RequestParameter{
					{Location: "querystring", Name: "qs1", Required: true}, {Location: "querystring", Name: "qs2"},
					{Location: "path", Name: "issuer", Required: true}, {Location: "header", Name: "x-header-param", Required: true},
				}
			}
			d := deploy(t, newAPI(a, b), nil)
			got := d.get(tc.path, tc.lines...)
			if tc.want == "" {
				expect(t, got, 200, "ok")
				return
			}
			expectError(t, got, 400, "BadRequestException", `{"message": "`+tc.want+`"}`)
			if !got.has("X-Amzn-Trace-Id") {
				t.Errorf("got the header lines %+v of the validator, want a trace id", got.lines)
			}
		})
	}
}

// Recorded: test_apigw_s3_binary_support_request and _response_*.
func TestBinaryBodies(t *testing.T) {
	cases := []struct {
		name, contentType, handling, body string
		status                            int
		event                             string
	}{
		{"text", "text/plain", "", `"a"`, 200, `"a"`},
		{"bytes under a text type", "text/plain", "", "\"\xff\"", 200, "\"�\""},
		{"text to binary decodes", "text/plain", "CONVERT_TO_BINARY", "ImEi", 200, `"a"`},
		{"text to binary, not base64", "text/plain", "CONVERT_TO_BINARY", "%", 500, internalServerError},
		{"binary passes", "image/png", "", `"a"`, 200, `"a"`},
		{"binary to text is base64 in a template", "image/png", "CONVERT_TO_TEXT", "a", 200, `{"b":"YQ=="}`},
		{"binary meets a template", "image/gif", "", "a", 500, internalServerError},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			m := mappedMethod("POST", "/", "f", ok200)
			m.Integration.ContentHandling = tc.handling
			m.Integration.RequestTemplates = []assembly.Template{{MediaType: "image/gif", Text: "{}"}}
			if tc.handling == "CONVERT_TO_TEXT" {
				m.Integration.RequestTemplates = []assembly.Template{{MediaType: "image/png", Text: `{"b":"$input.body"}`}}
			}
			api := newAPI(m)
			api.BinaryMediaTypes = []string{"image/*"}
			var c catch
			d := deploy(t, api, functions{"f": c.handle})
			a := d.send("POST", "/", tc.body, "Content-Type: "+tc.contentType)
			if tc.status != 200 {
				expect(t, a, tc.status, tc.event)
			} else if string(c.in.Payload) != tc.event {
				t.Errorf("got %d and the event %s, want %s", a.status, c.in.Payload, tc.event)
			}
		})
	}
	responses := []struct {
		name, accept, handling, template, result string
		status                                   int
		body                                     string
	}{
		{"text for text", "text/plain", "", "", `"YQ=="`, 200, `"YQ=="`},
		{"text for binary is decoded", "image/png", "", "", `"YQ=="`, 200, "a"},
		{"CONVERT_TO_TEXT stays", "image/png", "CONVERT_TO_TEXT", "", `"YQ=="`, 200, `"YQ=="`},
		{"CONVERT_TO_BINARY decodes", "", "CONVERT_TO_BINARY", "", `"YQ=="`, 200, "a"},
		{"not base64", "", "CONVERT_TO_BINARY", "", `"%"`, 500, internalServerError},
		{"bytes meet a template", "", "CONVERT_TO_BINARY", "x", `"YQ=="`, 500, internalServerError},
	}
	for _, tc := range responses {
		t.Run("response: "+tc.name, func(t *testing.T) {
			response := assembly.IntegrationResponse{StatusCode: "200", ContentHandling: tc.handling}
			if tc.template != "" {
				response.Templates = jsonTemplate(tc.template)
			}
			api := newAPI(mappedMethod("GET", "/", "f", response))
			api.BinaryMediaTypes = []string{"image/*"}
			d := deploy(t, api, functions{"f": returns(tc.result)})
			var lines []string
			if tc.accept != "" {
				lines = []string{"Accept: " + tc.accept}
			}
			expect(t, d.get("/", lines...), tc.status, tc.body)
		})
	}
}
