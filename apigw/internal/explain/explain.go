// Package explain says what happened to a request from what people have in hand:
// execution logs, access logs, responses, errors and logs of functions, failed
// deployments. It says which rule of the rulebook that is, and what the input does
// not show. It also judges a function's result.
//
// What it reads may be of any size and come from anybody: it keeps little of it,
// and what it writes for people has no control characters.
package explain

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/rules"
)

// ErrUnrecognized is the error for input that is nothing of what [Read] knows.
var ErrUnrecognized = errors.New("this is not something that explain knows: give it an execution log or access log of API Gateway, " +
	"a response as curl -i prints it, the error or the log of a Lambda function, or a failed deployment")

// ErrEmpty is the error for input without a byte.
var ErrEmpty = errors.New("there is nothing to explain: the input is empty")

// The limits of what is kept in memory, and of what is read in vain.
const (
	maxLine     = 64 << 10 // of a line; the rest of it is dropped
	maxInVain   = 1 << 20  // before anything is recognized
	maxIdle     = 4 << 20  // after the last thing that was
	maxOpen     = 200      // requests whose log is not complete
	maxRequest  = 128 << 10
	maxEvent    = 1024     // of an event of an execution log, but in test invocations
	maxBody     = 64 << 10 // of a response
	leastLine   = 8        // characters of a line that says something
	lateLines   = 200      // after a request is complete, lines that belong to it may still come
	maxSentence = 300      // characters of input in a sentence
)

// Read reads input to its end, and calls show for each thing that it explains, in
// the order in which they are complete. Fixes are for functions in the language; if
// it is empty, in that which the input shows, or in words. The error is
// [ErrUnrecognized], [ErrEmpty], or of the reader or of show.
func Read(in io.Reader, language rules.Language, show func(Explanation) error) error {
	r := &reader{
		in:       bufio.NewReaderSize(in, maxLine),
		requests: map[string]*request{},
		function: map[string]*invocation{},
		refused:  map[string]bool{},
	}
	r.show = func(e Explanation) {
		if r.err == nil {
			r.err = show(e.inLanguage(language).printable())
		}
	}
	if err := r.all(); err != nil {
		return err
	}
	r.finish()
	switch {
	case r.err != nil:
		return r.err
	case !r.recognized:
		if r.lines == 0 && r.inVain == 0 {
			return ErrEmpty
		}
		return ErrUnrecognized
	}
	return nil
}

// reader is what is known of the input so far.
type reader struct {
	in   *bufio.Reader
	show func(Explanation)
	err  error // of show

	recognized bool
	inVain     int // bytes since the last thing that was recognized, or since the start
	lines      int
	skipping   bool // what follows is the rest of a line that is too long

	requests map[string]*request // of execution logs, by request id
	order    []*request
	last     *request // the line before belongs to it

	function map[string]*invocation
	started  []*invocation
	running  *invocation
	response *response // is being read
	isJSON   bool      // lines come from texts in JSON
	resource string    // the last one that failed to deploy, whose reason may be on the next line
	refused  map[string]bool
}

// all reads the input, which may be JSON, lines, or JSON and lines.
func (r *reader) all() error {
	r.in = bufio.NewReaderSize(decoded(r.in), maxLine)
	for r.err == nil {
		first, err := r.firstByte()
		if err != nil {
			return ignoreEOF(err)
		}
		if r.response == nil && !r.inside() && (first == '{' || first == '[' || first == '"') {
			isJSON, err := r.document()
			if err != nil {
				return err
			}
			if isJSON {
				continue
			}
		}
		line, err := r.readLine()
		if err == nil || line != "" {
			r.line(line)
		}
		if err != nil {
			return ignoreEOF(err)
		}
		if r.givesUp() {
			return nil
		}
	}
	return r.err
}

// inside reports whether what follows may be the rest of a line of an execution
// log, such as a body of several lines.
func (r *reader) inside() bool {
	return r.last != nil && len(r.last.lines) > 0 && r.last.ended == 0 && !r.isJSON
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// knows notes that something was recognized.
func (r *reader) knows() { r.recognized, r.inVain = true, 0 }

// givesUp reports whether nothing was recognized for so long that nothing more is
// to be expected.
func (r *reader) givesUp() bool {
	if r.recognized {
		return r.inVain > maxIdle
	}
	return r.inVain > maxInVain
}

// firstByte returns the next byte without reading it. Before anything that is
// part of a text, blank lines are read over.
func (r *reader) firstByte() (byte, error) {
	for {
		next, err := r.in.Peek(1)
		if err != nil {
			return 0, err
		}
		if r.response != nil || r.last != nil || next[0] > ' ' {
			return next[0], nil
		}
		r.in.Discard(1)
		if r.inVain++; r.givesUp() {
			return 0, io.EOF
		}
	}
}

// readLine reads a line without its end. What is longer than a line may be is read
// and dropped, and marked as API Gateway marks it.
func (r *reader) readLine() (string, error) {
	line, isPrefix, err := r.in.ReadLine()
	for r.skipping && err == nil {
		r.inVain += len(line)
		if r.skipping = isPrefix; r.givesUp() {
			return "", nil
		}
		line, isPrefix, err = r.in.ReadLine()
	}
	if err != nil {
		return "", err
	}
	text := string(line)
	r.inVain += len(line) + 1
	if isPrefix {
		text += truncated
	}
	for isPrefix {
		if line, isPrefix, err = r.in.ReadLine(); err != nil {
			break
		}
		if r.inVain += len(line); r.givesUp() {
			r.skipping = isPrefix // unless the line says something
			break
		}
	}
	return text, err
}

// truncated is what a line of the execution log ends in if it was too long.
const truncated = " [TRUNCATED]"

// line reads one line of text.
func (r *reader) line(line string) {
	r.lines++
	line = strings.TrimPrefix(line, "\uFEFF")
	switch {
	case r.httpLine(line):
	case len(line) < leastLine:
		r.continued(line)
	case r.executionLine(line):
	case r.functionLine(line):
	case r.deploymentLine(line):
	case r.accessLine(line):
	case r.jsonLine(line):
	case r.browserLine(line):
	case r.bareLine(line):
	case r.refusalLine(line):
	default:
		r.continued(line)
	}
	r.flushLate()
}

// text reads the lines of a text that was a value in JSON.
func (r *reader) text(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		r.line(strings.TrimSuffix(line, "\r"))
	}
}

// finish explains what was not complete when the input ended.
func (r *reader) finish() {
	for _, q := range r.order {
		r.show(q.explain())
	}
	for _, i := range r.started {
		r.show(i.explain())
	}
	if r.response != nil {
		r.show(r.response.explain())
	}
}

// quoted returns a piece of input for a sentence: on one line, and not too long.
func quoted(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= maxSentence {
		return text
	}
	return string([]rune(text)[:maxSentence]) + "…"
}
