package gateway_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

// Browsers speak HTTP/2 with AWS, where names are in small letters, and HTTP/1.1 with
// a server without TLS.
func TestTheOriginOfABrowserIsThatOfHTTP2(t *testing.T) {
	const browser = "User-Agent: Mozilla/5.0"
	for _, c := range []struct {
		rule, mapped string
		lines        []string
		want         string // Access-Control-Allow-Origin
		finding      string
	}{
		{"small letters, from a browser", "origin", []string{"Origin: https://a", browser}, "https://a", "counts as the origin that it sends over HTTP/2"},
		{"a browser is known by its metadata too", "origin", []string{"Origin: https://a", "Sec-Fetch-Mode: cors"}, "https://a", "counts as the origin"},
		{"a capital letter, from a browser", "Origin", []string{"Origin: https://a", browser}, "", "is empty for browsers on AWS"},
		{"a capital letter, from another client", "Origin", []string{"Origin: https://a"}, "https://a", ""},
		{"small letters, from another client", "origin", []string{"Origin: https://a"}, "", ""},
		{"small letters that were sent", "origin", []string{"origin: https://a", browser}, "https://a", ""},
		{"a browser without an origin", "origin", []string{browser}, "", ""},
		{"another header", "X-Own", []string{"X-Own: https://a", browser}, "https://a", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m := mockMethod("GET", "/", "nothing")
			api := newAPI(m)
			api.GatewayResponses = map[string]*assembly.GatewayResponse{"DEFAULT_5XX": {Parameters: []assembly.Mapping{
				{Target: "gatewayresponse.header.Access-Control-Allow-Origin", Source: "method.request.header." + c.mapped},
			}}}
			d := deploy(t, api, nil)
			a := d.raw("GET /hello/prod/ HTTP/1.1\nHost: h\n" + strings.Join(c.lines, "\n") + "\n\n")
			if got := a.header("Access-Control-Allow-Origin"); a.status != 500 || got != c.want {
				t.Errorf("got %d with the origin %q, want 500 with %q", a.status, got, c.want)
			}
			var said []string
			for _, f := range d.record().Findings {
				said = append(said, f.Message)
			}
			if got := strings.Join(said, "\n"); c.finding == "" && got != "" || !strings.Contains(got, c.finding) {
				t.Errorf("got the findings %q, want %q", got, c.finding)
			}
		})
	}
}

// TestHTTP2WithoutTLS has the names of headers as events of both kinds of endpoints are
// published: over HTTP/2 in small letters, but those that CloudFront and the gateway write.
func TestHTTP2WithoutTLS(t *testing.T) {
	for _, c := range []struct {
		endpoint string
		want     []string
	}{
		{"REGIONAL", []string{`"origin":"https://a"`, `"authorization":"secret"`, `"User-Agent":"tester"`, `"Host":"`, `"X-Forwarded-Proto":"https"`, `"body":"body"`, `"protocol":"HTTP/1.1"`}},
		{"EDGE", []string{`"origin":"https://a"`, `"Authorization":"secret"`, `"User-Agent":"tester"`, `"Host":"`, `"CloudFront-Forwarded-Proto":"https"`}},
	} {
		var f catch
		api := newAPI(proxyMethod("POST", "/", "f"))
		api.EndpointType = c.endpoint
		d := deploy(t, api, functions{"f": f.handle})
		transport := &http.Transport{Protocols: new(http.Protocols)}
		transport.Protocols.SetUnencryptedHTTP2(true)
		for range 2 { // over one connection
			request, err := http.NewRequest("POST", d.url+"/", strings.NewReader("body"))
			if err != nil {
				t.Fatal(err)
			}
			request.Header = http.Header{"Origin": {"https://a"}, "Authorization": {"secret"}, "User-Agent": {"tester"}}
			response, err := transport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.ProtoMajor != 2 || response.StatusCode != 502 && response.StatusCode != 200 {
				t.Errorf("got %s %d, want HTTP/2 and the response of the function", response.Proto, response.StatusCode)
			}
			for _, want := range c.want {
				if !strings.Contains(string(f.in.Payload), want) {
					t.Errorf("%s: got the event %s, want in it %s", c.endpoint, f.in.Payload, want)
				}
			}
		}
		transport.CloseIdleConnections()
	}
}

func TestARequestToUpgradeToHTTP2IsAnsweredWithHTTP1(t *testing.T) {
	var f catch
	d := deploy(t, newAPI(proxyMethod("GET", "/", "f")), functions{"f": f.handle})
	d.raw("GET /hello/prod/ HTTP/1.1\nHost: a\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\n\n")
	if event := string(f.in.Payload); event == "" || strings.Contains(event, "HTTP2-Settings") || strings.Contains(event, "pgrade") {
		t.Errorf("got the event %s, want one without what the client asks of the connection", event)
	}
}
