package mapping

import (
	"maps"
	"slices"
	"strconv"

	"example.com/hello-apigw/local/vtl"
)

// contextMap makes $context. Its maps iterate as recorded on AWS, which is
// java.util.HashMap's order, and print as nothing.
func contextMap(values map[string]any) *vtl.Map {
	all := map[string]any{"requestOverride": nil, "responseOverride": nil}
	maps.Copy(all, values)
	m := hashMap(all)
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

// recorded are the names of $context in the order in which AWS lists them.
// Where hash codes collide it matters which name came first; this order has
// that right. Others follow by the alphabet.
func recorded() []string {
	return []string{
		"resourceId", "resourcePath", "httpMethod", "extendedRequestId", "requestTime", "path", "accountId", "protocol", "requestOverride",
		"stage", "domainPrefix", "requestTimeEpoch", "requestId", "identity", "domainName", "deploymentId", "responseOverride", "apiId",
		"sourceIp", "principalOrgId",
	}
}

func hashMap(values map[string]any) *vtl.Map {
	m := newContextMap()
	for _, key := range recorded() {
		if v, ok := values[key]; ok {
			m.Put(key, contextValue(v))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if _, there := m.GetString(key); !there {
			m.Put(key, contextValue(values[key]))
		}
	}
	return m
}

func contextValue(v any) vtl.Value {
	switch v := v.(type) {
	case map[string]any:
		return hashMap(v)
	case map[string]string:
		m := newContextMap()
		for _, key := range slices.Sorted(maps.Keys(v)) {
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
	for _, key := range slices.Sorted(maps.Keys(values)) {
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
