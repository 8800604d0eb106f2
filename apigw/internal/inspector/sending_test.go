package inspector

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/inspector/send"
	"example.com/apigw/internal/testwait"
)

func TestAComposedRequestPassesTheGateway(t *testing.T) {
	s := serve(t, "/echo")
	for _, c := range []struct {
		rule   string
		q      composed
		status int
		body   string
	}{
		{"a plain one", composed{Method: "GET", Path: "/hello/prod/echo?q=1"}, 200, `{"id": "`},
		{"a host name as on AWS", composed{Method: "GET", Path: "/prod/echo", Headers: []send.Line{{Name: "Host", Value: "hello.execute-api.localhost"}}}, 200, `{"id": "`},
		{"the origin of another site", composed{Method: "GET", Path: "/hello/prod/echo", Headers: []send.Line{{Name: "Origin", Value: "https://evil.example"}, {Name: "Cookie", Value: "a=1"}}}, 200, `{"id": "`},
		{"the host of another site", composed{Method: "GET", Path: "//evil.example/"}, 403, "Forbidden"},
		{"a body that is too large for AWS", composed{Method: "POST", Path: "/hello/prod/echo", Body: strings.Repeat("x", 11<<20)}, 413, "HTTP content length exceeded"},
		{"a body that is not UTF-8", composed{Method: "POST", Path: "/hello/prod/echo", Body: base64.StdEncoding.EncodeToString([]byte("\xff\x00")), BodyBase64: true}, 200, `{"id": "`},
	} {
		code, text := s.post("/_local/send", c.q)
		var a answered
		if err := json.Unmarshal([]byte(text), &a); err != nil || code != 200 || a.Status != c.status || !strings.Contains(a.Body, c.body) {
			t.Errorf("%s: got %d %s, error %v; want 200 and in it %d %s", c.rule, code, text, err, c.status, c.body)
			continue
		}
		r := s.history.Find(a.ID)
		if r == nil || r.Sent.Target != c.q.Path || r.Sent.Method != c.q.Method {
			t.Errorf("%s: got the record %+v of %q, want that of the request", c.rule, r, a.ID)
			continue
		}
		for _, line := range c.q.Headers {
			if got := fmt.Sprint(r.Sent.Lines); !strings.Contains(got, line.Name+" "+line.Value) {
				t.Errorf("%s: got the header lines %s, want %v in them", c.rule, got, line)
			}
		}
	}
}

func TestARecordedRequestIsSentAgain(t *testing.T) {
	s := serve(t, "/echo/{id}")
	code, text := s.post("/_local/send", composed{
		Method: "POST", Path: "/hello/prod/echo/a%20b?q=%20&q", Body: `{"a":1}`,
		Headers: []send.Line{{Name: "x-api-key", Value: "secret-of-a-client"}, {Name: "X-Two", Value: "1"}, {Name: "X-Two", Value: "2"}, {Name: "Expect", Value: "100-continue"}},
	})
	var first, second answered
	if err := json.Unmarshal([]byte(text), &first); err != nil || code != 200 {
		t.Fatalf("got %d %s, error %v; want 200", code, text, err)
	}
	code, text = s.post("/_local/requests/"+first.ID+"/again", struct{}{})
	if err := json.Unmarshal([]byte(text), &second); err != nil || code != 200 || second.Status != 200 || second.ID == first.ID {
		t.Fatalf("got %d %s, error %v; want 200 with an id of its own", code, text, err)
	}
	one, two := s.history.Find(first.ID), s.history.Find(second.ID)
	if string(two.MethodRequest.Body) != `{"a":1}` || two.Sent.Target != one.Sent.Target {
		t.Errorf("got %s with %s sent again, want the same", two.Sent.Target, two.MethodRequest.Body)
	}
	if got, want := fmt.Sprint(two.Sent.Lines), strings.Replace(fmt.Sprint(one.Sent.Lines), " {Expect 100-continue}", "", 1); got != want {
		t.Errorf("got the header lines %s sent again, want %s", got, want)
	}
}

func TestWhatCannotBeSentAgainSaysSo(t *testing.T) {
	s := serve(t)
	s.add(&record.Record{ID: "unread", Sent: record.Sent{Method: "POST", Target: "/hello/prod", Unread: true}})
	large := &record.Record{ID: "large", Sent: record.Sent{Method: "POST", Target: "/hello/prod"}}
	large.MethodRequest.SetBody(make([]byte, 70_000))
	s.add(large)
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/_local/requests/unread/again": {409, "was not read"},
		"/_local/requests/large/again":  {409, "only the first 64 KB"},
		"/_local/requests/none/again":   {404, "no such request"},
	} {
		if code, text := s.post(path, struct{}{}); code != want.status || !strings.Contains(text, want.text) {
			t.Errorf("%s: got %d %s, want %d and %s", path, code, text, want.status, want.text)
		}
	}
}

func TestRequestsOfOthersAreRefused(t *testing.T) {
	s := serve(t, "/echo")
	s.add(&record.Record{ID: "r-1", Sent: record.Sent{Method: "GET", Target: "/hello/prod/echo"}})
	const good = `{"method":"GET","path":"/hello/prod/echo"}`
	for _, c := range []struct {
		rule, method, path     string
		host, origin, mimeType string
		body                   string
		status                 int
		want                   string
	}{
		{"a good one", "POST", "/_local/send", "", "", "application/json; charset=utf-8", good, 200, `"status": 200`},
		{"its own page", "POST", "/_local/send", "", "http://" + s.address, "application/json", good, 200, `"status": 200`},
		{"a form of a page", "POST", "/_local/send", "", "", "application/x-www-form-urlencoded", good, 415, "application/json"},
		{"text of a page", "POST", "/_local/send", "", "", "text/plain", good, 415, "application/json"},
		{"no type", "POST", "/_local/send", "", "", "", good, 415, "application/json"},
		{"no type, again", "POST", "/_local/requests/r-1/again", "", "", "text/plain", "{}", 415, "application/json"},
		{"not JSON", "POST", "/_local/send", "", "", "application/json", `{`, 400, "unexpected EOF"},
		{"another value behind", "POST", "/_local/send", "", "", "application/json", good + good, 400, "more behind"},
		{"a member that there is not", "POST", "/_local/send", "", "", "application/json", `{"url":"http://evil.example"}`, 400, `unknown field \"url\"`},
		{"not base64", "POST", "/_local/send", "", "", "application/json", `{"method":"GET","path":"/","body":"?","bodyBase64":true}`, 400, "not base64"},
		{"a page of the runner", "POST", "/_local/send", "", "", "application/json", `{"method":"GET","path":"/_local/apis"}`, 400, "a page of the runner"},
		{"itself", "POST", "/_local/send", "", "", "application/json", `{"method":"POST","path":"/%5Flocal/send"}`, 400, "a page of the runner"},
		{"a URL of another host", "POST", "/_local/send", "", "", "application/json", `{"method":"GET","path":"http://evil.example/"}`, 400, "this runner only"},
		{"a line break in a header", "POST", "/_local/send", "", "", "application/json", `{"method":"GET","path":"/","headers":[{"name":"X","value":"a\r\nY: b"}]}`, 400, "control character"},
		{"a body without an end", "POST", "/_local/send", "", "", "application/json", `{"method":"GET","path":"/","body":"` + strings.Repeat("x", maxPosted), 413, "32 MB at most"},
	} {
		code, text := s.ask(c.method, c.path, c.host, c.origin, c.mimeType, c.body)
		if code != c.status || !strings.Contains(text, c.want) {
			t.Errorf("%s: got %d %s, want %d and %s", c.rule, code, text, c.status, c.want)
		}
	}
	for _, path := range []string{
		"GET /", "GET /_local/apis", "GET /_local/notices", "GET /_local/history", "GET /_local/events", "GET /_local/requests", "GET /_local/requests/r-1",
		"POST /_local/send", "POST /_local/requests/r-1/again",
	} {
		method, path, _ := strings.Cut(path, " ")
		for _, other := range []struct{ host, origin string }{{"evil.example", ""}, {"", "https://evil.example"}, {"", "null"}, {"", "http://127.0.0.1:1"}} {
			if code, text := s.ask(method, path, other.host, other.origin, "application/json", good); code != 403 {
				t.Errorf("%s %s with Host %q and Origin %q: got %d %s, want 403", method, path, other.host, other.origin, code, text)
			}
		}
	}
}

func TestAServerThatDoesNotKnowItsAddressSendsNothing(t *testing.T) {
	i := newInspector(t, source{}, new(History))
	r, err := http.NewRequest("POST", "http://127.0.0.1/_local/send", strings.NewReader(`{"method":"GET","path":"/hello"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if i.ServeHTTP(w, r); w.Code != 503 || !strings.Contains(w.Body.String(), "its own address") {
		t.Errorf("got %d %s, want 503 and why", w.Code, w.Body)
	}
}

// A client that hangs up ends the request that it asked for.
func TestAClientThatHangsUpWhileItsRequestIsUnderWay(t *testing.T) {
	entered, left := make(chan struct{}), make(chan struct{})
	s := serveApp(t, func(*served) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(entered)
			<-r.Context().Done()
			close(left)
		})
	})
	const body = `{"method":"GET","path":"/slow"}`
	c := s.connect(fmt.Sprintf("POST /_local/send HTTP/1.1\nHost: %s\nContent-Type: application/json\nContent-Length: %d\n\n%s", s.address, len(body), body))
	testwait.Receive(t, "the request is under way", entered)
	c.conn.Close()
	testwait.Receive(t, "the request has ended", left)
}
