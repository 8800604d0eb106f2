package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
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

func TestAPrivateAPIIsCalledAsThroughItsEndpoint(t *testing.T) {
	const statement = `{"Effect":"%s","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"%s}`
	allow := fmt.Sprintf(statement, "Allow", "")
	for _, c := range []struct {
		rule, statements string
		status           int
	}{
		{"Deny all others", allow + "," + fmt.Sprintf(statement, "Deny", `,"Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`), 200},
		{"Allow it", fmt.Sprintf(statement, "Allow", `,"Condition":{"StringEquals":{"aws:sourceVpce":["vpce-1","vpce-2"]}}`), 200},
		{"Deny other networks", allow + "," + fmt.Sprintf(statement, "Deny", `,"Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}`), 200},
		{"Deny the one endpoint", allow + "," + fmt.Sprintf(statement, "Deny", `,"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`), 200},
		{"an address of the network", fmt.Sprintf(statement, "Allow", `,"Condition":{"IpAddress":{"aws:VpcSourceIp":"127.0.0.1/32"}}`), 200},
		{"an address of the internet", fmt.Sprintf(statement, "Allow", `,"Condition":{"IpAddress":{"aws:SourceIp":"127.0.0.1/32"}}`), 403},
	} {
		api := newAPI(says("GET", "/a", "ok"))
		api.EndpointType = "PRIVATE"
		api.Policy = json.RawMessage(`{"Version":"2012-10-17","Statement":[` + c.statements + `]}`)
		d := deploy(t, api, nil)
		if a := d.get("/a"); a.status != c.status {
			t.Errorf("%s: got %d %s, want %d", c.rule, a.status, a.body, c.status)
		}
		if notices := d.gateway.Notices(); len(notices) != 1 || !strings.Contains(notices[0].Message, "through its VPC endpoint, vpce-") {
			t.Errorf("%s: got the notices %v, want one that names the endpoint", c.rule, notices)
		}
	}
}

func TestAGatewayResponseOfAnUnknownTypeIsANotice(t *testing.T) {
	api := newAPI(says("GET", "/a", "ok"))
	api.GatewayResponses = map[string]*assembly.GatewayResponse{"DEFAULT_4xx": {Type: "DEFAULT_4xx", StatusCode: 418}, "DEFAULT_5XX": {Type: "DEFAULT_5XX"}}
	d := deploy(t, api, nil)
	if notices := d.gateway.Notices(); len(notices) != 1 || !strings.Contains(notices[0].Message, "DEFAULT_4xx") {
		t.Errorf("got the notices %v, want one about DEFAULT_4xx", notices)
	}
}

func TestAPIsOfOneNameAreToldApartByTheirPaths(t *testing.T) {
	dev, prod := newAPI(says("GET", "/", "dev")), newAPI(says("GET", "/", "prod"))
	dev.Path, prod.Path, prod.ID = "Dev/Api", "Prod/Api", "bbb"
	d := deploy(t, dev, nil, func(a *assembly.Assembly, _ *gateway.Options) { a.APIs = append(a.APIs, prod) })
	for path, want := range map[string]string{"/Dev-Api/prod": "dev", "/Prod-Api/prod": "prod"} {
		expect(t, d.raw("GET "+path+" HTTP/1.1\nHost: x\n\n"), 200, want)
	}
}

func TestAnAPIThatCannotBeReadAnswers501Everywhere(t *testing.T) {
	api := newAPI(says("GET", "/a", "ok"))
	api.NotImplemented = rules.Of("api-unreadable", "problem", "no")
	d := deploy(t, api, nil)
	for _, path := range []string{"/a", "/b"} {
		if a := d.get(path); a.status != 501 || !strings.Contains(a.body, "The API cannot be read") {
			t.Errorf("%s: got %d %s, want 501 and the reason", path, a.status, a.body)
		}
	}
	other := newAPI(says("GET", "/a", "ok"))
	other.Stages[0].NotImplemented = rules.Of("stage-unreadable", "problem", "no")
	if a := deploy(t, other, nil).get("/a"); a.status != 501 || !strings.Contains(a.body, "The stage cannot be read") {
		t.Errorf("a stage: got %d %s, want 501 and the reason", a.status, a.body)
	}
}
