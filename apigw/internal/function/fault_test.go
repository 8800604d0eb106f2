package function

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/testwait"
)

const testID = "8f507cfc-0000-4000-8000-b697b07ac111"

func TestFunctionErrorsAreWordedAsLambdaDoes(t *testing.T) {
	tests := []struct {
		rule    string
		event   string
		payload string
	}{
		{"an exit status is named", `{"Do":"exit","Size":1}`,
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + testID + ` Error: Runtime exited with error: exit status 1"}`},
		{"an exit with the status 0 has no reason", `{"Do":"exit","Size":0}`,
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + testID + ` Error: Runtime exited without providing a reason"}`},
		{"a signal is named", `{"Do":"kill"}`,
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + testID + ` Error: Runtime exited with error: signal: killed"}`},
		{"a result over 6291556 bytes is an error", fmt.Sprintf(`{"Do":"large","Size":%d}`, 7<<20),
			`{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`},
		{"so is one of unknown length", `{"Do":"large","Text":"chunked","Size":7340032}`,
			`{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`},
		{"a posted error is passed on as it is", `{"Do":"error","Text":"{ \"errorMessage\": \"no\" }"}`, `{ "errorMessage": "no" }`},
		{"an error without a body gets one", `{"Do":"error"}`,
			`{"errorType":"Function.Custom","errorMessage":"RequestId: ` + testID + ` Error: Function.Custom"}`},
		{"the trailer of a streamed result may be an error", `{"Do":"trailer","Text":"eyJlcnJvclR5cGUiOiJUb3JuIn0="}`, `{"errorType":"Torn"}`},
		{"a trailer without a body gets one", `{"Do":"trailer","Text":"***"}`,
			`{"errorType":"Function.Torn","errorMessage":"RequestId: ` + testID + ` Error: Function.Torn"}`},
	}
	l := newLab(t, Options{})
	l.fault(nil)
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			result, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID, Payload: []byte(test.event)})
			if err != nil {
				t.Fatal(err)
			}
			if result.FunctionError != "Unhandled" || string(result.Payload) != test.payload {
				t.Errorf("got %q %s\nwant Unhandled %s", result.FunctionError, result.Payload, test.payload)
			}
			if a := l.report(`{"Text":"next"}`); a.Text != "next" {
				t.Errorf("the next invocation: got %q, want next", a.Text)
			}
		})
	}
}

func TestResultsPassAsTheyAre(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	for rule, text := range map[string]string{
		"JSON":             `{"a":1}`,
		"nothing":          "",
		"what is not JSON": "<html>",
		"what is not text": "\x00\x01",
	} {
		t.Run(rule, func(t *testing.T) {
			result := l.invoke(fmt.Sprintf(`{"Do":"raw","Text":%s}`, jsonString(text)))
			if string(result.Payload) != text || result.FunctionError != "" {
				t.Errorf("got %q %q, want %q", result.FunctionError, result.Payload, text)
			}
		})
	}
	for _, how := range []string{"", "chunked"} {
		t.Run("a result of 6291556 bytes "+how, func(t *testing.T) {
			result := l.invoke(`{"Do":"large","Size":6291556,"Text":"` + how + `"}`)
			if len(result.Payload) != 6291556 || strings.Trim(string(result.Payload), "7") != "" || result.FunctionError != "" {
				t.Errorf("got %d bytes, function error %q, want 6291556 times 7", len(result.Payload), result.FunctionError)
			}
		})
	}
}

// jsonString returns the JSON of a string of bytes, each of them escaped.
func jsonString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		fmt.Fprintf(&b, `\u%04x`, s[i])
	}
	b.WriteByte('"')
	return b.String()
}

func TestACrashCostsOneInvocation(t *testing.T) {
	for _, event := range []string{`{"Do":"exit","Size":1}`, `{"Do":"error and exit","Text":"{}"}`} {
		t.Run(event, func(t *testing.T) {
			l := newLab(t, Options{})
			one := 1
			l.fault(func(s *Spec) { s.Concurrency = &one })
			first := l.report(`{}`)
			if result := l.invoke(event); result.FunctionError != "Unhandled" || result.Cold {
				t.Errorf("the crash: got %+v, want the function error Unhandled of a warm process", result)
			}
			result := l.invoke(`{"Do":"raw","Text":"fine"}`)
			if string(result.Payload) != "fine" || !result.Cold {
				t.Errorf("after it: got %s, cold %v, want fine from a cold start", result.Payload, result.Cold)
			}
			if testwait.Alive(first.PID) {
				t.Errorf("process %d, which crashed: got alive, want ended", first.PID)
			}
		})
	}
}

func TestATimeoutEndsTheProcess(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(func(s *Spec) { s.Timeout = 200 * time.Millisecond })
	pid := l.report(`{}`).PID
	result, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID, Payload: []byte(`{"Do":"hang"}`)})
	if err != nil {
		t.Fatal(err)
	}
	message := `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ` + testID + ` Task timed out after 0\.20 seconds`
	if result.FunctionError != "Unhandled" || !regexp.MustCompile(`^\{"errorMessage":"`+message+`"\}$`).Match(result.Payload) {
		t.Errorf("got %q %s, want Unhandled and the message %s", result.FunctionError, result.Payload, message)
	}
	if lines := l.lines(); !regexp.MustCompile(message).MatchString(lines[len(lines)-1]) {
		t.Errorf("the end of the log: got %q, want %s", lines[len(lines)-1], message)
	}
	if testwait.Alive(pid) {
		t.Errorf("process %d: got alive, want ended", pid)
	}
	if next := l.invoke(`{}`); !next.Cold || next.FunctionError != "" {
		t.Errorf("the next invocation: got %+v, want the result of a cold start", next)
	}
}

func TestAResponseThatIsSlowOrTornIsWaitedFor(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	for event, want := range map[string]string{`{"Do":"slow body","Size":50}`: "slow", `{"Do":"torn body"}`: "mended"} {
		if a := l.report(event); a.Text != want {
			t.Errorf("%s: got %q, want %q", event, a.Text, want)
		}
	}
}

func TestABodyThatNeverEndsTimesOut(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(func(s *Spec) { s.Timeout = 200 * time.Millisecond })
	if result := l.invoke(`{"Do":"slow body","Size":60000}`); !strings.Contains(string(result.Payload), "Task timed out") {
		t.Errorf("got %s, want a timeout", result.Payload)
	}
}

func TestAnInitFailureIsTheResult(t *testing.T) {
	tests := []struct{ rule, init, payload string }{
		{"the process exits", "exit",
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + testID + ` Error: Runtime exited with error: exit status 3"}`},
		{"the process posts an init error", "error", `{"errorType":"Init.Broken","errorMessage":"no table"}`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			l := newLab(t, Options{})
			l.fault(func(s *Spec) { s.Environment = map[string]string{"INIT": test.init} })
			for range 2 {
				result, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID})
				if err != nil {
					t.Fatal(err)
				}
				if string(result.Payload) != test.payload || result.FunctionError != "Unhandled" || !result.Cold {
					t.Errorf("got %+v with the payload %s\nwant a cold start, Unhandled and %s", result, result.Payload, test.payload)
				}
			}
			if test.init == "exit" && !slices.Contains(l.lines(), testID+": no configuration") {
				t.Errorf("the log: got %q, want what the process wrote", l.lines())
			}
		})
	}
}

func TestAnInitThatIsTooSlowIsTriedOnceMore(t *testing.T) {
	l := newLab(t, Options{InitTimeout: 100 * time.Millisecond})
	l.fault(func(s *Spec) {
		s.Environment = map[string]string{"INIT": "hang"}
		s.Timeout = 300 * time.Millisecond
	})
	result := l.invoke(`{}`)
	if !strings.Contains(string(result.Payload), "Task timed out after 0.30 seconds") {
		t.Errorf("got %s, want a timeout after 0.30 seconds", result.Payload)
	}
	log := strings.Join(l.lines(), "\n")
	if !regexp.MustCompile(`INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: timeout`).MatchString(log) {
		t.Errorf("got the log\n%s\nwant a line INIT_REPORT with the status timeout", log)
	}
}

func TestABootstrapThatCannotRunIsAFunctionError(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(func(s *Spec) { s.Command = []string{"/nowhere/bootstrap"}; s.Dir = "/" })
	result := l.invoke(`{}`)
	if !strings.Contains(string(result.Payload), `"Runtime.InvalidEntrypoint"`) || result.FunctionError != "Unhandled" {
		t.Errorf("got %q %s, want Unhandled of type Runtime.InvalidEntrypoint", result.FunctionError, result.Payload)
	}
}

func TestTheRulesOfTheRuntimeAPI(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	for _, test := range []struct{ rule, event, want string }{
		{"a result for another id is refused with 400", `{"Do":"another id"}`, "400"},
		{"asking again without a result is refused with 403", `{"Do":"ask again"}`,
			`403 {"errorMessage":"State transition from Running to Ready failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}`},
		{"an init error after the init phase is refused with 403", `{"Do":"late init error"}`, "403"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if a := l.report(test.event); a.Text != test.want {
				t.Errorf("the function: got %s, want %s", a.Text, test.want)
			}
		})
	}
	t.Run("a second result is refused with 403", func(t *testing.T) {
		l.invoke(`{"Do":"twice"}`)
		l.report(`{}`) // by the same process, after what it printed
		if !strings.Contains(strings.Join(l.lines(), "\n"), "status 202 403 403") {
			t.Errorf("the log: got %q, want status 202 403 403", l.lines())
		}
	})
	t.Run("a result that is too large is refused with 413", func(t *testing.T) {
		l.invoke(`{"Do":"large","Size":6291557}`)
		l.report(`{}`)
		if !strings.Contains(strings.Join(l.lines(), "\n"), "status 413") {
			t.Errorf("the log: got %q, want status 413", l.lines())
		}
	})
}

func TestAProcessThatNeverAsksAgainIsLeftAloneAndEnded(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(func(s *Spec) { s.Timeout = time.Second })
	stuck := l.report(`{"Do":"never ask"}`).PID
	next := l.report(`{}`)
	if next.PID == stuck {
		t.Errorf("got process %d, which does not ask for an invocation, want another", stuck)
	}
	testwait.Until(t, "the process is ended", func() bool { return !testwait.Alive(stuck) })
}

func TestAProcessThatAsksLateIsUsedAgain(t *testing.T) {
	for _, replaced := range []bool{false, true} {
		t.Run(fmt.Sprint("replaced meanwhile: ", replaced), func(t *testing.T) {
			l := newLab(t, Options{})
			one := 1
			l.fault(func(s *Spec) { s.Concurrency = &one })
			g := newGate(t)
			pid := l.report(string(g.do("ask late"))).PID
			if _, err := l.Invoke(context.Background(), "fault", Invocation{}); refusal(err).Status != 429 {
				t.Fatalf("while it does not ask: got the error %v, want a refusal with 429", err)
			}
			if replaced {
				l.fault(nil)
			}
			g.open()
			if replaced {
				testwait.Until(t, "the process is ended", func() bool { return !testwait.Alive(pid) })
				return
			}
			testwait.Until(t, "the process serves again", func() bool {
				result, err := l.Invoke(context.Background(), "fault", Invocation{})
				return err == nil && pidOf(t, result) == pid
			})
		})
	}
}

func TestNoGrandchildOutlives(t *testing.T) {
	t.Run("Close", func(t *testing.T) {
		l := newLab(t, Options{})
		l.fault(nil)
		a := l.report(`{"Do":"fork"}`)
		grandchild, err := strconv.Atoi(a.Text)
		if err != nil || !testwait.Alive(grandchild) {
			t.Fatalf("got the grandchild %q, want one that is alive", a.Text)
		}
		l.Close()
		testwait.Until(t, "the grandchild is gone", func() bool { return !testwait.Alive(grandchild) })
	})
	t.Run("an exit", func(t *testing.T) {
		l := newLab(t, Options{})
		l.fault(nil)
		l.invoke(`{"Do":"fork and exit"}`)
		_, text, _ := strings.Cut(l.lines()[0], ": ")
		grandchild, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		testwait.Until(t, "the grandchild is gone", func() bool { return !testwait.Alive(grandchild) })
	})
}

func TestAGrandchildThatKeepsTheOutputOpenHoldsNothingUp(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	if result := l.invoke(`{"Do":"escape"}`); !strings.Contains(string(result.Payload), "exit status 1") {
		t.Errorf("got %s, want exit status 1", result.Payload)
	}
}

func TestAProcessMayCloseItsOutput(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	pid := l.report(`{"Do":"close output"}`).PID
	if next := l.report(`{}`).PID; next != pid {
		t.Errorf("got process %d, want %d again", next, pid)
	}
}

func TestACallerThatLeavesDoesNotEndTheFunction(t *testing.T) {
	l := newLab(t, Options{ReportLines: true})
	one := 1
	l.fault(func(s *Spec) { s.Concurrency = &one })
	pid := l.report(`{}`).PID
	gate := newGate(t)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	left := make(chan error, 1)
	go func() {
		_, err := l.Invoke(ctx, "fault", Invocation{RequestID: testID, Payload: gate.event()})
		left <- err
	}()
	testwait.Until(t, "the function has begun", func() bool {
		return slices.Contains(l.lines(), testID+": START RequestId: "+testID+" Version: $LATEST")
	})
	cancel()
	err := testwait.Receive(t, "the error of Invoke", left)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got the error %v, want %v", err, context.Canceled)
	}
	if _, err := l.Invoke(context.Background(), "fault", Invocation{}); refusal(err).Status != 429 {
		t.Errorf("the next invocation, while it runs on: got the error %v, want a refusal with 429", err)
	}
	gate.open()
	testwait.Until(t, "the function has ended", func() bool {
		return slices.ContainsFunc(l.lines(), func(line string) bool { return strings.HasPrefix(line, testID+": REPORT") })
	})
	if next := l.report(`{}`).PID; next != pid {
		t.Errorf("got process %d, want %d again", next, pid)
	}

	if _, err := l.Invoke(ctx, "fault", Invocation{}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: got the error %v, want %v", err, context.Canceled)
	}
}

func TestACallerMayLeaveDuringTheInitPhase(t *testing.T) {
	l := newLab(t, Options{InitTimeout: 300 * time.Millisecond})
	l.fault(func(s *Spec) {
		s.Environment = map[string]string{"INIT": "hang"}
		s.Timeout = 100 * time.Millisecond
	})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := l.Invoke(ctx, "fault", Invocation{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got the error %v, want %v", err, context.DeadlineExceeded)
	}
	testwait.Until(t, "the function has timed out", func() bool {
		return strings.Contains(strings.Join(l.lines(), "\n"), "Task timed out after 0.10 seconds")
	})
}
