package java

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// callNumber calls a method of a number, also the static ones of its class.
func callNumber(v Value, name string, args []Value) (Value, error) {
	if len(args) == 0 {
		switch name {
		case "intValue":
			return ToInt(v), nil
		case "longValue":
			return toLong(v), nil
		case "doubleValue":
			return toDouble(v), nil
		case "floatValue":
			return float32(toDouble(v)), nil
		case "byteValue":
			return int8(ToInt(v)), nil
		case "shortValue":
			return int16(ToInt(v)), nil
		}
	}
	if len(args) == 1 && name == "compareTo" {
		return compareTo(v, args[0])
	}
	switch v := v.(type) {
	case int32:
		return callInteger(name, args)
	case int64:
		return callLong(name, args)
	case float64:
		return callDouble(v, name, args)
	case float32:
		return callFloat(v, name, args)
	case int8:
		return callSmall(name, args, 8, func(n int64) Value { return int8(n) })
	case int16:
		return callSmall(name, args, 16, func(n int64) Value { return int16(n) })
	case *big.Int:
		return callBig(v, name, args)
	}
	return nil, ErrNoMethod
}

// compareTo needs an argument of the same class.
func compareTo(v, arg Value) (Value, error) {
	if arg == nil {
		return nil, errNull
	}
	if ClassOf(v) != ClassOf(arg) {
		return nil, errCast
	}
	if f, ok := v.(float64); ok {
		return compareDoubles(f, arg.(float64)), nil
	}
	n, err := CompareNumbers(v, arg)
	return int32(n), err
}

// compareDoubles orders -0.0 before 0.0 and NaN last.
func compareDoubles(a, b float64) int32 {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case math.Float64bits(a) == math.Float64bits(b) || a != a && b != b:
		return 0
	case a != a || b == 0 && math.Signbit(b):
		return 1
	}
	return -1
}

func numberFormat(s string) error {
	return exception("java.lang.NumberFormatException", fmt.Sprintf("For input string: %q", s))
}

// parseJavaInt reads as Integer.parseInt and Long.parseLong: digits with a sign
// and nothing else.
func parseJavaInt(s string, radix, bits int) (int64, error) {
	if radix < 2 || radix > 36 || s == "" || strings.Contains(s, "_") {
		return 0, numberFormat(s)
	}
	n, err := strconv.ParseInt(s, radix, bits)
	if err != nil {
		return 0, numberFormat(s)
	}
	return n, nil
}

func callInteger(name string, args []Value) (Value, error) {
	switch len(args) {
	case 1:
		return callInteger1(name, args[0])
	case 2:
		s, isString := args[0].(string)
		if isString || args[0] == nil {
			radix, ok := intArg(args[1])
			if ok && (name == "parseInt" || name == "valueOf") {
				n, err := parseJavaInt(s, radix, 32) // null fails like the empty string
				return int32(n), err
			}
			break
		}
		a, ok := intArg(args[0])
		b, ok2 := intArg(args[1])
		if !ok || !ok2 {
			break
		}
		x, y := int32(a), int32(b)
		switch name {
		case "max":
			return max(x, y), nil
		case "min":
			return min(x, y), nil
		case "sum":
			return x + y, nil
		case "compare":
			return int32(order(x, y)), nil
		case "toString":
			return radixText(int64(x), b), nil
		case "rotateLeft":
			return int32(bits.RotateLeft32(uint32(x), b)), nil
		case "rotateRight":
			return int32(bits.RotateLeft32(uint32(x), -b)), nil
		case "divideUnsigned", "remainderUnsigned":
			if y == 0 {
				return nil, exception("java.lang.ArithmeticException", "/ by zero")
			}
			if name == "divideUnsigned" {
				return int32(uint32(x) / uint32(y)), nil
			}
			return int32(uint32(x) % uint32(y)), nil
		case "compareUnsigned":
			return int32(order(int64(uint32(x)), int64(uint32(y)))), nil
		}
	}
	return nil, ErrNoMethod
}

func callInteger1(name string, arg Value) (Value, error) {
	switch x := arg.(type) {
	case string:
		switch name {
		case "parseInt", "valueOf":
			n, err := parseJavaInt(x, 10, 32)
			return int32(n), err
		case "decode":
			n, err := decode(x, 32)
			return int32(n), err
		case "parseUnsignedInt":
			n, err := parseJavaInt(x, 10, 64)
			if err != nil || n < 0 || n > math.MaxUint32 {
				return nil, numberFormat(x)
			}
			return int32(uint32(n)), nil
		}
	case nil:
		switch name {
		case "parseInt", "valueOf", "parseUnsignedInt":
			return nil, exception("java.lang.NumberFormatException", "null")
		case "decode":
			return nil, errNull
		}
	}
	n, ok := intArg(arg)
	if !ok {
		return nil, ErrNoMethod
	}
	x := int32(n)
	switch name {
	case "valueOf", "hashCode":
		return x, nil
	case "toString":
		return strconv.Itoa(n), nil
	case "toHexString":
		return strconv.FormatUint(uint64(uint32(x)), 16), nil
	case "toOctalString":
		return strconv.FormatUint(uint64(uint32(x)), 8), nil
	case "toBinaryString":
		return strconv.FormatUint(uint64(uint32(x)), 2), nil
	case "toUnsignedString":
		return strconv.FormatUint(uint64(uint32(x)), 10), nil
	case "toUnsignedLong":
		return int64(uint32(x)), nil
	case "signum":
		return int32(order(x, 0)), nil
	case "bitCount":
		return int32(bits.OnesCount32(uint32(x))), nil
	case "reverse":
		return int32(bits.Reverse32(uint32(x))), nil
	case "reverseBytes":
		return int32(bits.ReverseBytes32(uint32(x))), nil
	case "numberOfLeadingZeros":
		return int32(bits.LeadingZeros32(uint32(x))), nil
	case "numberOfTrailingZeros":
		return int32(bits.TrailingZeros32(uint32(x))), nil
	case "highestOneBit":
		if x == 0 {
			return x, nil
		}
		return int32(uint32(1) << (31 - bits.LeadingZeros32(uint32(x)))), nil
	case "lowestOneBit":
		return x & -x, nil
	}
	return nil, ErrNoMethod
}

// decode reads as Integer.decode: with 0x, # or 0 before other radixes.
func decode(s string, size int) (int64, error) {
	sign, digits := "", s
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		sign, digits = s[:1], s[1:]
	}
	radix := 10
	switch {
	case strings.HasPrefix(digits, "0x"), strings.HasPrefix(digits, "0X"):
		radix, digits = 16, digits[2:]
	case strings.HasPrefix(digits, "#"):
		radix, digits = 16, digits[1:]
	case len(digits) > 1 && digits[0] == '0':
		radix, digits = 8, digits[1:]
	}
	if strings.HasPrefix(digits, "-") || strings.HasPrefix(digits, "+") {
		return 0, numberFormat(s)
	}
	return parseJavaInt(sign+digits, radix, size)
}

func radixText(n int64, radix int) string {
	if radix < 2 || radix > 36 {
		radix = 10
	}
	return strconv.FormatInt(n, radix)
}

func callLong(name string, args []Value) (Value, error) {
	switch len(args) {
	case 1:
		if s, ok := args[0].(string); ok {
			switch name {
			case "parseLong", "valueOf":
				n, err := parseJavaInt(s, 10, 64)
				return n, err
			case "decode":
				n, err := decode(s, 64)
				return n, err
			}
			break
		}
		if args[0] == nil {
			switch name {
			case "parseLong", "valueOf":
				return nil, exception("java.lang.NumberFormatException", "null")
			case "decode":
				return nil, errNull
			}
			break
		}
		n, ok := longArg(args[0])
		if !ok {
			break
		}
		switch name {
		case "valueOf":
			return n, nil
		case "hashCode":
			return hash(n), nil
		case "toString":
			return strconv.FormatInt(n, 10), nil
		case "toHexString":
			return strconv.FormatUint(uint64(n), 16), nil
		case "toOctalString":
			return strconv.FormatUint(uint64(n), 8), nil
		case "toBinaryString":
			return strconv.FormatUint(uint64(n), 2), nil
		case "toUnsignedString":
			return strconv.FormatUint(uint64(n), 10), nil
		case "signum":
			return int32(order(n, 0)), nil
		case "bitCount":
			return int32(bits.OnesCount64(uint64(n))), nil
		case "reverse":
			return int64(bits.Reverse64(uint64(n))), nil
		case "reverseBytes":
			return int64(bits.ReverseBytes64(uint64(n))), nil
		case "numberOfLeadingZeros":
			return int32(bits.LeadingZeros64(uint64(n))), nil
		case "numberOfTrailingZeros":
			return int32(bits.TrailingZeros64(uint64(n))), nil
		case "highestOneBit":
			if n == 0 {
				return n, nil
			}
			return int64(uint64(1) << (63 - bits.LeadingZeros64(uint64(n)))), nil
		case "lowestOneBit":
			return n & -n, nil
		}
	case 2:
		s, isString := args[0].(string)
		if isString || args[0] == nil {
			if radix, ok := intArg(args[1]); ok && (name == "parseLong" || name == "valueOf") {
				n, err := parseJavaInt(s, radix, 64)
				return n, err
			}
			break
		}
		x, ok := longArg(args[0])
		if radix, isInt := intArg(args[1]); ok && isInt && name == "toString" {
			return radixText(x, radix), nil
		}
		y, ok2 := longArg(args[1])
		if !ok || !ok2 {
			break
		}
		switch name {
		case "max":
			return max(x, y), nil
		case "min":
			return min(x, y), nil
		case "sum":
			return x + y, nil
		case "compare":
			return int32(order(x, y)), nil
		}
	}
	return nil, ErrNoMethod
}

func callDouble(v float64, name string, args []Value) (Value, error) {
	switch len(args) {
	case 0:
		switch name {
		case "isNaN":
			return v != v, nil
		case "isInfinite":
			return math.IsInf(v, 0), nil
		}
	case 1:
		if s, ok := args[0].(string); ok {
			switch name {
			case "parseDouble", "valueOf":
				f, err := parseDouble(s)
				return f, err
			}
			break
		}
		if args[0] == nil {
			switch name {
			case "parseDouble", "valueOf":
				return nil, errNull
			}
			break
		}
		f, ok := doubleArg(args[0])
		if !ok {
			break
		}
		switch name {
		case "valueOf":
			return f, nil
		case "toString":
			return ToString(f), nil
		case "hashCode":
			return hash(f), nil
		case "isNaN":
			return f != f, nil
		case "isInfinite":
			return math.IsInf(f, 0), nil
		case "isFinite":
			return !math.IsInf(f, 0) && f == f, nil
		case "toHexString":
			return hexDouble(f), nil
		case "doubleToLongBits", "doubleToRawLongBits":
			return int64(math.Float64bits(f)), nil
		}
	case 2:
		x, ok := doubleArg(args[0])
		y, ok2 := doubleArg(args[1])
		if !ok || !ok2 {
			break
		}
		switch name {
		case "max":
			return math.Max(x, y), nil
		case "min":
			return math.Min(x, y), nil
		case "sum":
			return x + y, nil
		case "compare":
			return compareDoubles(x, y), nil
		}
	}
	return nil, ErrNoMethod
}

// parseDouble reads as Double.parseDouble: with blanks around it and a suffix d
// or f.
func parseDouble(s string) (float64, error) {
	t := strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	switch strings.TrimLeft(t, "+-") {
	case "NaN":
		return math.NaN(), nil
	case "Infinity":
		if strings.HasPrefix(t, "-") {
			return math.Inf(-1), nil
		}
		return math.Inf(1), nil
	}
	if strings.ContainsAny(t, "_nNiI") || t == "" {
		return 0, numberFormat(s)
	}
	hex := strings.ContainsAny(t, "xX")
	if last := t[len(t)-1] | 0x20; last == 'd' || last == 'f' {
		if !hex || strings.ContainsAny(t, "pP") {
			t = t[:len(t)-1]
		}
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil && !math.IsInf(f, 0) || hex && !strings.ContainsAny(t, "pP") {
		return 0, numberFormat(s)
	}
	return f, nil
}

func callBig(v *big.Int, name string, args []Value) (Value, error) {
	switch len(args) {
	case 0:
		switch name {
		case "signum":
			return int32(v.Sign()), nil
		case "negate":
			return new(big.Int).Neg(v), nil
		case "abs":
			return new(big.Int).Abs(v), nil
		case "getLowestSetBit":
			if v.Sign() == 0 {
				return int32(-1), nil
			}
			return int32(v.TrailingZeroBits()), nil
		case "bitLength":
			if v.Sign() < 0 {
				return int32(new(big.Int).Not(v).BitLen()), nil
			}
			return int32(v.BitLen()), nil
		case "bitCount":
			b := v
			if v.Sign() < 0 {
				b = new(big.Int).Not(v)
			}
			n := 0
			for _, w := range b.Bits() {
				n += bits.OnesCount(uint(w))
			}
			return int32(n), nil
		}
	case 1:
		b, ok := args[0].(*big.Int)
		if args[0] == nil {
			switch name {
			case "add", "subtract", "multiply", "divide", "remainder", "mod", "max", "min", "gcd":
				return nil, errNull
			}
			break
		}
		if !ok {
			if radix, isInt := intArg(args[0]); isInt && name == "toString" {
				if radix < 2 || radix > 36 {
					radix = 10
				}
				return v.Text(radix), nil
			}
			if n, isLong := longArg(args[0]); isLong && name == "valueOf" {
				return big.NewInt(n), nil
			}
			break
		}
		switch name {
		case "add":
			return new(big.Int).Add(v, b), nil
		case "subtract":
			return new(big.Int).Sub(v, b), nil
		case "multiply":
			if v.BitLen()+b.BitLen() > 1<<20 {
				return nil, errLimit
			}
			return new(big.Int).Mul(v, b), nil
		case "divide", "remainder":
			if b.Sign() == 0 {
				return nil, exception("java.lang.ArithmeticException", "BigInteger divide by zero")
			}
			if name == "divide" {
				return new(big.Int).Quo(v, b), nil
			}
			return new(big.Int).Rem(v, b), nil
		case "mod":
			if b.Sign() <= 0 {
				return nil, exception("java.lang.ArithmeticException", "BigInteger: modulus not positive")
			}
			return new(big.Int).Mod(v, b), nil
		case "max":
			if v.Cmp(b) >= 0 {
				return v, nil
			}
			return b, nil
		case "min":
			if v.Cmp(b) <= 0 {
				return v, nil
			}
			return b, nil
		}
	}
	return nil, ErrNoMethod
}

// hexDouble formats as Double.toHexString does.
func hexDouble(f float64) string {
	if f != f || math.IsInf(f, 0) {
		return ToString(f)
	}
	b := math.Float64bits(f)
	sign := ""
	if b>>63 != 0 {
		sign = "-"
	}
	exp, mant := int(b>>52&0x7FF), b&(1<<52-1)
	digits := strings.TrimRight(fmt.Sprintf("%013x", mant), "0")
	if digits == "" {
		digits = "0"
	}
	switch {
	case exp == 0 && mant == 0:
		return sign + "0x0.0p0"
	case exp == 0:
		return sign + "0x0." + digits + "p-1022"
	}
	return fmt.Sprintf("%s0x1.%sp%d", sign, digits, exp-1023)
}

// callFloat does as Double does, with Floats.
func callFloat(v float32, name string, args []Value) (Value, error) {
	switch name {
	case "parseFloat":
		name = "parseDouble"
	case "parseDouble", "doubleToLongBits", "doubleToRawLongBits", "hashCode", "toHexString":
		return nil, ErrNoMethod
	case "toString":
		if f, ok := one(args, doubleArg); ok {
			return ToString(float32(f)), nil
		}
	}
	r, err := callDouble(float64(v), name, args)
	if f, ok := r.(float64); ok && err == nil {
		return float32(f), nil
	}
	return r, err
}

func one[T any](args []Value, convert func(Value) (T, bool)) (v T, ok bool) {
	if len(args) == 1 {
		v, ok = convert(args[0])
	}
	return v, ok
}

// callSmall calls the static methods of Byte and Short.
func callSmall(name string, args []Value, size int, make func(int64) Value) (Value, error) {
	if len(args) == 0 || len(args) > 2 {
		return nil, ErrNoMethod
	}
	s, isString := args[0].(string)
	radix := 10
	if len(args) == 2 {
		n, ok := intArg(args[1])
		if !ok {
			return nil, ErrNoMethod
		}
		radix = n
	}
	switch name {
	case "parseByte", "parseShort", "valueOf":
		if name == "parseByte" && size != 8 || name == "parseShort" && size != 16 {
			return nil, ErrNoMethod
		}
		if args[0] == nil {
			return nil, exception("java.lang.NumberFormatException", "null")
		}
		if isString {
			n, err := parseJavaInt(s, radix, size)
			return make(n), err
		}
	case "decode":
		if args[0] == nil {
			return nil, errNull
		}
		if isString && len(args) == 1 {
			n, err := decode(s, size)
			return make(n), err
		}
	}
	return nil, ErrNoMethod
}
