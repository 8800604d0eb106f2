package gateway_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/record"
)

// logOf returns the execution log with ids, dates and latencies replaced.
func logOf(r *record.Record) []string {
	var log []string
	for _, line := range r.ExecutionLog() {
		for _, replacement := range [...][2]string{
			{`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`, "UUID"},
			{`1-[0-9a-f]{8}-[0-9a-f]{24}`, "ROOT"}, {`Parent=[0-9a-f]{16}`, "Parent=P"},
			{`Extended Request Id: .{15}=`, "Extended Request Id: EXT="}, {`latency: \d+ ms`, "latency: N ms"},
			{`Date=\w{3}, [^,}]* GMT`, "Date=D"}, {`\*{64}[0-9a-f]{6}`, "****"}, {`X-Amz-Date=\d{8}T\d{6}Z`, "X-Amz-Date=D"},
		} {
			line = regexp.MustCompile(replacement[0]).ReplaceAllString(line, replacement[1])
		}
		log = append(log, line)
	}
	return log
}

func expectLog(t *testing.T, r *record.Record, want ...string) {
	t.Helper()
	if got := logOf(r); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const invocations = "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:f/invocations"

const requestHeaders = "{Host=h, X-Amzn-Trace-Id=Root=ROOT, X-Forwarded-For=127.0.0.1, X-Forwarded-Port=443, X-Forwarded-Proto=https}"

// usagePlanLines returns lines 3 to 5 of a method that needs no key.
func usagePlanLines(method string) []string {
	return []string{
		"Verifying Usage Plan for request: UUID. API Key:  API Stage: a1b2c3d4e5/prod",
		"API Key  authorized because method '" + method + "' does not require API Key. Request will not contribute to throttle or quota limits",
		"Usage Plan check succeeded for API Key  and API Stage a1b2c3d4e5/prod",
	}
}

// lambdaLines returns lines 6 to 18 of a call of the function f with the event.
func lambdaLines(event, result, functionError string) []string {
	return []string{
		"Starting execution for request: UUID",
		"HTTP Method: GET, Resource Path: /echo/me",
		"Method request path: {name=me}",
		"Method request query string: {q=2}",
		"Method request headers: " + requestHeaders,
		"Method request body before transformations: ",
		"Endpoint request URI: " + invocations,
		"Endpoint request headers: {x-amzn-lambda-integration-tag=UUID, Authorization=****, X-Amz-Date=D, x-amzn-apigateway-api-id=a1b2c3d4e5, X-Amz-Source-Arn=arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/echo/{name}, Accept=application/json, User-Agent=AmazonAPIGateway_a1b2c3d4e5, X-Amz-Security-Token= [TRUNCATED]",
		"Endpoint request body after transformations: " + event,
		"Sending request to " + invocations,
		"Received response. Status: 200, Integration latency: N ms",
		"Endpoint response headers: {Date=D, Content-Type=application/json, Content-Length=LENGTH, Connection=keep-alive, x-amzn-RequestId=UUID, " + functionError + "x-amzn-Remapped-Content-Length=0, X-Amz-Executed-Version=$LATEST, X-Amzn-Trace-Id=root=ROOT;sampled=0}",
		"Endpoint response body before transformations: " + result,
	}
}

func length(lines []string, n string) []string {
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "LENGTH", n)
	}
	return lines
}

// Recorded, of type AWS: test_apigw_test_invoke_method_api.
func TestExecutionLogOfASuccess(t *testing.T) {
	m := mappedMethod("GET", "/echo/{name}", "f", ok200)
	m.Integration.RequestTemplates = jsonTemplate(`{"n":"$input.params('name')"}`)
	api := newAPI(m)
	api.Stages[0].Tracing = true
	d := deploy(t, api, functions{"f": returns(`{"a":1}`)})
	d.raw("GET /hello/prod/echo/me?q=1&q=2 HTTP/1.1\nHost: h\n\n")
	want := append([]string{"Extended Request Id: EXT="}, usagePlanLines("GET /echo/{name}")...)
	want = append(want, length(lambdaLines(`{"n":"me"}`, `{"a":1}`, ""), "7")...)
	want = append(want,
		`Method response body after transformations: {"a":1}`,
		"Method response headers: {Content-Type=application/json, X-Amzn-Trace-Id=Root=ROOT;Parent=P;Sampled=1}",
		"Successfully completed execution",
		"Method completed with status: 200",
		"AWS Integration Endpoint RequestId : UUID",
		"X-ray Tracing ID : ROOT")
	for i := range want {
		want[i] = strings.ReplaceAll(want[i], "sampled=0}", "sampled=1}")
	}
	expectLog(t, d.record(), want...)
}

// event is a proxy event as the log shows it: cut at 1024 bytes.
var eventLine = regexp.MustCompile(`^Endpoint request body after transformations: \{"resource":.* \[TRUNCATED\]$`)

func proxyLog(t *testing.T, r *record.Record) []string {
	t.Helper()
	log := logOf(r)
	for i, line := range log {
		if strings.HasPrefix(line, "Endpoint request body") {
			if !eventLine.MatchString(line) || len(r.ExecutionLog()[i]) > 1024 {
				t.Errorf("got %d bytes of the event, want it cut at 1024: %s", len(line), line)
			}
			log[i] = "Endpoint request body after transformations: EVENT"
		}
	}
	return log
}

// The words of the failures are documented (published logs).
func TestExecutionLogOfFailures(t *testing.T) {
	cases := []struct {
		name          string
		f             handler
		result        string
		length        string
		functionError string
		end           []string
	}{
		{"malformed result", returns(`{"Hello":"World"}`), `{"Hello":"World"}`, "17", "",
			[]string{"Execution failed due to configuration error: Malformed Lambda proxy response", "Method completed with status: 502", "AWS Integration Endpoint RequestId : UUID"}},
		{"function error", fails(`{"errorMessage":"boom"}`), `{"errorMessage":"boom"}`, "23", "X-Amz-Function-Error=Unhandled, ",
			[]string{"Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: UUID", "Method completed with status: 502", "AWS Integration Endpoint RequestId : UUID"}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			d := deploy(t, newAPI(proxyMethod("GET", "/echo/{name}", "f")), functions{"f": tc.f})
			d.raw("GET /hello/prod/echo/me?q=1&q=2 HTTP/1.1\nHost: h\n\n")
			want := append([]string{"Extended Request Id: EXT="}, usagePlanLines("GET /echo/{name}")...)
			want = append(append(want, length(lambdaLines("EVENT", tc.result, tc.functionError), tc.length)...), tc.end...)
			if got := proxyLog(t, d.record()); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// MOCK has nothing to say about an endpoint (recorded:
// test_invoke_test_method).
func TestExecutionLogOfMock(t *testing.T) {
	d := deploy(t, newAPI(says("GET", "/pets", "x")), nil)
	d.raw("GET /hello/prod/pets HTTP/1.1\nHost: h\n\n")
	want := append([]string{"Extended Request Id: EXT="}, usagePlanLines("GET /pets")...)
	want = append(want,
		"Starting execution for request: UUID",
		"HTTP Method: GET, Resource Path: /pets",
		"Method request path: {}",
		"Method request query string: {}",
		"Method request headers: "+requestHeaders,
		"Method request body before transformations: ",
		"Method response body after transformations: x",
		"Method response headers: {Content-Type=application/json}",
		"Successfully completed execution",
		"Method completed with status: 200")
	expectLog(t, d.record(), want...)
}

// Recorded: test_failed_invoke_test_method.
func TestExecutionLogOfAFailureBeforeTheCall(t *testing.T) {
	d := deploy(t, newAPI(httpMethod("HTTP", "GET", "/pets", "http://${stageVariables.none}")), nil)
	d.raw("GET /hello/prod/pets HTTP/1.1\nHost: h\n\n")
	want := append([]string{"Extended Request Id: EXT="}, usagePlanLines("GET /pets")...)
	want = append(want,
		"Starting execution for request: UUID",
		"HTTP Method: GET, Resource Path: /pets",
		"Method request path: {}",
		"Method request query string: {}",
		"Method request headers: "+requestHeaders,
		"Method request body before transformations: ",
		"Execution failed due to configuration error: Invalid endpoint address",
		"Method completed with status: 500")
	expectLog(t, d.record(), want...)
}

func TestExecutionLogIsEmptyWithoutARoute(t *testing.T) {
	d := deploy(t, newAPI(), nil)
	d.get("/nowhere")
	r := d.record()
	if log := r.ExecutionLog(); log != nil {
		t.Errorf("got the log %q, want none", log)
	}
	if findings := r.Diagnosis(); len(findings) != 1 || !strings.Contains(findings[0].Message, "No method serves GET /nowhere") {
		t.Errorf("got the diagnosis %+v, want that no method serves GET /nowhere", findings)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	d := deploy(t, newAPI(says("GET", "/", "x")), nil)
	d.get("/", "Authorization: Bearer 0123456789", "x-api-key: secretkey")
	r := d.record()
	log := strings.Join(r.ExecutionLog(), "\n")
	if !strings.Contains(log, "Authorization=***********456789, ") || !strings.Contains(log, "x-api-key=***retkey,") {
		t.Errorf("got %s, want both secrets masked", log)
	}
	text, err := json.Marshal(r)
	if err != nil || strings.Contains(string(text), "Bearer") || strings.Contains(string(text), "secretkey") {
		t.Errorf("got %s, %v; want no secret in it", text, err)
	}
}

func TestBinaryBodiesAreNotLogged(t *testing.T) {
	m := httpMethod("HTTP_PROXY", "GET", "/", newBackend(t, pngAnswer).URL)
	api := newAPI(m)
	api.BinaryMediaTypes = []string{"image/png"}
	d := deploy(t, api, nil)
	expect(t, d.get("/"), 200, "\x89PNG")
	if log := d.record().ExecutionLog(); !slices.Contains(log, "Method response body after transformations: [Binary Data]") {
		t.Errorf("got the log %q, want [Binary Data] for the body", log)
	}
}

// The names are part of GET /_local/requests/{id}.
func TestRecordAsJSON(t *testing.T) {
	m := mappedMethod("POST", "/greet/{name}", "f", assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate("$nothing.here done")})
	m.Integration.RequestTemplates = jsonTemplate(`{"n":"$input.params('name')"}`)
	d := deploy(t, newAPI(m), functions{"f": returns(`"` + strings.Repeat("x", 70000) + `"`)})
	d.send("POST", "/greet/Ada?q=1", strings.Repeat("y", 70000), "Content-Type: application/json")
	r := d.record()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		ID, API, Stage, Method, Path, ResourcePath string
		Status                                     int
		DurationMS                                 float64 `json:"durationMs"`
		MethodRequest                              struct {
			Path      []struct{ Name string }
			Body      string
			BodyBytes int
			BodyCut   bool
		}
		IntegrationRequest  struct{ Template, Body, URI, Method string }
		IntegrationResponse struct {
			Template         string
			SelectionPattern *string
			Status           int
		}
		MethodResponse struct {
			Body    string
			Headers []struct{ Name string }
		}
		FunctionResult struct {
			Function  string
			BodyBytes int
			BodyCut   bool
		}
		Log []string
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.ID != r.ID || got.API != "hello" || got.Stage != "prod" || got.Method != "POST" || got.Path != "/hello/prod/greet/Ada" || got.ResourcePath != "/greet/{name}" || got.Status != 200 {
		t.Errorf("got %+v, want POST /hello/prod/greet/Ada of hello prod, for /greet/{name}, status 200, id %s", got, r.ID)
	}
	if q := got.MethodRequest; len(q.Path) != 1 || q.Path[0].Name != "name" || len(q.Body) != 64<<10 || q.BodyBytes != 70000 || !q.BodyCut {
		t.Errorf("got %d of %d bytes of the method request, cut: %v; want 65536 of 70000, cut, and the path parameter name", len(q.Body), q.BodyBytes, q.BodyCut)
	}
	if q := got.IntegrationRequest; q.Template != "application/json" || q.Body != `{"n":"Ada"}` || q.URI != invocations || q.Method != "POST" {
		t.Errorf("got the integration request %+v, want POST to %s with the template for application/json", q, invocations)
	}
	if p := got.IntegrationResponse; p.Template != "application/json" || p.SelectionPattern == nil || *p.SelectionPattern != "" || p.Status != 200 {
		t.Errorf("got the integration response %+v, want 200, the default response and the template for application/json", p)
	}
	if f := got.FunctionResult; f.Function != "f" || f.BodyBytes != 70002 || !f.BodyCut {
		t.Errorf("got the result %+v, want 70002 bytes of f, cut", f)
	}
	if len(got.MethodResponse.Headers) != 2 || len(got.Log) == 0 {
		t.Errorf("got the method response %+v and the log %q, want 2 headers and a log", got.MethodResponse, got.Log)
	}
}
