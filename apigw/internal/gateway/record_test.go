package gateway_test

import (
	"net/http/httptest"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/rules"
)

func TestTheRecordHasWhatWasKnownWhenABoxFailed(t *testing.T) {
	mapped := func(template string) *assembly.Method {
		m := mappedMethod("POST", "/", "f", ok200)
		m.Integration.RequestTemplates = jsonTemplate(template)
		return m
	}
	withEndpoint := func(m *assembly.Method, uri string) *assembly.Method {
		m.Integration.URI = uri
		return m
	}
	noMethodResponse := mappedMethod("POST", "/", "f", ok200)
	noMethodResponse.Responses = nil
	failingResponse := mappedMethod("POST", "/", "f", assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate(`$util.parseJson("{")`)})
	cases := []struct {
		rule   string
		method *assembly.Method
		status int
		check  func(r *record.Record) (got, want any)
	}{
		{"a request template that fails is named", mapped(`$util.parseJson("{")`), 500,
			func(r *record.Record) (any, any) { return r.IntegrationRequest.Template, "application/json" }},
		{"a request template that cannot be parsed is named", mapped(`#if(`), 500,
			func(r *record.Record) (any, any) { return r.IntegrationRequest.Template, "application/json" }},
		{"an event that is not JSON is kept", mapped(`{"name": Ada}`), 400,
			func(r *record.Record) (any, any) { return string(r.IntegrationRequest.Body), `{"name": Ada}` }},
		{"the event for a function that is never called is kept", withEndpoint(proxyMethod("POST", "/", "f"), "nonsense"), 500,
			func(r *record.Record) (any, any) {
				return strings.Contains(string(r.IntegrationRequest.Body), `"httpMethod":"POST"`), true
			}},
		{"a request for an HTTP endpoint that is never called is kept", withEndpoint(httpMethod("HTTP", "POST", "/", ""), "nonsense"), 500,
			func(r *record.Record) (any, any) {
				return r.IntegrationRequest.Header.Values("Accept"), []string{"application/json"}
			}},
		{"a result for which there is not a method response is kept", noMethodResponse, 500,
			func(r *record.Record) (any, any) { return string(r.FunctionResult.Payload), `{"a":1}` }},
		{"a response template that fails is named", failingResponse, 500,
			func(r *record.Record) (any, any) { return r.IntegrationResponse.Template, "application/json" }},
	}
	for _, tc := range cases {
		t.Run(tc.rule, func(t *testing.T) {
			d := deploy(t, newAPI(tc.method), functions{"f": returns(`{"a":1}`)})
			if a := d.send("POST", "/", "{}"); a.status != tc.status {
				t.Errorf("got status %d, want %d", a.status, tc.status)
			}
			r := d.record()
			if r.IntegrationRequest == nil {
				t.Fatal("got no integration request in the record, want one")
			}
			got, want := tc.check(r)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestARequestThatIsRefusedBeforeHasNoIntegrationRequest(t *testing.T) {
	m := mappedMethod("GET", "/", "f", ok200)
	m.APIKeyRequired = true
	d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
	d.get("/")
	if r := d.record(); r.IntegrationRequest != nil || r.FunctionResult != nil || r.Details.Admitted {
		t.Errorf("got %+v, %+v, admitted: %v; want no integration request, no result, and nobody admitted", r.IntegrationRequest, r.FunctionResult, r.Details.Admitted)
	}
}

// A record that is kept must not keep the deployment that served the request.
func TestRecordsDoNotKeepDeployments(t *testing.T) {
	released := make(chan string, 3)
	kept := func() []*record.Record {
		mapped := mappedMethod("GET", "/a", "f", assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate("$nothing.here")})
		broken := mappedMethod("GET", "/b", "f", assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate(`$util.parseJson("{")`)})
		api := newAPI(mapped, broken)
		fs := functions{"f": returns(`{"a":1}`)}
		var records []*record.Record
		g, err := gateway.New(assemble(api, fs), fs, gateway.Options{Record: func(r *record.Record) { records = append(records, r) }})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/hello/prod/a", "/hello/prod/b", "/hello/prod/c", "/none"} {
			g.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
		}
		runtime.AddCleanup(api, func(what string) { released <- what }, "the API")
		runtime.AddCleanup(mapped, func(what string) { released <- what }, "a method")
		runtime.AddCleanup(g, func(what string) { released <- what }, "the gateway")
		return records
	}()
	if len(kept) != 4 || !kept[1].Refused() {
		t.Fatalf("got %d records, want 4, of which the second failed", len(kept))
	}
	limit := time.After(10 * time.Second)
	for range 3 {
		runtime.GC()
		select {
		case <-released:
		case <-limit:
			t.Fatal("got no release of the API, a method and the gateway, want all three while their records are kept")
		}
	}
	runtime.KeepAlive(kept)
}

func TestTheRecordHasWhatTemplatesRead(t *testing.T) {
	m := mappedMethod("POST", "/{p}", "f", assembly.IntegrationResponse{StatusCode: "200", Templates: jsonTemplate("$input.body")})
	m.Integration.RequestTemplates = []assembly.Template{{MediaType: "$default", Text: `{"body": "$util.escapeJavaScript($input.body)"}`}}
	api := newAPI(m)
	api.BinaryMediaTypes = []string{"image/png"}
	m.Integration.ContentHandling = "CONVERT_TO_TEXT"
	api.Stages[0].Variables = map[string]string{"table": "pets"}
	d := deploy(t, api, functions{"f": returns(`{"a":1}`)})
	for _, c := range []struct{ rule, contentType, body, want string }{
		{"text", "application/json", `{"a":"é"}`, `{"a":"é"}`},
		{"what is not UTF-8", "application/json", "\xff", "\uFFFD"},
		{"binary data", "image/png", "\x89PNG", "iVBORw=="},
	} {
		d.send("POST", "/x?q=%20&r", c.body, "content-type: "+c.contentType, "X-Two: 1", "X-Two: 2")
		r := d.record()
		if got, whole := r.MethodRequest.TemplateInput(); string(got) != c.want || !whole {
			t.Errorf("%s: the request template read %q, whole: %v; want %q", c.rule, got, whole, c.want)
		}
		if got, whole := r.IntegrationResponse.TemplateInput(); string(got) != `{"a":1}` || !whole {
			t.Errorf("%s: the response template read %q, whole: %v; want the result", c.rule, got, whole)
		}
		values := r.ContextValues()
		identity, _ := values["identity"].(map[string]any)
		if values["requestId"] != r.ID || values["requestTimeEpoch"] != r.Time.UnixMilli() || values["resourcePath"] != "/{p}" || identity["sourceIp"] != "127.0.0.1" {
			t.Errorf("%s: got $context %v, want the request's own", c.rule, values)
		}
		if got := r.StageVariables(); got["table"] != "pets" {
			t.Errorf("%s: got the stage variables %v, want those of the stage", c.rule, got)
		}
		sent := record.Sent{Method: "POST", Target: "/hello/prod/x?q=%20&r", Lines: []record.Line{
			{Name: "Host", Value: d.address}, {Name: "content-type", Value: c.contentType}, {Name: "X-Two", Value: "1"}, {Name: "X-Two", Value: "2"},
			{Name: "Content-Length", Value: strconv.Itoa(len(c.body))},
		}}
		if !reflect.DeepEqual(r.Sent, sent) {
			t.Errorf("%s: got %+v as what the client wrote, want %+v", c.rule, r.Sent, sent)
		}
	}
}

func TestTheRecordSaysThatABodyWasNotRead(t *testing.T) {
	m := proxyMethod("POST", "/", "f")
	d := deploy(t, newAPI(m), functions{"f": returns(`{"statusCode":200}`)})
	for _, c := range []struct {
		rule, request string
		want          bool
	}{
		{"a method that is there", "POST /hello/prod/ HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}", false},
		{"an unknown path", "POST /hello/prod/none HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}", true},
		{"an unknown path without a body", "GET /hello/prod/none HTTP/1.1\nHost: x\n\n", false},
		{"an unknown API", "POST /none HTTP/1.1\nHost: x\nContent-Length: 2\n\n{}", true},
	} {
		d.raw(c.request)
		if r := d.record(); r.Sent.Unread != c.want || len(r.Sent.Lines) == 0 {
			t.Errorf("%s: got unread: %v, %d header lines; want %v, and lines", c.rule, r.Sent.Unread, len(r.Sent.Lines), c.want)
		}
	}
}

// The line of the log about a malformed result belongs to the box that refuses it.
func TestTheLogOfAMalformedResultHasItsBox(t *testing.T) {
	d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": returns(`{"Hello":"World"}`)})
	expectError(t, d.get("/"), 502, "InternalServerErrorException", internalServerError)
	r := d.record()
	lines, boxes := r.LocatedLog()
	at := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, "Malformed Lambda proxy response") })
	if at < 0 || boxes[at] != rules.IntegrationResponse || r.Failure.Box != rules.IntegrationResponse {
		t.Errorf("got the log %q in the boxes %q, and a failure in %q; want the line about a malformed result in the integration response", lines, boxes, r.Failure.Box)
	}
}
