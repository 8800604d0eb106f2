package inspector

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/testwait"
)

func (e *Events) listening() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.listeners
}

func TestEventsComeInTheirOrder(t *testing.T) {
	s := serve(t)
	s.add(&record.Record{ID: "before"}) // nobody listens
	p := s.listen()
	s.add(&record.Record{ID: "r-1", Method: "GET", Path: "/hello/prod/<script>\n", Status: 502, Failure: &record.Failure{Box: "function", Rule: "some-rule"}})
	s.events.App("building", "building ./functions/hello")
	s.events.Publish("lesson", map[string]string{"id": "x"})
	for _, want := range []struct{ name, data string }{
		{"request", `{"id":"r-1","time":"0001-01-01T00:00:00.000Z","api":"","stage":"","method":"GET","path":"/hello/prod/\u003cscript\u003e\n",` +
			`"resourcePath":"","status":502,"durationMs":0,"failed":true,"box":"function","rule":"some-rule"}`},
		{"app", `{"kind":"building","text":"building ./functions/hello"}`},
		{"lesson", `{"id":"x"}`},
	} {
		if name, data := p.next(); name != want.name || data != want.data {
			t.Errorf("got %s %s, want %s %s", name, data, want.name, want.data)
		}
	}
}

func TestWhoIsTooSlowIsToldHowManyEventsAreMissing(t *testing.T) {
	h := new(History)
	e := NewEvents(h)
	l := e.listen()
	defer l.close()
	const more = 7
	for n := range maxEvents + more {
		e.Publish("n", n)
	}
	frames, dropped, _ := l.read()
	if n := bytes.Count(frames, []byte("event: n\n")); n != maxEvents || dropped != more || !bytes.Contains(frames, []byte(fmt.Sprintf("data: %d\n", more))) {
		t.Errorf("got %d events and %d dropped, want %d from the one with the number %d on, and %d", n, dropped, maxEvents, more, more)
	}
	if frames, dropped, _ := l.read(); len(frames) != 0 || dropped != 0 {
		t.Errorf("the next time: got %s and %d dropped, want nothing", frames, dropped)
	}
	h.Add(&record.Record{ID: "gone"})
	e.Request(&record.Record{ID: "gone"})
	for range maxKept {
		h.Add(&record.Record{ID: "another"})
	}
	if frames, dropped, _ := l.read(); len(frames) != 0 || dropped != 1 {
		t.Errorf("a request that is not kept any more: got %s and %d dropped, want 1 dropped", frames, dropped)
	}
}

// A client that reads nothing holds nobody up: not requests, and not other clients.
func TestAClientThatNeverReads(t *testing.T) {
	s := serve(t)
	s.connect("GET /_local/events HTTP/1.1\nHost: " + s.address) // and reads nothing
	p := s.listen()
	testwait.Until(t, "both listen", func() bool { return s.events.listening() == 2 })
	text := strings.Repeat("x", 2_000_000) // soon more than the system keeps for a connection
	for range 10 {
		s.events.App("building", text)
	}
	for range 10 {
		if name, data := p.next(); name != "app" || len(data) < len(text) {
			t.Fatalf("got %s of %d bytes, want app with %d", name, len(data), len(text))
		}
	}
}

func TestManyClientsComeAndGo(t *testing.T) {
	s := serve(t)
	const clients = 200
	pages := make([]*connection, clients)
	for n := range pages {
		pages[n] = s.listen()
	}
	for n := range 20 {
		s.add(&record.Record{ID: fmt.Sprint(n)})
	}
	for _, p := range pages {
		for n := range 20 {
			if name, data := p.next(); name != "request" || !strings.Contains(data, fmt.Sprintf(`{"id":"%d"`, n)) {
				t.Errorf("got %s %s, want the request %d", name, data, n)
			}
		}
	}
	for _, p := range pages[1:] {
		p.conn.Close()
	}
	testwait.Until(t, "one client is left", func() bool { return s.events.listening() == 1 })
	s.events.Close()
	testwait.Until(t, "nobody listens after the end", func() bool { return s.events.listening() == 0 })
	s.events.Close() // a second time
}
