package function

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// maxRequestHead is how much of a connection is read for one request besides its
// body, in bytes.
const maxRequestHead = 1 << 20

// connections serves the Runtime API of one process. It does what net/http's
// server does, as far as a process needs it, without the goroutine and the system
// calls that the server spends on every request: they would be a tenth of the
// time that an invocation takes.
type connections struct {
	handler  http.Handler
	listener net.Listener

	mu     sync.Mutex
	open   map[net.Conn]struct{}
	closed bool
}

func newConnections(listener net.Listener, handler http.Handler) *connections {
	return &connections{handler: handler, listener: listener, open: make(map[net.Conn]struct{})}
}

// serve accepts connections until close is called.
func (s *connections) serve() {
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

func (s *connections) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.listener.Close()
	for connection := range s.open {
		connection.Close()
	}
}

func (s *connections) serveOne(connection net.Conn) {
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
		limited.N = maxRequestHead
		r, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		limited.N = maxRequestHead + maxResponse + maxDrained
		if strings.EqualFold(r.Header.Get("Expect"), "100-continue") && r.ProtoAtLeast(1, 1) {
			io.WriteString(connection, "HTTP/1.1 100 Continue\r\n\r\n")
		}
		w.reset()
		s.handler.ServeHTTP(w, r)
		if w.status == 0 {
			return // there is nobody to answer
		}
		_, err = io.Copy(io.Discard, r.Body) // up to the next request
		last := r.Close || !r.ProtoAtLeast(1, 1) || err != nil
		if w.send(last) != nil || last {
			return
		}
	}
}

// response is a response whose body is one piece.
type response struct {
	to     net.Conn
	header http.Header
	status int
	body   []byte
	buffer []byte
}

func (w *response) reset() {
	clear(w.header)
	w.status, w.body = 0, nil
}

func (w *response) Header() http.Header { return w.header }

func (w *response) WriteHeader(status int) { w.status = status }

// Write takes the body. It must not change until the response is sent.
func (w *response) Write(body []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.body = body
	return len(body), nil
}

// smallBody is up to which size copying a body is cheaper than a second write.
const smallBody = 16 << 10

// send writes the response in one go.
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
					b = append(b, ' ') // a header ends with its line
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
