package function

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// attempts counts the invocations of fault with a request id.
func (l *lab) attempts(id string) int {
	return strings.Count(strings.Join(l.lines(), "\n"), "START RequestId: "+id)
}

func TestEventsAreRetriedTwice(t *testing.T) {
	for _, test := range []struct {
		rule, event string
		attempts    int
	}{
		{"a success is done", `{}`, 1},
		{"a function error is tried twice more", `{"Do":"error","Text":"{}"}`, 3},
		{"so is a crash", `{"Do":"exit","Size":1}`, 3},
	} {
		t.Run(test.rule, func(t *testing.T) {
			l := newLab(t, Options{ReportLines: true, EventRetryDelay: time.Millisecond})
			l.fault(nil)
			result, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID, Payload: []byte(test.event), Event: true})
			if err != nil || result.RequestID != testID || len(result.Payload) != 0 || result.FunctionError != "" {
				t.Fatalf("got %+v, %v", result, err)
			}
			eventually(t, "the event is off the queue", func() bool { return len(l.events) == 0 })
			if got := l.attempts(testID); got != test.attempts {
				t.Errorf("%d attempts, want %d", got, test.attempts)
			}
		})
	}
}

func TestAThrottledEventWaits(t *testing.T) {
	l := newLab(t, Options{ReportLines: true, EventRetryDelay: time.Millisecond})
	one := 1
	l.fault(func(s *Spec) { s.Concurrency = &one })
	g := newGate(t)
	running := startAll(l, []gate{g})[0]
	if _, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID, Event: true}); err != nil {
		t.Fatal(err)
	}
	g.open()
	<-running
	eventually(t, "the event is off the queue", func() bool { return len(l.events) == 0 })
	if got := l.attempts(testID); got != 1 {
		t.Errorf("%d attempts, want 1", got)
	}
}

func TestTheEventQueueIsBounded(t *testing.T) {
	l := newLab(t, Options{EventQueue: 1})
	l.fault(nil)
	event := Invocation{Event: true, Payload: []byte(`{"Do":"hang"}`)}
	if _, err := l.Invoke(context.Background(), "fault", event); err != nil {
		t.Fatal(err)
	}
	var refusal *InvokeError
	if _, err := l.Invoke(context.Background(), "fault", event); !errors.As(err, &refusal) || refusal.Status != 429 {
		t.Errorf("one event too many: %v", err)
	}
}

func TestCloseEndsRetries(t *testing.T) {
	l := newLab(t, Options{ReportLines: true, EventRetryDelay: time.Hour})
	l.fault(nil)
	if _, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID, Event: true, Payload: []byte(`{"Do":"error"}`)}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the first attempt is over", func() bool { return strings.Contains(strings.Join(l.lines(), "\n"), "REPORT") })
	l.Close()
	if got := l.attempts(testID); got != 1 {
		t.Errorf("%d attempts, want 1", got)
	}
}

func TestAnEventOfAFunctionThatGoesIsDropped(t *testing.T) {
	l := newLab(t, Options{ReportLines: true, EventRetryDelay: 50 * time.Millisecond})
	l.fault(nil)
	g := newGate(t)
	running := startAll(l, []gate{g})[0]
	if _, err := l.Invoke(context.Background(), "fault", Invocation{Event: true, Payload: []byte(`{"Do":"error"}`)}); err != nil {
		t.Fatal(err)
	}
	l.Remove("fault")
	g.open()
	<-running
	eventually(t, "the event is off the queue", func() bool { return len(l.events) == 0 })
}
