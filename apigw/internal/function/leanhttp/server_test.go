package leanhttp

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/testwait"
)

// maxBody is what the servers of these tests read of a body.
const maxBody = 1 << 20

// echoing answers a request with its body. Without a body it writes nothing.
var echoing = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if len(body) > 0 {
		w.Header().Set("X-Method", r.Method)
		w.Write(body)
	}
})

func TestAConnectionSpeaksHTTP(t *testing.T) {
	large := strings.Repeat("x", smallBody+1)
	for _, test := range []struct{ rule, request, want string }{
		{"a body of known length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
			"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-Method: POST\r\n\r\nabc"},
		{"a body in chunks", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-Method: POST\r\n\r\nabc"},
		{"a large body", "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 16385\r\n\r\n" + large,
			"HTTP/1.1 200 OK\r\nContent-Length: 16385\r\nX-Method: PUT\r\n\r\n" + large},
		{"several requests", strings.Repeat("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na", 2),
			strings.Repeat("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-Method: POST\r\n\r\na", 2)},
		{"a client that waits before the body", "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
			"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-Method: POST\r\n\r\na"},
		{"the last request", "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\naPOST",
			"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\nX-Method: POST\r\n\r\na"},
		{"HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\na",
			"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\nX-Method: POST\r\n\r\na"},
		{"a body that is torn", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\na",
			"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"},
		{"what is not HTTP", "hello\r\n\r\n", ""},
		{"a head that does not end", "GET / HTTP/1.1\r\nX: " + strings.Repeat("x", 2*maxHead), ""},
		{"a request that the handler leaves without a response", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			server, client := connected(t, echoing)
			defer server.Close()
			go func() {
				io.WriteString(client, test.request) // may be refused half way
				client.(*net.TCPConn).CloseWrite()
			}()
			got, err := io.ReadAll(client)
			if string(got) != test.want || err != nil && test.want != "" {
				t.Errorf("got %.300q, error %v\nwant %.300q", got, err, test.want)
			}
		})
	}
}

// A handler may change what it has written, as io.Writer promises.
func TestABodyMayComeInPieces(t *testing.T) {
	server, client := connected(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/nothing" {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		piece := []byte("one ")
		w.Write(piece)
		copy(piece, "two ")
		w.Write(piece)
		copy(piece, "lost")
		io.WriteString(w, r.URL.Path)
	}))
	defer server.Close()
	reader := bufio.NewReader(client)
	for _, test := range []struct{ path, want string }{
		{"/first", "one two /first"}, {"/nothing", ""}, {"/second", "one two /second"},
	} {
		io.WriteString(client, "GET "+test.path+" HTTP/1.1\r\nHost: h\r\n\r\n")
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(response.Body)
		if string(got) != test.want || err != nil {
			t.Errorf("%s: got %q, error %v, want %q", test.path, got, err, test.want)
		}
	}
}

func TestTheMemoryOfALargeBodyIsNotKept(t *testing.T) {
	w := &response{header: make(http.Header)}
	for _, test := range []struct {
		size int
		kept bool
	}{{1, true}, {maxKept + 1, false}} {
		w.Write(make([]byte, test.size))
		w.reset()
		if kept := cap(w.body) > 0; kept != test.kept || len(w.body) != 0 {
			t.Errorf("after a body of %d bytes: got %d bytes, memory kept %v, want none and %v", test.size, len(w.body), kept, test.kept)
		}
	}
}

// connected returns a server that runs, and a connection to it.
func connected(t *testing.T, handler http.Handler) (*Server, net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := New(listener, handler, maxBody)
	go server.Serve()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	client.SetReadDeadline(time.Now().Add(testwait.Limit))
	return server, client
}

func TestClosedConnectionsEnd(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := New(listener, echoing, maxBody)
	ended := make(chan struct{})
	go func() {
		server.Serve()
		close(ended)
	}()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	client.SetReadDeadline(time.Now().Add(testwait.Limit))
	io.WriteString(client, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na")
	if _, err := http.ReadResponse(bufio.NewReader(client), nil); err != nil {
		t.Fatal(err)
	}
	server.Close()
	testwait.Receive(t, "the end of Serve", ended)
	if rest, err := io.ReadAll(client); err == nil && strings.Contains(string(rest), "HTTP") {
		t.Errorf("got %q after Close, want nothing", rest)
	}
	if other, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		other.Close()
		t.Error("got a connection after Close, want the listener closed")
	}
}
