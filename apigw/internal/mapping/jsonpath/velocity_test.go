//go:build velocity

package jsonpath_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonpath"
	"example.com/apigw/internal/mapping/jsonsmart"
	"example.com/apigw/internal/oracle"
)

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

// generate returns small documents over few names, so that paths hit.
func generate(r *rand.Rand, depth int) string {
	n := r.IntN(4)
	if depth == 0 {
		n = 9
	}
	var b strings.Builder
	switch n {
	case 0, 1:
		b.WriteByte('{')
		for i := range r.IntN(5) {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + pick(r, "a", "b", "c", "a b", "k-d", "1") + `":` + generate(r, depth-1))
		}
		b.WriteByte('}')
	case 2:
		b.WriteByte('[')
		for i := range r.IntN(5) {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(generate(r, depth-1))
		}
		b.WriteByte(']')
	default:
		return pick(r, "1", "2", "10", "2.0", "-1", "1e3", "12345678901", "123456789012345678901", "0.30000000000000004", "true", "false", "null",
			`"x"`, `"xy"`, `"10"`, `"null"`, `""`, `"true"`, `"it's"`, `"é"`, `"😀"`, `"￿"`, "NaN")
	}
	return b.String()
}

func pathOf(r *rand.Rand) string {
	if r.IntN(20) == 0 { // no path at all
		var b strings.Builder
		for range r.IntN(8) {
			b.WriteString(pick(r, "$", "@", ".", "..", "[", "]", "'", "?", "(", ")", "*", ",", ":", "-", "1", "a", " ", `"`, "==", "&&", "/"))
		}
		return b.String()
	}
	p := pick(r, "$", "$", "$", "$", "", "@")
	for range 1 + r.IntN(4) {
		p += step(r, 2)
	}
	return p
}

func step(r *rand.Rand, depth int) string {
	switch r.IntN(12) {
	case 0, 1, 2, 3:
		return pick(r, ".a", ".b", ".c", ".k-d", ".1", ".a.b")
	case 4:
		return pick(r, "['a']", "['a b']", "['a','b']", "['a', 'b', 'zz']", "[ 'a' ]", `["a"]`, "['a]", "['']", "[a]", "[a1]")
	case 5, 6:
		return pick(r, "[0]", "[1]", "[2]", "[-1]", "[0,1]", "[0,]", "[,0]", "[0,5]", "[1:]", "[:1]", "[:2]", "[-2:]", "[:-1]", "[0:2]", "[1:3]", "[-2:2]", "[0:-1]",
			"[:]", "[0:1:2]", "[1,2:3]", "[0:1,2]", "[(@.length-1)]", "[(@.size()-1)]", "[(@.length-9)]", "[(@.length)]", "[@.length-1]", "[ 0 ]", "[1 0]", "[1a]", "[-]", "[99999999999]", "[1")
	case 7:
		return pick(r, ".*", "[*]", "*")
	case 8:
		return pick(r, "..", "..a", "..b", "..*", "..[0]", "...a", "....a", "..['a','b']", "..[*]")
	case 9:
		return pick(r, "$", ".", "..$", ".[0]", " ", ". a", "[?]", "[?,?]", "[]", "[ * ]", "[[?(@.a)]]", "[?(@.a]", "[(", "[?()]", "[?(@.a &&)]", "[?a]", "[?('x')]", "[?(@.a == ')]", "[?(@.a =~ /)]", "[?(!@.a == 1)]", "[?(@.a == !@.b)]", "[?(@..a == 1)]", "[?(@.a =~ 'x')]", "[?( (@.a) )]")
	}
	conditions := condition(r, depth)
	for range r.IntN(3) {
		conditions += pick(r, " && ", " || ", "&&", "||") + condition(r, depth)
	}
	return "[?(" + conditions + ")]" + pick(r, "", "", ".a", ".b")
}

func condition(r *rand.Rand, depth int) string {
	left := pick(r, "@.a", "@.b", "@.c", "@", "@.a.b", "$.a", "@['a']", "@['a','b']", "@[0]", "@.a[0]")
	if depth > 0 && r.IntN(12) == 0 {
		left = "@" + step(r, depth-1)
	}
	switch r.IntN(6) {
	case 0:
		return pick(r, "", "!") + left
	case 1:
		return left + pick(r, " =~ ", "=~") + pick(r, "/x.*/", "/X/i", "/[0-9]+/", "/1|true/", "/\\d+/", "/(/")
	case 2:
		return pick(r, "'x'", "10", "true", "null", "'null'", "/x/") + pick(r, " == ", " != ", " < ", ">=") + left
	}
	return left + pick(r, " == ", " != ", " < ", " > ", " <= ", " >= ", "==", "<") +
		pick(r, "1", "2.0", "10", "'x'", "'10'", "'true'", "true", "null", "'null'", `"x"`, "'it\\'s'", "-1", "1e3", "123456789012345678901", "@.b", "$.a", "$.b.c", "", "abc", "'é'", "'😀'", "'￿'", "x y")
}

func TestPathsReadAsJsonPath(t *testing.T) {
	jvm, err := oracle.Compile()
	if err != nil {
		t.Fatal(err)
	}
	defer jvm.Close()
	for seed := range uint64(3) { // JsonPath becomes slow when one JVM has met many paths
		comparePaths(t, jvm, rand.New(rand.NewPCG(3, seed)))
	}
}

func comparePaths(t *testing.T, jvm *oracle.JVM, r *rand.Rand) {
	const n = 20_000
	cases := make([]oracle.Reading, n)
	for i := range cases {
		cases[i] = oracle.Reading{Body: generate(r, 4), Path: pathOf(r)}
	}
	results, err := jvm.Read(cases)
	if err != nil {
		t.Fatal(err)
	}
	differences, found := 0, 0
	for i, want := range results {
		got := read(t, cases[i])
		if got.Out != want.Out || (got.Error == "") != (want.Error == "") {
			t.Errorf("%q of %s:\n%v, JsonPath:\n%v", cases[i].Path, cases[i].Body, got, want)
			if differences++; differences > 20 {
				t.Fatal("got more than 20 differences, want none")
			}
		}
		if want.Out != "" {
			found++
		}
	}
	t.Logf("%d paths, %d found something", n, found)
}

func read(t *testing.T, c oracle.Reading) oracle.Result {
	doc, err := jsonsmart.Parse(c.Body)
	if err != nil {
		t.Fatal(err)
	}
	v := doc
	if c.Path != "" && c.Path != "$" && doc != nil {
		p, err := jsonpath.Compile(c.Path)
		if err != nil {
			return oracle.Result{Error: err.Error()}
		}
		if v, _, err = p.Read(context.Background(), doc); err != nil {
			return oracle.Result{Error: err.Error()}
		}
	}
	if v == nil {
		return oracle.Result{}
	}
	text, err := jsonsmart.Text(v)
	if err != nil {
		t.Fatal(err)
	}
	class := java.ClassOf(v)
	return oracle.Result{Out: java.ToString(v) + "|" + text + "|" + class}
}
