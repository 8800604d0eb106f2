package function

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkInvoke compares an invocation through a Host with the least that is
// possible: a Runtime API that passes one event after the other to the same program.
// The two take turns, so that both see the same load of the machine. The metric
// host/bare is the ratio of the medians.
func BenchmarkInvoke(b *testing.B) {
	for _, size := range []struct {
		name  string
		event []byte
	}{
		{"small", []byte(`{"name":"Ada"}`)},
		{"100KB", []byte(`"` + strings.Repeat("x", 100<<10) + `"`)},
	} {
		b.Run(size.name, func(b *testing.B) {
			bare, host := bareInvoke(b), hostInvoke(b)
			bare(size.event)
			host(size.event)
			var bareTimes, hostTimes []time.Duration
			timed := func(invoke func([]byte) []byte, times *[]time.Duration) {
				begun := time.Now()
				result := invoke(size.event)
				*times = append(*times, time.Since(begun))
				if !bytes.Equal(result, size.event) {
					b.Fatalf("got %.100q, want %.100q", result, size.event)
				}
			}
			for b.Loop() {
				timed(bare, &bareTimes)
				timed(host, &hostTimes)
			}
			bareMedian, hostMedian := median(bareTimes), median(hostTimes)
			b.ReportMetric(0, "ns/op") // the sum of both means nothing
			b.ReportMetric(float64(bareMedian.Microseconds()), "µs/bare")
			b.ReportMetric(float64(hostMedian.Microseconds()), "µs/host")
			b.ReportMetric(float64(hostMedian)/float64(bareMedian), "host/bare")
		})
	}
}

// BenchmarkHost measures the allocations of an invocation through a Host.
func BenchmarkHost(b *testing.B) {
	host := hostInvoke(b)
	event := []byte(`{"name":"Ada"}`)
	host(event)
	b.ReportAllocs()
	for b.Loop() {
		host(event)
	}
}

// median returns the median of times, which it sorts.
func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// hostInvoke returns a function that invokes the echo program through a Host.
func hostInvoke(b *testing.B) func(event []byte) []byte {
	h, err := NewHost(Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { h.Close() })
	if err := h.Set(Spec{Name: "echo", Command: []string{echoProgram}}); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.Cleanup(cancel)
	return func(event []byte) []byte {
		result, err := h.Invoke(ctx, "echo", Invocation{TraceID: "Root=1", Payload: event})
		if err != nil {
			b.Fatal(err)
		}
		return result.Payload
	}
}

// bareInvoke returns a function that invokes the echo program through a bare Runtime
// API.
func bareInvoke(b *testing.B) func(event []byte) []byte {
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
	b.Cleanup(func() { server.Close() })
	process := exec.Command(echoProgram)
	process.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String())
	if err := process.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		process.Process.Kill()
		process.Wait()
	})
	return func(event []byte) []byte {
		events <- event
		return <-results
	}
}
