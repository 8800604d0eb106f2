// Package rawheader keeps the header lines of requests as the client wrote them:
// with HTTP/1.1 in any letter case, with HTTP/2 in small letters. net/http changes the letter case of names and forgets their order;
// the event of a Lambda function shows both as they were.
//
// A server that wants them is prepared by [Prepare]; [Of] then returns the lines
// of a request. For other servers Of falls back to what net/http knows.
package rawheader

import (
	"context"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// Line is one header line: the name as the client wrote it, and the value
// without the blanks around it.
type Line struct{ Name, Value string }

// Prepare lets a server keep the header lines of requests, and speak HTTP/2 without
// TLS beside HTTP/1.1, for the front of AWS speaks HTTP/2. It returns the listener that
// the server must serve in place of l. It sets ConnContext and Protocols of the server.
func Prepare(s *http.Server, l net.Listener) net.Listener {
	s.ConnContext = connContext
	s.Protocols = new(http.Protocols)
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
	return listener{l}
}

type listener struct{ net.Listener }

// Accept implements [net.Listener].
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

type conn struct {
	net.Conn
	recorder recorder
}

// Read implements [net.Conn].
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.recorder.write(p[:n])
	return n, err
}

type connKey struct{}

// connContext lets handlers find the recorder of a connection. It is for the field
// ConnContext of [http.Server].
func connContext(ctx context.Context, c net.Conn) context.Context {
	if c, ok := c.(*conn); ok {
		return context.WithValue(ctx, connKey{}, &c.recorder)
	}
	return ctx
}

// Of returns the header lines of a request, Host among them, in the order in
// which they came. Call it once for a request, from its handler. With HTTP/2, and
// without the raw lines, they are by the alphabet; names are those of net/http then.
func Of(r *http.Request) []Line {
	if r.ProtoMajor == 2 {
		return small(canonical(r))
	}
	if rec, ok := r.Context().Value(connKey{}).(*recorder); ok {
		if lines, ok := rec.take(r); ok {
			return lines
		}
	}
	return canonical(r)
}

// small turns names into small letters, as HTTP/2 has them. Host stays: there it is a
// pseudo-header.
func small(lines []Line) []Line {
	for i := range lines {
		if lines[i].Name != "Host" {
			lines[i].Name = strings.ToLower(lines[i].Name)
		}
	}
	return lines
}

// canonical returns what net/http knows about the header lines.
func canonical(r *http.Request) []Line {
	lines := make([]Line, 0, len(r.Header)+1)
	if r.Host != "" {
		lines = append(lines, Line{"Host", r.Host})
	}
	for name, values := range r.Header {
		for _, value := range values {
			lines = append(lines, Line{name, value})
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return strings.Compare(a.Name, b.Name) })
	return lines
}

// parse reads the lines of a header block, request line included. It reports
// false if the block is not that of r: then something between the connection and
// the handler took a request for itself, or passed on another.
func parse(block string, r *http.Request) ([]Line, bool) {
	first, rest, _ := strings.Cut(block, "\n")
	method, target, _ := strings.Cut(strings.TrimSuffix(first, "\r"), " ")
	target, _, _ = strings.Cut(target, " ")
	if method != r.Method || target != r.RequestURI {
		return nil, false
	}
	lines := make([]Line, 0, strings.Count(rest, "\n"))
	for line := range strings.SplitSeq(rest, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			break
		}
		if line[0] == ' ' || line[0] == '\t' { // an old way to continue a value
			if len(lines) == 0 {
				return nil, false
			}
			last := &lines[len(lines)-1]
			last.Value += " " + textproto.TrimString(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, false
		}
		lines = append(lines, Line{name, textproto.TrimString(value)})
	}
	return lines, agree(lines, r)
}

// agree reports whether lines are those of r, of those that net/http keeps.
func agree(lines []Line, r *http.Request) bool {
	kept := 0
	for _, line := range lines {
		name := textproto.CanonicalMIMEHeaderKey(line.Name)
		if changed(name) {
			continue
		}
		kept++
		if !slices.Contains(r.Header[name], line.Value) {
			return false
		}
	}
	for name, values := range r.Header {
		if !changed(name) {
			kept -= len(values)
		}
	}
	return kept == 0
}

// changed reports whether net/http may add, drop or join lines of a name.
func changed(name string) bool {
	switch name {
	case "Host", "Content-Length", "Transfer-Encoding", "Trailer", "Cache-Control":
		return true
	}
	return false
}
