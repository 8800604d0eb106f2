package function

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// echoing answers a request with its body; without one, it gives no answer.
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
		{"a head that does not end", "GET / HTTP/1.1\r\nX: " + strings.Repeat("x", 2*maxRequestHead), ""},
		{"no answer", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			server := newConnections(listener, echoing)
			go server.serve()
			defer server.close()
			client, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			go func() {
				io.WriteString(client, test.request) // may be refused half way
				client.(*net.TCPConn).CloseWrite()
			}()
			got, err := io.ReadAll(client)
			if string(got) != test.want || err != nil && test.want != "" {
				t.Errorf("got %.300q, %v\nwant %.300q", got, err, test.want)
			}
		})
	}
}

func TestClosedConnectionsEnd(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := newConnections(listener, echoing)
	ended := make(chan struct{})
	go func() {
		server.serve()
		close(ended)
	}()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	io.WriteString(client, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na")
	if _, err := http.ReadResponse(bufio.NewReader(client), nil); err != nil {
		t.Fatal(err)
	}
	server.close()
	<-ended
	if rest, err := io.ReadAll(client); err == nil && strings.Contains(string(rest), "HTTP") {
		t.Errorf("the connection went on: %q", rest)
	}
	if _, err := net.Dial("tcp", listener.Addr().String()); err == nil {
		t.Error("the listener is open")
	}
}
