package schema

import (
	"encoding/json"
	"testing"

	"example.com/apigw/internal/assembly"
)

func TestSampleConformsToItsModel(t *testing.T) {
	other := model("Other", `{"type":"object","properties":{"o":{"type":"boolean"}},"required":["o"],"definitions":{"a/b":{"type":"integer","minimum":7}}}`)
	for _, c := range []struct{ rule, schema, want string }{
		{"all properties", `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"},"c":{"type":"null"},"d":{"type":"number"}}}`, `{"a":"sample","b":1,"c":null,"d":1}`},
		{"a required property that is not described", `{"type":"object","required":["x"]}`, `{"x":"sample"}`},
		{"the first of several types", `{"type":["integer","string"]}`, `1`},
		{"the type that keywords are for", `{"properties":{"a":{"minimum":3},"b":{"items":{"format":"email"}}}}`, `{"a":3,"b":["ada@example.com"]}`},
		{"the first value of an enum", `{"enum":["red","green"]}`, `"red"`},
		{"the default", `{"type":"string","default":"x"}`, `"x"`},
		{"an array with as many items as it needs", `{"type":"array","items":{"type":"boolean"},"minItems":2}`, `[true,true]`},
		{"an array without items", `{"type":"array","maxItems":0,"items":{}}`, `[]`},
		{"lengths", `{"properties":{"a":{"type":"string","minLength":8},"b":{"type":"string","maxLength":3}}}`, `{"a":"xxxxxxxx","b":"sam"}`},
		{"limits", `{"properties":{"a":{"type":"integer","minimum":5,"exclusiveMinimum":true},"b":{"type":"number","maximum":0.5},"c":{"type":"integer","multipleOf":4},"d":{"type":"integer","maximum":0,"exclusiveMaximum":true}}}`, `{"a":6,"b":0.5,"c":4,"d":-1}`},
		{"formats", `{"properties":{"a":{"type":"string","format":"date-time"},"b":{"type":"string","format":"ipv4"},"c":{"type":"string","format":"ipv6"},"d":{"type":"string","format":"uri"},"e":{"type":"string","format":"hostname"},"f":{"type":"string","format":"uuid"}}}`,
			`{"a":"2024-01-31T12:00:00.000Z","b":"192.0.2.1","c":"2001:db8::1","d":"https://example.com/","e":"example.com","f":"123e4567-e89b-42d3-a456-426614174000"}`},
		{"another model, and a place in one", `{"properties":{"a":{"$ref":"https://apigateway.amazonaws.com/restapis/` + apiID + `/models/Other"},"b":{"$ref":"https://apigateway.amazonaws.com/restapis/` + apiID + `/models/Other#/definitions/a~1b"}}}`, `{"a":{"o":true},"b":7}`},
		{"a place in the same model", `{"properties":{"a":{"$ref":"#/definitions/n"}},"definitions":{"n":{"type":"integer"}}}`, `{"a":1}`},
		{"combined schemas", `{"allOf":[{"properties":{"a":{"type":"integer"}}},{"properties":{"b":{"anyOf":[{"type":"boolean"},{"type":"string"}]}},"required":["b"]}]}`, `{"a":1,"b":true}`},
		{"nothing that is asked for", `{}`, `"sample"`},
	} {
		m := model("M", c.schema)
		got, err := json.Marshal(Sample([]*assembly.Model{m, other}, "M"))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %s, error %v; want %s", c.rule, got, err, c.want)
		}
		if details, err := compile(t, m, other).Validate(t.Context(), "M", got); err != nil || len(details) > 0 {
			t.Errorf("%s: got %q, error %v of %s; want nothing that is wrong", c.rule, details, err, got)
		}
	}
}

func TestSampleOfAnyModelIsSmall(t *testing.T) {
	wide := `{"type":"object","properties":{"a":{"$ref":"#"},"b":{"$ref":"#"},"c":{"$ref":"#"},"d":{"$ref":"#"}},"required":["a","b","c","d"]}`
	for _, c := range []struct{ rule, schema, want string }{
		{"a schema that is itself", `{"$ref":"#"}`, `null`},
		{"one that has itself in every place", wide, ""},
		{"a reference to nothing", `{"$ref":"#/definitions/x"}`, `"sample"`},
		{"a reference to no model", `{"$ref":"https://apigateway.amazonaws.com/restapis/x/models/No"}`, `"sample"`},
		{"lengths beyond all bounds", `{"type":"array","minItems":1e18,"items":{"type":"string","minLength":1e18}}`, ""},
		{"what is not an object", `[]`, `{}`},
		{"what is not JSON", `{`, `{}`},
		{"keywords of the wrong type", `{"type":5,"properties":[],"required":"x","enum":1,"allOf":{}}`, `{}`},
		{"a length below zero", `{"type":"string","maxLength":-1}`, `"sample"`},
	} {
		got, err := json.Marshal(Sample([]*assembly.Model{model("M", c.schema)}, "M"))
		if err != nil || len(got) > 20000 || c.want != "" && string(got) != c.want {
			t.Errorf("%s: got %.200s (%d bytes), error %v; want %s, and 20000 bytes at most", c.rule, got, len(got), err, c.want)
		}
	}
	if got, err := json.Marshal(Sample(nil, "Empty")); err != nil || string(got) != "{}" {
		t.Errorf("an unknown model: got %s, error %v; want {}", got, err)
	}
}
