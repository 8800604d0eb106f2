package lint

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/schema"
	"example.com/apigw/internal/rules"
)

// modelChecks are what CreateModel refuses.
func modelChecks() []*Check {
	return []*Check{
		{Name: "model names", Rules: []string{"model-name-invalid", "model-twice"}, Run: checkModelName},
		{Name: "model schemas", Rules: []string{"model-keyword-unsupported", "model-schema-invalid"}, Run: checkSchemas},
	}
}

// modelName returns the name that a model has.
func modelName(r *Resource) string {
	if v, there := r.get("Name"); there {
		name, _ := textOf(v)
		return name
	}
	return r.LogicalID
}

var alphanumeric = regexp.MustCompile(`^[a-zA-Z0-9]+$`)

func checkModelName(p *Pass) {
	for _, api := range p.apis {
		seen := map[string]bool{}
		for _, r := range api.models {
			name := modelName(r)
			switch {
			case name == "":
				continue // not known
			case !alphanumeric.MatchString(name):
				p.report(r, "Name", rules.Of("model-name-invalid", "model", name))
			case seen[name]:
				p.report(r, "Name", rules.Of("model-twice", "model", name))
			}
			seen[name] = true
		}
	}
}

// laterKeywords are keywords of later drafts and of OpenAPI, which draft 4 does not
// have.
var laterKeywords = []string{
	"$anchor", "$comment", "$defs", "$dynamicRef", "$id", "$vocabulary",
	"const", "contains", "contentEncoding", "contentMediaType", "dependentRequired", "dependentSchemas",
	"deprecated", "discriminator", "else", "example", "examples", "externalDocs", "if", "maxContains", "minContains",
	"nullable", "prefixItems", "propertyNames", "readOnly", "then", "unevaluatedItems", "unevaluatedProperties",
	"writeOnly", "xml",
}

// maxDepth bounds how deep a schema is looked into.
const maxDepth = 64

// unsupported returns the first keyword of a schema that draft 4 does not have, in
// the order of the alphabet and from the outside in; empty if there is none.
func unsupported(v any, depth int) string {
	object, ok := v.(map[string]any)
	if !ok || depth > maxDepth {
		return ""
	}
	for _, keyword := range laterKeywords {
		if _, there := object[keyword]; there {
			return keyword
		}
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value := object[key]
		var inner []any
		switch key {
		case "properties", "patternProperties", "definitions":
			schemas, _ := value.(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(schemas)) {
				inner = append(inner, schemas[name])
			}
		case "additionalItems", "additionalProperties", "not":
			inner = []any{value}
		case "items":
			inner = []any{value}
			if list, ok := value.([]any); ok {
				inner = list
			}
		case "allOf", "anyOf", "oneOf":
			inner, _ = value.([]any)
		}
		for _, schema := range inner {
			if keyword := unsupported(schema, depth+1); keyword != "" {
				return keyword
			}
		}
	}
	return ""
}

func checkSchemas(p *Pass) {
	for _, api := range p.apis {
		var models []*assembly.Model
		byName := map[string]*Resource{}
		for _, r := range api.models {
			v, there := r.get("Schema")
			if !there || !known(v) {
				continue
			}
			if text, ok := v.(string); ok {
				var parsed any
				if err := json.Unmarshal([]byte(text), &parsed); err == nil {
					v = parsed
				}
			}
			if keyword := unsupported(v, 0); keyword != "" {
				p.report(r, "Schema", rules.Of("model-keyword-unsupported", "model", modelName(r), "keyword", keyword))
				continue
			}
			text, err := json.Marshal(v)
			if err != nil {
				continue
			}
			models = append(models, &assembly.Model{Name: modelName(r), ContentType: "application/json", Schema: text})
			byName[modelName(r)] = r
		}
		// A model may refer to one that is not compiled, since it is known to be wrong.
		_, wrong := schema.Compile(models, api.id)
		for _, err := range wrong {
			name, problem, _ := strings.Cut(strings.TrimPrefix(err.Error(), "model "), ": ")
			if r := byName[name]; r != nil && !refersElsewhere(problem) {
				p.report(r, "Schema", rules.Of("model-schema-invalid", "problem", problem))
			}
		}
	}
}

// refersElsewhere reports whether a schema could not be checked since a model that it
// refers to is not known here, which may be there on AWS.
func refersElsewhere(problem string) bool {
	return strings.Contains(problem, "models of the same API only")
}

// known reports whether nothing in a value depends on the deployment.
func known(v any) bool {
	switch v := v.(type) {
	case unknown:
		return false
	case map[string]any:
		for _, e := range v {
			if !known(e) {
				return false
			}
		}
	case []any:
		for _, e := range v {
			if !known(e) {
				return false
			}
		}
	}
	return true
}
