package mapping

import (
	"context"
	"testing"
	"time"

	"example.com/apigw/internal/vtl"
)

// No template and no body make the engine panic, hang, or write more than its
// limit.
func FuzzRender(f *testing.F) {
	for _, c := range readCases(f) {
		f.Add(c.Template, c.Body)
	}
	f.Fuzz(func(t *testing.T, text, body string) {
		parsed, err := Parse("t", text)
		if err != nil {
			return
		}
		engine := &Engine{limits: vtl.Options{MaxSteps: 100_000, MaxOutput: 1 << 20, MaxMemory: 16 << 20}}
		request := &Request{
			Body: body, Path: Params{{"id", []string{"p"}}}, Query: Params{{"q", []string{"1", "2"}}}, Header: Params{{"X-H", []string{"h"}}},
			Context: map[string]any{"stage": "dev", "identity": map[string]any{"user": nil}}, StageVariables: map[string]string{"v": "1"},
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		call := engine.NewExchange(request)
		out, err := call.RenderRequest(ctx, parsed)
		if ctx.Err() != nil {
			t.Fatal("got no result after ten seconds, want one within the limits")
		}
		if len(out.Text) > 1<<20 {
			t.Fatalf("got %d bytes, want %d at most", len(out.Text), 1<<20)
		}
		call.Overrides()
		traced, tracedErr := engine.NewExchange(request).TraceRequest(ctx, parsed)
		if (err == nil) != (tracedErr == nil) || traced.Text != out.Text {
			t.Errorf("with a trace: got %q, %v; want what comes without: %q, %v", traced.Text, tracedErr, out.Text, err)
		}
		if err == nil {
			end := 0
			for _, s := range traced.Trace.Spans {
				if s.Start != end || s.End < s.Start {
					t.Errorf("got a span from %d to %d, want it from %d", s.Start, s.End, end)
				}
				end = s.End
			}
			if end != len(out.Text) {
				t.Errorf("got spans of %d bytes, want %d", end, len(out.Text))
			}
		}
	})
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "it's \"q\" / \\ é 😀", "a+b%20c%C3%A9", "YQ==", "\xed\xa0\x80", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		escapeJavaScript(s)
		if got, err := urlDecode(urlEncode(s)); err != nil || got != encodable(s) {
			t.Errorf("encoded and decoded: got %q, %v; want %q", got, err, encodable(s))
		}
		if got, err := base64Decode(base64Encode(s)); err != nil || got != encodable(s) {
			t.Errorf("encoded and decoded: got %q, %v; want %q", got, err, encodable(s))
		}
		urlDecode(s)
		base64Decode(s)
		MockStatus(s)
	})
}
