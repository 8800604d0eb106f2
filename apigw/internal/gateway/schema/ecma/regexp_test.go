package ecma

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

// rhinoCase is what the JavaScript engine Rhino 1.7.14 does with a pattern and a
// text: it refuses the pattern, or finds it or not.
type rhinoCase struct{ Pattern, Text, Result string }

func TestPatternsAsRecorded(t *testing.T) {
	data, err := os.ReadFile("testdata/rhino.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(data) {
		n++
		var c rhinoCase
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		got := "invalid"
		if re, err := Compile(c.Pattern); err == nil {
			found, err := re.Find(c.Text)
			if got = fmt.Sprint(found); err != nil {
				got = err.Error()
			}
		}
		if got != c.Result {
			t.Errorf("%q in %q: got %s, want %s", c.Pattern, c.Text, got, c.Result)
		}
	}
	if n < 2000 {
		t.Errorf("got %d cases, want 2000 at least", n)
	}
}

func TestDialect(t *testing.T) {
	for _, test := range []struct {
		rule, pattern, text, want string
	}{
		{"characters are UTF-16 units", `^..$`, "😀", "true"},
		{"half of a surrogate pair can be named", `^\ud83d\ude00$`, "😀", "true"},
		{"there are no properties", `^\p{L}$`, "p{L}", "true"},
		{"nor anchors of other dialects", `\Aa\z`, "Aaz", "true"},
		{"a dollar is the very end", `a$`, "a\n", "false"},
		{"a dot matches no line end", `a.b`, "a\u2028b", "false"},
		{"a class in a range is a member", `^[a-\d]$`, "-", "true"},
		{"digits beyond the groups are octal", `^\101$`, "A", "true"},
		{"a group that is unset matches nothing", `^(?:(a)|b)\1c$`, "bc", "true"},
		{"a round of a loop unsets its groups", `^(?:(a)|b)*\1c$`, "abac", "false"},
		{"zero times is any number of times", `^a{0}$`, "aaa", "true"},
		{"an empty class matches nothing", `[]`, "a", "false"},
		{"and its opposite all", `^[^]$`, "\n", "true"},
		{"white space of Unicode", `^\s+$`, "\u00a0\u2003\ufeff", "true"},
		{"an empty look-ahead at the start is wrong", `(?=)`, "a", "false"},
		{"and so is its opposite", `(?!)`, "a", "true"},
		{"look-behind", `(?<=a)b`, "", "invalid quantifier ?"},
		{"a name", `(?<n>a)`, "", "invalid quantifier ?"},
		{"options", `(?i)a`, "", "invalid quantifier ?"},
		{"a possessive quantifier", `a++`, "", "invalid quantifier +"},
		{"a quantifier of an assertion", `^*`, "", "invalid quantifier *"},
		{"a count that is too large", `a{65535}`, "", "the minimum is too large"},
		{"counts in the wrong order", `a{2,1}`, "", "maximum of quantifier less than minimum"},
		{"a quantifier that is cut off", `a{1,23`, "", "unterminated quantifier"},
		{"one that is cut off earlier is text", `^a{1,2$`, "a{1,2", "true"},
		{"a group that is open", `(a`, "", "unterminated parenthetical"},
		{"a group that is not", `a)`, "", "unmatched ) in regular expression"},
		{"a class that is open", `[a\]`, "", "unterminated character class"},
		{"a range that runs backwards", `[b-a]`, "", "invalid range in character class"},
		{"a backslash at the end", `a\`, "", `trailing \ in regular expression`},
		{"many groups", strings.Repeat("(", 501) + strings.Repeat(")", 501), "", "the groups of the regular expression are nested too deeply"},
		{"a long pattern", strings.Repeat("a", maxPattern+1), "", "the regular expression is too long"},
		{"a range that only matching finds", `[\wz-a]`, "a", `invalid range in character class: 'z' to 'a'`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			re, err := Compile(test.pattern)
			got := ""
			if err == nil {
				var found bool
				found, err = re.Find(test.text)
				got = fmt.Sprint(found)
				if re.String() != test.pattern {
					t.Errorf("got the pattern %s, want %s", re, test.pattern)
				}
			}
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("%q in %q: got %s, want %s", test.pattern, test.text, got, test.want)
			}
		})
	}
}

func TestMatchingIsBounded(t *testing.T) {
	re, err := Compile(`^(a+)+$`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.Find(strings.Repeat("a", 60) + "!"); !errors.Is(err, ErrTimeout) {
		t.Errorf("got %v, want %v", err, ErrTimeout)
	}
}

// FuzzCompile: no panic, and what compiles can be used.
func FuzzCompile(f *testing.F) {
	for _, pattern := range []string{`^[a-z]+$`, `(a|b)*\1`, `[\d-x]`, `\u00e9{2,3}?`, `(?=a)(?!b)`, `\c\x4`} {
		f.Add(pattern, "abc é😀")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 200 || len(text) > 100 {
			return
		}
		re, err := Compile(pattern)
		if err != nil {
			if _, ok := errors.AsType[syntaxError](err); !ok {
				t.Fatalf("%q is translated to what the engine refuses: %v", pattern, err)
			}
			return
		}
		_, _ = re.Find(text)
	})
}
