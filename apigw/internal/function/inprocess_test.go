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

	"example.com/apigw/internal/testwait"
)

// rawHandler is a handler that takes and returns bytes.
type rawHandler func(context.Context, []byte) ([]byte, error)

// Invoke implements [lambda.Handler].
func (f rawHandler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return f(ctx, payload)
}

// handler makes fault a Go handler, with a spec that change may change.
func (l *lab) handler(handler lambda.Handler, change func(*Spec)) {
	l.t.Helper()
	s := Spec{Name: "fault", ARN: "arn:aws:lambda:eu-west-1:123456789012:function:fault", Timeout: time.Minute}
	if change != nil {
		change(&s)
	}
	l.keyOf = map[string]string{s.Name: s.key()}
	if err := l.SetHandler(s, handler); err != nil {
		l.t.Fatal(err)
	}
}

// customError is an error type with a name of its own.
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
		t.Errorf("without a payload: got %s, cold %v, want {} from a cold start", result.Payload, result.Cold)
	}
	if l.invoke("").Cold {
		t.Error("the second invocation: got a cold start, want a warm one")
	}
	result := l.invoke("table")
	var e messages.InvokeResponse_Error
	decode(t, result.Payload, &e)
	if e.Message != "no table" || e.Type != "errorString" && e.Type != "wrapError" {
		t.Errorf("got %s, want the message and the type of the error", result.Payload)
	}
	if frame := e.StackTrace[0]; frame.Path != "runtime/panic.go" || frame.Label != "gopanic" {
		t.Errorf("the first frame: got %+v, want gopanic of runtime/panic.go", frame)
	}
	frame := e.StackTrace[1]
	if !strings.HasSuffix(frame.Path, "internal/function/inprocess_test.go") || frame.Line == 0 || !strings.HasPrefix(frame.Label, "TestAPanicHasAStackTrace") {
		t.Errorf("the second frame: got %+v, want one of internal/function/inprocess_test.go", frame)
	}
	if !l.invoke("").Cold {
		t.Error("after the panic: got the same sandbox, want a cold start")
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
		t.Fatalf("got %s, want JSON of the handler: %v", result.Payload, err)
	}
	if got.Deadline.Before(before.Add(time.Minute)) || got.Deadline.After(time.Now().Add(time.Minute)) {
		t.Errorf("the deadline: got %v, want a minute after %v", got.Deadline, before)
	}
	got.Deadline = time.Time{}
	if want := (seen{ID: testID, ARN: "arn:aws:lambda:eu-west-1:123456789012:function:fault", Trace: "Root=1-2-3", Custom: "b"}); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}

	result, err = l.Invoke(context.Background(), "fault", Invocation{ClientContext: "{"})
	if err != nil || !strings.Contains(string(result.Payload), "failed to unmarshal client context json") {
		t.Errorf("a broken client context: got %s, error %v, want the failure to unmarshal", result.Payload, err)
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
		t.Errorf("got %s, want a timeout after 0.05 seconds", result.Payload)
	}
	for range 2 {
		if result := l.invoke("next"); string(result.Payload) != "next" {
			t.Errorf("the next invocation: got %s, want next", result.Payload)
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
	done := make(chan error, 1)
	go func() {
		_, err := l.Invoke(context.Background(), "fault", Invocation{})
		done <- err
	}()
	testwait.Receive(t, "the start of the handler", begun)
	if _, err := l.Invoke(context.Background(), "fault", Invocation{}); refusal(err).Status != 429 {
		t.Errorf("the second: got the error %v, want a refusal with 429", err)
	}
	close(open)
	if err := testwait.Receive(t, "the end of the first", done); err != nil {
		t.Errorf("the first: got the error %v, want none", err)
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
	done := make(chan Result, 1)
	go func() {
		result, err := l.Invoke(context.Background(), "fault", Invocation{})
		if err != nil {
			t.Errorf("got the error %v, want a result", err)
		}
		done <- result
	}()
	testwait.Receive(t, "the start of the handler", begun)
	l.handler(rawHandler(func(context.Context, []byte) ([]byte, error) { return []byte("new"), nil }), nil)
	if result := l.invoke(""); string(result.Payload) != "new" {
		t.Errorf("the new handler: got %s, want new", result.Payload)
	}
	close(open)
	if result := testwait.Receive(t, "the result of the old handler", done); string(result.Payload) != "old" {
		t.Errorf("the old handler: got %s, want old", result.Payload)
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
	done := make(chan error, 1)
	go func() {
		_, err := l.Invoke(context.Background(), "fault", Invocation{})
		done <- err
	}()
	testwait.Receive(t, "the start of the handler", begun)
	l.Close()
	if err := testwait.Receive(t, "the end of the running invocation", done); err != ErrClosed {
		t.Errorf("the running invocation: got the error %v, want %v", err, ErrClosed)
	}
}

func TestTheResultOfAFunctionStaysWhenItRunsAgain(t *testing.T) {
	l := newLab(t, Options{})
	l.handler(NewHandler(func(_ context.Context, event string) (string, error) { return event, nil }), nil)
	var payloads [][]byte
	for i := range 100 {
		payloads = append(payloads, l.invoke(fmt.Sprintf(`"%d"`, i)).Payload)
	}
	for i, got := range payloads {
		if want := fmt.Sprintf(`"%d"`, i); strings.TrimSpace(string(got)) != want {
			t.Fatalf("the result %d: got %q, want %s", i, got, want)
		}
	}
}
