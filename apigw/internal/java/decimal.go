package java

import (
	"errors"
	"math"
	"math/big"
	"strconv"
)

// Decimal is java.math.BigDecimal: the result of an operation on a BigInteger and a
// Double.
type Decimal struct {
	unscaled *big.Int
	scale    int // digits behind the point
}

// NewDecimal returns unscaled × 10^-scale. Calculating takes time and memory in
// proportion to the scale, which the caller must bound.
func NewDecimal(unscaled *big.Int, scale int) *Decimal {
	return &Decimal{unscaled: unscaled, scale: scale}
}

var errNotFinite = errors.New("java.lang.NumberFormatException: Infinite or NaN")

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// toDecimal converts a number. Doubles, and integers that go through one, keep
// every binary digit.
func toDecimal(v Value) (*Decimal, error) {
	switch v := v.(type) {
	case *Decimal:
		return v, nil
	case *big.Int:
		return &Decimal{unscaled: v}, nil
	}
	f := toDouble(v)
	if math.IsInf(f, 0) || f != f {
		return nil, errNotFinite
	}
	mant, exp := math.Frexp(f)
	m := int64(mant * (1 << 53))
	exp -= 53
	if m == 0 {
		return &Decimal{unscaled: new(big.Int)}, nil
	}
	for m&1 == 0 {
		m >>= 1
		exp++
	}
	u := big.NewInt(m)
	if exp >= 0 {
		return &Decimal{unscaled: u.Lsh(u, uint(exp))}, nil
	}
	five := new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(-exp)), nil)
	return &Decimal{unscaled: u.Mul(u, five), scale: -exp}, nil
}

func (d *Decimal) rat() *big.Rat {
	if d.scale < 0 {
		return new(big.Rat).SetInt(new(big.Int).Mul(d.unscaled, pow10(-d.scale)))
	}
	return new(big.Rat).SetFrac(d.unscaled, pow10(d.scale))
}

func (d *Decimal) whole() *big.Int { return new(big.Int).Quo(d.unscaled, pow10(max(d.scale, 0))) }

// String prints as BigDecimal.toString.
func (d *Decimal) String() string {
	digits := new(big.Int).Abs(d.unscaled).String()
	sign := ""
	if d.unscaled.Sign() < 0 {
		sign = "-"
	}
	exp := len(digits) - 1 - d.scale
	switch {
	case d.scale == 0:
		return sign + digits
	case d.scale > 0 && exp >= -6:
		for len(digits) <= d.scale {
			digits = "0" + digits
		}
		return sign + digits[:len(digits)-d.scale] + "." + digits[len(digits)-d.scale:]
	}
	if len(digits) > 1 {
		digits = digits[:1] + "." + digits[1:]
	}
	if exp != 0 {
		digits += "E"
		if exp > 0 {
			digits += "+"
		}
		digits += strconv.Itoa(exp)
	}
	return sign + digits
}

func calculateDecimals(op Operator, a, b Value) (Value, error) {
	x, err := toDecimal(a)
	if err != nil {
		return nil, err
	}
	y, err := toDecimal(b)
	if err != nil {
		return nil, err
	}
	switch op {
	case opMultiply:
		return &Decimal{new(big.Int).Mul(x.unscaled, y.unscaled), x.scale + y.scale}, nil
	case opDivide:
		return x.divide(y), nil
	case opModulo:
		return nil, errors.New("java.lang.ArithmeticException: cannot calculate the modulo of BigDecimals")
	}
	scale := max(x.scale, y.scale)
	l := new(big.Int).Mul(x.unscaled, pow10(scale-x.scale))
	r := new(big.Int).Mul(y.unscaled, pow10(scale-y.scale))
	if op == opSubtract {
		return &Decimal{l.Sub(l, r), scale}, nil
	}
	return &Decimal{l.Add(l, r), scale}, nil
}

// divide keeps the scale of the dividend and rounds half down.
func (d *Decimal) divide(by *Decimal) *Decimal {
	num, den := new(big.Int).Set(d.unscaled), new(big.Int).Set(by.unscaled)
	if by.scale > 0 {
		num.Mul(num, pow10(by.scale))
	} else {
		den.Mul(den, pow10(-by.scale))
	}
	q, r := new(big.Int).QuoRem(num, den, new(big.Int))
	twice := r.Abs(r).Lsh(r, 1)
	if twice.CmpAbs(den) > 0 {
		if num.Sign()*den.Sign() < 0 {
			q.Sub(q, big.NewInt(1))
		} else {
			q.Add(q, big.NewInt(1))
		}
	}
	return &Decimal{q, d.scale}
}
