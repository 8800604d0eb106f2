package gateway_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
)

func jsonTemplate(text string) []assembly.Template {
	return []assembly.Template{{MediaType: "application/json", Text: text}}
}

var ok200 = assembly.IntegrationResponse{StatusCode: "200"}

// Recorded: test_lambda_selection_patterns. The pattern must match the whole
// errorMessage, and nothing else is looked at.
func TestSelectionPatterns(t *testing.T) {
	responses := []assembly.IntegrationResponse{
		{StatusCode: "502", SelectionPattern: ".+", Templates: jsonTemplate("failed")},
		{StatusCode: "405", SelectionPattern: ".*four hundred.*", Templates: jsonTemplate("four hundred")},
		{StatusCode: "404", SelectionPattern: "Invalid*", Templates: jsonTemplate("never whole")},
		{StatusCode: "400", SelectionPattern: "200", Templates: jsonTemplate("never by status")},
		{StatusCode: "200", Templates: jsonTemplate("fine")},
	}
	cases := []struct {
		name   string
		f      handler
		status int
		body   string
	}{
		{"a result takes the default", returns(`{"a":1}`), 200, "fine"},
		{"a result that is text", returns(`"four hundred"`), 200, "fine"},
		{"an error of that text", fails(`{"errorMessage":"the four hundred club"}`), 405, "four hundred"},
		{"the lower status wins", fails(`{"errorMessage":"four hundred"}`), 405, "four hundred"},
		{"any other error", fails(`{"errorMessage":"Invalid input"}`), 502, "failed"},
		{"a dot is not a line break", fails(`{"errorMessage":"a\nb"}`), 200, "fine"},
		{"an error without a message", fails(`{"errorType":"x"}`), 200, "fine"},
		{"a message that is not a text", fails(`{"errorMessage":5}`), 200, "fine"},
		{"a result with an errorMessage counts too", returns(`{"errorMessage":"x"}`), 502, "failed"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d := deploy(t, newAPI(mappedMethod("GET", "/", "f", responses...)), functions{"f": tc.f})
			a := d.get("/")
			expect(t, a, tc.status, tc.body)
			if a.header("Content-Type") != "application/json" || !a.has("X-Amzn-Trace-Id") {
				t.Errorf("got the header lines %+v, want application/json and a trace id", a.lines)
			}
			if p := d.record().IntegrationResponse.SelectionPattern; p == nil || (tc.body == "fine") != (*p == "") {
				t.Errorf("got the pattern %v in the record, want that of the default: %v", p, tc.body == "fine")
			}
		})
	}
	t.Run("a function error without a pattern passes with 200", func(t *testing.T) {
		d := deploy(t, newAPI(mappedMethod("GET", "/", "f", ok200)), functions{"f": fails(`{"errorMessage":"x","errorType":"y"}`)})
		expect(t, d.get("/"), 200, `{"errorMessage":"x","errorType":"y"}`)
	})
}

// The log lines are documented (published logs).
func TestIntegrationResponsesThatAreMissing(t *testing.T) {
	cases := []struct {
		name   string
		change func(*assembly.Method)
		log    string
		notice string
	}{
		{"none fits", func(m *assembly.Method) { m.Integration.Responses[0].SelectionPattern = "x" },
			"Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 200", ""},
		{"none at all", func(m *assembly.Method) { m.Integration.Responses = nil },
			"Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 200", "has no integration responses"},
		{"no method response", func(m *assembly.Method) { m.Responses = nil },
			"Execution failed due to configuration error: Output mapping refers to an invalid method response: 200", "has no method response of that status"},
		{"a pattern that is not one", func(m *assembly.Method) { m.Integration.Responses[0].SelectionPattern = "(" },
			"Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 200", "its selection pattern"},
		{"a status that is not one", func(m *assembly.Method) { m.Integration.Responses[0].StatusCode = "9" },
			"Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 200", "is not a status of HTTP"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			m := mappedMethod("GET", "/", "f", ok200)
			tc.change(m)
			d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
			expectError(t, d.get("/"), 500, "InternalServerErrorException", internalServerError)
			if log := d.record().ExecutionLog(); !slices.Contains(log, tc.log) {
				t.Errorf("got the log %q, want the line %q", log, tc.log)
			}
			if notices := fmt.Sprint(d.gateway.Notices()); !strings.Contains(notices, tc.notice) {
				t.Errorf("got the notices %s, want %q in them", notices, tc.notice)
			}
		})
	}
}

// Recorded: test_apigateway_header_remapping_http[HTTP] and _aws[AWS].
func TestMappedResponseHeaders(t *testing.T) {
	renamed := []string{"Authorization", "Connection", "Content-Length", "Content-MD5", "Date", "Expect", "Host", "Max-Forwards",
		"Proxy-Authenticate", "Server", "Trailer", "Upgrade", "User-Agent", "WWW-Authenticate"}
	passed := []string{"Accept", "Accept-Charset", "Accept-Encoding", "Age", "Content-Encoding", "Content-Type", "Pragma", "Range", "Referer", "TE", "Via", "Warn", "x-own"}
	response := ok200
	for _, name := range append(append([]string{"Transfer-Encoding"}, renamed...), passed...) {
		response.Parameters = append(response.Parameters, assembly.Mapping{Target: "method.response.header." + name, Source: "'v'"})
	}
	a := deploy(t, newAPI(mappedMethod("GET", "/", "f", response)), functions{"f": returns(`{}`)}).get("/")
	for _, name := range renamed {
		if a.header("x-amzn-Remapped-"+name) != "v" || a.header(name) == "v" {
			t.Errorf("got %q under %s and %q under the other name, want it renamed", a.header(name), name, a.header("x-amzn-Remapped-"+name))
		}
	}
	for _, name := range passed {
		if a.header(name) != "v" {
			t.Errorf("got %q for %s, want v", a.header(name), name)
		}
	}
	if a.has("Transfer-Encoding") {
		t.Errorf("got Transfer-Encoding: %q, want none", a.header("Transfer-Encoding"))
	}
}

func TestResponseMappings(t *testing.T) {
	cases := []struct {
		name     string
		response assembly.IntegrationResponse
		accept   string
		status   int
		body     string
		header   string // X-Got
	}{
		{"without templates the result passes", ok200, "", 200, `{"a":"b"}`, ""},
		{"an empty template passes it too", assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate("")}, "", 200, `{"a":"b"}`, ""},
		{"a template reads the result", assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate(`$input.path('$.a') $input.params('q') $context.stage`)}, "", 200, "b 1 prod", ""},
		{"Accept picks the template", assembly.IntegrationResponse{StatusCode: "200", Templates: []assembly.Template{
			{MediaType: "application/json", Text: "json"}, {MediaType: "text/html", Text: "html"}}}, "text/html;q=1, application/json", 200, "html", ""},
		{"application/json if none fits", assembly.IntegrationResponse{StatusCode: "200", Templates: []assembly.Template{
			{MediaType: "a/b", Text: "a"}, {MediaType: "application/json", Text: "json"}}}, "*/*", 200, "json", ""},
		{"else the first", assembly.IntegrationResponse{StatusCode: "200", Templates: []assembly.Template{
			{MediaType: "a/b", Text: "a"}, {MediaType: "c/d", Text: "c"}}}, "", 200, "a", ""},
		{"a header from the body", assembly.IntegrationResponse{StatusCode: "200", Parameters: []assembly.Mapping{
			{Target: "method.response.header.X-Got", Source: "integration.response.body.a"}}}, "", 200, `{"a":"b"}`, "b"},
		{"a header from Lambda's response", assembly.IntegrationResponse{StatusCode: "200", Parameters: []assembly.Mapping{
			{Target: "method.response.header.X-Got", Source: "integration.response.header.X-Amz-Executed-Version"}}}, "", 200, `{"a":"b"}`, "$LATEST"},
		{"a source that is missing sets nothing", assembly.IntegrationResponse{StatusCode: "200", Parameters: []assembly.Mapping{
			{Target: "method.response.header.X-Got", Source: "integration.response.body.none"}}}, "", 200, `{"a":"b"}`, ""},
		{"an override wins over a mapping, and needs no method response", assembly.IntegrationResponse{StatusCode: "200",
			Parameters: []assembly.Mapping{{Target: "method.response.header.X-Got", Source: "'mapped'"}},
			Templates:  jsonTemplate(`#set($context.responseOverride.status = 444)#set($context.responseOverride.header.X-Got = "overridden")x`)}, "", 444, "x", "overridden"},
		{"an override out of range is ignored", assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate(`#set($context.responseOverride.status = 99)x`)}, "", 200, "x", ""},
		{"a template that fails", assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate(`$util.parseJson("{")`)}, "", 500, internalServerError, ""},
		{"a template that is not one", assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate(`#if(`)}, "", 500, internalServerError, ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d := deploy(t, newAPI(mappedMethod("GET", "/", "f", tc.response)), functions{"f": returns(`{"a":"b"}`)})
			var lines []string
			if tc.accept != "" {
				lines = []string{"Accept: " + tc.accept}
			}
			a := d.get("/?q=1", lines...)
			expect(t, a, tc.status, tc.body)
			if a.header("X-Got") != tc.header {
				t.Errorf("X-Got: got %q, want %q", a.header("X-Got"), tc.header)
			}
		})
	}
	t.Run("a mapping from a body that is broken is a 500", func(t *testing.T) {
		response := assembly.IntegrationResponse{StatusCode: "200", Parameters: []assembly.Mapping{{Target: "method.response.header.X", Source: "integration.response.body.a"}}}
		d := deploy(t, newAPI(mappedMethod("GET", "/", "f", response)), functions{"f": returns(`{"a"`)})
		expectError(t, d.get("/"), 500, "InternalServerErrorException", internalServerError)
	})
}

// A template error says where it is: API, method, line and column.
func TestTemplateErrorsHaveAPlace(t *testing.T) {
	m := mappedMethod("GET", "/greet", "f", ok200)
	m.Integration.RequestTemplates = jsonTemplate("{\n  \"a\": #if(\n}")
	d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
	notices := d.gateway.Notices()
	if len(notices) != 1 || !strings.Contains(notices[0].Message, "hello GET /greet, request template application/json:") {
		t.Errorf("got the notices %+v, want one with the place of the template", notices)
	}
	expectError(t, d.get("/greet"), 500, "InternalServerErrorException", internalServerError)
	r := d.record()
	if findings := r.Diagnosis(); len(findings) != 1 || !strings.Contains(findings[0].Detail, "^") {
		t.Errorf("got the diagnosis %+v, want one with a caret", findings)
	}
	if log := r.ExecutionLog(); !slices.Contains(log, "Execution failed due to configuration error: Unable to transform request") {
		t.Errorf("got the log %q, want that the request cannot be transformed", log)
	}
}

func TestMappingsThatCannotBeReadAreNotices(t *testing.T) {
	m := mappedMethod("GET", "/", "f", ok200)
	m.Integration.RequestParameters = []assembly.Mapping{{Target: "nonsense", Source: "more.nonsense"}}
	d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
	if notices := d.gateway.Notices(); len(notices) != 1 || !strings.Contains(notices[0].Message, "A parameter mapping has no effect") {
		t.Errorf("got the notices %+v, want one: the mapping has no effect", notices)
	}
	expect(t, d.get("/"), 200, "{}")
}

// Recorded: test_api_gateway_lambda_asynchronous_invocation.
func TestEventInvocation(t *testing.T) {
	for _, source := range []string{"'Event'", "method.request.header.InvocationType"} {
		m := mappedMethod("GET", "/", "f", ok200)
		m.Integration.RequestParameters = []assembly.Mapping{{Target: "integration.request.header.X-Amz-Invocation-Type", Source: source}}
		var got function.Invocation
		d := deploy(t, newAPI(m), functions{"f": func(_ context.Context, in function.Invocation) (function.Result, error) {
			got = in
			return function.Result{}, nil
		}}, func(*assembly.Assembly, *gateway.Options) {})
		expect(t, d.get("/", "InvocationType: Event"), 200, "")
		if !got.Event {
			t.Errorf("%s: got a call that waits for the result, want an event", source)
		}
	}
}
