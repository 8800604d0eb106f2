package function

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// inProcess is a sandbox that calls a Go handler in this process.
type inProcess struct {
	host    *Host
	pool    *pool
	handler lambda.Handler
	ctx     context.Context
	cancel  context.CancelFunc
	forget  sync.Once
}

// newInProcess returns a sandbox that is ready for its first job.
func newInProcess(h *Host, p *pool, handler lambda.Handler) *inProcess {
	s := &inProcess{host: h, pool: p, handler: handler}
	s.ctx, s.cancel = context.WithCancel(h.ctx)
	return s
}

// offer implements [sandbox]: a handler takes a job at once.
func (s *inProcess) offer(j *job, _ time.Duration, _ <-chan struct{}) offered {
	j.begin(time.Now(), s.pool.spec.Timeout)
	s.host.log.started(s.pool.spec, j.id)
	s.host.handlers.Add(1)
	go s.serve(j)
	return taken
}

// ended implements [sandbox].
func (s *inProcess) ended() <-chan struct{} { return s.ctx.Done() }

// verdict implements [sandbox]: the outcome of a process that was killed.
func (s *inProcess) verdict(id string) outcome { return exited(id, "signal: killed") }

// end implements [sandbox]: it cancels the handler's context.
func (s *inProcess) end() {
	s.cancel()
	s.forget.Do(func() { s.pool.forget(s) })
}

// cutShort implements [sandbox].
func (s *inProcess) cutShort(j *job) bool {
	s.pool.mu.Lock()
	over := j.over
	j.over = true // a result comes too late from now on
	s.pool.mu.Unlock()
	if !over {
		s.end()
	}
	return !over
}

// serve runs the handler, and finishes the job. A handler that panics or ends its
// goroutine ends the sandbox, as it would end a process.
func (s *inProcess) serve(j *job) {
	defer s.host.handlers.Done()
	ctx, cancel := context.WithDeadline(s.ctx, j.deadline)
	defer cancel()
	o := exited(j.id, "") // of a handler that ends its goroutine
	survives := false
	defer func() {
		if value := recover(); value != nil {
			o = panicked(value)
		}
		s.finish(j, o, survives)
	}()
	o = s.handle(ctx, j)
	survives = true
}

// handle calls the handler, with a context such as aws-lambda-go makes.
func (s *inProcess) handle(ctx context.Context, j *job) outcome {
	lc := lambdacontext.LambdaContext{AwsRequestID: j.id, InvokedFunctionArn: j.arn}
	if j.in.ClientContext != "" {
		if err := json.Unmarshal([]byte(j.in.ClientContext), &lc.ClientContext); err != nil {
			return errorOutcome(fmt.Errorf("failed to unmarshal client context json: %w", err))
		}
	}
	ctx = lambdacontext.NewContext(ctx, &lc)
	//lint:ignore SA1029 it is the key that aws-lambda-go uses
	ctx = context.WithValue(ctx, "x-amzn-trace-id", j.in.TraceID)

	if j.in.Output != nil {
		return streamed(ctx, s.handler, j.in)
	}
	payload, err := s.handler.Invoke(ctx, j.in.Payload)
	switch {
	case err != nil:
		return errorOutcome(err)
	case len(payload) > maxResponse:
		return tooLarge()
	}
	return outcome{payload: payload}
}

// finish finishes the job, unless it is over or the sandbox has ended.
func (s *inProcess) finish(j *job, o outcome, survives bool) {
	s.pool.mu.Lock()
	if j.over || s.ctx.Err() != nil {
		s.pool.mu.Unlock()
		return
	}
	j.finish(o)
	kept := survives && s.pool.release(s, time.Now())
	s.pool.mu.Unlock()
	if !kept {
		s.end()
	}
}

// errorOutcome returns the outcome of a handler that returns an error: the JSON that
// aws-lambda-go makes of it.
func errorOutcome(err error) outcome {
	if e, ok := err.(messages.InvokeResponse_Error); ok {
		return marshalled(e)
	}
	return marshalled(messages.InvokeResponse_Error{Message: err.Error(), Type: typeName(err)})
}

// panicked returns the outcome of a handler that panics: the JSON that aws-lambda-go
// makes of it. The deferred function that recovered has to call it itself.
func panicked(value any) outcome {
	if e, ok := value.(messages.InvokeResponse_Error); ok {
		return marshalled(e)
	}
	return marshalled(messages.InvokeResponse_Error{
		Message:    fmt.Sprint(value),
		Type:       typeName(value),
		StackTrace: stackTrace(),
	})
}

// marshalled returns the outcome of an error in the form of aws-lambda-go.
func marshalled(e messages.InvokeResponse_Error) outcome {
	payload, err := json.Marshal(e)
	if err != nil {
		return failure("Runtime.SerializationError", err.Error())
	}
	return outcome{payload, true}
}

// typeName returns the name of a value's type without its package.
func typeName(value any) string {
	t := reflect.TypeOf(value)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// stackTrace returns the frames of a panic, the innermost first. Paths begin with
// the import path, as in aws-lambda-go.
func stackTrace() []*messages.InvokeResponse_Error_StackFrame {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs[:])]) // from the panic on
	var trace []*messages.InvokeResponse_Error_StackFrame
	for {
		frame, more := frames.Next()
		folder := strings.Count(frame.Function, "/") + 2
		parts := strings.Split(frame.File, "/")
		_, label, _ := strings.Cut(frame.Function[strings.LastIndex(frame.Function, "/")+1:], ".")
		trace = append(trace, &messages.InvokeResponse_Error_StackFrame{
			Path:  strings.Join(parts[max(len(parts)-folder, 0):], "/"),
			Line:  int32(frame.Line),
			Label: label,
		})
		if !more {
			return trace
		}
	}
}
