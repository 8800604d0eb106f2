package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/gateway/schema/ecma"
)

// schema is a compiled schema, or a reference to one.
type schema struct {
	document *document
	text     *value
	at       *path
	ref      *schema // instead of all the following
	broken   error   // or what is wrong with the reference
	keywords []keyword
	inside   *inside
}

// String returns the place of the schema.
func (s *schema) String() string {
	if s.at == nil {
		return s.document.name
	}
	return s.document.name + "#" + s.at.String()
}

// inside is which schemas the values inside an object or an array have.
type inside struct {
	properties map[string]*schema
	patterns   []patternSchema // by pattern
	additional *schema

	item            *schema
	items           []*schema
	hasItems        bool
	additionalItems *schema
}

type patternSchema struct {
	pattern *ecma.Regexp
	schema  *schema
}

// document is the text of one model.
type document struct {
	name  string
	url   *url.URL
	root  *value
	draft *draft
}

// compiler compiles one model and what it refers to.
type compiler struct {
	documents map[string]*document
	schemas   map[*value]*schema
	pending   []*schema // references that are not resolved yet
	checked   map[*value]error
}

// path is a place in a document, of which nil is the root.
type path struct {
	up   *path
	name string
}

// down returns the place some levels below.
func (p *path) down(names ...string) *path {
	for _, name := range names {
		p = &path{p, name}
	}
	return p
}

// names returns the steps from the root to the place.
func (p *path) names() []string {
	var names []string
	for ; p != nil; p = p.up {
		names = append(names, p.name)
	}
	slices.Reverse(names)
	return names
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// String returns the place as a JSON pointer.
func (p *path) String() string {
	var b strings.Builder
	for _, name := range p.names() {
		b.WriteByte('/')
		b.WriteString(pointerEscapes.Replace(name))
	}
	return b.String()
}

// read reads the text of a model, which may be a JSON string of it.
func read(base, name string, raw json.RawMessage) (*document, error) {
	root := &value{kind: object}
	if len(bytes.TrimSpace(raw)) > 0 {
		var err error
		root, err = parse(raw)
		if err == nil && root.kind == text {
			root, err = parse([]byte(root.text))
		}
		if err != nil {
			return nil, fmt.Errorf("the schema is not JSON: %w", err)
		}
	}
	if root.kind != object {
		return nil, errors.New("the schema must be a JSON object")
	}
	address, err := url.Parse(base + url.PathEscape(name))
	if err != nil {
		return nil, fmt.Errorf("the name of the model cannot be part of a URL: %w", err)
	}
	return &document{name: name, url: address, root: root, draft: draftOf(root)}, nil
}

// compileModel compiles the schema at the root of a document and all that it
// refers to. With a reference that is wrong, which is an error, the schema is of
// use for values that do not come to it.
func compileModel(d *document, documents map[string]*document) (*schema, error) {
	c := &compiler{documents: documents, schemas: map[*value]*schema{}, checked: map[*value]error{}}
	err := c.check(d, d.root, nil)
	if err != nil {
		return nil, err
	}
	root := c.schema(d, nil, d.root)
	for len(c.pending) > 0 {
		s := c.pending[0]
		c.pending = c.pending[1:]
		s.broken = c.resolve(s)
		if err == nil {
			err = s.broken
		}
	}
	return root, err
}

// check checks the syntax of a schema, once. Of a reference nothing else counts.
func (c *compiler) check(d *document, v *value, at *path) error {
	if referenceOf(v) != "" {
		return nil
	}
	err, ok := c.checked[v]
	if !ok {
		err = checkSyntax(d.draft, v, at)
		c.checked[v] = err
	}
	return err
}

// referenceOf returns the reference that a schema is, or nothing.
func referenceOf(v *value) string {
	if v.kind != object {
		return ""
	}
	ref := v.get("$ref")
	if ref == nil || ref.kind != text {
		return ""
	}
	if _, ok := parseURI(ref.text); !ok {
		return ""
	}
	if ref.text == "" {
		return "#"
	}
	return ref.text
}

// schema compiles one schema, whose syntax is right.
func (c *compiler) schema(d *document, at *path, v *value) *schema {
	if s, ok := c.schemas[v]; ok {
		return s
	}
	s := &schema{document: d, text: v, at: at}
	c.schemas[v] = s
	if referenceOf(v) != "" {
		c.pending = append(c.pending, s)
		return s
	}
	inner := func(keyword string) map[string]*schema {
		all := map[string]*schema{}
		if k := v.get(keyword); k != nil {
			d.draft.eachSchema(keyword, k, func(below []string, inner *value) {
				all[below[len(below)-1]] = c.schema(d, at.down(below...), inner)
			})
		}
		return all
	}
	list := func(keyword string) []*schema {
		all := inner(keyword)
		schemas := make([]*schema, len(all))
		for i := range schemas {
			schemas[i] = all[strconv.Itoa(i)]
		}
		return schemas
	}
	in := &inside{properties: inner("properties"), additional: inner("additionalProperties")["additionalProperties"], additionalItems: inner("additionalItems")["additionalItems"]}
	patterns := inner("patternProperties")
	for _, name := range sortedNames(v.get("patternProperties")) {
		re, err := ecma.Compile(name)
		if err == nil { // the syntax was checked
			in.patterns = append(in.patterns, patternSchema{re, patterns[name]})
		}
	}
	if items := v.get("items"); items != nil {
		in.hasItems = true
		if items.kind == object {
			in.item = inner("items")["items"]
		} else {
			in.items = list("items")
		}
	}
	s.inside = in
	s.keywords = keywords(d.draft, v, in, inner, list)
	return s
}

func sortedNames(v *value) []string {
	if v == nil {
		return nil
	}
	names := v.names()
	slices.SortFunc(names, compareNames)
	return names
}

// modelReference is the form of references to models. The id of the API does not
// count.
var modelReference = regexp.MustCompile(`^https?://apigateway\.[^/]+/restapis/[^/]+/models/([^/#?]+)$`)

// resolve finds the schema that a reference refers to.
func (c *compiler) resolve(s *schema) error {
	written := referenceOf(s.text)
	wrong := func(problem string) error {
		return fmt.Errorf("at %s: JSON Reference %q %s", s.at.down("$ref"), written, problem)
	}
	ref, err := url.Parse(written)
	if err != nil {
		return wrong("cannot be resolved")
	}
	context := *s.document.context(s.at.names())
	context.Fragment, context.RawFragment = "", ""
	target := context.ResolveReference(ref)
	fragment := target.Fragment
	target.Fragment, target.RawFragment = "", ""
	m := modelReference.FindStringSubmatch(target.String())
	if m == nil {
		return wrong("cannot be resolved: a model can refer to models of the same API only")
	}
	name, err := url.PathUnescape(m[1])
	if err != nil {
		name = m[1]
	}
	d := c.documents[name]
	if d == nil {
		return wrong("cannot be resolved: the API has no usable model " + name)
	}
	steps, ok := tokens(fragment)
	if !ok {
		return wrong("cannot be resolved: what follows # must be a JSON pointer")
	}
	found, ok := follow(d.root, steps)
	if !ok {
		return wrong("cannot be resolved: there is nothing at this place")
	}
	var root *path
	at := root.down(steps...)
	if err := c.check(d, found, at); err != nil {
		if d != s.document {
			return fmt.Errorf("in the model %s: %w", d.name, err)
		}
		return err
	}
	s.ref = c.schema(d, at, found)
	seen := map[*schema]bool{s: true}
	for next := s.ref; next != nil; next = next.ref {
		if seen[next] {
			s.ref = nil
			return wrong("loops on itself")
		}
		seen[next] = true
	}
	return nil
}

// context returns the URL against which references at a place are resolved: that
// of the document, changed by each id on the way.
func (d *document) context(at []string) *url.URL {
	context := d.url
	v := d.root
	for i := 0; ; i++ {
		if id := v.get("id"); v.kind == object && id != nil && id.kind == text {
			if _, ok := parseURI(id.text); ok {
				if u, err := url.Parse(id.text); err == nil {
					context = context.ResolveReference(u)
				}
			}
		}
		if i == len(at) {
			return context
		}
		next, ok := follow(v, at[i:i+1])
		if !ok {
			return context
		}
		v = next
	}
}

// tokens reads a JSON pointer.
func tokens(pointer string) ([]string, bool) {
	if pointer == "" {
		return nil, true
	}
	if pointer[0] != '/' {
		return nil, false
	}
	at := strings.Split(pointer[1:], "/")
	for i, t := range at {
		for j := 0; j < len(t); j++ {
			if t[j] == '~' && (j+1 == len(t) || t[j+1] != '0' && t[j+1] != '1') {
				return nil, false
			}
		}
		at[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(t)
	}
	return at, true
}

// follow goes from a value to one inside.
func follow(v *value, at []string) (*value, bool) {
	for _, name := range at {
		switch v.kind {
		case object:
			v = v.get(name)
		case array:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(v.items) || strconv.Itoa(i) != name {
				return nil, false
			}
			v = v.items[i]
		default:
			return nil, false
		}
		if v == nil {
			return nil, false
		}
	}
	return v, true
}
