package jsonsmart_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonsmart"
)

// What json-smart 2.2 makes of a text: its JSON again, and the class of it.
func TestParse(t *testing.T) {
	const (
		object, array = "java.util.LinkedHashMap", jsonsmart.ArrayClass
		text          = "java.lang.String"
	)
	for _, c := range []struct{ rule, in, json, class string }{
		{"a document", ` {"a": 1, "b" : [1, 2 ,{"c":null}]} `, `{"a":1,"b":[1,2,{"c":null}]}`, object},
		{"keys keep their order", `{"z":1,"a":2,"m":3}`, `{"z":1,"a":2,"m":3}`, object},
		{"the last of equal keys wins, at the first's place", `{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`, object},
		{"an empty key", `{"":1}`, `{"":1}`, object},
		{"an empty object", `{ }`, `{}`, object},
		{"an empty array", `[ ]`, `[]`, array},

		{"a blank text is the empty string", " \n\t", `""`, text},
		{"an empty text is the empty string", "", `""`, text},
		{"a text that is not a document is a string", "not json", `"not json"`, text},
		{"a form is a string", "a=1&b=2", `"a=1&b=2"`, text},
		{"XML is a string", "<xml>a</xml>", `"<xml>a</xml>"`, text},
		{"a string", `"str"`, `"str"`, text},
		{"a string in single quotes", `'it"s'`, `"it\"s"`, text},
		{"true", "true", "true", "java.lang.Boolean"},
		{"false", "false", "false", "java.lang.Boolean"},
		{"null", "null", "null", ""},
		{"NaN is a Float", "NaN", "NaN", "java.lang.Float"},
		{"a word that begins like one of these is a string", "nullx", `"nullx"`, text},

		{"keys without quotes", `{k:1}`, `{"k":1}`, object},
		{"keys in single quotes", `{'k':'v'}`, `{"k":"v"}`, object},
		{"a key without quotes runs to the colon", `{super{ f}oo: [ba r]}`, `{"super{ f}oo":["ba r"]}`, object},
		{"a comma at the end", `{"k":1,}`, `{"k":1}`, object},
		{"several commas", `{"k":1,,"j":2}`, `{"k":1,"j":2}`, object},
		{"several commas in an array", `[1,,2,]`, `[1,2]`, array},
		{"a missing comma between strings", `["a" "b"]`, `["a","b"]`, array},
		{"text behind the document", `{"k":1} trailing`, `{"k":1}`, object},
		{"a second document", `[1]2`, `[1]`, array},
		{"a string without quotes runs to the comma", `{"k":abc def,"l":1}`, `{"k":"abc def","l":1}`, object},
		{"what only begins like a number is a string", `{"a":1 "b":2}`, `{"a":"1 \"b\":2"}`, object},
		{"numbers without a comma are one string", `[1 2]`, `["1 2"]`, array},
		{"the substitute character ends the text", "abc\x1adef", `"abc"`, text},

		{"an Integer", "2147483647", "2147483647", "java.lang.Integer"},
		{"the least Integer", "-2147483648", "-2147483648", "java.lang.Integer"},
		{"a Long", "2147483648", "2147483648", "java.lang.Long"},
		{"a negative Long", "-2147483649", "-2147483649", "java.lang.Long"},
		{"the greatest Long", "9223372036854775807", "9223372036854775807", "java.lang.Long"},
		{"the least Long", "-9223372036854775808", "-9223372036854775808", "java.lang.Long"},
		{"a BigInteger", "9223372036854775808", "9223372036854775808", "java.math.BigInteger"},
		{"a negative BigInteger", "-9223372036854775809", "-9223372036854775809", "java.math.BigInteger"},
		{"a BigInteger of many digits", "123456789012345678901234567890", "123456789012345678901234567890", "java.math.BigInteger"},
		{"leading zeros", "01", "1", "java.lang.Integer"},
		{"a lone minus is 0", "-", "0", "java.lang.Integer"},
		{"minus zero", "-0", "0", "java.lang.Integer"},
		{"a Double", "1.10", "1.1", "java.lang.Double"},
		{"an exponent", "1e5", "100000.0", "java.lang.Double"},
		{"a Double prints as Java prints it", "0.00001", "1.0E-5", "java.lang.Double"},
		{"minus zero as a Double", "-0.0", "-0.0", "java.lang.Double"},
		{"a point at the end", "1.", "1.0", "java.lang.Double"},
		{"infinite is null", "1e999", "null", "java.lang.Double"},
		{"minus infinite is null", "-1e999", "null", "java.lang.Double"},
		{"a long fraction keeps every digit", "0.30000000000000004", "0.30000000000000004", "java.math.BigDecimal"},
		{"a long number with an exponent", "1.0000000000000000000e5", "100000.00000000000000", "java.math.BigDecimal"},
		{"a long number in Java's notation", "100000000000000000000e5", "1.00000000000000000000E+25", "java.math.BigDecimal"},
		{"a number with blanks behind", "[1 ]", "[1]", array},
		{"a point first is a string", ".5", `".5"`, text},
		{"a plus is a string", "+1", `"+1"`, text},
		{"an exponent without digits is a string", "1e", `"1e"`, text},
		{"two numbers are a string", "1-2", `"1-2"`, text},
		{"a number ends at a character beyond ASCII", "[5é]", `[5,"é"]`, array},

		{"escapes", `"\"\\\/\b\f\n\r\t\u00e9\x41\'"`, `"\"\\/\b\f\n\r\téA'"`, text},
		{"hexadecimal digits in both cases", `"\u00E9\u00e9"`, `"éé"`, text},
		{"a surrogate pair", `"\ud83d\ude00"`, `"😀"`, text},
		{"unknown escapes are dropped", `"a\qb\éc"`, `"abc"`, text},
		{"control characters stay in a string", "\"a\x01b\x7f\"", `"a\u0001b\u007F"`, text},
		{"control characters are dropped beside an escape", "\"a\x01\\n\x7fb\"", `"a\nb"`, text},
		{"a long string", `"0123456789012345678901234567890123456789\n"`, `"0123456789012345678901234567890123456789\n"`, text},
		{"a long string without escapes", `["0123456789012345678901234567890123456789",1]`, `["0123456789012345678901234567890123456789",1]`, array},
		{"an escape behind a long string", `["01234567890123456789012345678901","\n"]`, `["01234567890123456789012345678901","\n"]`, array},
		{"other quotes within quotes", `'a"b\n'`, `"a\"b\n"`, text},
		{"what is escaped when written", "\"\u0085\u2028\u20ac/é\"", `"\u0085\u2028\u20AC/é"`, text},
	} {
		t.Run(c.rule, func(t *testing.T) {
			v, err := jsonsmart.Parse(c.in)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := jsonsmart.Text(v); got != c.json || err != nil {
				t.Errorf("got %s, %v; want %s", got, err, c.json)
			}
			if got := java.ClassOf(v); got != c.class {
				t.Errorf("class %s, want %s", got, c.class)
			}
		})
	}
}

func TestHalvesOfSurrogatePairs(t *testing.T) {
	for _, c := range []struct{ rule, in, want string }{
		{"a first half", `"\ud83d"`, "\xed\xa0\xbd"},
		{"a second half", `"\ude00"`, "\xed\xb8\x80"},
		{"the wrong order", `"\ude00\ud83d"`, "\xed\xb8\x80\xed\xa0\xbd"},
		{"two first halves", `"\ud83d\ud83d\ude00"`, "\xed\xa0\xbd😀"},
		{"something between", `"\ud83dx\ude00"`, "\xed\xa0\xbdx\xed\xb8\x80"},
		{"a dropped escape loses the first half only", `"\😀"`, "\xed\xb8\x80"},
	} {
		if got, err := jsonsmart.Parse(c.in); got != java.Value(c.want) || err != nil {
			t.Errorf("%s: %q, %v; want %q", c.rule, got, err, c.want)
		}
	}
}

// What even the permissive reader refuses.
func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"k":1`, `line 1, column 1: this object is never closed: expected }, near "{\"k\":1"`},
		{`{`, `line 1, column 1: this object is never closed`},
		{`[1,2`, `line 1, column 1: this array is never closed: expected ]`},
		{`"unterminated`, `line 1, column 1: this string is never closed: expected "`},
		{`"` + strings.Repeat("x", 100), `line 1, column 1: this string is never closed: expected "`},
		{`"unterminated\n`, `line 1, column 1: this string is never closed: expected "`},
		{`'a\'`, `this string is never closed: expected '`},
		{`{"k"}`, `line 1, column 2: this key has no value: expected a colon and a value`},
		{`{"k":`, `column 2: this key has no value`},
		{"{\n  \"é\":}", `line 2, column 7: unexpected "}" where a value should be, near "}"`},
		{`{"k":1,:2}`, `unexpected ":" where a key should be`},
		{`{"k":"a" "b"}`, `unexpected '"' after a value: expected , or }`},
		{"{\"k\":[]\u00e9}", `unexpected character after a value: expected , or }`},
		{`{"k":"a`, `this string is never closed`},
		{`[}`, `unexpected "}" in an array`},
		{`}`, `unexpected "}" where a value should be`},
		{`"\u12"`, `column 2: \u needs four hexadecimal digits, \x two, near "\\u12\""`},
		{`"\xg1"`, `\u needs four hexadecimal digits, \x two`},
		{`1e+`, `"1e+" is not a number, although it begins like one`},
		{"-.", `"-." is not a number`},
		{"-.e1000000000000000000", `the exponent of this number is too large`},
		{"-.e0000000000000000001", `"-.e0000000000000000001" is not a number`},
		{"1.00000000000000000e+", `"1.00000000000000000e+" is not a number`},
		{`[1.00000000000000000e99999999999]`, `the exponent of this number is too large`},
		{`[1.00000000000000000e-10000]`, `the exponent of this number is too large`},
		{"\"a\\n\x1a\"", "this string is never closed"},
		{strings.Repeat("[", 401), "arrays and objects are nested deeper than 400"},
		{strings.Repeat(`{"a":`, 401), "arrays and objects are nested deeper than 400"},
		{strings.Repeat("1", 100_001), "this number has more than 100000 characters"},
		{strings.Repeat(" ", jsonsmart.MaxBytes+1), "the text is longer than 20 MB"},
		{`{"k":"` + strings.Repeat("é", 50), strings.Repeat("é", 24) + `"…`},
	} {
		_, err := jsonsmart.Parse(c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %v; want %s", c.in, err, c.want)
		}
	}
}

// The messages of json-smart's exceptions, as the comparison with it has many more.
func TestWordsOfJsonSmart(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{a`, "Unexpected End Of File position 1: null"},
		{`[a`, "Unexpected End Of File position 1: EOF"},
		{`{"a":`, "Unexpected End Of File position 4: EOF"},
		{`{"é😀"`, "Unexpected End Of File position 5: null"},
		{`{"a" b}`, "Unexpected character (b) at position 4."},
		{`{"a":1,:2}`, "Unexpected character (:) at position 7."},
		{`{"a":"x" "b":1}`, "Unexpected token \" at position 8."},
		{`{"a":"x" 😀}`, "Unexpected token ? at position 8."},
		{`"\u12g4"`, "Unexpected unicode escape sequence g at position 5."},
		{"\"\\u1\x1a\"", "Unexpected End Of File position 4: EOF"},
		{`"x`, "Unexpected End Of File position 2: null"},
		{"\"a\\n\x1a\"", "Unexpected End Of File position 3: null"},
		{`1e+`, ""},
	} {
		_, err := jsonsmart.Parse(c.in)
		bad, ok := errors.AsType[*jsonsmart.SyntaxError](err)
		if !ok || bad.Words != c.want {
			t.Errorf("%s: got %+v, want the words %q", c.in, bad, c.want)
		}
	}
}

func TestNestingUpToTheLimitIsRead(t *testing.T) {
	for _, text := range []string{strings.Repeat("[", 400) + strings.Repeat("]", 400), strings.Repeat(`{"a":`, 400) + "1" + strings.Repeat("}", 400)} {
		v, err := jsonsmart.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := jsonsmart.Text(v); got != text || err != nil {
			t.Errorf("written again: got %.80q, %v; want %.80q", got, err, text)
		}
	}
	many := "[" + strings.Repeat(`{"a":1},`, 1000) + "]"
	if _, err := jsonsmart.Parse(many); err != nil {
		t.Errorf("objects beside each other: got %v, want no error", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,"x\n"],'b':{c:d}}`, `[1 2,-,.5,01]`, `"\ud83d\ude00\x41\q"`, "{k:1,}x", "1e+", "\x1a", `{"a":1 "b":2}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := jsonsmart.Parse(text)
		if err != nil {
			if err.Error() == "" {
				t.Error("got an error without a text, want one with a text")
			}
			return
		}
		json, err := jsonsmart.Text(v)
		if err != nil {
			t.Fatal(err)
		}
		// What was written reads again. Numbers may print otherwise: their length
		// decides between Double and BigDecimal.
		for range 3 {
			if v, err = jsonsmart.Parse(json); err != nil {
				t.Fatalf("%q, written as %q and read again: got %v, want no error", text, json, err)
			}
			if json, err = jsonsmart.Text(v); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := `{"items":[` + strings.Repeat(`{"id":"id-000","name":"Item \"0\" name","qty":1,"price":37.5,"tags":["a0","b","c"]},`, 20) + `]}`
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := jsonsmart.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
