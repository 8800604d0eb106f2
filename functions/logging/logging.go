// Package logging is how the functions log: one JSON object a line, with the id
// of the request that it belongs to.
package logging

import (
	"context"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// requestID is what Lambda's own log lines call it.
const requestID = "requestId"

// New returns a logger that writes JSON lines to w. A record that is logged
// with a function's context (slog.InfoContext and its like) gets "requestId",
// the id by which Lambda, too, calls the request in the function's log.
func New(w io.Writer) *slog.Logger {
	return slog.New(requestIDHandler{slog.NewJSONHandler(w, nil)})
}

type requestIDHandler struct{ slog.Handler }

func (h requestIDHandler) Handle(ctx context.Context, record slog.Record) error {
	if lambda, ok := lambdacontext.FromContext(ctx); ok && !hasRequestID(record) {
		record.AddAttrs(slog.String(requestID, lambda.AwsRequestID))
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

func (h requestIDHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestIDHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestIDHandler) WithGroup(name string) slog.Handler {
	return requestIDHandler{h.Handler.WithGroup(name)}
}
