package main

import (
	"testing"
)

// A number of a template and a seed make the same template everywhere, so that
// a difference that somebody found can be found again.
func TestGeneratorIsDeterministic(t *testing.T) {
	always := func(string) bool { return true }
	seen := map[string]bool{}
	for n := range uint64(200) {
		a, b := newGenerator(1, n).template(always), newGenerator(1, n).template(always)
		if a != b {
			t.Fatalf("template %d: got %q, then %q; want one text", n, a, b)
		}
		seen[a] = true
	}
	if len(seen) < 190 {
		t.Errorf("got %d different templates of 200, want 190 at least", len(seen))
	}
}

func TestEscape(t *testing.T) {
	for _, s := range []string{"", "a\\b\n\r\t\x00é😀\u2028", `\\n`} {
		if got := unescape(escape(s)); got != s {
			t.Errorf("escaped and back: got %q, want %q", got, s)
		}
	}
	for in, want := range map[string]string{`\ud83d\ude00`: "😀", `\ud83dx`: "?x", `\ude00`: "?", `\ud83d`: "?"} {
		if got := unescape(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestSame(t *testing.T) {
	for _, c := range []struct {
		template     string
		ours, theirs result
		want         bool
	}{
		{"x", result{out: "a"}, result{out: "a"}, true},
		{"x", result{out: "a"}, result{out: "b"}, false},
		{"x", result{out: "[B@1"}, result{out: "[B@2f"}, true},
		{"x", result{out: "a java.util.ArrayList$Itr@1 b"}, result{out: "a java.util.AbstractList$Itr@2f b"}, true},
		{"x", result{failure: "parse"}, result{out: "b"}, false},
		{"x", result{failure: "parse"}, result{failure: "parse"}, true},
		{"x", result{failure: "parse"}, result{failure: "runtime"}, true},
		{"x", result{failure: "method"}, result{failure: "runtime"}, false},
		{"x", result{failure: "limit"}, result{out: "a"}, true},
		{"x", result{failure: "panic"}, result{failure: "runtime"}, false},
		{"$x.class.foo()", result{out: ""}, result{failure: "method"}, true},
		{"#define($q)#end$q.hashCode()", result{out: "0"}, result{out: "1"}, true},
		{"$u.split('') 😀", result{out: "1"}, result{out: "2"}, false},
	} {
		if got := same(job{mode: "plain", template: c.template}, c.ours, c.theirs); got != c.want {
			t.Errorf("%s: %v and %v: got %v, want %v", c.template, c.ours, c.theirs, got, c.want)
		}
	}
}
