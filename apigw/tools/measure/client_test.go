package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// greeting is the body that all responses of these tests must have.
const greeting = "hello"

// serveText responds to every request with a status and a text.
func serveText(t *testing.T, status int, text string) (host string, requests *atomic.Int64) {
	t.Helper()
	requests = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		w.WriteHeader(status)
		io.WriteString(w, text)
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), requests
}

func TestLoadSendsAsManyRequestsAsItIsTold(t *testing.T) {
	host, requests := serveText(t, http.StatusOK, greeting)
	rate, err := load(context.Background(), host, "/", greeting, 4, 100, 0)
	if err != nil || rate <= 0 || requests.Load() != 100 {
		t.Errorf("got %g a second, %d requests, error %v; want more than 0 a second and 100 requests", rate, requests.Load(), err)
	}
}

func TestLoadEndsWithItsTime(t *testing.T) {
	host, _ := serveText(t, http.StatusOK, greeting)
	if rate, err := load(context.Background(), host, "/", greeting, 2, 0, 20*time.Millisecond); err != nil || rate <= 0 {
		t.Errorf("got %g a second, error %v; want more than 0", rate, err)
	}
}

func TestLoadStopsAtAWrongResponse(t *testing.T) {
	for _, c := range []struct {
		rule, text string
		status     int
		want       string
	}{
		{"another status", greeting, 502, `got 502`},
		{"another text", `{"a":"b"}`, 200, `got 200 "{\"a\":\"b\"}", want 200 "hello"`},
	} {
		host, _ := serveText(t, c.status, c.text)
		if _, err := load(context.Background(), host, "/", greeting, 2, 0, 0); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %s", c.rule, err, c.want)
		}
	}
}

func TestLoadNeedsAServer(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	if _, err := load(context.Background(), server.Listener.Addr().String(), "/", greeting, 2, 10, 0); err == nil {
		t.Error("got no error, want one: nobody listens")
	}
}

func TestASecondResponseIsAnError(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		io.WriteString(conn, strings.Repeat("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 2))
	}))
	defer server.Close()
	host := server.Listener.Addr().String()
	c, err := dial(context.Background(), host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if got, err := c.do(get(host, "/")); err != nil || got.body != "ok" {
		t.Fatalf("got %v, error %v; want the body ok", got, err)
	}
	if _, err := c.do(get(host, "/")); err == nil || !strings.Contains(err.Error(), "nobody has asked for") {
		t.Errorf("the second response: error %v, want that nobody has asked for it", err)
	}
}
