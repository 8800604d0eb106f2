// Package logging makes the logger of the functions. It writes one JSON object a
// line, with the ids of the request that the line belongs to.
package logging

import (
	"context"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"example.com/apigw/metrics"
)

// requestID is the key of the request's id, as in the log lines of Lambda itself.
// API Gateway's access log has this id as integrationRequestId.
const requestID = "requestId"

// traceID is the key of the id of the trace, as in the access log.
const traceID = "traceId"

// New returns a logger that writes JSON lines to w. A record that is logged with
// a function's context, as by slog.InfoContext, gets "requestId": the id that
// the lines of Lambda in the same log have, and "traceId": the one that X-Ray and
// API Gateway know the request by.
func New(w io.Writer) *slog.Logger {
	return slog.New(idHandler{slog.NewJSONHandler(w, nil)})
}

type idHandler struct{ slog.Handler }

func (h idHandler) Handle(ctx context.Context, record slog.Record) error {
	if lambda, ok := lambdacontext.FromContext(ctx); ok && !hasRequestID(record) {
		record.AddAttrs(slog.String(requestID, lambda.AwsRequestID))
	}
	if trace := metrics.TraceID(ctx); trace != "" {
		record.AddAttrs(slog.String(traceID, trace))
	}
	return h.Handler.Handle(ctx, record)
}

func hasRequestID(record slog.Record) bool {
	found := false
	record.Attrs(func(attr slog.Attr) bool {
		found = attr.Key == requestID
		return !found
	})
	return found
}

func (h idHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return idHandler{h.Handler.WithAttrs(attrs)}
}

func (h idHandler) WithGroup(name string) slog.Handler {
	return idHandler{h.Handler.WithGroup(name)}
}
