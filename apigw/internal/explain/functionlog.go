package explain

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"example.com/apigw/internal/rules"
)

// The lines that Lambda writes into the log of a function.
var (
	lambdaLine = regexp.MustCompile(`(START|END|REPORT) RequestId: ([0-9a-zA-Z-]{8,64})(.*)$`)
	lambdaTask = regexp.MustCompile(`([0-9a-fA-F]{8}-[0-9a-fA-F-]{27}) Task timed out after [\d.]+ seconds`)
	lambdaID   = regexp.MustCompile(`RequestId: ([0-9a-fA-F]{8}-[0-9a-fA-F-]{27})`)
	memoryUsed = regexp.MustCompile(`Memory Size: (\d+) MB\s+Max Memory Used: (\d+) MB`)
	duration   = regexp.MustCompile(`\sDuration: ([\d.]+ ms)`)
)

// invocation is what the log of a function has about one of them.
type invocation struct {
	id      string
	started bool
	report  string
	lines   []string // that a rule is about
}

// functionLine reads a line of a function's log.
func (r *reader) functionLine(line string) bool {
	if m := lambdaLine.FindStringSubmatch(line); m != nil {
		i := r.invocation(m[2])
		switch m[1] {
		case "START":
			i.started = true
			r.running = i
		case "REPORT":
			i.report = m[3]
			if len(rules.Find(rules.FunctionLog, m[3])) > 0 {
				i.add(strings.TrimSpace(m[3]))
			}
			r.running = nil
		}
		return true
	}
	if strings.Contains(line, "INIT_START ") || strings.Contains(line, "INIT_REPORT ") {
		if r.running == nil {
			r.running = r.invocation("")
		}
		if len(rules.Find(rules.FunctionLog, line)) > 0 {
			r.running.add(strings.TrimSpace(line))
		}
		return true
	}
	found := rules.Find(rules.FunctionLog, line)
	if len(found) == 0 || strings.HasPrefix(strings.TrimSpace(line), "{") {
		return false
	}
	i := r.running
	if m := lambdaTask.FindStringSubmatch(line); m != nil {
		i = r.invocation(m[1])
	} else if m := lambdaID.FindStringSubmatch(line); m != nil {
		i = r.invocation(m[1])
	} else if i == nil {
		i = r.invocation("")
	}
	i.add(strings.TrimSpace(line))
	return true
}

// invocation returns the one with this id. What the log has before the first
// START belongs to the one that starts.
func (r *reader) invocation(id string) *invocation {
	r.knows()
	r.last = nil
	if i, ok := r.function[id]; ok {
		return i
	}
	if i, ok := r.function[""]; ok && id != "" {
		delete(r.function, "")
		i.id = id
		r.function[id] = i
		return i
	}
	if len(r.started) >= maxOpen {
		r.show(r.started[0].explain())
		delete(r.function, r.started[0].id)
		r.started = r.started[1:]
	}
	i := &invocation{id: id}
	r.function[id] = i
	r.started = append(r.started, i)
	return i
}

// platformReport reads the end of an invocation in a log that Lambda writes as JSON.
func (r *reader) platformReport(m map[string]string) {
	i := r.invocation(m["requestId"])
	i.report = "Status: " + m["status"] + " Error Type: " + m["errorType"]
	if len(rules.Find(rules.FunctionLog, i.report)) > 0 {
		i.add(i.report)
	}
	r.running = nil
}

// maxFunctionLines is how many lines of one invocation are kept.
const maxFunctionLines = 20

func (i *invocation) add(line string) {
	if len(i.lines) < maxFunctionLines {
		i.lines = append(i.lines, line[:min(len(line), 2000)])
	}
}

func (i *invocation) explain() Explanation {
	e := Explanation{Input: "log of a function", ID: i.id, Title: "an invocation of a function"}
	found := rules.Find(rules.FunctionLog, i.lines...)
	byLikelihood(found)
	if i.report != "" {
		if m := duration.FindStringSubmatch(i.report); m != nil {
			e.Steps = append(e.Steps, Step{rules.Function, "it took " + m[1]})
		}
	}
	if m := memoryUsed.FindStringSubmatch(i.report); m != nil {
		size, _ := strconv.Atoi(m[1])
		used, _ := strconv.Atoi(m[2])
		e.Steps = append(e.Steps, Step{rules.Function, fmt.Sprintf("it used %d of %d MB of memory", used, size)})
		if rule, ok := rules.Lookup("function-out-of-memory"); ok && used >= size && size > 0 && !strings.Contains(i.report, "Status: timeout") {
			found = first([]rules.Match{{Rule: rule, Text: strings.TrimSpace(i.report)}}, found)
		}
	}
	e.Causes = causes(found)
	e.Certain = len(found) > 0
	if len(found) > 0 {
		e.Title = "an invocation of a function that failed"
	}
	if i.report == "" {
		e.Unknown = append(e.Unknown, "how it ended: the log has no REPORT line of it")
	}
	if len(found) == 0 {
		e.Unknown = append(e.Unknown, "what it returned, and what the client got: this log does not have it, the execution log of the API does")
	}
	return e
}

// lambdaError explains the error that Lambda reports in place of a result.
func lambdaError(message, kind string) Explanation {
	e := Explanation{Input: "error of a function", Title: "a function failed: " + quoted(message)}
	found := rules.Find(rules.FunctionLog, message, kind)
	byLikelihood(found)
	if len(found) > 1 {
		found = found[:1]
	}
	e.Certain = len(found) > 0
	for _, id := range []string{"function-error", "mapped-error-is-200"} {
		if rule, ok := rules.Lookup(id); ok && (len(found) == 0 || id != "function-error") {
			found = append(found, rules.Match{Rule: rule})
		}
	}
	e.Causes = causes(found)
	e.Causes[0].Shown = quoted(strings.Trim(kind+": "+message, ": "))
	e.Unknown = []string{"which of the two integrations the method has: with proxy integration the client gets 502, without it 200 or what a selection pattern chooses"}
	if !e.Certain {
		e.Unknown = append(e.Unknown, "where the function failed: its log says it")
	}
	return e
}
