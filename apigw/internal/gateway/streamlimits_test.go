package gateway

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Documented: the first 10 MB are free, and the rest passes at 2 MB a second.
func TestTheSpeedOfStreams(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		rule   string
		limits streamLimits
		size   int
		since  time.Duration
		want   time.Duration
	}{
		{"without limits nothing waits", streamLimits{}, 100 * mb, 0, 0},
		{"10 MB are free", streamLimits{slow: true}, 10 * mb, 0, 0},
		{"2 MB more take a second", streamLimits{slow: true}, 12 * mb, 0, time.Second},
		{"what has passed already counts", streamLimits{slow: true}, 14 * mb, 1500 * time.Millisecond, 500 * time.Millisecond},
		{"a stream that is slow itself waits for nothing", streamLimits{slow: true}, 14 * mb, time.Minute, 0},
	} {
		if got := c.limits.pause(c.size, c.since); got != c.want {
			t.Errorf("%s: got %v, want %v", c.rule, got, c.want)
		}
	}
}

// passed is what became of a stream under limits, in a time that passes at once.
func passed(limits streamLimits, send func(w io.Writer)) (s *stream, body string, took time.Duration) {
	r, w := io.Pipe()
	s = &stream{backend: "The function f", source: r, now: time.Now, limits: limits, began: time.Now()}
	s.finish = func() error { return r.Close() }
	s.body = s
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		send(w)
		w.Close()
	}()
	recorder := httptest.NewRecorder()
	s.pass(recorder, httptest.NewRequest("GET", "/", nil), -1, false, func() {})
	<-sent
	return s, recorder.Body.String(), s.took
}

func TestAnIdleStreamIsEnded(t *testing.T) {
	for _, c := range []struct {
		rule   string
		limits streamLimits
		pause  time.Duration
		body   string
		rules  string
	}{
		{"without a limit it may be idle for long", streamLimits{}, time.Hour, "onetwo", ""},
		{"shorter than the limit", streamLimits{idle: time.Minute}, time.Minute - time.Second, "onetwo", ""},
		{"longer than the limit", streamLimits{idle: time.Minute}, time.Minute + time.Second, "one", "nothing came for 1m0s"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, body, _ := passed(c.limits, func(w io.Writer) {
					io.WriteString(w, "one")
					time.Sleep(c.pause)
					io.WriteString(w, "two")
				})
				var said string
				for _, note := range s.notes {
					said += note.Title()
				}
				if body != c.body || s.broken != (c.rules != "") || !strings.Contains(said, c.rules) {
					t.Errorf("got %q, broken %v, %q, want %q and %q", body, s.broken, said, c.body, c.rules)
				}
			})
		})
	}
}

func TestAFastStreamIsSlowedDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const free, size = streamFree, streamFree + 3*streamRate
		_, body, took := passed(streamLimits{slow: true}, func(w io.Writer) { w.Write(make([]byte, size)) })
		if least := 2900 * time.Millisecond; len(body) != size || took < least || took > 4*time.Second {
			t.Errorf("got %d bytes in %v, want %d, of which the first %d pass at once and the others in 3 s", len(body), took, size, free)
		}
	})
}
