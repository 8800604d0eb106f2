package jsonpath

import (
	"fmt"
	"strings"
)

// maxLength is the longest path in bytes that [Compile] accepts.
const maxLength = 10_000

// Path is a compiled path. It is safe for concurrent use.
type Path struct {
	text     string
	tokens   []token // without the leading $
	definite bool    // can have one value at most
	fromRoot bool    // begins with $, not with @; matters within filters
}

// String returns the path as it was given.
func (p *Path) String() string { return p.text }

// Definite reports whether the path names one place; others read lists.
func (p *Path) Definite() bool { return p.definite }

// token is one step of a path.
type token struct {
	kind    kind
	names   []string // property
	numbers []int    // index kinds
	filter  *filter

	// strict: a missing name makes the whole path missing, also where the value
	// is only passed through. Jayway decides that by this step, the one before
	// and all that follow.
	strict bool
}

type kind uint8

const (
	property   kind = iota
	index           // [0]
	indexes         // [0,1]
	fromLength      // [(@.length-1)]
	sliceFrom       // [1:]
	sliceTo         // [:2]
	slice           // [1:2]
	wildcard        // *
	scan            // ..
	filtered        // [?(…)]
	noFilter        // [?], which stands for a filter that nobody gave
	self            // a $ within the path
)

func (t *token) definite() bool {
	switch t.kind {
	case property, index, fromLength, self:
		return true
	}
	return false
}

// SyntaxError says why a path does not compile.
type SyntaxError struct {
	Path    string
	Problem string // with what to write instead, where that is known
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("JSONPath %q: %s", shorten(e.Path), e.Problem)
}

// shorten keeps messages readable when somebody passes a document as a path.
func shorten(s string) string {
	if len(s) <= 80 {
		return s
	}
	return strings.ToValidUTF8(s[:80], "") + "…"
}

// link decides what depends on the neighbours of a token.
func (p *Path) link() {
	p.definite = true
	for i := len(p.tokens) - 1; i >= 0; i-- {
		t := &p.tokens[i]
		p.definite = p.definite && t.definite()
		t.strict = p.definite && (i == 0 || p.tokens[i-1].definite())
	}
}
