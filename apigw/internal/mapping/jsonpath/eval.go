package jsonpath

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonsmart"
)

const (
	// maxSteps bounds the work of one reading: the values visited, also by
	// filters.
	maxSteps = 2_000_000

	// maxDepth bounds the nesting that .. walks through. Documents that were read
	// stay below it; one that a template made hold itself does not.
	maxDepth = 1000

	// stepsPerCheck is how often the context is asked.
	stepsPerCheck = 4096
)

// EvalError says why a path cannot be applied to a document. A path that names
// nothing is not an error.
type EvalError struct {
	Path    string
	Problem string
}

func (e *EvalError) Error() string {
	return fmt.Sprintf("JSONPath %q: %s", shorten(e.Path), e.Problem)
}

// Read applies the path to a document. A definite path returns the value that it
// names. Any other returns a new array of the values, which may be empty. Missing
// reports found false. Values are shared with the document, not copied.
//
// The error is an [*EvalError], or the context's.
func (p *Path) Read(ctx context.Context, doc java.Value) (v java.Value, found bool, err error) {
	return p.read(ctx, doc, nil)
}

// ReadWithOrigins reads as [Path.Read] does, and returns where each value stands in the
// document, such as $.pets[2].id.
func (p *Path) ReadWithOrigins(ctx context.Context, doc java.Value) (v java.Value, origins []string, found bool, err error) {
	v, found, err = p.read(ctx, doc, &origins)
	return v, origins, found, err
}

func (p *Path) read(ctx context.Context, doc java.Value, origins *[]string) (java.Value, bool, error) {
	steps := 0
	e := evaluation{tokens: p.tokens, root: doc, origins: origins, ctx: ctx, steps: &steps}
	v, err := e.value(p, doc)
	if err == errMissing {
		return nil, false, nil
	}
	if invalid, ok := err.(*EvalError); ok && invalid.Path == "" {
		invalid.Path = p.text
	}
	return v, err == nil, err
}

// errMissing says that a path names nothing. Where a path has several branches
// it ends them all, as in Jayway.
var errMissing = errors.New("no such value")

// evaluation is one application of one path.
type evaluation struct {
	tokens  []token
	root    java.Value
	results []java.Value
	origins *[]string // nil when nobody asks
	ctx     context.Context
	steps   *int
	depth   int
	// all: of several names in one bracket each must be there, as where a filter
	// asks for existence.
	all bool
}

// place is where a value stands, as a list from the value up to the root. It is
// nil throughout when nobody asks.
type place struct {
	parent *place
	name   string
	index  int // when name is unset
	named  bool
}

func (e *evaluation) value(p *Path, doc java.Value) (java.Value, error) {
	if p.definite && e.origins == nil {
		return e.definite(doc)
	}
	if err := e.walk(0, doc, nil); err != nil {
		return nil, err
	}
	if !p.definite {
		return jsonsmart.NewArray(e.results...), nil
	}
	return e.results[0], nil // a definite path has one or is missing
}

// inner evaluates the path of a filter.
func (e *evaluation) inner(p *Path, doc java.Value, all bool) (java.Value, error) {
	sub := evaluation{tokens: p.tokens, root: e.root, ctx: e.ctx, steps: e.steps, all: all}
	return sub.definite(doc)
}

// definite follows a path of definite tokens, without building anything.
func (e *evaluation) definite(v java.Value) (java.Value, error) {
	for i := range e.tokens {
		if err := e.step(); err != nil {
			return nil, err
		}
		var err error
		switch t := &e.tokens[i]; t.kind {
		case property:
			v, err = e.property(t, v, i == len(e.tokens)-1)
		case index, fromLength:
			var list *java.List
			if list, err = asArray(v); err == nil {
				v, err = at(list, t.position(list))
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (e *evaluation) step() error {
	*e.steps++
	if *e.steps > maxSteps {
		return &EvalError{Problem: "it visits more than " + strconv.Itoa(maxSteps) + " values"}
	}
	if *e.steps%stepsPerCheck == 0 {
		return e.ctx.Err()
	}
	return nil
}

// walk applies the tokens from the i-th on.
func (e *evaluation) walk(i int, v java.Value, at *place) error {
	if i == len(e.tokens) {
		e.results = append(e.results, v)
		if e.origins != nil {
			*e.origins = append(*e.origins, at.String())
		}
		return nil
	}
	if err := e.step(); err != nil {
		return err
	}
	t := &e.tokens[i]
	switch t.kind {
	case self:
		return e.walk(i+1, v, at)
	case property:
		return e.walkProperty(i, v, at)
	case wildcard:
		return e.walkAll(i, v, at)
	case scan:
		return e.scan(i+1, v, at)
	case filtered, noFilter:
		return e.walkFiltered(i, v, at)
	}
	list, err := asArray(v)
	if err != nil {
		return err
	}
	return e.walkIndexes(i, list, at)
}

func (e *evaluation) walkProperty(i int, v java.Value, at *place) error {
	t := &e.tokens[i]
	last := i == len(e.tokens)-1
	got, err := e.property(t, v, last)
	if err == errMissing && !last && !t.strict && isMap(v) {
		return nil
	}
	if err != nil {
		return err
	}
	if e.origins != nil {
		at = e.below(at, strings.Join(t.names, "','"))
	}
	return e.walk(i+1, got, at)
}

// property reads one name, or several into a new object.
func (e *evaluation) property(t *token, v java.Value, last bool) (java.Value, error) {
	m, ok := v.(*java.Map)
	if !ok {
		return nil, errMissing
	}
	if len(t.names) == 1 {
		if got, ok := m.GetString(t.names[0]); ok {
			return got, nil
		}
		return nil, errMissing
	}
	if !last {
		return nil, &EvalError{Problem: "several names in one bracket can only be the end of a path"}
	}
	picked := java.NewMap(len(t.names))
	for _, name := range t.names {
		if got, ok := m.GetString(name); ok {
			picked.Put(name, got)
		} else if e.all {
			return nil, errMissing
		}
	}
	return picked, nil
}

// walkAll walks every member. What is missing below the items of an array is
// passed over; below the members of an object it ends the path.
func (e *evaluation) walkAll(i int, v java.Value, at *place) error {
	switch v := v.(type) {
	case *java.Map:
		for k, item := range v.All() {
			if err := e.walk(i+1, item, e.below(at, java.ToString(k))); err != nil {
				return err
			}
		}
	case *java.List:
		for n, item := range v.Items() {
			if err := e.walk(i+1, item, e.item(at, n)); err != nil && err != errMissing {
				return err
			}
		}
	}
	return nil
}

func (e *evaluation) walkIndexes(i int, list *java.List, where *place) error {
	t := &e.tokens[i]
	var from, to int
	switch t.kind {
	case indexes:
		for _, n := range t.numbers {
			if err := e.walkIndex(i, list, n, where); err != nil {
				return err
			}
		}
		return nil
	case sliceFrom:
		from, to = t.numbers[0], list.Len()
		if from < 0 {
			from = max(from+list.Len(), 0)
		}
	case sliceTo:
		to = t.numbers[0]
		if to < 0 {
			to += list.Len()
		}
		to = min(to, list.Len())
	case slice: // numbers from the end are not understood here
		from, to = t.numbers[0], min(t.numbers[1], list.Len())
		if list.Len() == 0 {
			return nil
		}
	default:
		return e.walkIndex(i, list, t.position(list), where)
	}
	for n := from; n < to; n++ {
		if err := e.walkIndex(i, list, n, where); err != nil {
			return err
		}
	}
	return nil
}

func (e *evaluation) walkIndex(i int, list *java.List, n int, where *place) error {
	v, err := at(list, n)
	if err != nil {
		return err
	}
	return e.walk(i+1, v, e.item(where, n))
}

func (e *evaluation) walkFiltered(i int, v java.Value, at *place) error {
	t := &e.tokens[i]
	switch v := v.(type) {
	case *java.Map:
		ok, err := e.accept(t, v)
		if err != nil || !ok {
			return err
		}
		return e.walk(i+1, v, at)
	case *java.List:
		for n, item := range v.Items() {
			ok, err := e.accept(t, item)
			if err == nil && ok {
				err = e.walk(i+1, item, e.item(at, n))
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return &EvalError{Problem: "a filter needs an array or an object, but there is " + describe(v)}
}

func (e *evaluation) accept(t *token, item java.Value) (bool, error) {
	if t.filter == nil {
		return false, &EvalError{Problem: "[?] holds no condition; write [?(@.name)]"}
	}
	return e.apply(t.filter, item)
}

// scan walks the value and all below it, and applies the i-th token where it
// fits. On an array, a token that is not the last is taken for "all items", as
// Jayway 2.0 does.
func (e *evaluation) scan(i int, v java.Value, at *place) error {
	if e.depth++; e.depth > maxDepth {
		return &EvalError{Problem: "the document is nested too deep, or holds itself"}
	}
	defer func() { e.depth-- }()
	if err := e.step(); err != nil {
		return err
	}
	switch v := v.(type) {
	case *java.Map:
		fits, err := e.fits(i, v)
		if err == nil && fits {
			err = e.walk(i, v, at)
		}
		if err != nil {
			return err
		}
		for k, item := range v.All() {
			if err := e.scan(i, item, e.below(at, java.ToString(k))); err != nil {
				return err
			}
		}
	case *java.List:
		fits, err := e.fits(i, v)
		if err != nil {
			return err
		}
		if fits && i == len(e.tokens)-1 {
			if err := e.walk(i, v, at); err != nil {
				return err
			}
		} else if fits {
			for n, item := range v.Items() {
				if err := e.walk(i+1, item, e.item(at, n)); err != nil {
					return err
				}
			}
		}
		for n, item := range v.Items() {
			if err := e.scan(i, item, e.item(at, n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// fits reports whether the token behind .. is to be applied to v.
func (e *evaluation) fits(i int, v java.Value) (bool, error) {
	t := &e.tokens[i]
	switch t.kind {
	case wildcard:
		return true, nil
	case filtered, noFilter:
		return e.accept(t, v)
	case property:
		m, ok := v.(*java.Map)
		for _, name := range t.names {
			if ok {
				_, ok = m.GetString(name)
			}
		}
		return ok, nil
	case self, scan:
		return false, nil
	}
	_, ok := v.(*java.List)
	return ok, nil
}

func (t *token) position(list *java.List) int {
	if t.kind == fromLength {
		return list.Len() + t.numbers[0]
	}
	return t.numbers[0]
}

func at(list *java.List, n int) (java.Value, error) {
	if n < 0 || n >= list.Len() {
		return nil, errMissing
	}
	return list.At(n), nil
}

func asArray(v java.Value) (*java.List, error) {
	switch v := v.(type) {
	case *java.List:
		return v, nil
	case nil:
		return nil, errMissing
	}
	return nil, &EvalError{Problem: "an index needs an array, but there is " + describe(v)}
}

func isMap(v java.Value) bool {
	_, ok := v.(*java.Map)
	return ok
}

func describe(v java.Value) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case *java.Map:
		return "an object"
	case string:
		return "the string " + strconv.Quote(shorten(v))
	}
	return shorten(java.ToString(v))
}
