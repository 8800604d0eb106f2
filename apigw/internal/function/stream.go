package function

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"sync"

	"github.com/aws/aws-lambda-go/lambda"
)

// maxStream is how many bytes Lambda takes of a streamed result (documented:
// "Lambda quotas").
const maxStream = 200 << 20

// serveStream passes the streamed result of a job on as it comes. A trailer may turn
// its end into an error. The process is free once all of it is taken, whoever reads.
func (p *process) serveStream(w http.ResponseWriter, r *http.Request, j *job) {
	const state = "InvocationResponse"
	err := pass(j.in.Output, r.Body)
	p.stopStreaming(j)
	switch {
	case errors.Is(err, errTooLarge):
		if status := p.finish(j.id, streamTooLarge()); status != http.StatusAccepted {
			refuseFinish(w, status, state)
			return
		}
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", tooLargeMessage(maxStream))
		return
	case err != nil:
		refuse(w, http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated")
		return
	}
	result, _ := trailed(r, j.id)
	p.accept(w, j.id, result, state)
}

// streaming returns the job whose result begins to come, if it is a streaming one
// and has none yet; nil otherwise.
func (p *process) streaming(id string) *job {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	j := p.current
	if j == nil || j.id != id || j.over || j.streaming || j.in.Output == nil {
		return nil
	}
	j.streaming = true
	return j
}

// stopStreaming notes that nothing more of a job's result comes.
func (p *process) stopStreaming(j *job) {
	p.pool.mu.Lock()
	j.streaming = false
	p.pool.mu.Unlock()
}

// pieces holds the memory through which results pass.
var pieces = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// pass writes what comes from a function to whoever reads it, piece by piece. A
// reader that is gone does not stop the function: the rest is dropped (documented:
// "Configuring a Lambda function to stream responses"). The error is that of from, or
// errTooLarge.
func pass(to io.Writer, from io.Reader) error {
	buffer := pieces.Get().(*[32 << 10]byte)
	defer pieces.Put(buffer)
	for left := maxStream; ; {
		n, err := from.Read(buffer[:])
		if n > left {
			return errTooLarge
		}
		left -= n
		if n > 0 && to != nil {
			if _, gone := to.Write(buffer[:n]); gone != nil {
				to = nil
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// NewHandler is [lambda.NewHandler], but the handler streams if it returns a type
// that is an io.Reader, as lambda.Start does. It can be invoked by several at a time,
// unless it is itself a handler that cannot.
func NewHandler(handler any) lambda.Handler {
	f := reflect.ValueOf(handler)
	if _, made := handler.(lambda.Handler); made || f.Kind() != reflect.Func || f.IsNil() {
		return lambda.NewHandler(handler)
	}
	t := f.Type()
	if t.NumOut() != 2 || t.NumIn() == 0 || t.In(0) != reflect.TypeFor[context.Context]() ||
		!t.Out(0).Implements(reflect.TypeFor[io.Reader]()) || t.IsVariadic() {
		return newShared(handler)
	}
	plain := newShared(handler)
	// The library would read the result to its end. The function that it gets instead
	// puts the result aside, and returns the zero value.
	aside := lambda.NewHandler(reflect.MakeFunc(t, func(in []reflect.Value) []reflect.Value {
		out := f.Call(in)
		if kept, ok := in[0].Interface().(context.Context).Value(resultKey{}).(*io.Reader); ok && out[1].IsNil() {
			*kept, _ = out[0].Interface().(io.Reader)
			out[0] = reflect.Zero(t.Out(0))
		}
		return out
	}).Interface())
	return &streamHandler{plain, aside}
}

// shared is a handler that several may invoke at a time. In aws-lambda-go, what a
// handler returns lies in memory that its next invocation writes to, since Lambda has
// one after the other; so each invocation here has one that no other uses meanwhile.
type shared struct{ idle sync.Pool } // of lambda.Handler

func newShared(handler any) *shared {
	return &shared{sync.Pool{New: func() any { return lambda.NewHandler(handler) }}}
}

// Invoke implements [lambda.Handler].
func (s *shared) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	handler := s.idle.Get().(lambda.Handler)
	result, err := handler.Invoke(ctx, payload)
	result = bytes.Clone(result)
	s.idle.Put(handler)
	return result, err
}

// resultKey is the key of a context for the *io.Reader that gets the result.
type resultKey struct{}

// streamHandler is a handler whose result can be read as it comes.
type streamHandler struct {
	lambda.Handler
	aside lambda.Handler
}

// stream calls the handler, and returns its result.
func (h *streamHandler) stream(ctx context.Context, payload []byte) (io.Reader, error) {
	var result io.Reader
	if _, err := h.aside.Invoke(context.WithValue(ctx, resultKey{}, &result), payload); err != nil {
		return nil, err
	}
	if result == nil || reflect.ValueOf(result).Kind() == reflect.Pointer && reflect.ValueOf(result).IsNil() {
		result = bytes.NewReader([]byte("null")) // as the library writes a nil pointer
	}
	return result, nil
}

// streamed returns the outcome of a job whose result goes to its Output.
func streamed(ctx context.Context, handler lambda.Handler, in Invocation) outcome {
	var result io.Reader
	if h, ok := handler.(*streamHandler); ok {
		var err error
		if result, err = h.stream(ctx, in.Payload); err != nil {
			return errorOutcome(err)
		}
	} else {
		payload, err := handler.Invoke(ctx, in.Payload)
		if err != nil {
			return errorOutcome(err)
		}
		result = bytes.NewReader(payload)
	}
	err := pass(in.Output, result)
	if closer, ok := result.(io.Closer); ok {
		closer.Close()
	}
	switch {
	case errors.Is(err, errTooLarge):
		return streamTooLarge()
	case err != nil:
		return errorOutcome(err)
	}
	return outcome{}
}
