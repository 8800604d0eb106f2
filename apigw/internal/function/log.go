package function

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
)

// LogLine is one line of a function's log.
type LogLine struct {
	Function  string // its name
	ARN       string // of the function
	RequestID string // of the invocation that the process serves, or was started for
	Time      time.Time
	Text      string // without the line break, of at most 256 KB; a longer line comes in pieces
	Platform  bool   // Lambda's own line, not the function's
}

// IsMetrics reports whether the line is in the embedded metric format: for CloudWatch, and
// not for people.
func (l LogLine) IsMetrics() bool {
	return !l.Platform && strings.HasPrefix(l.Text, `{"_aws":{`) && strings.Contains(l.Text, `"CloudWatchMetrics"`)
}

// maxLine bounds the length of a line, in bytes.
const maxLine = 256 << 10

// logger passes lines to the host's log, one after the other.
type logger struct {
	mu     sync.Mutex
	sink   func(LogLine) // may be nil
	report bool          // START, END and REPORT lines are wanted
}

// origin is the function that a line is about.
type origin struct{ name, arn string }

// origin returns the function as the log names it.
func (s Spec) origin() origin { return origin{s.Name, s.ARN} }

// write passes on a line.
func (l *logger) write(from origin, id, text string, platform bool) {
	if l.sink == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sink(LogLine{Function: from.name, ARN: from.arn, RequestID: id, Time: time.Now(), Text: text, Platform: platform})
}

// platform writes a line of Lambda's own.
func (l *logger) platform(from origin, id, text string) { l.write(from, id, text, true) }

// started writes the line that opens an invocation's log.
func (l *logger) started(s Spec, id string) {
	if l.report {
		l.platform(s.origin(), id, "START RequestId: "+id+" Version: "+s.Version)
	}
}

// finished writes the lines that close an invocation's log. Init is the time that
// a cold start took, or 0. Lambda's "Max Memory Used" is missing, since nobody
// measures it here.
func (l *logger) finished(s Spec, id string, duration, init time.Duration) {
	if !l.report {
		return
	}
	ms := duration.Seconds() * 1000
	report := fmt.Sprintf("REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %.0f ms\tMemory Size: %d MB\t",
		id, ms, math.Ceil(ms), s.MemoryMB)
	if init > 0 {
		report += fmt.Sprintf("Init Duration: %.2f ms\t", init.Seconds()*1000)
	}
	l.platform(s.origin(), id, "END RequestId: "+id)
	l.platform(s.origin(), id, report)
}
