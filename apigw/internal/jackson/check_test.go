package jackson_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"example.com/apigw/internal/jackson"
)

func TestJSONIsAccepted(t *testing.T) {
	for _, text := range []string{
		"{}", "[]", `"a"`, "1", "-0.5e+10", "true", "false", "null", " {\"a\" : [1, {\"b\": null}, \"\\u00e9\\n\"]}\r\n\t ",
		"\ufeff{}", `{"a":1,"a":2}`, `"\ud83d"`, `[0, 0.0, 0e0, 10]`, "1 ", "1\n", `{"":0}`,
	} {
		if err := jackson.Check([]byte(text)); err != nil {
			t.Errorf("%q: got %v, want no error", text, err)
		}
	}
}

func TestMessages(t *testing.T) {
	const wanted = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	for _, c := range []struct{ rule, text, problem, place string }{
		{"an escape of JavaScript", `{"a":"what\'s up"}`, "Unrecognized character escape ''' (code 39)", "line: 1, column: 13"},
		{"a line break in a text", "{\n\"a\":\"x\ry\"}", "Illegal unquoted character ((CTRL-CHAR, code 13)): has to be escaped using backslash to be included in string value", "line: 2, column: 8"},
		{"a line break in a name", "{\"a\nb\":1}", "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in name", "line: 1, column: 5"},
		{"a missing comma", `{"a":"b" "c":1}`, "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries", "line: 1, column: 11"},
		{"a missing comma in an array", "[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", "line: 1, column: 5"},
		{"a comma at the end", `{"a":1,}`, "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", "line: 1, column: 9"},
		{"a comma at the end of an array", "[1,]", "Unexpected character (']' (code 93)): expected a value", "line: 1, column: 5"},
		{"no value", `{"a":}`, "Unexpected character ('}' (code 125)): expected a value", "line: 1, column: 7"},
		{"a name without quotes", `{a:1}`, "Unexpected character ('a' (code 97)): was expecting double-quote to start field name", "line: 1, column: 3"},
		{"single quotes", `{'a':1}`, "Unexpected character (''' (code 39)): was expecting double-quote to start field name", "line: 1, column: 3"},
		{"a text in single quotes", `{"a":'b'}`, "Unexpected character (''' (code 39)): expected a valid value " + wanted, "line: 1, column: 7"},
		{"a text without quotes", `{"a":abc}`, "Unrecognized token 'abc': was expecting " + wanted, "line: 1, column: 10"},
		{"a form", "a=1", "Unrecognized token 'a': was expecting " + wanted, "line: 1, column: 3"},
		{"a long word", strings.Repeat("x", 300), "Unrecognized token '" + strings.Repeat("x", 256) + "...': was expecting " + wanted, "line: 1, column: 257"},
		{"a word that begins like a literal", "[nullx]", "Unrecognized token 'nullx': was expecting " + wanted, "line: 1, column: 8"},
		{"XML", "<a/>", "Unexpected character ('<' (code 60)): expected a valid value " + wanted, "line: 1, column: 2"},
		{"a missing colon", `{"a" 1}`, "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", "line: 1, column: 7"},
		{"an object that ends too early", `{"a":1`, `Unexpected end-of-input: expected close marker for Object (start marker at [Source: (byte[])"{"a":1"; line: 1, column: 1])`, "line: 1, column: 7"},
		{"an array that ends too early", "[1", `Unexpected end-of-input: expected close marker for Array (start marker at [Source: (byte[])"[1"; line: 1, column: 1])`, "line: 1, column: 3"},
		{"a text that ends too early", `"a`, "Unexpected end-of-input in VALUE_STRING", "line: 1, column: 3"},
		{"a name that ends too early", `{"a`, "Unexpected end-of-input in field name", "line: 1, column: 4"},
		{"an escape that ends too early", `"\`, "Unexpected end-of-input in character escape sequence", "line: 1, column: 3"},
		{"an end behind a name", `{"a":`, "Unexpected end-of-input within/between Object entries", "line: 1, column: 6"},
		{"an end behind a comma", `[1,`, "Unexpected end-of-input within/between Array entries", "line: 1, column: 4"},
		{"the wrong end", "[1}", `Unexpected close marker '}': expected ']' (for Array starting at [Source: (byte[])"[1}"; line: 1, column: 1])`, "line: 1, column: 4"},
		{"an end of nothing", "]", `Unexpected close marker ']': expected '}' (for root starting at [Source: (byte[])"]"; line: 1, column: 0])`, "line: 1, column: 2"},
		{"hexadecimal digits", `"\u12g4"`, "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence", "line: 1, column: 7"},
		{"a comment", "{} // x", "Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)", "line: 1, column: 5"},
		{"a control character", "{\x01}", "Illegal character ((CTRL-CHAR, code 1)): only regular white space (\\r, \\n, \\t) is allowed between tokens", "line: 1, column: 3"},
		{"a leading zero", "[01]", "Invalid numeric value: Leading zeroes not allowed", "line: 1, column: 3"},
		{"a minus alone", "[-]", "Unexpected character (']' (code 93)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value", "line: 1, column: 4"},
		{"a plus", "[+1]", "Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow", "line: 1, column: 4"},
		{"a point without digits", "[1.]", "Unexpected character (']' (code 93)) in numeric value: Decimal point not followed by a digit", "line: 1, column: 5"},
		{"a point first", "[.5]", "Unexpected character ('.' (code 46)): expected a valid value " + wanted, "line: 1, column: 3"},
		{"an exponent without digits", "[1e]", "Unexpected character (']' (code 93)) in numeric value: Exponent indicator not followed by a digit", "line: 1, column: 5"},
		{"something behind a number", "1x", "Unexpected character ('x' (code 120)): Expected space separating root-level values", "line: 1, column: 3"},
		{"NaN", "[NaN]", "Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", "line: 1, column: 5"},
		{"minus infinity", "[-Infinity]", "Non-standard token '-Infinity': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", "line: 1, column: 11"},
		{"a word behind the value", "{} x", "Unrecognized token 'x': was expecting " + wanted, "line: 1, column: 5"},
		{"a value behind the value", "{} {}", "Trailing token (of type START_OBJECT) found after value (bound as `com.fasterxml.jackson.databind.JsonNode`): not allowed as per `DeserializationFeature.FAIL_ON_TRAILING_TOKENS`", "line: 1, column: 5"},
		{"nothing", " ", "No content to map due to end-of-input", "line: 1, column: 2"},
		{"columns count bytes", "{\"é\" 1}", "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value", "line: 1, column: 8"},
		{"a character beyond Latin-1", "{€}", "Unexpected character ('€' (code 8364 / 0x20ac)): was expecting double-quote to start field name", "line: 1, column: 5"},
		{"bytes that are not UTF-8", "\"\xff\"", "Invalid UTF-8 start byte 0xff", "line: 1, column: 3"},
		{"UTF-8 that breaks off", "\"\xc3(\"", "Invalid UTF-8 middle byte 0x28", "line: 1, column: 4"},
	} {
		err := jackson.Check([]byte(c.text))
		bad, ok := errors.AsType[*jackson.Error](err)
		if !ok {
			t.Errorf("%s: %q: got %v, want an error", c.rule, c.text, err)
			continue
		}
		if bad.Problem != c.problem || !strings.HasSuffix(err.Error(), "; "+c.place+"]") {
			t.Errorf("%s: %q:\n got %q\nwant %q at %s", c.rule, c.text, err, c.problem, c.place)
		}
		if bad.Offset < 0 || bad.Offset > len(c.text) {
			t.Errorf("%s: %q: got the offset %d, want one in the text", c.rule, c.text, bad.Offset)
		}
	}
}

func TestSourceIsCutOff(t *testing.T) {
	err := jackson.Check([]byte(`"` + strings.Repeat("é", 300) + "\x01"))
	want := `[Source: (byte[])"` + `"` + strings.Repeat("é", 249) + "\ufffd" + `"[truncated 102 bytes]; line: 1, column: 603]`
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v\nwant the end %s", err, want)
	}
	err = jackson.Check([]byte("\x02\n\u0085"))
	if want := "[Source: (byte[])\"\\u0002\n\\u0085\"; line: 1, column: 2]"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %v\nwant the end %s", err, want)
	}
}

func TestExcerpt(t *testing.T) {
	for text, want := range map[string]string{
		"{\n\t\"a\": \"é\\'\"\n}": "line 2, column 10\n \"a\": \"é\\'\"\n         ^",
		`{"a":1`:                  "line 1, column 6\n{\"a\":1\n     ^",
		"x":                       "line 1, column 1\nx\n^",
		"[" + strings.Repeat("1,", 100) + "x" + strings.Repeat("y", 100): "line 1, column 302\n…" + strings.Repeat("y", 61) + "\n" + strings.Repeat(" ", 61) + "^",
		"{x" + strings.Repeat("y", 100):                                  "line 1, column 2\n{x" + strings.Repeat("y", 59) + "…\n ^",
	} {
		bad, ok := errors.AsType[*jackson.Error](jackson.Check([]byte(text)))
		if !ok {
			t.Errorf("%q: got no error, want one", text)
		} else if got := bad.Excerpt(); got != want {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e3,"x\u00e9"],"b":null}`, "[-Infinity]", "1x", "\"\xf0\x9f", `{"a" 1}`, "+I"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := jackson.Check(text)
		if err == nil && !json.Valid([]byte(strings.TrimPrefix(string(text), "\ufeff"))) {
			t.Errorf("%q: got no error, want one: Go's reader refuses it", text)
		}
		bad, ok := errors.AsType[*jackson.Error](err)
		if err != nil && (!ok || bad.Offset < 0 || bad.Offset > len(text) || bad.Line < 1) {
			t.Errorf("%q: got %#v, want an error with a place in the text", text, err)
		}
	})
}
