package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// connection is a keep-alive connection of a client that spends little time of
// its own: requests are ready-made bytes.
type connection struct {
	conn   net.Conn
	reader *bufio.Reader
}

// response is what came back.
type response struct {
	status int
	header http.Header
	body   string
}

// responseTimeout is how long a response may take: more than any gateway waits.
const responseTimeout = time.Minute

func dial(ctx context.Context, host string) (*connection, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, fmt.Errorf("connecting to %s: %w", host, err)
	}
	return &connection{conn: conn, reader: bufio.NewReader(conn)}, nil
}

func (c *connection) close() { c.conn.Close() }

// get returns the bytes of a GET request. Header lines end in \r\n.
func get(host, target string, headerLines ...string) []byte {
	request := "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n"
	for _, line := range headerLines {
		request += line
	}
	return []byte(request + "\r\n")
}

// do sends a request and waits for the one response to it.
func (c *connection) do(request []byte) (response, error) {
	if err := c.conn.SetDeadline(time.Now().Add(responseTimeout)); err != nil {
		return response{}, fmt.Errorf("asking: %w", err)
	}
	if c.reader.Buffered() > 0 {
		return response{}, fmt.Errorf("there are %d bytes behind the last response that nobody has asked for", c.reader.Buffered())
	}
	if _, err := c.conn.Write(request); err != nil {
		return response{}, fmt.Errorf("asking: %w", err)
	}
	got, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return response{}, fmt.Errorf("reading the response: %w", err)
	}
	body, err := io.ReadAll(got.Body)
	if err != nil {
		return response{}, fmt.Errorf("reading the body of the response: %w", err)
	}
	return response{got.StatusCode, got.Header, string(body)}, nil
}

// ask sends a request whose response must be 200 with the body want.
func (c *connection) ask(request []byte, want string) error {
	got, err := c.do(request)
	if err == nil && (got.status != http.StatusOK || got.body != want) {
		err = fmt.Errorf("got %d %.200q, want 200 %.200q", got.status, got.body, want)
	}
	return err
}

// load asks for a path over several connections at once, until there are enough
// requests or the time is over; the other limit is 0. Every response must have
// the body want. It returns the requests a second.
func load(ctx context.Context, host, path, want string, connections, requests int, limit time.Duration) (float64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	request := get(host, path)
	var sent, responses atomic.Int64
	var clients sync.WaitGroup
	began := time.Now()
	for range connections {
		clients.Go(func() {
			c, err := dial(ctx, host)
			if err != nil {
				cancel(err)
				return
			}
			defer c.close()
			for ctx.Err() == nil && (requests == 0 || sent.Add(1) <= int64(requests)) && (limit == 0 || time.Since(began) < limit) {
				if err := c.ask(request, want); err != nil {
					cancel(fmt.Errorf("http://%s%s: %w", host, path, err))
					return
				}
				responses.Add(1)
			}
		})
	}
	clients.Wait()
	return float64(responses.Load()) / time.Since(began).Seconds(), context.Cause(ctx)
}
