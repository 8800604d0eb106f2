package jsonsmart

import (
	"math/big"
	"strconv"
	"strings"

	"example.com/apigw/internal/java"
)

// maxDigits bounds the length of a number: converting one takes more than
// linear time.
const maxDigits = 100_000

// number reads a scalar that begins like a number. It is one only if nothing but
// blanks stands between it and the stop; otherwise it is an unquoted string.
func (r *reader) number(stop uint8) java.Value {
	start := r.pos
	r.pos++
	r.digits()
	whole, ok := true, true
	if r.cur() == '.' {
		whole = false
		r.pos++
		r.digits()
	}
	if c := r.cur(); c == 'e' || c == 'E' {
		whole = false
		r.pos++
		if c := r.cur(); c == '+' || c == '-' || c >= '0' && c <= '9' {
			r.pos++
			r.digits()
		} else {
			ok = false
		}
	}
	if ok {
		r.skipSpace()
		ok = r.pos >= len(r.in) || stops[r.in[r.pos]]&(stop|stopNumber|stopEnd) != 0
	}
	if !ok {
		r.pos = start
		return r.unquoted(stop)
	}
	text := trim(r.in[start:r.pos])
	if len(text) > maxDigits {
		r.fail(start, "this number has more than 100000 characters", "")
		return nil
	}
	if whole {
		return integer(text)
	}
	v, problem := float(text)
	if problem != "" {
		r.fail(start, problem, "")
	}
	return v
}

func (r *reader) digits() {
	for r.pos < len(r.in) && r.in[r.pos]-'0' <= 9 {
		r.pos++
	}
}

// integer returns the smallest of Integer, Long and BigInteger; more than 19
// digits are a BigInteger also where leading zeros make up for them. A lone
// minus is 0.
func integer(text string) java.Value {
	digits := text
	if digits[0] == '-' {
		digits = digits[1:]
	}
	if len(digits) > 19 {
		n, _ := new(big.Int).SetString(text, 10)
		return n
	}
	var n uint64
	for i := 0; i < len(digits); i++ {
		n = n*10 + uint64(digits[i]-'0')
	}
	negative := len(digits) < len(text)
	switch {
	case !negative && n <= 1<<31-1:
		return int32(n)
	case negative && n <= 1<<31:
		return int32(-int64(n))
	case !negative && n <= 1<<63-1:
		return int64(n)
	case negative && n <= 1<<63:
		return int64(-n)
	}
	b := new(big.Int).SetUint64(n)
	if negative {
		b.Neg(b)
	}
	return b
}

// maxScale bounds the exponent of a number that keeps every digit: calculating
// with it takes that many digits.
const maxScale = 10_000

// float returns a Double, or beyond 18 characters a BigDecimal that keeps every
// digit.
func float(text string) (v java.Value, problem string) {
	if len(text) > 18 {
		return decimal(text)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && err.(*strconv.NumError).Err == strconv.ErrSyntax {
		return nil, notANumber(text)
	}
	return f, "" // out of range is Infinity, as in Java
}

func decimal(text string) (v java.Value, problem string) {
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa = text[:i]
		n, err := strconv.ParseInt(text[i+1:], 10, 32)
		if err != nil && err.(*strconv.NumError).Err == strconv.ErrSyntax {
			return nil, notANumber(text)
		}
		exponent = int(n) // out of range is the greatest or the least
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	scale := len(fraction) - exponent
	if scale > maxScale || scale < -maxScale {
		return nil, "the exponent of this number is too large"
	}
	unscaled, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok {
		return nil, notANumber(text)
	}
	return java.NewDecimal(unscaled, scale), ""
}

func notANumber(text string) string {
	return strconv.Quote(text) + " is not a number, although it begins like one"
}
