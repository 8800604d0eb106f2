package mapping

import (
	"errors"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonsmart"
	"example.com/apigw/internal/vtl"
)

// input is $input.
type input struct {
	exchange *Exchange
	payload  payload
	params   *java.Map // made when $input.params() is first used
	notes    notes
}

// Property implements [java.Object].
func (in *input) Property(name string) (java.Value, bool) {
	if name == "body" {
		return in.payload.body(), true
	}
	in.notes.add("$input." + name)
	return nil, false
}

var errNullPath = errors.New("the path is null; it must be a string such as '$.name'")

// Call implements [java.Object].
func (in *input) Call(c java.Caller, name string, args []java.Value) (java.Value, error) {
	if name == "params" && len(args) == 0 {
		return in.allParams(c), nil
	}
	var arg string
	ok := false
	if len(args) == 1 {
		arg, ok = args[0].(string)
	}
	if !ok && (len(args) != 1 || args[0] != nil) {
		in.notes.add("$input." + name + "(…)")
		return nil, java.ErrNoMethod
	}
	switch name {
	case "params":
		return in.param(c, arg), nil
	case "path", "json":
		if !ok {
			return nil, errNullPath
		}
		if name == "path" {
			return in.path(c, arg)
		}
		return in.json(c, arg)
	}
	in.notes.add("$input." + name + "(…)")
	return nil, java.ErrNoMethod
}

// path returns a live part of the document.
func (in *input) path(c java.Caller, path string) (java.Value, error) {
	if vtl.RecorderOf(c) != nil {
		return in.payload.trace(c, &in.exchange.engine.paths, path)
	}
	return in.payload.read(c.Context(), &in.exchange.engine.paths, path)
}

// json returns a part of the document as JSON text. What is missing, and null, is a
// pair of quotes.
func (in *input) json(c java.Caller, path string) (java.Value, error) {
	vtl.RecorderOf(c).Read(path)
	v, err := in.payload.read(c.Context(), &in.exchange.engine.paths, path)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return `""`, nil
	}
	p := java.NewPrinter(nil, c.Limits().MaxText())
	jsonsmart.Write(p, v, jsonsmart.Plain)
	return string(p.Bytes()), p.Err()
}

// allParams implements $input.params().
func (in *input) allParams(c java.Caller) java.Value {
	if in.params == nil {
		in.params = java.NewMap(3)
		for kind, name := range kindNames() {
			in.params.Put(name, in.exchange.request.paramMap(kind))
		}
	}
	vtl.RecorderOf(c).Origin(in.params, "$input.params()")
	return in.params
}

// param implements $input.params(name). The result is a text in any case.
func (in *input) param(c java.Caller, name string) java.Value {
	if r := vtl.RecorderOf(c); r != nil {
		r.Read("$input.params('" + name + "')")
	}
	for kind, key := range kindNames() {
		if in.params != nil { // a template may have changed it
			if m, ok := in.params.GetString(key); ok {
				if m, ok := m.(*java.Map); ok {
					if v, ok := m.GetString(name); ok {
						return java.ToString(v)
					}
				}
			}
			continue
		}
		if v, ok := in.exchange.request.single(kind, name); ok {
			return v
		}
	}
	return ""
}
