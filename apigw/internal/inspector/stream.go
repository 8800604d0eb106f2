package inspector

import (
	"net/http"
	"time"
)

// The times of a stream of events.
const (
	keepOpen   = 15 * time.Second      // between comments, without which proxies end a stream
	writeLimit = 10 * time.Second      // who reads nothing for so long is let go
	together   = 50 * time.Millisecond // for what happens meanwhile, one write is enough
)

// stream sends what happens as server-sent events, until the client or the runner ends.
func (i *Inspector) stream(w http.ResponseWriter, r *http.Request) {
	l := i.events.listen()
	defer l.close()
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Time{}) // that of the server is for requests
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	send := func(text []byte) bool {
		_ = c.SetWriteDeadline(time.Now().Add(writeLimit)) // a server of a test may have none
		_, err := w.Write(text)
		return err == nil && c.Flush() == nil
	}
	if !send(append([]byte("retry: 1000\n"), frame("hello", map[string]string{"instance": i.events.instance})...)) {
		return
	}
	open := time.NewTicker(keepOpen)
	defer open.Stop()
	for {
		text, dropped, changed := l.read()
		if dropped > 0 {
			text = append(frame("dropped", map[string]int{"events": dropped}), text...)
		}
		var pause <-chan time.Time
		if len(text) > 0 {
			if !send(text) {
				return
			}
			changed, pause = nil, time.After(together)
		}
		select {
		case <-changed:
		case <-pause:
		case <-open.C:
			if !send([]byte(":\n\n")) {
				return
			}
		case <-r.Context().Done():
			return
		case <-i.events.closed:
			return
		}
	}
}
