package vtl

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.com/apigw/internal/java"
)

// Every message says where, what, and for the well-known traps why.
func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"an operand is missing", `#if($a ==)x#end`, `1:10: unexpected token ")" after "#if($a ==": expected an expression`},
		{"lines and columns count from 1", "a\n é#if($a ==)x#end", `2:12: unexpected token ")" after "#if($a ==": expected an expression`},
		{"a minus needs a blank", `#set($y = 1-2)`, `1:12: unexpected token "-2" after "#set($y = 1": expected an operator or ")" (a minus needs a blank on its right: 2 - 1, for -1 is a number)`},
		{"also behind a reference", `#set($y = $n -1)`, `a minus needs a blank on its right`},
		{"no minus sign before a reference", `#set($y = -$n)`, `1:11: unexpected token "-" after "#set($y =": expected an expression (there is no minus sign before a reference: write 0 - $name)`},
		{"no null literal", `#set($y = null)`, `there is no null literal: an undefined reference such as $null is null`},
		{"also in a map", `#set($y = {"a": null})`, `there is no null literal`},
		{"booleans are lower case", `#if($x == TRUE)a#end`, `true and false are written in lower case`},
		{"#elsec is another word", `#if(true)b#elsec`, `1:17: unexpected end of the template: expected #end of the #if in line 1 (#elsec is another word than #else: write #{else}c)`},
		{"#endc is another word", `#if(true)b#endc`, `#endc is another word than #end: write #{end}c`},
		{"an #end is missing", "a\n#if(true)\n#foreach($i in [1])x\n", `4:1: unexpected end of the template: expected #end of the #foreach in line 3`},
		{"an #end too many", `#end`, `1:1: #end without a directive that it could end`},
		{"an #else without an #if", `a#else b`, `1:2: #else without an #if`},
		{"an #elseif without an #if", `a#elseif($x)b`, `1:2: #elseif without an #if`},
		{"two #else", `#if(true)a#{else}b#{else}c#end`, `unexpected #{else}: expected #end of the #if in line 1`},
		{"a backslash does not escape a quote", `#set($y = "a\"b")`, `a backslash does not escape a quote: double the quote, as in "a""b"`},
		{"nor in arguments", `$m.get("a\"b")`, `a backslash does not escape a quote`},
		{"a quote in a string is doubled", `#set($y = "say "hi" now")`, `unexpected token "hi" after "#set($y = "say "": expected an operator or ")" (a quote inside a string is doubled)`},
		{"also in arguments", `#set($y = "$x.get("a")")`, `a quote inside a string is doubled`},
		{"a string does not end", `#if($a == 'x)y#end`, `1:11: the string that starts here does not end`},
		{"a string does not end for a backslash", `#set($y = "a\"b"")`, `a backslash does not escape a quote`},
		{"the empty list has no blank", `#set($y = [ ])`, `the empty list is [] without a blank`},
		{"no comma at the end of a list", `#set($y = [1,2,])`, `no comma before the closing bracket`},
		{"no comma at the end of a map", `#set($y = {"a":1,})`, `no comma before the closing bracket`},
		{"a map's keys need quotes", `#set($y = {a:1})`, `strings need quotes, references a $`},
		{"a literal has no methods", `#set($y = "a,b".split(","))`, `1:16: unexpected character '.' in a directive (a literal has no methods: #set it to a variable first)`},
		{"numbers have no suffix", `#set($y = 1.1f)`, `numbers have no suffix`},
		{"an index takes no arithmetic", `$l[$n - 1]`, `1:7: unexpected character '-' in an index (an index takes no arithmetic: #set a variable first)`},
		{"an index needs quotes", `$x[a]`, `a string index needs quotes, a variable a $`},
		{"an index is missing", `$x[`, `1:4: unexpected end of the template after "$x[": expected an index`},
		{"arguments take no operators", `$s.substring(1+1)`, `arguments take no operators: #set a variable first`},
		{"arguments take no parentheses", `$s.concat((1))`, `arguments take no parentheses: #set a variable first`},
		{"arguments need commas", `$m.get("a" "b")`, `1:12: unexpected string "b" after "$m.get("a"": expected "," or ")"`},
		{"no blank in empty parentheses", `$x.size( )`, `no blank between empty parentheses`},
		{"a name needs a $", `#set($y = $l.get(x + 1))`, `arguments take no operators`},
		{"a loop variable needs a $", `#foreach(i in $l)#end`, `1:10: unexpected word "i" as argument 1 of #foreach (the variable needs a $: #foreach($i in …))`},
		{"a word as an argument", `#foreach($i in $l x)#end`, `unexpected word "x" as argument 4 of #foreach (strings need quotes, references a $)`},
		{"a comparison has two =", `#if($n = 5)x#end`, `a comparison is written ==`},
		{"an assignment has one", `#set($y == 1)`, `#set takes a single =`},
		{"there is no +=", `#set($y += 1)`, `there is no +=: write $y = $y + …`},
		{"a target needs a $", `#set(y = 1)`, `the target needs a $: #set($y = …)`},
		{"a target is not a literal", `#set("y" = 1)`, `unexpected string "y" after "#set(": expected a reference such as $name`},
		{"a target is not a boolean", `#set($true = 1)`, `unexpected token "$true"`},
		{"a name is not a boolean", `$true`, `true and false cannot be names`},
		{"text ends with a $", `price: $`, `1:9: the template ends with a $ (put the $ in a variable`},
		{"text ends with a #", `#`, `the template ends with a # (put the # in a variable`},
		{"a literal block does not end", `a#[[ x`, `1:2: the #[[ block that starts here does not end: expected "]]#"`},
		{"a comment does not end", `a#*`, `1:2: the comment that starts here does not end: expected "*#"`},
		{"single &", `#if($a & $b)x#end`, `the operator is &&`},
		{"single |", `#if($a | $b)x#end`, `the operator is ||`},
		{"no ?:", `#set($y = $a ? 1 : 2)`, `there is no ?: operator: use #if`},
		{"a range of strings", `#set($y = ["a".."c"])`, `the bounds of a range are integers or references`},
		{"a range to a float", `#set($y = [1..2.5])`, `expected an integer or a reference`},
		{"two values", `#set($y = $x$x)`, `two values need an operator or a comma between them`},
		{"a brace does not close", `${x }`, `1:4: unexpected token " }" after "${x": expected "}"`},
		{"an empty condition", `#if()x#end`, `expected an expression`},
		{"a condition without parentheses", `#if x`, `a condition needs parentheses`},
		{"#macro without a name", `#macro()a#end`, `#macro needs a name in its parentheses`},
		{"#macro without parentheses", `#macro`, `#macro needs a name in parentheses`},
		{"#macro with a quoted name", `#macro("a")b#end`, `the name of a #macro is a word`},
		{"#macro with a word as parameter", `#macro(a b)c#end`, `unexpected word "b" as argument 2 of #macro`},
		{"#define without a name", `#define()x#end`, `#define needs exactly one reference`},
		{"#evaluate without an argument", `#evaluate()`, `#evaluate needs exactly one argument`},
		{"#evaluate with a number", `#evaluate(1)`, `the argument of #evaluate is a string or a reference`},
		{"#evaluate with a list", `#evaluate([1])`, `the argument of #evaluate is a string or a reference`},
		{"#foreach without parentheses", `#foreach`, `#foreach needs a variable and a list`},
		{"#break with two arguments", `#break($a $b)`, `#break takes at most one argument`},
		{"#stop with two arguments", `#stop($a $b)`, `#stop takes at most one argument`},
		{"#literal without parentheses", `#literal`, `#literal needs parentheses`},
		{"#literal with nothing in it", `#literal()#end`, `#literal has nothing between`},
		{"a bad \\u", `#set($y = "\u12")`, `a \u in double quotes needs four hexadecimal digits`},
		{"a bad \\u of four letters", `#set($y = "\uwxyz")`, `a \u in double quotes needs four hexadecimal digits`},
		{"a # before digits", `$l.get(#0)`, `not a number: #0`},
		{"a # before a float", `$l.get(#1.5)`, `not a number: #1.5`},
		{"places in strings are places in the template", "\n#set($y = \"a #if($b) c\")", `2:24: unexpected end of the string: expected #end of the #if in line 2`},
		{"also with doubled quotes", `#set($y = "a""b""#if(+)c#end")`, `1:22: unexpected token "+"`},
		{"also with \\u", `#set($y = "\u0041#if(+)c#end")`, `1:22: unexpected token "+"`},
		{"names in a string", `#set($y = "$x.f(a b)")`, `unexpected token "b" after "$x.f(a": expected "," or ")" (strings need quotes, references a $)`},
		{"other tokens in text", "#$x)#if(true)", `expected #end`},
		{"a parenthesis in the wrong state", `$x.y(#foo)`, `unexpected`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := Parse("file.vtl", c.text)
			var p *ParseError
			if !errors.As(err, &p) {
				t.Fatalf("%s: got %v, want a ParseError", c.text, err)
			}
			if !strings.HasPrefix(err.Error(), "file.vtl:") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s\n got %s\nwant %s", c.text, err, c.want)
			}
		})
	}
}

// Detail shows the line and puts a caret under the place.
func TestDetail(t *testing.T) {
	_, err := Parse("file.vtl", "{\n\t\"é\": #if($a ==)x#end\n}")
	var p *ParseError
	if !errors.As(err, &p) {
		t.Fatal(err)
	}
	want := `file.vtl:2:16: unexpected token ")" after "#if($a ==": expected an expression
     "é": #if($a ==)x#end
                   ^`
	if got := p.Detail(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if p.Line != 2 || p.Column != 16 || p.Offset != 18 {
		t.Errorf("got line %d, column %d, offset %d; want 2, 16, 18", p.Line, p.Column, p.Offset)
	}
	_, err = Parse("t", strings.Repeat("x", 500)+"#if(+)"+strings.Repeat("y", 500))
	errors.As(err, &p)
	lines := strings.Split(p.Detail(), "\n")
	if len(lines[1]) > 130 || lines[2][strings.IndexByte(lines[2], '^')] != '^' || lines[1][strings.IndexByte(lines[2], '^')] != '+' {
		t.Errorf("a long line: got\n%s\nwant the part around the place, with the caret below the +", p.Detail())
	}
}

// Run-time errors carry the place of the reference that failed.
func TestRuntimeErrors(t *testing.T) {
	for _, c := range []struct{ rule, text, want, failure string }{
		{"a method throws", "a\n  $x.substring(99)", `t:2:6: .substring of $x.substring(99) failed: java.lang.StringIndexOutOfBoundsException`, "method"},
		{"in a string", `#set($y = "ab $x.charAt(99)")`, `t:1:18: .charAt of $x.charAt(99) failed`, "method"},
		{"in a string with doubled quotes", `#set($y = "a""b $x.charAt(99)")`, `t:1:20: .charAt`, "method"},
		{"an index is outside", `$l[9]`, `t:1:3: the index of $l[9] failed: java.lang.IndexOutOfBoundsException`, "runtime"},
		{"assigning outside", `#set($l[9] = 1)`, `t:1:8: assigning to $l[9] failed`, "method"},
		{"a negative index of a string", `$x[-1]`, `the negative index of $x[-1] needs a value that has a size`, "runtime"},
		{"macros too deep", `#macro(f)#f()#end#f()`, `t:1:10: macro #f is called more than 20 levels deep`, "macro-depth"},
		{"a macro with a word", `#macro(f $a)$a#end#f(b)`, `unexpected word "b" as an argument of the macro #f`, "parse"},
		{"#evaluate of what is not a template", `a #evaluate('#if(')`, `t:1:3: #evaluate got text that is not a template: #evaluate:1:5: unexpected end of the template`, "parse"},
		{"#parse", `#parse("x.vm")`, `t:1:1: #parse cannot find "x.vm": there are no other templates`, "resource"},
		{"#parse without argument", `#parse`, `#parse needs an argument`, "runtime"},
		{"#include", `#include("x")`, `#include cannot find "x"`, "resource"},
		{"#include of a number", `#include(1)`, `the arguments of #include are strings or references`, "runtime"},
		{"#break out of nothing", `#break($x)`, `#break takes the object of a loop, such as $foreach`, "runtime"},
		{"#break out of an ended loop", `#foreach($i in [1])#set($o=$foreach)#end#break($o)`, `#break out of a loop that has ended`, "runtime"},
		{"#foreach without a list", `#foreach($i)#end`, `#foreach needs a variable and a list`, "runtime"},
		{"$foreach as loop variable", `#foreach($foreach in [1])#end`, `the loop lost its $foreach`, "runtime"},
		{"a loop over a list that changes", `#foreach($i in $l)$l.add(1)#end`, `java.util.ConcurrentModificationException`, "runtime"},
		{"the modulo of a BigDecimal", `#set($y = 9223372036854775808 % 1.5)`, `java.lang.ArithmeticException`, "runtime"},
		{"comparing with infinity", `#if(1e400 < 9223372036854775808)#end`, `comparing failed`, "runtime"},
		{"a bad regular expression", `$x.matches("(")`, `java.util.regex.PatternSyntaxException: Unclosed group near index 1 of (`, "method"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, failure, err := render(`#set($x="ab")#set($l=[1,2])`+c.text, nil)
			// The prelude is on the first line: columns there count from behind it.
			got := err.Error()
			if r := (*RuntimeError)(nil); errors.As(err, &r) && r.Line == 1 {
				r.Column -= len(`#set($x="ab")#set($l=[1,2])`)
				got = r.Error()
				if !strings.Contains(r.Detail(), "\n    ") {
					t.Errorf("got the detail %q, want the line in it", r.Detail())
				}
			}
			if failure != c.failure || !strings.Contains(got, c.want) {
				t.Errorf("%s\n got %s: %s\nwant %s: %s", c.text, failure, got, c.failure, c.want)
			}
		})
	}
}

// A host can explain references that are not part of the language.
func TestHint(t *testing.T) {
	tmpl, err := Parse("t", `$x.toJson($y)$x.substring(9)`)
	if err != nil {
		t.Fatal(err)
	}
	o := &Options{Hint: func(ref string) string { return "hint for " + ref }}
	_, err = tmpl.Append(context.Background(), nil, map[string]java.Value{"x": "a"}, o)
	if err == nil || !strings.HasSuffix(err.Error(), "(hint for $x.substring(9))") {
		t.Errorf("got %v, want the hint at its end", err)
	}
}

// Errors of the host come through, with a place.
func TestHostErrors(t *testing.T) {
	boom := errors.New("boom")
	tmpl, err := Parse("t", ` $h.fail()`)
	if err != nil {
		t.Fatal(err)
	}
	_, err = tmpl.Append(context.Background(), nil, map[string]java.Value{"h": failingObject{boom}}, nil)
	if !errors.Is(err, boom) || !strings.HasPrefix(err.Error(), "t:1:5: .fail of $h.fail() failed: boom") {
		t.Errorf("got %v, want the error of the host with a place", err)
	}
}

type failingObject struct{ err error }

func (o failingObject) Property(string) (java.Value, bool) { return nil, false }

func (o failingObject) Call(java.Caller, string, []java.Value) (java.Value, error) { return nil, o.err }
