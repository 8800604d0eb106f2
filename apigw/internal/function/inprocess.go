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

func newInProcess(h *Host, p *pool, handler lambda.Handler) *inProcess {
	s := &inProcess{host: h, pool: p, handler: handler}
	s.ctx, s.cancel = context.WithCancel(h.ctx)
	return s
}

func (s *inProcess) offer(c *call, _ time.Duration, _ <-chan struct{}) offered {
	c.begin(time.Now(), s.pool.spec.Timeout)
	s.host.log.started(s.pool.spec, c.id)
	s.host.calls.Add(1)
	go s.serve(c)
	return taken
}

func (s *inProcess) ended() <-chan struct{} { return s.ctx.Done() }

func (s *inProcess) verdict(id string) outcome { return exited(id, "signal: killed") }

func (s *inProcess) end() {
	s.cancel()
	s.forget.Do(func() { s.pool.forget(s) })
}

func (s *inProcess) cutShort(c *call) bool {
	s.pool.mu.Lock()
	answered := c.answered
	c.answered = true // too late from now on
	s.pool.mu.Unlock()
	if !answered {
		s.end()
	}
	return !answered
}

// serve calls the handler, which ends the sandbox when it panics.
func (s *inProcess) serve(c *call) {
	defer s.host.calls.Done()
	ctx, cancel := context.WithDeadline(s.ctx, c.deadline)
	defer cancel()
	o := exited(c.id, "") // of a handler that ends its goroutine
	survives := false
	defer func() {
		if value := recover(); value != nil {
			o = panicked(value)
		}
		s.answer(c, o, survives)
	}()
	o = s.call(ctx, c)
	survives = true
}

// call is one call of the handler, with what aws-lambda-go puts into a context.
func (s *inProcess) call(ctx context.Context, c *call) outcome {
	lc := lambdacontext.LambdaContext{AwsRequestID: c.id, InvokedFunctionArn: c.arn}
	if c.in.ClientContext != "" {
		if err := json.Unmarshal([]byte(c.in.ClientContext), &lc.ClientContext); err != nil {
			return errorOutcome(fmt.Errorf("failed to unmarshal client context json: %w", err))
		}
	}
	ctx = lambdacontext.NewContext(ctx, &lc)
	//lint:ignore SA1029 it is the key that aws-lambda-go uses
	ctx = context.WithValue(ctx, "x-amzn-trace-id", c.in.TraceID)

	payload, err := s.handler.Invoke(ctx, c.in.Payload)
	switch {
	case err != nil:
		return errorOutcome(err)
	case len(payload) > maxResponse:
		return tooLarge()
	}
	return outcome{payload: payload}
}

func (s *inProcess) answer(c *call, o outcome, survives bool) {
	s.pool.mu.Lock()
	if c.answered || s.ctx.Err() != nil {
		s.pool.mu.Unlock()
		return // too late
	}
	c.answer(o)
	kept := survives && s.pool.release(s, time.Now())
	s.pool.mu.Unlock()
	if !kept {
		s.end()
	}
}

// errorOutcome is the JSON that aws-lambda-go makes of an error.
func errorOutcome(err error) outcome {
	if e, ok := err.(messages.InvokeResponse_Error); ok {
		return marshalled(e)
	}
	return marshalled(messages.InvokeResponse_Error{Message: err.Error(), Type: typeName(err)})
}

// panicked is the JSON that aws-lambda-go makes of a panic. It has to be called
// by the deferred function that recovered.
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

func marshalled(e messages.InvokeResponse_Error) outcome {
	payload, err := json.Marshal(e)
	if err != nil {
		return failure("Runtime.SerializationError", err.Error())
	}
	return outcome{payload, true}
}

// typeName is the name of a value's type without its package.
func typeName(value any) string {
	t := reflect.TypeOf(value)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// stackTrace lists the frames of a panic, the innermost first, with paths from
// the import path on, as aws-lambda-go does.
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
