package schema

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/rules"
)

const apiID = "a1b2c3d4e5"

func model(name, schema string) *assembly.Model {
	return &assembly.Model{Name: name, ContentType: "application/json", Schema: json.RawMessage(schema)}
}

func compile(t *testing.T, models ...*assembly.Model) *Set {
	t.Helper()
	set, errs := Compile(models, apiID)
	for _, err := range errs {
		t.Fatal(err)
	}
	return set
}

func TestDetails(t *testing.T) {
	const name = `{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}`
	for _, test := range []struct{ rule, schema, body, want string }{
		{"a valid body has no details", name, `{"name":"Ada"}`, `[]`},
		{"an empty body cannot be parsed (documented)", name, ``, `[Unknown error parsing request body]`},
		{"a body that is not JSON cannot be parsed", name, `{"name"`, `[Unknown error parsing request body]`},
		{"a body of two values cannot be parsed", name, `{"name":"a"} {}`, `[Unknown error parsing request body]`},
		{"additionalProperties comes before required, by name",
			`{"properties":{"bar":{}},"required":["bar"],"additionalProperties":false}`, `{"foo":1}`,
			`[object instance has properties which are not allowed by the schema: ["foo"], object has missing required properties (["bar"])]`},
		{"the type of a member (documented)", `{"properties":{"n":{"type":"number"}}}`, `{"n":"1"}`,
			`[instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])]`},
		{"of several members, by name", `{"properties":{"b":{"type":"string"},"a":{"type":"string"}}}`, `{"b":1,"a":null}`,
			`[instance type (null) does not match any allowed primitive type (allowed: ["string"]), instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{"values inside are looked at only if nothing is wrong outside", name, `{"name":1,"x":1}`,
			`[object instance has properties which are not allowed by the schema: ["x"]]`},
		{"missing properties by name", `{"required":["c","a","b"]}`, `{"a":1}`,
			`[object has missing required properties (["b","c"])]`},
		{"1.0 is not an integer in draft 4", `{"type":"integer"}`, `1.0`,
			`[instance type (number) does not match any allowed primitive type (allowed: ["integer"])]`},
		{"several types", `{"type":["string","null"]}`, `true`,
			`[instance type (boolean) does not match any allowed primitive type (allowed: ["null","string"])]`},
		{"null is a type", `{"type":"null"}`, `null`, `[]`},
		{"enum", `{"enum":["a","b<",1]}`, `"x"`, `[instance value ("x") not found in enum (possible values: ["a","b<",1])]`},
		{"enum compares numbers and objects by value", `{"enum":[1.0,{"a":1,"b":[true]}]}`, `{"b":[true],"a":1.0}`, `[]`},
		{"too short", `{"minLength":1}`, `""`, `[string "" is too short (length: 0, required minimum: 1)]`},
		{"too long, in characters", `{"maxLength":2}`, `"äöü"`, `[string "äöü" is too long (length: 3, maximum allowed: 2)]`},
		{"a pattern matches anywhere", `{"pattern":"b+"}`, `"abc"`, `[]`},
		{"a pattern that does not match", `{"pattern":"^[a-z]+$"}`, `"A1"`, `[ECMA 262 regex "^[a-z]+$" does not match input string "A1"]`},
		{"maxLength comes before pattern", `{"pattern":"^b","maxLength":1}`, `"aa"`,
			`[string "aa" is too long (length: 2, maximum allowed: 1), ECMA 262 regex "^b" does not match input string "aa"]`},
		{"maximum", `{"maximum":1.5}`, `2`, `[numeric instance is greater than the required maximum (maximum: 1.5, found: 2)]`},
		{"minimum", `{"minimum":10}`, `2.5`, `[numeric instance is lower than the required minimum (minimum: 10, found: 2.5)]`},
		{"exclusiveMaximum is a boolean", `{"maximum":2,"exclusiveMaximum":true}`, `2`, `[numeric instance is not strictly lower than the required maximum 2]`},
		{"over an exclusive maximum", `{"maximum":2,"exclusiveMaximum":true}`, `3`, `[numeric instance is greater than the required maximum (maximum: 2, found: 3)]`},
		{"exclusiveMinimum is a boolean", `{"minimum":2,"exclusiveMinimum":true}`, `2`, `[numeric instance is not strictly greater than the required minimum 2]`},
		{"under an exclusive minimum", `{"minimum":2,"exclusiveMinimum":true}`, `1`, `[numeric instance is lower than the required minimum (minimum: 2, found: 1)]`},
		{"multipleOf is exact", `{"multipleOf":0.1}`, `0.3`, `[]`},
		{"multipleOf", `{"multipleOf":0.1}`, `0.35`, `[remainder of division is not zero (0.35 / 0.1)]`},
		{"minItems", `{"minItems":2}`, `[1]`, `[array is too short: must have at least 2 elements but instance has 1 elements]`},
		{"maxItems", `{"maxItems":1}`, `[1,2]`, `[array is too long: must have at most 1 elements but instance has 2 elements]`},
		{"uniqueItems", `{"uniqueItems":true}`, `[{"a":1},{"a":1.0}]`, `[array must not contain duplicate elements]`},
		{"unique items", `{"uniqueItems":true}`, `[1,"1",[1]]`, `[]`},
		{"items", `{"items":{"type":"integer"}}`, `[1,"a"]`, `[instance type (string) does not match any allowed primitive type (allowed: ["integer"])]`},
		{"items by position", `{"items":[{"type":"integer"}],"additionalItems":{"type":"string"}}`, `[1,2]`,
			`[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{"additionalItems", `{"items":[{}],"additionalItems":false}`, `[1,2,3]`, `[schema only allows 1 elements in array but instance has 3 elements]`},
		{"minProperties", `{"minProperties":1}`, `{}`, `[object has too few properties (found 0 but schema requires at least 1)]`},
		{"maxProperties", `{"maxProperties":0}`, `{"a":1}`, `[object has too many properties (found 1 but schema requires at most 0)]`},
		{"patternProperties are allowed properties", `{"patternProperties":{"^x":{"type":"string"}},"additionalProperties":false}`, `{"xa":"b"}`, `[]`},
		{"patternProperties have schemas", `{"patternProperties":{"^x":{"type":"string"},"a$":{}}}`, `{"xa":1}`,
			`[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{"additionalProperties has a schema", `{"properties":{"a":{}},"additionalProperties":{"type":"string"}}`, `{"a":1,"b":2}`,
			`[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{"property dependencies", `{"dependencies":{"a":["b","c"]}}`, `{"a":1,"b":1}`,
			`[property "a" of object has missing property dependencies (schema requires ["b","c"]; missing: ["c"])]`},
		{"schema dependencies", `{"dependencies":{"a":{"required":["b"]},"z":["y"]}}`, `{"a":1}`, `[object has missing required properties (["b"])]`},
		{"allOf", `{"allOf":[{"type":"object"},{"required":["a"]}]}`, `{}`, `[instance failed to match all required schemas (matched only 1 out of 2)]`},
		{"anyOf", `{"anyOf":[{"type":"string"},{"type":"null"}]}`, `{}`, `[instance failed to match at least one required schema among 2]`},
		{"oneOf without a match", `{"oneOf":[{"type":"string"},{"type":"null"}]}`, `{}`, `[instance failed to match exactly one schema (matched 0 out of 2)]`},
		{"oneOf with two matches", `{"oneOf":[{"type":"string"},{"minLength":1},{"type":"null"}]}`, `"a"`, `[instance failed to match exactly one schema (matched 2 out of 3)]`},
		{"oneOf with null", `{"oneOf":[{"type":"null"},{"type":"object"}]}`, `null`, `[]`},
		{"not", `{"not":{"type":"string"}}`, `"a"`, `[instance matched a schema which it should not have]`},
		{"not fulfilled", `{"not":{"type":"string"}}`, `1`, `[]`},
		{"date-time", `{"format":"date-time"}`, `"x"`, `[string "x" is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]]`},
		{"email", `{"format":"email"}`, `"x"`, `[string "x" is not a valid email address]`},
		{"hostname", `{"format":"hostname"}`, `"-x-"`, `[string "-x-" is not a valid hostname]`},
		{"ipv4", `{"format":"ipv4"}`, `"x"`, `[string "x" is not a valid IPv4 address]`},
		{"ipv6", `{"format":"ipv6"}`, `"x"`, `[string "x" is not a valid IPv6 address]`},
		{"regex", `{"format":"regex"}`, `"("`, `[string "(" is not a valid ECMA 262 regular expression]`},
		{"uri", `{"format":"uri"}`, `"x y"`, `[string "x y" is not a valid URI]`},
		{"uuid", `{"format":"uuid"}`, `"x"`, `[input string "x" is not a valid UUID]`},
		{"other formats take anything", `{"format":"date"}`, `"x"`, `[]`},
		{"formats are for strings", `{"format":"email"}`, `1`, `[]`},
		{"local definitions", `{"definitions":{"s":{"type":"string"}},"properties":{"a":{"$ref":"#/definitions/s"}}}`, `{"a":1}`,
			`[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{"a schema that contains itself", `{"properties":{"next":{"$ref":"#"}},"required":["v"]}`, `{"v":1,"next":{"v":2,"next":{}}}`,
			`[object has missing required properties (["v"])]`},
		{"keywords beside $ref are ignored", `{"definitions":{"s":{}},"properties":{"a":{"$ref":"#/definitions/s","type":"string"}}}`, `{"a":1}`, `[]`},
		{"keywords of later drafts are ignored", `{"$schema":"http://json-schema.org/draft-07/schema#","const":1}`, `2`, `[]`},
		{"a schema may be a text of JSON", `"{\"type\":\"null\"}"`, `1`, `[instance type (integer) does not match any allowed primitive type (allowed: ["null"])]`},
		{"a model without a schema accepts anything that is JSON", ``, `1`, `[]`},
		{"nesting beyond 1000 levels is refused", `{}`, strings.Repeat("[", 1001) + strings.Repeat("]", 1001), `[Unknown error parsing request body]`},
		{"1000 levels are not", `{}`, strings.Repeat("[", 1000) + strings.Repeat("]", 1000), `[]`},
		{"the last of several members of one name counts, at the first place", `{"enum":[1]}`, `{"a":1,"b":2,"a":3}`, `[instance value ({"a":3,"b":2}) not found in enum (possible values: [1])]`},
		{"also among many", `{"enum":[1]}`, `{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"a":11,"j":12}`,
			`[instance value ({"a":11,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":12}) not found in enum (possible values: [1])]`},
		{"dependencies in the order of a Java HashMap", `{"dependencies":{"customerId":["x"],"amount":["x"],"zip":["x"],"a":["x"]}}`, `{"zip":1,"amount":1,"a":1,"customerId":1}`,
			`[property "zip" of object has missing property dependencies (schema requires ["x"]; missing: ["x"]), property "a" of object has missing property dependencies (schema requires ["x"]; missing: ["x"]), property "amount" of object has missing property dependencies (schema requires ["x"]; missing: ["x"]), property "customerId" of object has missing property dependencies (schema requires ["x"]; missing: ["x"])]`},
		{"a number may have 10,000 digits", `{"minimum":1}`, "1" + strings.Repeat("0", 9999), `[]`},
		{"and not more", `{"minimum":1}`, "1" + strings.Repeat("0", 10000), `[Unknown error parsing request body]`},
		{"exponents may be small", `{"maximum":0}`, `1e-99999999`, `[numeric instance is greater than the required maximum (maximum: 0, found: 1E-99999999)]`},
		{"but not beyond 32 bits", `{}`, `1e-99999999999`, `[Unknown error parsing request body]`},
		{"a number beyond the doubles is infinite", `{"type":"string"}`, `1e99999999`, `[instance type (number) does not match any allowed primitive type (allowed: ["string"])]`},
		{"infinity is printed as a string", `{"enum":["a"]}`, `[1e309,-1e309]`, `[instance value (["Infinity","-Infinity"]) not found in enum (possible values: ["a"])]`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			details, err := compile(t, model("M", test.schema)).Validate(context.Background(), "M", []byte(test.body))
			if err != nil {
				t.Fatal(err)
			}
			if got := join(details); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestModelsReferToModels(t *testing.T) {
	for _, test := range []struct{ rule, ref string }{
		{"by the service's host", "https://apigateway.amazonaws.com/restapis/" + apiID + "/models/Name"},
		{"by a regional host", "https://apigateway.eu-west-1.amazonaws.com/restapis/" + apiID + "/models/Name"},
		{"into a definition", "https://apigateway.amazonaws.com/restapis/" + apiID + "/models/Names#/items"},
		{"relative to their own place", "Name"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			set := compile(t,
				model("Person", `{"properties":{"name":{"$ref":"`+test.ref+`"}}}`),
				model("Name", `{"type":"string"}`),
				model("Names", `{"items":{"type":"string"}}`))
			details, err := set.Validate(context.Background(), "Person", []byte(`{"name":1}`))
			if err != nil || len(details) != 1 || !strings.HasPrefix(details[0], "instance type (integer)") {
				t.Errorf("got %q, %v", details, err)
			}
		})
	}
	t.Run("in circles", func(t *testing.T) {
		set := compile(t,
			model("Person", `{"type":"object","required":["name"],"properties":{"house":{"$ref":"https://apigateway.amazonaws.com/restapis/x/models/House"}}}`),
			model("House", `{"type":"object","required":["person"],"properties":{"person":{"$ref":"https://apigateway.amazonaws.com/restapis/x/models/Person"}}}`))
		details, err := set.Validate(context.Background(), "Person", []byte(`{"name":"a","house":{"person":{}}}`))
		if err != nil || join(details) != `[object has missing required properties (["name"])]` {
			t.Errorf("got %q, %v", details, err)
		}
	})
}

func TestCompileSaysWhichModelAndWhere(t *testing.T) {
	for _, test := range []struct{ rule, schema, want string }{
		{"an unknown type", `{"properties":{"a":{"type":"text"}}}`, "model M: at /properties/a/type: "},
		{"required must not be empty", `{"required":[]}`, "model M: at /required: "},
		{"a reference to itself", `{"$ref":"https://apigateway.amazonaws.com/restapis/x/models/M"}`, "model M: at /$ref: JSON Reference "},
		{"a model that is not there", `{"$ref":"https://apigateway.amazonaws.com/restapis/x/models/Gone"}`, `Gone`},
		{"nothing is loaded from elsewhere", `{"$ref":"https://example.com/schema.json"}`, "a model can refer to models of the same API only"},
		{"nothing is loaded from a file", `{"$ref":"file:///etc/passwd"}`, "a model can refer to models of the same API only"},
		{"a broken pattern", `{"pattern":"("}`, "at /pattern: "},
		{"a schema that is not JSON", `{`, "model M: the schema is not JSON"},
		{"a schema that is not an object", `[]`, "model M: the schema must be a JSON object"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			set, errs := Compile([]*assembly.Model{model("M", test.schema), model("Good", `{}`)}, apiID)
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), test.want) || !strings.HasPrefix(errs[0].Error(), "model M: ") {
				t.Fatalf("got %v, want one with %q", errs, test.want)
			}
			if strings.Contains(errs[0].Error(), "\n") {
				t.Errorf("several lines: %v", errs[0])
			}
			if _, err := set.Validate(context.Background(), "M", []byte(`{}`)); err == nil {
				t.Error("the broken model can be used")
			}
			if details, err := set.Validate(context.Background(), "Good", []byte(`{}`)); err != nil || len(details) > 0 {
				t.Errorf("the other model: %q, %v", details, err)
			}
		})
	}
	t.Run("two models of one name", func(t *testing.T) {
		if _, errs := Compile([]*assembly.Model{model("M", `{}`), model("M", `{}`)}, apiID); len(errs) == 0 {
			t.Error("no error")
		}
	})
}

func TestCheck(t *testing.T) {
	const self = `https://apigateway.amazonaws.com/restapis/x/models/`
	set := compile(t,
		model("Name", `{"required":["name"]}`),
		model("Loop", `{"allOf":[{"$ref":"`+self+`Loop"}]}`),
		model("Slow", `{"pattern":"^(a+)+$"}`),
		model("SlowNames", `{"patternProperties":{"^(a+)+$":{}},"additionalProperties":false}`),
		model("Limits", `{"properties":{"a":{"maximum":1},"b":{"enum":[1]},"c":{"multipleOf":3},"d":{"uniqueItems":true}}}`),
		model("Infinite", `{"minimum":1e400}`),
		model("Late", `{"pattern":"[\\wz-a]"}`),
		model("Wide", wide()))

	t.Run("a body that is wrong", func(t *testing.T) {
		got := set.Check(context.Background(), "Name", "application/json", []byte(`{}`))
		want := gatewayresponse.Error{
			Type: gatewayresponse.TypeBadRequestBody, Status: 400, Message: "Invalid request body", Spaced: true,
			ErrorType:  "BadRequestException",
			Validation: `[object has missing required properties (["name"])]`,
			Log:        `Request body does not match model schema for content type application/json: [object has missing required properties (["name"])]`,
			Rule:       rules.Of("body-invalid", "model", "Name", "type", "application/json", "details", `[object has missing required properties (["name"])]`),
		}
		if got == nil || *got != want {
			t.Errorf("got %#v", got)
		}
	})
	t.Run("a body that is right", func(t *testing.T) {
		if got := set.Check(context.Background(), "Name", "application/json", []byte(`{"name":1}`)); got != nil {
			t.Error(got)
		}
	})
	t.Run("the model Empty accepts anything", func(t *testing.T) {
		if got := set.Check(context.Background(), emptyModel, "application/json", nil); got != nil {
			t.Error(got)
		}
	})

	slow := []byte(`"` + strings.Repeat("a", 60) + `!"`)
	for _, test := range []struct {
		rule, model string
		body        []byte
	}{
		{"a schema that applies itself endlessly", "Loop", []byte(`{}`)},
		{"a number that cannot be compared", "Limits", []byte(`{"a":1e400}`)},
		{"a number that cannot be compared with those of an enum", "Limits", []byte(`{"b":1e400}`)},
		{"numbers that cannot be compared with each other", "Limits", []byte(`{"d":[{"a":[1e400]},{"a":[1e401]}]}`)},
		{"a limit that is infinite", "Infinite", []byte(`"x"`)},
		{"a number that cannot be divided", "Limits", []byte(`{"c":1e-99999999}`)},
		{"a pattern that is wrong where it is used", "Late", []byte(`"a"`)},
		{"a pattern that takes too long", "Slow", slow},
		{"a pattern for names that takes too long", "SlowNames", []byte(`{` + string(slow) + `:1}`)},
		{"too many steps", "Wide", []byte(`{}`)},
		{"an unknown model", "Gone", []byte(`{}`)},
	} {
		t.Run(test.rule+" fails with 500", func(t *testing.T) {
			got := set.Check(context.Background(), test.model, "application/json", test.body)
			if got == nil || got.Status != 500 || got.Message != "Internal server error" || got.Cause == nil ||
				got.Log != "Execution failed due to configuration error: Request body validation failed due to an unexpected error" {
				t.Errorf("got %#v", got)
			}
		})
	}
	t.Run("a request that is over is not checked on", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := set.Validate(ctx, "Name", []byte(`{}`)); err == nil {
			t.Error("no error")
		}
	})
}

// wide returns a schema that doubles the work with each of its definitions.
func wide() string {
	definitions := map[string]any{"d0": map[string]any{"type": "object"}}
	previous := "d0"
	for i := 1; i < 22; i++ {
		name := "d" + string(rune('a'+i))
		ref := map[string]any{"$ref": "#/definitions/" + previous}
		definitions[name] = map[string]any{"allOf": []any{ref, ref}}
		previous = name
	}
	text, _ := json.Marshal(map[string]any{"definitions": definitions, "allOf": []any{map[string]any{"$ref": "#/definitions/" + previous}}})
	return string(text)
}

func models(name, schema string) []*assembly.Model { return []*assembly.Model{model(name, schema)} }
