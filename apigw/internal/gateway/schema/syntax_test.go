package schema

import (
	"context"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

// The sentences are the library's.
func TestSyntax(t *testing.T) {
	const types = "[array, boolean, integer, null, number, object, string]"
	for _, test := range []struct{ rule, schema, want string }{
		{"a schema is an object", `{"properties":{"a/b":1}}`, `at /properties/a~1b: JSON value is of type integer, not a JSON Schema (expected an object)`},
		{"keywords have types", `{"minLength":"1"}`, `at /minLength: value has incorrect type (found string, expected one of [integer])`},
		{"several types", `{"additionalItems":1}`, `at /additionalItems: value has incorrect type (found integer, expected one of [boolean, object])`},
		{"the first keyword by name is reported", `{"title":1,"format":2}`, `at /format: value has incorrect type (found integer, expected one of [string])`},
		{"keywords before the schemas inside", `{"allOf":[{"type":"x"}],"type":"y"}`, `at /type: "y" is not a valid primitive type (valid values are: ` + types + `)`},
		{"schemas inside by the name of the keyword", `{"not":{"type":"b"},"items":[{},{"type":"a"}]}`, `at /items/1/type: "a" is not a valid primitive type (valid values are: ` + types + `)`},
		{"definitions are schemas", `{"definitions":{"a":null}}`, `at /definitions/a: JSON value is of type null, not a JSON Schema (expected an object)`},
		{"not needs a schema", `{"not":[]}`, `at /not: JSON value is of type array, not a JSON Schema (expected an object)`},
		{"patternProperties are schemas", `{"patternProperties":{"a":{"title":1}}}`, `at /patternProperties/a/title: value has incorrect type (found integer, expected one of [string])`},
		{"dependencies may be schemas", `{"dependencies":{"a":{"title":1}}}`, `at /dependencies/a/title: value has incorrect type (found integer, expected one of [string])`},
		{"sizes fit 32 bits", `{"maxItems":2147483648}`, `at /maxItems: integer value is too large`},
		{"and more than 64", `{"maxItems":99999999999999999999}`, `at /maxItems: integer value is too large`},
		{"sizes are not negative", `{"maxItems":-1}`, `at /maxItems: integer value must be strictly positive`},
		{"1.0 is not an integer", `{"maxItems":1.0}`, `at /maxItems: value has incorrect type (found number, expected one of [integer])`},
		{"divisors are positive", `{"multipleOf":0}`, `at /multipleOf: divisor must be strictly greater than zero`},
		{"divisors are doubles", `{"multipleOf":1e400}`, `at /multipleOf: the number is out of the range of doubles`},
		{"exclusiveMinimum needs minimum", `{"exclusiveMinimum":true}`, `at /exclusiveMinimum: exclusiveMinimum must be paired with minimum`},
		{"exclusiveMaximum needs maximum", `{"exclusiveMaximum":false,"minimum":1}`, `at /exclusiveMaximum: exclusiveMaximum must be paired with maximum`},
		{"exclusiveMaximum is not a number", `{"exclusiveMaximum":1}`, `at /exclusiveMaximum: value has incorrect type (found integer, expected one of [boolean])`},
		{"patterns", `{"pattern":"(?i)a"}`, `at /pattern: string "(?i)a" is not a valid ECMA 262 regular expression`},
		{"patterns of properties", `{"patternProperties":{"a":{},"[":{}}}`, `at /patternProperties: property name "[" is not a valid ECMA 262 regular expression`},
		{"lists of schemas are not empty", `{"anyOf":[]}`, `at /anyOf: array must have at least one element`},
		{"items is not an empty list", `{"items":[]}`, `at /items: array must have at least one element`},
		{"items is not a truth value", `{"items":true}`, `at /items: value has incorrect type (found boolean, expected one of [array, object])`},
		{"required has strings", `{"required":["a",1]}`, `at /required: array element at index 1 has incorrect type (expected one of [string] but found integer)`},
		{"required has no duplicate at the end", `{"required":["a","b","a"]}`, `at /required: array must not contain duplicate elements`},
		{"required is not a truth value", `{"properties":{"a":{"required":true}}}`, `at /properties/a/required: value has incorrect type (found boolean, expected one of [array])`},
		{"dependencies are not strings", `{"dependencies":{"a":"b"}}`, `at /dependencies: dependency value for property "a" has incorrect type (expected one of [array, object] but found string)`},
		{"dependencies are not empty", `{"dependencies":{"a":[]}}`, `at /dependencies: array must have at least one element`},
		{"enum has no duplicates", `{"enum":[1,1.0]}`, `at /enum: array must not contain duplicate elements`},
		{"an unknown type", `{"type":["string","any"]}`, `at /type: "any" is not a valid primitive type (valid values are: ` + types + `)`},
		{"types are strings", `{"type":[1]}`, `at /type: array element at index 0 has incorrect type (expected one of string but found integer)`},
		{"a type is there", `{"type":[]}`, `at /type: array must have at least one element`},
		{"types are not repeated at the end", `{"type":["null","null"]}`, `at /type: array must not contain duplicate elements`},
		{"$schema is a URI", `{"$schema":"a b"}`, `at /$schema: string is not a valid URI: "a b"`},
		{"id is a URI that is normal", `{"id":"http://x/a/../b"}`, `at /id: URI "http://x/a/../b" is not normalized`},
		{"$ref is one too", `{"properties":{"a":{"$ref":"./b"}}}`, `at /properties/a/$ref: URI "./b" is not normalized`},
		{"$ref is a string", `{"properties":{"a":{"$ref":1}}}`, `at /properties/a/$ref: value has incorrect type (found integer, expected one of [string])`},
		{"beside a $ref keywords count too", `{"properties":{"a":{"$ref":"#","type":"x"}}}`, `at /properties/a/type: "x" is not a valid primitive type (valid values are: ` + types + `)`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			_, errs := Compile([]*assembly.Model{model("M", test.schema)}, apiID)
			if want := "model M: " + test.want + " (JSON Schema draft 4)"; len(errs) != 1 || errs[0].Error() != want {
				t.Errorf("got  %v\nwant %s", errs, want)
			}
		})
	}
	for _, test := range []struct{ rule, schema string }{
		{"duplicates before the end are overlooked", `{"required":["a","a","b"],"type":["null","null","string"]}`},
		{"objects with members in another order are different", `{"enum":[{"a":1,"b":2},{"b":2,"a":1}]}`},
		{"unknown keywords", `{"const":1,"nullable":"yes","x":{"type":"y"}}`},
		{"any default", `{"default":[{}]}`},
		{"the root may be a reference, with anything beside", `{"$ref":"#/definitions/a","type":"x","definitions":{"a":{}}}`},
		{"a long list of types", `{"type":["array","boolean","integer","null","number","object","string"]}`},
	} {
		t.Run(test.rule+" are right", func(t *testing.T) {
			compile(t, model("M", test.schema))
		})
	}
}

func TestReferences(t *testing.T) {
	for _, test := range []struct{ rule, schema, body, want string }{
		{"a pointer with escapes", `{"definitions":{"a/b~c%d":{"type":"null"}},"items":{"$ref":"#/definitions/a~1b~0c%25d"}}`, `[1]`, "(integer)"},
		{"a pointer into an array", `{"allOf":[{},{"type":"null"}],"not":{"$ref":"#/allOf/1"}}`, `null`, "should not have"},
		{"a pointer to what is no keyword", `{"x":{"y":{"type":"null"}},"items":{"$ref":"#/x/y"}}`, `[1]`, "(integer)"},
		{"an empty reference is the root", `{"type":["array","null"],"items":{"$ref":""}}`, `[[1]]`, "(integer)"},
		{"a reference to a reference", `{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"type":"null"}},"items":{"$ref":"#/definitions/a"}}`, `[1]`, "(integer)"},
		{"an id with the name of the model", `{"id":"M","definitions":{"a":{"type":"null"}},"items":{"$ref":"#/definitions/a"}}`, `[1]`, "(integer)"},
		{"an id that is a fragment", `{"id":"#root","definitions":{"a":{"type":"null"}},"items":{"$ref":"#/definitions/a"}}`, `[1]`, "(integer)"},
		{"an empty reference beside it", `{"id":"#/x","type":["array","null"],"items":{"$ref":""}}`, `[[1]]`, "(integer)"},
		{"a $ref that is not a URI is none", `{"x":{"items":{"$ref":"a b","type":"null"}},"type":"array"}`, `[1]`, ""},
		{"a property of the name $ref", `{"properties":{"$ref":{"type":"null"}}}`, `{"$ref":1}`, "(integer)"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			details, err := compile(t, model("M", test.schema)).Validate(context.Background(), "M", []byte(test.body))
			if err != nil || (test.want == "") != (len(details) == 0) || !strings.Contains(strings.Join(details, ""), test.want) {
				t.Errorf("got %q, %v, want %q", details, err, test.want)
			}
		})
	}
	for _, test := range []struct{ rule, schema, want string }{
		{"a name instead of a pointer", `{"definitions":{"A":{"id":"#foo"}},"properties":{"a":{"$ref":"#foo"}}}`, `model M: at /properties/a/$ref: JSON Reference "#foo" cannot be resolved: what follows # must be a JSON pointer`},
		{"a pointer with a wrong escape", `{"items":{"$ref":"#/a~2"}}`, `must be a JSON pointer`},
		{"a pointer to nothing", `{"items":{"$ref":"#/definitions/a"}}`, `model M: at /items/$ref: JSON Reference "#/definitions/a" cannot be resolved: there is nothing at this place`},
		{"a pointer beyond an array", `{"allOf":[{}],"not":{"$ref":"#/allOf/1"}}`, `there is nothing at this place`},
		{"a pointer into a string", `{"title":"a","not":{"$ref":"#/title/a"}}`, `there is nothing at this place`},
		{"a pointer to what is no schema", `{"title":"a","not":{"$ref":"#/title"}}`, `model M: at /title: JSON value is of type string, not a JSON Schema`},
		{"an id that leads away", `{"id":"http://example.com/s","items":{"$ref":"#/x"},"x":{}}`, `a model can refer to models of the same API only`},
		{"an id on the way that leads away", `{"properties":{"a":{"id":"other/","items":{"$ref":"x"}}}}`, `a model can refer to models of the same API only`},
		{"a broken schema in another model", `{"items":{"$ref":"Other#/x"}}`, `model M: in the model Other: at /x/type: "y" is not a valid primitive type`},
	} {
		t.Run(test.rule+" is wrong", func(t *testing.T) {
			_, errs := Compile([]*assembly.Model{model("M", test.schema), model("Other", `{"x":{"type":"y"}}`)}, apiID)
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), test.want) {
				t.Errorf("got %v, want one with %s", errs, test.want)
			}
		})
	}
}

func TestAWrongReferenceCountsWhereItIsUsed(t *testing.T) {
	set, errs := Compile([]*assembly.Model{model("M", `{"properties":{"a":{"$ref":"#/nowhere"},"b":{"type":"null"}}}`)}, apiID)
	if len(errs) != 1 {
		t.Errorf("got %v, want one error", errs)
	}
	if details, err := set.Validate(context.Background(), "M", []byte(`{"b":1}`)); err != nil || len(details) != 1 {
		t.Errorf("elsewhere: got %q, %v, want one detail", details, err)
	}
	if details, err := set.Validate(context.Background(), "M", []byte(`{"a":1}`)); err == nil {
		t.Errorf("there: got %q, want an error", details)
	}
}

func TestFormats(t *testing.T) {
	hex := strings.Repeat("0aF", 43)
	for _, test := range []struct{ format, text, want string }{
		{"base64", "YWI=", ""},
		{"base64", "YQ==", ""},
		{"base64", "YWJj", ""},
		{"base64", "YWI", "input has illegal length (must be a multiple of 4, found 3)"},
		{"base64", "Y-Jj", `illegal character "-" at index 1 (not in Base64 alphabet)`},
		{"base64", "=WJj", `illegal character "=" at index 0 (not in Base64 alphabet)`},
		{"base64", "YWé=", `illegal character "é" at index 2 (not in Base64 alphabet)`},
		{"base64", "YW=\n", `illegal character "=" at index 2 (not in Base64 alphabet)`},
		{"base64", "Y=\r\n", `illegal character "=" at index 1 (not in Base64 alphabet)`},
		{"base64", "YWJ\r", "illegal character \"\r\" at index 3 (not in Base64 alphabet)"},
		{"json-pointer", "", ""},
		{"json-pointer", "/a/~0~1", ""},
		{"json-pointer", "a", `input string "a" is not a valid JSON Pointer`},
		{"json-pointer", "/~", `input string "/~" is not a valid JSON Pointer`},
		{"mac", "01:23:45:67:89:Zz", ""},
		{"mac", "01:23:45:67:89-ab", `input string "01:23:45:67:89-ab" is not a valid MAC address`},
		{"mac", "01:23", `input string "01:23" is not a valid MAC address`},
		{"md5", hex[:32], ""},
		{"md5", "a", "input string has incorrect length (1, expected 32)"},
		{"sha1", hex[:39] + "g", `illegal character "g" in input at index 39`},
		{"sha256", hex[:64], ""},
		{"sha512", hex[:128], ""},
		{"uuid", "1-1-1-1-1", ""},
		{"uuid", "1-1-1-1", `input string "1-1-1-1" is not a valid UUID`},
		{"regex", "(?<n>a)", `string "(?<n>a)" is not a valid ECMA 262 regular expression`},
		{"email", `"q q"@x.org`, ""},
		{"email", "a.b@[1.2.3.4]", ""},
		{"email", "a(comment (inside) \\))@x.org", `string "a(comment (inside) \))@x.org" is not a valid email address`},
		{"email", "(comment (inside) \\)) a@x.org", ""},
		{"email", `"a \" <" <a@x.org>`, ""},
		{"email", `<"a\>"@x.org>`, ""},
		{"email", "<@x.org,@y.org:a@z.org>", ""},
		{"email", "<@x.org,y:a@z.org>", `string "<@x.org,y:a@z.org>" is not a valid email address`},
		{"email", "friends: a@x.org, b@y.org;", ""},
		{"email", "friends: a@x.org, b@;", `string "friends: a@x.org, b@;" is not a valid email address`},
		{"email", "\"a\r\n b\"@x.org", ""},
		{"email", "\"a\rb\"@x.org", "string \"\"a\rb\"@x.org\" is not a valid email address"},
		{"email", "\"a\nb\"@x.org", "string \"\"a\nb\"@x.org\" is not a valid email address"},
		{"email", "a@x..org", `string "a@x..org" is not a valid email address`},
		{"email", "a@x.org.", `string "a@x.org." is not a valid email address`},
		{"email", "a@[x]y", `string "a@[x]y" is not a valid email address`},
		{"email", "a@x[y]", `string "a@x[y]" is not a valid email address`},
		{"email", "a\"b\"@x.org", `string "a"b"@x.org" is not a valid email address`},
		{"email", "\"a\"b@x.org", `string ""a"b@x.org" is not a valid email address`},
		{"email", "a\\@x.org", `string "a\@x.org" is not a valid email address`},
		{"uri", "http://u:p@[::1%eth0]:80/a%20b?c#d", ""},
		{"uri", "http://[1:2:3:4:5:6:7:8]", ""},
		{"uri", "http://[1:2:3:4:5:6:1.2.3.4]", ""},
		{"uri", "http://[::1:1.2.3.4]", ""},
		{"uri", "http://[1:2]", `string "http://[1:2]" is not a valid URI`},
		{"uri", "http://[12345::]", `string "http://[12345::]" is not a valid URI`},
		{"uri", "http://1.2.3.4:80", ""},
		{"uri", "http://a_b", ""},
		{"uri", "http://x:99999999999", ""},
		{"uri", "http://", `string "http://" is not a valid URI`},
		{"uri", "http://é.x/%4", `string "http://é.x/%4" is not a valid URI`},
		{"date-time", "2020-02-29t23:59:59.123456789012z", ""},
		{"date-time", "2020-01-02T03:04:05+01:02:03.456", ""},
		{"date-time", "2020-01-02T03:04:05+010203456", ""},
	} {
		if got := draft4.formats[test.format](test.text); got != test.want {
			t.Errorf("%s of %q: got %q, want %q", test.format, test.text, got, test.want)
		}
	}
}

func TestNamesAreOrderedAsUTF16(t *testing.T) {
	details, err := compile(t, model("M", `{"required":["😀","\uffee","ab","a"]}`)).Validate(context.Background(), "M", []byte(`{}`))
	const want = `object has missing required properties (["a","ab","😀","￮ﾮ"])`
	if err != nil || len(details) != 1 || details[0] != strings.ReplaceAll(want, "￮ﾮ", "\uffee") {
		t.Errorf("got %q, %v, want %q", details, err, want)
	}
}

func TestHalvesOfSurrogatePairs(t *testing.T) {
	details, err := compile(t, model("M", `{"maxLength":0,"enum":["\ud83d\ude00"]}`)).Validate(context.Background(), "M", []byte(`"\ud83dx\ude00"`))
	const want = `instance value ("?x?") not found in enum (possible values: ["😀"]), string "?x?" is too long (length: 3, maximum allowed: 0)`
	if err != nil || strings.Join(details, ", ") != want {
		t.Errorf("got %q, %v, want %q", details, err, want)
	}
}

func TestBodiesThatAreNotJSON(t *testing.T) {
	set := compile(t, model("M", `{}`))
	for _, body := range []string{"", " ", "{", "[", "[1", "[1,]", "{1:2}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1`, `"a`, "\"\x01\"", `"\x"`, `"\u12"`, `"\u12G4"`, `"\`, `"\u`, "\"\xff\"", "\"\\n\xff\"", "\"\xff\\n\"", "\"\\n\x01\"", `"\n`, "01", "1.", "1e", "1e+", "-", "+1", ".5", "1x", "nul", "truex", "NaN", "1 2", "'a'", "\ufeff1"} {
		details, err := set.Validate(context.Background(), "M", []byte(body))
		if err != nil || len(details) != 1 || details[0] != unparsable {
			t.Errorf("%q: got %q, %v, want %q", body, details, err, unparsable)
		}
	}
}
