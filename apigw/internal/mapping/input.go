package mapping

import (
	"errors"

	"example.com/apigw/internal/mapping/jsonsmart"
	"example.com/apigw/internal/vtl"
)

// input is $input.
type input struct {
	call    *Call
	payload payload
	params  *vtl.Map // made when $input.params() is first used
	notes   notes
}

// Property implements [vtl.Object].
func (in *input) Property(name string) (vtl.Value, bool) {
	if name == "body" {
		return in.payload.body(), true
	}
	in.notes.add("$input." + name)
	return nil, false
}

var errNullPath = errors.New("the path is null; it must be a string such as '$.name'")

// Call implements [vtl.Object].
func (in *input) Call(c *vtl.Call, name string, args []vtl.Value) (vtl.Value, error) {
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
		return nil, vtl.ErrNoMethod
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
	return nil, vtl.ErrNoMethod
}

// path is a live part of the document.
func (in *input) path(c *vtl.Call, path string) (vtl.Value, error) {
	if c.Tracing() {
		return in.payload.trace(c, &in.call.engine.paths, path)
	}
	return in.payload.read(c.Context(), &in.call.engine.paths, path)
}

// json is a part of the document as JSON text. What is missing, and null, is a
// pair of quotes.
func (in *input) json(c *vtl.Call, path string) (vtl.Value, error) {
	if c.Tracing() {
		c.Read(path)
	}
	v, err := in.payload.read(c.Context(), &in.call.engine.paths, path)
	if err != nil {
		return nil, err
	}
	if v == nil {
		return `""`, nil
	}
	p := vtl.NewPrinter(nil, c.MaxText())
	jsonsmart.Write(p, v, jsonsmart.Plain)
	return string(p.Bytes()), p.Err()
}

// allParams is $input.params().
func (in *input) allParams(c *vtl.Call) vtl.Value {
	if in.params == nil {
		in.params = vtl.NewMap(3)
		for kind, name := range kindNames() {
			in.params.Put(name, in.call.request.paramMap(kind))
		}
	}
	if c.Tracing() {
		c.Origin(in.params, "$input.params()")
	}
	return in.params
}

// param is $input.params(name), a text in any case.
func (in *input) param(c *vtl.Call, name string) vtl.Value {
	if c.Tracing() {
		c.Read("$input.params('" + name + "')")
	}
	for kind, key := range kindNames() {
		if in.params != nil { // a template may have changed it
			if m, ok := in.params.GetString(key); ok {
				if m, ok := m.(*vtl.Map); ok {
					if v, ok := m.GetString(name); ok {
						return vtl.ToString(v)
					}
				}
			}
			continue
		}
		if v, ok := in.call.request.single(kind, name); ok {
			return v
		}
	}
	return ""
}
