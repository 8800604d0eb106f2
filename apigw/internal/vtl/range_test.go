package vtl

import (
	"runtime"
	"testing"
)

func TestWideRanges(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"a loop that ends early", "#foreach($i in [0..67000000])#if($i == 2)#break#end$i#end", "01"},
		{"over a variable", "#set($r = [0..67000000])#foreach($i in $r)#if($i == 2)#break#end$i#end", "01"},
		{"downwards", "#foreach($i in [2147483647..-2147483648])#if($foreach.count == 3)#break#end$i,#end", "2147483647,2147483646,"},
		{"size, elements and search", "#set($r = [0..67000000])$r.size() $r.get(5) $r[66999999] $r[-1] $r.contains(7) $r.indexOf(8) $r.isEmpty() $r.empty", "67000001 5 66999999 67000000 true 8 false false"},
		{"a size beyond an int", "#set($r = [-2147483648..2147483647])$r.size()", "2147483647"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, _, err := render(c.text, nil)
		runtime.ReadMemStats(&after)
		if got != c.want || err != nil {
			t.Errorf("%s: %s:\n got %q, %v\nwant %q", c.rule, c.text, got, err, c.want)
		}
		if made := after.TotalAlloc - before.TotalAlloc; made > 8<<20 {
			t.Errorf("%s: made %d bytes, want less than 8 MB", c.rule, made)
		}
	}
}

// A range that something changes or keeps takes the room of its elements.
func TestWideRangesCount(t *testing.T) {
	for _, text := range []string{
		"#set($r = [0..67000000])$r.add(1)",
		"#set($r = [0..67000000])#set($r[0] = 1)",
		"#set($r = [0..67000000])$r.toArray()",
		"#set($l = [[0..67000000]])",
		"#set($m = {'a': [0..67000000]})",
		"#set($m = {})$m.put('a', [0..67000000])",
		"#set($m = {})#set($m.a = [0..67000000])",
		"#set($l = [1])$l.addAll([0..67000000])",
		"#set($r = [0..67000000])$r.removeAll([1])",
		"#set($r = [0..67000000])$r",
		"#set($r = [0..67000000])$r.contains(-1) x",
	} {
		if got, failure, err := render(text, nil); failure != "limit" {
			t.Errorf("%s: got %.40q, %v; want a limit", text, got, err)
		}
	}
}

func TestRangesAreLists(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"printed", "#set($r = [1..5])$r", "[1, 2, 3, 4, 5]"},
		{"equal", "#set($r = [1..3])#if($r == [1,2,3] && $r.equals([1..3]) && $r.hashCode() == 30817)y#end", "y"},
		{"an element is added", "#set($r = [1..2])$r.add(7)$r", "true[1, 2, 7]"},
		{"an element is removed", "#set($r = [1..3])$r.remove(0)$r", "1[2, 3]"},
		{"an element is set", "#set($r = [3..1])#set($r[1] = 9)$r", "[3, 9, 1]"},
		{"a part", "#set($r = [5..1])$r.subList(1, 3)", "[4, 3]"},
		{"cleared", "#set($r = [1..3])$r.clear()$r.isEmpty()", "true"},
		{"both names change", "#set($r = [1..2])#set($v = $r)$v.add(3)$r", "true[1, 2, 3]"},
		{"an iterator removes", "#set($r = [1..2])#set($i = $r.iterator())$i.next()$i.remove()$r", "1[2]"},
		{"within a map", "#set($m = {'a': [1..2]})$m.a.add(3)$m", "true{a=[1, 2, 3]}"},
	} {
		got, _, err := render(c.text, &Options{NullIsEmpty: true})
		if got != c.want || err != nil {
			t.Errorf("%s: %s:\n got %q, %v\nwant %q", c.rule, c.text, got, err, c.want)
		}
	}
}
