package inspector

import (
	"bytes"
	"encoding/json"
	"sync"
	"sync/atomic"

	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/uuid"
)

// Events tells everybody who listens what happens, as it happens. Those who tell never
// wait for those who listen: who is too slow misses events, and is told how many. It is
// safe for concurrent use.
type Events struct {
	history  *History
	instance string // a new one for each process

	mu        sync.Mutex
	ring      []*event
	next      uint64 // number of the next event
	listeners int
	waiting   bool          // somebody waits for changed
	changed   chan struct{} // closed when there is a new event
	closed    chan struct{}
}

// event is something that happened.
type event struct {
	id    string                 // of a request, whose frame is made when it is first sent
	frame atomic.Pointer[[]byte] // as it is sent; nil before
}

// maxEvents is how many events wait for those who are slow.
const maxEvents = 1024

// NewEvents returns a way to tell about the requests in a history, and what else
// happens.
func NewEvents(h *History) *Events {
	return &Events{history: h, instance: uuid.New(), changed: make(chan struct{}), closed: make(chan struct{})}
}

// Request tells that a request was added to the history. It keeps nothing of the
// request.
func (e *Events) Request(r *record.Record) { e.tell(&event{id: r.ID}) }

// App tells what happens to the app: building, built, build-failed, loaded,
// load-failed or synthesizing, with a sentence for people.
func (e *Events) App(kind, text string) {
	e.Publish("app", struct {
		Kind string `json:"kind"`
		Text string `json:"text"`
	}{kind, text})
}

// Publish tells something under a name, with data that has a form in JSON.
func (e *Events) Publish(name string, data any) {
	what, text := new(event), frame(name, data)
	what.frame.Store(&text)
	e.tell(what)
}

// frame writes an event as HTML's server-sent events have it.
func frame(name string, data any) []byte {
	text, err := json.Marshal(data)
	if err != nil {
		text, name = []byte(`{}`), "unwritable"
	}
	var out bytes.Buffer
	out.WriteString("event: " + name + "\ndata: ")
	out.Write(text) // JSON has no line breaks
	out.WriteString("\n\n")
	return out.Bytes()
}

func (e *Events) tell(what *event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listeners == 0 {
		return
	}
	if e.ring == nil {
		e.ring = make([]*event, maxEvents)
	}
	e.ring[e.next%maxEvents] = what
	e.next++
	if e.waiting {
		e.waiting = false
		close(e.changed)
		e.changed = make(chan struct{})
	}
}

// Close lets all go who listen.
func (e *Events) Close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.closed:
	default:
		close(e.closed)
	}
}

// listener is somebody who listens.
type listener struct {
	events *Events
	next   uint64 // number of the event that comes next
}

// listen returns a listener for what happens from now on.
func (e *Events) listen() *listener {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners++
	return &listener{e, e.next}
}

// close ends listening.
func (l *listener) close() {
	e := l.events
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listeners--; e.listeners == 0 {
		e.ring = nil
	}
}

// read returns the events that are there, as they are sent, and how many are not any
// more. Changed is closed when there are others.
func (l *listener) read() (frames []byte, dropped int, changed <-chan struct{}) {
	found, dropped, changed := l.take()
	for _, what := range found {
		text := what.frame.Load()
		if text == nil {
			made := l.events.history.frame(what.id)
			if made == nil { // the request is not kept any more
				dropped++
				continue
			}
			text = &made
			what.frame.Store(text)
		}
		frames = append(frames, *text...)
	}
	return frames, dropped, changed
}

func (l *listener) take() (found []*event, dropped int, changed <-chan struct{}) {
	e := l.events
	e.mu.Lock()
	defer e.mu.Unlock()
	if behind := e.next - l.next; behind > maxEvents {
		dropped = int(behind - maxEvents)
		l.next = e.next - maxEvents
	}
	for ; l.next < e.next; l.next++ {
		found = append(found, e.ring[l.next%maxEvents])
	}
	e.waiting = true
	return found, dropped, e.changed
}
