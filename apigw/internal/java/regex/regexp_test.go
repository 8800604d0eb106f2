package regex

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// javaCase is what java.util.regex of JDK 17 does with a pattern and a text.
type javaCase struct {
	Pattern  string
	Error    bool // the pattern does not compile
	Input    string
	Matches  bool
	All      string   // replaceAll with <$0>
	First    string   // replaceFirst with [\$]
	Split    []string // with limit 0
	SplitAll int      `json:"split_all"` // how many parts with limit -1
	SplitTwo int      `json:"split_two"` // with limit 2
	Fails    bool     // Java runs out of stack
}

func TestJava(t *testing.T) {
	f, err := os.Open("testdata/java.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var c javaCase
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		re, err := Compile(c.Pattern)
		if (err != nil) != c.Error {
			t.Errorf("%q: got error %v, want one: %v", c.Pattern, err, c.Error)
		}
		if err != nil || c.Error || c.Fails {
			continue
		}
		matches, err1 := re.Matches(c.Input)
		all, err2 := re.ReplaceAll(c.Input, "<$0>", 10000)
		first, err3 := re.ReplaceFirst(c.Input, `[\$]`, 10000)
		split, err4 := re.Split(c.Input, 0)
		splitAll, err5 := re.Split(c.Input, -1)
		splitTwo, err6 := re.Split(c.Input, 2)
		if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
			t.Errorf("%q of %q: got %v, want no error", c.Pattern, c.Input, err)
			continue
		}
		if len(split) == 0 && len(c.Split) == 0 {
			split = c.Split
		}
		if matches != c.Matches || all != c.All || first != c.First || !reflect.DeepEqual(split, c.Split) || len(splitAll) != c.SplitAll || len(splitTwo) != c.SplitTwo {
			t.Errorf("%q of %q:\n got %v %q %q %q %d %d\nwant %v %q %q %q %d %d", c.Pattern, c.Input,
				matches, all, first, split, len(splitAll), len(splitTwo), c.Matches, c.All, c.First, c.Split, c.SplitAll, c.SplitTwo)
		}
	}
}

func TestReplacement(t *testing.T) {
	for _, c := range []struct{ pattern, input, with, want string }{
		{`(\w+) (\w+)`, "a b", "$2 $1", "b a"},
		{`(?<first>\w)`, "ab", "${first}!", "a!b!"},
		{`(a)|(b)`, "ab", "[$1$2]", "[a][b]"},
		{`a`, "a", `\$1\\`, `$1\`},
		{`(a)`, "a", "$12", "a2"},
		{`(a)(b)?`, "a", "<$2>", "<>"},
		{`é`, "aéb", "é$0", "aééb"},
		{`a`, "b", "$9", "b"},
	} {
		re, err := Compile(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := re.ReplaceAll(c.input, c.with, 100); err != nil || got != c.want {
			t.Errorf("%s with %s: %q, %v, want %q", c.pattern, c.with, got, err, c.want)
		}
	}
	re, err := Compile(`(?<n>a)`)
	if err != nil {
		t.Fatal(err)
	}
	for _, with := range []string{`$2`, `$x`, `$`, `\`, `${m}`, `${n`, `a$`} {
		if got, err := re.ReplaceAll("a", with, 100); err == nil {
			t.Errorf("the replacement %s: got %q, want an error", with, got)
		}
	}
}

// TestReplaceAsJava has what Velocity on JDK 17 recorded of replaceAll.
func TestReplaceAsJava(t *testing.T) {
	f, err := os.Open("testdata/replace.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		var c struct{ Kind, Input, Pattern, With, Want string }
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		t.Run(c.Kind+" "+c.Pattern, func(t *testing.T) {
			re, err := Compile(c.Pattern)
			if err != nil {
				t.Fatalf("got %v, want no error", err)
			}
			if got, err := re.ReplaceAll(c.Input, c.With, 1000); err != nil || got != c.Want {
				t.Errorf("got %q, %v; want %q", got, err, c.Want)
			}
		})
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

type pair struct{ pattern, text string }

// say is what this package says to a pair, in the words of testdata/Patterns.java.
func say(p pair) string {
	re, err := Compile(p.pattern)
	if err != nil {
		return "error"
	}
	re = re.WithTimeout(5 * time.Second)
	all, err := re.Matches(p.text)
	var b strings.Builder
	b.WriteByte('0')
	if all {
		b.Reset()
		b.WriteByte('1')
	}
	f := re.finder(p.text)
	for err == nil {
		var ok bool
		if ok, err = f.next(); !ok {
			break
		}
		fmt.Fprintf(&b, " %d-%d", f.groups[0], f.groups[1])
		for g := 1; g <= re.program.groups; g++ {
			fmt.Fprintf(&b, ",%d-%d", f.groups[2*g], f.groups[2*g+1])
		}
	}
	switch {
	case errors.Is(err, ErrTimeout):
		return "slow"
	case err != nil:
		return "fails"
	}
	return b.String()
}

// TestMatchesAsRecorded has what Java 17 finds, with the places of all groups.
func TestMatchesAsRecorded(t *testing.T) {
	f, err := os.Open("testdata/pairs.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		var c struct{ Pattern, Text, Want string }
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if got := say(pair{c.Pattern, c.Text}); got != c.Want {
			t.Errorf("%q of %q: got %s, want %s", c.Pattern, c.Text, got, c.Want)
		}
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

// Matching nothing can end between the halves of a surrogate pair, which then
// stand for themselves in three bytes each.
func TestHalves(t *testing.T) {
	const high, low = "\xed\xa0\xbd", "\xed\xb8\x80"
	for _, c := range []struct{ pattern, input, with, want string }{
		{"", "😀", "-", "-" + high + "-" + low + "-"},
		{"", "a😀", "", "a😀"},
		{"x*", "é😀y", "x", "xéx" + high + "x" + low + "xyx"},
		{`\ud83d`, high + "a", "$0$0", high + high + "a"},
		{"-", high + "-" + low, "", "😀"},
		{"-", high + "-" + high + low + "-" + "퟿", "", high + "😀퟿"},
		{"b", "😀" + low, "", "😀" + low},
		{high + low, "😀", "x", "x"},
	} {
		re, err := Compile(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := re.ReplaceAll(c.input, c.with, 100); err != nil || got != c.want {
			t.Errorf("%q of %q with %q: got %q, %v; want %q", c.pattern, c.input, c.with, got, err, c.want)
		}
	}
	re, err := Compile("")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := re.Split("é😀", 0); err != nil || !reflect.DeepEqual(got, []string{"é", high, low}) {
		t.Errorf("got %q, %v; want the halves", got, err)
	}
}

// What Java accepts and is refused here says why.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ pattern, want string }{
		{`\N{LATIN SMALL LETTER A}`, "Illegal/unsupported escape sequence"},
		{`(?c)[a]`, "A class under the flag c is not supported"},
		{`(?c)\w`, "A class under the flag c is not supported"},
		{`(?c).`, "A dot under the flag c is not supported"},
		{`[\da&&]`, "Bad class syntax"},
		{`\p{sc=Xyz}`, "Unknown Unicode property {name=<sc>, value=<Xyz>}"},
		{`\p{IsXyz}`, "Unknown character property name {IsXyz}"},
	} {
		if _, err := Compile(c.pattern); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.pattern, err, c.want)
		}
	}
}

func TestDepth(t *testing.T) {
	re, err := Compile("(?:a|b)*?c")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := re.WithTimeout(time.Minute).Find(strings.Repeat("ab", maxDepth)); !errors.Is(err, ErrTooDeep) {
		t.Errorf("got %v, want %v", err, ErrTooDeep)
	}
	if ok, err := re.WithTimeout(time.Minute).Find(strings.Repeat("ab", 5000) + "c"); !ok || err != nil {
		t.Errorf("got %v, %v; want a match", ok, err)
	}
}

func TestLimits(t *testing.T) {
	re, err := Compile(`(?:a+)+(b)\1`) // with a reference, failures cannot be remembered
	if err != nil {
		t.Fatal(err)
	}
	re = re.WithTimeout(20 * time.Millisecond)
	text := strings.Repeat("a", 40)
	if _, err := re.Matches(text); !errors.Is(err, ErrTimeout) {
		t.Errorf("Matches: got %v, want %v", err, ErrTimeout)
	}
	if _, err := re.Find(text); !errors.Is(err, ErrTimeout) {
		t.Errorf("Find: got %v, want %v", err, ErrTimeout)
	}
	if _, err := re.ReplaceAll(text, "", 100); !errors.Is(err, ErrTimeout) {
		t.Errorf("ReplaceAll: got %v, want %v", err, ErrTimeout)
	}
	if _, err := re.Split(text, 0); !errors.Is(err, ErrTimeout) {
		t.Errorf("Split: got %v, want %v", err, ErrTimeout)
	}
	if _, err := re.WithTimeout(-1).Find("x"); !errors.Is(err, ErrTimeout) {
		t.Errorf("without time: got %v, want %v", err, ErrTimeout)
	}
	short, err := Compile("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := short.ReplaceAll("aaaa", "bbbb", 10); !errors.Is(err, ErrTooLong) {
		t.Errorf("ReplaceAll: got %v, want %v", err, ErrTooLong)
	}
	if _, err := short.ReplaceFirst("axxxxxxxxxxxxxxxx", "b", 10); !errors.Is(err, ErrTooLong) {
		t.Errorf("ReplaceFirst: got %v, want %v", err, ErrTooLong)
	}
	for _, pattern := range []string{strings.Repeat("(", 100000), strings.Repeat("[", 60000), strings.Repeat("a", maxPattern+1), strings.Repeat("(?:", 20000),
		"(?U)" + strings.Repeat(`\W`, 30000), "(?U)[" + strings.Repeat(`\W`, 30000) + "]", "(?U)" + strings.Repeat(`[\W]`, 12000), "(?U)[" + strings.Repeat(`[\W]`, 12000) + "]"} {
		if _, err := Compile(pattern); err == nil {
			t.Errorf("%.10s…: got no error, want one", pattern)
		}
	}
}

func TestErrors(t *testing.T) {
	_, err := Compile("ab(")
	var s *SyntaxError
	if !errors.As(err, &s) || s.Index != 3 || err.Error() != "Unclosed group near index 3 of ab(" {
		t.Errorf("got %v, want an unclosed group at 3", err)
	}
	re, err := Compile("a")
	if err != nil || re.String() != "a" {
		t.Errorf("got %v, %v; want a", re, err)
	}
}

func TestSplitLiteral(t *testing.T) {
	for _, c := range []struct {
		pattern string
		limit   int
		want    []string
	}{
		{",", 0, []string{"a", "", "b"}}, {",", -1, []string{"a", "", "b", "", ""}}, {",", 2, []string{"a", ",b,,"}}, {`\.`, 0, []string{"a,,b,,"}}, {"x", 0, []string{"a,,b,,"}},
	} {
		got, ok := SplitLiteral("a,,b,,", c.pattern, c.limit)
		if !ok || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s, %d: got %q, %v; want %q", c.pattern, c.limit, got, ok, c.want)
		}
	}
	for _, pattern := range []string{".", "ab", "", `\d`, "é"} {
		if _, ok := SplitLiteral("a", pattern, 0); ok {
			t.Errorf("%q: got one character, want a pattern", pattern)
		}
	}
	if got, _ := SplitLiteral("", ",", 0); !reflect.DeepEqual(got, []string{""}) {
		t.Errorf("got %q, want one empty part", got)
	}
}

// FuzzCompile: no panic, no hang, and what compiles can be used.
func FuzzCompile(f *testing.F) {
	for _, p := range []string{"a", `(?<n>a)\k<n>`, `[a-z&&[^b]]`, `\Qa\E+`, `(?i)[é-ü]`, `a{2,3}+`, `(?x) a # b`, `\p{L}\P{Lu}\pN`, `(?m)^$`, `\R\X\h`} {
		f.Add(p, "abc é\n", "$0")
	}
	f.Fuzz(func(t *testing.T, pattern, input, with string) {
		if !utf8.ValidString(pattern) || len(pattern) > 200 || len(input) > 200 {
			return
		}
		re, err := Compile(pattern)
		if err != nil {
			var s *SyntaxError
			if !errors.As(err, &s) {
				t.Fatalf("%q: got a %T, want a *SyntaxError", pattern, err)
			}
			return
		}
		re = re.WithTimeout(50 * time.Millisecond)
		_, _ = re.Matches(input)
		_, _ = re.ReplaceAll(input, with, 10000)
		parts, err := re.Split(input, -1)
		if err == nil && len(parts) == 0 {
			t.Fatalf("%q of %q: got no part, want one at least", pattern, input)
		}
	})
}
