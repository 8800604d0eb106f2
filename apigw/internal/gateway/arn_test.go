package gateway_test

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/rules"
)

// Whoever deployed an app is of the account that it is deployed to.
func TestIAMOfTheAccountOfTheAPI(t *testing.T) {
	m := proxyMethod("GET", "/a", "f")
	m.AuthorizationType = "AWS_IAM"
	api := newAPI(m)
	api.Account = "210987654321"
	var c catch
	d := deploy(t, api, functions{"f": c.handle}, atNoon, func(a *assembly.Assembly, o *gateway.Options) {
		a.Functions[0].Permissions[0].SourceARN = ""
		o.Credentials = []sigv4.Credential{{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret", UserARN: "user/ada", UserID: "AIDAEXAMPLE"}}
	})
	expect(t, d.get("/a", signed(d.address, "/hello/prod/a")...), 200, "")
	for member, want := range map[string]string{"accountId": `"210987654321"`, "userArn": `"arn:aws:iam::210987654321:user/ada"`} {
		if got := c.event(t, "requestContext.identity."+member); got != want {
			t.Errorf("%s: got %s, want %s", member, got, want)
		}
	}
}

// What cannot decide here is not an authorizer that fails on AWS.
func TestAnAuthorizerThatDoesNotRunAnswers501(t *testing.T) {
	m := proxyMethod("GET", "/a", "f")
	m.AuthorizationType = "CUSTOM"
	m.Authorizer = &assembly.Authorizer{ID: "auth1", Name: "tokens", Type: "TOKEN", URI: lambdaURI(functionARN("check")), IdentitySources: []string{"method.request.header.Authorization"}}
	d := deploy(t, newAPI(m), functions{"f": returns(`{"statusCode":200}`), "check": nil}, func(_ *assembly.Assembly, o *gateway.Options) {
		o.NotRunnable = map[string]rules.Use{functionARN("check"): rules.Of("function-runtime", "function", "S/Check", "runtime", "java21")}
	})
	a := d.get("/a", "Authorization: x")
	if want := "The authorizer tokens cannot decide: The function S/Check does not run here: its runtime is java21"; a.status != 501 || !strings.Contains(a.body, want) {
		t.Errorf("got %d %s, want 501 and %q", a.status, a.body, want)
	}
	if r := d.gateway.APIs("")[0].Routes[0]; r.Authorizer != "tokens" || r.Authorization != "CUSTOM" || r.Function != "f" || !strings.Contains(r.Reason, "java21") {
		t.Errorf("got the route %+v, want its authorizer, its function and the reason", r)
	}
}

func TestFunctionsAreCalledByTheirARNs(t *testing.T) {
	const other = "arn:aws:lambda:eu-central-1:" + account + ":function:f"
	here, there := proxyMethod("GET", "/here", "f"), proxyMethod("GET", "/there", "f")
	there.Integration.URI = lambdaURI(other)
	var called []string
	a := assemble(newAPI(here, there), functions{"f": nil})
	twin := *a.Functions[0]
	twin.ARN, twin.Region = other, "eu-central-1"
	a.Functions = append(a.Functions, &twin)
	var got []*record.Record
	g, err := gateway.New(a, invoker(func(arn string) { called = append(called, arn) }), gateway.Options{ErrorLog: quiet(), Record: func(r *record.Record) { got = append(got, r) }})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/hello/prod/here", "/hello/prod/there"} {
		g.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
	}
	if want := []string{functionARN("f"), other}; !slices.Equal(called, want) || got[0].FunctionResult.ARN != want[0] || got[1].FunctionResult.ARN != want[1] {
		t.Errorf("got calls of %q, and the records %+v and %+v; want %q", called, got[0].FunctionResult, got[1].FunctionResult, want)
	}
}

// invoker notes the functions that are called.
type invoker func(arn string)

func (f invoker) Invoke(_ context.Context, arn string, _ function.Invocation) (function.Result, error) {
	f(arn)
	return function.Result{Payload: []byte(`{"statusCode":200}`)}, nil
}

func TestAPIKeysAreListed(t *testing.T) {
	m := proxyMethod("GET", "/a", "f")
	m.APIKeyRequired = true
	api := newAPI(m)
	keys := []*assembly.APIKey{{ID: "1", Name: "on", Value: "value-on", Enabled: true}, {ID: "2", Name: "off", Value: "value-off"}}
	api.Stages[0].Plans = []*assembly.UsagePlan{{ID: "p", Keys: keys}, {ID: "q", Keys: keys[:1]}}
	d := deploy(t, api, functions{"f": returns(`{"statusCode":200}`)})
	listed := d.gateway.APIs("")[0]
	if want := []gateway.APIKey{{Name: "on", Value: "value-on"}}; !slices.Equal(listed.APIKeys, want) || !listed.Routes[0].APIKeyRequired {
		t.Fatalf("got the keys %v, and that the route needs one: %v; want %v and true", listed.APIKeys, listed.Routes[0].APIKeyRequired, want)
	}
	if a := d.get("/a", "x-api-key: "+listed.APIKeys[0].Value); a.status != 200 {
		t.Errorf("with the key: got %d %s, want 200", a.status, a.body)
	}
	if a := d.get("/a"); a.status != 403 {
		t.Errorf("without it: got %d %s, want 403", a.status, a.body)
	}
}
