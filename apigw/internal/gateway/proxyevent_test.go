package gateway_test

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
)

// catch is a function that keeps its event.
type catch struct{ in function.Invocation }

func (c *catch) handle(_ context.Context, in function.Invocation) (function.Result, error) {
	c.in = in
	return function.Result{Payload: []byte("{}")}, nil
}

// event reads one member of the event, by a path like requestContext.path.
func (c *catch) event(t *testing.T, path string) string {
	t.Helper()
	raw := json.RawMessage(c.in.Payload)
	for key := range strings.SplitSeq(path, ".") {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(raw, &object); err != nil {
			t.Fatalf("%s of %s: got %v, want an object", path, c.in.Payload, err)
		}
		raw = object[key]
	}
	return string(raw)
}

func atNoon(_ *assembly.Assembly, o *gateway.Options) {
	o.Now = func() time.Time { return time.Date(2022, 3, 5, 15, 47, 32, 123e6, time.UTC) }
}

// The order of all keys is recorded: test_put_events_with_target_api_gateway.
func TestProxyEventHasAllKeysInTheRecordedOrder(t *testing.T) {
	var c catch
	d := deploy(t, newAPI(proxyMethod("GET", "/hello/{name}", "f")), functions{"f": c.handle}, atNoon)
	d.raw("GET /hello/prod/hello/Ada?q=1 HTTP/1.1\nHost: called.example\ntEsT-HEADeR: aValue\nuser-agent: tester\nauthorization: secret\n\n")
	id := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)
	got := id.ReplaceAllString(string(c.in.Payload), "UUID")
	got = regexp.MustCompile(`Root=1-62238614-[0-9a-f]{24}`).ReplaceAllString(got, "ROOT")
	got = regexp.MustCompile(`"extendedRequestId":"[A-Za-z0-9_-]{15}="`).ReplaceAllString(got, `"extendedRequestId":"EXT="`)
	want := `{"resource":"/hello/{name}","path":"/hello/Ada","httpMethod":"GET",` +
		`"headers":{"Authorization":"secret","Host":"called.example","tEsT-HEADeR":"aValue","User-Agent":"tester","X-Amzn-Trace-Id":"ROOT",` +
		`"X-Forwarded-For":"127.0.0.1","X-Forwarded-Port":"443","X-Forwarded-Proto":"https"},` +
		`"multiValueHeaders":{"Authorization":["secret"],"Host":["called.example"],"tEsT-HEADeR":["aValue"],"User-Agent":["tester"],"X-Amzn-Trace-Id":["ROOT"],` +
		`"X-Forwarded-For":["127.0.0.1"],"X-Forwarded-Port":["443"],"X-Forwarded-Proto":["https"]},` +
		`"queryStringParameters":{"q":"1"},"multiValueQueryStringParameters":{"q":["1"]},"pathParameters":{"name":"Ada"},"stageVariables":null,` +
		`"requestContext":{"resourceId":"r13","resourcePath":"/hello/{name}","httpMethod":"GET","extendedRequestId":"EXT=",` +
		`"requestTime":"05/Mar/2022:15:47:32 +0000","path":"/prod/hello/Ada","accountId":"123456789012","protocol":"HTTP/1.1","stage":"prod",` +
		`"domainPrefix":"a1b2c3d4e5","requestTimeEpoch":1646495252123,"requestId":"UUID",` +
		`"identity":{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null,"sourceIp":"127.0.0.1","principalOrgId":null,` +
		`"accessKey":null,"cognitoAuthenticationType":null,"cognitoAuthenticationProvider":null,"userArn":null,"userAgent":"tester","user":null},` +
		`"domainName":"a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com","deploymentId":"d3p10y","apiId":"a1b2c3d4e5"},"body":null,"isBase64Encoded":false}`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Recorded: test_lambda_aws_proxy_integration.
func TestProxyEventPaths(t *testing.T) {
	cases := []struct{ request, path, contextPath, proxy string }{
		{"/hello/prod/proxy-value", "/proxy-value", "/prod/proxy-value", `"proxy-value"`},
		{"/hello/prod/proxy-value/", "/proxy-value/", "/prod/proxy-value/", `"proxy-value"`},
		{"/hello/prod/proxy-value//double-slash", "/proxy-value//double-slash", "/prod/proxy-value//double-slash", `"proxy-value//double-slash"`},
		{"/hello/prod//proxy-value", "/proxy-value", "/prod//proxy-value", `"proxy-value"`},
		{"//hello/prod/proxy-value", "/proxy-value", "/prod/proxy-value", `"proxy-value"`},
		{"/hello//prod/proxy-value", "/proxy-value", "/prod/proxy-value", `"proxy-value"`},
		{"/hello/prod//hardcoded", "/hardcoded", "/prod//hardcoded", ""},
		{"/hello/prod/hardcoded/", "/hardcoded/", "/prod/hardcoded/", ""},
		{"/hello/prod/proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com",
			"/proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com",
			"/prod/proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com",
			`"proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com"`},
		{"/hello/prod/a%7Cb%2Fc", "/a%7Cb%2Fc", "/prod/a%7Cb%2Fc", `"a%7Cb%2Fc"`},
	}
	var c catch
	d := deploy(t, newAPI(proxyMethod("ANY", "/{proxy+}", "f"), proxyMethod("ANY", "/hardcoded", "f")), functions{"f": c.handle})
	for _, tc := range cases {
		t.Run(tc.request, func(t *testing.T) {
			d.raw("GET " + tc.request + " HTTP/1.1\nHost: x\n\n")
			if got := c.event(t, "path"); got != `"`+tc.path+`"` {
				t.Errorf("path: got %s, want %s", got, `"`+tc.path+`"`)
			}
			if got := c.event(t, "requestContext.path"); got != `"`+tc.contextPath+`"` {
				t.Errorf("requestContext.path: got %s, want %s", got, `"`+tc.contextPath+`"`)
			}
			if tc.proxy == "" {
				if got := c.event(t, "pathParameters"); got != "null" {
					t.Errorf("pathParameters: got %s, want %s", got, "null")
				}
			} else if got := c.event(t, "pathParameters.proxy"); got != tc.proxy {
				t.Errorf("pathParameters.proxy: got %s, want %s", got, tc.proxy)
			}
		})
	}
}

// Recorded: test_lambda_aws_proxy_integration, params-encoding and
// params-encoding-multi.
func TestProxyEventQueryStrings(t *testing.T) {
	cases := []struct{ name, query, single, multi string }{
		{"none is null", "", "null", "null"},
		{"decoded, plus is a blank", "?a=b+c&d=e%2Bf", `{"a":"b c","d":"e+f"}`, `{"a":["b c"],"d":["e+f"]}`},
		{"names are decoded", "?a%20b=1", `{"a b":"1"}`, `{"a b":["1"]}`},
		{"several: the last, and all", "?category=electronics&category=books", `{"category":"books"}`, `{"category":["electronics","books"]}`},
		{"a semicolon separates", "?a=1;b=2", `{"a":"1","b":"2"}`, `{"a":["1"],"b":["2"]}`},
		{"a name alone is empty", "?a&&b=", `{"a":"","b":""}`, `{"a":[""],"b":[""]}`},
		{"a bad escape stays", "?a=%zz", `{"a":"%zz"}`, `{"a":["%zz"]}`},
	}
	var c catch
	d := deploy(t, newAPI(proxyMethod("GET", "/q", "f")), functions{"f": c.handle})
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d.get("/q" + tc.query)
			if got := c.event(t, "queryStringParameters"); got != tc.single {
				t.Errorf("queryStringParameters: %s, want %s", got, tc.single)
			}
			if got := c.event(t, "multiValueQueryStringParameters"); got != tc.multi {
				t.Errorf("multiValueQueryStringParameters: %s, want %s", got, tc.multi)
			}
		})
	}
}

// Recorded: test_apigateway_header_remapping_aws[AWS_PROXY].
func TestProxyEventDropsHeaders(t *testing.T) {
	var c catch
	d := deploy(t, newAPI(proxyMethod("POST", "/", "f")), functions{"f": c.handle})
	for _, name := range []string{"Content-MD5", "Max-Forwards", "Proxy-Authenticate", "Server", "TE", "WWW-Authenticate", "Connection", "Upgrade"} {
		d.sendHeader(t, name, "x")
		if got := c.event(t, "headers."+name); got != "" {
			t.Errorf("%s: got %s, want %s", name, got, "")
		}
	}
	for _, name := range []string{"Accept", "Accept-Charset", "Accept-Encoding", "Age", "Authorization", "Content-Encoding", "Content-Type",
		"Date", "Pragma", "Range", "Referer", "User-Agent", "Via", "Warn", "x-custom", "cookie"} {
		d.sendHeader(t, name, "v")
		if got := c.event(t, "headers."+name); got != `"v"` {
			t.Errorf("%s: got %s, want %s", name, got, `"v"`)
		}
	}
}

func (d *served) sendHeader(t *testing.T, name, value string) {
	t.Helper()
	if a := d.send("POST", "/", "x", name+": "+value); a.status != 200 {
		t.Fatalf("%s: got %d %s, want 200", name, a.status, a.body)
	}
}

func TestProxyEventHeaders(t *testing.T) {
	var c catch
	d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": c.handle})
	t.Run("several of one name: the last, and all under the first spelling", func(t *testing.T) {
		d.get("/", "X-Many: 1", "x-many: 2")
		if got := c.event(t, "headers.X-Many") + c.event(t, "multiValueHeaders.X-Many"); got != `"2"["1","2"]` {
			t.Errorf("got %v, want %v", got, `"2"["1","2"]`)
		}
	})
	t.Run("the client's X-Forwarded-For is extended", func(t *testing.T) {
		d.get("/", "x-forwarded-for: 203.0.113.9", "X-Forwarded-Proto: http", "X-Forwarded-Port: 3000")
		if got := c.event(t, "headers.X-Forwarded-For") + c.event(t, "headers.X-Forwarded-Proto") + c.event(t, "headers.X-Forwarded-Port"); got != `"203.0.113.9, 127.0.0.1""https""443"` {
			t.Errorf("got %v, want %v", got, `"203.0.113.9, 127.0.0.1""https""443"`)
		}
	})
	t.Run("bytes that are not UTF-8 become U+FFFD", func(t *testing.T) {
		d.get("/", "X-Latin: caf\xe9")
		if got := c.event(t, "headers.X-Latin"); got != `"caf�"` {
			t.Errorf("got %v, want %v", got, `"caf�"`)
		}
	})
	t.Run("quotes and backslashes are escaped", func(t *testing.T) {
		d.get("/", `X-Quote: a"b\c	d`)
		if got := c.event(t, "headers.X-Quote"); got != `"a\"b\\c\td"` {
			t.Errorf("got %v, want %v", got, `"a\"b\\c\td"`)
		}
	})
	t.Run("X-HTTP-Method-Override replaces the method", func(t *testing.T) {
		if a := d.send("POST", "/", "", "X-HTTP-Method-Override: GET"); a.status != 200 {
			t.Fatalf("got %d %s, want 200", a.status, a.body)
		}
		if got := c.event(t, "httpMethod"); got != `"GET"` {
			t.Errorf("got %v, want %v", got, `"GET"`)
		}
	})
}

// Recorded: test_lambda_aws_proxy_integration, an edge-optimized API.
func TestProxyEventOfAnEdgeAPIHasCloudFrontsHeaders(t *testing.T) {
	var c catch
	api := newAPI(proxyMethod("GET", "/", "f"))
	api.EndpointType = "EDGE"
	deploy(t, api, functions{"f": c.handle}).get("/")
	for name, want := range map[string]string{
		"CloudFront-Forwarded-Proto": `"https"`, "CloudFront-Is-Desktop-Viewer": `"true"`, "CloudFront-Is-Mobile-Viewer": `"false"`,
		"CloudFront-Is-SmartTV-Viewer": `"false"`, "CloudFront-Is-Tablet-Viewer": `"false"`,
	} {
		if got := c.event(t, "headers."+name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if c.event(t, "headers.Via") == "" || c.event(t, "headers.X-Amz-Cf-Id") == "" {
		t.Errorf("got Via %s and X-Amz-Cf-Id %s, want both", c.event(t, "headers.Via"), c.event(t, "headers.X-Amz-Cf-Id"))
	}
}

// Recorded: test_invocation_trace_id.
func TestTraceID(t *testing.T) {
	var c catch
	d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": c.handle})
	full := regexp.MustCompile(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$`)
	t.Run("made if the client sends none", func(t *testing.T) {
		a := d.get("/")
		if got := c.event(t, "headers.X-Amzn-Trace-Id"); !regexp.MustCompile(`^"Root=1-[0-9a-f]{8}-[0-9a-f]{24}"$`).MatchString(got) {
			t.Errorf("got the trace id %s in the event, want a root alone", got)
		}
		if !full.MatchString(c.in.TraceID) || a.header("X-Amzn-Trace-Id") != c.in.TraceID {
			t.Errorf("got the trace id %q at Lambda and %q at the client, want one with root, parent and sampled", c.in.TraceID, a.header("X-Amzn-Trace-Id"))
		}
	})
	t.Run("kept if the client sends all of it", func(t *testing.T) {
		const sent = "Root=1-6223865c-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1"
		a := d.get("/", "x-amzn-trace-id: "+sent)
		if c.event(t, "headers.X-Amzn-Trace-Id") != `"`+sent+`"` || c.in.TraceID != sent || a.header("X-Amzn-Trace-Id") != sent {
			t.Errorf("got the trace id %s in the event and %s at Lambda, want %s", c.event(t, "headers.X-Amzn-Trace-Id"), c.in.TraceID, sent)
		}
	})
	t.Run("completed if the client sends the root alone", func(t *testing.T) {
		d.get("/", "X-Amzn-Trace-Id: Root=1-6223865c-0123456789abcdef01234567")
		if !full.MatchString(c.in.TraceID) || !strings.HasPrefix(c.in.TraceID, "Root=1-6223865c-0123456789abcdef01234567;") {
			t.Errorf("got the trace id %s, want the root of the client, with parent and sampled", c.in.TraceID)
		}
	})
	t.Run("made if the client sends nonsense", func(t *testing.T) {
		d.get("/", "X-Amzn-Trace-Id: nonsense")
		if !full.MatchString(c.in.TraceID) {
			t.Errorf("got the trace id %s, want a new one", c.in.TraceID)
		}
	})
}

// The Content-Type of the request decides.
func TestProxyEventBody(t *testing.T) {
	cases := []struct{ name, contentType, body, want, isBase64 string }{
		{"text", "text/plain", "hi \"you\"\n", `"hi \"you\"\n"`, "false"},
		{"UTF-8 is not escaped", "text/plain", "grüße 🦫 <&>", `"grüße 🦫 <&>"`, "false"},
		{"a binary type", "image/png", "\x89PNG", `"iVBORw=="`, "true"},
		{"a binary type with parameters", "image/png; q=1", "\x89PNG", `"iVBORw=="`, "true"},
		{"bytes under another type", "text/plain", "a\xff\x00b", `"a�\u0000b"`, "false"},
		{"no type", "", "x", `"x"`, "false"},
	}
	var c catch
	api := newAPI(proxyMethod("POST", "/", "f"))
	api.BinaryMediaTypes = []string{"image/png", "application/*"}
	d := deploy(t, api, functions{"f": c.handle})
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var lines []string
			if tc.contentType != "" {
				lines = []string{"Content-Type: " + tc.contentType}
			}
			d.send("POST", "/", tc.body, lines...)
			if got := c.event(t, "body"); got != tc.want {
				t.Errorf("body: %s, want %s", got, tc.want)
			}
			if got := c.event(t, "isBase64Encoded"); got != tc.isBase64 {
				t.Errorf("isBase64Encoded: got %s, want %s", got, tc.isBase64)
			}
		})
	}
}

func TestProxyEventHasStageVariablesAndOperationName(t *testing.T) {
	var c catch
	api := newAPI(proxyMethod("GET", "/", "f"))
	api.Methods[0].OperationName = "Greet"
	api.Stages[0].Variables = map[string]string{"b": "2", "a": "1"}
	deploy(t, api, functions{"f": c.handle}).get("/")
	if got := c.event(t, "stageVariables"); got != `{"a":"1","b":"2"}` {
		t.Errorf("got %q, want %q", got, `{"a":"1","b":"2"}`)
	}
	if got := c.event(t, "requestContext.operationName"); got != `"Greet"` {
		t.Errorf("got %v, want %v", got, `"Greet"`)
	}
}

func TestHostNameAddressesAnAPI(t *testing.T) {
	var c catch
	d := deploy(t, newAPI(proxyMethod("GET", "/x", "f")), functions{"f": c.handle})
	for _, host := range []string{"hello.execute-api.localhost:3000", "A1B2C3D4E5.execute-api.localhost"} {
		a := d.raw("GET /prod/x HTTP/1.1\nHost: " + host + "\n\n")
		if a.status != 200 {
			t.Fatalf("%s: got %d %s, want 200", host, a.status, a.body)
		}
		name, _, _ := strings.Cut(host, ":")
		prefix, _, _ := strings.Cut(host, ".")
		if c.event(t, "requestContext.domainName") != `"`+name+`"` || c.event(t, "requestContext.domainPrefix") != `"`+prefix+`"` {
			t.Errorf("%s: got the domain %s and the prefix %s, want %s and %s", host, c.event(t, "requestContext.domainName"), c.event(t, "requestContext.domainPrefix"), name, prefix)
		}
		if c.event(t, "requestContext.path") != `"/prod/x"` {
			t.Errorf("got %v, want %v", c.event(t, "requestContext.path"), `"/prod/x"`)
		}
	}
}
