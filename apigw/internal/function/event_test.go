package function

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/testwait"
)

// attempts returns how often fault was started for a request id.
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
				t.Fatalf("got %+v, error %v, want the request id alone", result, err)
			}
			testwait.Until(t, "the event is done with", func() bool { return len(l.events) == 0 })
			if got := l.attempts(testID); got != test.attempts {
				t.Errorf("got %d attempts, want %d", got, test.attempts)
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
	testwait.Receive(t, "the result of the running invocation", running)
	testwait.Until(t, "the event is done with", func() bool { return len(l.events) == 0 })
	if got := l.attempts(testID); got != 1 {
		t.Errorf("got %d attempts, want 1", got)
	}
}

func TestTheEventQueueIsBounded(t *testing.T) {
	l := newLab(t, Options{EventQueue: 1})
	l.fault(nil)
	event := Invocation{Event: true, Payload: []byte(`{"Do":"hang"}`)}
	if _, err := l.Invoke(context.Background(), "fault", event); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Invoke(context.Background(), "fault", event); refusal(err).Status != 429 {
		t.Errorf("one event too many: got the error %v, want a refusal with 429", err)
	}
}

func TestCloseEndsRetries(t *testing.T) {
	l := newLab(t, Options{ReportLines: true, EventRetryDelay: time.Hour})
	l.fault(nil)
	if _, err := l.Invoke(context.Background(), "fault", Invocation{RequestID: testID, Event: true, Payload: []byte(`{"Do":"error"}`)}); err != nil {
		t.Fatal(err)
	}
	testwait.Until(t, "the first attempt is over", func() bool { return strings.Contains(strings.Join(l.lines(), "\n"), "REPORT") })
	l.Close()
	if got := l.attempts(testID); got != 1 {
		t.Errorf("got %d attempts, want 1", got)
	}
}

func TestAnEventOfARemovedFunctionIsDropped(t *testing.T) {
	l := newLab(t, Options{ReportLines: true, EventRetryDelay: 50 * time.Millisecond})
	l.fault(nil)
	g := newGate(t)
	running := startAll(l, []gate{g})[0]
	if _, err := l.Invoke(context.Background(), "fault", Invocation{Event: true, Payload: []byte(`{"Do":"error"}`)}); err != nil {
		t.Fatal(err)
	}
	l.Remove("fault")
	g.open()
	testwait.Receive(t, "the result of the running invocation", running)
	testwait.Until(t, "the event is done with", func() bool { return len(l.events) == 0 })
}
