package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/rules"
)

const internalServerError = `{"message": "Internal server error"}`

// What a function with proxy integration may return. That every result is judged
// right is tested where the contract is; here it is that the
// verdict reaches the client.
func TestProxyResults(t *testing.T) {
	cases := []struct {
		name, result string
		status       int
		body         string
	}{
		{"status alone", `{"statusCode":200}`, 200, ""},
		{"nothing", `{}`, 200, ""},
		{"headers alone", `{"headers":{"a":"b"}}`, 200, ""},
		{"another key", `{"statusCode":200,"wrongValue":"x"}`, 502, internalServerError},
		{"the question that started it all", `{"Hello":"World"}`, 502, internalServerError},
		{"status as text", `{"statusCode":"201"}`, 201, ""},
		{"status that is not a number", `{"statusCode":"test"}`, 502, internalServerError},
		{"a redirect", `{"statusCode":300}`, 300, ""},
		{"headers null", `{"headers":null,"body":"x"}`, 200, "x"},
		{"a string in multiValueHeaders", `{"multiValueHeaders":{"a":"b"}}`, 502, internalServerError},
		{"multiValueHeaders a list", `{"multiValueHeaders":[]}`, 502, internalServerError},
		{"a string", `"just a string"`, 502, internalServerError},
		{"a list", `[1]`, 502, internalServerError},
		{"null", `null`, 502, internalServerError},
		{"not JSON", `Hello`, 502, internalServerError},
		{"body an object", `{"statusCode":200,"body":{"a":1}}`, 502, internalServerError},
		{"an error returned as a result", `{"errorMessage":"x","errorType":"y"}`, 502, internalServerError},
		{"base64 without binary types stays", `{"body":"aGk=","isBase64Encoded":true}`, 200, "aGk="},
		{"a status that cannot be one", `{"statusCode":101}`, 502, internalServerError},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": returns(tc.result)})
			a := d.get("/")
			expect(t, a, tc.status, tc.body)
			if a.header("Content-Type") != "application/json" || a.header("Content-Length") != fmt.Sprint(len(tc.body)) {
				t.Errorf("got the header lines %+v, want application/json and a length of %d", a.lines, len(tc.body))
			}
			if tc.status == 502 {
				expectError(t, a, 502, "InternalServerErrorException", tc.body)
				if findings := d.record().Diagnosis(); len(findings) == 0 {
					t.Error("got no diagnosis, want what is wrong with the result")
				}
			}
			if !a.has("X-Amzn-Trace-Id") {
				t.Errorf("got the header lines %+v, want a trace id, since the function was called", a.lines)
			}
		})
	}
}

// Recorded: test_aws_proxy_response_payload_format_validation,
// test_response_headers_invocation_with_apigw.
func TestProxyResponseHeaders(t *testing.T) {
	d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": returns(
		`{"headers":{"tEsT-Single":"1","content-TYPE":"text/x","Connection":"x","Date":"y","Transfer-Encoding":"z","Server":"s","set-cookie":"c"},` +
			`"multiValueHeaders":{"tesT-Multi":["v1","v2"],"Set-Cookie":["a=1","b=2"]},"body":"x"}`)})
	a := d.get("/")
	for name, want := range map[string]string{
		"tEsT-Single": "1", "tesT-Multi": "v1, v2", "content-TYPE": "text/x", "Set-Cookie": "a=1, b=2, c", "Connection": "keep-alive",
		"x-amzn-Remapped-Connection": "x", "x-amzn-Remapped-Date": "y", "x-amzn-Remapped-Server": "s", "Content-Length": "1",
		"Content-Type": "", "Server": "", "Transfer-Encoding": "",
	} {
		if got := a.header(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if _, err := http.ParseTime(a.header("Date")); err != nil {
		t.Errorf("got the date %q: %v; want one of HTTP", a.header("Date"), err)
	}
	r := d.record()
	if a.header("x-amzn-RequestId") != r.ID || a.header("x-amz-apigw-id") != r.ExtendedID {
		t.Errorf("got the header lines %+v, want the ids %s and %s", a.lines, r.ID, r.ExtendedID)
	}
	if closed := d.get("/", "Connection: close"); closed.header("Connection") != "close" {
		t.Errorf("got %q, want %q", closed.header("Connection"), "close")
	}
}

// A HEAD request gets the length of the body and no body (assumed).
func TestHEADHasNoBody(t *testing.T) {
	d := deploy(t, newAPI(proxyMethod("ANY", "/", "f")), functions{"f": returns(`{"body":"hello"}`)})
	conn, err := net.Dial("tcp", d.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprint(conn, "HEAD /hello/prod HTTP/1.1\r\nHost: x\r\n\r\nGET /hello/prod HTTP/1.1\r\nHost: x\r\n\r\n")
	r := bufio.NewReader(conn)
	for _, isHead := range []bool{true, false} {
		a, err := readResponse(r, isHead)
		if err != nil || a.status != 200 || a.header("Content-Length") != "5" || !isHead && a.body != "hello" {
			t.Errorf("got %+v, %v; want 200 and a length of 5, with the body hello: %v", a, err, !isHead)
		}
	}
}

func TestStatusesWithoutABody(t *testing.T) {
	for _, status := range []int{204, 304} {
		d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": returns(fmt.Sprintf(`{"statusCode":%d,"body":"x"}`, status))})
		a := d.get("/")
		if a.status != status || a.body != "" {
			t.Errorf("got %+v, want %d without a body", a, status)
		}
	}
}

// Recorded: test_aws_proxy_binary_response.
func TestProxyBinaryResponse(t *testing.T) {
	cases := []struct {
		name, accept, result string
		status               int
		body                 string
	}{
		{"a matching Accept decodes", "image/png", `{"body":"aGk=","isBase64Encoded":true}`, 200, "hi"},
		{"only the first type counts", "text/html, image/png", `{"body":"aGk=","isBase64Encoded":true}`, 200, "aGk="},
		{"*/* does not match a type", "*/*", `{"body":"aGk=","isBase64Encoded":true}`, 200, "aGk="},
		{"not flagged", "image/png", `{"body":"aGk="}`, 200, "aGk="},
		{"not base64 is a 500", "image/png", `{"body":"%%%","isBase64Encoded":true}`, 500, internalServerError},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			api := newAPI(proxyMethod("GET", "/", "f"))
			api.BinaryMediaTypes = []string{"image/png"}
			d := deploy(t, api, functions{"f": returns(tc.result)})
			expect(t, d.get("/", "Accept: "+tc.accept), tc.status, tc.body)
		})
	}
}

// What the client sees of a function that fails, and what the log says.
func TestLambdaFailures(t *testing.T) {
	const missing = `{"message": "Endpoint request timed out"}`
	cases := []struct {
		name   string
		f      handler
		change func(*assembly.Assembly)
		status int
		body   string
		log    string // the line after "Sending request", or before "Method completed"
	}{
		{"function error", fails(`{"errorMessage":"boom","errorType":"E"}`), nil, 502, internalServerError, "Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: LAMBDA"},
		{"throttled", refuses(&function.InvokeError{Status: 429, Type: "TooManyRequestsException"}), nil, 500, internalServerError, "Execution failed due to configuration error: Rate Exceeded."},
		{"wrapped refusal", refuses(fmt.Errorf("host: %w", &function.InvokeError{Status: 429})), nil, 500, internalServerError, "Execution failed due to configuration error: Rate Exceeded."},
		{"not found by Lambda", refuses(&function.InvokeError{Status: 404}), nil, 500, internalServerError, "Execution failed due to configuration error: Function not found: " + functionARN("f")},
		{"too large for Lambda", refuses(&function.InvokeError{Status: 413}), nil, 413, `{"message": "Request Too Long"}`, ""},
		{"another refusal", refuses(&function.InvokeError{Status: 502}), nil, 500, internalServerError, "Lambda invocation failed with status: 502. Lambda request id: LAMBDA"},
		{"the runner fails", refuses(errBoom), nil, 500, internalServerError, ""},
		{"no permission", returns(`{}`), func(a *assembly.Assembly) { a.Functions[0].Permissions = nil }, 500, internalServerError, "Execution failed due to configuration error: Invalid permissions on Lambda function"},
		{"no such function", returns(`{}`), func(a *assembly.Assembly) { a.Functions = nil }, 500, internalServerError, "Execution failed due to configuration error: Function not found: " + functionARN("f")},
		{"test_lambda_aws_proxy_integration_non_post_method", returns(`{}`), func(a *assembly.Assembly) { a.APIs[0].Methods[0].Integration.HTTPMethod = "GET" }, 500, internalServerError, ""},
		{"no URI of Lambda", returns(`{}`), func(a *assembly.Assembly) { a.APIs[0].Methods[0].Integration.URI = functionARN("f") }, 500, internalServerError, "Execution failed due to configuration error: Invalid endpoint address"},
		{"test_apigateway_header_remapping_aws: a fatal mapping", returns(`{}`), func(a *assembly.Assembly) {
			a.APIs[0].Methods[0].Integration.RequestParameters = []assembly.Mapping{{Target: "integration.request.header.te", Source: "'x'"}}
		}, 500, internalServerError, ""},
		{"gateway timeout", func(ctx context.Context, _ function.Invocation) (function.Result, error) {
			<-ctx.Done()
			return function.Result{}, ctx.Err()
		}, func(a *assembly.Assembly) { a.APIs[0].Methods[0].Integration.Timeout = 50 * time.Millisecond }, 504, missing, "Execution failed due to a timeout error"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": tc.f}, func(a *assembly.Assembly, _ *gateway.Options) {
				if tc.change != nil {
					tc.change(a)
				}
			})
			a := d.get("/")
			expect(t, a, tc.status, tc.body)
			r := d.record()
			log := r.ExecutionLog()
			if !slices.Contains(log, fmt.Sprintf("Method completed with status: %d", tc.status)) {
				t.Errorf("got the log %q, want an end with status %d", log, tc.status)
			}
			if tc.log != "" && !slices.ContainsFunc(log, func(line string) bool {
				before, _, cut := strings.Cut(tc.log, "LAMBDA")
				return line == tc.log || cut && strings.HasPrefix(line, before)
			}) {
				t.Errorf("got the log %q, want the line %q", log, tc.log)
			}
			if slices.Contains(log, "Successfully completed execution") {
				t.Errorf("got the log %q, want no success in it", log)
			}
			if len(r.Diagnosis()) == 0 {
				t.Error("got no diagnosis, want one")
			}
		})
	}
}

// Recorded: test_api_gateway_lambda_integration_aws_type.
func TestADoubledSlashInTheURIDoesNotMatter(t *testing.T) {
	m := proxyMethod("GET", "/", "f")
	m.Integration.URI = strings.Replace(m.Integration.URI, "path/", "path//", 1)
	expect(t, deploy(t, newAPI(m), functions{"f": returns(`{}`)}).get("/"), 200, "")
}

func TestFunctionIsFoundByAliasAndStageVariable(t *testing.T) {
	m := proxyMethod("GET", "/", "f")
	m.Integration.URI = lambdaURI("arn:aws:lambda:" + region + ":" + account + ":function:${stageVariables.name}:${stageVariables.alias}")
	api := newAPI(m)
	cases := []struct {
		name      string
		variables map[string]string
		status    int
		notice    string
	}{
		{"an alias", map[string]string{"name": "f", "alias": "live"}, 200, ""},
		{"an alias without permission", map[string]string{"name": "f", "alias": "2"}, 500, ""},
		{"$LATEST", map[string]string{"name": "f", "alias": "$LATEST"}, 200, ""},
		{"an unknown alias", map[string]string{"name": "f", "alias": "dev"}, 500, "which is not in this assembly"},
		{"a variable is missing", map[string]string{"name": "f"}, 500, "needs the stage variable alias, which the stage prod does not have"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			api.Stages[0].Variables = tc.variables
			d := deploy(t, api, functions{"f": returns(`{}`)}, func(a *assembly.Assembly, _ *gateway.Options) {
				f := a.Functions[0]
				f.Qualifiers = map[string]string{"live": "1", "1": "1", "2": "2"}
				permission := f.Permissions[0]
				permission.Qualifier = "live"
				f.Permissions = append(f.Permissions, permission)
			})
			if a := d.get("/"); a.status != tc.status {
				t.Errorf("got %d %s, want %d", a.status, a.body, tc.status)
			}
			notices := fmt.Sprint(d.gateway.Notices())
			if tc.notice == "" && notices != "[]" || !strings.Contains(notices, tc.notice) {
				t.Errorf("got the notices %s, want %q", notices, tc.notice)
			}
		})
	}
}

// Measured: the source ARN has the method and the resource of the request.
func TestPermissions(t *testing.T) {
	const prefix = "arn:aws:execute-api:" + region + ":" + account + ":" + apiID
	base := assembly.Permission{Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com"}
	with := func(change func(*assembly.Permission)) assembly.Permission {
		p := base
		change(&p)
		return p
	}
	cases := []struct {
		name    string
		p       assembly.Permission
		allowed bool
	}{
		{"any source", base, true},
		{"as CDK writes it", with(func(p *assembly.Permission) { p.SourceARN = prefix + "/prod/GET/hello/*" }), true},
		{"any stage and method", with(func(p *assembly.Permission) { p.SourceARN = prefix + "/*/*/*" }), true},
		{"a question mark", with(func(p *assembly.Permission) { p.SourceARN = prefix + "/pro?/GET/hello/{name}" }), true},
		{"another method", with(func(p *assembly.Permission) { p.SourceARN = prefix + "/prod/POST/hello/*" }), false},
		{"another stage", with(func(p *assembly.Permission) { p.SourceARN = prefix + "/test-invoke-stage/GET/hello/*" }), false},
		{"a shorter path", with(func(p *assembly.Permission) { p.SourceARN = prefix + "/prod/GET/hello" }), false},
		{"another service", with(func(p *assembly.Permission) { p.Principal = "s3.amazonaws.com" }), false},
		{"another action", with(func(p *assembly.Permission) { p.Action = "lambda:GetFunction" }), false},
		{"this account", with(func(p *assembly.Permission) { p.Account = account }), true},
		{"another account", with(func(p *assembly.Permission) { p.Account = "999999999999" }), false},
		{"an alias", with(func(p *assembly.Permission) { p.Qualifier = "live" }), false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d := deploy(t, newAPI(proxyMethod("GET", "/hello/{name}", "f")), functions{"f": returns(`{}`)}, func(a *assembly.Assembly, _ *gateway.Options) {
				a.Functions[0].Permissions = []assembly.Permission{tc.p}
			})
			if a := d.get("/hello/Ada"); (a.status == 200) != tc.allowed {
				t.Errorf("got %d %s, want it allowed: %v", a.status, a.body, tc.allowed)
			}
		})
	}
	t.Run("a role of the integration needs none", func(t *testing.T) {
		m := proxyMethod("GET", "/", "f")
		m.Integration.Credentials = "arn:aws:iam::" + account + ":role/gateway"
		d := deploy(t, newAPI(m), functions{"f": returns(`{}`)}, func(a *assembly.Assembly, _ *gateway.Options) { a.Functions[0].Permissions = nil })
		expect(t, d.get("/"), 200, "")
	})
}

// A body of 10 MB passes the gateway, an event of 6 MB does not
// pass Lambda.
func TestLimits(t *testing.T) {
	var c catch
	d := deploy(t, newAPI(proxyMethod("POST", "/", "f"), proxyMethod("GET", "/{p+}", "f")), functions{"f": c.handle})
	t.Run("a body over 10 MB", func(t *testing.T) {
		a := d.raw("POST /hello/prod/ HTTP/1.1\nHost: x\nContent-Length: 10485761\n\n")
		expect(t, a, 413, "HTTP content length exceeded 10485760 bytes.")
		if a.header("Content-Type") != "text/plain" || a.has("x-amzn-ErrorType") {
			t.Errorf("got the header lines %+v, want text/plain and no x-amzn-ErrorType", a.lines)
		}
	})
	t.Run("a chunked body over 10 MB", func(t *testing.T) {
		body := strings.Repeat("x", 10<<20+1)
		a := d.raw(fmt.Sprintf("POST /hello/prod/ HTTP/1.1\nHost: x\nConnection: close\nTransfer-Encoding: chunked\n\n%x\r\n%s\r\n0\r\n\r\n", len(body), body))
		expect(t, a, 413, "HTTP content length exceeded 10485760 bytes.")
	})
	t.Run("a client that reads only when it has sent everything", func(t *testing.T) {
		conn, err := net.Dial("tcp", d.address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		big := fmt.Sprintf("POST /hello/prod/ HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", 20<<20, strings.Repeat("x", 20<<20))
		if _, err := io.WriteString(conn, big+"GET /hello/prod/a HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(conn)
		for _, want := range []int{413, 200} { // the connection goes on
			if a, err := readResponse(r, false); err != nil || a.status != want {
				t.Errorf("%d, %v, want %d", a.status, err, want)
			}
		}
	})
	t.Run("an event over 6 MB", func(t *testing.T) {
		expectError(t, d.send("POST", "/", strings.Repeat("x", 6<<20)), 413, "RequestTooLargeException", `{"message": "Request Too Long"}`)
	})
	t.Run("headers over 10240 bytes", func(t *testing.T) {
		expect(t, d.get("/p", "X-Big: "+strings.Repeat("x", 10241)), 431, "HTTP header is larger than 10240 bytes.")
	})
	t.Run("a request line that is too long", func(t *testing.T) {
		expectError(t, d.get("/p?"+strings.Repeat("x", 10240)), 414, "BadRequestException", `{"message":"Request URI too long"}`)
	})
	t.Run("an ARN that is too long", func(t *testing.T) {
		expectError(t, d.get("/"+strings.Repeat("x", 1600)), 414, "BadRequestException", `{"message":"Request URI too long"}`)
	})
	t.Run("a chunked body arrives", func(t *testing.T) {
		expect(t, d.raw("POST /hello/prod/ HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n2\r\nhi\r\n0\r\n\r\n"), 200, "")
		if got := c.event(t, "body"); got != `"hi"` {
			t.Errorf("got %v, want %v", got, `"hi"`)
		}
	})
}

func TestAPanicIsA500AndTheProcessLives(t *testing.T) {
	var log strings.Builder
	d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": func(context.Context, function.Invocation) (function.Result, error) {
		panic("oh no")
	}}, func(_ *assembly.Assembly, o *gateway.Options) { o.ErrorLog.SetOutput(&log) })
	for range 2 {
		expectError(t, d.get("/"), 500, "InternalServerErrorException", internalServerError)
	}
	if !strings.Contains(log.String(), "panic: oh no") {
		t.Errorf("got the error log %q, want the panic in it", log.String())
	}
}

// A client that hangs up does not stop the function, as on AWS. net/http ends the
// context of its request then.
func TestClientHangsUp(t *testing.T) {
	client, hangUp := context.WithCancel(context.Background())
	var got error
	d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": func(ctx context.Context, _ function.Invocation) (function.Result, error) {
		hangUp()
		got = ctx.Err()
		return function.Result{Payload: []byte(`{}`)}, nil
	}})
	d.gateway.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(client, "GET", "/hello/prod", nil))
	if got != nil {
		t.Errorf("got %v in the function, want a context that goes on", got)
	}
	if r := d.record(); r.Status != 200 {
		t.Errorf("got status %d in the record, want 200", r.Status)
	}
}

func TestNotImplementedSaysWhy(t *testing.T) {
	m := proxyMethod("GET", "/", "f")
	m.NotImplemented = rules.Of("vpc-link-not-done")
	none := proxyMethod("GET", "/none", "f")
	none.Integration = nil
	unknown := proxyMethod("GET", "/unknown", "f")
	unknown.Integration.Type = "SOMETHING"
	d := deploy(t, newAPI(m, none, unknown), functions{"f": returns(`{}`)})
	expect(t, d.get("/"), 501, "Not implemented by the local gateway: Integrations through a VPC link are not done here, since there is no network behind it; every call answers 501.\n")
	expectError(t, d.get("/none"), 500, "InternalServerErrorException", internalServerError)
	expect(t, d.get("/unknown"), 501, "Not implemented by the local gateway: There is no integration of the type \"SOMETHING\", so every call answers 501. Write AWS, AWS_PROXY, HTTP, HTTP_PROXY or MOCK.\n")
}

// Requests at the same time do not see each other.
func TestConcurrentRequests(t *testing.T) {
	greet := says("GET", "/mock/{name}", `$input.params('name')`)
	echo := func(_ context.Context, in function.Invocation) (function.Result, error) {
		_, rest, _ := strings.Cut(string(in.Payload), `"pathParameters":{"name":"`)
		name, _, _ := strings.Cut(rest, `"`)
		return function.Result{Payload: []byte(`{"body":"` + name + `"}`)}, nil
	}
	d := deploy(t, newAPI(greet, proxyMethod("GET", "/proxy/{name}", "f")), functions{"f": echo})
	done := make(chan error)
	for i := range 8 {
		go func() {
			for j := range 20 {
				name := fmt.Sprintf("n%d-%d", i, j)
				for _, path := range []string{"/mock/", "/proxy/"} {
					response, err := http.Get(d.url + path + name)
					if err != nil {
						done <- err
						return
					}
					body, err := io.ReadAll(response.Body)
					response.Body.Close()
					if err != nil || string(body) != name {
						done <- fmt.Errorf("%s%s: got %q, %v; want %s", path, name, body, err, name)
						return
					}
				}
			}
			done <- nil
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
