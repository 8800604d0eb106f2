//go:build velocity

package regex

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"example.com/apigw/internal/oracle"
)

//go:embed testdata/Patterns.java
var patternsJava string

// sameText is the text of the pair before.
const sameText = "="

// ask returns what the JDK says to pairs of patterns and texts.
func ask(t *testing.T, pairs []pair) []string {
	t.Helper()
	jvm, err := oracle.Compile(oracle.Source{Class: "Patterns", Text: patternsJava})
	if err != nil {
		t.Fatal(err)
	}
	defer jvm.Close()
	var in bytes.Buffer
	for _, p := range pairs {
		text := sameText
		if p.text != sameText {
			text = hexOf(p.text)
		}
		fmt.Fprintf(&in, "%s\t%s\n", hexOf(p.pattern), text)
	}
	java := jvm.Command("Patterns")
	java.Stdin, java.Stderr = &in, os.Stderr
	out, err := java.Output()
	if err != nil {
		t.Fatal(err)
	}
	var results []string
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<30)
	for lines.Scan() {
		results = append(results, lines.Text())
	}
	if lines.Err() != nil || len(results) != len(pairs) {
		t.Fatalf("%d pairs gave %d results, %v", len(pairs), len(results), lines.Err())
	}
	return results
}

func hexOf(s string) string {
	var b strings.Builder
	for _, u := range newInput(s).units {
		fmt.Fprintf(&b, "%04x", u)
	}
	return b.String()
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

var (
	plainAtoms = []string{"a", "b", "c", "ab", "abc", ".", "^", "$", "1", "-", ",", "&", "]", "}", " ", "#", "A", "é"}
	classAtoms = []string{`\d`, `\D`, `\w`, `\W`, `\s`, `\S`, `\h`, `\H`, `\v`, `\V`, `\p{L}`, `\pL`, `\PN`, `\p{Lu}`, `\p{Upper}`, `\p{Lower}`,
		`\p{Punct}`, `\p{IsLatin}`, `\p{IsLowercase}`, `\P{InGreek}`, `\p{javaMirrored}`, `\p{sc=Grek}`, `\p{IsAlphabetic}`, `\p{gc=Ll}`, `\p{Alpha}`}
	nodeAtoms = []string{`\b`, `\B`, `\A`, `\z`, `\Z`, `\G`, `\R`, `\X`, `\b{g}`, `\1`, `\2`, `\k<n>`, `\10`, `\Qa.b\E`, `\Q*\E`, `\t`, `\n`, `\r`,
		`\x41`, `\u0061`, `\x{1F600}`, `\0101`, `\cA`, `\.`, `\\`, `\é`, `\y`, `\N`}
	oddAtoms    = []string{"😀", "ß", "ẞ", "ſ", "K", "İ", "ı", "ǅ", "\u0301", "Σ", "ς", "ᄀ", "각", "\u200d", "👨", "🇩", "𐐀", "𐐨", "µ", "ÿ", "Å"}
	texts       = []string{"a", "b", "c", "ab", "abc", "1", "-", ",", "&", "]", "}", " ", "#", "A", "B", "é", "É", "\n", "\r", "\r\n", "\u0085", "\u2028", "\t", "."}
	oddTexts    = append([]string{"s", "S", "k", "i", "I", "ss", "σ", "ᅡ", "ᆨ", "🇪", "🏽", "❤", "\u0903", "\u0600", "å", "Μ", "Ÿ", "\xed\xa0\xbd", "\xed\xb8\x80"}, oddAtoms...)
	quantifiers = []string{"*", "+", "?", "{2}", "{0,2}", "{1,}", "{2,3}", "{0}"}
)

// generate returns a pattern, most of which compile.
func generate(r *rand.Rand, depth int) string {
	var b strings.Builder
	for range 1 + r.IntN(3) {
		switch n := r.IntN(20); {
		case n < 6 || depth == 0:
			b.WriteString(pick(r, plainAtoms...))
		case n < 8:
			b.WriteString(pick(r, classAtoms...))
		case n < 10:
			b.WriteString(pick(r, nodeAtoms...))
		case n < 11:
			b.WriteString(pick(r, oddAtoms...))
		case n < 13:
			b.WriteString(class(r, 2))
		case n < 14:
			b.WriteString(pick(r, "(?i)", "(?u)", "(?iu)", "(?U)", "(?x)", "(?m)", "(?s)", "(?d)", "(?-i)", "(?im-s)", "(?iU)", "(?c)", "(?q)", "(?-U)"))
		default:
			b.WriteString(pick(r, "(", "(", "(", "(?:", "(?:", "(?<n>", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?iu:"))
			b.WriteString(generate(r, depth-1))
			for range r.IntN(3) {
				b.WriteString("|")
				if r.IntN(5) > 0 {
					b.WriteString(generate(r, depth-1))
				}
			}
			b.WriteString(")")
		}
		if r.IntN(3) == 0 {
			b.WriteString(pick(r, quantifiers...) + pick(r, "", "", "", "?", "+"))
		}
	}
	return b.String()
}

func class(r *rand.Rand, depth int) string {
	var b strings.Builder
	b.WriteString(pick(r, "[", "[", "[^"))
	for range 1 + r.IntN(4) {
		switch n := r.IntN(12); {
		case n < 4:
			b.WriteString(pick(r, plainAtoms...))
		case n < 6:
			b.WriteString(pick(r, "a-c", "A-z", "0-9", "a-", "-c", `\v-\v`, `a-\d`, `\d-z`, "ａ-ｚ", "😀-😂", "c-a", "À-ÿ", "𐐀-𐐧", `\t-\r`, "a-[b]"))
		case n < 8:
			b.WriteString(pick(r, classAtoms...))
		case n < 9:
			b.WriteString(pick(r, oddAtoms...))
		case n < 10 && depth > 0:
			b.WriteString(class(r, depth-1))
		case n < 11:
			b.WriteString("&&")
		default:
			b.WriteString(pick(r, `\Qa-]\E`, `\x41`, `\n`, `\]`, `\b`, `\R`, "&", "^"))
		}
	}
	b.WriteString("]")
	return b.String()
}

func textOf(r *rand.Rand) string {
	var b strings.Builder
	odd := r.IntN(3) == 0
	for range r.IntN(9) {
		if odd && r.IntN(2) == 0 {
			b.WriteString(pick(r, oddTexts...))
		} else {
			b.WriteString(pick(r, texts...))
		}
	}
	return joinHalves(b.String())
}

// compare fails the test where the JDK says something else.
func compare(t *testing.T, pairs []pair) {
	t.Helper()
	stats := map[string]int{}
	text, differences := "", 0
	for i, want := range ask(t, pairs) {
		p := pairs[i]
		if p.text == sameText {
			p.text = text
		}
		text = p.text
		got := say(p)
		switch {
		case want == "slow" || want == "fails" || want == "error":
			stats[want]++
		default:
			stats["fine"]++
		}
		if got == want || want == "slow" && got != "error" || want == "fails" || got == "error" && refused(p.pattern) {
			continue
		}
		t.Errorf("%q of %q: got %s, want %s", p.pattern, p.text, got, want)
		if differences++; differences > 20 {
			t.Fatal("got more than 20 differences, want none")
		}
	}
	t.Logf("%d pairs: %v", len(pairs), stats)
}

// refused reports whether a pattern has what is documented to be refused though
// Java accepts it: names of characters, what canonical equivalence changes, and
// classes in which nothing follows &&, with which Java fails when they meet a
// character.
func refused(pattern string) bool {
	return strings.Contains(pattern, `\N`) || strings.Contains(pattern, "(?c)") || strings.Contains(pattern, "&&]") || strings.Contains(pattern, "&&&")
}

// TestMatchesAsJava compares random patterns and texts: $PATTERNS of them, from
// the seed $SEED.
func TestMatchesAsJava(t *testing.T) {
	n := 100_000
	if s := os.Getenv("PATTERNS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	seed, _ := strconv.ParseUint(os.Getenv("SEED"), 10, 64)
	r := rand.New(rand.NewPCG(17, seed))
	pairs := make([]pair, n)
	for i := range pairs {
		if i%4 == 0 {
			pairs[i].pattern = generate(r, 3)
		} else {
			pairs[i].pattern = pairs[i-1].pattern
		}
		pairs[i].text = textOf(r)
	}
	compare(t, pairs)
}

// TestClustersAsJava compares the clusters and their boundaries in random text.
func TestClustersAsJava(t *testing.T) {
	r := rand.New(rand.NewPCG(18, 1))
	var pool [clusterPictograph + 1][]rune
	for _, c := range clusters {
		pool[c.class] = append(pool[c.class], c.lo, c.hi)
	}
	pool[clusterOther] = []rune{'a', 'é', '😀' - 0xF000}
	pool[clusterLV], pool[clusterLVT] = []rune{0xAC00, 0xAC1C}, []rune{0xAC01, 0xD7A3}
	var pairs []pair
	for range 20_000 {
		var text []rune
		for range 1 + r.IntN(7) {
			class := pool[r.IntN(len(pool))]
			if c := class[r.IntN(len(class))]; c < 0xD800 || c > 0xDFFF {
				text = append(text, c)
			}
		}
		pairs = append(pairs, pair{pick(r, `\X`, `\b{g}`, `\X\b{g}`, `.\b{g}`, `\X{2}`, `\X*?\b{g}.`), string(text)})
	}
	compare(t, pairs)
}

// everything has all characters but for the surrogates, whose places in it are
// counted in UTF-16 units.
func everything() (text string, charAt map[int]rune) {
	var b strings.Builder
	charAt = make(map[int]rune)
	at := 0
	for c := range unicode.MaxRune + 1 {
		if utf16.IsSurrogate(c) {
			continue
		}
		b.WriteRune(c)
		charAt[at] = c
		at += utf16.RuneLen(c)
	}
	return b.String(), charAt
}

// membersOf reads a result of a pattern that matches a set's characters in a row.
func membersOf(t *testing.T, result string, charAt map[int]rune, end int) set {
	var s set
	for f := range strings.FieldsSeq(result[1:]) {
		var from, to int
		if _, err := fmt.Sscanf(f, "%d-%d", &from, &to); err != nil {
			t.Fatalf("%q: %v", f, err)
		}
		last := rune(unicode.MaxRune)
		if to < end {
			last = charAt[to] - 1
		}
		s = append(s, runeRange{charAt[from], last})
	}
	return normal(s)
}

// names returns property names: those that are here, in full, and how else they,
// and names that there may be, can be written.
func names() (full, others []string) {
	for name := range properties {
		full = append(full, name, "gc="+name)
		others = append(others, "Is"+name, "java"+name, "general_category="+name, "Gc="+strings.ToLower(name))
	}
	for name := range binary {
		full = append(full, "Is"+name)
		others = append(others, name, strings.ToLower(name), "Is"+strings.ToLower(name))
	}
	for name := range posix {
		full = append(full, "Is"+name, name)
		others = append(others, strings.ToLower(name), "Is"+strings.ToLower(name))
	}
	for name, script := range scripts {
		if name == script {
			full = append(full, "sc="+name)
		}
		others = append(others, name, "Is"+name, "Is"+strings.ToLower(name), "sc="+name, "Script="+name, "script="+strings.ToLower(name))
	}
	for _, b := range blocks {
		for i, name := range strings.Split(b.names, "|") {
			if i == 0 {
				full = append(full, "In"+name)
			}
			others = append(others, "In"+name, "blk="+strings.ToLower(name), "block="+name, "Is"+name)
		}
	}
	for name := range unicode.Properties {
		others = append(others, name, "Is"+name)
	}
	for name := range unicode.Scripts {
		others = append(others, name, "Is"+name)
	}
	for name := range unicode.Categories {
		others = append(others, name, "Is"+name)
	}
	others = append(others, "Emoji", "IsEmoji", "IsEmoji_Presentation", "IsExtended_Pictographic", "IsAny", "javaEmoji", "javaSpace",
		"javaValidCodePoint", "javaSurrogate", "Inxyz", "blk=xyz", "x=y", "gc=", "=", "In", "Is", "^L", "")
	return full, others
}

// changed are the characters that Unicode 13 has and the version of Go describes
// in another way.
var changed = set{
	{0x0C04, 0x0C04}, {0x0F82, 0x0F83}, {0x11080, 0x11081}, // alphabetic since version 14
	{0x10FC, 0x10FC}, {0xAB69, 0xAB69}, // in lower case since version 15
	{0x1734, 0x1734},   // a spacing mark since version 14
	{0x16FE2, 0x16FE3}, // of another script since version 14
}

// TestPropertiesAsJava compares the members of every property. Java 17 has Unicode 13, and Go a later version: what was not
// assigned in the first may differ.
func TestPropertiesAsJava(t *testing.T) {
	full, others := names()
	text, charAt := everything()
	unknown := union(unassignedInJava(t), changed)
	differ := compareProperties(t, full, text, charAt, unknown, true)

	// The other names stand for the same sets, whose ends tell them apart.
	var b strings.Builder
	var ends []rune
	for _, name := range full {
		s, _ := property(name, false, true)
		for _, r := range s {
			ends = append(ends, r.lo, r.hi, r.hi+1)
		}
	}
	slices.Sort(ends)
	sampleAt, at := make(map[int]rune), 0
	for _, c := range slices.Compact(ends) {
		if c <= unicode.MaxRune && !utf16.IsSurrogate(c) && !unknown.has(c) {
			b.WriteRune(c)
			sampleAt[at] = c
			at += utf16.RuneLen(c)
		}
	}
	differ = union(differ, compareProperties(t, slices.Concat(full, others), b.String(), sampleAt, unknown, false))
	if len(differ) > 0 {
		t.Errorf("got properties that differ from the JDK's at %s, want none", show(differ))
	}
	t.Logf("%d and %d names, %d characters that the JDK does not know", len(full), len(others), count(unknown))
}

// compareProperties returns the characters of the text whose properties differ,
// in the settings of the flags that matter here or in two.
func compareProperties(t *testing.T, names []string, text string, charAt map[int]rune, unknown set, brief bool) (differ set) {
	t.Helper()
	pairs := []pair{{"x", text}}
	for _, name := range names {
		for _, flags := range []string{"", "(?i)", "(?U)", "(?iU)"} {
			if !brief && (flags == "(?i)" || flags == "(?U)") {
				continue
			}
			if brief && flags != "" {
				plain, _ := property(name, false, false)
				s, _ := property(name, strings.Contains(flags, "i"), strings.Contains(flags, "U"))
				if slices.Equal(plain, s) {
					continue
				}
			}
			pairs = append(pairs, pair{flags + `\p{` + name + `}+`, sameText})
		}
	}
	for _, pattern := range []string{`\w+`, `\s+`, `\d+`, `\h+`, `\v+`} {
		pairs = append(pairs, pair{pattern, sameText}, pair{"(?U)" + pattern, sameText})
	}
	known := make(map[rune]int, len(charAt)) // and their order
	var order []rune
	for _, at := range slices.Sorted(maps.Keys(charAt)) {
		known[charAt[at]] = len(order)
		order = append(order, charAt[at])
	}
	differences := 0
	for i, want := range ask(t, pairs) {
		if i == 0 {
			continue
		}
		re, err := Compile(pairs[i].pattern)
		if (err != nil) != (want == "error") {
			t.Errorf("%s: got %v, want the JDK's %.20s", pairs[i].pattern, err, want)
			continue
		}
		if err != nil {
			continue
		}
		var wanted set
		for f := range strings.FieldsSeq(want[1:]) {
			var from, to int
			if _, err := fmt.Sscanf(f, "%d-%d", &from, &to); err != nil {
				t.Fatalf("%s: got %q, want places", pairs[i].pattern, f)
			}
			last := len(order) - 1
			if c, ok := charAt[to]; ok {
				last = known[c] - 1
			}
			wanted = append(wanted, runeRange{rune(known[charAt[from]]), rune(last)})
		}
		var got set
		has := re.program.root.set
		for j, c := range order {
			if has.has(c) {
				got = append(got, runeRange{rune(j), rune(j)})
			}
		}
		got = normal(got)
		var diff set
		for _, r := range union(got.intersect(wanted.negate()), wanted.intersect(got.negate())) {
			for j := r.lo; j <= r.hi; j++ {
				if c := order[j]; !unknown.has(c) {
					diff = append(diff, runeRange{c, c})
				}
			}
		}
		if len(diff) == 0 {
			continue
		}
		differ = union(differ, diff)
		if differences++; differences <= 20 {
			t.Errorf("%s: got others than the JDK at %s, want the same", pairs[i].pattern, show(normal(diff)))
		}
	}
	return differ
}

func show(s set) string {
	var b strings.Builder
	for i, r := range s {
		if i == 60 {
			b.WriteString(" …")
			break
		}
		fmt.Fprintf(&b, " %X-%X", r.lo, r.hi)
	}
	return b.String()
}

func count(s set) (n int) {
	for _, r := range s {
		n += int(r.hi-r.lo) + 1
	}
	return n
}

// TestCasesAsJava compares which characters each character with cases matches, as
// a literal, in a row, in a class, in a range and by reference.
func TestCasesAsJava(t *testing.T) {
	unknown := unassignedInJava(t)
	var text []rune
	for _, f := range caseForms() {
		if !unknown.has(f.c) {
			text = append(text, f.c)
		}
	}
	pairs := []pair{{"x", string(text)}}
	for _, c := range append([]rune{'ß', 'ı', '1', '[', '_', 0x3C2, 0x131, 0x1E9E}, text...) {
		s := string(c)
		if c == '[' {
			s = `\[`
		}
		for _, pattern := range []string{"(?i)%s", "(?iu)%s", "(?iu)[%s]", "(?iu)[%[1]s-%[1]s]", "(?i)[%[1]s-%[1]s]"} {
			pairs = append(pairs, pair{fmt.Sprintf(pattern, s), sameText})
		}
	}
	compare(t, pairs)
	pairs = pairs[:0]
	for _, f := range caseForms() {
		for _, with := range []rune{f.c, f.upper, f.folded, unicode.ToLower(f.c), unicode.ToTitle(f.c)} {
			if !unknown.has(f.c) && !unknown.has(with) {
				pairs = append(pairs, pair{"(?iu)a" + string(f.c), "A" + string(with)}, pair{"(?i)a" + string(f.c), "A" + string(with)},
					pair{`(?iu)(.)\1`, string(f.c) + string(with)})
			}
		}
	}
	compare(t, pairs)
}

func unassignedInJava(t *testing.T) set {
	text, charAt := everything()
	return membersOf(t, ask(t, []pair{{`\p{Cn}+`, text}})[0], charAt, len(newInput(text).units))
}

// TestTablesAsJava generates the tables again.
func TestTablesAsJava(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tables.go")
	if out, err := exec.Command("go", "run", "./gentables", file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := os.ReadFile("tables.go")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("got tables.go with other tables than those of this JDK; generate it with JDK 17")
	}
}
