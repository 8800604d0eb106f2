//go:build velocity

package main

import "testing"

// A small run finds no difference.
func TestVelocity(t *testing.T) {
	v, err := startVelocity()
	if err != nil {
		t.Fatal(err)
	}
	defer v.stop()
	if n := run(v, 42, 0, 1000, 5, false); n > 0 {
		t.Errorf("got %d differences, want none", n)
	}
}
