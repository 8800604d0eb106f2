package logging

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// traceKey is where aws-lambda-go keeps the trace of an invocation.
var traceKey any = "x-amzn-trace-id"

func TestRecordsHaveTheIDsOfTheRequest(t *testing.T) {
	tests := []struct {
		rule   string
		logger func(*slog.Logger) *slog.Logger
	}{
		{"a plain logger", func(l *slog.Logger) *slog.Logger { return l }},
		{"a logger with attributes", func(l *slog.Logger) *slog.Logger { return l.With("a", 1) }},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			var out strings.Builder
			logger := test.logger(New(&out))
			ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "8f507cfc-xmpl"})
			ctx = context.WithValue(ctx, traceKey, "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0")
			logger.InfoContext(ctx, "greeted")
			var record map[string]any
			if err := json.Unmarshal([]byte(out.String()), &record); err != nil {
				t.Fatalf("log %s, want one JSON object: %v", out.String(), err)
			}
			if record["requestId"] != "8f507cfc-xmpl" || record["msg"] != "greeted" {
				t.Errorf("record %v, want the message greeted and the request id 8f507cfc-xmpl", record)
			}
			if want := "1-5759e988-bd862e3fe1be46a994272793"; record["traceId"] != want {
				t.Errorf("trace id %v, want %s", record["traceId"], want)
			}
		})
	}
}

func TestTheRequestIDIsNotLoggedTwice(t *testing.T) {
	var out strings.Builder
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "8f507cfc-xmpl"})
	New(&out).InfoContext(ctx, "greeted", "requestId", "of the record")
	if got := strings.Count(out.String(), "requestId"); got != 1 {
		t.Errorf("%d request ids in %s, want 1", got, out.String())
	}
}

func TestRecordsOutsideARequestHaveNone(t *testing.T) {
	var out strings.Builder
	New(&out).InfoContext(t.Context(), "started")
	if strings.Contains(out.String(), "requestId") {
		t.Errorf("record %s, want one without a request id", out.String())
	}
}
