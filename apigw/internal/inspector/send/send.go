// Package send sends requests that people write by hand to a server, with header lines
// as they were written: names in their letter case, in their order, Host and Cookie
// among them.
package send

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Request is a request as a person wrote it.
type Request struct {
	Method string
	Target string // path and query, percent-encoded
	Lines  []Line
	Body   []byte
}

// Line is a line of a header.
type Line struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ProblemError says what of a request cannot be sent.
type ProblemError struct{ text string }

func (e *ProblemError) Error() string { return e.text }

func problem(format string, args ...any) error { return &ProblemError{fmt.Sprintf(format, args...)} }

// connectLimit is how long a connection to this machine may take.
const connectLimit = 5 * time.Second

// Do sends a request to an address, and to none else, whatever target and Host are. The
// error is a [*ProblemError] if the request cannot be written.
func (q Request) Do(ctx context.Context, address string) (*Response, error) {
	head, err := q.head(address)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{Timeout: connectLimit}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	began := time.Now()
	written := make(chan struct{})
	go func() { // the server may respond before it has read everything
		defer close(written)
		if _, err := conn.Write(head); err == nil {
			_, _ = conn.Write(q.Body) // the response says why it was not read
		}
	}()
	defer func() {
		conn.Close()
		<-written
	}()
	response, err := read(conn, q.Method)
	if err != nil {
		return nil, errors.Join(err, context.Cause(ctx))
	}
	response.Took = time.Since(began)
	return response, nil
}

// Check returns what of a request cannot be sent to an address; nil if it can. What the
// server would see is in the request that is returned with it.
func (q Request) Check(address string) (*http.Request, error) {
	head, err := q.head(address)
	if err != nil {
		return nil, err
	}
	r, err := parsed(head)
	if err != nil {
		return nil, problem("the request cannot be read by a server: %v", err)
	}
	return r, nil
}

// head returns what is sent before the body.
func (q Request) head(address string) ([]byte, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\n", q.Method, q.Target)
	if !q.has("Host") {
		out.WriteString("Host: " + address + "\r\n")
	}
	for _, line := range q.Lines {
		out.WriteString(line.Name + ": " + line.Value + "\r\n")
	}
	if !q.has("Content-Length") && (len(q.Body) > 0 || takesBody(q.Method)) {
		out.WriteString("Content-Length: " + strconv.Itoa(len(q.Body)) + "\r\n")
	}
	out.WriteString("\r\n")
	return out.Bytes(), nil
}

func takesBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

func (q Request) has(name string) bool {
	for _, line := range q.Lines {
		if strings.EqualFold(line.Name, name) {
			return true
		}
	}
	return false
}

func (q Request) check() error {
	if !isToken(q.Method) {
		return problem("method %q: a method has letters, such as GET", q.Method)
	}
	if !strings.HasPrefix(q.Target, "/") {
		return problem("path %q: expected API, stage and path, such as /hello/prod/greet: requests go to this runner only", q.Target)
	}
	for i := range len(q.Target) {
		if c := q.Target[i]; c <= ' ' || c > '~' || c == '#' {
			return problem("path %q: the byte %q at %d must be percent-encoded, as %%%02X", q.Target, string(rune(c)), i, c)
		}
	}
	for _, line := range q.Lines {
		if err := line.check(len(q.Body)); err != nil {
			return err
		}
	}
	return nil
}

func (l Line) check(length int) error {
	if !isToken(l.Name) {
		return problem("header %q: a name has letters, digits and -, and is not empty", l.Name)
	}
	for i := range len(l.Value) {
		if c := l.Value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return problem("header %s: the value has the control character %q", l.Name, string(rune(c)))
		}
	}
	switch {
	case strings.EqualFold(l.Name, "Transfer-Encoding"):
		return problem("header %s: leave it out, the body is sent as a whole", l.Name)
	case strings.EqualFold(l.Name, "Content-Length") && strings.TrimSpace(l.Value) != strconv.Itoa(length):
		return problem("header %s: %q is not the length of the body, which is %d; leave it out", l.Name, l.Value, length)
	}
	return nil
}

// isToken reports whether a text can be a method, or the name of a header (RFC 9110,
// section 5.6.2).
func isToken(text string) bool {
	for i := range len(text) {
		c := text[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return text != ""
}
