package schema

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/gateway/schema/ecma"
)

// Hostile models and bodies end in an error, in bounded time and memory.
func TestLimits(t *testing.T) {
	repeat := func(element string, n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + "]"
	}
	nested := func(inner string, depth int) string {
		return strings.Repeat("[", depth) + inner + strings.Repeat("]", depth)
	}
	for _, test := range []struct{ rule, schema, body, want string }{
		{"a schema that doubles the work with each definition", wide(), `{}`, "too many steps"},
		{"an enum that is compared too often", `{"items":{"enum":` + repeat(`"a"`, 1) + `},"allOf":[{"items":{"enum":` + distinct(20_000) + `}}]}`, repeat(`"a"`, 10_000), "too many steps"},
		{"arrays whose elements must differ at every level", `{"uniqueItems":true,"items":{"$ref":"#"}}`, nested(strings.TrimSuffix(strings.TrimPrefix(distinct(20_000), "["), "]"), 500), "too many steps"},
		{"long numbers that are divided", `{"items":{"multipleOf":3}}`, repeat("1e9999", 10_000), "out of the range of doubles"},
		{"long integers that are divided", `{"items":{"multipleOf":7e-300}}`, repeat(strings.Repeat("1", 9000), 100), ""},
		{"details that are too long", `{"items":{"enum":["` + strings.Repeat("x", 100_000) + `"]}}`, repeat("1", 1000), "is too long"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			set := compile(t, model("M", test.schema))
			details, err := set.Validate(context.Background(), "M", []byte(test.body))
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %d details and %v, want an error with %q", len(details), err, test.want)
			}
		})
	}
	for _, test := range []struct{ rule, schema, want string }{
		{"a schema that is nested deeply", strings.Repeat(`{"not":`, 1001) + `{}` + strings.Repeat(`}`, 1001), "nested deeper than 1000 levels"},
		{"references in a circle", `{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}},"$ref":"#/definitions/a"}`, "loops on itself"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			_, errs := Compile([]*assembly.Model{model("M", test.schema)}, apiID)
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), test.want) {
				t.Errorf("got %v, want an error with %q", errs, test.want)
			}
		})
	}
	t.Run("patterns that are slow together", func(t *testing.T) {
		re, err := ecma.Compile("a")
		if err != nil {
			t.Fatal(err)
		}
		e := evaluation{matching: maxMatching}
		if _, err := e.find(re, "a"); err == nil || !strings.Contains(err.Error(), "the patterns take too long") {
			t.Errorf("got %v, want an error", err)
		}
	})
	t.Run("a schema of a thousand levels", func(t *testing.T) {
		set := compile(t, model("M", strings.Repeat(`{"not":`, 999)+`{}`+strings.Repeat(`}`, 999)))
		if details, err := set.Validate(context.Background(), "M", []byte(`1`)); err != nil || len(details) != 1 {
			t.Errorf("got %q, %v, want one detail", details, err)
		}
	})
}

// distinct returns an array of n strings.
func distinct(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"s%d"`, i)
	}
	return "[" + b.String()[1:] + "]"
}

// FuzzValidate: no panic, no hang, and details that are text.
func FuzzValidate(f *testing.F) {
	for _, seed := range [][2]string{
		{orderModel, order(2)},
		{`{"allOf":[{"$ref":"#/definitions/a"}],"definitions":{"a":{"not":{"enum":[1,{"a":2}]}}}}`, `{"a":2.0}`},
		{`{"dependencies":{"a":["b"],"c":{"required":["d"]}},"patternProperties":{"^x":{"format":"uri"}}}`, `{"a":1,"c":null,"xy":"http://[::1]:80/%41"}`},
		{`{"items":[{"format":"email"},{"format":"ipv6"},{"format":"date-time"},{"format":"base64"}],"additionalItems":false}`, `["a@b.c","::1","2020-01-02T03:04:05.6+07:00","YQ=="]`},
		{`{"id":"x","$ref":"y#/z~1","uniqueItems":true,"multipleOf":1e-9,"minimum":1e300}`, `[-0.0,1e99,"\ud83d"]`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, schema, body string) {
		if len(schema) > 2000 || len(body) > 2000 {
			return
		}
		set, _ := Compile([]*assembly.Model{model("M", schema)}, apiID)
		details, err := set.Validate(context.Background(), "M", []byte(body))
		if err != nil && len(details) > 0 {
			t.Fatalf("got details %q and %v, want one of them", details, err)
		}
		for _, detail := range details {
			if detail == "" || !utf8.ValidString(detail) {
				t.Fatalf("got %q, want a text", detail)
			}
		}
	})
}

// FuzzFormats: no panic.
func FuzzFormats(f *testing.F) {
	for _, seed := range []string{`"q"@x.y`, "Ada <ada@x.org>", "g:a@b;", "http://u@[1::2.3.4.5%e]:8/p?q#f", "2020-01-02T03:04:05Z", "::ffff:1.2.3.4", "1-2-3-4-5", "YQ==", "/a~0b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, problem := range draft4.formats {
			if name != "regex" && problem(text) == " " {
				t.Fatal("got a blank problem")
			}
		}
	})
}
