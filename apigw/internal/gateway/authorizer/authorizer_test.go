package authorizer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
)

const (
	lambdaARN = "arn:aws:lambda:eu-west-1:123456789012:function:guard"
	uri       = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/" + lambdaARN + "/invocations"
	methodARN = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/hello"
	secret    = "Bearer 0123456789"
)

func tokenAuthorizer() *assembly.Authorizer {
	return &assembly.Authorizer{ID: "elkw5b", Name: "Guard", Type: "TOKEN", URI: uri, IdentitySources: []string{"method.request.header.Authorization"}}
}

func request() Request {
	return Request{
		ID: "r1", Stage: "prod", MethodARN: methodARN, Resource: "/hello", Path: "/hello", HTTPMethod: "GET",
		Header: mapping.Params{{Name: "authorization", Values: []string{secret}}},
	}
}

func policyOf(effect, resource string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"` + effect + `","Action":"execute-api:Invoke","Resource":"` + resource + `"}]}`
}

func resultOf(policy string) string {
	return `{"principalId":"user|0123456789","policyDocument":` + policy + `}`
}

// answering returns a function that always returns one result, and counts.
func answering(payload string, calls *int) Invoke {
	return func(context.Context, string, []byte) (function.Result, error) {
		*calls++
		return function.Result{Payload: []byte(payload)}, nil
	}
}

func fixed() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

func TestEvents(t *testing.T) {
	full := request()
	full.Resource, full.Path = "/hello/{name}", "/hello/Ada%20L"
	full.Header = append(full.Header, mapping.Param{Name: "X-Two", Values: []string{"1", "<2>"}})
	full.Query = mapping.Params{{Name: "q", Values: []string{"a", "b"}}, {Name: "p", Values: []string{"&"}}}
	full.PathParameters = map[string]string{"name": "Ada%20L"}
	full.StageVariables = map[string]string{"v": "1"}
	full.RequestContext = []byte(`{"stage":"prod","identity":{"sourceIp":"192.0.2.7"}}`)
	for _, test := range []struct {
		rule, kind string
		request    Request
		want       string
	}{
		{"TOKEN", "TOKEN", request(), `{"type":"TOKEN","methodArn":"` + methodARN + `","authorizationToken":"` + secret + `"}`},
		{"REQUEST", "REQUEST", full, `{"type":"REQUEST","methodArn":"` + methodARN + `","resource":"/hello/{name}","path":"/hello/Ada%20L","httpMethod":"GET",` +
			`"headers":{"authorization":"Bearer 0123456789","X-Two":"<2>"},"multiValueHeaders":{"authorization":["Bearer 0123456789"],"X-Two":["1","<2>"]},` +
			`"queryStringParameters":{"q":"b","p":"&"},"multiValueQueryStringParameters":{"q":["a","b"],"p":["&"]},` +
			`"pathParameters":{"name":"Ada%20L"},"stageVariables":{"v":"1"},"requestContext":{"stage":"prod","identity":{"sourceIp":"192.0.2.7"}}}`},
		{"what a REQUEST lacks is an empty object", "REQUEST", Request{MethodARN: methodARN, Resource: "/", Path: "/", HTTPMethod: "GET", Header: request().Header},
			`{"type":"REQUEST","methodArn":"` + methodARN + `","resource":"/","path":"/","httpMethod":"GET",` +
				`"headers":{"authorization":"Bearer 0123456789"},"multiValueHeaders":{"authorization":["Bearer 0123456789"]},` +
				`"queryStringParameters":{},"multiValueQueryStringParameters":{},"pathParameters":{},"stageVariables":{},"requestContext":{}}`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			config := tokenAuthorizer()
			config.Type = test.kind
			var got, arn string
			a := New(config, func(_ context.Context, functionARN string, payload []byte) (function.Result, error) {
				got, arn = string(payload), functionARN
				return function.Result{Payload: []byte(resultOf(policyOf("Allow", "*")))}, nil
			}, fixed)
			if _, err := a.Authorize(context.Background(), test.request); err != nil {
				t.Fatal(err, err.Why())
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if arn != lambdaARN {
				t.Errorf("got a call of %s, want %s", arn, lambdaARN)
			}
		})
	}
	t.Run("a request context that is not JSON is told", func(t *testing.T) {
		config := tokenAuthorizer()
		config.Type = "REQUEST"
		r := request()
		r.RequestContext = []byte("{")
		calls := 0
		if _, err := New(config, answering("", &calls), fixed).Authorize(context.Background(), r); err == nil || err.Status != 500 || calls != 0 {
			t.Errorf("got %v after %d calls, want 500 and no call", err, calls)
		}
	})
	t.Run("stage variables in the URI", func(t *testing.T) {
		config := tokenAuthorizer()
		config.URI = strings.Replace(uri, "guard", "guard:${stageVariables.alias}", 1)
		r := request()
		r.StageVariables = map[string]string{"alias": "live"}
		var arn string
		a := New(config, func(_ context.Context, functionARN string, _ []byte) (function.Result, error) {
			arn = functionARN
			return function.Result{Payload: []byte(resultOf(policyOf("Allow", "*")))}, nil
		}, fixed)
		if _, err := a.Authorize(context.Background(), r); err != nil || arn != lambdaARN+":live" {
			t.Errorf("got a call of %s, error %v; want the alias live and no error", arn, err)
		}
	})
}

// refusal returns what a test expects of an error.
func refusal(err *gatewayresponse.Error) string {
	if err == nil {
		return "allowed"
	}
	return fmt.Sprintf("%s %d %q %v %v %s %s", err.Type, err.Status, err.Message, err.NoMessage, err.CapitalKey, err.ErrorType, err.Log)
}

const (
	wantUnauthorized = `UNAUTHORIZED 401 "Unauthorized" false false UnauthorizedException Unauthorized request: r1`
	wantExplicit     = `ACCESS_DENIED 403 "User is not authorized to access this resource with an explicit deny in an identity-based policy" false true AccessDeniedException Unauthorized request: r1`
	wantImplicit     = `ACCESS_DENIED 403 "User is not authorized to access this resource" false true AccessDeniedException Unauthorized request: r1`
	wantConfig       = `AUTHORIZER_CONFIGURATION_ERROR 500 "" true false AuthorizerConfigurationException AuthorizerConfigurationException`
)

func TestOutcomes(t *testing.T) {
	allow := policyOf("Allow", "*")
	for _, test := range []struct {
		rule, payload, functionError string
		want                         string
		cause                        string // part of it
	}{
		{"a policy that allows", resultOf(policyOf("Allow", methodARN)), "", "allowed", ""},
		{"a policy that denies", resultOf(policyOf("Deny", methodARN)), "", wantExplicit, "denies execute-api:Invoke on " + methodARN},
		{"a policy about something else", resultOf(policyOf("Allow", methodARN+"/x")), "", wantImplicit, "allows execute-api:Invoke on " + methodARN},
		{"an empty principal", `{"principalId":"","policyDocument":` + allow + `}`, "", "allowed", ""},
		{"the error Unauthorized", `{"errorMessage":"Unauthorized","errorType":"Error"}`, "Unhandled", wantUnauthorized, "failed with the error Unauthorized"},
		{"the error unauthorized is another", `{"errorMessage":"unauthorized","errorType":"Error"}`, "Unhandled", wantConfig, "failed: unauthorized"},
		{"any other error", `{"errorMessage":"boom"}`, "Unhandled", wantConfig, "The function of the authorizer Guard failed: boom"},
		{"an error that is not JSON", `boom`, "Unhandled", wantConfig, "failed: boom"},
		{"a timeout", `{"errorMessage":"2026-03-04T12:00:00.000Z 1 Task timed out after 3.00 seconds"}`, "Unhandled", wantConfig, "Task timed out"},
		{"no JSON", `boom`, "", wantConfig, "must be an object"},
		{"a text", `"Unauthorized"`, "", wantConfig, "must be an object"},
		{"nothing", `null`, "", wantConfig, "principalId, a text, is missing"},
		{"a member that breaks off", `{"principalId":1x}`, "", wantConfig, "must be an object"},
		{"a failure that looks like a result", `{"principalId":"a"}`, "Unhandled", wantConfig, "failed: {"},
		{"an object that breaks off", `{"principalId":"a",1}`, "", wantConfig, "must be an object"},
		{"no principal", `{"policyDocument":` + allow + `}`, "", wantConfig, "principalId, a text, is missing"},
		{"a number is a principal", `{"principalId":42,"policyDocument":` + allow + `}`, "", "allowed", ""},
		{"a principal that is a list", `{"principalId":["a"],"policyDocument":` + allow + `}`, "", wantConfig, `principalId must be a text, a number or a boolean, not ["a"]`},
		{"a principal that is null", `{"principalId":null,"policyDocument":` + allow + `}`, "", wantConfig, "principalId, a text, is missing"},
		{"Effect in another case", resultOf(policyOf("allow", "*")), "", "allowed", ""},
		{"a Deny in another case", resultOf(policyOf("DENY", "*")), "", wantExplicit, "denies"},
		{"a condition that is empty", resultOf(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}]}`), "", "allowed", ""},
		{"a condition that is null", resultOf(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":null}]}`), "", wantConfig, "condition: must be an object"},
		{"an operator that is null", resultOf(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":null}}]}`), "", wantConfig, "StringEquals: must be an object"},
		{"a value that is null", resultOf(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:UserAgent":null}}}]}`), "", wantConfig, "must be a text"},
		{"no statements", resultOf(`{"Statement":null}`), "", wantConfig, "Statement is missing"},
		{"a context that is null", `{"principalId":"a","policyDocument":` + allow + `,"context":null}`, "", "allowed", ""},
		{"a context that is a list", `{"principalId":"a","policyDocument":` + allow + `,"context":["a"]}`, "", wantConfig, `context must be an object, not ["a"]`},
		{"something behind the object", `{"principalId":"a","policyDocument":` + allow, "", wantConfig, "must be an object"},
		{"no policy", `{"principalId":"a"}`, "", wantConfig, "policyDocument is missing"},
		{"a malformed policy", resultOf(`{"Statement":[{"Effect":"permit"}]}`), "", wantConfig, `policyDocument: policy: Statement[0]: the element Effect must be "Allow" or "Deny"`},
		{"a member that is not known", `{"principalId":"a","policyDocument":` + allow + `,"isAuthorized":true}`, "", wantConfig, "it has the member isAuthorized"},
		{"an object in the context", `{"principalId":"a","policyDocument":` + allow + `,"context":{"roles":["a"]}}`, "", wantConfig, `context.roles must be a text, a number or a boolean, not ["a"]`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			a := New(tokenAuthorizer(), func(context.Context, string, []byte) (function.Result, error) {
				return function.Result{Payload: []byte(test.payload), FunctionError: test.functionError}, nil
			}, fixed)
			_, err := a.Authorize(context.Background(), request())
			if got := refusal(err); got != test.want {
				t.Fatalf("got  %s\nwant %s", got, test.want)
			}
			if err != nil && !strings.Contains(err.Why(), test.cause) {
				t.Errorf("cause %q, want %q in it", err.Why(), test.cause)
			}
		})
	}
	t.Run("numbers and booleans are texts", func(t *testing.T) {
		a := New(tokenAuthorizer(), func(context.Context, string, []byte) (function.Result, error) {
			return function.Result{Payload: []byte(`{"principalId":42,"policyDocument":` + allow + `,"usageIdentifierKey":true,"context":{"n":1.50,"b":false,"t":"x","z":null}}`)}, nil
		}, fixed)
		got, err := a.Authorize(context.Background(), request())
		if want := map[string]string{"n": "1.50", "b": "false", "t": "x"}; err != nil || got.PrincipalID != "42" || got.UsageKey != "true" || !reflect.DeepEqual(got.Context, want) {
			t.Errorf("got the principal %q, the key %q, the context %v, %v; want 42, true, %v", got.PrincipalID, got.UsageKey, got.Context, err, want)
		}
	})
	t.Run("Lambda refuses to run the function", func(t *testing.T) {
		a := New(tokenAuthorizer(), func(context.Context, string, []byte) (function.Result, error) {
			return function.Result{}, &function.InvokeError{Status: 429, Type: "TooManyRequestsException", Message: "Rate Exceeded."}
		}, fixed)
		_, err := a.Authorize(context.Background(), request())
		var refused *function.InvokeError
		if refusal(err) != wantConfig || !errors.As(err, &refused) {
			t.Errorf("got %s, %v; want %s with its cause", refusal(err), err.Why(), wantConfig)
		}
	})
	t.Run("conditions of the policy", func(t *testing.T) {
		calls := 0
		a := New(tokenAuthorizer(), answering(resultOf(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}]}`), &calls), fixed)
		for ip, want := range map[string]string{"192.0.2.7": "allowed", "198.51.100.7": wantImplicit} {
			r := request()
			r.Conditions = map[string][]string{"aws:SourceIp": {ip}}
			if _, err := a.Authorize(context.Background(), r); refusal(err) != want {
				t.Errorf("%s: got %s, want %s", ip, refusal(err), want)
			}
		}
	})
}

func TestResult(t *testing.T) {
	clock := fixed()
	a := New(tokenAuthorizer(), func(context.Context, string, []byte) (function.Result, error) {
		clock = clock.Add(25 * time.Millisecond)
		return function.Result{Payload: []byte(`{"principalId":"ada","policyDocument":` + policyOf("Allow", "*") +
			`,"context":{"text":"a\"b","number":1.50,"yes":true,"nothing":null},"usageIdentifierKey":"k1"}`)}, nil
	}, func() time.Time { return clock })
	got, err := a.Authorize(context.Background(), request())
	if err != nil {
		t.Fatal(err)
	}
	if got.UsageKey != "k1" {
		t.Errorf("usage key: got %q, want %q", got.UsageKey, "k1")
	}
	text, _ := json.Marshal(got.Values())
	want := `{"integrationLatency":25,"number":"1.50","principalId":"ada","text":"a\"b","yes":"true"}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

func TestIdentity(t *testing.T) {
	variables := func(name string) string {
		return map[string]string{"identity.sourceIp": "192.0.2.7"}[name]
	}
	for _, test := range []struct {
		rule, kind string
		sources    []string
		expression string
		edit       func(*Request)
		want       string
	}{
		{"a header, whatever its case", "TOKEN", []string{"method.request.header.Authorization"}, "", nil, "allowed"},
		{"a header that is missing", "TOKEN", []string{"method.request.header.X-Token"}, "", nil, wantUnauthorized},
		{"a header that is empty", "TOKEN", []string{"method.request.header.X-Token"}, "", func(r *Request) { r.Header.Add("X-Token", "") }, wantUnauthorized},
		{"a token that matches", "TOKEN", []string{"method.request.header.Authorization"}, `Bearer [0-9]+`, nil, "allowed"},
		{"all of the token must match", "TOKEN", []string{"method.request.header.Authorization"}, `Bearer [0-8]+`, nil, wantUnauthorized},
		{"an expression that takes too long", "TOKEN", []string{"method.request.header.Authorization"}, `(?:a+)+(b)\1`, func(r *Request) {
			r.Header = mapping.Params{{Name: "Authorization", Values: []string{strings.Repeat("a", 64)}}}
		}, wantUnauthorized},
		{"an expression that is not one", "TOKEN", []string{"method.request.header.Authorization"}, `(`, nil, wantConfig},
		{"a TOKEN without a source", "TOKEN", nil, "", nil, wantConfig},
		{"a REQUEST without a source", "REQUEST", nil, "", nil, "allowed"},
		{"every source of a REQUEST must be there", "REQUEST", []string{"method.request.header.Authorization", "method.request.querystring.q"}, "", nil, wantUnauthorized},
		{"a query parameter", "REQUEST", []string{"method.request.querystring.q"}, "", func(r *Request) { r.Query.Add("q", "1") }, "allowed"},
		{"a stage variable", "REQUEST", []string{"stageVariables.v"}, "", func(r *Request) { r.StageVariables = map[string]string{"v": "1"} }, "allowed"},
		{"a stage variable that is missing", "REQUEST", []string{"stageVariables.v"}, "", nil, wantUnauthorized},
		{"a context variable", "REQUEST", []string{"context.identity.sourceIp"}, "", func(r *Request) { r.ContextVariable = variables }, "allowed"},
		{"a context variable that is missing", "REQUEST", []string{"context.identity.user"}, "", func(r *Request) { r.ContextVariable = variables }, wantUnauthorized},
		{"a source that is not one", "REQUEST", []string{"method.request.body"}, "", nil, wantUnauthorized},
		{"a type that is not one of Lambda", "COGNITO_USER_POOLS", nil, "", nil, wantConfig},
	} {
		t.Run(test.rule, func(t *testing.T) {
			config := &assembly.Authorizer{Type: test.kind, URI: uri, IdentitySources: test.sources, ValidationExpression: test.expression}
			r := request()
			if test.edit != nil {
				test.edit(&r)
			}
			calls := 0
			_, err := New(config, answering(resultOf(policyOf("Allow", "*")), &calls), fixed).Authorize(context.Background(), r)
			if got := refusal(err); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if (calls > 0) != (test.want == "allowed") {
				t.Errorf("got %d calls of the function, want one: %v", calls, test.want == "allowed")
			}
			if err != nil && err.Why() == "" {
				t.Error("got no cause of the failure, want one")
			}
		})
	}
	for _, broken := range []string{"", "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions//invocations", lambdaARN} {
		t.Run("a URI that names no function: "+broken, func(t *testing.T) {
			config := tokenAuthorizer()
			config.URI = broken
			calls := 0
			if _, err := New(config, answering("", &calls), fixed).Authorize(context.Background(), request()); refusal(err) != wantConfig {
				t.Errorf("got %s, want %s", refusal(err), wantConfig)
			}
		})
	}
}

func TestLog(t *testing.T) {
	texts := func(r Result) []string {
		var lines []string
		for _, l := range r.Log {
			text := l.Text
			if l.DataTrace {
				text = "data: " + text
			}
			lines = append(lines, text)
		}
		return lines
	}
	const endpoint = "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/" + lambdaARN + "/invocations"
	called := []string{
		"Starting authorizer: elkw5b for request: r1",
		"Incoming identity: ***********456789",
		"data: Endpoint request URI: " + endpoint,
		`data: Endpoint request body after transformations: {"type":"TOKEN","methodArn":"` + methodARN + `","authorizationToken":"` + secret + `"}`,
		"Sending request to " + endpoint,
	}
	allow := resultOf(policyOf("Allow", "*"))
	for _, test := range []struct {
		rule, payload, functionError string
		want                         []string
	}{
		{"an authorizer that allows", allow, "", append(called[:5:5],
			"data: Authorizer result body before parsing: "+allow,
			"Using valid authorizer policy for principal: *********456789",
			"Successfully completed authorizer execution")},
		{"a function that fails", `{"errorType":"Runtime.ImportModuleError","errorMessage":"x"}`, "Unhandled", append(called[:5:5],
			`data: Authorizer result body before parsing: {"errorType":"Runtime.ImportModuleError","errorMessage":"x"}`,
			`Execution failed due to configuration error: Invalid JSON in response: Unrecognized field "errorType" , not marked as ignorable`)},
		{"published: a list in the context", `{"principalId":"a","context":{"n":1,"roles":["a"]},"policyDocument":{}}`, "", append(called[:5:5],
			`data: Authorizer result body before parsing: {"principalId":"a","context":{"n":1,"roles":["a"]},"policyDocument":{}}`,
			`Execution failed due to configuration error: Invalid JSON in response: Can not deserialize instance of java.lang.String out of START_ARRAY token`)},
		{"an object in the context", `{"context":{"o":{}}}`, "", append(called[:5:5],
			`data: Authorizer result body before parsing: {"context":{"o":{}}}`,
			`Execution failed due to configuration error: Invalid JSON in response: Can not deserialize instance of java.lang.String out of START_OBJECT token`)},
		{"of two mistakes the first", `{"usageIdentifierKey":[],"isAuthorized":true}`, "", append(called[:5:5],
			`data: Authorizer result body before parsing: {"usageIdentifierKey":[],"isAuthorized":true}`,
			`Execution failed due to configuration error: Invalid JSON in response: Can not deserialize instance of java.lang.String out of START_ARRAY token`)},
		{"a policy that is malformed", `{"principalId":"a","policyDocument":{}}`, "", append(called[:5:5],
			`data: Authorizer result body before parsing: {"principalId":"a","policyDocument":{}}`,
			`Execution failed due to configuration error: Authorizer error`)},
		{"a result that is not an object", `[]`, "", append(called[:5:5],
			`data: Authorizer result body before parsing: []`,
			`Execution failed due to configuration error: Authorizer error`)},
		{"a result that ends too early", `{"principalId":`, "", append(called[:5:5],
			`data: Authorizer result body before parsing: {"principalId":`,
			`Execution failed due to configuration error: Authorizer error`)},
	} {
		t.Run(test.rule, func(t *testing.T) {
			a := New(tokenAuthorizer(), func(context.Context, string, []byte) (function.Result, error) {
				return function.Result{Payload: []byte(test.payload), FunctionError: test.functionError}, nil
			}, fixed)
			result, _ := a.Authorize(context.Background(), request())
			if got := texts(result); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
	t.Run("the identity of a REQUEST", func(t *testing.T) {
		config := tokenAuthorizer()
		config.Type = "REQUEST"
		config.IdentitySources = append(config.IdentitySources, "stageVariables.v")
		r := request()
		r.StageVariables = map[string]string{"v": "1"}
		calls := 0
		result, _ := New(config, answering(allow, &calls), fixed).Authorize(context.Background(), r)
		if got := texts(result)[1]; got != "Incoming identity: {method.request.header.Authorization=***********456789, stageVariables.v=1}" {
			t.Errorf("got %q, want %q", got, "Incoming identity: {method.request.header.Authorization=***********456789, stageVariables.v=1}")
		}
	})
	t.Run("no identity", func(t *testing.T) {
		calls := 0
		result, err := New(tokenAuthorizer(), answering(allow, &calls), fixed).Authorize(context.Background(), Request{ID: "r1"})
		if got := append(texts(result), err.Log); !reflect.DeepEqual(got, []string{"Starting authorizer: elkw5b for request: r1", "Unauthorized request: r1"}) {
			t.Errorf("got %q, want the start and Unauthorized request: r1", got)
		}
	})
}

func TestCache(t *testing.T) {
	clock := fixed()
	now := func() time.Time { return clock }
	config := tokenAuthorizer()
	config.TTL = 5 * time.Minute
	with := func(token, stage, arn string) Request {
		r := request()
		r.Header = mapping.Params{{Name: "Authorization", Values: []string{token}}}
		r.Stage, r.MethodARN = stage, arn
		return r
	}
	calls := 0
	a := New(config, answering(resultOf(policyOf("Allow", methodARN)), &calls), now)
	for _, step := range []struct {
		rule    string
		request Request
		wait    time.Duration
		calls   int
		want    string
	}{
		{"the first call asks the function", with("a", "prod", methodARN), 0, 1, "allowed"},
		{"the second does not", with("a", "prod", methodARN), 0, 1, "allowed"},
		{"the policy that was kept is applied to other methods", with("a", "prod", methodARN+"/x"), 0, 1, wantImplicit},
		{"another token asks", with("b", "prod", methodARN), 0, 2, "allowed"},
		{"another stage asks", with("a", "dev", methodARN), 0, 3, "allowed"},
		{"until the time is over", with("a", "prod", methodARN), 5*time.Minute - time.Nanosecond, 3, "allowed"},
		{"then it asks again", with("a", "prod", methodARN), time.Nanosecond, 4, "allowed"},
	} {
		clock = clock.Add(step.wait)
		_, err := a.Authorize(context.Background(), step.request)
		if got := refusal(err); got != step.want || calls != step.calls {
			t.Errorf("%s: %s after %d calls, want %s after %d", step.rule, got, calls, step.want, step.calls)
		}
	}
	t.Run("errors are not kept", func(t *testing.T) {
		calls := 0
		a := New(config, answering(`null`, &calls), now)
		for range 2 {
			_, _ = a.Authorize(context.Background(), request())
		}
		if calls != 2 {
			t.Errorf("got %d calls, want 2", calls)
		}
	})
	t.Run("without a time to live nothing is kept", func(t *testing.T) {
		calls := 0
		a := New(tokenAuthorizer(), answering(resultOf(policyOf("Allow", "*")), &calls), now)
		for range 2 {
			_, _ = a.Authorize(context.Background(), request())
		}
		if calls != 2 {
			t.Errorf("got %d calls, want 2", calls)
		}
	})
	t.Run("identities are kept apart", func(t *testing.T) {
		first := identity{{"a", `x"`}, {"b", `"y`}}
		second := identity{{"a", `x""`}, {"b", `y`}}
		if first.key() == second.key() {
			t.Errorf("got %q for two identities, want two keys", first.key())
		}
	})
	t.Run("its size is bounded", func(t *testing.T) {
		calls := 0
		a := New(config, answering(resultOf(policyOf("Allow", "*")), &calls), now)
		for i := range maxCached + 10 {
			clock = clock.Add(time.Millisecond)
			_, _ = a.Authorize(context.Background(), with(fmt.Sprint("t", i), "prod", methodARN))
		}
		if n := len(a.cache.entries); n != maxCached {
			t.Errorf("got %d kept results, want %d", n, maxCached)
		}
		clock = clock.Add(time.Hour)
		_, _ = a.Authorize(context.Background(), request())
		if n := len(a.cache.entries); n != 1 {
			t.Errorf("got %d kept results when all have expired, want the new one", n)
		}
	})
}

func TestConcurrentCallsAskOnce(t *testing.T) {
	config := tokenAuthorizer()
	config.TTL = time.Minute
	started, finish := make(chan struct{}), make(chan struct{})
	calls := 0
	a := New(config, func(context.Context, string, []byte) (function.Result, error) {
		calls++
		close(started)
		<-finish
		return function.Result{Payload: []byte(resultOf(policyOf("Allow", "*")))}, nil
	}, fixed)

	var wg sync.WaitGroup
	ask := func(ctx context.Context) {
		if _, err := a.Authorize(ctx, request()); err != nil {
			t.Errorf("got %v, want no error", err)
		}
	}
	wg.Go(func() { ask(context.Background()) })
	<-started
	for range 5 {
		wg.Go(func() { ask(context.Background()) })
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := a.Authorize(over, request()); refusal(err) != wantConfig || !errors.Is(err, context.Canceled) {
		t.Errorf("got %s for a request that is over, want %s because of its context", refusal(err), wantConfig)
	}
	close(finish)
	wg.Wait()
	if calls != 1 {
		t.Errorf("got %d calls, want 1", calls)
	}
}
