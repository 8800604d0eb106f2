package diagnose_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
)

// BenchmarkDiagnosis sends proxied requests over loopback to a Go handler, and
// diagnoses each. The metric %/request is what the diagnosis costs of the request.
func BenchmarkDiagnosis(b *testing.B) {
	for _, bench := range []struct{ name, body string }{
		{"good", `{"Hello":"World"}`},
		{"good, 64 KB", `{"Hello":"` + strings.Repeat("World", 13_000) + `"}`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			s := proxied("")
			a := &assembly.Assembly{APIs: []*assembly.API{s.api}, Functions: []*assembly.Function{{
				Name: "f", ARN: functionARN("f"), Account: account, Region: region, Path: "Test/f", Timeout: 10 * time.Second,
				Permissions: []assembly.Permission{{Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com"}},
			}}}
			handler := lambda.NewHandler(func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
				return events.APIGatewayProxyResponse{StatusCode: 200, Headers: map[string]string{"Content-Type": "application/json"}, Body: bench.body}, nil
			})
			records := make(chan *record.Record, 1)
			served, err := runner.New(runner.Options{
				Root: b.TempDir(), Bin: b.TempDir(), Handler: func(*assembly.Function) lambda.Handler { return handler },
				Gateway: gateway.Options{Record: func(r *record.Record) { records <- r }, ErrorLog: log.New(io.Discard, "", 0)},
			})
			if err != nil {
				b.Fatal(err)
			}
			defer served.Close()
			if err := served.Load(b.Context(), a); err != nil {
				b.Fatal(err)
			}
			server := httptest.NewServer(served)
			defer server.Close()
			var requests, diagnoses time.Duration
			b.ReportAllocs()
			for b.Loop() {
				started := time.Now()
				resp, err := http.Get(server.URL + "/hello/prod/hello?lang=en")
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				r := <-records
				between := time.Now()
				found := diagnose.Of(r)
				diagnoses += time.Since(between)
				requests += between.Sub(started)
				if len(found) != 0 || resp.StatusCode != 200 {
					b.Fatalf("got %d with %s, want a good response", resp.StatusCode, text(found))
				}
			}
			b.ReportMetric(100*float64(diagnoses)/float64(requests), "%/request")
			b.ReportMetric(float64(diagnoses.Nanoseconds())/float64(b.N), "ns/diagnosis")
		})
	}
}

// BenchmarkOf diagnoses one record again and again.
func BenchmarkOf(b *testing.B) {
	s := proxied(goodEnvelopes()["an object"])
	good := s.run(b)
	s.result = returned(`{"Hello":"World"}`)
	bad := s.run(b)
	for name, r := range map[string]*record.Record{"good": good, "refused": bad} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				diagnose.Of(r)
			}
		})
	}
}
