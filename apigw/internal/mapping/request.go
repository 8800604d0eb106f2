package mapping

import "example.com/apigw/internal/java"

// Param is one name with its values, in the order in which they came.
type Param struct {
	Name   string
	Values []string
}

// Params are parameters of one kind. Names are case-sensitive.
type Params []Param

// Add appends a value to a name.
func (p *Params) Add(name, value string) {
	for i := range *p {
		if (*p)[i].Name == name {
			(*p)[i].Values = append((*p)[i].Values, value)
			return
		}
	}
	*p = append(*p, Param{name, []string{value}})
}

// Values returns the values of a name, nil if it is missing.
func (p Params) Values(name string) []string {
	for i := range p {
		if p[i].Name == name {
			return p[i].Values
		}
	}
	return nil
}

// last returns the last value of a name.
func (p Params) last(name string) (string, bool) {
	v := p.Values(name)
	if len(v) == 0 {
		return "", false
	}
	return v[len(v)-1], true
}

// Request is what a client sent, and what API Gateway knows about it.
type Request struct {
	Body   string // text, as contentHandling left it
	Path   Params // path parameters, decoded
	Query  Params // query string parameters, decoded
	Header Params // as the client wrote the names

	// Context is $context: texts, numbers, booleans, nil, nested
	// map[string]any and []any. The override maps are made by [Engine.NewExchange].
	Context map[string]any
	// StageVariables is $stageVariables.
	StageVariables map[string]string
}

// kinds of parameters, in the order in which $input.params() lists them and
// $input.params('name') searches them.
const (
	kindPath = iota
	kindQuery
	kindHeader
)

func kindNames() [3]string { return [3]string{"path", "querystring", "header"} }

// single returns the value that a template sees: of a query parameter the last,
// of a header the first.
func (r *Request) single(kind int, name string) (string, bool) {
	switch kind {
	case kindPath:
		return r.Path.last(name)
	case kindQuery:
		return r.Query.last(name)
	}
	if v := r.Header.Values(name); len(v) > 0 && !DroppedFromRequest(name) {
		return v[0], true
	}
	return "", false
}

// paramMap returns the map of one kind that $input.params() holds.
func (r *Request) paramMap(kind int) *java.Map {
	list := [3]Params{r.Path, r.Query, r.Header}[kind]
	m := java.NewMap(len(list))
	for _, p := range list {
		if v, ok := r.single(kind, p.Name); ok {
			m.Put(p.Name, v)
		}
	}
	return m
}
