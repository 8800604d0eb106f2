package function

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkInvoke compares an invocation through a Host with the least that can
// be done: a Runtime API that hands one event after the other to the same
// program. The ratio of the two is what a Host costs.
func BenchmarkInvoke(b *testing.B) {
	for _, size := range []struct {
		name  string
		event []byte
	}{
		{"small", []byte(`{"name":"Ada"}`)},
		{"100KB", []byte(`"` + strings.Repeat("x", 100<<10) + `"`)},
	} {
		b.Run("bare/"+size.name, func(b *testing.B) { benchmarkBare(b, size.event) })
		b.Run("host/"+size.name, func(b *testing.B) { benchmarkHost(b, size.event) })
	}
}

func benchmarkHost(b *testing.B, event []byte) {
	h, err := NewHost(Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	if err := h.Set(Spec{Name: "echo", Command: []string{echoProgram}}); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	invoke := func() {
		result, err := h.Invoke(ctx, "echo", Invocation{RequestID: testID, TraceID: "Root=1", Payload: event})
		if err != nil || !bytes.Equal(result.Payload, event) {
			b.Fatalf("%v %+v", err, result)
		}
	}
	invoke()
	b.ReportAllocs()
	for b.Loop() {
		invoke()
	}
}

func benchmarkBare(b *testing.B, event []byte) {
	events, results := make(chan []byte), make(chan []byte)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/next") {
			select {
			case event := <-events:
				w.Header().Set("Lambda-Runtime-Aws-Request-Id", testID)
				w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(3*time.Second).UnixMilli(), 10))
				w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:echo")
				w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1")
				w.Write(event)
			case <-r.Context().Done():
			}
			return
		}
		result, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		w.WriteHeader(http.StatusAccepted)
		results <- result
	})}
	go server.Serve(listener)
	defer server.Close()
	process := exec.Command(echoProgram)
	process.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String())
	if err := process.Start(); err != nil {
		b.Fatal(err)
	}
	defer process.Wait()
	defer process.Process.Kill()
	invoke := func() {
		events <- event
		if result := <-results; !bytes.Equal(result, event) {
			b.Fatalf("got %q", result)
		}
	}
	invoke()
	b.ReportAllocs()
	for b.Loop() {
		invoke()
	}
}
