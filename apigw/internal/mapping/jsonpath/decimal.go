package jsonpath

import (
	"math"
	"strconv"
	"strings"
)

// decimal is java.math.BigDecimal, as which filters compare numbers: digits ×
// 10^-scale.
type decimal struct {
	negative bool
	digits   string // without leading zeros; "0" for zero
	scale    int
}

// parseDecimal reads what BigDecimal's constructor reads.
func parseDecimal(text string) (d *decimal, ok bool) {
	d = &decimal{}
	s := text
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = s[0] == '-'
		s = s[1:]
	}
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
		e, err := strconv.ParseInt(exponent, 10, 32)
		if err != nil {
			return nil, false
		}
		d.scale = -int(e)
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	d.digits = whole + fraction
	d.scale += len(fraction)
	for i := 0; i < len(d.digits); i++ {
		if d.digits[i] < '0' || d.digits[i] > '9' {
			d.digits = ""
		}
	}
	if d.digits == "" || d.scale > math.MaxInt32 || d.scale < math.MinInt32 {
		return nil, false
	}
	d.digits = strings.TrimLeft(d.digits, "0")
	if d.digits == "" {
		d.digits, d.negative = "0", false
	}
	return d, true
}

// compare orders two numbers by value: -1, 0 or 1. Its time does not depend on
// the exponents.
func (d *decimal) compare(other *decimal) int {
	sign := d.sign()
	if s := other.sign(); s != sign || s == 0 {
		return sgn(int64(sign), int64(s))
	}
	a, b := len(d.digits)-d.scale, len(other.digits)-other.scale
	if a != b {
		return sign * sgn(int64(a), int64(b))
	}
	return sign * strings.Compare(strings.TrimRight(d.digits, "0"), strings.TrimRight(other.digits, "0"))
}

func (d *decimal) sign() int {
	switch {
	case d.digits == "0":
		return 0
	case d.negative:
		return -1
	}
	return 1
}
