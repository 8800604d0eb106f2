package gatewayresponse_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
)

// lookup knows a few variables.
func lookup(name string) (string, bool) {
	v, ok := map[string]string{
		"context.requestId": "id", "stageVariables.v": "var", "method.request.header.Origin": "https://o",
		"method.request.path.p": "path", "method.request.querystring.q": "query",
	}[name]
	return v, ok
}

func compile(t *testing.T, responses ...*assembly.GatewayResponse) gatewayresponse.Set {
	t.Helper()
	byType := map[string]*assembly.GatewayResponse{}
	for _, r := range responses {
		byType[r.Type] = r
	}
	set, problems := gatewayresponse.Compile(byType)
	if len(problems) > 0 {
		t.Fatalf("got %q, want no problems", problems)
	}
	return set
}

func serverError() *gatewayresponse.Error {
	return &gatewayresponse.Error{Type: gatewayresponse.TypeIntegrationFailure, Status: 500, Message: "Internal server error", Spaced: true}
}

// The bytes of the default bodies, and the types of x-amzn-ErrorType.
func TestDefaults(t *testing.T) {
	cases := []struct {
		name      string
		e         gatewayresponse.Error
		body      string
		errorType string
	}{
		{"before the execution, without a blank", gatewayresponse.Error{Type: gatewayresponse.TypeInvalidAPIKey, Status: 403, Message: "Forbidden"}, `{"message":"Forbidden"}`, "ForbiddenException"},
		{"after its start, with a blank", *serverError(), `{"message": "Internal server error"}`, "InternalServerErrorException"},
		{"access denied has a capital key", gatewayresponse.Error{Type: gatewayresponse.TypeAccessDenied, Status: 403, Message: "no", CapitalKey: true}, `{"Message":"no"}`, "AccessDeniedException"},
		{"authorizer trouble has no message", gatewayresponse.Error{Type: gatewayresponse.TypeAuthorizerConfigurationError, Status: 500, NoMessage: true}, `{"message":null}`, "AuthorizerConfigurationException"},
		{"quotes are escaped, angles are not", gatewayresponse.Error{Type: gatewayresponse.TypeUnauthorized, Status: 401, Message: "a \"b\" <c>\n"}, `{"message":"a \"b\" <c>\n"}`, "UnauthorizedException"},
		{"an own error type", gatewayresponse.Error{Type: gatewayresponse.TypeDefault4XX, Status: 403, Message: "m", ErrorType: "IncompleteSignatureException"}, `{"message":"m"}`, "IncompleteSignatureException"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var set gatewayresponse.Set
			a := set.Render(&tc.e, "", lookup)
			if a.Status != tc.e.Status || string(a.Body) != tc.body || a.Header.Get("x-amzn-ErrorType") != tc.errorType || a.Header.Get("Content-Type") != "application/json" {
				t.Errorf("got %d %s %v, want %d %s %s in JSON", a.Status, a.Body, a.Header, tc.e.Status, tc.body, tc.errorType)
			}
		})
	}
}

// Recorded: test_gateway_response_crud.
func TestTypes(t *testing.T) {
	cases := []struct {
		is        gatewayresponse.Type
		status    int
		errorType string
	}{
		{gatewayresponse.TypeAccessDenied, 403, "AccessDeniedException"},
		{gatewayresponse.TypeAPIConfigurationError, 500, "InternalServerErrorException"},
		{gatewayresponse.TypeAuthorizerConfigurationError, 500, "AuthorizerConfigurationException"},
		{gatewayresponse.TypeAuthorizerFailure, 500, "AuthorizerFailureException"},
		{gatewayresponse.TypeBadRequestBody, 400, "BadRequestException"},
		{gatewayresponse.TypeBadRequestParameters, 400, "BadRequestException"},
		{gatewayresponse.TypeDefault4XX, 0, "BadRequestException"},
		{gatewayresponse.TypeDefault5XX, 0, "InternalServerErrorException"},
		{gatewayresponse.TypeExpiredToken, 403, "ExpiredTokenException"},
		{gatewayresponse.TypeIntegrationFailure, 504, "InternalServerErrorException"},
		{gatewayresponse.TypeIntegrationTimeout, 504, "InternalServerErrorException"},
		{gatewayresponse.TypeInvalidAPIKey, 403, "ForbiddenException"},
		{gatewayresponse.TypeInvalidSignature, 403, "InvalidSignatureException"},
		{gatewayresponse.TypeMissingAuthenticationToken, 403, "MissingAuthenticationTokenException"},
		{gatewayresponse.TypeQuotaExceeded, 429, "LimitExceededException"},
		{gatewayresponse.TypeRequestTooLarge, 413, "RequestTooLargeException"},
		{gatewayresponse.TypeResourceNotFound, 404, "ResourceNotFoundException"},
		{gatewayresponse.TypeThrottled, 429, "TooManyRequestsException"},
		{gatewayresponse.TypeUnauthorized, 401, "UnauthorizedException"},
		{gatewayresponse.TypeUnsupportedMediaType, 415, "BadRequestException"},
		{gatewayresponse.TypeWAFFiltered, 403, "ForbiddenException"},
	}
	for _, tc := range cases {
		var set gatewayresponse.Set
		a := set.Render(&gatewayresponse.Error{Type: tc.is}, "", lookup)
		if tc.is.DefaultStatus() != tc.status || a.Header.Get("x-amzn-ErrorType") != tc.errorType {
			t.Errorf("%s: got %d %s, want %d %s", tc.is, tc.is.DefaultStatus(), a.Header.Get("x-amzn-ErrorType"), tc.status, tc.errorType)
		}
	}
}

func TestCustomized(t *testing.T) {
	json := func(text string) []assembly.Template {
		return []assembly.Template{{MediaType: "application/json", Text: text}}
	}
	origin := []assembly.Mapping{{Target: "gatewayresponse.header.Access-Control-Allow-Origin", Source: "'*'"}}
	forbidden := &gatewayresponse.Error{Type: gatewayresponse.TypeInvalidAPIKey, Status: 403, Message: "Forbidden"}
	cases := []struct {
		name      string
		responses []*assembly.GatewayResponse
		e         *gatewayresponse.Error
		status    int
		body      string
		origin    string
	}{
		{"the family's default covers a type", []*assembly.GatewayResponse{{Type: "DEFAULT_4XX", Parameters: origin}}, forbidden, 403, `{"message":"Forbidden"}`, "*"},
		{"a default has no status of its own", []*assembly.GatewayResponse{{Type: "DEFAULT_5XX", Parameters: origin}}, serverError(), 500, `{"message": "Internal server error"}`, "*"},
		{"the other family does not", []*assembly.GatewayResponse{{Type: "DEFAULT_5XX", Parameters: origin, StatusCode: 599}}, forbidden, 403, `{"message":"Forbidden"}`, ""},
		{"an explicit status", []*assembly.GatewayResponse{{Type: "DEFAULT_5XX", StatusCode: 503}}, serverError(), 503, `{"message": "Internal server error"}`, ""},
		{"test_gateway_response_put: an entry hides the default, also in what it leaves out", []*assembly.GatewayResponse{
			{Type: "DEFAULT_5XX", StatusCode: 599, Templates: json("default"), Parameters: origin},
			{Type: "AUTHORIZER_FAILURE", Parameters: []assembly.Mapping{{Target: "gatewayresponse.header.X", Source: "'x'"}}},
		}, &gatewayresponse.Error{Type: gatewayresponse.TypeAuthorizerFailure, Status: 500, NoMessage: true}, 500, `{"message":null}`, ""},
		{"test_lambda_aws_proxy_integration_non_post_method: no status does not make a 500 a 504", []*assembly.GatewayResponse{{Type: "INTEGRATION_FAILURE", Parameters: origin}}, serverError(), 500, `{"message": "Internal server error"}`, "*"},
		{"the default raised itself", []*assembly.GatewayResponse{{Type: "DEFAULT_4XX", Parameters: origin}}, &gatewayresponse.Error{Type: gatewayresponse.TypeDefault4XX, Status: 400, Message: "m"}, 400, `{"message":"m"}`, "*"},
		{"variables in a template", []*assembly.GatewayResponse{{Type: "INVALID_API_KEY", Templates: json(
			`$context.error.message|$context.error.messageString|$context.error.responseType|$context.requestId.|$stageVariables.v|$method.request.header.Origin|$method.request.path.p|$method.request.querystring.q|$context.none|$5 $other $`)}},
			forbidden, 403, `Forbidden|"Forbidden"|INVALID_API_KEY|id.|var|https://o|path|query||$5 $other $`, ""},
		{"no Velocity", []*assembly.GatewayResponse{{Type: "INVALID_API_KEY", Templates: json(`#set($x = 1)$x`)}}, forbidden, 403, `#set($x = 1)$x`, ""},
		{"what the validator said", []*assembly.GatewayResponse{{Type: "BAD_REQUEST_BODY", Templates: json(`$context.error.validationErrorString`)}},
			&gatewayresponse.Error{Type: gatewayresponse.TypeBadRequestBody, Status: 400, Message: "Invalid request body", Validation: "[detail]"}, 400, "[detail]", ""},
		{"a message that is null", []*assembly.GatewayResponse{{Type: "DEFAULT_5XX", Templates: json(`$context.error.message $context.error.messageString`)}},
			&gatewayresponse.Error{Type: gatewayresponse.TypeAuthorizerConfigurationError, Status: 500, NoMessage: true}, 500, "null null", ""},
		{"plain text cannot be customized", []*assembly.GatewayResponse{{Type: "REQUEST_TOO_LARGE", StatusCode: 400, Templates: json("x"), Parameters: origin}},
			&gatewayresponse.Error{Type: gatewayresponse.TypeRequestTooLarge, Status: 413, Message: "HTTP content length exceeded 10485760 bytes.", PlainText: true}, 413, "HTTP content length exceeded 10485760 bytes.", ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			set := compile(t, tc.responses...)
			a := set.Render(tc.e, "", lookup)
			if a.Status != tc.status || string(a.Body) != tc.body || a.Header.Get("Access-Control-Allow-Origin") != tc.origin {
				t.Errorf("got %d %q %v, want %d %q with the origin %q", a.Status, a.Body, a.Header, tc.status, tc.body, tc.origin)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	m := func(name, source string) assembly.Mapping {
		return assembly.Mapping{Target: "gatewayresponse.header." + name, Source: source}
	}
	set := compile(t, &assembly.GatewayResponse{Type: "DEFAULT_4XX", Parameters: []assembly.Mapping{
		m("A", "'it's'"), m("B", "method.request.header.Origin"), m("C", "context.requestId"), m("D", "stageVariables.v"), m("E", "context.error.responseType"),
		m("F", "method.request.header.None"), m("Content-Length", "'9'"), m("content-type", "'text/x'"), m("A", "'last'"),
	}})
	a := set.Render(&gatewayresponse.Error{Type: gatewayresponse.TypeThrottled, Status: 429}, "", lookup)
	got := ""
	for _, f := range a.Header {
		got += f.Name + "=" + strings.Join(f.Values, ",") + " "
	}
	if got != "content-type=text/x x-amzn-ErrorType=TooManyRequestsException A=last B=https://o C=id D=var E=THROTTLED " {
		t.Errorf("got %q, want %q", got, "content-type=text/x x-amzn-ErrorType=TooManyRequestsException A=last B=https://o C=id D=var E=THROTTLED ")
	}
}

// The choice among several templates is assumed.
func TestAcceptChoosesTheTemplate(t *testing.T) {
	set := compile(t, &assembly.GatewayResponse{Type: "DEFAULT_4XX", Templates: []assembly.Template{
		{MediaType: "a/b", Text: "ab"}, {MediaType: "application/json", Text: "json"}, {MediaType: "text/html", Text: "html"},
	}})
	only := compile(t, &assembly.GatewayResponse{Type: "DEFAULT_4XX", Templates: []assembly.Template{{MediaType: "a/b", Text: "ab"}, {MediaType: "c/d", Text: "cd"}}})
	for _, tc := range []struct {
		set          gatewayresponse.Set
		accept, want string
	}{
		{set, "", "application/json json"}, {set, "text/html; q=1, a/b", "text/html html"}, {set, "x/y, a/b", "a/b ab"}, {set, "*/*", "application/json json"}, {only, "", "a/b ab"},
	} {
		a := tc.set.Render(&gatewayresponse.Error{Type: gatewayresponse.TypeUnauthorized, Status: 401}, tc.accept, lookup)
		if got := a.Header.Get("Content-Type") + " " + string(a.Body); got != tc.want {
			t.Errorf("%q: got %s, want %s", tc.accept, got, tc.want)
		}
	}
}

func TestCompileTellsWhatItCannotRead(t *testing.T) {
	_, problems := gatewayresponse.Compile(map[string]*assembly.GatewayResponse{
		"DEFAULT_5XX": nil,
		"DEFAULT_4XX": {Parameters: []assembly.Mapping{
			{Target: "gatewayresponse.header.A", Source: "unquoted"}, {Target: "method.response.header.A", Source: "'x'"}, {Target: "gatewayresponse.header.B", Source: "context."},
		}},
	})
	if len(problems) != 3 || !strings.Contains(fmt.Sprint(problems), `"unquoted"`) {
		t.Errorf("got %q, want 3 problems, with \"unquoted\" among them", problems)
	}
}

func TestErrorSaysWhatItIs(t *testing.T) {
	cause := errors.New("cause")
	var err error = &gatewayresponse.Error{Type: gatewayresponse.TypeThrottled, Status: 429, Message: "Too Many Requests", Cause: cause}
	if err.Error() != "THROTTLED, status 429: Too Many Requests" || !errors.Is(err, cause) {
		t.Errorf("got %v, want type, status and message, and the cause inside", err)
	}
}
