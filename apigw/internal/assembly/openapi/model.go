package openapi

import (
	"maps"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly/property"
	"example.com/apigw/internal/assembly/template"
)

const (
	prefix2 = "#/definitions/"
	prefix3 = "#/components/schemas/"
)

// readModels adds a model for every schema that has a name.
func (r *reader) readModels() error {
	path, schemas := "definitions", r.root["definitions"]
	if r.version3 {
		path = "components.schemas"
		components, err := optionalObject(r.root["components"], "components")
		if err != nil {
			return err
		}
		schemas = components["schemas"]
	}
	named, err := optionalObject(schemas, path)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		r.definition.Models = append(r.definition.Models, property.Model{
			Name: name, ContentType: jsonType, Schema: r.rewrite(named[name]),
		})
	}
	return nil
}

const jsonType = "application/json"

// rewrite turns references to schemas of the document into references to
// models, as they are in an API.
func (r *reader) rewrite(schema any) any {
	switch v := schema.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = r.rewrite(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, e := range v {
			if name, ok := modelName(e); ok && key == "$ref" {
				out[key] = "https://apigateway.amazonaws.com/restapis/" + r.into.APIID + "/models/" + name
				continue
			}
			out[key] = r.rewrite(e)
		}
		return out
	}
	return schema
}

// modelName returns the name of the model that a reference leads to.
func modelName(ref any) (string, bool) {
	for _, prefix := range []string{prefix2, prefix3} {
		if name, ok := strings.CutPrefix(text(ref), prefix); ok && name != "" && !strings.Contains(name, "/") {
			return name, true
		}
	}
	return "", false
}

// modelOf returns the name of the model for a schema. It adds the model if the schema
// is not a reference to one; the parts are for its name.
func (r *reader) modelOf(schema any, parts ...string) string {
	if object, ok := schema.(map[string]any); ok {
		if name, ok := modelName(object["$ref"]); ok {
			return name
		}
	}
	name := "MODEL" + template.ID(6, append([]string{r.into.APIID}, parts...)...)
	r.definition.Models = append(r.definition.Models, property.Model{
		Name: name, ContentType: jsonType, Schema: r.rewrite(schema),
	})
	return name
}
