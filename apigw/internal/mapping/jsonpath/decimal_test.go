package jsonpath

import "testing"

func TestNumbersThatBigDecimalReads(t *testing.T) {
	for _, in := range []string{"1", "+1", "-0", "-1.50", "00.10", ".5", "1.", "1e5", "1.5E+3", "1e2147483647"} {
		if _, ok := parseDecimal(in); !ok {
			t.Errorf("%q: got nothing, want a number", in)
		}
	}
	for _, in := range []string{"", "-", "x", "1x", "1e", "1e+", "1e2147483649", ".", "1 ", "1.2.3", "--1", "0.1e-2147483648"} {
		if d, ok := parseDecimal(in); ok {
			t.Errorf("%q: got %v, want nothing", in, d)
		}
	}
}

func TestDecimalsCompareByValue(t *testing.T) {
	inOrder := []string{"-1e2147483647", "-10", "-1.5", "-1", "-1e-2147483000", "0", "1e-2147483000", "0.1", "1", "1.01", "9", "10", "1e2147483647"}
	for i, a := range inOrder {
		for j, b := range inOrder {
			x, _ := parseDecimal(a)
			y, _ := parseDecimal(b)
			if got, want := x.compare(y), min(max(i-j, -1), 1); got != want {
				t.Errorf("%s and %s: %d, want %d", a, b, got, want)
			}
		}
	}
	x, _ := parseDecimal("1.00")
	y, _ := parseDecimal("100e-2")
	if x.compare(y) != 0 {
		t.Errorf("1.00 and 100e-2: got %d, want 0", x.compare(y))
	}
}
