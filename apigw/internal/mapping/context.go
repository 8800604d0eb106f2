package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/java"
)

// contextMap returns $context. Its maps iterate as recorded on AWS, which is
// java.util.HashMap's order, and print as nothing.
func contextMap(values map[string]any) *java.Map {
	m := hashMap(values)
	override(m, "requestOverride", "path", "header", "querystring")
	override(m, "responseOverride", "header")
	return m
}

// override sees to a map of overrides and its parts.
func override(context *java.Map, name string, parts ...string) {
	m := child(context, name)
	for _, part := range parts {
		child(m, part)
	}
}

// child returns the map at a key, which it adds where there is not one.
func child(m *java.Map, key string) *java.Map {
	if v, _ := m.GetString(key); v != nil {
		if c, ok := v.(*java.Map); ok {
			return c
		}
	}
	c := newContextMap()
	m.Put(key, c)
	return c
}

func newContextMap() *java.Map {
	m := java.NewHashMap()
	m.Print = func(*java.Printer, *java.Map) {}
	return m
}

func hashMap(values map[string]any) *java.Map {
	m := newContextMap()
	for _, key := range ordered(values) {
		m.Put(key, contextValue(values[key]))
	}
	return m
}

// ordered returns the names by the alphabet, but for four that come first. The
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

func contextValue(v any) java.Value {
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
		list := java.NewList()
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

// stageMap returns $stageVariables.
func stageMap(values map[string]string) *java.Map {
	m := java.NewHashMap()
	for _, key := range ordered(values) {
		m.Put(key, values[key])
	}
	return m
}

// SetMember sets a member of $context, such as identity.sourceIp, in its values, which
// are nested maps.
func SetMember(values map[string]any, name, value string) error {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		old, set := values[part]
		if i == len(parts)-1 {
			if _, nested := old.(map[string]any); nested {
				return fmt.Errorf("%s has members already", name)
			}
			values[part] = value
			break
		}
		if !set {
			old = map[string]any{}
			values[part] = old
		}
		next, nested := old.(map[string]any)
		if !nested {
			return fmt.Errorf("%s is a text already and cannot have members", strings.Join(parts[:i+1], "."))
		}
		values = next
	}
	return nil
}

// OverrideError says that a template sets one override twice. API Gateway responds
// with 5XX then (documented).
type OverrideError struct{ Name string }

func (e *OverrideError) Error() string {
	return "the template sets $context." + e.Name + " twice; keep the value in a variable, and set the override once"
}

// watchOverrides notes which overrides templates set.
func (c *Exchange) watchOverrides() {
	watch := func(m *java.Map, prefix string) {
		m.Watch = func(key java.Value) {
			name := prefix + java.ToString(key)
			if prefix == "responseOverride." && name != prefix+"status" {
				return // it is not an override
			}
			if c.set[name] && c.twice == "" {
				c.twice = name
			}
			if c.set == nil {
				c.set = map[string]bool{}
			}
			c.set[name] = true
		}
	}
	request, response := child(c.context, "requestOverride"), child(c.context, "responseOverride")
	for _, part := range []string{"path", "header", "querystring"} {
		watch(child(request, part), "requestOverride."+part+".")
	}
	watch(child(response, "header"), "responseOverride.header.")
	watch(response, "responseOverride.")
}

// Override is one parameter that a template sets. A header can have several
// values.
type Override struct {
	Name   string
	Values []string
}

// Overrides are what the templates of an exchange have set so far. They win over
// parameter mappings. Those of the request are of use until the integration is
// called; those of the response count wherever they were set.
type Overrides struct {
	Path, Query, Header []Override // of the integration request
	ResponseHeader      []Override
	Status              int      // of the response, 0 if it is not overridden
	Ignored             []string // what was set without effect, one sentence each
}

// Overrides reads the overrides from $context.
func (c *Exchange) Overrides() Overrides {
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
			o.Ignored = append(o.Ignored, "responseOverride.status "+strconv.Quote(java.ToString(status))+" is not an integer")
		}
	}
	return o
}

func overridesOf(m *java.Map, kind string) []Override {
	var list []Override
	for k, v := range child(m, kind).All() {
		o := Override{Name: java.ToString(k)}
		if items, ok := v.(*java.List); ok {
			for _, item := range items.Items() {
				o.Values = append(o.Values, java.ToString(item))
			}
		} else if v != nil {
			o.Values = []string{java.ToString(v)}
		}
		list = append(list, o)
	}
	return list
}
