package gateway_test

import (
	"slices"
	"testing"

	"example.com/apigw/internal/assembly"
)

func TestMock(t *testing.T) {
	created := assembly.IntegrationResponse{StatusCode: "201", SelectionPattern: `2\d{2}`}
	other := assembly.IntegrationResponse{StatusCode: "400"}
	reads := assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate(`$context.requestOverride.path.p $context.responseOverride.custom [$input.body]`)}
	const unparsable = "Execution failed due to configuration error: Unable to parse statusCode. It should be an integer that is defined in the request template."
	cases := []struct {
		name, template string
		responses      []assembly.IntegrationResponse
		status         int
		body, log      string
	}{
		{"test_integration_mock_with_path_param: a bare key", `{statusCode: 200}`, []assembly.IntegrationResponse{created, other}, 201, "", ""},
		{"the number selects by pattern", `{"statusCode": 300}`, []assembly.IntegrationResponse{created, other}, 400, "", ""},
		{"no number", `{"a": 1}`, []assembly.IntegrationResponse{created}, 500, internalServerError, unparsable},
		{"a number as text", `{"statusCode": "200"}`, []assembly.IntegrationResponse{created}, 500, internalServerError, unparsable},
		{"no template fits, and none is the default", `{"statusCode": 404}`, []assembly.IntegrationResponse{created}, 500, internalServerError,
			"Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 404"},
		{"test_integration_mock_with_response_override_in_request_template", `#set($context.responseOverride.status = 444){statusCode: 200}`, []assembly.IntegrationResponse{created}, 444, "", ""},
		{"test_integration_mock_with_request_overrides_in_response_template",
			`#set($context.requestOverride.path.p = "kept")#set($context.responseOverride.custom = "too"){statusCode: 200}`, []assembly.IntegrationResponse{reads}, 200, "kept too [{}]", ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d := deploy(t, newAPI(mockMethod("GET", "/", tc.template, tc.responses...)), nil)
			a := d.get("/")
			expect(t, a, tc.status, tc.body)
			if a.has("X-Amzn-Trace-Id") {
				t.Errorf("got the trace id %q, want none with MOCK (recorded: test_invocation_trace_id)", a.header("X-Amzn-Trace-Id"))
			}
			if log := d.record().ExecutionLog(); tc.log != "" && !slices.Contains(log, tc.log) {
				t.Errorf("got the log %q, want the line %q", log, tc.log)
			}
		})
	}
}

// What CDK's defaultCorsPreflightOptions makes; the headers of the response are
// recorded (test_user_clicks_are_stored).
func TestPreflightAsCDKBuildsIt(t *testing.T) {
	response := assembly.IntegrationResponse{StatusCode: "204", Parameters: []assembly.Mapping{
		{Target: "method.response.header.Access-Control-Allow-Headers", Source: "'Content-Type,X-Amz-Date'"},
		{Target: "method.response.header.Access-Control-Allow-Methods", Source: "'OPTIONS,GET'"},
		{Target: "method.response.header.Access-Control-Allow-Origin", Source: "'*'"},
	}}
	d := deploy(t, newAPI(mockMethod("OPTIONS", "/", "{ statusCode: 200 }", response)), nil)
	a := d.send("OPTIONS", "/", "", "Origin: https://example.com", "Access-Control-Request-Method: GET")
	expect(t, a, 204, "")
	for name, want := range map[string]string{
		"Access-Control-Allow-Headers": "Content-Type,X-Amz-Date", "Access-Control-Allow-Methods": "OPTIONS,GET",
		"Access-Control-Allow-Origin": "*", "Content-Type": "application/json", "Connection": "keep-alive",
	} {
		if a.header(name) != want {
			t.Errorf("%s: got %q, want %q", name, a.header(name), want)
		}
	}
	if len(a.lines) != 8 { // and Date and the two ids; net/http sends no Content-Length with a 204
		t.Errorf("got the header lines %+v, want 8", a.lines)
	}
	t.Run("another Content-Type has no template and no statusCode", func(t *testing.T) {
		expectError(t, d.send("OPTIONS", "/", "x", "Content-Type: text/plain"), 500, "InternalServerErrorException", internalServerError)
	})
}
