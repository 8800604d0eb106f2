package inspector

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/rawheader"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/testwait"
)

// served is an inspector on the same listener as an app.
type served struct {
	t       *testing.T
	server  *httptest.Server
	address string
	history *History
	events  *Events
}

// serve serves the API hello with its inspector, until the test ends. At each path is a
// method that responds by itself, with the type MOCK.
func serve(t *testing.T, paths ...string) *served {
	t.Helper()
	return serveApp(t, func(s *served) http.Handler { return s.gatewayWith(paths) })
}

// serveApp serves an app with its inspector, until the test ends. Nothing goes on then.
func serveApp(t *testing.T, app func(*served) http.Handler) *served {
	t.Helper()
	goroutines := runtime.NumGoroutine()
	s := &served{t: t, history: new(History)}
	s.events = NewEvents(s.history)
	s.server = httptest.NewUnstartedServer(nil)
	s.address = s.server.Listener.Addr().String()
	i, err := New(source{}, s.history, Options{Events: s.events, Address: s.address})
	if err != nil {
		t.Fatal(err)
	}
	others := app(s)
	s.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.Owns(r) {
			i.ServeHTTP(w, r)
		} else {
			others.ServeHTTP(w, r)
		}
	})
	s.server.Listener = rawheader.Prepare(s.server.Config, s.server.Listener)
	s.server.Start()
	t.Cleanup(func() {
		s.server.CloseClientConnections()
		s.server.Close()
		testwait.Until(t, fmt.Sprintf("at most the %d goroutines of before run", goroutines), func() bool { return runtime.NumGoroutine() <= goroutines })
	})
	return s
}

func (s *served) gatewayWith(paths []string) http.Handler {
	api := &assembly.API{Name: "hello", LogicalID: "Hello", ID: "a1b2c3d4e5", MinimumCompressionSize: -1, Stages: []*assembly.Stage{{Name: "prod"}}}
	for _, path := range paths {
		api.Methods = append(api.Methods, &assembly.Method{
			ResourcePath: path, HTTPMethod: "ANY", AuthorizationType: "NONE", Responses: []assembly.MethodResponse{{StatusCode: "200"}},
			Integration: &assembly.Integration{Type: "MOCK", RequestTemplates: []assembly.Template{{MediaType: "$default", Text: `{"statusCode": 200}`}},
				Responses: []assembly.IntegrationResponse{{StatusCode: "200", Templates: []assembly.Template{{MediaType: "application/json", Text: `{"id": "$context.requestId"}`}}}}},
		})
	}
	g, err := gateway.New(&assembly.Assembly{APIs: []*assembly.API{api}}, noFunctions{}, gateway.Options{Record: s.add})
	if err != nil {
		s.t.Fatal(err)
	}
	return g
}

type noFunctions struct{ gateway.Invoker }

// add keeps a request, and tells about it.
func (s *served) add(r *record.Record) {
	s.history.Add(r)
	s.events.Request(r)
}

// ask sends a request with a Host and an Origin, if they are not empty.
func (s *served) ask(method, path, host, origin, mediaType, body string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequest(method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Host = host
	for name, value := range map[string]string{"Origin": origin, "Content-Type": mediaType} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	resp, err := s.server.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// post sends a value as JSON.
func (s *served) post(path string, value any) (int, string) {
	s.t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.ask("POST", path, "", "", "application/json", string(text))
}

// connection is a connection of which a test reads as much as it likes.
type connection struct {
	t     *testing.T
	conn  net.Conn
	lines *bufio.Reader
}

// connect sends a request as it is written here, with \n for a line break of the head.
func (s *served) connect(request string) *connection {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(testwait.Limit)) // ends a hanging test
	head, body, _ := strings.Cut(request, "\n\n")
	if _, err := io.WriteString(conn, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n"+body); err != nil {
		s.t.Fatal(err)
	}
	return &connection{s.t, conn, bufio.NewReader(conn)}
}

// listen opens a stream of events, and reads the first one.
func (s *served) listen() *connection {
	s.t.Helper()
	c := s.connect("GET /_local/events HTTP/1.1\nHost: " + s.address)
	if name, data := c.next(); name != "hello" || !strings.Contains(data, s.events.instance) {
		s.t.Fatalf("got the first event %s %s, want hello with %s", name, data, s.events.instance)
	}
	return c
}

// next returns the next event.
func (c *connection) next() (name, data string) {
	c.t.Helper()
	for {
		line, err := c.lines.ReadString('\n')
		if err != nil {
			c.t.Fatalf("got %v, want another event", err)
		}
		if text, ok := strings.CutPrefix(line, "event: "); ok {
			name = strings.TrimSpace(text)
		}
		if text, ok := strings.CutPrefix(line, "data: "); ok {
			return name, strings.TrimSpace(text)
		}
	}
}
