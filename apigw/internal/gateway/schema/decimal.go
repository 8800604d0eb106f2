package schema

import (
	"math"
	"math/big"
	"math/bits"
	"strings"

	"example.com/apigw/internal/java"
)

// decimal is unscaled × 10^-scale. Most fit into small.
type decimal struct {
	small int64
	big   *big.Int // instead of small if that is too small
	scale int
}

// readDecimal reads a number that is well-formed. Jackson removes the zeros at the
// end of one that is not an integer.
func readDecimal(mantissa []byte, exponent int, strip bool) decimal {
	digits := string(mantissa)
	scale := 0
	if whole, fraction, ok := strings.Cut(digits, "."); ok {
		digits = whole + fraction
		scale = len(fraction)
	}
	scale -= exponent
	if strip {
		short := strings.TrimRight(digits, "0")
		if short == "" || short == "-" {
			return decimal{}
		}
		scale -= len(digits) - len(short)
		digits = short
	}
	if n, ok := parseSmall(digits); ok {
		return zeroScale(decimal{small: n, scale: scale})
	}
	n, _ := new(big.Int).SetString(digits, 10)
	return zeroScale(decimal{big: n, scale: scale})
}

// zeroScale returns zero in its one form, and any other number as it is.
func zeroScale(d decimal) decimal {
	if d.sign() == 0 {
		return decimal{}
	}
	return d
}

// stripped returns the same number without zeros at the end of its digits.
func (d decimal) stripped() decimal {
	if d.big != nil {
		digits := d.big.String()
		return readDecimal([]byte(digits), -d.scale, true)
	}
	for d.small != 0 && d.small%10 == 0 {
		d.small /= 10
		d.scale--
	}
	return d
}

func parseSmall(digits string) (int64, bool) {
	if len(digits) > 18 {
		return 0, false
	}
	negative := strings.HasPrefix(digits, "-")
	n := int64(0)
	for _, c := range []byte(strings.TrimPrefix(digits, "-")) {
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

func (d decimal) unscaled() *big.Int {
	if d.big != nil {
		return d.big
	}
	return big.NewInt(d.small)
}

func (d decimal) sign() int {
	if d.big != nil {
		return d.big.Sign()
	}
	switch {
	case d.small < 0:
		return -1
	case d.small > 0:
		return 1
	}
	return 0
}

// String prints as java.math.BigDecimal does.
func (d decimal) String() string { return java.NewDecimal(d.unscaled(), d.scale).String() }

// precision is the number of decimal digits, give or take one.
func (d decimal) precision() int {
	length := bits.Len64(uint64(max(d.small, -d.small)))
	if d.big != nil {
		length = d.big.BitLen()
	}
	return int(float64(length)*math.Log10(2)) + 1
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// aligned returns both numbers as integers of the same unit.
func aligned(a, b decimal) (x, y *big.Int) {
	x, y = a.unscaled(), b.unscaled()
	if a.scale < b.scale {
		x = new(big.Int).Mul(x, pow10(b.scale-a.scale))
	} else if a.scale > b.scale {
		y = new(big.Int).Mul(y, pow10(a.scale-b.scale))
	}
	return x, y
}

// compare compares by value.
func (d decimal) compare(to decimal) int {
	if s, t := d.sign(), to.sign(); s != t {
		if s < t {
			return -1
		}
		return 1
	} else if s != 0 {
		// Their magnitudes may differ so much that the digits do not count.
		mine, others := d.precision()-d.scale, to.precision()-to.scale
		if mine > others+2 {
			return s
		}
		if others > mine+2 {
			return -s
		}
	}
	if d.scale == to.scale && d.big == nil && to.big == nil {
		switch {
		case d.small < to.small:
			return -1
		case d.small > to.small:
			return 1
		}
		return 0
	}
	x, y := aligned(d, to)
	return x.Cmp(y)
}

// divisible reports whether d is a multiple of by.
func (d decimal) divisible(by decimal) bool {
	if d.scale == by.scale && d.big == nil && by.big == nil {
		return d.small%by.small == 0
	}
	x, y := aligned(d, by)
	return new(big.Int).Rem(x, y).Sign() == 0
}

// cost estimates the work of [decimal.divisible] with another number, in digits.
func (d decimal) cost(by decimal) int {
	return d.precision() + by.precision() + max(d.scale-by.scale, by.scale-d.scale)
}

// long returns the number if it is whole and fits 64 bits, as Java's long.
func (d decimal) long() (int64, bool) {
	switch {
	case d.big != nil && d.scale == 0:
		return d.big.Int64(), d.big.IsInt64()
	case d.big == nil && d.scale == 0:
		return d.small, true
	case d.scale > 0 || d.precision()-d.scale > 25:
		return 0, d.sign() == 0
	}
	n := new(big.Int).Mul(d.unscaled(), pow10(-d.scale))
	return n.Int64(), n.IsInt64()
}

// float returns the nearest double, or an infinity.
func (d decimal) float() float64 {
	if d.scale == 0 && d.big == nil {
		return float64(d.small)
	}
	switch magnitude := d.precision() - d.scale; {
	case magnitude > 400:
		return math.Inf(d.sign())
	case magnitude < -400:
		return 0 * float64(d.sign())
	}
	r := new(big.Rat).SetInt(d.unscaled())
	if d.scale > 0 {
		r.Quo(r, new(big.Rat).SetInt(pow10(d.scale)))
	} else {
		r.Mul(r, new(big.Rat).SetInt(pow10(-d.scale)))
	}
	f, _ := r.Float64()
	return f
}
