package function

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/apigw/internal/testwait"
)

func TestAProcessIsUsedAgain(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	first := l.invoke(`{}`)
	second := l.invoke(`{}`)
	if !first.Cold || second.Cold {
		t.Errorf("cold: got %v, then %v, want true, then false", first.Cold, second.Cold)
	}
	if a, b := l.report(`{}`).PID, l.report(`{}`).PID; a != b {
		t.Errorf("got the processes %d and %d, want one", a, b)
	}
}

func TestTheProcessUsedLastIsUsedFirst(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	gates := []gate{newGate(t), newGate(t), newGate(t)}
	var last Result
	for i, done := range startAll(l, gates) {
		gates[i].open()
		last = testwait.Receive(t, "a result", done)
	}
	for range 3 {
		if got, want := l.report(`{}`).PID, pidOf(t, last); got != want {
			t.Errorf("got the process %d, want %d", got, want)
		}
	}
}

// startAll starts an invocation for each gate, and waits until all run.
func startAll(l *lab, gates []gate) []chan Result {
	var all []chan Result
	for i, g := range gates {
		done := make(chan Result, 1)
		id := fmt.Sprintf("gated-%p-%d", done, i)
		go func() {
			result, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: id, Payload: g.event()})
			if err != nil {
				l.t.Errorf("got the error %v, want a result", err)
			}
			done <- result
		}()
		testwait.Until(l.t, "the invocation runs", func() bool { return l.running("fault", id) })
		all = append(all, done)
	}
	return all
}

// running reports whether a process of a function works on the job with this id.
func (l *lab) running(name, id string) bool {
	l.processesMu.Lock()
	defer l.processesMu.Unlock()
	for p := range l.processes {
		p.pool.mu.Lock()
		is := p.pool.spec.Name == name && p.current != nil && p.current.id == id
		p.pool.mu.Unlock()
		if is {
			return true
		}
	}
	return false
}

// pidOf returns the id of the process whose report a result is.
func pidOf(t *testing.T, r Result) int {
	t.Helper()
	var a report
	decode(t, r.Payload, &a)
	return a.PID
}

func TestConcurrency(t *testing.T) {
	number := func(n int) *int { return &n }
	tests := []struct {
		rule     string
		options  Options
		reserved *int
		runs     int
	}{
		{"the reserved concurrency is the limit", Options{Concurrency: 1}, number(2), 2},
		{"a reserved concurrency of 0 refuses all", Options{}, number(0), 0},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			l := newLab(t, test.options)
			l.fault(func(s *Spec) { s.Concurrency = test.reserved })
			var gates []gate
			for range test.runs {
				gates = append(gates, newGate(t))
			}
			running := startAll(l, gates)
			_, err := l.Invoke(context.Background(), "fault", Invocation{})
			want := InvokeError{Status: 429, Type: "TooManyRequestsException", Message: "Rate Exceeded.", Reason: "ReservedFunctionConcurrentInvocationLimitExceeded"}
			if refusal(err) != want {
				t.Errorf("one more: got %v, want %v", err, &want)
			}
			pids := map[int]bool{}
			for i, done := range running {
				gates[i].open()
				pids[pidOf(t, testwait.Receive(t, "a result", done))] = true
			}
			if len(pids) != test.runs {
				t.Errorf("got %d processes, want %d", len(pids), test.runs)
			}
			if test.runs > 0 {
				l.report(`{}`)
			}
		})
	}
}

// waiting waits until n jobs wait for a sandbox of fault.
func (l *lab) waiting(n int) {
	l.t.Helper()
	pool := l.pool("fault")
	testwait.Until(l.t, fmt.Sprint("jobs in the queue: ", n), func() bool {
		pool.mu.Lock()
		defer pool.mu.Unlock()
		return len(pool.waiting) == n
	})
}

func TestBeyondTheHostsLimitInvocationsWait(t *testing.T) {
	l := newLab(t, Options{Concurrency: 3})
	l.fault(nil)
	var gates []gate
	for range 3 {
		gates = append(gates, newGate(t))
	}
	running := startAll(l, gates)

	leaving, leave := context.WithCancel(context.Background())
	left := make(chan error, 1)
	go func() {
		_, err := l.Invoke(leaving, "fault", Invocation{})
		left <- err
	}()
	next := make(chan error, 1)
	go func() {
		_, err := l.Invoke(context.Background(), "fault", Invocation{Payload: []byte(`{}`)})
		next <- err
	}()
	l.waiting(2)
	leave()
	if err := testwait.Receive(t, "the error of the caller that leaves", left); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that leaves: got the error %v, want %v", err, context.Canceled)
	}
	gates[0].open()
	testwait.Receive(t, "the first result", running[0])
	if err := testwait.Receive(t, "the end of the invocation that waited", next); err != nil {
		t.Errorf("the invocation that waited: got the error %v, want none", err)
	}
	for i := range running[1:] {
		gates[i+1].open()
		testwait.Receive(t, "another result", running[i+1])
	}
}

func TestAnInvocationThatWaitsGoesToTheNewRevision(t *testing.T) {
	l := newLab(t, Options{Concurrency: 1})
	l.fault(nil)
	held := newGate(t)
	running := startAll(l, []gate{held})
	next := make(chan Result, 1)
	go func() {
		result, err := l.Invoke(context.Background(), "fault", Invocation{Payload: []byte(`{}`)})
		if err != nil {
			t.Errorf("got the error %v, want a result", err)
		}
		next <- result
	}()
	l.waiting(1)
	l.fault(nil)
	waited := pidOf(t, testwait.Receive(t, "the result of the invocation that waited", next))
	held.open()
	if old := pidOf(t, testwait.Receive(t, "the result of the old process", running[0])); old == waited {
		t.Errorf("got the old process %d, want a new one", old)
	}
}

func TestOneProcessServesAQuickSuccessionOfInvocations(t *testing.T) {
	l := newLab(t, Options{})
	one := 1
	l.fault(func(s *Spec) { s.Concurrency = &one })
	for i := range 200 { // each must find the process ready
		if a := l.report(fmt.Sprintf(`{"Text":"%d"}`, i)); a.Text != fmt.Sprint(i) {
			t.Fatalf("invocation %d: got the result of %s", i, a.Text)
		}
	}
}

func TestManyCallersAtOnce(t *testing.T) {
	l := newLab(t, Options{Concurrency: 4})
	l.fault(nil)
	var all sync.WaitGroup
	for caller := range 4 {
		all.Go(func() {
			for i := range 25 {
				text := fmt.Sprintf("%d-%d", caller, i)
				if a := l.report(`{"Text":"` + text + `"}`); a.Text != text {
					t.Errorf("invocation %s: got the result of %s", text, a.Text)
				}
			}
		})
	}
	all.Wait()
}

func TestRefusals(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(func(s *Spec) { s.ARN = "arn:aws:lambda:eu-west-1:123456789012:function:fault" })
	tests := []struct {
		rule string
		name string
		in   Invocation
		want InvokeError
	}{
		{"a function that does not exist", "ghost", Invocation{InvokedARN: "arn:aws:lambda:eu-west-1:123456789012:function:ghost:live"},
			InvokeError{Status: 404, Type: "ResourceNotFoundException", Message: "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:ghost:live"}},
		{"a function that does not exist, for an event", "ghost", Invocation{Event: true},
			InvokeError{Status: 404, Type: "ResourceNotFoundException", Message: "Function not found: ghost"}},
		{"a payload over 6 MB", "fault", Invocation{Payload: make([]byte, 6291457)},
			InvokeError{Status: 413, Type: "RequestTooLargeException", Message: "Request must be smaller than 6291456 bytes for the InvokeFunction operation"}},
		{"an event over 1 MB", "fault", Invocation{Event: true, Payload: make([]byte, 1048577)},
			InvokeError{Status: 413, Type: "RequestTooLargeException", Message: "Request must be smaller than 1048576 bytes for the InvokeFunction operation"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			_, err := l.Invoke(context.Background(), test.name, test.in)
			if refusal(err) != test.want {
				t.Errorf("got %v\nwant %v", err, &test.want)
			}
			if err != nil && !strings.Contains(err.Error(), test.want.Message) {
				t.Errorf("got the error %v, want it to hold %q", err, test.want.Message)
			}
		})
	}
	if len(l.processes) != 0 {
		t.Errorf("got %d processes, want none", len(l.processes))
	}
	if result := l.invoke(strings.Repeat(" ", 6291456)); result.FunctionError != "" {
		t.Errorf("6 MB: got the function error %q and %.100s, want a result", result.FunctionError, result.Payload)
	}
}

func TestSetReplacesTheFunction(t *testing.T) {
	l := newLab(t, Options{})
	revision := func(version string) {
		l.fault(func(s *Spec) {
			s.Version = version
			s.Environment = map[string]string{"REVISION": version}
		})
	}
	revision("1")
	idle := l.report(`{}`).PID
	g := newGate(t)
	running := startAll(l, []gate{g})[0]
	revision("2")

	result := l.invoke(`{}`)
	var a report
	decode(t, result.Payload, &a)
	if result.ExecutedVersion != "2" || !slices.Contains(a.Environment, "REVISION=2") || !result.Cold {
		t.Errorf("the new revision: got %+v, want a cold start of version 2", result)
	}
	g.open()
	old := testwait.Receive(t, "the result of the old revision", running)
	if pid := pidOf(t, old); old.ExecutedVersion != "1" || pid != idle {
		t.Errorf("the old revision: got %+v of process %d, want version 1 of process %d", old, pid, idle)
	}
	testwait.Until(t, "the old process is ended", func() bool { return !testwait.Alive(idle) })

	l.Remove("fault")
	l.Remove("fault")
	testwait.Until(t, "the process is ended", func() bool { return !testwait.Alive(a.PID) })
	if _, err := l.Invoke(context.Background(), "fault", Invocation{}); refusal(err).Status != 404 {
		t.Errorf("after Remove: got the error %v, want a refusal with 404", err)
	}
}

func TestIdleProcessesAreEnded(t *testing.T) {
	l := newLab(t, Options{IdleTimeout: 20 * time.Millisecond, KeepIdle: 1})
	l.fault(nil)
	gates := []gate{newGate(t), newGate(t), newGate(t)}
	running := startAll(l, gates)
	for i, done := range running {
		gates[i].open()
		testwait.Receive(t, "a result", done)
	}
	testwait.Until(t, "one process is left", func() bool { return len(children(t)) <= 1 })
	if l.invoke(`{}`).Cold {
		t.Error("got a cold start, want the process that was kept")
	}
}

func TestCloseEndsAll(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	idle := l.report(`{}`).PID
	done := make(chan error, 1)
	go func() {
		_, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID, Payload: []byte(`{"Do":"hang"}`)})
		done <- err
	}()
	testwait.Until(t, "the invocation runs", func() bool { return l.running("fault", testID) })
	for range 2 {
		if err := l.Close(); err != nil {
			t.Errorf("Close: got the error %v, want none", err)
		}
	}
	if err := testwait.Receive(t, "the end of the running invocation", done); err != ErrClosed {
		t.Errorf("the running invocation: got the error %v, want %v", err, ErrClosed)
	}
	if testwait.Alive(idle) {
		t.Errorf("process %d: got alive after Close, want ended", idle)
	}
	for _, in := range []Invocation{{}, {Event: true}} {
		if _, err := l.Invoke(context.Background(), "fault", in); err != ErrClosed {
			t.Errorf("Invoke after Close: got the error %v, want %v", err, ErrClosed)
		}
	}
	if err := l.Set(Spec{Name: "late", Command: []string{faultProgram}}); err != ErrClosed {
		t.Errorf("Set after Close: got the error %v, want %v", err, ErrClosed)
	}
}

func TestWrongSettings(t *testing.T) {
	minus := -1
	l := newLab(t, Options{})
	for _, test := range []struct {
		rule string
		spec Spec
		want string
	}{
		{"no name", Spec{}, "has no name"},
		{"no command", Spec{Name: "f"}, "absolute path"},
		{"a relative command", Spec{Name: "f", Command: []string{"bootstrap"}}, "absolute path"},
		{"a negative timeout", Spec{Name: "f", Timeout: -1}, "timeout"},
		{"a negative concurrency", Spec{Name: "f", Concurrency: &minus}, "concurrency"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if err := l.Set(test.spec); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got the error %v, want one that holds %q", err, test.want)
			}
		})
	}
	if err := l.SetHandler(Spec{}, nil); err == nil {
		t.Error("SetHandler of a function without a name: got no error, want one")
	}
	for _, options := range []Options{{Concurrency: -1}, {EventQueue: -1}, {InitTimeout: -1}, {IdleTimeout: -1}, {EventRetryDelay: -1}} {
		if _, err := NewHost(options); err == nil {
			t.Errorf("NewHost(%+v): got no error, want one", options)
		}
	}
}

func TestTheEnvironmentOfAProcess(t *testing.T) {
	t.Setenv("DEVELOPERS_OWN", "secret")
	l := newLab(t, Options{Environment: map[string]string{"BASE": "base", "BOTH": "base"}})
	l.fault(func(s *Spec) {
		s.Version = "7"
		s.MemoryMB = 512
		s.Handler = "bootstrap"
		s.Region = "eu-west-1"
		s.Environment = map[string]string{"BOTH": "own", "TABLE": "a=b", "TZ": "Europe/Berlin", "AWS_LAMBDA_RUNTIME_API": "elsewhere"}
	})
	got := map[string]string{}
	for _, variable := range l.report(`{}`).Environment {
		name, value, _ := strings.Cut(variable, "=")
		got[name] = value
	}
	stream := got["AWS_LAMBDA_LOG_STREAM_NAME"]
	if _, hex, ok := strings.Cut(stream, "/[7]"); !ok || len(hex) != 32 {
		t.Errorf("the log stream: got %q, want a date, [7] and 32 digits", stream)
	}
	if api := got["AWS_LAMBDA_RUNTIME_API"]; !strings.HasPrefix(api, "127.0.0.1:") {
		t.Errorf("the Runtime API: got the address %q, want one of 127.0.0.1", api)
	}
	delete(got, "AWS_LAMBDA_LOG_STREAM_NAME")
	delete(got, "AWS_LAMBDA_RUNTIME_API")
	want := map[string]string{
		"AWS_LAMBDA_FUNCTION_NAME":        "fault",
		"AWS_LAMBDA_FUNCTION_VERSION":     "7",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "GOMAXPROCS": "1",
		"AWS_LAMBDA_LOG_GROUP_NAME":      "/aws/lambda/fault",
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
		"AWS_REGION":                     "eu-west-1",
		"AWS_DEFAULT_REGION":             "eu-west-1",
		"AWS_ACCESS_KEY_ID":              "ASIALOCALLOCALLOCALX",
		"AWS_SECRET_ACCESS_KEY":          "local-secret-access-key",
		"AWS_SESSION_TOKEN":              "local-session-token",
		"LAMBDA_TASK_ROOT":               strings.TrimSuffix(faultProgram, "/bootstrap"),
		"LAMBDA_RUNTIME_DIR":             "/var/runtime",
		"_HANDLER":                       "bootstrap",
		"LANG":                           "en_US.UTF-8",
		"PATH":                           "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TZ":                             "Europe/Berlin",
		"BASE":                           "base",
		"BOTH":                           "own",
		"TABLE":                          "a=b",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}

	t.Run("a function with credentials gets no others", func(t *testing.T) {
		s := Spec{Environment: map[string]string{"AWS_PROFILE": "mine"}}
		for _, variable := range environment(s, nil, "", "") {
			if strings.HasPrefix(variable, "AWS_ACCESS_KEY_ID=") {
				t.Errorf("got %s, want no key beside AWS_PROFILE", variable)
			}
		}
	})
}

func TestTheHeadersOfAnInvocation(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(func(s *Spec) { s.ARN = "arn:aws:lambda:eu-west-1:123456789012:function:fault" })
	before := time.Now()
	result, err := l.Invoke(context.Background(), "fault", Invocation{
		TraceID:       "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
		ClientContext: "{\"custom\":\r\n{\"a\":\"b\"}}",
		InvokedARN:    "arn:aws:lambda:eu-west-1:123456789012:function:fault:live",
	})
	if err != nil {
		t.Fatal(err)
	}
	var a report
	decode(t, result.Payload, &a)
	for name, want := range map[string]string{
		"Lambda-Runtime-Aws-Request-Id":       result.RequestID,
		"Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:fault:live",
		"Lambda-Runtime-Trace-Id":             "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
		"Lambda-Runtime-Client-Context":       `{"custom":  {"a":"b"}}`,
		"Content-Type":                        "application/json",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	var deadline int64
	fmt.Sscan(a.Header.Get("Lambda-Runtime-Deadline-Ms"), &deadline)
	if d := time.UnixMilli(deadline); d.Before(before.Add(time.Minute).Truncate(time.Millisecond)) || d.After(time.Now().Add(time.Minute)) {
		t.Errorf("the deadline: got %v, want a minute after %v", d, before)
	}
	if len(result.RequestID) != 36 || result.RequestID[14] != '4' || result.ExecutedVersion != "$LATEST" || result.Duration <= 0 {
		t.Errorf("got %+v, want a UUID as request id, $LATEST, and a duration", result)
	}

	header := l.report(`{}`).Header
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:fault"
	if got := header.Get("Lambda-Runtime-Invoked-Function-Arn"); got != arn {
		t.Errorf("the ARN without an alias: got %q, want %q", got, arn)
	}
	for _, name := range []string{"Lambda-Runtime-Trace-Id", "Lambda-Runtime-Client-Context", "Lambda-Runtime-Cognito-Identity"} {
		if values, there := header[name]; there {
			t.Errorf("%s: got %q, want no such header", name, values)
		}
	}
}
