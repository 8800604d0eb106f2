// Package ecma is the dialect of regular expressions in which request models are
// written: ECMA-262 of the third edition, as the JavaScript engine Rhino reads
// it. What later editions and other dialects have is an error, such as (?<=a), or
// has no special meaning: \p{L} matches the text "p{L}".
//
// A pattern is translated into the syntax of a backtracking engine that has
// look-around, and matches UTF-16 units. Matching is bounded in time.
//
// Three differences to Rhino are known. A round of a loop that matches nothing may
// set a group to which the pattern refers back. A class with a range that runs
// backwards behind a class such as \w fails with every text, and not only with one
// that gets so far. An empty look-ahead in the middle of a pattern does what it
// should, while Rhino does not evaluate it.
package ecma

import (
	"errors"
	"time"

	"github.com/dlclark/regexp2"

	"example.com/apigw/internal/java"
)

const (
	// maxPattern is the length in bytes that a pattern may have.
	maxPattern = 32 << 10
	// timeout bounds one match.
	timeout = 250 * time.Millisecond
)

// ErrTimeout is what [Regexp.Find] returns if it takes too long.
var ErrTimeout = errors.New("the regular expression takes too long")

// Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	pattern string
	late    string
	re      *regexp2.Regexp
}

// Compile compiles a pattern.
func Compile(pattern string) (*Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, syntaxError("the regular expression is too long")
	}
	t, err := translate(pattern)
	if err != nil {
		return nil, err
	}
	re, err := regexp2.Compile(t.expr, regexp2.None)
	if err != nil {
		return nil, err
	}
	re.MatchTimeout = timeout
	return &Regexp{pattern: pattern, late: t.late, re: re}, nil
}

// String returns the pattern.
func (r *Regexp) String() string { return r.pattern }

// Find reports whether the pattern matches some part of s.
func (r *Regexp) Find(s string) (bool, error) {
	if r.late != "" {
		return false, syntaxError(r.late)
	}
	units := java.Units(s)
	runes := make([]rune, len(units))
	for i, u := range units {
		runes[i] = rune(u)
	}
	found, err := r.re.MatchRunes(runes)
	if err != nil {
		return false, ErrTimeout
	}
	return found, nil
}
