package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/rules"
)

// All variables that the developer guide names for gateway responses reach their
// templates and headers, whatever part of the gateway refuses.
func TestGatewayResponsesOfAnAPI(t *testing.T) {
	api := newAPI(proxyMethod("GET", "/a/{p}", "f"))
	api.Stages[0].Variables = map[string]string{"v": "var"}
	api.GatewayResponses = map[string]*assembly.GatewayResponse{
		"DEFAULT_4XX": {Type: "DEFAULT_4XX", Parameters: []assembly.Mapping{
			{Target: "gatewayresponse.header.Access-Control-Allow-Origin", Source: "method.request.header.Origin"},
			{Target: "gatewayresponse.header.X-Many", Source: "method.request.multivalueheader.X-M"},
		}},
		"INTEGRATION_FAILURE": {Type: "INTEGRATION_FAILURE", StatusCode: 503, Templates: jsonTemplate(
			`{"m":$context.error.messageString,"p":"$method.request.path.p","q":"$method.request.querystring.q","all":"$method.request.multivaluequerystring.q","v":"$stageVariables.v","s":"$context.stage","r":"$context.resourcePath","ip":"$context.identity.sourceIp","t":$context.requestTimeEpoch,"none":"$context.identity.user$context.identity$context.x.y$method.request.path.z$method.request.header.z"}`)},
		"broken": {Type: "broken", Parameters: []assembly.Mapping{{Target: "x", Source: "y"}}},
	}
	d := deploy(t, api, functions{"f": returns(`{"a":1}`)}, atNoon)
	t.Run("before a route is found", func(t *testing.T) {
		a := d.get("/none", "Origin: https://o", "X-M: 1", "X-M: 2")
		expectError(t, a, 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`)
		if a.header("Access-Control-Allow-Origin") != "https://o" || a.header("X-Many") != "1,2" {
			t.Errorf("got the header lines %+v, want the origin https://o and X-Many: 1,2", a.lines)
		}
	})
	t.Run("a function that failed", func(t *testing.T) {
		expectError(t, d.get("/a/b%20c?q=1&q=2"), 503, "InternalServerErrorException",
			`{"m":"Internal server error","p":"b c","q":"2","all":"1,2","v":"var","s":"prod","r":"/a/{p}","ip":"127.0.0.1","t":1646495252123,"none":""}`)
	})
	t.Run("one that cannot be read is a notice", func(t *testing.T) {
		if notices := fmt.Sprint(d.gateway.Notices()); !strings.Contains(notices, "The gateway response broken") {
			t.Errorf("got the notices %s, want one about the gateway response", notices)
		}
	})
}

func TestOverridesOfTheRequest(t *testing.T) {
	b := newBackend(t, pngAnswer)
	m := httpMethod("HTTP", "POST", "/", b.URL+"/{p}")
	m.OperationName = "Over"
	m.Integration.HTTPMethod = "ANY"
	m.Integration.RequestParameters = []assembly.Mapping{{Target: "integration.request.path.p", Source: "'mapped'"}}
	m.Integration.RequestTemplates = jsonTemplate(`#set($context.requestOverride.path.p = "a/b c")#set($context.requestOverride.querystring.q = "1")` +
		`#set($context.requestOverride.header.user-agent = "me")#set($context.requestOverride.header.X-List = ["1","2"])$context.operationName $input.nothing`)
	d := deploy(t, newAPI(m), nil)
	if a := d.send("POST", "/", "x"); a.status != 200 {
		t.Fatalf("got %d %s, want 200", a.status, a.body)
	}
	if got := b.request.Method + " " + b.request.URL.String() + " " + b.request.UserAgent() + " " + fmt.Sprint(b.request.Header["X-List"]) + " " + b.body; got != "POST /a/b%20c?q=1 me [1 2] Over " {
		t.Errorf("got %q, want %q", got, "POST /a/b%20c?q=1 me [1 2] Over ")
	}
	if findings := d.record().Diagnosis(); len(findings) != 1 || !strings.HasPrefix(findings[0].Message, "The request template uses ") {
		t.Errorf("got the diagnosis %+v, want what the request template asked for in vain", findings)
	}
}

func TestTemplatesThatNeverEnd(t *testing.T) {
	// A million million steps, of which the engine takes five million.
	const loop = `#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])#foreach($d in [1..1000])#end#end#end#end`
	for _, place := range []string{"request", "response"} {
		m := mappedMethod("GET", "/", "f", ok200)
		if place == "request" {
			m.Integration.RequestTemplates = jsonTemplate(loop)
		} else {
			m.Integration.Responses[0].Templates = jsonTemplate(loop)
		}
		d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
		expectError(t, d.get("/"), 500, "InternalServerErrorException", internalServerError)
		r := d.record()
		if log := r.ExecutionLog(); !slices.Contains(log, "Execution failed due to configuration error: Unable to transform "+place) {
			t.Errorf("got the log %q, want that the %s cannot be transformed", log, place)
		}
		if findings := r.Diagnosis(); len(findings) != 1 || findings[0].Detail == "" {
			t.Errorf("got the diagnosis %+v, want one with a detail", findings)
		}
	}
}

// The refusal comes from Lambda, so the request was sent, and there is
// no response.
func TestLogOfARefusalByLambda(t *testing.T) {
	for name, change := range map[string]func(*assembly.Assembly){
		"Invalid permissions on Lambda function":  func(a *assembly.Assembly) { a.Functions[0].Permissions = nil },
		"Function not found: " + functionARN("f"): func(a *assembly.Assembly) { a.Functions = nil },
	} {
		d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": returns(`{}`)}, func(a *assembly.Assembly, _ *gateway.Options) { change(a) })
		if a := d.get("/"); !a.has("X-Amzn-Trace-Id") {
			t.Errorf("got the header lines %+v, want a trace id, since Lambda was called", a.lines)
		}
		log := logOf(d.record())
		want := []string{"Sending request to " + invocations, "Execution failed due to configuration error: " + name, "Method completed with status: 500", "AWS Integration Endpoint RequestId : UUID"}
		if got := log[len(log)-4:]; !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// The names of the members are part of GET /_local/apis.
func TestListing(t *testing.T) {
	keyed := proxyMethod("GET", "/a", "f")
	keyed.APIKeyRequired, keyed.AuthorizationType = true, "COGNITO_USER_POOLS"
	keyed.Authorizer = &assembly.Authorizer{Name: "pool", Type: "COGNITO_USER_POOLS"}
	api := newAPI(keyed, says("ANY", "/m", ""), httpMethod("HTTP", "GET", "/h", "http://x"), httpMethod("HTTP_PROXY", "GET", "/p", "http://x"),
		&assembly.Method{ResourcePath: "/none", HTTPMethod: "GET"}, &assembly.Method{ResourcePath: "/not", HTTPMethod: "GET", NotImplemented: rules.Of("streaming-not-done")})
	one := &assembly.APIKey{Name: "one", Value: "v1", Enabled: true}
	api.Stages[0].Plans = []*assembly.UsagePlan{{Keys: []*assembly.APIKey{one, {Name: "off", Value: "v2"}}}, {Keys: []*assembly.APIKey{one}}}
	d := deploy(t, api, functions{"f": returns(`{}`)}, func(a *assembly.Assembly, _ *gateway.Options) {
		a.Functions[0].Package, a.Functions[0].Runtime = "./functions/f", "provided.al2023"
	})
	text, err := json.Marshal(d.gateway.APIs("http://127.0.0.1:3000"))
	route := func(method, path, integration, function, source, runtime, authorization, authorizer, key, reason string) string {
		arn := ""
		if function != "" {
			arn = functionARN(function)
		}
		return fmt.Sprintf(`{"method":%q,"path":%q,"integration":%q,"function":%q,"functionArn":%q,"source":%q,"runtime":%q,"authorization":%q,"authorizer":%q,"apiKeyRequired":%s,"reason":%q}`,
			method, path, integration, function, arn, source, runtime, authorization, authorizer, key, reason)
	}
	want := `[{"name":"hello","logicalId":"HelloApi","stage":"prod","region":"eu-west-1","url":"http://127.0.0.1:3000/hello/prod","routes":[` + strings.Join([]string{
		route("GET", "/a", "AWS_PROXY", "f", "./functions/f", "provided.al2023", "COGNITO_USER_POOLS", "pool", "true", ""),
		route("ANY", "/m", "MOCK", "", "", "", "NONE", "", "false", ""), route("GET", "/h", "HTTP", "", "", "", "NONE", "", "false", ""),
		route("GET", "/p", "HTTP_PROXY", "", "", "", "NONE", "", "false", ""), route("GET", "/none", "", "", "", "", "NONE", "", "false", ""),
		route("GET", "/not", "", "", "", "", "NONE", "", "false", rules.Of("streaming-not-done").Text()),
	}, ",") + `],"domains":[],"apiKeys":[{"name":"one","value":"v1"}]}]`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v; want %s", text, err, want)
	}
	keyed.AuthorizationType, api.APIKeySource = "NONE", "AUTHORIZER"
	d = deploy(t, api, functions{"f": returns(`{}`)}, func(a *assembly.Assembly, _ *gateway.Options) {
		a.Functions[0].Package, a.Functions[0].Runtime = "./functions/f", "provided.al2023"
	})
	listed := d.gateway.APIs("")[0]
	if got := listed.Routes[0]; got.Function != "f" || got.Source != "./functions/f" || got.Runtime != "provided.al2023" || got.Reason != "" {
		t.Errorf("got %+v, want the function with its source and its runtime", got)
	}
	if len(listed.APIKeys) != 0 {
		t.Errorf("an API that takes its keys from authorizers: got the keys %v, want none", listed.APIKeys)
	}
}

func TestSettingsThatAreNotDoneHereAreNotices(t *testing.T) {
	api := newAPI()
	api.MinimumCompressionSize, api.DisableDefaultEndpoint, api.Partition, api.Region = 0, true, "aws-cn", "cn-north-1"
	api.Stages = nil
	notices := fmt.Sprint(deploy(t, api, nil).gateway.Notices())
	for _, want := range []string{"has no stage", "not compressed", "default endpoint is disabled"} {
		if !strings.Contains(notices, want) {
			t.Errorf("%q is not in %s", want, notices)
		}
	}
}

// A body that ends too early is the client's fault.
func TestBodyThatEndsTooEarly(t *testing.T) {
	d := deploy(t, newAPI(proxyMethod("POST", "/", "f")), functions{"f": returns(`{}`)})
	a := d.raw("POST /hello/prod/ HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\nnonsense\r\n")
	expectError(t, a, 400, "BadRequestException", `{"message":"Bad Request"}`)
}

func TestResponseBytesPassWhereBothSidesAreBinary(t *testing.T) {
	cases := []struct{ name, accept, handling, want string }{
		{"binary for binary", "image/png", "", "\x89PNG"},
		{"binary for text", "text/plain", "", "iVBORw=="},
		{"CONVERT_TO_TEXT", "image/png", "CONVERT_TO_TEXT", "iVBORw=="},
		{"CONVERT_TO_BINARY", "", "CONVERT_TO_BINARY", "\x89PNG"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			m := httpMethod("HTTP", "GET", "/", newBackend(t, pngAnswer).URL)
			m.Integration.Responses[0].ContentHandling = tc.handling
			api := newAPI(m)
			api.BinaryMediaTypes = []string{"image/png"}
			expect(t, deploy(t, api, nil).get("/", "Accept: "+tc.accept), 200, tc.want)
		})
	}
}

func TestEverythingIsBinaryUnderTheWildcard(t *testing.T) {
	var c catch
	api := newAPI(proxyMethod("POST", "/", "f"))
	api.BinaryMediaTypes = []string{"*/*"}
	deploy(t, api, functions{"f": c.handle}).send("POST", "/", "hi")
	if got := c.event(t, "body") + c.event(t, "isBase64Encoded"); got != `"aGk="true` {
		t.Errorf("got %v, want %v", got, `"aGk="true`)
	}
}

// Which situation is of which type of gateway response.
func TestTypesOfGatewayResponses(t *testing.T) {
	timeout := proxyMethod("GET", "/", "f")
	timeout.Integration.Timeout = 20e6
	fatal := proxyMethod("GET", "/", "f")
	fatal.Integration.RequestParameters = []assembly.Mapping{{Target: "integration.request.header.TE", Source: "'x'"}}
	notJSON := mappedMethod("GET", "/", "f", ok200)
	notJSON.Integration.RequestTemplates = jsonTemplate("nonsense")
	never := mappedMethod("GET", "/", "f", ok200)
	never.Integration.PassthroughBehavior = "NEVER"
	slow := func(ctx context.Context, _ function.Invocation) (function.Result, error) {
		<-ctx.Done()
		return function.Result{}, ctx.Err()
	}
	cases := []struct {
		name   string
		method *assembly.Method
		f      handler
		want   string
	}{
		{"Lambda refuses", proxyMethod("GET", "/", "f"), refuses(&function.InvokeError{Status: 429}), "500 INTEGRATION_FAILURE"},
		{"function error", proxyMethod("GET", "/", "f"), fails(`{}`), "502 INTEGRATION_FAILURE"},
		{"malformed result", proxyMethod("GET", "/", "f"), returns(`5`), "502 INTEGRATION_FAILURE"},
		{"bad base64", proxyMethod("GET", "/", "f"), returns(`{"body":"%","isBase64Encoded":true}`), "500 API_CONFIGURATION_ERROR"},
		{"timeout", timeout, slow, "504 INTEGRATION_TIMEOUT"},
		{"unreachable backend", httpMethod("HTTP", "GET", "/", "http://127.0.0.1:1"), nil, "504 INTEGRATION_FAILURE"},
		{"invalid endpoint", httpMethod("HTTP", "GET", "/", "nowhere"), nil, "500 API_CONFIGURATION_ERROR"},
		{"illegal mapped header", fatal, returns(`{}`), "500 API_CONFIGURATION_ERROR"},
		{"a template that makes no JSON", notJSON, returns(`{}`), "400 DEFAULT_4XX"},
		{"no template for the media type", never, returns(`{}`), "415 UNSUPPORTED_MEDIA_TYPE"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			api := newAPI(tc.method)
			api.BinaryMediaTypes = []string{"image/png"}
			api.Stages[0].AccessLog = &assembly.AccessLog{Format: "$context.status $context.error.responseType"}
			d := deploy(t, api, functions{"f": tc.f})
			d.get("/", "Accept: image/png")
			d.record()
			if d.access[0] != tc.want {
				t.Errorf("got %s, want %s", d.access[0], tc.want)
			}
		})
	}
}
