package metrics

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/schema"
	"example.com/apigw/internal/rules"
)

func TestMain(m *testing.M) {
	lambdacontext.FunctionName, lambdacontext.FunctionVersion = "orders", "7"
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// returning is a function that returns a result.
func returning(result string) lambda.Handler {
	return handlerFunc(func(context.Context) (string, error) { return result, nil })
}

type handlerFunc func(context.Context) (string, error)

func (f handlerFunc) Invoke(ctx context.Context, _ []byte) ([]byte, error) {
	result, err := f(ctx)
	return []byte(result), err
}

// traceKey is where aws-lambda-go keeps the trace of an invocation.
var traceKey any = "x-amzn-trace-id"

// invocation returns the context that aws-lambda-go makes.
func invocation() context.Context {
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: "8f507cfc-xmpl"})
	return context.WithValue(ctx, traceKey, "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
}

// document is a line in the embedded metric format.
type document map[string]any

// directive is one of its lists of metrics.
type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []struct{ Name, Unit string }
}

func (d document) directives(t *testing.T) (list []directive) {
	t.Helper()
	text, err := json.Marshal(d["_aws"].(map[string]any)["CloudWatchMetrics"])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// write calls a function and returns the lines, all of which must be valid.
func write(t *testing.T, h lambda.Handler, calls int, options ...Option) []document {
	t.Helper()
	var out bytes.Buffer
	h = Handler(h, append(options, Output(&out))...)
	for range calls {
		func() {
			defer func() { _ = recover() }()
			_, _ = h.Invoke(invocation(), nil)
		}()
	}
	var lines []document
	for line := range strings.Lines(out.String()) {
		lines = append(lines, valid(t, line))
	}
	if len(lines) != calls {
		t.Fatalf("%d lines for %d requests:\n%s", len(lines), calls, out.String())
	}
	return lines
}

// valid returns a line, after it was held against the schema and the words of the
// specification: targets of metrics are numbers, or lists of 1 to 100 of them, and
// those of dimensions are texts of at most 1024 characters.
func valid(t *testing.T, line string) document {
	t.Helper()
	definition, err := os.ReadFile("testdata/emf.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	set, wrong := schema.Compile([]*assembly.Model{{Name: "Line", Schema: definition}}, "")
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	details, err := set.Validate(t.Context(), "Line", []byte(line))
	if err != nil || len(details) > 0 {
		t.Fatalf("the schema of AWS refuses the line: %q, %v\n%s", details, err, line)
	}
	if len(line) > 1<<20 {
		t.Errorf("a line has %d bytes, want at most 1 MB", len(line))
	}
	var d document
	if err := json.Unmarshal([]byte(line), &d); err != nil {
		t.Fatal(err)
	}
	for _, directive := range d.directives(t) {
		if len(directive.Metrics) > 100 {
			t.Errorf("%d metrics, want at most 100", len(directive.Metrics))
		}
		for _, set := range directive.Dimensions {
			for _, name := range set {
				if value, ok := d[name].(string); !ok || value == "" || len(value) > 1024 {
					t.Errorf("dimension %s: value %v, want a text of 1 to 1024 characters", name, d[name])
				}
			}
		}
		for _, m := range directive.Metrics {
			switch value := d[m.Name].(type) {
			case float64:
			case []any:
				if len(value) == 0 || len(value) > 100 {
					t.Errorf("metric %s: %d values, want 1 to 100", m.Name, len(value))
				}
			default:
				t.Errorf("metric %s: value %v, want numbers", m.Name, value)
			}
		}
	}
	return d
}

func TestTheLineOfARequest(t *testing.T) {
	lines := write(t, returning("{}"), 2)
	for i, cold := range []float64{1, 0} {
		d := lines[i]
		for name, want := range map[string]any{
			"FunctionName": "orders", "functionVersion": "7", "ColdStart": cold, "outcome": "ok",
			"requestId": "8f507cfc-xmpl", "traceId": "1-5759e988-bd862e3fe1be46a994272793",
		} {
			if d[name] != want {
				t.Errorf("request %d: %s is %v, want %v", i+1, name, d[name], want)
			}
		}
		got := d.directives(t)
		want := []directive{{"Functions", [][]string{{"FunctionName"}}, []struct{ Name, Unit string }{{"ColdStart", "Count"}, {"Duration", "Milliseconds"}}}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("request %d: metrics %v, want %v", i+1, got, want)
		}
	}
}

func TestDurationsAreInMilliseconds(t *testing.T) {
	var out bytes.Buffer
	w := newWriter([]Option{Output(&out)})
	times := []int64{1_700_000_000_000_000_000, 1_700_000_000_012_345_678}
	w.now = func() int64 { now := times[0]; times = times[1:]; return now }
	if _, err := (handler{returning(""), w}).Invoke(invocation(), nil); err != nil {
		t.Fatal(err)
	}
	if want := `"Duration":12.345,`; !strings.Contains(out.String(), want) {
		t.Errorf("got %s want %s in it", out.String(), want)
	}
	if want := `{"_aws":{"Timestamp":1700000000012,`; !strings.HasPrefix(out.String(), want) {
		t.Errorf("got %s want %s at its start", out.String(), want)
	}
	valid(t, out.String())
}

func TestWhatBecomesOfARequest(t *testing.T) {
	rule := func(id string) handlerFunc {
		return func(ctx context.Context) (string, error) { Outcome(ctx, id); return "{}", nil }
	}
	for _, c := range []struct {
		rule     string
		function lambda.Handler
		options  []Option
		outcome  string
		failure  any // the value of the metric Failures, by the rule
	}{
		{"a result", returning(`{"statusCode":200}`), nil, "ok", nil},
		{"a result that is not checked", returning(`{"Hello":"World"}`), nil, "ok", nil},
		{"a checked result", returning(`{"statusCode":200,"body":""}`), []Option{CheckResults()}, "ok", nil},
		{"a result without the envelope", returning(`{"Hello":"World"}`), []Option{CheckResults()}, "missing-envelope", 1.0},
		{"a body that is an object", returning(`{"statusCode":200,"body":{}}`), []Option{CheckResults()}, "body-not-string", 1.0},
		{"an error, which Lambda counts", handlerFunc(func(context.Context) (string, error) { return "", errors.New("no") }), []Option{CheckResults()}, "error", nil},
		{"a panic", handlerFunc(func(context.Context) (string, error) { panic("no") }), []Option{CheckResults()}, "function-panic", 1.0},
		{"what the function says itself", rule("function-timeout"), nil, "function-timeout", 1.0},
		{"what cannot be the value of a dimension", rule("é\n"), nil, "ok", nil},
		{"an empty rule", rule(""), nil, "ok", nil},
		{"the first of several", handlerFunc(func(ctx context.Context) (string, error) {
			Outcome(ctx, "response-too-large")
			Outcome(ctx, "response-and-error")
			return "", nil
		}), nil, "response-too-large", 1.0},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := write(t, c.function, 1, c.options...)[0]
			if d["outcome"] != c.outcome || d["Failures"] != c.failure {
				t.Errorf("outcome %v with Failures %v, want %v with %v", d["outcome"], d["Failures"], c.outcome, c.failure)
			}
			if c.failure == nil {
				return
			}
			if _, known := rules.Lookup(c.outcome); !known || d["Rule"] != c.outcome {
				t.Errorf("rule %v, want %s, which is in the rulebook", d["Rule"], c.outcome)
			}
			last := d.directives(t)[1]
			if want := [][]string{{"FunctionName", "Rule"}}; !reflect.DeepEqual(last.Dimensions, want) || last.Metrics[0].Name != "Failures" {
				t.Errorf("the second list is %v, want Failures with the dimensions %v", last, want)
			}
		})
	}
}

func TestAPanicGoesOn(t *testing.T) {
	defer func() {
		if got := recover(); got != "no" {
			t.Errorf("recovered %v, want the function's own panic", got)
		}
	}()
	_, _ = Handler(handlerFunc(func(context.Context) (string, error) { panic("no") }), Output(io.Discard)).Invoke(invocation(), nil)
}

func TestMetricsOfTheFunction(t *testing.T) {
	d := write(t, handlerFunc(func(ctx context.Context) (string, error) {
		Put(ctx, "Greetings", 1, Count)
		Put(ctx, "Sizes", 10, Bytes)
		Put(ctx, "Sizes", 20.5, Bytes)
		Put(ctx, "Odd", 1, "Furlongs")
		Put(ctx, "Rate", 1, "Bytes/Second")
		Put(ctx, `Quoted "name"`, -1e21, None)
		return "", nil
	}), 1, Namespace("Orders/API"), Dimension("Stage", "prod"))[0]

	first := d.directives(t)[0]
	if want := [][]string{{"FunctionName", "Stage"}}; first.Namespace != "Orders/API" || !reflect.DeepEqual(first.Dimensions, want) || d["Stage"] != "prod" {
		t.Errorf("namespace %s and dimensions %v, want Orders/API and %v", first.Namespace, first.Dimensions, want)
	}
	units := map[string]string{}
	for _, m := range first.Metrics[2:] {
		units[m.Name] = m.Unit
	}
	if want := map[string]string{"Greetings": "Count", "Sizes": "Bytes", "Odd": "None", "Rate": "Bytes/Second", `Quoted "name"`: "None"}; !reflect.DeepEqual(units, want) {
		t.Errorf("units %v, want %v", units, want)
	}
	for name, want := range map[string]any{"Greetings": 1.0, "Sizes": []any{10.0, 20.5}, `Quoted "name"`: -1e21} {
		if !reflect.DeepEqual(d[name], want) {
			t.Errorf("%s is %v, want %v", name, d[name], want)
		}
	}
}

func TestLimits(t *testing.T) {
	dimensions := func(count, value int) (list []Option) {
		for i := range count {
			list = append(list, Dimension(fmt.Sprintf("D%-248d.", i), strings.Repeat("v", value)))
		}
		return list
	}
	for _, c := range []struct {
		rule       string
		options    []Option
		put        func(context.Context)
		dropped    any
		metrics    int
		dimensions int
	}{
		{"100 metrics", nil, func(ctx context.Context) {
			for i := range 101 {
				Put(ctx, fmt.Sprint("m", i), 1, Count)
			}
		}, 3.0, 100, 1},
		{"100 values of a metric", nil, func(ctx context.Context) {
			for range 101 {
				Put(ctx, "m", 1, Count)
			}
		}, 1.0, 3, 1},
		{"the longest line there can be", dimensions(40, 1024), func(ctx context.Context) {
			for i := range 98 {
				for range 100 {
					Put(ctx, fmt.Sprintf("%255d", i), -math.Pi*1e-300, "Gigabytes/Second")
				}
			}
			Outcome(ctx, strings.Repeat("r", 1024))
		}, nil, 100, 29},
		{"a name of 256 characters", nil, func(ctx context.Context) { Put(ctx, strings.Repeat("n", 256), 1, Count) }, 1.0, 2, 1},
		{"a name that is not ASCII", nil, func(ctx context.Context) { Put(ctx, "Grüße", 1, Count) }, 1.0, 2, 1},
		{"no name", nil, func(ctx context.Context) { Put(ctx, "", 1, Count) }, 1.0, 2, 1},
		{"a name that is taken", nil, func(ctx context.Context) { Put(ctx, "Duration", 1, Count); Put(ctx, "_aws", 1, Count) }, 2.0, 2, 1},
		{"not a number", nil, func(ctx context.Context) { Put(ctx, "m", math.NaN(), Count); Put(ctx, "m", math.Inf(1), Count) }, 2.0, 2, 1},
		{"a number that is too large", nil, func(ctx context.Context) { Put(ctx, "m", -1e109, Count) }, 1.0, 2, 1},
		{"a dimension with a value that is too long", dimensions(1, 1025), nil, nil, 2, 1},
		{"a dimension without a value", []Option{Dimension("Stage", "")}, nil, nil, 2, 1},
		{"a dimension that is taken", []Option{Dimension("FunctionName", "f"), Dimension("Rule", "r"), Dimension("outcome", "o")}, nil, nil, 2, 1},
		{"a dimension that begins with a colon", []Option{Dimension(":Stage", "prod")}, nil, nil, 2, 1},
		{"a dimension that is set twice", []Option{Dimension("Stage", "prod"), Dimension("Stage", "test")}, nil, nil, 2, 2},
		{"a namespace of AWS", []Option{Namespace("AWS/Lambda")}, nil, nil, 2, 1},
		{"an empty namespace", []Option{Namespace("")}, nil, nil, 2, 1},
		{"a namespace with a blank", []Option{Namespace("my app")}, nil, nil, 2, 1},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := write(t, handlerFunc(func(ctx context.Context) (string, error) {
				if c.put != nil {
					c.put(ctx)
				}
				return "", nil
			}), 1, c.options...)[0]
			first := d.directives(t)[0]
			if d["droppedMetrics"] != c.dropped || len(first.Metrics) != c.metrics || len(first.Dimensions[0]) != c.dimensions {
				t.Errorf("%v dropped, %d metrics, %d dimensions, want %v, %d and %d",
					d["droppedMetrics"], len(first.Metrics), len(first.Dimensions[0]), c.dropped, c.metrics, c.dimensions)
			}
			if first.Namespace != DefaultNamespace {
				t.Errorf("namespace %q, want %q", first.Namespace, DefaultNamespace)
			}
		})
	}
}

func TestWhatIsLeftOutIsSaidWhenTheFunctionStarts(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	Handler(returning(""), Namespace("AWS/Lambda"), Dimension("Stage", ""))
	for _, want := range []string{"namespace=AWS/Lambda", "dimension=Stage"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("log %s, want %s in it", log.String(), want)
		}
	}
}

func TestOutsideOfARequestNothingHappens(t *testing.T) {
	Put(t.Context(), "m", 1, Count)
	Outcome(t.Context(), "function-error")
	if got := TraceID(t.Context()); got != "" {
		t.Errorf("trace id %q, want none", got)
	}
}

func TestOutsideOfLambdaNothingIsWritten(t *testing.T) {
	name := lambdacontext.FunctionName
	lambdacontext.FunctionName = ""
	defer func() { lambdacontext.FunctionName = name }()
	var out bytes.Buffer
	if _, err := Handler(returning(""), Output(&out)).Invoke(invocation(), nil); err != nil || out.Len() > 0 {
		t.Errorf("wrote %q (error %v), want nothing", out.String(), err)
	}
}

func TestWithProvisionedConcurrencyNoRequestIsCold(t *testing.T) {
	t.Setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "provisioned-concurrency")
	if got := write(t, returning(""), 1)[0]["ColdStart"]; got != 0.0 {
		t.Errorf("ColdStart %v, want 0", got)
	}
}

// A broken pipe, or a function that goes on after its deadline, changes nothing.
func TestMetricsNeverFailARequest(t *testing.T) {
	for rule, to := range map[string]io.Writer{"an output that fails": failing{}, "an output that panics": panicking{}} {
		result, err := Handler(returning("result"), Output(to)).Invoke(invocation(), nil)
		if string(result) != "result" || err != nil {
			t.Errorf("%s: result %q, error %v, want the function's own", rule, result, err)
		}
	}
	var kept context.Context
	write(t, handlerFunc(func(ctx context.Context) (string, error) { kept = ctx; return "", nil }), 1)
	Put(kept, "late", 1, Count)
	Outcome(kept, "function-timeout")
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("closed") }

func TestRequestsAtTheSameTime(t *testing.T) {
	var out bytes.Buffer
	h := Handler(handlerFunc(func(ctx context.Context) (string, error) { Put(ctx, "m", 1, Count); return "", nil }), Output(&out))
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() { _, _ = h.Invoke(invocation(), nil) })
	}
	group.Wait()
	lines, cold := 0, 0.0
	for line := range strings.Lines(out.String()) {
		cold += valid(t, line)["ColdStart"].(float64)
		lines++
	}
	if lines != 50 || cold != 1 {
		t.Errorf("%d lines with %v cold starts, want 50 with 1", lines, cold)
	}
}

func TestAFunctionThatStreams(t *testing.T) {
	var out bytes.Buffer
	fn := Func(func(ctx context.Context, in string) (io.Reader, error) {
		Outcome(ctx, "stream-cookies")
		return strings.NewReader(in), nil
	}, Output(&out))
	stream, err := fn(invocation(), "body")
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(stream); err != nil || string(body) != "body" {
		t.Errorf("body %q, %v, want that of the function", body, err)
	}
	if d := valid(t, out.String()); d["outcome"] != "stream-cookies" {
		t.Errorf("outcome %v, want stream-cookies", d["outcome"])
	}
}

func TestTimestampsAreOfToday(t *testing.T) {
	stamp := write(t, returning(""), 1)[0]["_aws"].(map[string]any)["Timestamp"].(float64)
	if age := time.Since(time.UnixMilli(int64(stamp))); age < -time.Minute || age > time.Hour {
		t.Errorf("the line is %v old, want it from now", age)
	}
}

func BenchmarkRequest(b *testing.B) {
	h := Handler(returning("{}"), Output(io.Discard))
	ctx := invocation()
	b.ReportAllocs()
	for b.Loop() {
		_, _ = h.Invoke(ctx, nil)
	}
}

func BenchmarkRequestWithMetrics(b *testing.B) {
	h := Handler(handlerFunc(func(ctx context.Context) (string, error) {
		Put(ctx, "Greetings", 1, Count)
		Outcome(ctx, "function-timeout")
		return "{}", nil
	}), Output(io.Discard))
	ctx := invocation()
	b.ReportAllocs()
	for b.Loop() {
		_, _ = h.Invoke(ctx, nil)
	}
}

func TestARequestCostsFewAllocations(t *testing.T) {
	h := Handler(returning("{}"), Output(io.Discard))
	ctx := invocation()
	if got := testing.AllocsPerRun(100, func() { _, _ = h.Invoke(ctx, nil) }); got > 4 {
		t.Errorf("%v allocations a request, want at most 4", got)
	}
}
