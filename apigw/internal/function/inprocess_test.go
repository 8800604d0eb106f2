package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// rawHandler is a handler of bytes.
type rawHandler func(context.Context, []byte) ([]byte, error)

func (f rawHandler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return f(ctx, payload)
}

// handler makes fault a Go handler.
func (l *lab) handler(handler lambda.Handler, change func(*Spec)) {
	l.t.Helper()
	s := Spec{Name: "fault", ARN: "arn:aws:lambda:eu-west-1:123456789012:function:fault", Timeout: time.Minute}
	if change != nil {
		change(&s)
	}
	if err := l.SetHandler(s, handler); err != nil {
		l.t.Fatal(err)
	}
}

type customError struct{ code int }

func (e *customError) Error() string { return fmt.Sprint("code ", e.code) }

func TestErrorsOfAHandlerAreWordedAsAWSLambdaGoDoes(t *testing.T) {
	tests := []struct {
		rule    string
		handler func() ([]byte, error)
		want    string
	}{
		{"an error", func() ([]byte, error) { return nil, errors.New("broken") }, `{"errorMessage":"broken","errorType":"errorString"}`},
		{"a pointer to an error type", func() ([]byte, error) { return nil, &customError{4} }, `{"errorMessage":"code 4","errorType":"customError"}`},
		{"an error in the form of Lambda", func() ([]byte, error) {
			return nil, messages.InvokeResponse_Error{Message: "m", Type: "T"}
		}, `{"errorMessage":"m","errorType":"T"}`},
		{"a panic in the form of Lambda", func() ([]byte, error) {
			panic(messages.InvokeResponse_Error{Message: "m", Type: "T"})
		}, `{"errorMessage":"m","errorType":"T"}`},
		{"a result over 6291556 bytes", func() ([]byte, error) { return make([]byte, 6291557), nil },
			`{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`},
		{"the end of its goroutine", func() ([]byte, error) { runtime.Goexit(); return nil, nil },
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + testID + ` Error: Runtime exited without providing a reason"}`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			l := newLab(t, Options{})
			l.handler(rawHandler(func(context.Context, []byte) ([]byte, error) { return test.handler() }), nil)
			result, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID})
			if err != nil {
				t.Fatal(err)
			}
			if result.FunctionError != "Unhandled" || string(result.Payload) != test.want {
				t.Errorf("got %q %s\nwant %s", result.FunctionError, result.Payload, test.want)
			}
		})
	}
}

func TestAPanicHasAStackTraceAndCostsTheSandbox(t *testing.T) {
	l := newLab(t, Options{})
	l.handler(rawHandler(func(_ context.Context, payload []byte) ([]byte, error) {
		if string(payload) == "table" {
			panic(fmt.Errorf("no %s", payload))
		}
		return payload, nil
	}), nil)
	if result := l.invoke(""); string(result.Payload) != "{}" || !result.Cold {
		t.Errorf("without a payload: %s, cold %v", result.Payload, result.Cold)
	}
	if l.invoke("").Cold {
		t.Error("the second invocation is cold")
	}
	result := l.invoke("table")
	var e messages.InvokeResponse_Error
	decode(t, result.Payload, &e)
	if e.Message != "no table" || e.Type != "errorString" && e.Type != "wrapError" {
		t.Errorf("got %s", result.Payload)
	}
	if frame := e.StackTrace[0]; frame.Path != "runtime/panic.go" || frame.Label != "gopanic" {
		t.Errorf("the stack trace starts with %+v", frame)
	}
	frame := e.StackTrace[1]
	if !strings.HasSuffix(frame.Path, "internal/function/inprocess_test.go") || frame.Line == 0 || !strings.HasPrefix(frame.Label, "TestAPanicHasAStackTrace") {
		t.Errorf("the second frame is %+v, want one of internal/function/inprocess_test.go", frame)
	}
	if !l.invoke("").Cold {
		t.Error("the sandbox has survived")
	}
}

func TestTheContextOfAHandler(t *testing.T) {
	l := newLab(t, Options{})
	type seen struct {
		ID, ARN, Trace, Custom string
		Deadline               time.Time
	}
	l.handler(lambda.NewHandler(func(ctx context.Context, event map[string]string) (seen, error) {
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		trace, _ := ctx.Value("x-amzn-trace-id").(string)
		return seen{lc.AwsRequestID, lc.InvokedFunctionArn, trace, lc.ClientContext.Custom[event["key"]], deadline}, nil
	}), nil)
	before := time.Now()
	result, err := l.Invoke(context.Background(), "fault", Invocation{
		RequestID: testID, TraceID: "Root=1-2-3", ClientContext: `{"custom":{"a":"b"}}`, Payload: []byte(`{"key":"a"}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got seen
	if err := json.Unmarshal(result.Payload, &got); err != nil {
		t.Fatalf("%v: %s", err, result.Payload)
	}
	if got.Deadline.Before(before.Add(time.Minute)) || got.Deadline.After(time.Now().Add(time.Minute)) {
		t.Errorf("the deadline is %v", got.Deadline)
	}
	got.Deadline = time.Time{}
	if want := (seen{ID: testID, ARN: "arn:aws:lambda:eu-west-1:123456789012:function:fault", Trace: "Root=1-2-3", Custom: "b"}); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}

	result, err = l.Invoke(context.Background(), "fault", Invocation{ClientContext: "{"})
	if err != nil || !strings.Contains(string(result.Payload), "failed to unmarshal client context json") {
		t.Errorf("a broken client context: %v %s", err, result.Payload)
	}
}

func TestAHandlerThatTakesTooLong(t *testing.T) {
	l := newLab(t, Options{})
	one, late := 1, make(chan struct{})
	l.handler(rawHandler(func(ctx context.Context, payload []byte) ([]byte, error) {
		if string(payload) != "hang" {
			return payload, nil
		}
		<-ctx.Done()
		<-late // longer than its context
		return []byte("too late"), nil
	}), func(s *Spec) { s.Timeout, s.Concurrency = 50*time.Millisecond, &one })
	if result := l.invoke("hang"); !strings.Contains(string(result.Payload), "Task timed out after 0.05 seconds") {
		t.Errorf("got %s", result.Payload)
	}
	for range 2 {
		if result := l.invoke("next"); string(result.Payload) != "next" {
			t.Errorf("the next invocation: %s", result.Payload)
		}
	}
	close(late)
}

func TestTheConcurrencyOfAHandler(t *testing.T) {
	l := newLab(t, Options{})
	one, begun, open := 1, make(chan struct{}), make(chan struct{})
	l.handler(rawHandler(func(context.Context, []byte) ([]byte, error) {
		close(begun)
		<-open
		return nil, nil
	}), func(s *Spec) { s.Concurrency = &one })
	done := make(chan error)
	go func() {
		_, err := l.Invoke(context.Background(), "fault", Invocation{})
		done <- err
	}()
	<-begun
	var refusal *InvokeError
	if _, err := l.Invoke(context.Background(), "fault", Invocation{}); !errors.As(err, &refusal) || refusal.Status != 429 {
		t.Errorf("the second: %v", err)
	}
	close(open)
	if err := <-done; err != nil {
		t.Errorf("the first: %v", err)
	}
}

func TestAHandlerIsReplacedWhileItRuns(t *testing.T) {
	l := newLab(t, Options{})
	begun, open := make(chan struct{}), make(chan struct{})
	l.handler(rawHandler(func(context.Context, []byte) ([]byte, error) {
		close(begun)
		<-open
		return []byte("old"), nil
	}), nil)
	done := make(chan Result)
	go func() { done <- l.invoke("") }()
	<-begun
	l.handler(rawHandler(func(context.Context, []byte) ([]byte, error) { return []byte("new"), nil }), nil)
	if result := l.invoke(""); string(result.Payload) != "new" {
		t.Errorf("after: %s", result.Payload)
	}
	close(open)
	if result := <-done; string(result.Payload) != "old" {
		t.Errorf("before: %s", result.Payload)
	}
	l.Remove("fault")
}

func TestCloseCancelsHandlers(t *testing.T) {
	l := newLab(t, Options{})
	begun := make(chan struct{})
	l.handler(rawHandler(func(ctx context.Context, _ []byte) ([]byte, error) {
		close(begun)
		<-ctx.Done()
		return nil, ctx.Err()
	}), nil)
	done := make(chan error)
	go func() {
		_, err := l.Invoke(context.Background(), "fault", Invocation{})
		done <- err
	}()
	<-begun
	l.Close()
	if err := <-done; err != ErrClosed {
		t.Errorf("the running invocation: %v", err)
	}
}
