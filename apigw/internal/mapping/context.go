package mapping

import (
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/vtl"
)

// contextMap makes $context. Its maps iterate as recorded on AWS, which is
// java.util.HashMap's order, and print as nothing.
func contextMap(values map[string]any) *vtl.Map {
	m := hashMap(values)
	override(m, "requestOverride", "path", "header", "querystring")
	override(m, "responseOverride", "header")
	return m
}

// override sees to a map of overrides and its parts.
func override(context *vtl.Map, name string, parts ...string) {
	m := child(context, name)
	for _, part := range parts {
		child(m, part)
	}
}

// child returns the map at a key, which it makes where there is none.
func child(m *vtl.Map, key string) *vtl.Map {
	if v, _ := m.GetString(key); v != nil {
		if c, ok := v.(*vtl.Map); ok {
			return c
		}
	}
	c := newContextMap()
	m.Put(key, c)
	return c
}

func newContextMap() *vtl.Map {
	m := vtl.NewHashMap()
	m.Print = func(*vtl.Printer, *vtl.Map) {}
	return m
}

func hashMap(values map[string]any) *vtl.Map {
	m := newContextMap()
	for _, key := range ordered(values) {
		m.Put(key, contextValue(values[key]))
	}
	return m
}

// ordered gives the names by the alphabet, but for four that come first. The
// order matters where hash codes collide: AWS lists these before the others.
func ordered[V any](values map[string]V) []string {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if first := comesFirst(a); first != comesFirst(b) {
			if first {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return keys
}

func comesFirst(name string) bool {
	switch name {
	case "path", "requestId", "domainName", "sourceIp":
		return true
	}
	return false
}

func contextValue(v any) vtl.Value {
	switch v := v.(type) {
	case map[string]any:
		return hashMap(v)
	case map[string]string:
		m := newContextMap()
		for _, key := range ordered(v) {
			m.Put(key, v[key])
		}
		return m
	case []any:
		list := vtl.NewList()
		for _, item := range v {
			list.Append(contextValue(item))
		}
		return list
	case int:
		if n := int32(v); int(n) == v {
			return n
		}
		return int64(v)
	}
	return v
}

// stageMap makes $stageVariables.
func stageMap(values map[string]string) *vtl.Map {
	m := vtl.NewHashMap()
	for _, key := range ordered(values) {
		m.Put(key, values[key])
	}
	return m
}

// Override is one parameter that a template sets. A header can have several
// values.
type Override struct {
	Name   string
	Values []string
}

// Overrides are what the templates of a call have set so far. They win over
// parameter mappings. Those of the request are of use until the integration is
// called; those of the response count wherever they were set.
type Overrides struct {
	Path, Query, Header []Override // of the integration request
	ResponseHeader      []Override
	Status              int      // of the response, 0 if it is not overridden
	Ignored             []string // what was set without effect, one sentence each
}

// Overrides reads the overrides from $context.
func (c *Call) Overrides() Overrides {
	var o Overrides
	request := child(c.context, "requestOverride")
	o.Path = overridesOf(request, "path")
	o.Query = overridesOf(request, "querystring")
	o.Header = overridesOf(request, "header")
	response := child(c.context, "responseOverride")
	o.ResponseHeader = overridesOf(response, "header")
	switch status, set := response.GetString("status"); n := status.(type) {
	case int32:
		if n >= 100 && n <= 599 {
			o.Status = int(n)
			break
		}
		o.Ignored = append(o.Ignored, "responseOverride.status "+strconv.Itoa(int(n))+" is not from 100 to 599")
	default:
		if set {
			o.Ignored = append(o.Ignored, "responseOverride.status "+strconv.Quote(vtl.ToString(status))+" is not an integer")
		}
	}
	return o
}

func overridesOf(m *vtl.Map, kind string) []Override {
	var list []Override
	for k, v := range child(m, kind).All() {
		o := Override{Name: vtl.ToString(k)}
		if items, ok := v.(*vtl.List); ok {
			for _, item := range items.Items() {
				o.Values = append(o.Values, vtl.ToString(item))
			}
		} else if v != nil {
			o.Values = []string{vtl.ToString(v)}
		}
		list = append(list, o)
	}
	return list
}
