package gateway_test

import (
	"encoding/json"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
)

func TestAccessLog(t *testing.T) {
	cases := []struct {
		name, format string
		f            handler
		path, want   string
	}{
		{"the usual", `$context.httpMethod $context.resourcePath $context.path $context.status $context.responseLength`, returns(`{"body":"hi"}`), "/a", "GET /a /prod/a 200 2"},
		{"nothing is a hyphen", `$context.identity.user|$context.nope|$context.error.message|$context.authorizer.x`, returns(`{}`), "/a", "-|-|-|-"},
		{"text after a name", `[$context.stage.] ${context.stage} $context.apiId"`, returns(`{}`), "/a", `[prod.] ${context.stage} a1b2c3d4e5"`},
		{"the integration", `$context.integrationStatus $context.integration.integrationStatus $context.integration.status`, returns(`{"statusCode":201}`), "/a", "200 200 201"},
		{"a malformed result", `$context.status $context.error.responseType $context.integrationErrorMessage`, returns(`{"a":1}`), "/a",
			"502 INTEGRATION_FAILURE Execution failed due to configuration error: Malformed Lambda proxy response"},
		{"a function error", `$context.integrationErrorMessage $context.integration.status`, fails(`{"errorMessage":"boom"}`), "/a", "Lambda Customer Function Error:boom 502"},
		{"no route", `$context.status $context.error.message $context.error.responseType $context.resourcePath $context.integrationLatency`, returns(`{}`), "/b",
			"403 Missing Authentication Token MISSING_AUTHENTICATION_TOKEN - -"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			api := newAPI(proxyMethod("GET", "/a", "f"))
			api.Stages[0].AccessLog = &assembly.AccessLog{Format: tc.format}
			d := deploy(t, api, functions{"f": tc.f})
			d.get(tc.path)
			d.record()
			d.mu.Lock()
			defer d.mu.Unlock()
			if len(d.access) != 1 || d.access[0] != tc.want {
				t.Errorf("got %q, want %q", d.access, tc.want)
			}
		})
	}
}

// Which of the three steps of authorization refused a request.
func TestTheAccessLogTellsTheStepsOfAuthorizationApart(t *testing.T) {
	const format = "$context.authenticate.status $context.authenticate.error|$context.authorizer.status $context.authorizer.error $context.authorizer.integrationStatus $context.authorizer.principalId|$context.authorize.status $context.authorize.error"
	signed := proxyMethod("GET", "/", "f")
	signed.AuthorizationType = "AWS_IAM"
	for _, tc := range []struct {
		name   string
		method *assembly.Method
		auth   handler
		token  string
		want   string
	}{
		{"no authorization", proxyMethod("GET", "/", "f"), nil, "", "- -|- - - -|- -"},
		{"an authorizer that allows", authorized("/", "f"), returns(policyOf("Allow", `{}`)), "t", "- -|200 - 200 ada|200 -"},
		{"an authorizer that denies", authorized("/", "f"), returns(policyOf("Deny", `{}`)), "t",
			"- -|200 - 200 -|403 User is not authorized to access this resource with an explicit deny in an identity-based policy"},
		{"no token", authorized("/", "f"), returns(policyOf("Allow", `{}`)), "", "- -|401 Unauthorized - -|- -"},
		{"an authorizer that says Unauthorized", authorized("/", "f"), fails(`{"errorMessage":"Unauthorized"}`), "t", "- -|401 Unauthorized 200 -|- -"},
		{"an authorizer that fails", authorized("/", "f"), fails(`{"errorMessage":"x"}`), "t", "- -|500 - 200 -|- -"},
		{"an authorizer that cannot be called", authorized("/", "f"), refuses(&function.InvokeError{Status: 429}), "t", "- -|500 - - -|- -"},
		{"no signature", signed, nil, "", "403 Missing Authentication Token|- - - -|- -"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			api := newAPI(tc.method)
			api.Stages[0].AccessLog = &assembly.AccessLog{Format: format}
			d := deploy(t, api, functions{"f": returns(`{}`), "auth": tc.auth})
			if tc.token == "" {
				d.get("/")
			} else {
				d.get("/", "Authorization: "+tc.token)
			}
			d.record()
			d.mu.Lock()
			defer d.mu.Unlock()
			if len(d.access) != 1 || d.access[0] != tc.want {
				t.Errorf("got %q, want %q", d.access, tc.want)
			}
		})
	}
}

// In a format that is JSON, values are escaped where they are in texts (published: the
// issue 4348 of DataBiosphere/azul).
func TestValuesOfAnAccessLogInJSONAreEscaped(t *testing.T) {
	for _, tc := range []struct{ name, format, want string }{
		{"in a text", `{"agent":"$context.identity.userAgent","status":$context.status}`, `{"agent":"say \"no\" <\\>","status":200}`},
		{"beside other text", `{"a\"b":"[$context.identity.userAgent]"}`, `{"a\"b":"[say \"no\" <\\>]"}`},
		{"a text of its own", `{"error":$context.error.messageString}`, `{"error":-}`},
		{"not in JSON", `"$context.identity.userAgent"`, `"say "no" <\>"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			api := newAPI(proxyMethod("GET", "/a", "f"))
			api.Stages[0].AccessLog = &assembly.AccessLog{Format: tc.format}
			d := deploy(t, api, functions{"f": returns(`{}`)})
			d.get("/a", `User-Agent: say "no" <\>`)
			d.record()
			d.mu.Lock()
			defer d.mu.Unlock()
			if len(d.access) != 1 || d.access[0] != tc.want {
				t.Errorf("got %q, want %q", d.access, tc.want)
			}
		})
	}
}

// CDK's AccessLogFormat.jsonWithStandardFields must give JSON.
func TestAccessLogInJSON(t *testing.T) {
	api := newAPI(proxyMethod("GET", "/a", "f"))
	api.Stages[0].AccessLog = &assembly.AccessLog{Format: `{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","user":"$context.identity.user","caller":"$context.identity.caller","requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status","protocol":"$context.protocol","responseLength":"$context.responseLength","epoch":$context.requestTimeEpoch,"latency":$context.responseLatency,"il":$context.integrationLatency,"ext":"$context.extendedRequestId","lambda":"$context.awsEndpointRequestId","trace":"$context.xrayTraceId"}`}
	d := deploy(t, api, functions{"f": returns(`{}`)}, atNoon)
	d.get("/a")
	r := d.record()
	d.mu.Lock()
	defer d.mu.Unlock()
	var line struct {
		RequestID, IP, User, RequestTime, Status, Ext, Lambda, Trace string
		Epoch                                                        int64
	}
	if err := json.Unmarshal([]byte(d.access[0]), &line); err != nil {
		t.Fatal(err, d.access[0])
	}
	if line.RequestID != r.ID || line.IP != "127.0.0.1" || line.User != "-" || line.RequestTime != "05/Mar/2022:15:47:32 +0000" ||
		line.Status != "200" || line.Epoch != r.Time.UnixMilli() || line.Ext != r.ExtendedID || line.Lambda != r.FunctionResult.RequestID || !strings.HasPrefix(line.Trace, "1-") {
		t.Errorf("got %+v, want id %s, 127.0.0.1, no user, the time of noon, 200, extended id %s, Lambda's id %s and a trace id", line, r.ID, r.ExtendedID, r.FunctionResult.RequestID)
	}
	if r.Duration != 0 { // the clock stands still
		t.Errorf("got the duration %v, want 0", r.Duration)
	}
}
