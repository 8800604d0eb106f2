// Package metrics writes metrics of a Lambda function: how long it took, whether it
// started cold, and by which entry of the rulebook it failed. A line of JSON in its log
// is all that it takes, the embedded metric format of CloudWatch: no agent, no call to
// AWS, no permission.
//
// Wrap the handler, and everything else is optional:
//
//	lambda.Start(metrics.Handler(handler))
//
// Metrics never fail a request. What CloudWatch would not take is left out, and counted
// in the member droppedMetrics of the line. Outside of Lambda nothing is written.
//
// Each name with each value of its dimensions is a metric of its own, which CloudWatch
// bills: ColdStart and Duration are two for each function, and Failures is one for each
// rule that a function breaks, in hours in which it does.
package metrics

import (
	"context"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"example.com/apigw/proxyresponse"
)

// DefaultNamespace is the namespace of the metrics unless [Namespace] names another.
// The dashboard of package observability shows it.
const DefaultNamespace = "Functions"

// The names of the metrics of every function, and of their dimensions.
const (
	ColdStart    = "ColdStart"    // 1 for the first request of a process, else 0
	Duration     = "Duration"     // of the handler, in milliseconds
	Failures     = "Failures"     // 1 for a request that breaks a rule; has the dimension Rule
	FunctionName = "FunctionName" // the dimension that all have
	Rule         = "Rule"         // the id of an entry of the rulebook
)

// Option changes how [Handler] and [Func] work.
type Option func(*writer)

// Namespace sets the namespace of the metrics: 1 to 255 letters, digits and
// characters of ".-_/#:", and not one of AWS's own.
func Namespace(name string) Option { return func(w *writer) { w.namespace = name } }

// Dimension adds a dimension to all metrics of the function, such as the stage. There
// may be 28 beside FunctionName and Rule. Every value makes new metrics, so that ids and
// names of users do not belong here.
func Dimension(name, value string) Option {
	return func(w *writer) { w.dimensions = append(w.dimensions, dimension{name, value}) }
}

// CheckResults lets [Handler] check what the function returns for an API with proxy
// integration, and report which rule the result breaks. A function made by
// proxyresponse.Handler cannot break one; for it there is [Outcome].
func CheckResults() Option {
	return func(w *writer) {
		w.check = func(result []byte) string {
			if v := proxyresponse.Check(result); len(v.Violations) > 0 {
				return v.Violations[0].Rule
			}
			return ""
		}
	}
}

// Output sets where the lines go; nil means os.Stdout.
func Output(to io.Writer) Option { return func(w *writer) { w.out = to } }

// Handler returns a handler that calls h, and then writes the metrics of the request.
func Handler(h lambda.Handler, options ...Option) lambda.Handler {
	return handler{h, newWriter(options)}
}

type handler struct {
	lambda.Handler
	writer *writer
}

func (h handler) Invoke(ctx context.Context, payload []byte) (result []byte, err error) {
	ctx, r := h.writer.begin(ctx)
	defer func() { h.writer.end(r, result, err) }() // also if it panics, which goes on
	result, err = h.Handler.Invoke(ctx, payload)
	r.returned = true
	return result, err
}

// Func returns a function that calls fn, and then writes the metrics of the request.
// It is for functions that stream, which a [lambda.Handler] cannot: their duration is
// the time until the stream begins. Results are not checked.
func Func[In, Out any](fn func(context.Context, In) (Out, error), options ...Option) func(context.Context, In) (Out, error) {
	w := newWriter(options)
	return func(ctx context.Context, in In) (out Out, err error) {
		ctx, r := w.begin(ctx)
		defer func() { w.end(r, nil, err) }()
		out, err = fn(ctx, in)
		r.returned = true
		return out, err
	}
}

// Put adds a value to the metrics of the request that ctx is of. Several values of one
// name are one metric. Outside of a request nothing happens.
func Put(ctx context.Context, name string, value float64, unit Unit) {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		r.put(name, value, unit)
	}
}

// Outcome says which entry of the rulebook explains the failure of the request that
// ctx is of; the first one counts. It fits proxyresponse.WithObserver.
func Outcome(ctx context.Context, rule string) {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		r.fail(rule)
	}
}

// writer is what the options set.
type writer struct {
	namespace  string
	dimensions []dimension
	check      func(result []byte) (rule string)
	out        io.Writer

	head    []byte       // of every line, up to the names of metrics
	failure []byte       // the directive of Failures
	tail    []byte       // the values of the dimensions, and what else never changes
	warm    atomic.Bool  // whether a request came before
	lines   sync.Mutex   // one line at a time
	buffers sync.Pool    // of *[]byte
	now     func() int64 // in nanoseconds
}

type dimension struct{ name, value string }

func newWriter(options []Option) *writer {
	w := &writer{namespace: DefaultNamespace, now: func() int64 { return time.Now().UnixNano() }}
	w.buffers.New = func() any { return new([]byte) }
	for _, option := range options {
		option(w)
	}
	if w.out == nil {
		w.out = os.Stdout
	}
	if !validNamespace(w.namespace) {
		complain("namespace", w.namespace, "it must have 1 to 255 letters, digits and characters of .-_/#: and not begin with AWS/")
		w.namespace = DefaultNamespace
	}
	w.dimensions = slices.DeleteFunc(w.dimensions, func(d dimension) bool {
		valid := validDimension(d)
		if !valid {
			complain("dimension", d.name, "name and value must be ASCII with something to read, of at most 250 and 1024 characters, and the name must not begin with a colon or be one that is taken")
		}
		return !valid
	})
	if len(w.dimensions) > maxDimensions {
		complain("dimension", w.dimensions[maxDimensions].name, "there are too many")
		w.dimensions = w.dimensions[:maxDimensions]
	}
	w.warm.Store(os.Getenv("AWS_LAMBDA_INITIALIZATION_TYPE") == "provisioned-concurrency")
	w.prepare()
	return w
}

// complain says once, when the function starts, what is not written.
func complain(what, name, why string) {
	slog.Error("metrics are written without it", what, name, "error", why)
}

type requestKey struct{}

// request is what is known of one.
type request struct {
	mutex    sync.Mutex // a function may go on after its deadline
	ctx      context.Context
	began    int64
	cold     bool
	returned bool // and did not panic
	rule     string
	metrics  []metric
	dropped  int
	over     bool
}

type metric struct {
	name   string
	unit   Unit
	values []float64
}

func (w *writer) begin(ctx context.Context) (context.Context, *request) {
	r := &request{began: w.now(), cold: !w.warm.Swap(true)}
	r.ctx = context.WithValue(ctx, requestKey{}, r)
	return r.ctx, r
}

func (r *request) put(name string, value float64, unit Unit) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	at := slices.IndexFunc(r.metrics, func(m metric) bool { return m.name == name })
	switch {
	case r.over:
	case !validMetric(name, value),
		at < 0 && len(r.metrics) == maxMetrics,
		at >= 0 && len(r.metrics[at].values) == maxValues:
		r.dropped++
	case at >= 0:
		r.metrics[at].values = append(r.metrics[at].values, value)
	default:
		r.metrics = append(r.metrics, metric{strings.Clone(name), unit.known(), []float64{value}})
	}
}

func (r *request) fail(rule string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.rule == "" && !r.over && validValue(rule) {
		r.rule = rule
	}
}

// end writes the line of a request. Whatever happens here, the request has its result.
func (w *writer) end(r *request, result []byte, err error) {
	if lambdacontext.FunctionName == "" {
		return
	}
	took := w.now() - r.began
	if !r.returned {
		r.fail("function-panic")
	} else {
		defer func() { _ = recover() }() // a panic of the function goes on
	}
	if w.check != nil && r.returned && err == nil {
		r.fail(w.check(result))
	}
	buffer := w.buffers.Get().(*[]byte)
	line := w.line((*buffer)[:0], r, took, err)
	w.lines.Lock()
	_, _ = w.out.Write(line) // there is nobody to tell
	w.lines.Unlock()
	if cap(line) <= keptBuffer {
		*buffer = line
		w.buffers.Put(buffer)
	}
}
