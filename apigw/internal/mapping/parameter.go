package mapping

import (
	"context"
	"fmt"
	"strings"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonpath"
	"example.com/apigw/internal/mapping/jsonsmart"
)

// Source is the right side of a parameter mapping, such as
// method.request.querystring.page or 'text'.
type Source struct {
	text string
	kind sourceKind
	name string         // of the parameter, header or variable; the static text
	path *jsonpath.Path // into the body; nil for all of it
}

type sourceKind uint8

const (
	sourceStatic sourceKind = iota
	sourcePath
	sourceQuery
	sourceMultiQuery
	sourceHeader
	sourceMultiHeader
	sourceBody
	sourceStage
	sourceContext
)

// String returns the source as it was written.
func (s Source) String() string { return s.text }

// ParseRequestSource reads a value of an integration's request parameters.
func ParseRequestSource(text string) (Source, error) {
	return parseSource(text, "method.request.", map[string]sourceKind{
		"path": sourcePath, "querystring": sourceQuery, "multivaluequerystring": sourceMultiQuery,
		"header": sourceHeader, "multivalueheader": sourceMultiHeader,
	})
}

// ParseResponseSource reads a value of an integration response's parameters.
func ParseResponseSource(text string) (Source, error) {
	return parseSource(text, "integration.response.", map[string]sourceKind{
		"header": sourceHeader, "multivalueheader": sourceMultiHeader,
	})
}

func parseSource(text, prefix string, kinds map[string]sourceKind) (Source, error) {
	s := Source{text: text}
	bad := func(problem string) (Source, error) {
		return Source{}, fmt.Errorf("parameter mapping %q: %s", text, problem)
	}
	if len(text) >= 2 && text[0] == '\'' && text[len(text)-1] == '\'' {
		s.name = text[1 : len(text)-1]
		return s, nil
	}
	if rest, ok := strings.CutPrefix(text, "stageVariables."); ok {
		s.kind, s.name = sourceStage, rest
	} else if rest, ok := strings.CutPrefix(text, "context."); ok {
		s.kind, s.name = sourceContext, rest
	} else if rest, ok := strings.CutPrefix(text, prefix); ok {
		kind, name, named := strings.Cut(rest, ".")
		if k, ok := kinds[kind]; ok {
			s.kind, s.name = k, name
		} else if kind != "body" {
			return bad("there is no " + prefix + kind)
		} else {
			s.kind = sourceBody
			if !named {
				return s, nil
			}
			p, err := jsonpath.Compile(name)
			if err != nil {
				return bad(err.Error())
			}
			s.name, s.path = name, p
		}
	} else {
		return bad("expected " + prefix + "…, context.…, stageVariables.…, or a text in single quotes")
	}
	if s.name == "" {
		return bad("the name is missing")
	}
	return s, nil
}

// Target is the left side of a parameter mapping.
type Target struct {
	Kind string // header, querystring or path
	Name string
}

// ParseTarget reads integration.request.{header,querystring,path}.name, or
// method.response.header.name.
func ParseTarget(text string) (Target, error) {
	for _, kind := range []string{"integration.request.header", "integration.request.querystring", "integration.request.path", "method.response.header"} {
		name, ok := strings.CutPrefix(text, kind+".")
		if !ok {
			continue
		}
		if name == "" || strings.IndexFunc(name, notInName) >= 0 {
			return Target{}, fmt.Errorf("parameter mapping %q: a name has letters, digits and . _ $ - only", text)
		}
		return Target{kind[strings.LastIndexByte(kind, '.')+1:], name}, nil
	}
	return Target{}, fmt.Errorf("parameter mapping %q: expected integration.request.{header,querystring,path}.name or method.response.header.name", text)
}

func notInName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._$-", r)
}

// BodyError says that a parameter mapping reads a body that looks like JSON and
// is broken. API Gateway responds with 400 "Invalid JSON in request body" for a
// request and 500 for a response.
type BodyError struct {
	Source Source
	Err    error // a [*jsonsmart.SyntaxError]
}

func (e *BodyError) Error() string {
	return fmt.Sprintf("parameter mapping %q: %v", e.Source.text, e.Err)
}

// Unwrap returns the cause.
func (e *BodyError) Unwrap() error { return e.Err }

// RequestValues returns the values of a source of [ParseRequestSource]; none when
// it is missing, in which case nothing is set. The error is a [*BodyError], a
// [*jsonpath.EvalError], or the context's.
func (c *Exchange) RequestValues(ctx context.Context, s Source) ([]string, error) {
	return c.values(ctx, s, c.request, c.request.Body)
}

// ResponseValues returns the values of a source of [ParseResponseSource], from the
// headers and the body of the integration's response.
func (c *Exchange) ResponseValues(ctx context.Context, s Source, header Params, body string) ([]string, error) {
	return c.values(ctx, s, &Request{Header: header}, body)
}

func (c *Exchange) values(ctx context.Context, s Source, r *Request, body string) ([]string, error) {
	switch s.kind {
	case sourceStatic:
		return []string{s.name}, nil
	case sourcePath:
		return one(r.Path.last(s.name))
	case sourceQuery:
		return one(r.Query.last(s.name))
	case sourceMultiQuery:
		return r.Query.Values(s.name), nil
	case sourceHeader:
		return one(r.Header.last(s.name))
	case sourceMultiHeader:
		values := r.Header.Values(s.name)
		return one(strings.Join(values, ","), len(values) > 0)
	case sourceStage:
		v, ok := c.stage.GetString(s.name)
		text, _ := v.(string)
		return one(text, ok)
	case sourceContext:
		return one(c.contextText(s.name))
	}
	return s.bodyValues(ctx, body)
}

func one(value string, ok bool) ([]string, error) {
	if !ok {
		return nil, nil
	}
	return []string{value}, nil
}

// contextText returns a scalar of $context, by a dotted name.
func (c *Exchange) contextText(name string) (string, bool) {
	var v java.Value = c.context
	for key := range strings.SplitSeq(name, ".") {
		m, ok := v.(*java.Map)
		if !ok {
			return "", false
		}
		v, _ = m.GetString(key)
	}
	switch v.(type) {
	case nil, *java.Map:
		return "", false
	}
	return java.ToString(v), true
}

// bodyValues reads the body. Only one that begins like JSON can be broken.
func (s Source) bodyValues(ctx context.Context, body string) ([]string, error) {
	p := payload{text: body}
	doc, err := p.document()
	if err != nil {
		if text := strings.TrimLeft(body, " \t\r\n"); text != "" && strings.IndexByte(`{["'`, text[0]) >= 0 {
			return nil, &BodyError{s, err}
		}
		doc = body
	}
	if s.path == nil {
		return one(p.body(), true)
	}
	if doc == nil {
		return nil, nil
	}
	v, _, err := s.path.Read(ctx, doc)
	if err != nil || v == nil {
		return nil, err
	}
	if text, ok := v.(string); ok {
		return one(text, true)
	}
	text, err := jsonsmart.Text(v)
	return []string{text}, err
}
