package schema

import (
	"fmt"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// matchTimeout bounds one match of a pattern.
const matchTimeout = 250 * time.Millisecond

// pattern is a regular expression in the dialect of ECMA-262, which matches
// anywhere in a text.
type pattern struct{ re *regexp2.Regexp }

func compilePattern(text string) (jsonschema.Regexp, error) {
	re, err := regexp2.Compile(text, regexp2.ECMAScript)
	if err != nil {
		return nil, fmt.Errorf("not a regular expression of ECMA-262: %w", err)
	}
	re.MatchTimeout = matchTimeout
	return &pattern{re}, nil
}

func (p *pattern) String() string { return p.re.String() }

// MatchString reports whether a text matches. The library calls it for schemas
// only.
func (p *pattern) MatchString(s string) bool {
	ok, err := p.re.MatchString(s)
	return err == nil && ok
}

// matches reports whether a text matches, with an error if that takes too long.
func matches(re jsonschema.Regexp, s string) (bool, error) {
	p, ok := re.(*pattern)
	if !ok {
		return re.MatchString(s), nil
	}
	found, err := p.re.MatchString(s)
	if err != nil {
		return false, fmt.Errorf("pattern %q takes longer than %v: %w", p, matchTimeout, err)
	}
	return found, nil
}
