package mapping

import (
	"context"
	"errors"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonpath"
	"example.com/apigw/internal/mapping/jsonsmart"
	"example.com/apigw/internal/vtl"
)

// payload is a body, read as JSON when somebody asks for that. All readers share
// the document.
type payload struct {
	text   string
	parsed bool
	root   java.Value
	err    error
}

// body returns the text. An empty one reads as an empty object.
func (p *payload) body() string {
	if p.text == "" {
		return "{}"
	}
	return p.text
}

// document returns the body as JSON. Permissive reading makes most texts a string.
// The error is a [*PayloadError].
func (p *payload) document() (java.Value, error) {
	if !p.parsed {
		p.parsed = true
		var err error
		if p.root, err = jsonsmart.Parse(p.body()); err != nil {
			p.err = &PayloadError{err}
		}
	}
	return p.root, p.err
}

// PayloadError says that a template reads a payload as JSON, by $input.path or
// $input.json, that is not even JSON for a permissive reader.
type PayloadError struct {
	Err error // a [*jsonsmart.SyntaxError]
}

func (e *PayloadError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *PayloadError) Unwrap() error { return e.Err }

// Words returns the message of the exception that API Gateway shows to its client;
// empty if the reader fails with another exception, or only here.
func (e *PayloadError) Words() string {
	bad, ok := errors.AsType[*jsonsmart.SyntaxError](e.Err)
	if !ok || bad.Words == "" {
		return ""
	}
	return "net.minidev.json.parser.ParseException: " + bad.Words
}

// read applies a JSONPath. A missing value is null.
func (p *payload) read(ctx context.Context, paths *jsonpath.Cache, path string) (java.Value, error) {
	doc, err := p.document()
	if err != nil || doc == nil || path == "$" {
		return doc, err
	}
	compiled, err := paths.Compile(path)
	if err != nil {
		return nil, err
	}
	v, _, err := compiled.Read(ctx, doc)
	return v, err
}

// trace reads as read does, and records where the value comes from, and where the
// elements of a list that the path made.
func (p *payload) trace(c java.Caller, paths *jsonpath.Cache, path string) (java.Value, error) {
	doc, err := p.document()
	if err != nil || doc == nil {
		return nil, err
	}
	compiled, err := paths.Compile(path)
	if err != nil {
		return nil, err
	}
	v, origins, _, err := compiled.ReadWithOrigins(c.Context(), doc)
	if err != nil {
		return nil, err
	}
	recorder := vtl.RecorderOf(c)
	switch list, made := v.(*java.List); {
	case compiled.Definite() && len(origins) == 1:
		path = origins[0]
	case made && !compiled.Definite():
		for i, origin := range origins {
			recorder.Origin(list.At(i), origin)
		}
	}
	switch v.(type) {
	case *java.Map, *java.List:
		recorder.Origin(v, path)
	default:
		recorder.Read(path)
	}
	return v, nil
}
