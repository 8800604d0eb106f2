package function

import (
	"bytes"
	"os"
	"sync"
	"time"
)

// output writes what a process writes to stdout or stderr to the log, line by line,
// under the request id of the invocation that the process serves.
type output struct {
	file     *os.File
	log      *logger
	function origin
	finished chan struct{}

	mu      sync.Mutex
	id      string
	partial []byte // the beginning of a line whose end is not read yet
	chunk   []byte
	closed  bool
	fd      int // of file, for drain
}

// newOutput returns an output that reads from file until its end.
func newOutput(file *os.File, log *logger, function origin, id string) *output {
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

// serve sets the request id of the lines from now on.
func (o *output) serve(id string) {
	o.mu.Lock()
	o.id = id
	o.mu.Unlock()
}

// finish reads what the process has left behind, and closes the file. It does not
// wait for a process that has left the group and holds the other end open.
func (o *output) finish() {
	o.file.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	<-o.finished
}

// lines takes what was read. The output must be locked.
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

// line writes a line to the log.
func (o *output) line(text []byte) {
	o.log.write(o.function, o.id, string(bytes.TrimSuffix(text, []byte("\r"))), false)
}
