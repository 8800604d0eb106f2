package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/gateway/userpool"
)

// authorized returns a proxy method behind a TOKEN authorizer, the function auth.
func authorized(path, name string) *assembly.Method {
	m := proxyMethod("GET", path, name)
	m.AuthorizationType = "CUSTOM"
	m.Authorizer = &assembly.Authorizer{
		ID: "au7h0r", Name: "auth", Type: "TOKEN", URI: lambdaURI(functionARN("auth")), IdentitySources: []string{"method.request.header.Authorization"},
	}
	return m
}

// policyOf returns what an authorizer returns.
func policyOf(effect, context string) string {
	return `{"principalId":"ada","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"` + effect + `","Resource":"*"}]},"context":` + context + `}`
}

func TestAuthorizer(t *testing.T) {
	cases := []struct {
		name   string
		auth   handler
		token  string
		status int
		typ    string
		body   string
	}{
		{"allows", returns(policyOf("Allow", `{"n":1}`)), "t", 200, "", "ada 1"},
		{"denies", returns(policyOf("Deny", `{}`)), "t", 403, "AccessDeniedException", `{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}`},
		{"no token", returns(policyOf("Allow", `{}`)), "", 401, "UnauthorizedException", `{"message":"Unauthorized"}`},
		{"says Unauthorized", fails(`{"errorMessage":"Unauthorized"}`), "t", 401, "UnauthorizedException", `{"message":"Unauthorized"}`},
		{"fails", fails(`{"errorMessage":"x"}`), "t", 500, "AuthorizerConfigurationException", `{"message":null}`},
		{"cannot be invoked", refuses(&function.InvokeError{Status: 429}), "t", 500, "AuthorizerConfigurationException", `{"message":null}`},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			f := func(_ context.Context, in function.Invocation) (function.Result, error) {
				var event struct {
					RequestContext struct {
						ResourceID string
						Authorizer map[string]any
					}
				}
				if err := json.Unmarshal(in.Payload, &event); err != nil {
					return function.Result{}, err
				}
				body, _ := json.Marshal(fmt.Sprint(event.RequestContext.Authorizer["principalId"], " ", event.RequestContext.Authorizer["n"]))
				return function.Result{Payload: []byte(`{"body":` + string(body) + `}`)}, nil
			}
			d := deploy(t, newAPI(authorized("/", "f")), functions{"f": f, "auth": tc.auth})
			var lines []string
			if tc.token != "" {
				lines = []string{"Authorization: " + tc.token}
			}
			a := d.get("/", lines...)
			expectError(t, a, tc.status, tc.typ, tc.body)
			if tc.status != 200 && a.has("X-Amzn-Trace-Id") {
				t.Errorf("got the trace id %q of a refusal before the execution, want none", a.header("X-Amzn-Trace-Id"))
			}
			log := d.record().ExecutionLog()
			if tc.status == 200 != slices.ContainsFunc(log, func(line string) bool { return strings.HasPrefix(line, "Starting execution") }) {
				t.Errorf("got the log %q, want Starting execution in it: %v", log, tc.status == 200)
			}
		})
	}
}

func TestAuthorizerNeedsPermissionToo(t *testing.T) {
	var permission *assembly.Permission
	d := deploy(t, newAPI(authorized("/", "f")), functions{"f": returns(`{}`), "auth": returns(policyOf("Allow", `{}`))}, func(a *assembly.Assembly, _ *gateway.Options) {
		for _, f := range a.Functions {
			if f.Name == "auth" {
				permission = &f.Permissions[0]
			}
		}
	})
	permission.SourceARN = "arn:aws:execute-api:" + region + ":" + account + ":" + apiID + "/authorizers/au7h0r"
	expect(t, d.get("/", "Authorization: t"), 200, "")
	permission.SourceARN = "arn:aws:execute-api:" + region + ":" + account + ":" + apiID + "/prod/GET/"
	expectError(t, d.get("/", "Authorization: t"), 500, "AuthorizerConfigurationException", `{"message":null}`)
}

// The status without a key is recorded: test_api_key_required_for_methods.
func TestAPIKeys(t *testing.T) {
	m := proxyMethod("GET", "/", "f")
	m.APIKeyRequired = true
	api := newAPI(m)
	api.Stages[0].Plans = []*assembly.UsagePlan{{
		ID: "plan", Quota: &assembly.Quota{Limit: 1, Period: "DAY"}, Keys: []*assembly.APIKey{{ID: "key1d", Value: "01234567890123456789", Enabled: true}},
	}}
	var c catch
	d := deploy(t, api, functions{"f": c.handle})
	expectError(t, d.get("/"), 403, "ForbiddenException", `{"message":"Forbidden"}`)
	expect(t, d.get("/", "X-API-KEY: 01234567890123456789"), 200, "")
	if got := c.event(t, "requestContext.identity.apiKey") + c.event(t, "requestContext.identity.apiKeyId"); got != `"01234567890123456789""key1d"` {
		t.Errorf("got %v, want %v", got, `"01234567890123456789""key1d"`)
	}
	expectError(t, d.get("/", "x-api-key: 01234567890123456789"), 429, "LimitExceededException", `{"message":"Limit Exceeded"}`)
	t.Run("of an authorizer", func(t *testing.T) {
		m := authorized("/", "f")
		m.APIKeyRequired = true
		api := newAPI(m)
		api.APIKeySource = "AUTHORIZER"
		api.Stages[0].Plans = []*assembly.UsagePlan{{ID: "plan", Keys: []*assembly.APIKey{{ID: "key1d", Value: "k", Enabled: true}}}}
		auth := strings.Replace(policyOf("Allow", `{}`), `{"principalId"`, `{"usageIdentifierKey":"k","principalId"`, 1)
		d := deploy(t, api, functions{"f": returns(`{}`), "auth": returns(auth)})
		expect(t, d.get("/", "Authorization: t"), 200, "")
	})
}

func TestThrottle(t *testing.T) {
	api := newAPI(says("GET", "/", "x"))
	api.Stages[0].Settings = []assembly.MethodSetting{{ResourcePath: "/*", HTTPMethod: "*", Throttle: &assembly.Throttle{Rate: 1, Burst: 1}}}
	t.Run("enforced", func(t *testing.T) {
		d := deploy(t, api, nil, atNoon, func(_ *assembly.Assembly, o *gateway.Options) { o.StageThrottles = true })
		expect(t, d.get("/"), 200, "x")
		expectError(t, d.get("/"), 429, "TooManyRequestsException", `{"message":"Too Many Requests"}`)
	})
	t.Run("reported", func(t *testing.T) {
		d := deploy(t, api, nil, atNoon)
		expect(t, d.get("/"), 200, "x")
		expect(t, d.get("/"), 200, "x")
		if n := d.gateway.Notices(); len(n) != 1 || !strings.Contains(n[0].Message, "AWS lets 1 requests a second through to * /*") {
			t.Errorf("got the notices %+v, want one about the throttle", n)
		}
	})
}

// What a client sees of a resource policy is documented (measurements).
func TestResourcePolicy(t *testing.T) {
	statement := func(effect, ip string) json.RawMessage {
		return json.RawMessage(`{"Version":"2012-10-17","Statement":[{"Effect":"` + effect + `","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*","Condition":{"IpAddress":{"aws:SourceIp":"` + ip + `"}}}]}`)
	}
	const refusal = `{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********9012:a1b2c3d4e5/prod/GET/a`
	cases := []struct {
		name   string
		policy json.RawMessage
		status int
		body   string
	}{
		{"allows", statement("Allow", "127.0.0.0/8"), 200, "x"},
		{"does not allow", statement("Allow", "203.0.113.0/24"), 403, refusal + `"}`},
		{"denies", statement("Deny", "127.0.0.0/8"), 403, refusal + ` with an explicit deny in a resource-based policy"}`},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			api := newAPI(says("GET", "/a", "x"))
			api.Policy = tc.policy
			d := deploy(t, api, nil)
			a := d.get("/a", "User-Agent: me", "Referer: here")
			expect(t, a, tc.status, tc.body)
			log := d.record().ExecutionLog()
			if denied := slices.Contains(log, "The client is not authorized to perform this operation."); denied != (tc.status == 403) {
				t.Errorf("got the log %q, want the refusal in it: %v", log, tc.status == 403)
			}
		})
	}
	t.Run("an explicit deny comes before an authorizer", func(t *testing.T) {
		api := newAPI(authorized("/a", "f"))
		api.Policy = statement("Deny", "127.0.0.0/8")
		d := deploy(t, api, functions{"f": returns(`{}`), "auth": refuses(errBoom)})
		expect(t, d.get("/a", "Authorization: t"), 403, refusal+` with an explicit deny in a resource-based policy"}`)
	})
	t.Run("one that cannot be read lets nobody in", func(t *testing.T) {
		api := newAPI(says("GET", "/a", "x"))
		api.Policy = json.RawMessage(`{"Statement":5}`)
		d := deploy(t, api, nil)
		if a := d.get("/a"); a.status != 501 || len(d.gateway.Notices()) != 1 {
			t.Errorf("got %d %s and the notices %v, want 501 and one notice", a.status, a.body, d.gateway.Notices())
		}
	})
}

func TestIAM(t *testing.T) {
	m := proxyMethod("GET", "/a", "f")
	m.AuthorizationType = "AWS_IAM"
	credential := sigv4.Credential{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret", AccountID: account, UserARN: "arn:aws:iam::" + account + ":user/ada", UserID: "AIDAEXAMPLE"}
	var c catch
	api := newAPI(m)
	d := deploy(t, api, functions{"f": c.handle}, atNoon, func(_ *assembly.Assembly, o *gateway.Options) { o.Credentials = []sigv4.Credential{credential} })
	t.Run("unsigned", func(t *testing.T) {
		expectError(t, d.get("/a"), 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`)
	})
	t.Run("signed", func(t *testing.T) {
		expect(t, d.get("/a", signed(d.address, "/hello/prod/a")...), 200, "")
		for member, want := range map[string]string{
			"accessKey": `"AKIDEXAMPLE"`, "accountId": `"` + account + `"`, "userArn": `"arn:aws:iam::` + account + `:user/ada"`, "caller": `"AIDAEXAMPLE"`, "user": `"AIDAEXAMPLE"`,
		} {
			if got := c.event(t, "requestContext.identity."+member); got != want {
				t.Errorf("%s: got %s, want %s", member, got, want)
			}
		}
		if got := c.event(t, "headers.Authorization"); got != "" {
			t.Errorf("got the signature %s in the event, want none", got)
		}
	})
	t.Run("denied by the resource policy", func(t *testing.T) {
		api.Policy = json.RawMessage(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"` + credential.UserARN + `"},"Action":"execute-api:Invoke","Resource":"*"}]}`)
		d := deploy(t, api, functions{"f": c.handle}, atNoon, func(_ *assembly.Assembly, o *gateway.Options) { o.Credentials = []sigv4.Credential{credential} })
		a := d.get("/a", signed(d.address, "/hello/prod/a")...)
		if a.status != 403 || !strings.HasPrefix(a.body, `{"Message":"User: arn:aws:iam::123456789012:user/ada is not authorized`) {
			t.Errorf("got %d %s, want 403 for the user ada", a.status, a.body)
		}
	})
}

func TestAuthorizationWithoutAnAuthorizer(t *testing.T) {
	pool, none := proxyMethod("GET", "/a", "f"), proxyMethod("GET", "/b", "f")
	broken, unknown := proxyMethod("GET", "/c", "f"), proxyMethod("GET", "/d", "f")
	pool.AuthorizationType, none.AuthorizationType, broken.AuthorizationType, unknown.AuthorizationType = "COGNITO_USER_POOLS", "CUSTOM", "COGNITO_USER_POOLS", "OTHER"
	broken.Authorizer = &assembly.Authorizer{Name: "pool", Type: "COGNITO_USER_POOLS", ProviderARNs: []string{"x"}}
	d := deploy(t, newAPI(pool, none, broken, unknown), functions{"f": returns(`{}`)})
	expect(t, d.get("/a"), 501, "Not implemented by the local gateway: The method has authorization of the type COGNITO_USER_POOLS and no authorizer, so every call answers 501. Name an authorizer of the API.\n")
	expect(t, d.get("/b"), 501, "Not implemented by the local gateway: The method has authorization of the type CUSTOM and no authorizer, so every call answers 501. Name an authorizer of the API.\n")
	expect(t, d.get("/c"), 501, `Not implemented by the local gateway: The user pools of the authorizer cannot be read, so every call answers 501: `+
		`authorizer pool: "x" is not the ARN of a user pool, which is arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID. Name ARNs of user pools in ProviderARNs.`+"\n")
	expect(t, d.get("/d"), 501, "Not implemented by the local gateway: Authorization of the type OTHER is not checked here, so every call answers 501.\n")
	if notices := d.gateway.Notices(); len(notices) != 4 {
		t.Errorf("got the notices %+v, want four", notices)
	}
}

func TestUserPools(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key.pem")
	key, err := userpool.OwnKey(file)
	if err != nil {
		t.Fatal(err)
	}
	token := func(lifetime time.Duration) string {
		text, err := userpool.Token{
			Issuer: "https://cognito-idp.us-east-1.amazonaws.com/p", ClientID: "c", Lifetime: lifetime, Claims: map[string]any{"sub": "ada", "email_verified": true},
		}.Sign(key, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return "Authorization: Bearer " + text
	}
	proxy := proxyMethod("GET", "/proxy", "f")
	mapped := mockMethod("GET", "/mapped", `{"statusCode":200}`, assembly.IntegrationResponse{StatusCode: "200", Templates: []assembly.Template{
		{MediaType: "application/json", Text: `$context.authorizer.claims.sub $context.authorizer.claims.email_verified`},
	}})
	pool := &assembly.Authorizer{ID: "p00l", Name: "pool", Type: "COGNITO_USER_POOLS", ProviderARNs: []string{"arn:aws:cognito-idp:us-east-1:123456789012:userpool/p"}}
	for _, m := range []*assembly.Method{proxy, mapped} {
		m.AuthorizationType, m.Authorizer = "COGNITO_USER_POOLS", pool
	}
	event := make(chan string, 1)
	d := deploy(t, newAPI(proxy, mapped), functions{"f": func(_ context.Context, in function.Invocation) (function.Result, error) {
		event <- string(in.Payload)
		return function.Result{Payload: []byte(`{"statusCode":204}`)}, nil
	}}, func(_ *assembly.Assembly, o *gateway.Options) { o.UserPools = userpool.Keys{Own: file} })

	expect(t, d.get("/proxy", token(time.Hour)), 204, "")
	if got := <-event; !strings.Contains(got, `"authorizer":{"claims":{`) || !strings.Contains(got, `"email_verified":"true"`) || !strings.Contains(got, `"sub":"ada"`) {
		t.Errorf("got the event %s, want the claims as texts", got)
	}
	expect(t, d.get("/mapped", token(time.Hour)), 200, "ada true")
	expect(t, d.get("/mapped", token(-time.Hour)), 401, `{"message":"The incoming token has expired"}`)
	expect(t, d.get("/mapped"), 401, `{"message":"Unauthorized"}`)
	r := d.record()
	if log := strings.Join(r.ExecutionLog(), "\n"); !strings.Contains(log, "Unauthorized request: "+r.ID) {
		t.Errorf("got the log %s, want the line about an unauthorized request", log)
	}
}

// Recorded: test_api_gateway_request_validator.
func TestBodyModels(t *testing.T) {
	m := says("POST", "/", "ok")
	m.ValidateBody, m.ValidateParameters = true, true
	m.RequestModels = map[string]string{"application/json": "Pet"}
	m.RequestParameters = []assembly.RequestParameter{{Location: "querystring", Name: "q", Required: true}}
	api := newAPI(m)
	api.Models = []*assembly.Model{{Name: "Pet", Schema: json.RawMessage(`{"type":"object","required":["name"]}`)}}
	d := deploy(t, api, nil)
	const invalid = `{"message": "Invalid request body"}`
	cases := []struct {
		name, path, body, contentType string
		status                        int
		want                          string
	}{
		{"valid", "/?q=1", `{"name":"Rex"}`, "application/json; charset=utf-8", 200, "ok"},
		{"invalid", "/?q=1", `{}`, "application/json", 400, invalid},
		{"no type means application/json", "/?q=1", `{}`, "", 400, invalid},
		{"empty", "/?q=1", "", "", 400, invalid},
		{"parameters are first", "/", "", "", 400, `{"message": "Missing required request parameters: [q]"}`},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var lines []string
			if tc.contentType != "" {
				lines = []string{"Content-Type: " + tc.contentType}
			}
			a := d.send("POST", tc.path, tc.body, lines...)
			expect(t, a, tc.status, tc.want)
			if tc.status == 400 && (a.header("x-amzn-ErrorType") != "BadRequestException" || !a.has("X-Amzn-Trace-Id")) {
				t.Errorf("got the header lines %+v, want BadRequestException and a trace id", a.lines)
			}
		})
	}
	t.Run("a type without a model passes", func(t *testing.T) {
		m.Integration.RequestTemplates = append(m.Integration.RequestTemplates, assembly.Template{MediaType: "text/plain", Text: "{statusCode: 200}"})
		expect(t, deploy(t, api, nil).send("POST", "/?q=1", "x", "Content-Type: text/plain"), 200, "ok")
	})
	t.Run("a model that is wrong is a notice", func(t *testing.T) {
		api.Models[0].Schema = json.RawMessage(`{"type":5}`)
		if notices := deploy(t, api, nil).gateway.Notices(); len(notices) != 1 {
			t.Errorf("got the notices %+v, want one", notices)
		}
	})
}

// signed returns the header lines of a GET request that is signed at noon.
func signed(host, path string) []string {
	now := time.Date(2022, 3, 5, 15, 47, 32, 0, time.UTC)
	return sign("AKIDEXAMPLE", "secret", host, path, now)
}
