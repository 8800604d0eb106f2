package logging

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

func TestRecordsHaveTheRequestID(t *testing.T) {
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
			logger.InfoContext(ctx, "greeted")
			var record map[string]any
			if err := json.Unmarshal([]byte(out.String()), &record); err != nil {
				t.Fatalf("log %s, want one JSON object: %v", out.String(), err)
			}
			if record["requestId"] != "8f507cfc-xmpl" || record["msg"] != "greeted" {
				t.Errorf("record %v, want the message greeted and the request id 8f507cfc-xmpl", record)
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
