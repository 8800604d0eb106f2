package vtl

import (
	"context"
	"testing"
)

func TestForeachInfo(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"each member", "#foreach($i in [1])$foreach.info.name $foreach.info.type $foreach.info.depth $foreach.info.template $foreach.info.line $foreach.info.column#end", "foreach block 1 t 1 1"},
		{"a loop within a loop is deeper", "#foreach($i in [1..1])#foreach($j in [1..1])$foreach.info.depth $foreach.parent.info.depth#end#end", "2 1"},
		{"it prints", "#foreach($i in [1])$!foreach.info#end", "#foreach[type:block template:t line:1 column:1]"},
		{"it prints its depth from 2 on", "#foreach($i in [1..1])#foreach($j in [1..1])$foreach.info#end#end", "#foreach[type:block depth:2 template:t line:1 column:23]"},
		{"methods", "#foreach($i in [1])$foreach.getInfo().getLine() $foreach.info.getFoo() $foreach.info.foo#end", "1 $foreach.info.getFoo() $foreach.info.foo"},
		{"its class", "#foreach($i in [1])$foreach.info.class.name#end", "org.apache.velocity.runtime.directive.Scope$Info"},
		{"it equals itself and its text", "#foreach($i in [1])#if($foreach.info == $foreach.info)a#end#if($foreach.info == '#foreach[type:block template:t line:1 column:1]')b#end#end", "ab"},
		{"it outlives the loop", "#foreach($i in [1])#set($f = $foreach)#end$f.info.line", "1"},
		{"a value of that name hides behind it", "#foreach($i in [1])#set($foreach.info = 5)$foreach.info.line $foreach.get('info')#end", "1 5"},
		{"lines and columns", "a\n  #foreach($i in [1])$foreach.info.line:$foreach.info.column#end", "a\n  2:3"},
		{"a carriage return ends a line too", "\r\n\r#foreach($i in [1])$foreach.info.line:$foreach.info.column#end", "\r\n\r3:1"},
		{"a tab reaches to the next multiple of eight", "\t#foreach($i in [1])$foreach.info.column#end", "\t9"},
		{"columns count UTF-16 units", "é😀#foreach($i in [1])$foreach.info.column#end", "é😀4"},
		{"within a string", `#set($x = "abc #foreach($i in [1])$foreach.info.line:$foreach.info.column#end")$x`, "abc 1:16"},
		{"in another line of a string", "\n#set($x = \"abc\n #foreach($i in [1])$foreach.info.line:$foreach.info.column#end\")$x", "\nabc\n 3:2"},
		{"within an #evaluate", "\n#evaluate(' #foreach($i in [1])$foreach.info#end')", "\n #foreach[type:block template:t line:1 column:2]"},
	} {
		got, _, err := render(c.text, nil)
		if got != c.want || err != nil {
			t.Errorf("%s: %s:\n got %q, %v\nwant %q", c.rule, c.text, got, err, c.want)
		}
	}
	named, err := Parse("a b", "#foreach($i in [1])$foreach.info#end")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := named.Append(context.Background(), nil, nil, nil); string(got) != `#foreach[type:block template:"a b" line:1 column:1]` || err != nil {
		t.Errorf("a name with a blank: got %q, %v; want it in quotes", got, err)
	}
}
