//go:build velocity

package jackson_test

import (
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"example.com/apigw/internal/jackson"
	"example.com/apigw/internal/oracle"
)

// Generated texts get the words of Jackson itself.
func TestMessagesAreJacksons(t *testing.T) {
	jvm, err := oracle.Compile(oracle.Jackson())
	if err != nil {
		t.Fatal(err)
	}
	defer jvm.Close()
	const n = 200_000
	r := rand.New(rand.NewPCG(3, 4))
	texts := make([]string, n)
	var in strings.Builder
	for i := range texts {
		texts[i] = generate(r)
		in.WriteString(base64.StdEncoding.EncodeToString([]byte(texts[i])) + "\n")
	}
	cmd := jvm.Command("Jackson")
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != n {
		t.Fatalf("got %d lines, want %d", len(lines), n)
	}
	valid, differences := 0, 0
	for i, line := range lines {
		message, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			t.Fatal(err)
		}
		// Of a name that is not UTF-8 Jackson may show the bytes before the wrong one too.
		got, want := "", wideByte.ReplaceAllString(string(message), "middle byte 0x$1")
		if err := jackson.Check([]byte(texts[i])); err != nil {
			got = err.Error()
			bad, ok := errors.AsType[*jackson.Error](err)
			switch {
			case !ok:
				t.Fatalf("got %T, want an error of the package", err)
			case strings.HasPrefix(bad.Problem, "Trailing token "):
				got = "several values"
			case strings.HasPrefix(bad.Problem, "No content "):
				got = "no value"
			}
		} else {
			valid++
		}
		if got != want {
			t.Errorf("%q:\n got %q\nwant %q", texts[i], got, want)
			if differences++; differences > 20 {
				t.Fatal("got more than 20 differences, want none")
			}
		}
	}
	t.Logf("%d texts, %d are JSON", n, valid)
}

var wideByte = regexp.MustCompile("middle byte 0x[0-9a-f]{6}([0-9a-f]{2})")

// generate makes a text of the pieces in which JSON and what is nearly JSON differ.
func generate(r *rand.Rand) string {
	pieces := []string{
		"{", "}", "[", "]", ",", ":", `"`, "'", " ", "\n", "\r", "\r\n", "\t", `"k"`, `"a b"`, "'s'", "k", "abc", "null", "true", "false", "NaN", "nullx", "N", "In", "Infinity", "+", "+I", "-I", "-INF", "-Infinity", "INF",
		"0", "-", "1", "-1", "01", "-01", "00", "5", ".5", "1.", "-.5", "1e5", "1E-3", "1e+", "1e", "e", "+1", "1.5", "1.e", "1.x", "2147483648", "1x", "1.5E300",
		`\n`, `\u0041`, `\ud83d`, `\x41`, `\q`, `\'`, `\é`, `\😀`, `\\`, `\"`, `\`, `\u00`, `\u00g1`, "\x01", "\x1a", "\x1f", "\x7f", "\u0085", "~", "é", "€", "😀", "/", "//", "/*", "#", "=", "&", "<", "_", "$", "a\u0301",
		"\xff", "\xc3", "\xc3\x28", "\xe2\x82", "\xf0\x9f\x98", "\x80", "\xe2\x28\xa1", "\xf8",
		`"k":`, `"k":1,`, `{"a":`, `{"a":1}`, `[1,2]`, `"x/y"`, `"é😀"`, `  `, `"\`, "\"a\nb\"", "\"a\tb\"", "{\n  \"a\": \"b\",\n  ", strings.Repeat("x", 100), strings.Repeat("y", 300), `"` + strings.Repeat("z", 490) + `"`,
	}
	var b strings.Builder
	for range 1 + r.IntN(12) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	switch r.IntN(4) {
	case 0:
		return `{"k":` + b.String() + "}"
	case 1:
		return `{"k":"` + b.String() + `"}`
	}
	return b.String()
}
