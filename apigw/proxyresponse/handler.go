package proxyresponse

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"runtime/debug"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// HTTPError is an error that says what the client may know. [Handler] finds it
// under any wrapping, and responds with Status and {"message": Message}.
type HTTPError struct {
	Status  int    // 400 to 599; anything else counts as 500
	Message string // the client reads it; empty stands for the status's usual text
	Cause   error  // for the log only; may be nil
}

// Error returns the text for the log: message and cause.
func (e *HTTPError) Error() string {
	if e == nil {
		return "proxyresponse: nil *HTTPError"
	}
	text := fmt.Sprintf("%d %s", e.status(), e.message())
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap returns Cause.
func (e *HTTPError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Cause
}

func (e *HTTPError) status() int {
	if e.Status < 400 || e.Status > 599 {
		return http.StatusInternalServerError
	}
	return e.Status
}

func (e *HTTPError) message() string {
	if e.Message == "" {
		return defaultMessage(e.status())
	}
	return e.Message
}

// Bytes is a body that [Handler] sends with status 200, as [Binary] does.
type Bytes struct {
	MediaType string // empty means "application/octet-stream"
	Data      []byte
}

// HandlerFunc takes the raw event of an invocation and returns the raw result,
// as the Lambda runtime has them. lambda.Start takes it. Its error is always
// nil: a function error would be a 502 for the client.
type HandlerFunc func(ctx context.Context, payload []byte) ([]byte, error)

// Invoke calls f, so that a HandlerFunc is a lambda.Handler.
func (f HandlerFunc) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return f(ctx, payload)
}

// Option changes how [Handler] works.
type Option func(*handler)

// WithCORS adds the CORS headers of c to every response, errors included. An
// invalid c (see [CORS.Validate]) is logged when the handler is made, and adds
// nothing.
func WithCORS(c CORS) Option {
	return func(h *handler) {
		h.cors = CORS{AllowedOrigins: slices.Clone(c.AllowedOrigins), AllowCredentials: c.AllowCredentials}
	}
}

// WithLogger sets the logger that gets the causes; nil means slog.Default().
func WithLogger(logger *slog.Logger) Option {
	return func(h *handler) { h.logger = logger }
}

// WithObserver sets a function that gets the id of the entry of the rulebook by which
// a request failed, with the context of the request: what the log has as "rule", and
// "function-error" for an error of the function that is not an [*HTTPError].
func WithObserver(observe func(ctx context.Context, rule string)) Option {
	return func(h *handler) { h.observe = observe }
}

// Handler turns fn into a Lambda function for a REST API with proxy integration.
// Whatever fn does, the client gets a well-formed response. The log gets the cause
// of a failure, with the request ids of Lambda and of API Gateway.
//
// In is what fn wants to know of the request:
//
//   - events.APIGatewayProxyRequest, or a pointer to it: the request as it came;
//   - struct{}, or any struct without fields: nothing;
//   - anything else is decoded from the JSON body. The client gets a 415 if
//     Content-Type names something other than application/json or a +json type,
//     and a 400 if the body is empty, is not JSON, does not fit In or is
//     followed by more. An UnmarshalJSON method of In may return an
//     [*HTTPError].
//
// Out is what fn returns:
//
//   - a [Response], or a pointer to one;
//   - [Bytes], or a pointer to it: a 200 with that body;
//   - events.APIGatewayProxyResponse, or a pointer to it: the same response, with
//     its mistakes caught;
//   - nil, as an interface or a pointer of any type: a 204;
//   - anything else: a 200 with the value as JSON, see [JSON].
//
// If fn returns an error, a value beside it is dropped, and the log says so. An
// [*HTTPError] has its own status and public message; any other error is a 500
// with {"message":"Internal server error"}. So are a panic, a call of
// runtime.Goexit, a value without JSON form, a response that cannot be sent (see
// [Response]) and one over [MaxPayload].
//
// The context of fn ends shortly before the deadline of the invocation (a tenth
// of the remaining time, at most 200 ms). The client then gets a 504, even if fn
// goes on. Lambda freezes the goroutine of such an fn together with the process,
// and lets it go on in a later invocation; its result is dropped. So pass the
// context on to everything that can wait. API Gateway itself waits for 29 seconds
// by default, whatever the function's timeout is.
//
// A payload that is not an event of a proxy integration is a 500, and the log says
// which integration is probably wrong.
//
// A handler cannot survive the end of its process: os.Exit, a fatal error of the
// Go runtime, memory running out. The client gets a 502 from API Gateway then.
func Handler[In, Out any](fn func(context.Context, In) (Out, error), options ...Option) HandlerFunc {
	h, call := newHandler(fn, options)
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		return h.serve(ctx, payload, call), nil
	}
}

// newHandler returns what the options set, and fn without its types.
func newHandler[In, Out any](fn func(context.Context, In) (Out, error), options []Option) (*handler, callFunc) {
	h := &handler{}
	for _, option := range options {
		option(h)
	}
	if err := h.cors.Validate(); err != nil {
		h.log(context.Background(), report{level: slog.LevelError, text: "no CORS headers will be sent", err: err})
		h.cors = CORS{}
	}
	return h, func(ctx context.Context, event *events.APIGatewayProxyRequest) (any, error) {
		in, err := input[In](event)
		if err != nil {
			return nil, err
		}
		return fn(ctx, in)
	}
}

// handler is what the options set; it never changes after that.
type handler struct {
	cors    CORS
	logger  *slog.Logger
	observe func(ctx context.Context, rule string)
}

// callFunc is a handler's function without its types.
type callFunc func(context.Context, *events.APIGatewayProxyRequest) (any, error)

// outcome is what became of one invocation: the response, and what the log says.
type outcome struct {
	response Response
	reports  []report
	stream   *Streaming // in place of the response; nil if the function does not stream
}

// report is one line of the log.
type report struct {
	level slog.Level
	text  string
	rule  string // the entry of the rulebook that explains it, "" for none
	err   error
	stack string
}

// serve returns the envelope for one invocation.
func (h *handler) serve(ctx context.Context, payload []byte, call callFunc) []byte {
	ctx, cancel := endEarlier(ctx)
	defer cancel()
	o, origin, requestID := h.outcome(ctx, payload, call)
	if o.stream != nil {
		o.stream.Close()
		o.response = Response{err: errors.New("a streamed response has no JSON form; use StreamHandler in place of Handler")}
	}

	envelope, err := h.cors.apply(o.response, origin).encode()
	switch {
	case err == nil && o.response.warning != "":
		o.reports = append(o.reports, report{level: slog.LevelWarn, text: o.response.warning})
	case err != nil:
		o.reports = append(o.reports, unsendable(err))
		o.response = Error(http.StatusInternalServerError, "")
		envelope, _ = h.cors.apply(o.response, origin).MarshalJSON() // which never fails
	}
	for _, r := range o.reports {
		h.log(ctx, r, slog.Int("status", o.response.Status()), slog.String("apiRequestId", requestID))
	}
	return envelope
}

// outcome reads the event, and calls the function.
func (h *handler) outcome(ctx context.Context, payload []byte, call callFunc) (o outcome, origin, requestID string) {
	event, err := parseEvent(payload)
	// fn may keep and change the event's maps, even after its deadline.
	origin, requestID = requestHeader(event, "Origin"), event.RequestContext.RequestID
	if err != nil {
		o = failure(report{text: "the payload is not an event of a Lambda proxy integration", rule: ruleMappedEventInProxyFunction, err: err})
	} else {
		o = run(ctx, event, call)
	}
	return o, origin, requestID
}

func unsendable(err error) report {
	r := report{level: slog.LevelError, text: "the response cannot be sent", rule: ruleUnsendableResponse, err: err}
	if _, ok := err.(tooLargeError); ok {
		r.rule = ruleResponseTooLarge
	}
	return r
}

// run calls the function and waits for it, but not beyond the end of the context. The
// function has its own goroutine, so that there is a response even if it hangs or
// calls runtime.Goexit.
func run(ctx context.Context, event *events.APIGatewayProxyRequest, call callFunc) outcome {
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		settled := false
		defer func() {
			if !settled {
				o = failure(report{text: "the function ended its goroutine with runtime.Goexit", rule: ruleFunctionPanic})
			}
			done <- o
		}()
		o = settle(ctx, event, call)
		settled = true
	}()
	select {
	case o := <-done:
		return o
	case <-ctx.Done():
		go func() { // what comes too late still frees what it holds
			if o := <-done; o.stream != nil {
				o.stream.Close()
			}
		}()
		return timedOut(ctx.Err())
	}
}

// endEarlier returns a context that ends while there is still time to respond,
// before Lambda ends the invocation.
func endEarlier(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	margin := min(time.Until(deadline)/10, 200*time.Millisecond)
	return context.WithDeadline(ctx, deadline.Add(-margin))
}

// settle calls the function and turns whatever it does, but runtime.Goexit, into
// an outcome.
func settle(ctx context.Context, event *events.APIGatewayProxyRequest, call callFunc) (o outcome) {
	finished := false
	defer func() {
		if cause := recover(); !finished {
			o = panicked(cause)
		}
	}()
	value, err := call(ctx, event)
	if err != nil {
		o = refused(ctx, value, err)
	} else if s, ok := value.(*Streaming); ok && s != nil {
		o = outcome{stream: s}
	} else {
		o = outcome{response: toResponse(value)}
	}
	finished = true
	return o
}

func panicked(cause any) outcome {
	err, ok := cause.(error)
	if !ok {
		err = fmt.Errorf("%v", cause)
	}
	return failure(report{text: "the function panicked", rule: ruleFunctionPanic, err: err, stack: string(debug.Stack())})
}

// refused returns the outcome of a function that returned an error.
func refused(ctx context.Context, value any, err error) outcome {
	var o outcome
	public, isPublic := errors.AsType[*HTTPError](err)
	switch {
	case isPublic && public != nil:
		o = outcome{response: Error(public.status(), public.message())}
		level := slog.LevelInfo
		if public.status() >= 500 {
			level = slog.LevelError
		}
		o.reports = []report{{level: level, text: "the request was refused", err: err}}
	case ctx.Err() != nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)):
		o = timedOut(err)
	default:
		o = failure(report{text: "the function failed", rule: ruleFunctionError, err: err})
	}
	if !isZero(value) {
		o.reports = append(o.reports, report{level: slog.LevelWarn, rule: ruleResponseAndError,
			text: fmt.Sprintf("the function returned a %T beside its error; it was dropped", value)})
	}
	return o
}

func timedOut(err error) outcome {
	return outcome{response: Error(http.StatusGatewayTimeout, "Endpoint request timed out"), reports: []report{{
		level: slog.LevelError, rule: ruleFunctionTimeout, err: err,
		text: "the function did not return before its deadline; is something that it waits for out of reach?",
	}}}
}

// failure returns the 500 that does not say why.
func failure(r report) outcome {
	r.level = slog.LevelError
	return outcome{response: Error(http.StatusInternalServerError, ""), reports: []report{r}}
}

// toResponse turns a function's value into a response; [Handler] lists the rules.
func toResponse(value any) Response {
	if v := reflect.ValueOf(value); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return NoContent()
	}
	switch v := value.(type) {
	case Response:
		return v
	case *Response:
		return *v
	case Bytes:
		return Binary(http.StatusOK, v.MediaType, v.Data)
	case *Bytes:
		return Binary(http.StatusOK, v.MediaType, v.Data)
	case events.APIGatewayProxyResponse:
		return fromEvent(v)
	case *events.APIGatewayProxyResponse:
		return fromEvent(*v)
	default:
		return JSON(http.StatusOK, value)
	}
}

// fromEvent returns a response of aws-lambda-go, which checks nothing, as a
// Response. Names in both maps are merged as API Gateway does it: the spelling and
// the values of MultiValueHeaders come first.
func fromEvent(e events.APIGatewayProxyResponse) Response {
	body, warning := validText(e.Body)
	if e.IsBase64Encoded {
		data, err := base64.StdEncoding.DecodeString(e.Body)
		if err != nil {
			return Response{err: fmt.Errorf("IsBase64Encoded is set, but the body is not base64: %w", err)}
		}
		body, warning = string(data), ""
	}
	r := newResponse(e.StatusCode, "", body)
	r.binary, r.warning = e.IsBase64Encoded, warning
	for _, name := range slices.Sorted(maps.Keys(e.MultiValueHeaders)) {
		for _, value := range e.MultiValueHeaders[name] {
			r = r.added(name, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
		if value := e.Headers[name]; !slices.Contains(r.header.Values(name), value) {
			r = r.added(name, value)
		}
	}
	return r
}

func isZero(value any) bool {
	v := reflect.ValueOf(value)
	return !v.IsValid() || v.IsZero()
}

// log writes one report. A logger or an observer that panics does not prevent the
// response.
func (h *handler) log(ctx context.Context, r report, attrs ...slog.Attr) {
	defer func() { _ = recover() }()
	if h.observe != nil && r.rule != "" {
		h.observe(ctx, r.rule)
	}
	logger := h.logger
	if logger == nil {
		logger = slog.Default()
	}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		attrs = append(attrs, slog.String("requestId", lc.AwsRequestID))
	}
	if r.rule != "" {
		attrs = append(attrs, slog.String("rule", r.rule))
	}
	if r.err != nil {
		attrs = append(attrs, slog.String("error", errorText(r.err)))
	}
	if r.stack != "" {
		attrs = append(attrs, slog.String("stack", r.stack))
	}
	logger.LogAttrs(ctx, r.level, r.text, attrs...)
}

// errorText returns the text of an error. An Error method may panic, for instance
// on a nil pointer.
func errorText(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("%T whose Error method panicked", err)
		}
	}()
	return err.Error()
}
