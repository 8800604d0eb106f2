package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/diagnose"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/record"
	"example.com/apigw/internal/inspector"
	"example.com/apigw/internal/rules"
)

// logLevel says what the console shows of requests.
type logLevel string

const (
	logFull   logLevel = "full"   // the execution log of every request
	logErrors logLevel = "errors" // a line for each request, and the execution log of those that failed
	logOff    logLevel = "off"
)

// set is the value of a flag.
func (l *logLevel) set(text string) error {
	switch level := logLevel(text); level {
	case logFull, logErrors, logOff:
		*l = level
		return nil
	}
	return errors.New("expected full, errors or off")
}

// console shows what happens while the app is served. It is safe for concurrent
// use. Nobody waits for the terminal: what comes faster than it can be shown is
// dropped, and counted.
type console struct {
	level   logLevel
	out     io.Writer
	base    string                 // URL of the inspector
	command string                 // how a person starts this program
	queue   chan func(w io.Writer) // each writes what belongs together
	dropped atomic.Int64
	closing chan struct{} // closed when nothing more is to come
	shown   chan struct{} // closed when all is shown

	mu    sync.Mutex
	names map[string]string // of functions by ARN, for people
	// behind are the functions whose last good version runs, since their new code
	// cannot.
	behind map[string]bool
	// appBehind means that the app is served as it was before its last change.
	appBehind bool
	// apis returns what is served; nil as long as nothing is.
	apis func() []gateway.Deployed
	// listed is what was served when a person saw it.
	listed []gateway.Deployed
}

// consoleQueue is how much may wait to be shown.
const consoleQueue = 1000

// newConsole returns a console. Base is the URL of the inspector, and command how a
// person starts this program.
func newConsole(out io.Writer, level logLevel, base, command string) *console {
	c := &console{
		level: level, out: out, base: base, command: command,
		queue: make(chan func(io.Writer), consoleQueue), closing: make(chan struct{}), shown: make(chan struct{}),
	}
	go c.showAll()
	return c
}

func (c *console) showAll() {
	defer close(c.shown)
	out := bufio.NewWriterSize(c.out, 64<<10)
	for {
		select {
		case fill := <-c.queue:
			fill(out)
		case <-c.closing:
			for len(c.queue) > 0 {
				(<-c.queue)(out)
			}
			out.Flush()
			return
		}
		if len(c.queue) > 0 {
			continue
		}
		if n := c.dropped.Swap(0); n > 0 {
			fmt.Fprintf(out, "(%d log entries came faster than they could be shown)\n", n)
		}
		out.Flush()
	}
}

func (c *console) write(fill func(w io.Writer)) {
	select {
	case c.queue <- fill:
	default:
		c.dropped.Add(1)
	}
}

// say shows a line about the runner itself.
func (c *console) say(line string) {
	c.write(func(w io.Writer) { fmt.Fprintln(w, line) })
}

// closeLimit is how long a terminal may take to show the rest.
const closeLimit = 2 * time.Second

// close shows what waits. What comes later is not shown.
func (c *console) close() {
	close(c.closing)
	select {
	case <-c.shown:
	case <-time.After(closeLimit):
	}
}

// event shows what happens to the app, and remembers what later requests are
// answered by.
func (c *console) event(e dev.Event) {
	c.mu.Lock()
	switch e := e.(type) {
	case dev.Loaded:
		c.names, c.behind, c.appBehind = map[string]string{}, map[string]bool{}, false
		for _, f := range e.Functions {
			c.names[f.ARN] = f.ShortName()
		}
	case dev.LessonsLoaded:
		for _, f := range e.Functions {
			c.names[f.ARN] = f.ShortName()
		}
	case dev.LoadFailed:
		c.appBehind = true
	case dev.BuildFailed:
		for _, f := range e.Functions {
			c.behind[f.ARN] = !e.First
		}
	case dev.Built:
		for _, f := range e.Functions {
			delete(c.behind, f.ARN)
		}
	}
	c.mu.Unlock()
	line := sentence(e)
	if loaded, ok := e.(dev.Loaded); ok && loaded.Again {
		line += c.news()
	}
	if line != "" {
		c.say(line)
	}
}

// follow sets what returns what is served.
func (c *console) follow(apis func() []gateway.Deployed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.apis = apis
}

// serves returns what is served, and remembers that a person sees it.
func (c *console) serves() []gateway.Deployed {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listed = c.apis()
	return c.listed
}

// news returns the routes and keys of the stages that changed since a person saw them,
// such as the key that requests need from now on.
func (c *console) news() string {
	c.mu.Lock()
	before := c.listed
	c.mu.Unlock()
	var changed []gateway.Deployed
	now := c.serves()
	for _, d := range now {
		if !slices.ContainsFunc(before, func(old gateway.Deployed) bool { return reflect.DeepEqual(old, d) }) {
			changed = append(changed, d)
		}
	}
	var text strings.Builder
	for _, old := range before {
		if !slices.ContainsFunc(now, func(d gateway.Deployed) bool { return d.Name == old.Name && d.Stage == old.Stage }) {
			fmt.Fprintf(&text, "\n%s is not served any more", rules.Printable(fmt.Sprintf("%s, stage %s,", old.Name, old.Stage)))
		}
	}
	if len(changed) > 0 {
		text.WriteString("\n\n")
		inspector.WriteRoutes(&text, changed)
	}
	return text.String()
}

// function shows a line of a function's log.
func (c *console) function(line function.LogLine) {
	if c.level == logOff || c.level != logFull && line.IsMetrics() {
		return
	}
	c.mu.Lock()
	name, ok := c.names[line.ARN]
	c.mu.Unlock()
	if !ok {
		name = line.Function
	}
	c.write(func(w io.Writer) { fmt.Fprintf(w, "  %s [%s] %s\n", name, line.RequestID, withoutID(line)) })
}

// stamped is how a line of console.log begins on Lambda: with its time, the request's
// id, and tabs.
var stamped = regexp.MustCompile(`^\d{4}-\d\d-\d\dT[\d:.]+Z\t(\S+)\t`)

// withoutID returns the text of a line without the time and the id that are shown
// already.
func withoutID(line function.LogLine) string {
	if found := stamped.FindStringSubmatch(line.Text); found != nil && (found[1] == line.RequestID || found[1] == "undefined") {
		return line.Text[len(found[0]):]
	}
	return line.Text
}

// request shows what a request came to.
func (c *console) request(r *record.Record) {
	if c.level == logOff {
		return
	}
	old := c.oldCode(r)
	c.write(func(w io.Writer) {
		c.writeRequest(w, r)
		for _, line := range old {
			fmt.Fprintln(w, "  ▸ "+line)
		}
	})
}

// oldCode says what of a response came from code that has been changed since.
func (c *console) oldCode(r *record.Record) (lines []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.FunctionResult != nil && c.behind[r.FunctionResult.ARN] {
		lines = append(lines, "the last good version of "+c.names[r.FunctionResult.ARN]+" ran: its new code cannot, see the error above")
	}
	if c.appBehind {
		lines = append(lines, "the last good version of the app answered: its new version cannot be served, see the error above")
	}
	return lines
}

// writeRequest writes a line, and for a request that failed why.
func (c *console) writeRequest(w io.Writer, r *record.Record) {
	fmt.Fprintf(w, "%s %s %s → %d in %.1f ms (%s)\n",
		r.Time.Local().Format(time.TimeOnly), r.Method, r.Path, r.Status, float64(r.Duration.Microseconds())/1000, r.ID)
	if c.level == logFull || r.Status >= 500 || r.Refused() {
		for _, line := range r.ExecutionLog() {
			fmt.Fprintf(w, "    (%s) %s\n", r.ID, line)
		}
	}
	findings := diagnose.Of(r)
	if len(findings) > 0 {
		diagnose.Locate(findings[:1], ".")
		writeFinding(w, findings[0], c.command)
	}
	more := ""
	if n := len(findings) - 1; n > 0 {
		more = fmt.Sprintf("and %d more, ", n)
	}
	if more != "" || r.Refused() {
		fmt.Fprintf(w, "    %sbox by box: %s/_local/requests/%s\n", more, c.base, r.ID)
	}
}

// writeFinding shows what a person should know, apart from what AWS says.
func writeFinding(w io.Writer, f diagnose.Finding, command string) {
	fmt.Fprintf(w, "  ▸ %s\n", f.Message)
	switch {
	case f.Path != "":
		fmt.Fprintf(w, "    at %s: %s\n", f.Path, f.Got)
	case f.Place == "" && f.Got != "":
		fmt.Fprintf(w, "    got %s\n", f.Got)
	case f.Place != "" && f.Got != "":
		fmt.Fprintf(w, "    at %s: %s\n", f.Place, f.Got)
	case f.Place != "":
		fmt.Fprintf(w, "    at %s\n", f.Place)
	}
	if f.Detail != "" {
		fmt.Fprintf(w, "    %s\n", f.Detail)
	}
	if f.Fix != "" {
		fmt.Fprintf(w, "    fix: %s\n", strings.ReplaceAll(f.Fix, "\n", "\n         "))
	}
	if f.Rule != "" {
		fmt.Fprintf(w, "    rule: %s (%s), %s\n", f.Rule, f.Evidence, rules.Command(command, f.Rule))
	}
}

// access shows a line of the stage's access log.
func (c *console) access(line string) {
	c.write(func(w io.Writer) { fmt.Fprintln(w, "    access log: "+line) })
}
