package java

import (
	"errors"
	"math"
	"math/big"
)

// IsNumber reports whether v is a java.lang.Number.
func IsNumber(v Value) bool {
	switch v.(type) {
	case int32, int64, float64, *big.Int, int8, int16, float32, *Decimal:
		return true
	}
	return false
}

func isWhole(v Value) bool {
	switch v.(type) {
	case int32, int64, int8, int16, *big.Int:
		return true
	}
	return false
}

// ToInt converts a number as Java's Number.intValue does.
func ToInt(v Value) int32 {
	switch v := v.(type) {
	case int32:
		return v
	case float64:
		return int32(saturate(v, math.MinInt32, math.MaxInt32))
	case float32:
		return int32(saturate(float64(v), math.MinInt32, math.MaxInt32))
	}
	return int32(toLong(v))
}

// toLong converts a number as Java's Number.longValue does.
func toLong(v Value) int64 {
	switch v := v.(type) {
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case int64:
		return v
	case float32:
		return saturate(float64(v), math.MinInt64, math.MaxInt64)
	case float64:
		return saturate(v, math.MinInt64, math.MaxInt64)
	case *big.Int:
		low := new(big.Int).And(v, new(big.Int).SetUint64(math.MaxUint64))
		return int64(low.Uint64())
	case *Decimal:
		return toLong(v.whole())
	}
	return 0
}

// saturate converts as Java casts a double: NaN to 0, the rest to the nearest
// number that fits.
func saturate(f float64, lo, hi int64) int64 {
	switch {
	case f != f:
		return 0
	case f >= float64(hi):
		return hi
	case f <= float64(lo):
		return lo
	}
	return int64(f)
}

// toDouble converts a number as Java's Number.doubleValue does.
func toDouble(v Value) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case float32:
		return float64(v)
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f
	case *Decimal:
		f, _ := v.rat().Float64()
		return f
	}
	return float64(toLong(v))
}

func toBig(v Value) *big.Int {
	if b, ok := v.(*big.Int); ok {
		return b
	}
	return big.NewInt(toLong(v))
}

// numberKind says with what two numbers are computed.
type numberKind int

const (
	inLong numberKind = iota
	inFloat
	inDouble
	inBig
	inDecimal
)

func kindFor(a, b Value) numberKind {
	_, da := a.(*Decimal)
	_, db := b.(*Decimal)
	_, ba := a.(*big.Int)
	_, bb := b.(*big.Int)
	wa, wb := isWhole(a), isWhole(b)
	switch {
	case da || db || !(wa && wb) && (ba || bb):
		return inDecimal
	case ba || bb:
		return inBig
	case wa && wb:
		return inLong
	}
	if _, ok := a.(float64); ok {
		return inDouble
	}
	if _, ok := b.(float64); ok {
		return inDouble
	}
	return inFloat
}

// CompareNumbers returns -1, 0 or 1. NaN equals everything, as in Velocity, which
// fails to compare an infinite number with a BigInteger.
func CompareNumbers(a, b Value) (int, error) {
	if x, ok := a.(int32); ok {
		if y, ok := b.(int32); ok {
			return order(x, y), nil
		}
	}
	switch kindFor(a, b) {
	case inLong:
		return order(toLong(a), toLong(b)), nil
	case inFloat:
		return order(float32(toDouble(a)), float32(toDouble(b))), nil
	case inDouble:
		return order(toDouble(a), toDouble(b)), nil
	case inBig:
		return toBig(a).Cmp(toBig(b)), nil
	}
	x, err := toDecimal(a)
	if err != nil {
		return 0, err
	}
	y, err := toDecimal(b)
	if err != nil {
		return 0, err
	}
	return x.rat().Cmp(y.rat()), nil
}

func order[T int32 | int64 | float32 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Operator is an arithmetic operator of a template.
type Operator byte

// The arithmetic operators, each the character that a template writes.
const (
	opAdd      Operator = '+'
	opSubtract Operator = '-'
	opMultiply Operator = '*'
	opDivide   Operator = '/'
	opModulo   Operator = '%'
)

// calculateInts computes with two Integers. The result is a Long where it has
// to be; division by zero is null.
func calculateInts(op Operator, a, b int64) Value {
	switch op {
	case opAdd:
		return Integer(a + b)
	case opSubtract:
		return Integer(a - b)
	case opMultiply:
		return Integer(a * b)
	}
	if b == 0 {
		return nil
	}
	if op == opDivide {
		return Integer(a / b)
	}
	return Integer(a % b)
}

// Calculate computes with two numbers. Division by zero is null, and so is what is
// not a number.
func Calculate(op Operator, a, b Value) (Value, error) {
	if x, ok := a.(int32); ok {
		if y, ok := b.(int32); ok {
			return calculateInts(op, int64(x), int64(y)), nil
		}
	}
	if !IsNumber(a) || !IsNumber(b) {
		return nil, nil
	}
	if (op == opDivide || op == opModulo) && isZero(b) {
		return nil, nil
	}
	switch kindFor(a, b) {
	case inLong:
		return calculateLongs(op, a, b), nil
	case inFloat:
		return float32(calculateDoubles(op, float64(float32(toDouble(a))), float64(float32(toDouble(b))))), nil
	case inDouble:
		return calculateDoubles(op, toDouble(a), toDouble(b)), nil
	case inBig:
		return calculateBigs(op, toBig(a), toBig(b))
	}
	return calculateDecimals(op, a, b)
}

func isZero(v Value) bool {
	switch v := v.(type) {
	case *big.Int:
		return v.Sign() == 0
	case *Decimal:
		return v.unscaled.Sign() == 0
	}
	return toDouble(v) == 0
}

// calculateLongs calculates, and keeps the larger of the two types, or widens.
func calculateLongs(op Operator, a, b Value) Value {
	x, y := toLong(a), toLong(b)
	var r int64
	switch op {
	case opAdd:
		if r = x + y; (r^x) < 0 && (r^y) < 0 {
			return new(big.Int).Add(toBig(a), toBig(b))
		}
	case opSubtract:
		if r = x - y; (r^x) < 0 && (r^^y) < 0 {
			return new(big.Int).Sub(toBig(a), toBig(b))
		}
	case opMultiply:
		if r = x * y; y != 0 && r/y != x {
			return new(big.Int).Mul(toBig(a), toBig(b))
		}
	case opDivide:
		r = x / y
	case opModulo:
		r = x % y
	}
	_, la := a.(int64)
	_, lb := b.(int64)
	if la || lb {
		return r
	}
	return Integer(r)
}

func calculateDoubles(op Operator, x, y float64) float64 {
	switch op {
	case opAdd:
		return x + y
	case opSubtract:
		return x - y
	case opMultiply:
		return x * y
	case opDivide:
		return x / y
	}
	return math.Mod(x, y)
}

func calculateBigs(op Operator, x, y *big.Int) (Value, error) {
	r := new(big.Int)
	switch op {
	case opAdd:
		return r.Add(x, y), nil
	case opSubtract:
		return r.Sub(x, y), nil
	case opMultiply:
		return r.Mul(x, y), nil
	case opDivide:
		return r.Quo(x, y), nil
	}
	if y.Sign() < 0 {
		return nil, errors.New("java.lang.ArithmeticException: BigInteger: modulus not positive")
	}
	return r.Mod(x, y), nil
}
