package gateway_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
)

// backend is an HTTP server that keeps the last request.
type backend struct {
	*httptest.Server
	request *http.Request
	body    string
}

func newBackend(t *testing.T, respond func(w http.ResponseWriter)) *backend {
	b := &backend{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.request, b.body = r, string(body)
		respond(w)
	}))
	t.Cleanup(b.Close)
	return b
}

func httpMethod(integrationType, method, path, uri string) *assembly.Method {
	m := mappedMethod(method, path, "", ok200)
	m.Integration.Type, m.Integration.HTTPMethod, m.Integration.URI = integrationType, method, uri
	return m
}

// Recorded: test_apigateway_header_remapping_http[HTTP_PROXY],
// test_http_proxy_integration_request_data_mappings.
func TestHTTPProxy(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Server", "nginx")
		w.Header().Set("Via", "proxy")
		w.Header().Set("x-amzn-requestid", "theirs")
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(418)
		fmt.Fprint(w, "short and stout")
	})
	m := httpMethod("HTTP_PROXY", "ANY", "/pets/{id}", b.URL+"/backend/{target}/{unset}?testVar=foobar&testQs=bar")
	m.RequestParameters = []assembly.RequestParameter{{Location: "path", Name: "id"}}
	m.Integration.RequestParameters = []assembly.Mapping{
		{Target: "integration.request.path.target", Source: "method.request.path.id"},
		{Target: "integration.request.querystring.testQs", Source: "'foo'"},
		{Target: "integration.request.querystring.testEmptyQs", Source: "method.request.header.None"},
		{Target: "integration.request.header.X-Mapped", Source: "'mapped'"},
		{Target: "integration.request.header.Host", Source: "'host.example'"},
		{Target: "integration.request.header.Via", Source: "'lost'"},
	}
	d := deploy(t, newAPI(m), nil)
	a := d.send("POST", "/pets/a%20b?testVar=bar", "body", "x-mapped: client", "X-Own: yes", "Content-MD5: x", "Content-Encoding: x", "User-Agent: me", "TE: x")
	expect(t, a, 418, "short and stout")
	for name, want := range map[string]string{
		"Content-Type": "text/plain", "Access-Control-Allow-Origin": "*", "x-amzn-Remapped-Server": "nginx",
		"x-amzn-remapped-x-amzn-requestid": "theirs", "x-amzn-Remapped-Content-Length": "15", "Via": "", "X-Amzn-Trace-Id": "",
	} {
		if a.header(name) != want {
			t.Errorf("the response: %s: got %q, want %q", name, a.header(name), want)
		}
	}
	if a.header("x-amzn-Remapped-Date") == "" {
		t.Error("got no x-amzn-Remapped-Date, want the date of the backend in it")
	}
	if got := b.request.Method + " " + b.request.URL.String(); got != "POST /backend/a%20b/%7Bunset%7D?testVar=foobar&testQs=bar&testQs=foo&testVar=bar" {
		t.Errorf("got %q, want %q", got, "POST /backend/a%20b/%7Bunset%7D?testVar=foobar&testQs=bar&testQs=foo&testVar=bar")
	}
	if b.body != "body" || b.request.Host != "host.example" {
		t.Errorf("got the body %q for the host %q, want body for host.example", b.body, b.request.Host)
	}
	for name, want := range map[string]string{
		"X-Mapped": "mapped", "X-Own": "yes", "Content-Md5": "", "Content-Encoding": "", "User-Agent": "me", "Te": "", "Via": "",
		"X-Amzn-Apigateway-Api-Id": apiID, "X-Forwarded-For": "", "X-Forwarded-Proto": "",
	} {
		if got := b.request.Header.Get(name); got != want {
			t.Errorf("backend: %s: got %q, want %q", name, got, want)
		}
	}
	if !strings.HasPrefix(b.request.Header.Get("X-Amzn-Trace-Id"), "Root=1-") {
		t.Errorf("got the trace id %q at the backend, want Root=1-…", b.request.Header.Get("X-Amzn-Trace-Id"))
	}
}

// Recorded: test_apigateway_header_remapping_http[HTTP],
// test_http_integration_with_lambda, test_http_integration_method.
func TestHTTPCustom(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter) {
		w.Header().Set("X-Theirs", "1")
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, `{"a":1}`)
	})
	m := httpMethod("HTTP", "POST", "/", b.URL+"/x")
	m.Integration.HTTPMethod = "PUT"
	m.Integration.RequestTemplates = jsonTemplate(`{"wrapped":$input.json('$')}`)
	m.Integration.RequestParameters = []assembly.Mapping{{Target: "integration.request.querystring.q", Source: "method.request.querystring.q"}}
	m.Integration.Responses[0].Parameters = []assembly.Mapping{{Target: "method.response.header.X-Mine", Source: "integration.response.header.X-Theirs"}}
	d := deploy(t, newAPI(m), nil)
	a := d.send("POST", "/?q=1&unmapped=2", `{"b":2}`, "X-Client: no", "Accept: application/xml", "Content-Type: application/json")
	expect(t, a, 200, `{"a":1}`)
	if a.header("Content-Type") != "application/json" || a.header("X-Mine") != "1" || a.has("X-Theirs") || !a.has("X-Amzn-Trace-Id") {
		t.Errorf("got the header lines %+v, want application/json, X-Mine: 1, no X-Theirs, and a trace id", a.lines)
	}
	if got := b.request.Method + " " + b.request.URL.String() + " " + b.body; got != `PUT /x?q=1 {"wrapped":{"b":2}}` {
		t.Errorf("got %q, want %q", got, `PUT /x?q=1 {"wrapped":{"b":2}}`)
	}
	for name, want := range map[string]string{
		"Accept": "application/json", "User-Agent": "AmazonAPIGateway_" + apiID, "X-Amzn-Apigateway-Api-Id": apiID, "X-Client": "", "Content-Type": "application/json",
	} {
		if got := b.request.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	log := d.record().ExecutionLog()
	for _, want := range []string{"Endpoint request URI: " + b.URL + "/x?q=1", "Sending request to " + b.URL + "/x?q=1", "Endpoint request body after transformations: " + `{"wrapped":{"b":2}}`} {
		if !slices.Contains(log, want) {
			t.Errorf("the log lacks %q: %q", want, log)
		}
	}
}

// Recorded: test_http_integration_invoke_status_code_passthrough[HTTP].
func TestHTTPSelectsByStatus(t *testing.T) {
	status := 200
	b := newBackend(t, func(w http.ResponseWriter) { w.WriteHeader(status) })
	m := httpMethod("HTTP", "GET", "/", b.URL)
	m.Integration.Responses = append(m.Integration.Responses, assembly.IntegrationResponse{StatusCode: "404", SelectionPattern: `4\d\d`})
	m.Responses = append(m.Responses, assembly.MethodResponse{StatusCode: "404"})
	d := deploy(t, newAPI(m), nil)
	for backend, client := range map[int]int{200: 200, 201: 200, 400: 404, 500: 200, 302: 200} {
		status = backend
		if a := d.get("/"); a.status != client {
			t.Errorf("backend %d: client %d, want %d", backend, a.status, client)
		}
	}
}

// The length in a response to HEAD is that of a body that does not follow.
func TestHTTPHead(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter) { w.Header().Set("Content-Length", "15") })
	for _, kind := range []string{"HTTP", "HTTP_PROXY"} {
		expect(t, deploy(t, newAPI(httpMethod(kind, "HEAD", "/", b.URL)), nil).send("HEAD", "/", ""), 200, "")
	}
}

// transport is a backend without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestHTTPFailures(t *testing.T) {
	const timedOut = `{"message": "Endpoint request timed out"}`
	const network = `{"message": "Network error communicating with endpoint"}`
	cases := []struct {
		name, uri string
		transport transport
		status    int
		body, log string
	}{
		{"unreachable", "http://x", func(*http.Request) (*http.Response, error) { return nil, errors.New("refused") }, 504, network,
			"Execution failed due to a network error communicating with endpoint: refused"},
		{"hangs up", "http://x", func(*http.Request) (*http.Response, error) { return nil, io.EOF }, 504, network,
			"Execution failed due to a network error communicating with endpoint: Connection is closed"},
		{"another protocol", "http://x", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 101, Body: http.NoBody}, nil
		}, 504, network, "Execution failed due to a network error communicating with endpoint: the backend answers with the status 101, after which something else than HTTP follows"},
		{"too slow", "http://x", func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }, 504, timedOut,
			"Execution failed due to a timeout error"},
		{"over 10 MB", "http://x", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: http.NoBody, ContentLength: 10<<20 + 1}, nil
		}, 500, internalServerError, "Execution failed due to configuration error: Integration response of reported length 10485761 is larger than allowed maximum of 10485760 bytes."},
		{"test_failed_invoke_test_method: a stage variable is missing", "http://${stageVariables.host}/", nil, 500, internalServerError,
			"Execution failed due to configuration error: Invalid endpoint address"},
		{"no URL", "example.com/x", nil, 500, internalServerError, "Execution failed due to configuration error: Invalid endpoint address"},
		{"a broken URL", "http://[::1", nil, 500, internalServerError, "Execution failed due to configuration error: Invalid endpoint address"},
	}
	for _, kind := range []string{"HTTP", "HTTP_PROXY"} {
		for _, tc := range cases {
			t.Run(kind+" "+tc.name, func(t *testing.T) {
				m := httpMethod(kind, "GET", "/", tc.uri)
				m.Integration.Timeout = 50 * time.Millisecond
				d := deploy(t, newAPI(m), nil, func(_ *assembly.Assembly, o *gateway.Options) {
					if tc.transport != nil {
						o.Transport = tc.transport
					}
				})
				expect(t, d.get("/"), tc.status, tc.body)
				r := d.record()
				if log := r.ExecutionLog(); !slices.Contains(log, tc.log) {
					t.Errorf("got the log %q, want the line %q", log, tc.log)
				}
			})
		}
	}
}

func TestHTTPMapsFatalHeaders(t *testing.T) {
	for _, kind := range []string{"HTTP", "HTTP_PROXY"} {
		m := httpMethod(kind, "GET", "/", "http://localhost")
		m.Integration.RequestParameters = []assembly.Mapping{{Target: "integration.request.header.Transfer-Encoding", Source: "'x'"}}
		a := deploy(t, newAPI(m), nil).get("/")
		expectError(t, a, 500, "InternalServerErrorException", internalServerError)
		if a.has("X-Amzn-Trace-Id") {
			t.Errorf("got the trace id %q, want none (recorded)", a.header("X-Amzn-Trace-Id"))
		}
	}
}

func pngAnswer(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "image/png")
	fmt.Fprint(w, "\x89PNG")
}
