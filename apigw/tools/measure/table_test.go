package main

import (
	"strings"
	"testing"
)

func TestQuartiles(t *testing.T) {
	for _, c := range []struct {
		rule              string
		figures           []float64
		median, low, high float64
	}{
		{"one figure is all three", []float64{7}, 7, 7, 7},
		{"the order does not matter", []float64{3, 1, 2}, 2, 1.5, 2.5},
		{"between two figures they are in proportion", []float64{0, 10}, 5, 2.5, 7.5},
	} {
		if median, low, high := quartiles(c.figures); median != c.median || low != c.low || high != c.high {
			t.Errorf("%s: %g, %g, %g", c.rule, median, low, high)
		}
	}
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		rule         string
		ours, theirs float64
		goal         goal
		want         string
	}{
		{"no goal, no verdict", 9, 1, goal{}, ""},
		{"the ratio may be its limit", 3, 2, goal{ratioAtMost, 1.5}, "met"},
		{"the ratio may not be over its limit", 3.1, 2, goal{ratioAtMost, 1.5}, "MISSED"},
		{"the ratio may be over its least", 11, 2, goal{ratioAtLeast, 5}, "met"},
		{"the ratio may not be below its least", 9, 2, goal{ratioAtLeast, 5}, "MISSED"},
		{"a figure has to be below its limit", 1, 9, goal{figureBelow, 1}, "MISSED"},
		{"a figure is below its limit", 0.9, 0.1, goal{figureBelow, 1}, "met"},
	} {
		r := row{ours: []float64{c.ours}, theirs: []float64{c.theirs}, goal: c.goal}
		if got := r.verdict(); got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
	}
}

func TestTheTableHasTheRatioOfEachRound(t *testing.T) {
	var out strings.Builder
	// In the second round the machine was slow, for both sides alike.
	err := printTable(&out, []row{{
		what: "a request", against: "the least", format: "%.0f ms",
		ours: []float64{3, 30}, theirs: []float64{2, 20}, goal: goal{ratioAtMost, 1.5},
	}})
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Join(strings.Fields(strings.Split(out.String(), "\n")[1]), " ")
	want := "a request 2 16 ms (10 ms .. 23 ms) 11 ms (6 ms .. 16 ms) the least 1.50 (1.50 .. 1.50) ratio <= 1.5 met"
	if line != want {
		t.Errorf("%s, want %s", line, want)
	}
}
