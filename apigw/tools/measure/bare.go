package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

// bare is the least that a function needs: a Lambda Runtime API of the standard
// library's HTTP server, and one process of the function.
type bare struct {
	server  *http.Server
	process *program
	events  chan []byte
	results chan bareResult
	count   int
	first   []byte // result of the function
}

type bareResult struct {
	payload []byte
	failed  bool
}

const runtimeAPIPath = "/2018-06-01/runtime/"

// startBare starts a function's program with its environment on top of what the
// Go runtime of Lambda wants.
func startBare(executable string, environment ...string) (*bare, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a Runtime API: %w", err)
	}
	b := &bare{events: make(chan []byte), results: make(chan bareResult, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+runtimeAPIPath+"invocation/next", b.next)
	mux.HandleFunc("POST "+runtimeAPIPath+"invocation/{id}/response", b.result(false))
	mux.HandleFunc("POST "+runtimeAPIPath+"invocation/{id}/error", b.result(true))
	b.server = &http.Server{Handler: mux, ErrorLog: log.New(io.Discard, "", 0)}
	go b.server.Serve(listener)

	b.process, err = start(command{
		args: []string{executable},
		env: append(append(os.Environ(), environment...),
			"AWS_LAMBDA_RUNTIME_API="+listener.Addr().String(),
			"AWS_LAMBDA_FUNCTION_NAME=hello", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128"),
	})
	if err != nil {
		b.server.Close()
		return nil, err
	}
	return b, nil
}

// next hands the process its next event. Only the one process asks.
func (b *bare) next(w http.ResponseWriter, r *http.Request) {
	select {
	case event := <-b.events:
		b.count++
		header := w.Header()
		header.Set("Lambda-Runtime-Aws-Request-Id", strconv.Itoa(b.count))
		header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(10*time.Second).UnixMilli(), 10))
		header.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:hello")
		w.Write(event)
	case <-r.Context().Done():
	}
}

func (b *bare) result(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		payload, err := io.ReadAll(r.Body)
		result := bareResult{payload, failed}
		if err != nil {
			result = bareResult{[]byte(err.Error()), true}
		}
		w.WriteHeader(http.StatusAccepted)
		b.results <- result
	}
}

// invoke hands over an event and waits for the result.
func (b *bare) invoke(ctx context.Context, event []byte) ([]byte, error) {
	late, cancel := context.WithTimeout(ctx, responseTimeout)
	defer cancel()
	select {
	case b.events <- event:
	case <-b.process.gone:
		return nil, b.process.ended()
	case <-late.Done():
		return nil, fmt.Errorf("the function %s asks for no event: %w", b.process.name, late.Err())
	}
	select {
	case result := <-b.results:
		if result.failed {
			return nil, fmt.Errorf("the function %s failed: %s", b.process.name, result.payload)
		}
		return result.payload, nil
	case <-b.process.gone:
		return nil, b.process.ended()
	case <-late.Done():
		return nil, fmt.Errorf("the function %s does not return: %w", b.process.name, late.Err())
	}
}

// again invokes the function, whose result must be the same as that of the first
// call.
func (b *bare) again(ctx context.Context, event []byte) error {
	result, err := b.invoke(ctx, event)
	if err != nil {
		return err
	}
	if b.first == nil {
		b.first = result
	}
	if !bytes.Equal(result, b.first) {
		return fmt.Errorf("the function %s returned %.200q, and %.200q before", b.process.name, result, b.first)
	}
	return nil
}

func (b *bare) close() {
	b.process.stop()
	b.server.Close()
}
