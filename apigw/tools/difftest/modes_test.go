package main

import (
	"slices"
	"testing"
)

func TestModes(t *testing.T) {
	for template, want := range map[string][]string{
		"$x":                                     {"plain", "aws"},
		"#macro(m)x#end#m()":                     {"plain", "aws", "empty", "forbidden"},
		"#foreach($i in [1])a#end#evaluate('x')": {"plain", "aws", "empty", "forbidden"},
	} {
		if got := modes(template); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", template, got, want)
		}
	}
	for mode, want := range map[string]string{"plain": "[$x]<1>1", "empty": "[]<1>1", "forbidden": "[$x]#m(1)1", "aws": "[]#m(1)#evaluate('1')"} {
		got := renderOurs(job{mode: mode, template: "[$x]#macro(m $a)<$a>#end#m(1)#evaluate('1')"})
		if got.failure != "" || got.out != want {
			t.Errorf("%s: got %v, want %s", mode, got, want)
		}
	}
}
