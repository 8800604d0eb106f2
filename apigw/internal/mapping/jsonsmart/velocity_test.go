//go:build velocity

package jsonsmart_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonsmart"
	"example.com/apigw/internal/oracle"
)

// generated documents are built from the pieces in which permissive and strict
// JSON differ.
func generate(r *rand.Rand) string {
	pieces := []string{
		"{", "}", "[", "]", ",", ":", `"`, "'", " ", "\n", "\t", `"k"`, `"a b"`, "'s'", "k", "abc", "null", "true", "false", "NaN", "nullx", "N",
		"0", "-", "1", "-1", "01", "5", ".5", "1.", "-.5", "1e5", "1E-3", "1e+", "e", "+1", "007", "2147483647", "2147483648", "-2147483648", "-2147483649",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "123456789012345678901234567890",
		"0.30000000000000004", "123456789012.123456789", "1.0000000000000000000e5", "1e999", "1.5E300",
		`\n`, `\u0041`, `\ud83d`, `\ude00`, `\x41`, `\q`, `\é`, `\😀`, `\\`, `\"`, `\'`, `\`, `\u00`, "\x00", "\x01", "\x1a", "\x1f", "\x7f", "~", "é", "😀", " ", "/", "=", "&", "<",
		`"k":`, `"k":1,`, `{"a":`, `{"a":1}`, `[1,2]`, `"x/y"`, `"\u20ac\u0001"`, `"é😀"`, `  `,
	}
	var b strings.Builder
	for range 1 + r.IntN(12) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	if r.IntN(3) == 0 { // more often something that is accepted
		return `{"k":` + b.String() + "}"
	}
	return b.String()
}

func TestDocumentsReadAndWriteAsJsonSmart(t *testing.T) {
	jvm, err := oracle.Compile()
	if err != nil {
		t.Fatal(err)
	}
	defer jvm.Close()
	r := rand.New(rand.NewPCG(1, 2))
	const n = 200_000
	texts := make([]string, n)
	cases := make([]oracle.Reading, n)
	for i := range cases {
		texts[i] = generate(r)
		cases[i] = oracle.Reading{Body: texts[i]}
	}
	results, err := jvm.Read(cases)
	if err != nil {
		t.Fatal(err)
	}
	differences, accepted := 0, 0
	for i, want := range results {
		v, err := jsonsmart.Parse(texts[i])
		switch {
		case want.Error != "" && err == nil:
			t.Errorf("%q: read as %s, json-smart: %s", texts[i], java.ToString(v), want.Error)
			differences++
		case want.Error != "" && strings.Contains(err.Error(), "the exponent of this number is too large"):
		case want.Error != "":
			if got, want := words(err), theirWords(want.Error); encoded(got) != want {
				t.Errorf("%q: got the words %q, json-smart: %q", texts[i], got, want)
				differences++
			}
		case want.Error == "" && err != nil && strings.Contains(err.Error(), "the exponent of this number is too large"):
		case want.Error == "" && err != nil:
			t.Errorf("%q: %v, json-smart: %s", texts[i], err, want.Out)
			differences++
		case err == nil:
			accepted++
			if got := rendered(v); got != want.Out {
				t.Errorf("%q:\n%q, json-smart:\n%q", texts[i], got, want.Out)
				differences++
			}
		}
		if differences > 20 {
			t.Fatal("got more than 20 differences, want none")
		}
	}
	t.Logf("%d documents, %d accepted", n, accepted)
}

func theirWords(message string) string {
	if strings.HasPrefix(message, "NumberFormatException: ") || strings.HasPrefix(message, "ArithmeticException") {
		return "not a number"
	}
	return message
}

// words returns the error as the other side writes it. What is not a number has
// another exception, whose words no client sees.
func words(err error) string {
	bad, ok := errors.AsType[*jsonsmart.SyntaxError](err)
	switch {
	case !ok:
		return err.Error()
	case bad.Words != "":
		return "InvalidJsonException: net.minidev.json.parser.ParseException: " + bad.Words
	case strings.HasSuffix(bad.Problem, "is not a number, although it begins like one"):
		return "not a number"
	}
	return bad.Problem
}

// rendered returns what the other side writes about a value.
func rendered(v java.Value) string {
	if v == nil {
		return ""
	}
	text, err := jsonsmart.Text(v)
	if err != nil {
		return err.Error()
	}
	class := java.ClassOf(v)
	return encoded(java.ToString(v)) + "|" + encoded(text) + "|" + class
}

// encoded replaces halves of surrogate pairs as Java's encoder does.
func encoded(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b.WriteByte('?')
			i += 3
			continue
		}
		b.WriteString(s[i : i+size])
		i += size
	}
	return b.String()
}
