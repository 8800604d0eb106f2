package regex

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// maxPattern is the length in bytes that a pattern may have.
const maxPattern = 64 << 10

var (
	// ErrTimeout is what matching returns that takes too long.
	ErrTimeout = errors.New("the regular expression takes too long")
	// ErrTooDeep is what matching returns that needs more stack than there is. Java
	// overflows its stack then.
	ErrTooDeep = errors.New("the regular expression needs too much stack")
	// ErrTooLong is what replacing returns whose result grows too long.
	ErrTooLong = errors.New("the result is too long")
)

// Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	pattern string
	program *program
	timeout time.Duration
}

// defaultTimeout bounds one call unless [Regexp.WithTimeout] sets another time.
const defaultTimeout = 250 * time.Millisecond

// Compile compiles a pattern. The error is a [*SyntaxError].
func Compile(pattern string) (*Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, &SyntaxError{Pattern: pattern[:40] + "…", Msg: fmt.Sprintf("The pattern is longer than %d bytes", maxPattern)}
	}
	p, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	return &Regexp{pattern: pattern, program: p, timeout: defaultTimeout}, nil
}

// WithTimeout returns the same pattern with another bound on the time that one
// call may take.
func (r *Regexp) WithTimeout(d time.Duration) *Regexp {
	c := *r
	c.timeout = d
	return &c
}

// String returns the pattern.
func (r *Regexp) String() string { return r.pattern }

// finder goes through the matches of a pattern in a text.
type finder struct {
	matcher
	program *program
	in      *input
	at      int
}

func (r *Regexp) finder(s string) *finder {
	in := newInput(s)
	p := r.program
	return &finder{
		matcher: matcher{
			text: in.units, deadline: time.Now().Add(r.timeout), before: -1,
			// References to groups that there are not may name any of the first ten.
			groups: make([]int, 2*max(p.groups+1, 10)), locals: make([]int, p.locals), failed: make([][]uint64, p.loops),
		},
		program: p, in: in,
	}
}

// bounded runs f, which may stop at the deadline or for want of stack.
func (f *finder) bounded(match func() bool) (ok bool, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case stopped:
			err = r.err
		default:
			panic(r)
		}
	}()
	f.steps = stepsBetween
	f.tick(0)
	return match(), nil
}

// next reports whether there is another match, whose place is in groups.
func (f *finder) next() (bool, error) {
	if f.at > len(f.text) {
		return false, nil
	}
	ok, err := f.bounded(func() bool { return f.search(f.program, f.at) })
	if err != nil || !ok {
		f.at = len(f.text) + 1
		return false, err
	}
	f.at = f.groups[1]
	if f.groups[0] == f.groups[1] {
		f.at++
	}
	return true, nil
}

// Matches reports whether the pattern matches all of s, as String.matches.
func (r *Regexp) Matches(s string) (bool, error) {
	f := r.finder(s)
	return f.bounded(func() bool { return f.matches(f.program) })
}

// Find reports whether the pattern matches some part of s, as Matcher.find.
func (r *Regexp) Find(s string) (bool, error) { return r.finder(s).next() }

// ReplaceAll replaces all matches, as String.replaceAll: in the replacement $1
// and ${name} stand for groups, and a backslash takes the next character as it
// is. The result may have max bytes.
func (r *Regexp) ReplaceAll(s, replacement string, max int) (string, error) {
	return r.replace(s, replacement, max, false)
}

// ReplaceFirst replaces the first match, as String.replaceFirst.
func (r *Regexp) ReplaceFirst(s, replacement string, max int) (string, error) {
	return r.replace(s, replacement, max, true)
}

func (r *Regexp) replace(s, replacement string, max int, once bool) (string, error) {
	f := r.finder(s)
	var b strings.Builder
	end := 0
	for {
		ok, err := f.next()
		if err != nil {
			return "", err
		}
		if !ok {
			break
		}
		f.in.cut(&b, end, f.groups[0])
		if err := r.expand(&b, f, replacement); err != nil {
			return "", err
		}
		if b.Len() > max {
			return "", ErrTooLong
		}
		end = f.groups[1]
		if once {
			break
		}
	}
	f.in.cut(&b, end, len(f.text))
	if b.Len() > max {
		return "", ErrTooLong
	}
	return joinHalves(b.String()), nil
}

// expand appends a replacement with the groups of a match.
func (r *Regexp) expand(b *strings.Builder, f *finder, t string) error {
	for i := 0; i < len(t); i++ {
		switch t[i] {
		case '\\':
			i++
			if i == len(t) {
				return errors.New("character to be escaped is missing")
			}
			b.WriteByte(t[i])
		case '$':
			i++
			if i == len(t) {
				return errors.New("illegal group reference: group index is missing")
			}
			n, next, err := r.groupIn(t, i)
			if err != nil {
				return err
			}
			i = next - 1
			if from, to := f.groups[2*n], f.groups[2*n+1]; from >= 0 {
				f.in.cut(b, from, to)
			}
		default:
			b.WriteByte(t[i])
		}
	}
	return nil
}

// groupIn reads the group that stands at t[i:], behind a $.
func (r *Regexp) groupIn(t string, i int) (n, next int, err error) {
	if t[i] == '{' {
		end := strings.IndexByte(t[i:], '}')
		if end < 0 {
			return 0, 0, errors.New("named capturing group is missing trailing '}'")
		}
		name := t[i+1 : i+end]
		n, ok := r.program.names[name]
		if !ok {
			return 0, 0, fmt.Errorf("no group with name {%s}", name)
		}
		return n, i + end + 1, nil
	}
	if t[i] < '0' || t[i] > '9' {
		return 0, 0, errors.New("illegal group reference")
	}
	n = int(t[i] - '0')
	if n > r.program.groups {
		return 0, 0, fmt.Errorf("no group %d", n)
	}
	i++
	for i < len(t) && t[i] >= '0' && t[i] <= '9' && n*10+int(t[i]-'0') <= r.program.groups {
		n = n*10 + int(t[i]-'0')
		i++
	}
	return n, i, nil
}

// Split splits s as String.split: with limit 0 without the empty strings at the
// end, with a positive limit into at most that many.
func (r *Regexp) Split(s string, limit int) ([]string, error) {
	if parts, ok := SplitLiteral(s, r.pattern, limit); ok {
		return parts, nil
	}
	f := r.finder(s)
	var parts []string
	end := 0
	for {
		ok, err := f.next()
		if err != nil {
			return nil, err
		}
		if !ok || limit > 0 && len(parts) == limit-1 {
			break
		}
		if end == 0 && f.groups[1] == 0 {
			continue // no empty string before a match of nothing at the start
		}
		parts = append(parts, f.in.slice(end, f.groups[0]))
		end = f.groups[1]
	}
	return trimSplit(append(parts, f.in.slice(end, len(f.text))), limit, s), nil
}

func trimSplit(parts []string, limit int, s string) []string {
	if len(parts) == 1 {
		return []string{s}
	}
	if limit == 0 {
		for len(parts) > 0 && parts[len(parts)-1] == "" {
			parts = parts[:len(parts)-1]
		}
	}
	return parts
}

// literal reports whether a pattern stands for one character, and which.
func literal(pattern string) (string, bool) {
	const meta = `.$|()[{^?*+\`
	switch {
	case len(pattern) == 1 && pattern[0] < utf8.RuneSelf && !strings.Contains(meta, pattern):
		return pattern, true
	case len(pattern) == 2 && pattern[0] == '\\' && strings.Contains(meta, pattern[1:]):
		return pattern[1:], true
	}
	return "", false
}

// SplitLiteral splits as [Regexp.Split] if the pattern stands for one character,
// which needs no compiling, and reports whether it does.
func SplitLiteral(s, pattern string, limit int) ([]string, bool) {
	sep, ok := literal(pattern)
	if !ok {
		return nil, false
	}
	n := -1
	if limit > 0 {
		n = limit
	}
	return trimSplit(strings.SplitN(s, sep, n), limit, s), true
}
