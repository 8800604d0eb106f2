package vtl

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/apigw/internal/java"
)

// tokenNames are the kinds of tokens that [TestLexer] shows.
var tokenNames = map[tokenKind]string{
	tokText:             "text",
	tokEscape:           "escape",
	tokIdent:            "ident",
	tokDot:              "dot",
	tokParenOpen:        "parenOpen",
	tokString:           "string",
	tokComma:            "comma",
	tokInteger:          "integer",
	tokMethodParenClose: "methodParenClose",
	tokIndexOpen:        "indexOpen",
	tokBlank:            "blank",
	tokIndexClose:       "indexClose",
	tokEmptyIndex:       "emptyIndex",
	tokSet:              "set",
	tokEnd:              "end",
	tokLineComment:      "lineComment",
	tokLineCommentEnd:   "lineCommentEnd",
	tokBlockCommentEnd:  "blockCommentEnd",
	tokTextBlock:        "textBlock",
	tokEscapedDirective: "escapedDirective",
	tokDoubleEscape:     "doubleEscape",
	tokIf:               "if",
	tokBracketOpen:      "bracketOpen",
	tokRange:            "range",
	tokBracketClose:     "bracketClose",
	tokParenClose:       "parenClose",
	tokLess:             "less",
	tokAnd:              "and",
	tokNot:              "not",
	tokTrue:             "true",
}

// tokens lists the tokens of a text as the parser would see them without
// directives, whose states the parser sets.
func tokens(t *testing.T, text string) string {
	t.Helper()
	l := newLexer(&source{name: "t", text: text})
	defer l.free()
	var b strings.Builder
	for {
		next := l.next()
		if next.kind == tokEOF {
			return strings.TrimSpace(b.String())
		}
		if next.special != nil && next.specialText() != "" {
			fmt.Fprintf(&b, "<%s>", next.specialText())
		}
		name, ok := tokenNames[next.kind]
		if !ok {
			t.Fatalf("%q: got a token of kind %d, want one of the kinds in the table of names", text, next.kind)
		}
		fmt.Fprintf(&b, "%s %q ", name, next.image)
	}
}

func TestLexer(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"text runs to $, # or a backslash", `a b\c`, `text "a b" escape "\\" text "c"`},
		{"a reference is a $ with a name", `$x`, `ident "$x"`},
		{"names hold letters, digits, - and _", `$a-b_1!`, `ident "$a-b_1" text "!"`},
		{"a dot before a letter continues", `$x.y.`, `ident "$x" dot "." ident "y" text "."`},
		{"a lone $ goes with what follows", `$ a`, `<$>text " a"`},
		{"dollars gather", `$$x`, `ident "$$x"`},
		{"backslashes before a $ are its part", `\\$x`, `ident "\\\\$x"`},
		{"arguments", `$x.f("a",1)`, `ident "$x" dot "." ident "f" parenOpen "(" string "\"a\"" comma "," integer "1" methodParenClose ")"`},
		{"an index", `$x[ 0 ]`, `ident "$x" indexOpen "[" blank " " integer "0" blank " " indexClose "]"`},
		{"$[ is text", `$[0`, `emptyIndex "$[" text "0"`},
		{"$. is text", `$.a`, `emptyIndex "$." text "a"`},
		{"#set takes the blanks before it along", " \t#set($x", `set " \t#set(" ident "$x"`},
		{"but not behind text", `a #set(`, `text "a " set "#set("`},
		{"#end takes a newline along", "#end \t\r\nx", `end "#end \t\r\n" text "x"`},
		{"but blanks alone stay", "#end x", `end "#end" text " x"`},
		{"#{end} too", "#{end}\nx", `end "#{end}\n" text "x"`},
		{"a lone # goes with what follows", `# a`, `<#>text " a"`},
		{"a line comment takes its newline", "##c\nx", `lineComment "##" lineCommentEnd "\n" text "x"`},
		{"a block comment does not", "#*c*#\nx", `blockCommentEnd "*#" text "\nx"`},
		{"a literal block is one token", "#[[$x]]#", `textBlock "#[[$x]]#"`},
		{"an escaped directive", `\#if`, `escapedDirective "\\#if"`},
		{"pairs of backslashes", `\\\\#if`, `doubleEscape "\\\\" doubleEscape "\\\\" if "#if"`},
		{"integers before a range", `#if([1..2])`, `if "#if" parenOpen "(" bracketOpen "[" integer "1" range ".." integer "2" bracketClose "]" parenClose ")"`},
		{"operators are symbols or words", `#if(1 lt 2&&!true)`, `if "#if" parenOpen "(" integer "1" blank " " less "lt" blank " " integer "2" and "&&" not "!" true "true" parenClose ")"`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := tokens(t, c.text); got != c.want {
				t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
			}
		})
	}
}

// The parser nests by precedence, and keeps what was written.
func TestExpressions(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`1+2*3`, `(1 + (2 * 3))`},
		{`(1+2)*3`, `(group(1 + 2) * 3)`},
		{`1 - 2 - 3`, `((1 - 2) - 3)`},
		{`$a || $b && $c`, `(a || (b && c))`},
		{`$a and $b or $c`, `((a && b) || c)`},
		{`1 < 2 == true`, `((1 < 2) == true)`},
		{`!$a == $b`, `(!a == b)`},
		{`not not $a`, `!!a`},
		{`-7 % 3`, `(-7 % 3)`},
		{`$a.b("x", 1)[0].c`, `a.b(x,1)[0].c`},
		{`[1, [2], {"k": $v}]`, `[1 [2] {k:v}]`},
		{`[1..$n]`, `[1..n]`},
		{`"a$b"`, `"..."`},
		{`{}`, `{}`},
	} {
		tmpl, err := Parse("t", "#set($r = "+c.text+")")
		if err != nil {
			t.Errorf("%s: got %v, want no error", c.text, err)
			continue
		}
		if got := sketch(tmpl.Root().Nodes[0].(*Set).Value); got != c.want {
			t.Errorf("%s is %s, want %s", c.text, got, c.want)
		}
	}
}

func sketch(x Expr) string {
	list := func(items []Expr, sep string) string {
		var s []string
		for _, i := range items {
			s = append(s, sketch(i))
		}
		return strings.Join(s, sep)
	}
	switch x := x.(type) {
	case *Literal:
		return java.ToString(x.Value)
	case *Binary:
		return "(" + sketch(x.Left) + " " + x.Op + " " + sketch(x.Right) + ")"
	case *Not:
		return "!" + sketch(x.Operand)
	case *Group:
		return "group" + sketch(x.Inner)
	case *Interpolated:
		return `"..."`
	case *ListLiteral:
		return "[" + list(x.Items, " ") + "]"
	case *Range:
		return "[" + sketch(x.From) + ".." + sketch(x.To) + "]"
	case *MapLiteral:
		s := ""
		for i := range x.Keys {
			s += sketch(x.Keys[i]) + ":" + sketch(x.Values[i])
		}
		return "{" + s + "}"
	case *Reference:
		s := x.Name
		for _, p := range x.Parts {
			switch p := p.(type) {
			case *Property:
				s += "." + p.Name
			case *MethodCall:
				s += "." + p.Name + "(" + list(p.Args, ",") + ")"
			case *Index:
				s += "[" + sketch(p.Arg) + "]"
			}
		}
		return s
	}
	return "?"
}

// The texts of a block's nodes are the text of the block, and parsing the text
// of a template gives the same nodes.
func TestRoundTrip(t *testing.T) {
	n := 0
	for _, file := range slices.Concat(methodFiles, caseFiles) {
		for _, c := range readCases(t, file) {
			if checkRoundTrip(t, c.Template) {
				n++
			}
		}
	}
	if n < 2000 {
		t.Errorf("got %d templates that parse, want 2000 at least", n)
	}
}

func checkRoundTrip(t testing.TB, text string) bool {
	t.Helper()
	tmpl, err := Parse("t", text)
	if err != nil {
		return false
	}
	if tmpl.String() != text || tmpl.Root().String() != text {
		t.Errorf("got the text %q, of its root %q; want %q", tmpl.String(), tmpl.Root().String(), text)
	}
	again, err := Parse("t", tmpl.String())
	if err != nil {
		t.Errorf("%q, parsed again: got %v, want no error", text, err)
		return true
	}
	var before, after []string
	Inspect(tmpl.Root(), func(n Node) bool { before = append(before, describeNode(n)); return true })
	Inspect(again.Root(), func(n Node) bool { after = append(after, describeNode(n)); return true })
	if !reflect.DeepEqual(before, after) {
		t.Errorf("%q, parsed again:\n got %v\nwant %v", text, after, before)
	}
	Inspect(tmpl.Root(), func(n Node) bool {
		if b, ok := n.(*Block); ok && len(b.Nodes) > 0 {
			var all strings.Builder
			for _, c := range b.Nodes {
				all.WriteString(c.String())
			}
			if all.String() != b.String() {
				t.Errorf("%q: got nodes with the text %q, want that of their block, %q", text, all.String(), b.String())
			}
		}
		s := n.where()
		if s.begin > s.pos || s.pos > s.end && s.begin != s.end {
			t.Errorf("%q: got a %T at %d, want it between %d and %d", text, n, s.pos, s.begin, s.end)
		}
		return true
	})
	return true
}

func describeNode(n Node) string { return fmt.Sprintf("%T@%d %q", n, n.Position(), n.String()) }

// The cases of Java's methods are beside the methods.
var (
	caseFiles   = []string{"testdata/cases.jsonl", "testdata/fuzzed.jsonl", "testdata/more.jsonl"}
	methodFiles = []string{"../java/testdata/methods.jsonl", "../java/testdata/more.jsonl"}
)

func TestPositions(t *testing.T) {
	tmpl, err := Parse("name", "a $x.b(1)[2]\n#if($y)\"$z\"#end")
	if err != nil {
		t.Fatal(err)
	}
	if tmpl.Name() != "name" {
		t.Errorf("got the name %q, want name", tmpl.Name())
	}
	var got []string
	Inspect(tmpl.Root(), func(n Node) bool {
		got = append(got, fmt.Sprintf("%T %d", n, n.Position()))
		return true
	})
	want := []string{"*vtl.Block 0", "*vtl.Text 0", "*vtl.Reference 2", "*vtl.MethodCall 5", "*vtl.Literal 7", "*vtl.Index 9", "*vtl.Literal 10",
		"*vtl.Text 12", "*vtl.If 13", "*vtl.Reference 17", "*vtl.Block 20", "*vtl.Text 20", "*vtl.Reference 21", "*vtl.Text 23"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// Inspect reaches every kind of node.
func TestInspect(t *testing.T) {
	text := `#set($a = !($b + [1..$c]) == {"k": [$d]})#if($e)#elseif("$f")#else#end#foreach($g in $h)$i#break($j)#end` +
		`#define($k)$l#end#macro(m $n)$o#end#m($p)#@q($r)$s#end#evaluate($t)#parse($u)#stop($v)$w.x($y)[$z]## c`
	tmpl, err := Parse("t", text)
	if err != nil {
		t.Fatal(err)
	}
	names := ""
	Inspect(tmpl.Root(), func(n Node) bool {
		if r, ok := n.(*Reference); ok {
			names += r.Name
		}
		return true
	})
	// The parameters of #define and #macro are names, not references.
	if want := "abcdefghijloprstuvwyz"; names != want {
		t.Errorf("got the references %s, want %s", names, want)
	}
	stopped := 0
	Inspect(tmpl.Root(), func(Node) bool { stopped++; return false })
	if stopped != 1 {
		t.Errorf("got %d nodes where f returns false for the first, want 1", stopped)
	}
}

func TestSizeLimit(t *testing.T) {
	var limit *LimitError
	if _, err := Parse("t", strings.Repeat("x", maxTemplateSize)); err != nil {
		t.Errorf("the longest template: got %v, want no error", err)
	}
	_, err := Parse("t", strings.Repeat("x", maxTemplateSize+1))
	if !errors.As(err, &limit) || !strings.Contains(limit.Detail(), "t:1:307201: the template is longer than 307200 bytes") {
		t.Errorf("a longer one: got %v, want the limit and its place", err)
	}
	if _, err := (Language{}).parseWithin(2, "t", "abc"); !errors.As(err, &limit) {
		t.Errorf("three bytes of two: got %v, want a limit", err)
	}
	if _, err := (Language{}).parseWithin(1<<20, "t", strings.Repeat("x", maxTemplateSize+1)); err != nil {
		t.Errorf("within a larger limit: got %v, want no error", err)
	}
}

func TestNestingLimit(t *testing.T) {
	for _, c := range []struct{ open, close string }{
		{"#if(true)", "#end"},
		{"$x.f(", ")"},
		{"$x[$y[", "]]"},
		{"#if((", "))#end"},
		{"#set($x = !", ")"},
		{"#foreach($i in $l)", "#end"},
		{"#foo([", "])"},
		{`#set($x = [`, `])`},
		{"#set($x = {1:", "})"},
	} {
		text := strings.Repeat(c.open, 10000) + "1" + strings.Repeat(c.close, 10000)
		_, err := Parse("t", text)
		var limit *LimitError
		var wrong *ParseError
		if !errors.As(err, &limit) && !errors.As(err, &wrong) {
			t.Errorf("%s…: got %v, want a limit or an error of the template", c.open, err)
		}
	}
	// Strings in strings double their quotes at each level.
	text := "$x"
	for range 12 {
		text = `#set($y = "` + strings.ReplaceAll(text, `"`, `""`) + `")`
	}
	if _, err := Parse("t", text); err != nil {
		t.Errorf("strings in strings: got %v, want no error", err)
	}
}

// Texts that would be scanned again and again are refused, or read in time.
func TestParseTime(t *testing.T) {
	for _, unit := range []string{`\`, `"a""`, `$`, `#`, `\$`, `##`, `#*`, `$x  `, `#foo(""`, `#foo(` + `"x""`, ` `, "\t", `'`, `#[[`, `#end `, `$x.a(`, `{`, `[`, `$!`, `\\#`, `#a `, `$x[`} {
		text := strings.Repeat(unit, maxTemplateSize/len(unit))
		for _, prefix := range []string{"", "#if(", "$x.f(", "##"} {
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, _ = (Language{}).parseWithin(1<<20, "t", prefix+text)
			}()
			select {
			case <-done:
			case <-time.After(time.Minute):
				t.Fatalf("%s%s…: got no result after a minute, want one at once", prefix, unit)
			}
		}
	}
}
