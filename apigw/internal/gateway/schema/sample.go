package schema

import (
	"encoding/json"
	"math"
	"strings"

	"example.com/apigw/internal/assembly"
)

// Sample returns a plain value for a model: all properties, with the first value
// that the usual keywords allow. It is a start for people, and may need a change
// where a model has patterns or combines schemas. An unknown model has an empty
// object.
func Sample(models []*assembly.Model, name string) any {
	s := sampler{models: models}
	if root := s.model(name); root != nil {
		return s.value(root, root, 0)
	}
	return map[string]any{}
}

// What a sample has at most, since schemas can refer to themselves.
const (
	maxSampleDepth  = 8
	maxSampleValues = 500
	maxSampleItems  = 10
	maxSampleText   = 1000
)

// sampler makes one sample.
type sampler struct {
	models []*assembly.Model
	values int
}

// model returns the schema of a model; nil if there is none that can be read.
func (s *sampler) model(name string) map[string]any {
	for _, m := range s.models {
		if m.Name == name {
			var root map[string]any
			if json.Unmarshal(m.Schema, &root) != nil {
				return nil
			}
			return root
		}
	}
	return nil
}

// value returns a value for a schema. Root is the document that it is in.
func (s *sampler) value(root, schema map[string]any, depth int) any {
	s.values++
	if depth > maxSampleDepth || s.values > maxSampleValues {
		return nil
	}
	if reference, ok := schema["$ref"].(string); ok {
		root, schema = s.resolve(root, reference)
		return s.value(root, schema, depth+1)
	}
	if list, ok := schema["enum"].([]any); ok && len(list) > 0 {
		return list[0]
	}
	if value, ok := schema["default"]; ok {
		return value
	}
	switch typeOf(schema) {
	case "object":
		return s.object(root, schema, depth)
	case "array":
		return s.array(root, schema, depth)
	case "integer", "number":
		return sampleNumber(schema)
	case "boolean":
		return true
	case "null":
		return nil
	case "string":
		return sampleString(schema)
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		if list := schemas(schema[keyword]); len(list) > 0 {
			return s.value(root, list[0], depth+1)
		}
	}
	return "sample"
}

// typeOf returns the first type that a schema names, or that its keywords are for.
func typeOf(schema map[string]any) string {
	switch t := schema["type"].(type) {
	case string:
		return t
	case []any:
		if len(t) > 0 {
			name, _ := t[0].(string)
			return name
		}
	}
	for _, keyword := range [...][2]string{{"properties", "object"}, {"required", "object"}, {"allOf", "object"}, {"items", "array"}, {"minimum", "number"}, {"format", "string"}} {
		if _, ok := schema[keyword[0]]; ok {
			return keyword[1]
		}
	}
	return ""
}

// resolve returns the schema that a reference is to, with its document.
func (s *sampler) resolve(root map[string]any, reference string) (map[string]any, map[string]any) {
	document, pointer, _ := strings.Cut(reference, "#")
	if document != "" {
		root = s.model(document[strings.LastIndexByte(document, '/')+1:])
	}
	at := root
	for part := range strings.SplitSeq(strings.Trim(pointer, "/"), "/") {
		if part != "" {
			at, _ = at[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)].(map[string]any)
		}
	}
	return root, at
}

// object returns an object with all properties of a schema and of those that it
// combines. Deep inside it has only those that are required.
func (s *sampler) object(root, schema map[string]any, depth int) map[string]any {
	object := map[string]any{}
	for _, part := range schemas(schema["allOf"]) {
		if more, ok := s.value(root, part, depth+1).(map[string]any); ok {
			for name, value := range more {
				object[name] = value
			}
		}
	}
	required := map[string]bool{}
	list, _ := schema["required"].([]any)
	for _, name := range list {
		if name, ok := name.(string); ok {
			required[name] = true
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		if property, ok := property.(map[string]any); ok && (required[name] || depth < maxSampleDepth/2) {
			object[name] = s.value(root, property, depth+1)
		}
	}
	for name := range required {
		if _, ok := object[name]; !ok {
			object[name] = "sample"
		}
	}
	return object
}

func (s *sampler) array(root, schema map[string]any, depth int) []any {
	array := []any{}
	items, ok := schema["items"].(map[string]any)
	if !ok || depth >= maxSampleDepth/2 && bound(schema, "minItems", 0) == 0 || bound(schema, "maxItems", 1) == 0 {
		return array
	}
	for range int(min(max(bound(schema, "minItems", 1), 1), maxSampleItems)) {
		array = append(array, s.value(root, items, depth+1))
	}
	return array
}

func sampleNumber(schema map[string]any) float64 {
	lowest, highest := bound(schema, "minimum", math.Inf(-1)), bound(schema, "maximum", math.Inf(1))
	if schema["exclusiveMinimum"] == true {
		lowest++
	}
	if schema["exclusiveMaximum"] == true {
		highest--
	}
	step := bound(schema, "multipleOf", 1)
	n := max(1, math.Ceil(lowest))
	if step > 0 {
		n = math.Ceil(n/step) * step
	}
	if n > highest {
		return highest
	}
	return n
}

func sampleString(schema map[string]any) string {
	format, _ := schema["format"].(string)
	switch format {
	case "date-time":
		return "2024-01-31T12:00:00.000Z"
	case "date":
		return "2024-01-31"
	case "time":
		return "12:00:00"
	case "email":
		return "ada@example.com"
	case "uri":
		return "https://example.com/"
	case "hostname", "host-name":
		return "example.com"
	case "ipv4", "ip-address":
		return "192.0.2.1"
	case "ipv6":
		return "2001:db8::1"
	case "uuid":
		return "123e4567-e89b-42d3-a456-426614174000"
	}
	text := "sample"
	if shortest := bound(schema, "minLength", 0); shortest > float64(len(text)) {
		text = strings.Repeat("x", int(min(shortest, maxSampleText)))
	}
	if longest := bound(schema, "maxLength", maxSampleText); longest >= 0 && longest < float64(len(text)) {
		text = text[:int(longest)]
	}
	return text
}

// bound returns the number that a keyword has.
func bound(schema map[string]any, keyword string, otherwise float64) float64 {
	if n, ok := schema[keyword].(float64); ok {
		return n
	}
	return otherwise
}

// schemas returns a list of schemas.
func schemas(value any) (list []map[string]any) {
	items, _ := value.([]any)
	for _, item := range items {
		if schema, ok := item.(map[string]any); ok {
			list = append(list, schema)
		}
	}
	return list
}

// Required returns the names that a model asks for in an object, in their order, also
// by the schemas that it combines.
func Required(models []*assembly.Model, name string) []string {
	s := sampler{models: models}
	root := s.model(name)
	return s.required(root, root, 0)
}

func (s *sampler) required(root, schema map[string]any, depth int) (names []string) {
	if schema == nil || depth > maxSampleDepth {
		return nil
	}
	if reference, ok := schema["$ref"].(string); ok {
		root, schema = s.resolve(root, reference)
		return s.required(root, schema, depth+1)
	}
	list, _ := schema["required"].([]any)
	for _, name := range list {
		if name, ok := name.(string); ok {
			names = append(names, name)
		}
	}
	for _, part := range schemas(schema["allOf"]) {
		names = append(names, s.required(root, part, depth+1)...)
	}
	return names
}
