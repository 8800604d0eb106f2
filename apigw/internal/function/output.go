package function

import (
	"bytes"
	"os"
	"sync"
	"time"
)

// output reads what a process writes to stdout or stderr, line by line, and
// writes it to the log under the request id that the process serves.
type output struct {
	file     *os.File
	log      *logger
	function string
	finished chan struct{}

	mu      sync.Mutex
	id      string
	partial []byte // the line that has no end yet
	chunk   []byte
	closed  bool
	fd      int // of file, for drain
}

func newOutput(file *os.File, log *logger, function, id string) *output {
	o := &output{
		file:     file,
		log:      log,
		function: function,
		id:       id,
		finished: make(chan struct{}),
		chunk:    make([]byte, 4096),
	}
	o.prepare()
	go func() {
		defer close(o.finished)
		o.readAll()
		o.mu.Lock()
		defer o.mu.Unlock()
		o.closed = true
		if len(o.partial) > 0 {
			o.line(o.partial)
		}
		file.Close()
	}()
	return o
}

// serve sets the request id that lines get from now on.
func (o *output) serve(id string) {
	o.mu.Lock()
	o.id = id
	o.mu.Unlock()
}

// finish reads what the process has left behind, and closes the file. A process
// that escaped its group may hold the other end open, but not hold this one up.
func (o *output) finish() {
	o.file.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	<-o.finished
}

// lines takes what was read. It needs the lock.
func (o *output) lines(data []byte) {
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n')
		room := maxLine - len(o.partial)
		switch {
		case end >= 0 && end <= room:
			if len(o.partial) == 0 {
				o.line(data[:end])
			} else {
				o.line(append(o.partial, data[:end]...))
				o.partial = nil
			}
			data = data[end+1:]
		case len(data) > room:
			o.line(append(o.partial, data[:room]...))
			o.partial, data = nil, data[room:]
		default:
			o.partial = append(o.partial, data...)
			return
		}
	}
}

func (o *output) line(text []byte) {
	o.log.write(o.function, o.id, string(bytes.TrimSuffix(text, []byte("\r"))), false)
}
