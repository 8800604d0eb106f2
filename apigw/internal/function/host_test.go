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
)

func TestAProcessIsUsedAgain(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	first := l.invoke(`{}`)
	second := l.invoke(`{}`)
	if !first.Cold || second.Cold {
		t.Errorf("cold starts: first %v, second %v", first.Cold, second.Cold)
	}
	if a, b := l.answer(`{}`).PID, l.answer(`{}`).PID; a != b {
		t.Errorf("processes %d and %d answered", a, b)
	}
}

func TestTheProcessUsedLastIsUsedFirst(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	gates := []gate{newGate(t), newGate(t), newGate(t)}
	var last Result
	for i, done := range startAll(l, gates) {
		gates[i].open()
		last = <-done
	}
	for range 3 {
		if got, want := l.answer(`{}`).PID, pidOf(t, last); got != want {
			t.Errorf("process %d answered, want %d", got, want)
		}
	}
}

// startAll starts an invocation for each gate, which then runs.
func startAll(l *lab, gates []gate) []chan Result {
	var all []chan Result
	for i, g := range gates {
		done := make(chan Result, 1)
		id := fmt.Sprintf("gated-%p-%d", done, i)
		go func() {
			result, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: id, Payload: g.event()})
			if err != nil {
				l.t.Error(err)
			}
			done <- result
		}()
		eventually(l.t, "the invocation runs", func() bool { return l.running("fault", id) })
		all = append(all, done)
	}
	return all
}

// running reports whether a process of a function has taken a call.
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

func pidOf(t *testing.T, r Result) int {
	t.Helper()
	var a answer
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
			var refusal *InvokeError
			if !errors.As(err, &refusal) || *refusal != want {
				t.Errorf("one more: got %v, want %+v", err, want)
			}
			pids := map[int]bool{}
			for i, done := range running {
				gates[i].open()
				pids[pidOf(t, <-done)] = true
			}
			if len(pids) != test.runs {
				t.Errorf("%d processes ran %d invocations", len(pids), test.runs)
			}
			if test.runs > 0 {
				l.answer(`{}`)
			}
		})
	}
}

func TestBeyondTheHostsLimitCallsWait(t *testing.T) {
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
	pool := l.pool("fault")
	for { // until both wait
		pool.mu.Lock()
		n := len(pool.waiting)
		pool.mu.Unlock()
		if n == 2 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that leaves gets %v", err)
	}
	gates[0].open()
	<-running[0]
	if err := <-next; err != nil {
		t.Errorf("the call that waited gets %v", err)
	}
	for i := range running[1:] {
		gates[i+1].open()
		<-running[i+1]
	}
}

func TestACallThatWaitsGoesToTheNewRevision(t *testing.T) {
	l := newLab(t, Options{Concurrency: 1})
	l.fault(nil)
	held := newGate(t)
	running := startAll(l, []gate{held})
	next := make(chan Result, 1)
	go func() {
		result, err := l.Invoke(context.Background(), "fault", Invocation{Payload: []byte(`{}`)})
		if err != nil {
			t.Error(err)
		}
		next <- result
	}()
	pool := l.pool("fault")
	for {
		pool.mu.Lock()
		n := len(pool.waiting)
		pool.mu.Unlock()
		if n == 1 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	l.fault(nil)
	waited := pidOf(t, <-next)
	held.open()
	if pidOf(t, <-running[0]) == waited {
		t.Error("it ran on the old process")
	}
}

func TestOneProcessServesAQuickSuccessionOfCalls(t *testing.T) {
	l := newLab(t, Options{})
	one := 1
	l.fault(func(s *Spec) { s.Concurrency = &one })
	for i := range 200 { // no call may find the process not ready for it
		if a := l.answer(fmt.Sprintf(`{"Text":"%d"}`, i)); a.Text != fmt.Sprint(i) {
			t.Fatalf("call %d got the answer to %s", i, a.Text)
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
				if a := l.answer(`{"Text":"` + text + `"}`); a.Text != text {
					t.Errorf("%s got the answer to %s", text, a.Text)
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
		{"a function that is not there", "ghost", Invocation{InvokedARN: "arn:aws:lambda:eu-west-1:123456789012:function:ghost:live"},
			InvokeError{Status: 404, Type: "ResourceNotFoundException", Message: "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:ghost:live"}},
		{"a function that is not there, of an event", "ghost", Invocation{Event: true},
			InvokeError{Status: 404, Type: "ResourceNotFoundException", Message: "Function not found: ghost"}},
		{"a payload over 6 MB", "fault", Invocation{Payload: make([]byte, 6291457)},
			InvokeError{Status: 413, Type: "RequestTooLargeException", Message: "Request must be smaller than 6291456 bytes for the InvokeFunction operation"}},
		{"an event over 1 MB", "fault", Invocation{Event: true, Payload: make([]byte, 1048577)},
			InvokeError{Status: 413, Type: "RequestTooLargeException", Message: "Request must be smaller than 1048576 bytes for the InvokeFunction operation"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			_, err := l.Invoke(context.Background(), test.name, test.in)
			var refusal *InvokeError
			if !errors.As(err, &refusal) || *refusal != test.want {
				t.Errorf("got %v\nwant %v", err, &test.want)
			}
			if err != nil && !strings.Contains(err.Error(), test.want.Message) {
				t.Errorf("the error does not say why: %v", err)
			}
		})
	}
	if len(l.processes) != 0 {
		t.Error("a process was started")
	}
	if result := l.invoke(strings.Repeat(" ", 6291456)); result.FunctionError != "" {
		t.Errorf("6 MB: %s", result.Payload)
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
	idle := l.answer(`{}`).PID
	g := newGate(t)
	running := startAll(l, []gate{g})[0]
	revision("2")

	result := l.invoke(`{}`)
	var a answer
	decode(t, result.Payload, &a)
	if result.ExecutedVersion != "2" || !slices.Contains(a.Environment, "REVISION=2") || !result.Cold {
		t.Errorf("the new revision: %+v", result)
	}
	g.open()
	old := <-running
	if pid := pidOf(t, old); old.ExecutedVersion != "1" || pid != idle {
		t.Errorf("the old revision: %+v", old)
	}
	eventually(t, "the old process is ended", func() bool { return !alive(idle) })

	l.Remove("fault")
	l.Remove("fault")
	eventually(t, "the process is ended", func() bool { return !alive(a.PID) })
	var refusal *InvokeError
	if _, err := l.Invoke(context.Background(), "fault", Invocation{}); !errors.As(err, &refusal) || refusal.Status != 404 {
		t.Errorf("after Remove: %v", err)
	}
}

func TestIdleProcessesAreEnded(t *testing.T) {
	l := newLab(t, Options{IdleTimeout: 20 * time.Millisecond, KeepIdle: 1})
	l.fault(nil)
	gates := []gate{newGate(t), newGate(t), newGate(t)}
	running := startAll(l, gates)
	for i, done := range running {
		gates[i].open()
		<-done
	}
	eventually(t, "one process is left", func() bool { return len(children(t)) <= 1 })
	if l.invoke(`{}`).Cold {
		t.Error("no process was kept")
	}
}

func TestCloseEndsAll(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	idle := l.answer(`{}`).PID
	done := make(chan error, 1)
	go func() {
		_, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID, Payload: []byte(`{"Do":"hang"}`)})
		done <- err
	}()
	eventually(t, "the invocation runs", func() bool { return l.running("fault", testID) })
	for range 2 {
		if err := l.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := <-done; err != ErrClosed {
		t.Errorf("the running invocation: %v", err)
	}
	if alive(idle) {
		t.Error("a process is alive")
	}
	for _, in := range []Invocation{{}, {Event: true}} {
		if _, err := l.Invoke(context.Background(), "fault", in); err != ErrClosed {
			t.Errorf("after Close: %v", err)
		}
	}
	if err := l.Set(Spec{Name: "late", Command: []string{faultProgram}}); err != ErrClosed {
		t.Errorf("Set after Close: %v", err)
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
				t.Errorf("Set: %v", err)
			}
		})
	}
	if err := l.SetHandler(Spec{}, nil); err == nil {
		t.Error("SetHandler takes a function without a name")
	}
	for _, options := range []Options{{Concurrency: -1}, {EventQueue: -1}, {InitTimeout: -1}, {IdleTimeout: -1}, {EventRetryDelay: -1}} {
		if _, err := NewHost(options); err == nil {
			t.Errorf("NewHost takes %+v", options)
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
	for _, variable := range l.answer(`{}`).Environment {
		name, value, _ := strings.Cut(variable, "=")
		got[name] = value
	}
	stream := got["AWS_LAMBDA_LOG_STREAM_NAME"]
	if _, hex, ok := strings.Cut(stream, "/[7]"); !ok || len(hex) != 32 {
		t.Errorf("the log stream is named %q", stream)
	}
	if api := got["AWS_LAMBDA_RUNTIME_API"]; !strings.HasPrefix(api, "127.0.0.1:") {
		t.Errorf("the Runtime API is at %q", api)
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

	t.Run("credentials that are passed on are not made up", func(t *testing.T) {
		s := Spec{Environment: map[string]string{"AWS_PROFILE": "mine"}}
		for _, variable := range environment(s, nil, "", "") {
			if strings.HasPrefix(variable, "AWS_ACCESS_KEY_ID=") {
				t.Error("there is a made-up key")
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
	var a answer
	decode(t, result.Payload, &a)
	for name, want := range map[string]string{
		"Lambda-Runtime-Aws-Request-Id":       result.RequestID,
		"Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:fault:live",
		"Lambda-Runtime-Trace-Id":             "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
		"Lambda-Runtime-Client-Context":       `{"custom":  {"a":"b"}}`,
		"Content-Type":                        "application/json",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	var deadline int64
	fmt.Sscan(a.Header.Get("Lambda-Runtime-Deadline-Ms"), &deadline)
	if d := time.UnixMilli(deadline); d.Before(before.Add(time.Minute).Truncate(time.Millisecond)) || d.After(time.Now().Add(time.Minute)) {
		t.Errorf("the deadline is %v, the timeout a minute", d)
	}
	if len(result.RequestID) != 36 || result.RequestID[14] != '4' || result.ExecutedVersion != "$LATEST" || result.Duration <= 0 {
		t.Errorf("the result is %+v", result)
	}

	header := l.answer(`{}`).Header
	if arn := header.Get("Lambda-Runtime-Invoked-Function-Arn"); arn != "arn:aws:lambda:eu-west-1:123456789012:function:fault" {
		t.Errorf("without an alias, the ARN is %q", arn)
	}
	for _, name := range []string{"Lambda-Runtime-Trace-Id", "Lambda-Runtime-Client-Context", "Lambda-Runtime-Cognito-Identity"} {
		if _, there := header[name]; there {
			t.Errorf("%s is there without a value", name)
		}
	}
}
