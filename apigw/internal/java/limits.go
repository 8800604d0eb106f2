package java

import (
	"context"
	"errors"
	"time"

	"example.com/apigw/internal/java/regex"
)

// Caller is a program that calls methods of values, such as the execution of a
// template.
type Caller interface {
	// Context ends methods that take long.
	Context() context.Context
	// Limits returns what the methods may use.
	Limits() *Limits
}

// defaultText is the length in bytes that a string may have where no [Limits]
// say so.
const defaultText = 10 << 20

// Limits are what methods may still use. They count down what they use. A nil
// *Limits limits text, and nothing else.
type Limits struct {
	Steps      int           // elements that are looked at
	Memory     int           // bytes of all values that are made
	Text       int           // bytes of one string
	RegexpTime time.Duration // of all regular expressions together

	patterns map[string]*regex.Regexp
}

// errLimit is what methods return that would make too much.
var errLimit = errors.New("it makes more than the limits allow")

// IsLimit reports whether an error says that a limit was exceeded.
func IsLimit(err error) bool {
	return errors.Is(err, ErrTooLong) || errors.Is(err, errTooDeep) || errors.Is(err, errLimit)
}

// MaxText returns the length in bytes that a string made by a method may have.
func (l *Limits) MaxText() int {
	if l == nil {
		return defaultText
	}
	return l.Text
}

// Charge counts bytes of values that a method makes. The error is one to
// return.
func (l *Limits) Charge(bytes int) error {
	if l == nil {
		return nil
	}
	l.Memory -= bytes
	l.Steps -= bytes >> 6
	if l.Memory < 0 || l.Steps < 0 {
		return errLimit
	}
	return nil
}

// Equal reports whether Java's equals holds: of the same class for scalars
// (Integer 1 is not Long 1), by contents for lists, maps and sets, by identity for
// the rest. Null equals null.
func (l *Limits) Equal(a, b Value) bool { return equal(a, b, 0, l.steps()) }

// steps returns the counter of what is left of the work.
func (l *Limits) steps() *int {
	if l == nil {
		left := maxEqualSteps
		return &left
	}
	return &l.Steps
}

// maxPatterns bounds the compiled regular expressions that are kept.
const maxPatterns = 32

// regexp runs f with a compiled pattern, within the time that is left.
func (l *Limits) regexp(pattern string, f func(*regex.Regexp) error) error {
	if l == nil {
		re, err := regex.Compile(pattern)
		if err != nil {
			return patternError(err)
		}
		return regexpError(f(re))
	}
	began := time.Now()
	re := l.patterns[pattern]
	if re == nil {
		if err := l.Charge(64 * len(pattern)); err != nil {
			return err
		}
		var err error
		if re, err = regex.Compile(pattern); err != nil {
			return patternError(err)
		}
		if l.patterns == nil || len(l.patterns) >= maxPatterns {
			l.patterns = make(map[string]*regex.Regexp)
		}
		l.patterns[pattern] = re
	}
	err := f(re.WithTimeout(l.RegexpTime))
	l.RegexpTime -= time.Since(began)
	return regexpError(err)
}

func patternError(err error) error {
	return exception("java.util.regex.PatternSyntaxException", err.Error())
}

func regexpError(err error) error {
	switch err {
	case nil:
		return nil
	case regex.ErrTimeout, regex.ErrTooDeep, regex.ErrTooLong:
		return &limitCause{err}
	}
	if _, ok := err.(*javaError); ok {
		return err
	}
	return exception("java.lang.IllegalArgumentException", err.Error())
}

// limitCause marks an error as one of exceeding a limit.
type limitCause struct{ err error }

func (l *limitCause) Error() string        { return l.err.Error() }
func (l *limitCause) Is(target error) bool { return target == errLimit }
func (l *limitCause) Unwrap() error        { return l.err }
