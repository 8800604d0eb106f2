// Package leanhttp is an HTTP/1.1 server for a client that this program has
// started itself. It spares the goroutine and the system calls that net/http's
// server spends on every request: they would be a tenth of the time that an
// invocation of a function takes (BenchmarkInvoke of package function).
package leanhttp

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// maxHead bounds the bytes of a request besides its body.
const maxHead = 1 << 20

// Server answers the requests of each connection in turn. A handler that writes
// nothing leaves its request without a response, and the connection is closed.
type Server struct {
	handler  http.Handler
	listener net.Listener
	maxBody  int64

	mu     sync.Mutex
	open   map[net.Conn]struct{}
	closed bool
}

// New returns a server for the connections of a listener. It reads maxBody bytes
// of the body of a request, and no more.
func New(listener net.Listener, handler http.Handler, maxBody int64) *Server {
	return &Server{handler: handler, listener: listener, maxBody: maxBody, open: make(map[net.Conn]struct{})}
}

// Serve accepts connections until Close is called.
func (s *Server) Serve() {
	for {
		connection, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			connection.Close()
		} else {
			s.open[connection] = struct{}{}
			go s.serveOne(connection)
		}
		s.mu.Unlock()
	}
}

// Close closes the listener and all connections. It does not wait for handlers.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.listener.Close()
	for connection := range s.open {
		connection.Close()
	}
}

// serveOne answers the requests of a connection.
func (s *Server) serveOne(connection net.Conn) {
	defer func() {
		connection.Close()
		s.mu.Lock()
		delete(s.open, connection)
		s.mu.Unlock()
	}()
	limited := &io.LimitedReader{R: connection}
	reader := bufio.NewReader(limited)
	w := &response{to: connection, header: make(http.Header)}
	for {
		limited.N = maxHead
		r, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		limited.N = maxHead + s.maxBody
		if strings.EqualFold(r.Header.Get("Expect"), "100-continue") && r.ProtoAtLeast(1, 1) {
			io.WriteString(connection, "HTTP/1.1 100 Continue\r\n\r\n")
		}
		w.reset()
		s.handler.ServeHTTP(w, r)
		if w.status == 0 {
			return // the handler wrote nothing
		}
		_, err = io.Copy(io.Discard, r.Body) // up to the next request
		last := r.Close || !r.ProtoAtLeast(1, 1) || err != nil
		if w.send(last) != nil || last {
			return
		}
	}
}

// response is an http.ResponseWriter that sends nothing before its handler has
// returned, since only then the length of the body is known.
type response struct {
	to     net.Conn
	header http.Header
	status int // 0 until something is written
	body   []byte
	buffer []byte // for send
}

// maxKept is the size up to which the memory of a body is kept for the next.
const maxKept = 64 << 10

// reset makes the response ready for the next request.
func (w *response) reset() {
	clear(w.header)
	w.status, w.body = 0, w.body[:0]
	if cap(w.body) > maxKept {
		w.body = nil
	}
}

// Header implements [http.ResponseWriter].
func (w *response) Header() http.Header { return w.header }

// WriteHeader implements [http.ResponseWriter].
func (w *response) WriteHeader(status int) { w.status = status }

// Write implements [http.ResponseWriter].
func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.body = append(w.body, p...)
	return len(p), nil
}

// smallBody is the size up to which another copy of a body is cheaper than
// another write.
const smallBody = 16 << 10

// send writes the response in one go. Last says that the connection ends with it.
func (w *response) send(last bool) error {
	b := append(w.buffer[:0], "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(w.status), 10)
	b = append(b, ' ')
	b = append(b, http.StatusText(w.status)...)
	b = append(b, "\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(w.body)), 10)
	if last {
		b = append(b, "\r\nConnection: close"...)
	}
	for name, values := range w.header {
		for _, value := range values {
			b = append(b, "\r\n"...)
			b = append(b, name...)
			b = append(b, ": "...)
			for i := range len(value) {
				if value[i] == '\r' || value[i] == '\n' {
					b = append(b, ' ') // a line break would end the header
				} else {
					b = append(b, value[i])
				}
			}
		}
	}
	b = append(b, "\r\n\r\n"...)
	w.buffer = b
	if len(w.body) <= smallBody {
		w.buffer = append(b, w.body...)
		_, err := w.to.Write(w.buffer)
		return err
	}
	parts := net.Buffers{b, w.body}
	_, err := parts.WriteTo(w.to)
	return err
}
