package main

import (
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	got, err := write("version 17.0.1\nblock 0 7f BASIC LATIN|BASICLATIN\nscript LATN LATIN\nmirrored 1 28 29\ncluster 14 a9 a9\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"from JDK 17;", `{0x0, 0x7f, "BASIC LATIN|BASICLATIN"}`, `"LATN": "LATIN"`, "{0x28, 0x29}", "{0xa9, 0xa9, clusterPictograph}"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("got no %s, want it in\n%s", want, got)
		}
	}
	for _, line := range []string{"block 0", "cluster 99 1 1", "other"} {
		if _, err := write(line); err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("%q: got %v, want an error that has it", line, err)
		}
	}
	for _, args := range [][]string{nil, {"a", "b"}} {
		if err := run(args); err == nil {
			t.Errorf("%q: got no error, want one", args)
		}
	}
}
