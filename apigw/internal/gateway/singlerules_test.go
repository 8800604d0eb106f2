package gateway_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

// Published: with the model for application/soap+xml and the template for text/xml the
// response is application/soap+xml.
func TestContentTypeIsThatOfTheModel(t *testing.T) {
	for _, c := range []struct {
		rule     string
		models   map[string]string
		template string
		mapped   string
		want     string
	}{
		{"without a model", nil, "text/xml", "", "application/json"},
		{"that of the model, not of the template", map[string]string{"application/soap+xml": "Empty"}, "text/xml", "", "application/soap+xml"},
		{"without a template too", map[string]string{"text/plain": "Empty"}, "", "", "text/plain"},
		{"of several that of the template", map[string]string{"application/json": "Empty", "text/xml": "Empty"}, "text/xml", "", "text/xml"},
		{"else the first", map[string]string{"text/csv": "Empty", "application/xml": "Empty"}, "text/xml", "", "application/xml"},
		{"a header that is mapped goes before", map[string]string{"text/csv": "Empty"}, "", "text/html", "text/html"},
	} {
		for _, kind := range []string{"AWS", "MOCK"} {
			t.Run(c.rule+" with "+kind, func(t *testing.T) {
				response := ok200
				if c.template != "" {
					response.Templates = []assembly.Template{{MediaType: c.template, Text: "<a/>"}}
				}
				if c.mapped != "" {
					response.Parameters = []assembly.Mapping{{Target: "method.response.header.Content-Type", Source: "'" + c.mapped + "'"}}
				}
				m := mappedMethod("GET", "/", "f", response)
				if kind == "MOCK" {
					m = mockMethod("GET", "/", `{"statusCode":200}`, response)
				}
				m.Responses[0].Models = c.models
				a := deploy(t, newAPI(m), functions{"f": returns(`{}`)}).get("/")
				if got := a.header("Content-Type"); a.status != 200 || got != c.want {
					t.Errorf("got %d %q, want 200 %q", a.status, got, c.want)
				}
			})
		}
	}
}

// Documented: an override that one template applies twice causes 5XX responses.
func TestOverridesTwice(t *testing.T) {
	const twice = `#set($context.responseOverride.status = 400)#set($context.responseOverride.status = 401)`
	const once = `#set($context.responseOverride.status = 400)`
	for _, c := range []struct {
		rule, request, response string
		status                  int
		log                     string
	}{
		{"in the request template", twice + "{}", "", 500, "Execution failed due to configuration error: Unable to transform request"},
		{"in the response template", "{}", twice, 500, "Execution failed due to configuration error: Unable to transform response"},
		{"once in each", once + "{}", once, 400, "Method completed with status: 400"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			response := ok200
			if c.response != "" {
				response.Templates = jsonTemplate(c.response)
			}
			m := mappedMethod("GET", "/", "f", response)
			m.Integration.RequestTemplates = jsonTemplate(c.request)
			d := deploy(t, newAPI(m), functions{"f": returns(`{}`)})
			a := d.get("/")
			if log := d.record().ExecutionLog(); a.status != c.status || !slices.Contains(log, c.log) {
				t.Errorf("got %d and the log\n%s\nwant %d and %s", a.status, strings.Join(log, "\n"), c.status, c.log)
			}
			if r := d.record(); c.status == 500 && (r.Failure.Rule != "override-twice" || !strings.Contains(r.Failure.Cause, "responseOverride.status")) {
				t.Errorf("got the failure %+v, want the rule override-twice and the name of the override", r.Failure)
			}
		})
	}
}

func TestRequestIDsAreBase64ForURLs(t *testing.T) {
	d := deploy(t, newAPI(mockMethod("GET", "/", `{"statusCode":200}`)), nil)
	form := regexp.MustCompile(`^[A-Za-z0-9_-]{15}=$`)
	others := 0
	for range 200 {
		id := d.get("/").header("x-amz-apigw-id")
		if !form.MatchString(id) {
			t.Fatalf("got %q, want it like %s", id, form)
		}
		if strings.ContainsAny(id, "-_") {
			others++
		}
	}
	if others == 0 {
		t.Error("got no - and no _ in 200 ids, want some")
	}
}

// Recorded: test_apigateway_header_remapping_http[HTTP].
func TestAMappedTrailerReachesTheBackend(t *testing.T) {
	b := newBackend(t, pngAnswer)
	m := httpMethod("HTTP", "POST", "/", b.URL+"/")
	m.Integration.RequestParameters = []assembly.Mapping{{Target: "integration.request.header.Trailer", Source: "'x-checksum'"}}
	d := deploy(t, newAPI(m), nil)
	a := d.send("POST", "/", `{}`)
	if _, announced := b.request.Trailer["X-Checksum"]; a.status != 200 || !announced && b.request.Header.Get("Trailer") != "x-checksum" {
		t.Errorf("got %d, and the backend got the trailers %v and the headers %v; want 200 and Trailer: x-checksum", a.status, b.request.Trailer, b.request.Header)
	}
}
