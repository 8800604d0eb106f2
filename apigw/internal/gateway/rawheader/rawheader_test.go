package rawheader_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/gateway/rawheader"
)

// serve responds to every request with its header lines as Of sees them.
func serve(t testing.TB, h http.Handler) net.Conn {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Listener = rawheader.Prepare(s.Config, s.Listener)
	s.Start()
	t.Cleanup(s.Close)
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second)) // ends a hanging test
	return conn
}

var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	for _, line := range rawheader.Of(r) {
		fmt.Fprintf(w, "%s=%s\n", line.Name, line.Value)
	}
	_, _ = io.Copy(io.Discard, r.Body)
})

func ask(t *testing.T, conn net.Conn, request string, responses int) []string {
	t.Helper()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	var bodies []string
	for range responses {
		response, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, string(body))
	}
	return bodies
}

func TestOf(t *testing.T) {
	cases := []struct {
		name, request string
		want          []string // one a request
	}{
		{"letter case and order", "GET / HTTP/1.1\r\nhOST: h\r\nx-B: 1\r\nX-a:2 \r\nx-B: 3\r\n\r\n", []string{"hOST=h\nx-B=1\nX-a=2\nx-B=3\n"}},
		{"line feeds alone", "GET / HTTP/1.1\nHost: h\nx: 1\n\n", []string{"Host=h\nx=1\n"}},
		{"keep-alive and pipelining", "GET / HTTP/1.1\r\nHost: h\r\nx: 1\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nX: 2\r\n\r\n", []string{"Host=h\nx=1\n", "Host=h\nX=2\n"}},
		{"a body that looks like a request", "POST / HTTP/1.1\r\nHost: h\r\ncontent-length: 21\r\n\r\nGET / HTTP/1.1\r\na: 1\r\n" + "GET /b HTTP/1.1\r\nHost: h\r\nb: 1\r\n\r\n",
			[]string{"Host=h\ncontent-length=21\n", "Host=h\nb=1\n"}},
		{"a chunked body, with an extension and a trailer", "POST / HTTP/1.1\r\nHost: h\r\ntransfer-encoding: chunked\r\n\r\n4;x=y\r\nGET \r\nA\r\n/ HTTP/1.1\r\n0\r\nt: 1\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nc: 1\r\n\r\n",
			[]string{"Host=h\ntransfer-encoding=chunked\n", "Host=h\nc=1\n"}},
		{"an offer of another protocol", "GET / HTTP/1.1\r\nHost: h\r\nupgrade: x\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nb: 1\r\n\r\n", []string{"Host=h\nupgrade=x\n", "B=1\nHost=h\n"}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			for i, got := range ask(t, serve(t, echo), tc.request, len(tc.want)) {
				if got != tc.want[i] {
					t.Errorf("request %d: got %q, want %q", i, got, tc.want[i])
				}
			}
		})
	}
}

func TestRequestsThatNobodyAsksAboutAreSkipped(t *testing.T) {
	conn := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			echo(w, r)
		}
	}))
	got := ask(t, conn, "GET /other HTTP/1.1\r\nHost: h\r\nx-other: 1\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nx-own: 1\r\n\r\n", 2)
	if got[1] != "Host=h\nx-own=1\n" {
		t.Errorf("got %q, want %q", got[1], "Host=h\nx-own=1\n")
	}
}

func TestManyRequestsThatNobodyAsksAbout(t *testing.T) {
	conn := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			echo(w, r)
		}
	}))
	const other = "GET /other HTTP/1.1\r\nHost: h\r\n\r\n"
	got := ask(t, conn, strings.Repeat(other, 40)+"GET / HTTP/1.1\r\nHost: h\r\nx-own: 1\r\n\r\n", 41)
	if got[40] != "Host=h\nx-own=1\n" {
		t.Errorf("got %q, want %q", got[40], "Host=h\nx-own=1\n")
	}
}

// Two requests look alike by their first lines; a handler asks about the second
// only.
func TestARequestDoesNotGetTheLinesOfAnother(t *testing.T) {
	first := true
	conn := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !first {
			echo(w, r)
		}
		first = false
	}))
	got := ask(t, conn, "GET / HTTP/1.1\r\nHost: h\r\nx-first: 1\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nx-second: 1\r\n\r\n", 2)
	if got[1] != "Host=h\nx-second=1\n" {
		t.Errorf("got %q, want %q", got[1], "Host=h\nx-second=1\n")
	}
}

func TestWithoutRawLines(t *testing.T) {
	r := httptest.NewRequest("GET", "http://h/", nil)
	r.Header = http.Header{"X-B": {"1", "2"}, "Accept": {"x"}}
	if got := fmt.Sprint(rawheader.Of(r)); got != "[{Accept x} {Host h} {X-B 1} {X-B 2}]" {
		t.Errorf("got %q, want %q", got, "[{Accept x} {Host h} {X-B 1} {X-B 2}]")
	}
	s := httptest.NewUnstartedServer(nil)
	defer s.Close()
	rawheader.Prepare(s.Config, s.Listener)
	if got := s.Config.ConnContext(t.Context(), nil); got != t.Context() {
		t.Errorf("the context of a connection of another listener is %v, want %v", got, t.Context())
	}
}

func TestAListenerThatFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := rawheader.Prepare(new(http.Server), l).Accept(); err == nil {
		t.Error("got no error, want that of the listener")
	}
}

// FuzzConnection: whatever a client writes, the server lives, and Of agrees with
// net/http about the values.
func FuzzConnection(f *testing.F) {
	f.Add("GET / HTTP/1.1\r\nHost: h\r\nx: 1\r\n\r\n")
	f.Add("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost: h\r\nA: 1\r\n\r\n")
	f.Add("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nA: 1\r\n\r\n")
	f.Add("GET / HTTP/1.1\r\nHost: h\r\nx: 1\r\n folded\r\n\r\n")
	check := func(t *testing.T) http.Handler {
		return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			lines := rawheader.Of(r)
			for name, values := range r.Header {
				for _, value := range values {
					found := false
					for _, line := range lines {
						found = found || http.CanonicalHeaderKey(line.Name) == name && line.Value == value
					}
					// net/http adds a Cache-Control to an old Pragma, and counts lengths.
					if !found && name != "Cache-Control" && name != "Content-Length" {
						t.Errorf("%s: got the lines %q, want %q among them", name, lines, value)
					}
				}
			}
			_, _ = io.Copy(io.Discard, r.Body)
		})
	}
	f.Fuzz(func(t *testing.T, request string) {
		if len(request) > 64<<10 || strings.Contains(request, "100-continue") {
			return
		}
		conn := serve(t, check(t))
		go func() {
			_, _ = io.WriteString(conn, request)
			_ = conn.(*net.TCPConn).CloseWrite()
		}()
		_, _ = io.Copy(io.Discard, conn)
	})
}

// Names of HTTP/2 are in small letters, and its lines are not kept: they are
// compressed.
func TestHTTP2(t *testing.T) {
	lines := make(chan []rawheader.Line, 2)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { lines <- rawheader.Of(r) }))
	s.Listener = rawheader.Prepare(s.Config, s.Listener)
	s.Start()
	defer s.Close()
	transport := &http.Transport{Protocols: new(http.Protocols), DisableCompression: true}
	transport.Protocols.SetUnencryptedHTTP2(true)
	defer transport.CloseIdleConnections()
	for range 2 {
		request, err := http.NewRequest("GET", s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header = http.Header{"Origin": {"https://a"}, "X-Own": {"1", "2"}, "User-Agent": {"u"}}
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		want := []rawheader.Line{{"Host", s.Listener.Addr().String()}, {"origin", "https://a"}, {"user-agent", "u"}, {"x-own", "1"}, {"x-own", "2"}}
		if got := <-lines; response.ProtoMajor != 2 || !slices.Equal(got, want) {
			t.Errorf("got %s %v, want HTTP/2 %v", response.Proto, got, want)
		}
	}
}
