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
)

const testID = "8f507cfc-0000-4000-8000-b697b07ac111"

func TestFunctionErrorsAreWordedAsLambdaDoes(t *testing.T) {
	tests := []struct {
		rule    string
		event   string
		payload string
	}{
		{"an exit status is told", `{"Do":"exit","Size":1}`,
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + testID + ` Error: Runtime exited with error: exit status 1"}`},
		{"an exit without error gives no reason", `{"Do":"exit","Size":0}`,
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + testID + ` Error: Runtime exited without providing a reason"}`},
		{"a signal is told", `{"Do":"kill"}`,
			`{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + testID + ` Error: Runtime exited with error: signal: killed"}`},
		{"a result over 6291556 bytes is none", fmt.Sprintf(`{"Do":"large","Size":%d}`, 7<<20),
			`{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`},
		{"nor is one of unknown length", `{"Do":"large","Text":"chunked","Size":7340032}`,
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
			if a := l.answer(`{"Text":"next"}`); a.Text != "next" {
				t.Errorf("the next invocation answers %q", a.Text)
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
				t.Errorf("got %d bytes, function error %q", len(result.Payload), result.FunctionError)
			}
		})
	}
}

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
			first := l.answer(`{}`)
			if result := l.invoke(event); result.FunctionError != "Unhandled" || result.Cold {
				t.Errorf("the crash: %+v", result)
			}
			result := l.invoke(`{"Do":"raw","Text":"fine"}`)
			if string(result.Payload) != "fine" || !result.Cold {
				t.Errorf("after it: %s, cold %v", result.Payload, result.Cold)
			}
			if alive(first.PID) {
				t.Error("the crashed process is alive")
			}
		})
	}
}

func TestATimeoutEndsTheProcess(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(func(s *Spec) { s.Timeout = 200 * time.Millisecond })
	pid := l.answer(`{}`).PID
	result, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID, Payload: []byte(`{"Do":"hang"}`)})
	if err != nil {
		t.Fatal(err)
	}
	message := `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ` + testID + ` Task timed out after 0\.20 seconds`
	if result.FunctionError != "Unhandled" || !regexp.MustCompile(`^\{"errorMessage":"`+message+`"\}$`).Match(result.Payload) {
		t.Errorf("got %q %s", result.FunctionError, result.Payload)
	}
	if lines := l.lines(); !regexp.MustCompile(message).MatchString(lines[len(lines)-1]) {
		t.Errorf("the log ends with %q", lines[len(lines)-1])
	}
	if alive(pid) {
		t.Error("the process is alive")
	}
	if next := l.invoke(`{}`); !next.Cold || next.FunctionError != "" {
		t.Errorf("the next invocation: %+v", next)
	}
}

func TestAResponseThatIsSlowOrTornIsWaitedFor(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	for event, want := range map[string]string{`{"Do":"slow body","Size":50}`: "slow", `{"Do":"torn body"}`: "mended"} {
		if a := l.answer(event); a.Text != want {
			t.Errorf("%s: got %q, want %q", event, a.Text, want)
		}
	}
}

func TestABodyThatNeverEndsTimesOut(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(func(s *Spec) { s.Timeout = 200 * time.Millisecond })
	if result := l.invoke(`{"Do":"slow body","Size":60000}`); !strings.Contains(string(result.Payload), "Task timed out") {
		t.Errorf("got %s", result.Payload)
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
					t.Errorf("got %+v\n%s", result, result.Payload)
				}
			}
			if test.init == "exit" && !slices.Contains(l.lines(), testID+": no configuration") {
				t.Errorf("the log lacks what the process said: %q", l.lines())
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
		t.Errorf("got %s", result.Payload)
	}
	log := strings.Join(l.lines(), "\n")
	if !regexp.MustCompile(`INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: timeout`).MatchString(log) {
		t.Errorf("the log lacks the line for the init phase:\n%s", log)
	}
}

func TestABootstrapThatCannotRunIsAFunctionError(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(func(s *Spec) { s.Command = []string{"/nowhere/bootstrap"}; s.Dir = "/" })
	result := l.invoke(`{}`)
	if !strings.Contains(string(result.Payload), `"Runtime.InvalidEntrypoint"`) || result.FunctionError != "Unhandled" {
		t.Errorf("got %s", result.Payload)
	}
}

func TestTheRulesOfTheRuntimeAPI(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	for _, test := range []struct{ rule, event, want string }{
		{"an answer for another id is refused with 400", `{"Do":"another id"}`, "400"},
		{"asking again without an answer is refused with 403", `{"Do":"ask again"}`,
			`403 {"errorMessage":"State transition from Running to Ready failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}`},
		{"an init error after the init phase is refused with 403", `{"Do":"late init error"}`, "403"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if a := l.answer(test.event); a.Text != test.want {
				t.Errorf("the function got %s, want %s", a.Text, test.want)
			}
		})
	}
	t.Run("a second answer is refused with 403", func(t *testing.T) {
		l.invoke(`{"Do":"twice"}`)
		l.answer(`{}`) // by the same process, after what it printed
		if !strings.Contains(strings.Join(l.lines(), "\n"), "status 202 403 403") {
			t.Errorf("the log has no such line: %q", l.lines())
		}
	})
	t.Run("a result that is too large is refused with 413", func(t *testing.T) {
		l.invoke(`{"Do":"large","Size":6291557}`)
		l.answer(`{}`)
		if !strings.Contains(strings.Join(l.lines(), "\n"), "status 413") {
			t.Errorf("the log has no such line: %q", l.lines())
		}
	})
}

func TestAProcessThatNeverAsksAgainIsLeftAloneAndEnded(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(func(s *Spec) { s.Timeout = time.Second })
	stuck := l.answer(`{"Do":"never ask"}`).PID
	next := l.answer(`{}`)
	if next.PID == stuck {
		t.Error("a process that sleeps has answered")
	}
	eventually(t, "the process is ended", func() bool { return !alive(stuck) })
}

func TestAProcessThatAsksLateIsUsedAgain(t *testing.T) {
	for _, replaced := range []bool{false, true} {
		t.Run(fmt.Sprint("replaced meanwhile: ", replaced), func(t *testing.T) {
			l := newLab(t, Options{})
			one := 1
			l.fault(func(s *Spec) { s.Concurrency = &one })
			g := newGate(t)
			pid := l.answer(string(g.do("ask late"))).PID
			var refusal *InvokeError
			if _, err := l.Invoke(context.Background(), "fault", Invocation{}); !errors.As(err, &refusal) || refusal.Status != 429 {
				t.Fatalf("while it does not ask: %v", err)
			}
			if replaced {
				l.fault(nil)
			}
			g.open()
			if replaced {
				eventually(t, "the process is ended", func() bool { return !alive(pid) })
				return
			}
			eventually(t, "the process answers", func() bool {
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
		a := l.answer(`{"Do":"fork"}`)
		grandchild, err := strconv.Atoi(a.Text)
		if err != nil || !alive(grandchild) {
			t.Fatalf("there is no grandchild %q", a.Text)
		}
		l.Close()
		eventually(t, "the grandchild is gone", func() bool { return !alive(grandchild) })
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
		eventually(t, "the grandchild is gone", func() bool { return !alive(grandchild) })
	})
}

func TestAGrandchildThatKeepsTheOutputOpenHoldsNothingUp(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	if result := l.invoke(`{"Do":"escape"}`); !strings.Contains(string(result.Payload), "exit status 1") {
		t.Errorf("got %s", result.Payload)
	}
}

func TestClosedOutputIsNoMatter(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	pid := l.answer(`{"Do":"close output"}`).PID
	if next := l.answer(`{}`).PID; next != pid {
		t.Error("the process was given up")
	}
}

func TestACallerThatLeavesDoesNotEndTheFunction(t *testing.T) {
	l := newLab(t, Options{ReportLines: true})
	one := 1
	l.fault(func(s *Spec) { s.Concurrency = &one })
	pid := l.answer(`{}`).PID
	gate := newGate(t)

	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		eventually(t, "the function has begun", func() bool {
			return slices.Contains(l.lines(), testID+": START RequestId: "+testID+" Version: $LATEST")
		})
	}()
	_, err := l.Invoke(ctx, "fault", Invocation{RequestID: testID, Payload: gate.event()})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Invoke returned %v", err)
	}
	var refusal *InvokeError
	if _, err := l.Invoke(context.Background(), "fault", Invocation{}); !errors.As(err, &refusal) || refusal.Status != 429 {
		t.Errorf("while it runs on, the next invocation is %v, want 429", err)
	}
	gate.open()
	eventually(t, "the function has ended", func() bool {
		return slices.ContainsFunc(l.lines(), func(line string) bool { return strings.HasPrefix(line, testID+": REPORT") })
	})
	if next := l.answer(`{}`).PID; next != pid {
		t.Error("the process was ended")
	}

	if _, err := l.Invoke(ctx, "fault", Invocation{}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended, Invoke returned %v", err)
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
		t.Errorf("Invoke returned %v", err)
	}
	eventually(t, "the function has timed out", func() bool {
		return strings.Contains(strings.Join(l.lines(), "\n"), "Task timed out after 0.10 seconds")
	})
}
