// Package logging makes the logger of the functions. It writes one JSON object a
// line, with the id of the request that the line belongs to.
package logging

import (
	"context"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// requestID is the key of the request's id, as in the log lines of Lambda itself.
const requestID = "requestId"

// New returns a logger that writes JSON lines to w. A record that is logged with
// a function's context, as by slog.InfoContext, gets "requestId": the id that
// the lines of Lambda in the same log have.
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
