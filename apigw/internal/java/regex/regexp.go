package regex

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// maxPattern is the length in bytes that a pattern may have.
const maxPattern = 64 << 10

var (
	// ErrTimeout is what matching returns that takes too long.
	ErrTimeout = errors.New("the regular expression takes too long")
	// ErrTooLong is what replacing returns whose result grows too long.
	ErrTooLong = errors.New("the result is too long")
)

// Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	pattern string
	expr    string
	groups  int
	names   map[string]int
	re      *regexp2.Regexp
	timeout time.Duration
}

// defaultTimeout bounds one call unless [Regexp.WithTimeout] sets another time.
const defaultTimeout = 250 * time.Millisecond

// Compile compiles a pattern. The error is a [*SyntaxError].
func Compile(pattern string) (*Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, &SyntaxError{Pattern: pattern[:40] + "…", Msg: fmt.Sprintf("The pattern is longer than %d bytes", maxPattern)}
	}
	expr, groups, names, err := translate(pattern)
	if err != nil {
		return nil, err
	}
	re, err := regexp2.Compile(expr, regexp2.None)
	if err != nil {
		return nil, &SyntaxError{Pattern: pattern, Msg: err.Error()}
	}
	return &Regexp{pattern: pattern, expr: expr, groups: groups, names: names, re: re, timeout: defaultTimeout}, nil
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

// input is a text in the form that the engine reads.
type input struct {
	text  string
	runes []rune
	offs  []int // byte offsets of the runes and of the end; nil for ASCII
}

func newInput(s string) *input {
	in := &input{text: s, runes: make([]rune, 0, len(s))}
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if !ascii {
		in.offs = make([]int, 0, len(s)+1)
	}
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		in.runes = append(in.runes, c)
		if !ascii {
			in.offs = append(in.offs, i)
		}
		i += size
	}
	if !ascii {
		in.offs = append(in.offs, len(s))
	}
	return in
}

func (in *input) cut(from, to int) string {
	if in.offs == nil {
		return in.text[from:to]
	}
	return in.text[in.offs[from]:in.offs[to]]
}

// finder goes through the matches of a pattern in a text.
type finder struct {
	re       *regexp2.Regexp
	in       *input
	deadline time.Time
	at       int
}

func (r *Regexp) finder(s string) *finder {
	return r.finderOf(r.re, s)
}

func (r *Regexp) finderOf(re *regexp2.Regexp, s string) *finder {
	return &finder{re: re, in: newInput(s), deadline: time.Now().Add(r.timeout)}
}

// next returns the next match, or nil behind the last one.
func (f *finder) next() (*regexp2.Match, error) {
	if f.at > len(f.in.runes) {
		return nil, nil
	}
	left := time.Until(f.deadline)
	if left <= 0 {
		return nil, ErrTimeout
	}
	re := *f.re
	re.MatchTimeout = left
	m, err := re.FindRunesMatchStartingAt(f.in.runes, f.at)
	if err != nil {
		return nil, ErrTimeout
	}
	if m == nil {
		f.at = len(f.in.runes) + 1
		return nil, nil
	}
	f.at = m.Index + m.Length
	if m.Length == 0 {
		f.at++
	}
	return m, nil
}

// Matches reports whether the pattern matches all of s, as String.matches.
func (r *Regexp) Matches(s string) (bool, error) {
	re, err := regexp2.Compile(`\A(?:`+r.expr+`)\z`, regexp2.None)
	if err != nil {
		return false, &SyntaxError{Pattern: r.pattern, Msg: err.Error()}
	}
	m, err := r.finderOf(re, s).next()
	return m != nil, err
}

// Find reports whether the pattern matches some part of s, as Matcher.find.
func (r *Regexp) Find(s string) (bool, error) {
	m, err := r.finder(s).next()
	return m != nil, err
}

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
		m, err := f.next()
		if err != nil {
			return "", err
		}
		if m == nil {
			break
		}
		b.WriteString(f.in.cut(end, m.Index))
		if err := r.expand(&b, f.in, m, replacement); err != nil {
			return "", err
		}
		if b.Len() > max {
			return "", ErrTooLong
		}
		end = m.Index + m.Length
		if once {
			break
		}
	}
	b.WriteString(f.in.cut(end, len(f.in.runes)))
	if b.Len() > max {
		return "", ErrTooLong
	}
	return b.String(), nil
}

// expand appends a replacement with the groups of a match.
func (r *Regexp) expand(b *strings.Builder, in *input, m *regexp2.Match, t string) error {
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
			if g := m.GroupByNumber(n); g != nil && len(g.Captures) > 0 {
				b.WriteString(in.cut(g.Index, g.Index+g.Length))
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
		n, ok := r.names[name]
		if !ok {
			return 0, 0, fmt.Errorf("no group with name {%s}", name)
		}
		return n, i + end + 1, nil
	}
	if t[i] < '0' || t[i] > '9' {
		return 0, 0, errors.New("illegal group reference")
	}
	n = int(t[i] - '0')
	if n > r.groups {
		return 0, 0, fmt.Errorf("no group %d", n)
	}
	i++
	for i < len(t) && t[i] >= '0' && t[i] <= '9' && n*10+int(t[i]-'0') <= r.groups {
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
		m, err := f.next()
		if err != nil {
			return nil, err
		}
		if m == nil || limit > 0 && len(parts) == limit-1 {
			break
		}
		if end == 0 && m.Index == 0 && m.Length == 0 {
			continue // no empty string before a match of nothing at the start
		}
		parts = append(parts, f.in.cut(end, m.Index))
		end = m.Index + m.Length
	}
	return trimSplit(append(parts, f.in.cut(end, len(f.in.runes))), limit, s), nil
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
