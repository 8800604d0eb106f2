package mapping

import (
	"context"
	"os"
	"testing"
)

func benchmarkFiles(tb testing.TB) (text string, request *Request) {
	tb.Helper()
	t, err := os.ReadFile("testdata/bench.vtl")
	if err != nil {
		tb.Fatal(err)
	}
	body, err := os.ReadFile("testdata/bench-body.json")
	if err != nil {
		tb.Fatal(err)
	}
	return string(t), &Request{
		Body:           string(body),
		Path:           Params{{"tenant", []string{"t-1"}}},
		Context:        map[string]any{"httpMethod": "POST", "stage": "dev", "identity": map[string]any{"sourceIp": "1.2.3.4"}},
		StageVariables: map[string]string{"table": "T"},
	}
}

// A call with a template that was parsed once, from the body's text to the
// output.
func BenchmarkRender(b *testing.B) {
	text, request := benchmarkFiles(b)
	t := template(b, text)
	engine := new(Engine)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.NewExchange(request).RenderRequest(context.Background(), t); err != nil {
			b.Fatal(err)
		}
	}
}

// The same with the template parsed for each call.
func BenchmarkParseAndRender(b *testing.B) {
	text, request := benchmarkFiles(b)
	engine := new(Engine)
	b.ReportAllocs()
	for b.Loop() {
		t, err := Parse("bench.vtl", text)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := engine.NewExchange(request).RenderRequest(context.Background(), t); err != nil {
			b.Fatal(err)
		}
	}
}

// What it costs to record where the output comes from.
func BenchmarkTrace(b *testing.B) {
	text, request := benchmarkFiles(b)
	t := template(b, text)
	engine := new(Engine)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.NewExchange(request).TraceRequest(context.Background(), t); err != nil {
			b.Fatal(err)
		}
	}
}
