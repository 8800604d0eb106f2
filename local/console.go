package main

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"sync"
	"time"

	"example.com/hello-apigw/local/assembly"
	"example.com/hello-apigw/local/function"
	"example.com/hello-apigw/local/gateway"
)

// logLevel says what the console shows of requests.
type logLevel string

const (
	logFull   logLevel = "full"   // the execution log of every request
	logErrors logLevel = "errors" // a line for each request, and the execution log of those that failed
	logOff    logLevel = "off"
)

func parseLogLevel(text string) (logLevel, error) {
	switch level := logLevel(text); level {
	case logFull, logErrors, logOff:
		return level, nil
	}
	return "", usageError(fmt.Sprintf("--log %q: it is full, errors or off", text))
}

// console shows what happens while the app is served. It is safe for concurrent
// use. Requests do not wait for the terminal: what they write is shown a moment
// later.
type console struct {
	level    logLevel
	requests chan *gateway.Record // that are still to be shown
	closing  chan struct{}        // closed when no more are
	shown    chan struct{}        // closed when the last is

	mu    sync.Mutex
	out   *bufio.Writer
	due   bool              // a flush is on its way
	names map[string]string // of functions, for people
}

// consoleDelay is how long a line may wait for others before it is shown.
const consoleDelay = 20 * time.Millisecond

// consoleQueue is how many requests may wait to be shown before others wait for
// them.
const consoleQueue = 1000

func newConsole(out io.Writer, level logLevel) *console {
	c := &console{
		level: level, out: bufio.NewWriterSize(out, 64<<10),
		requests: make(chan *gateway.Record, consoleQueue), closing: make(chan struct{}), shown: make(chan struct{}),
	}
	go c.showAll()
	return c
}

func (c *console) showAll() {
	defer close(c.shown)
	for {
		select {
		case r := <-c.requests:
			c.show(r)
		case <-c.closing:
			for len(c.requests) > 0 {
				c.show(<-c.requests)
			}
			return
		}
	}
}

// say shows a line about the runner itself, at once.
func (c *console) say(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintln(c.out, line)
	c.out.Flush()
}

// write lets fill add text, as a whole.
func (c *console) write(fill func(w *bufio.Writer)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fill(c.out)
	if !c.due {
		c.due = true
		time.AfterFunc(consoleDelay, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.due = false
			c.out.Flush()
		})
	}
}

// close shows what waits. Requests that end later are not shown.
func (c *console) close() {
	close(c.closing)
	<-c.shown
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out.Flush()
}

// name learns what people call the functions: by their package, or their
// construct path. CDK makes up their real names.
func (c *console) name(functions []*assembly.Function) {
	names := map[string]string{}
	for _, f := range functions {
		names[f.Name] = f.Path
		if f.Package != "" {
			names[f.Name] = path.Base(f.Package)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.names = names
}

// function shows a line of a function's log.
func (c *console) function(line function.LogLine) {
	if c.level == logOff {
		return
	}
	c.write(func(w *bufio.Writer) {
		name, ok := c.names[line.Function]
		if !ok {
			name = line.Function
		}
		fmt.Fprintf(w, "  %s [%s] %s\n", name, line.RequestID, line.Text)
	})
}

// request lets the console show what a request came to. Its client does not wait
// for that.
func (c *console) request(r *gateway.Record) {
	if c.level == logOff {
		return
	}
	select {
	case c.requests <- r:
	case <-c.closing:
	}
}

func (c *console) show(r *gateway.Record) {
	findings := r.Diagnosis()
	c.write(func(w *bufio.Writer) {
		fmt.Fprintf(w, "%s %s %s → %d in %.1f ms (%s)\n",
			r.Time.Local().Format(time.TimeOnly), r.Method, r.Path, r.Status, float64(r.Duration.Microseconds())/1000, r.ID)
		if c.level == logFull || r.Status >= 500 || len(findings) > 0 {
			for _, line := range r.ExecutionLog() {
				fmt.Fprintf(w, "    (%s) %s\n", r.ID, line)
			}
		}
		for _, f := range findings {
			writeFinding(w, f)
		}
	})
}

// writeFinding shows what a person should know, apart from what AWS says.
func writeFinding(w io.Writer, f gateway.Finding) {
	fmt.Fprintf(w, "  ▸ %s\n", f.Message)
	if f.Path != "" || f.Got != "" {
		fmt.Fprintf(w, "    at %s: %s\n", f.Path, f.Got)
	}
	if f.Detail != "" {
		fmt.Fprintf(w, "    %s\n", f.Detail)
	}
	if f.Fix != "" {
		fmt.Fprintf(w, "    fix: %s\n", f.Fix)
	}
	if f.Rule != "" {
		fmt.Fprintf(w, "    rule: %s\n", f.Rule)
	}
}

// access shows a line of the stage's access log.
func (c *console) access(line string) {
	c.write(func(w *bufio.Writer) { fmt.Fprintln(w, "    access log: "+line) })
}
