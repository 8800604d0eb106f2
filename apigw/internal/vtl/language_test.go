package vtl

import (
	"context"
	"testing"
)

// What Velocity 1.7 writes with velocimacro.permissions.allow.inline=false, and
// without its directive #evaluate.
func TestLanguages(t *testing.T) {
	noMacros, neither := Language{NoInlineMacros: true}, Language{NoInlineMacros: true, NoEvaluate: true}
	for _, c := range []struct {
		rule     string
		language Language
		text     string
		want     string
	}{
		{"a macro is called", Language{}, "#macro(m $a)<$a>#end#m(1)", "<1>"},
		{"a macro that is not defined is text", noMacros, "#macro(m $a)<$a>#end#m(1)", "#m(1)"},
		{"also before the definition", noMacros, "#m(1)#macro(m $a)<$a>#end", "#m(1)"},
		{"also with a word, which no macro takes", noMacros, "#macro(m $a)<$a>#end#m(word)", "#m(word)"},
		{"also with a block", noMacros, "#macro(m)x#end#@m(1)body$a#end.", "#@m(1)body$a#end."},
		{"also without parentheses", noMacros, "#macro(m)x#end#m|#{m}|#{m}(1)", "#m|#{m}|#{m}(1)"},
		{"also within a string", noMacros, `#set($s = "#macro(m)x#end#m()")$s`, "#m()"},
		{"also within an #evaluate", noMacros, "#evaluate('#macro(m)x#end#m()')", "#m()"},
		{"a definition is where a backslash is dropped all the same", noMacros, `\#m()#macro(m)x#end\#m()`, `\#m()#m()`},
		{"#evaluate runs text", noMacros, "#evaluate('#set($x = 1)$x')", "1"},
		{"#evaluate can be text", neither, "#evaluate('#set($x = 1)$x')", "#evaluate('#set($x = 1)$x')"},
		{"with any arguments", neither, "#evaluate(1 $x)#evaluate()#evaluate", "#evaluate(1 $x)#evaluate()#evaluate"},
		{"and is not escaped", neither, `\#evaluate('x')`, `\#evaluate('x')`},
	} {
		parsed, err := c.language.Parse("t", c.text)
		if err != nil {
			t.Errorf("%s: %s: got %v, want no error", c.rule, c.text, err)
			continue
		}
		got, err := parsed.Append(context.Background(), nil, nil, nil)
		if string(got) != c.want || err != nil {
			t.Errorf("%s: %s:\n got %q, %v\nwant %q", c.rule, c.text, got, err, c.want)
		}
	}
	for _, text := range []string{"#macro", "#macro()x#end", "#macro(m a)x#end", "#macro(m)x"} {
		if _, err := neither.Parse("t", text); err == nil {
			t.Errorf("%s: got no error, want one: a definition is read all the same", text)
		}
	}
}
