package send_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/inspector/send"
	"example.com/apigw/internal/testwait"
)

// server answers each connection with a text, and returns what it was sent.
func server(t *testing.T, answer string, until func(got string) bool) (address string, got <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	all := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(testwait.Limit))
		var text strings.Builder
		reader := bufio.NewReader(conn)
		for !until(text.String()) {
			c, err := reader.ReadByte()
			if err != nil {
				break
			}
			text.WriteByte(c)
		}
		_, _ = io.WriteString(conn, answer)
		all <- text.String()
	}()
	return listener.Addr().String(), all
}

func withHead(got string) bool { return strings.Contains(got, "\r\n\r\n") }

func TestARequestIsSentAsItIsWritten(t *testing.T) {
	address, got := server(t, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nx-amzn-RequestId: r-1\r\nSet-Cookie: a=1\r\nX-B: x\r\nSet-Cookie: b=2\r\nContent-Length: 3\r\n\r\n\xff\x00!",
		func(got string) bool { return strings.HasSuffix(got, "body") })
	q := send.Request{
		Method: "PATCH", Target: "/hello/prod/a%20b?q=1&q=2", Body: []byte("body"),
		Lines: []send.Line{{Name: "x-LOWER", Value: "é"}, {Name: "host", Value: "hello.execute-api.localhost"}, {Name: "Cookie", Value: "a=1"}, {Name: "Origin", Value: "https://evil.example"}, {Name: "X-Empty", Value: ""}},
	}
	r, err := q.Do(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	want := "PATCH /hello/prod/a%20b?q=1&q=2 HTTP/1.1\r\nx-LOWER: é\r\nhost: hello.execute-api.localhost\r\nCookie: a=1\r\nOrigin: https://evil.example\r\nX-Empty: \r\nContent-Length: 4\r\n\r\nbody"
	if sent := testwait.Receive(t, "the request", got); sent != want {
		t.Errorf("got %q sent, want %q", sent, want)
	}
	if r.Status != 201 || string(r.Body) != "\xff\x00!" || r.Value("X-AMZN-REQUESTID") != "r-1" || r.Cut {
		t.Errorf("got %+v, want 201 with the body and the id", r)
	}
	if len(r.Fields) != 4 || r.Fields[0].Name != "x-amzn-RequestId" || strings.Join(r.Fields[1].Values, " ") != "a=1 b=2" {
		t.Errorf("got the headers %+v, want four as they were written, with both cookies", r.Fields)
	}
}

func TestTheServerMayRespondBeforeItHasReadTheBody(t *testing.T) {
	goroutines := runtime.NumGoroutine()
	address, _ := server(t, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", withHead)
	r, err := send.Request{Method: "POST", Target: "/", Body: make([]byte, 11<<20)}.Do(t.Context(), address)
	if err != nil || r.Status != 413 {
		t.Errorf("got %+v, error %v; want 413", r, err)
	}
	testwait.Until(t, "nobody writes any more", func() bool { return runtime.NumGoroutine() <= goroutines })
}

func TestWhatCannotBeSent(t *testing.T) {
	line := func(name, value string) send.Request {
		return send.Request{Method: "GET", Target: "/", Lines: []send.Line{{Name: name, Value: value}}}
	}
	for _, c := range []struct {
		rule string
		q    send.Request
		want string
	}{
		{"no method", send.Request{Target: "/"}, `method ""`},
		{"a method with a blank", send.Request{Method: "GET /x HTTP/1.1\r\nX: y\r\n\r\nGET", Target: "/"}, "method "},
		{"no path", send.Request{Method: "GET"}, "expected API, stage and path"},
		{"a path without a slash", send.Request{Method: "GET", Target: "hello/prod"}, "expected API, stage and path"},
		{"a URL of another host", send.Request{Method: "GET", Target: "http://evil.example/"}, "requests go to this runner only"},
		{"a path with a blank", send.Request{Method: "GET", Target: "/a b"}, "percent-encoded, as %20"},
		{"a path with a line break", send.Request{Method: "GET", Target: "/a\r\nX: y"}, "percent-encoded, as %0D"},
		{"a path with other letters", send.Request{Method: "GET", Target: "/é"}, "percent-encoded, as %C3"},
		{"a fragment", send.Request{Method: "GET", Target: "/a#b"}, "percent-encoded, as %23"},
		{"a broken escape", send.Request{Method: "GET", Target: "/%zz"}, "cannot be read by a server"},
		{"a name with a line break", line("X\r\nY", "z"), "a name has letters"},
		{"a name with a colon", line("X:", "z"), "a name has letters"},
		{"no name", line("", "z"), "a name has letters"},
		{"a value with a line break", line("X", "a\r\nY: b"), "header X: the value has the control character"},
		{"a value with a zero", line("X", "a\x00"), "header X: the value has the control character"},
		{"a length that is another", line("content-length", "7"), "is not the length of the body, which is 0"},
		{"a transfer coding", line("Transfer-Encoding", "chunked"), "leave it out"},
	} {
		_, err := c.q.Check("127.0.0.1:1")
		if _, ok := errors.AsType[*send.ProblemError](err); !ok || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want a problem with %s in it", c.rule, err, c.want)
		}
	}
}

func TestThereMayBeNoResponse(t *testing.T) {
	goroutines := runtime.NumGoroutine()
	ended, end := context.WithCancelCause(t.Context())
	end(errors.New("the client is gone"))
	waiting, stop := context.WithCancelCause(t.Context())
	hanging, got := server(t, "", func(got string) bool {
		if withHead(got) {
			stop(errors.New("the client went"))
		}
		return false
	})
	closing, _ := server(t, "", withHead)
	cut, _ := server(t, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12", withHead)
	nonsense, _ := server(t, "SSH-2.0\r\n", withHead)
	for _, c := range []struct {
		rule, address, want string
		ctx                 context.Context
	}{
		{"a client that is gone", hanging, "operation was canceled", ended},
		{"a client that goes while the server is busy", hanging, "the client went", waiting},
		{"a server that hangs up", closing, "no response", t.Context()},
		{"a response that breaks off", cut, "breaks off", t.Context()},
		{"a server that does not speak HTTP", nonsense, "no response", t.Context()},
		{"nobody listens", "127.0.0.1:1", "connection refused", t.Context()},
	} {
		if _, err := (send.Request{Method: "GET", Target: "/"}).Do(c.ctx, c.address); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.rule, err, c.want)
		}
	}
	testwait.Receive(t, "the server has seen that the client went", got)
	testwait.Until(t, "nothing goes on", func() bool { return runtime.NumGoroutine() <= goroutines })
}
