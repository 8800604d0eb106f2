package dev

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"example.com/apigw/internal/gateway/rawheader"
)

// closeLimit is how long requests under way may take when serving ends.
const closeLimit = time.Second

// Serve lets a handler answer the requests that come in, until ctx ends. It keeps
// their header lines for the gateway, and ends connections of clients that never
// finish.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10, // the gateway has a lower limit, and a better response
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(rawheader.Prepare(s, l)) }()
	select {
	case err := <-done:
		return fmt.Errorf("serving %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	_ = s.Shutdown(last) // what takes longer is cut off
	return s.Close()
}
