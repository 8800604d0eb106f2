package jsonsmart

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"example.com/hello-apigw/local/vtl"
)

// Decimal is java.math.BigDecimal, which json-smart reads where a number with a
// point or an exponent is longer than 18 characters: it keeps every digit. The
// number is digits × 10^-scale.
type Decimal struct {
	negative bool
	digits   string // without leading zeros; "0" for zero
	scale    int
}

// ParseDecimal reads what BigDecimal's constructor reads. Its error says that
// the text is no number or that its exponent is too large.
func ParseDecimal(text string) (*Decimal, error) {
	d := &Decimal{}
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
			return nil, fmt.Errorf("%q is not a number that BigDecimal can hold", text)
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
		return nil, fmt.Errorf("%q is not a number that BigDecimal can hold", text)
	}
	d.digits = strings.TrimLeft(d.digits, "0")
	if d.digits == "" {
		d.digits, d.negative = "0", false
	}
	return d, nil
}

// String is Java's toString: plain, or with an exponent where the plain form
// would need more than six zeros behind the point or zeros that are not known.
func (d *Decimal) String() string {
	var b strings.Builder
	if d.negative {
		b.WriteByte('-')
	}
	adjusted := len(d.digits) - 1 - d.scale
	switch {
	case d.scale == 0:
		b.WriteString(d.digits)
	case d.scale > 0 && adjusted >= -6:
		if adjusted < 0 {
			b.WriteString("0." + strings.Repeat("0", -adjusted-1) + d.digits)
		} else {
			b.WriteString(d.digits[:adjusted+1] + "." + d.digits[adjusted+1:])
		}
	default:
		b.WriteString(d.digits[:1])
		if len(d.digits) > 1 {
			b.WriteString("." + d.digits[1:])
		}
		fmt.Fprintf(&b, "E%+d", adjusted)
	}
	return b.String()
}

// Compare orders two numbers by value: -1, 0 or 1. Its time does not depend on
// the exponents.
func (d *Decimal) Compare(other *Decimal) int {
	sign := d.sign()
	if s := other.sign(); s != sign || s == 0 {
		return sgn(sign - s)
	}
	a, b := len(d.digits)-d.scale, len(other.digits)-other.scale
	if a != b {
		return sign * sgn(a-b)
	}
	return sign * strings.Compare(strings.TrimRight(d.digits, "0"), strings.TrimRight(other.digits, "0"))
}

func (d *Decimal) sign() int {
	switch {
	case d.digits == "0":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

func sgn(n int) int { return min(max(n, -1), 1) }

// Float64 is the nearest Double.
func (d *Decimal) Float64() float64 {
	f, _ := strconv.ParseFloat(d.String(), 64)
	return f
}

// bits are the low 64 bits of the whole part, as Java's longValue gives them.
func (d *Decimal) bits() int64 {
	switch keep := len(d.digits) - d.scale; {
	case keep <= 0 || d.scale <= -64: // a fraction; or a multiple of 2^64
		return 0
	case d.scale > 0:
		n, _ := new(big.Int).SetString(d.digits[:keep], 10)
		return d.signed(n)
	}
	n, _ := new(big.Int).SetString(d.digits+strings.Repeat("0", -d.scale), 10)
	return d.signed(n)
}

func (d *Decimal) signed(n *big.Int) int64 {
	low := int64(n.And(n, new(big.Int).SetUint64(math.MaxUint64)).Uint64())
	if d.negative {
		return -low
	}
	return low
}

// Property implements [vtl.Object]: BigDecimal has none that templates use.
func (d *Decimal) Property(string) (vtl.Value, bool) { return nil, false }

// Call implements [vtl.Object] with the conversions and comparisons of Number.
func (d *Decimal) Call(_ *vtl.Call, name string, args []vtl.Value) (vtl.Value, error) {
	if len(args) == 1 {
		other, same := args[0].(*Decimal)
		switch {
		case name == "compareTo" && same:
			return int32(d.Compare(other)), nil
		case name == "equals": // as in Java, 1.0 does not equal 1.00
			return same && *d == *other, nil
		}
		return nil, vtl.ErrNoMethod
	}
	if len(args) == 0 {
		switch name {
		case "toString":
			return d.String(), nil
		case "doubleValue":
			return d.Float64(), nil
		case "longValue":
			return d.bits(), nil
		case "intValue":
			return int32(d.bits()), nil
		}
	}
	return nil, vtl.ErrNoMethod
}

// AppendText implements [vtl.TextAppender].
func (d *Decimal) AppendText(p *vtl.Printer) { p.WriteString(d.String()) }
