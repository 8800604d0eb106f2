package vtl

import (
	"fmt"
	"strings"
)

// Place is where in a template an error is.
type Place struct {
	Name   string // of the template
	Line   int    // from 1
	Column int    // in characters, from 1
	Offset Pos    // in bytes, from 0
	Text   string // the line
}

func (s *source) place(off int) Place {
	root, off := s.origin(off)
	line, col := lineCol(root.text, off)
	return Place{Name: root.name, Line: line, Column: col, Offset: Pos(off), Text: lineText(root.text, off)}
}

func (p Place) prefix() string { return fmt.Sprintf("%s:%d:%d: ", p.Name, p.Line, p.Column) }

// maxSnippet is how many characters of a line Snippet shows.
const maxSnippet = 120

// Snippet shows the line with a caret under the place. Of a long line it shows
// the part around the place.
func (p Place) Snippet() string {
	line := []rune(strings.ReplaceAll(p.Text, "\t", " "))
	col := min(max(p.Column-1, 0), len(line))
	start := 0
	if len(line) > maxSnippet {
		start = min(max(col-maxSnippet/2, 0), len(line)-maxSnippet)
		line = line[start : start+maxSnippet]
	}
	return "    " + string(line) + "\n    " + strings.Repeat(" ", col-start) + "^"
}

// ParseError says why a text is not a template.
type ParseError struct {
	Place
	Msg  string // what is wrong
	Hint string // why, and what to write instead, for well-known traps; may be empty
}

func (e *ParseError) Error() string { return e.prefix() + withHint(e.Msg, e.Hint) }

// Detail returns the message with the line and a caret under the place.
func (e *ParseError) Detail() string { return e.Error() + "\n" + e.Snippet() }

// Failure says what kind of run-time error it is.
type Failure string

// The kinds of run-time errors, named for what causes them.
const (
	MethodFailure   Failure = "method"      // a method threw an exception
	ResourceFailure Failure = "resource"    // #parse and #include find nothing
	MacroFailure    Failure = "macro-depth" // macros called each other too deep
	EvaluateFailure Failure = "parse"       // #evaluate got text that is not a template
	OtherFailure    Failure = "runtime"     // anything else
)

// RuntimeError says why an execution could not go on. Its place is that of the
// reference or directive that failed.
type RuntimeError struct {
	Place
	Msg     string
	Hint    string // what to do instead, for well-known traps; may be empty
	Failure Failure
	Err     error // the cause, where there is one
}

func (e *RuntimeError) Error() string { return e.prefix() + withHint(e.Msg, e.Hint) }

// Detail returns the message with the line and a caret under the place.
func (e *RuntimeError) Detail() string { return e.Error() + "\n" + e.Snippet() }

// Unwrap returns the cause.
func (e *RuntimeError) Unwrap() error { return e.Err }

// LimitError says that a template, or an execution, exceeded a limit of
// [Options] or of the parser, or was cancelled.
type LimitError struct {
	Place
	Msg string
	Err error // the context's error when the execution was cancelled
}

func (e *LimitError) Error() string { return e.prefix() + e.Msg }

// Detail returns the message with the line and a caret under the place.
func (e *LimitError) Detail() string { return e.Error() + "\n" + e.Snippet() }

// Unwrap returns the context's error, if that is what ended the execution.
func (e *LimitError) Unwrap() error { return e.Err }

func withHint(msg, hint string) string {
	if hint == "" {
		return msg
	}
	return msg + " (" + hint + ")"
}
