package schema

import (
	"context"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

const old = `"$schema":"http://json-schema.org/draft-03/schema#",`

func TestDraft3(t *testing.T) {
	for _, test := range []struct{ rule, schema, body, want string }{
		{"properties say that they are required", `"properties":{"b":{"required":true},"a":{"required":true},"c":{"required":false},"d":{}}`, `{}`, `[object has missing required properties (["a","b"])]`},
		{"properties are nothing else", `"properties":{"b":{"required":true}}`, `{"b":1}`, `[]`},
		{"divisibleBy", `"divisibleBy":2`, `3`, `[remainder of division is not zero (3 / 2)]`},
		{"a type", `"type":"number"`, `"x"`, `[instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])]`},
		{"any type", `"type":"any"`, `"x"`, `[]`},
		{"types and schemas", `"type":["null",{"type":"string","minLength":2}]`, `"x"`,
			`[instance type (string) does not match any allowed primitive type (allowed: ["null"]), instance failed to match at least one required schema among 1]`},
		{"one of the schemas matches", `"type":["null",{"type":"string"}]`, `"x"`, `[]`},
		{"disallowed types", `"disallow":"number"`, `1`, `[instance is of type integer, which is explicitly forbidden (disallowed: ["integer","number"])]`},
		{"disallowed schemas", `"disallow":[{"type":"string"},{"minLength":1}]`, `"x"`, `[instance matched 2 out of 2 explicitly forbidden schema(s)]`},
		{"nothing disallowed", `"disallow":[{"type":"integer"},"null"]`, `"x"`, `[]`},
		{"any makes schemas superfluous", `"disallow":["any",{"type":"null"}]`, `null`,
			`[instance is of type null, which is explicitly forbidden (disallowed: ["array","boolean","integer","null","number","object","string"])]`},
		{"extends", `"extends":{"minLength":2}`, `"x"`, `[string "x" is too short (length: 1, required minimum: 2)]`},
		{"extends of several", `"extends":[{"minLength":2},{"pattern":"y"}]`, `"x"`,
			`[string "x" is too short (length: 1, required minimum: 2), ECMA 262 regex "y" does not match input string "x"]`},
		{"a dependency may be a string", `"dependencies":{"a":"b","c":["e","d","e"],"f":[]}`, `{"a":1,"c":1,"f":1}`,
			`[property "a" of object has missing property dependencies (schema requires ["b"]; missing: ["b"]), property "c" of object has missing property dependencies (schema requires ["d","e"]; missing: ["d","e"])]`},
		{"keywords of draft 4 are ignored", `"allOf":[{"type":"null"}],"multipleOf":2,"minProperties":9`, `1`, `[]`},
		{"date", `"format":"date"`, `"2020-02-30"`, `[string "2020-02-30" is invalid against requested date format(s) yyyy-MM-dd]`},
		{"time", `"format":"time"`, `"24:00:00"`, `[string "24:00:00" is invalid against requested date format(s) HH:mm:ss]`},
		{"host-name", `"format":"host-name"`, `"-"`, `[string "-" is not a valid hostname]`},
		{"ip-address", `"format":"ip-address"`, `"1"`, `[string "1" is not a valid IPv4 address]`},
		{"formats of draft 4 alone", `"format":"ipv4"`, `"1"`, `[]`},
		{"formats of both", `"format":"uuid"`, `"1"`, `[input string "1" is not a valid UUID]`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			details, err := compile(t, model("M", "{"+old+test.schema+"}")).Validate(context.Background(), "M", []byte(test.body))
			if err != nil {
				t.Fatal(err)
			}
			if got := join(details); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	for _, test := range []struct{ rule, schema, want string }{
		{"required is a truth value", `"properties":{"a":{"required":["b"]}}`, `at /properties: "required" attribute in schema for property "a" is not a boolean (found array)`},
		{"properties are schemas", `"properties":{"a":1}`, `at /properties/a: JSON value is of type integer, not a JSON Schema (expected an object)`},
		{"dependencies", `"dependencies":{"a":1}`, `at /dependencies: dependency value for property "a" has incorrect type (expected one of [array, object, string] but found integer)`},
		{"lists of dependencies", `"dependencies":{"a":["b",1]}`, `at /dependencies: array element at index 1 has incorrect type (expected one of [string] but found integer)`},
		{"an unknown type", `"type":"x"`, `at /type: "x" is not a valid primitive type (valid values are: [array, boolean, integer, null, number, object, string])`},
		{"a type that is a number", `"disallow":[1]`, `at /disallow: array element at index 0 has incorrect type (expected one of [object, string] but found integer)`},
		{"schemas among types", `"type":["any",{"title":1}]`, `at /type/1/title: value has incorrect type (found integer, expected one of [string])`},
		{"extends has schemas", `"extends":[{"title":1}]`, `at /extends/0/title: value has incorrect type (found integer, expected one of [string])`},
	} {
		t.Run(test.rule+" is checked", func(t *testing.T) {
			_, errs := Compile([]*assembly.Model{model("M", "{"+old+test.schema+"}")}, apiID)
			if len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), "model M: "+test.want) || !strings.HasSuffix(errs[0].Error(), "(JSON Schema draft 3)") {
				t.Errorf("got  %v\nwant %s", errs, test.want)
			}
		})
	}
	t.Run("errors of schemas inside end the check", func(t *testing.T) {
		set := compile(t, model("M", "{"+old+`"definitions":{"late":{"pattern":"[\\wz-a]"}},"properties":{"a":{"type":[{"$ref":"#/definitions/late"}]},"b":{"extends":{"$ref":"#/definitions/late"}},"c":{"extends":[{"$ref":"#/definitions/late"}]}}}`))
		for _, body := range []string{`{"a":"x"}`, `{"b":"x"}`, `{"c":"x"}`} {
			if _, err := set.Validate(context.Background(), "M", []byte(body)); err == nil {
				t.Errorf("%s: got no error, want one", body)
			}
		}
	})
}

func TestErrorsInsideEndTheCheck(t *testing.T) {
	const late = `{"$ref":"#/definitions/late"}`
	for _, schema := range []string{
		`"items":` + late, `"items":[` + late + `]`, `"additionalItems":` + late, `"allOf":[` + late + `]`, `"anyOf":[` + late + `]`, `"oneOf":[` + late + `]`, `"not":` + late,
		`"items":{"allOf":[` + late + `]}`,
	} {
		checkFails(t, schema, `["x"]`)
	}
	for _, schema := range []string{
		`"properties":{"a":` + late + `}`, `"patternProperties":{"a":` + late + `}`, `"additionalProperties":` + late, `"dependencies":{"a":{"properties":{"a":` + late + `}}}`,
		`"patternProperties":{"[\\wz-a]":{}}`, `"patternProperties":{"[\\wz-a]":{}},"additionalProperties":false`,
	} {
		checkFails(t, schema, `{"a":"x"}`)
	}
}

// checkFails checks that a body cannot be checked against a schema, whose
// definition "late" fails with every string.
func checkFails(t *testing.T, schema, body string) {
	t.Helper()
	set := compile(t, model("M", `{"definitions":{"late":{"anyOf":[{"type":"array"},{"pattern":"[\\wz-a]"}],"items":{"pattern":"[\\wz-a]"}}},`+schema+`}`))
	if details, err := set.Validate(context.Background(), "M", []byte(body)); err == nil {
		t.Errorf("%s: got %q, want an error", schema, details)
	}
}
