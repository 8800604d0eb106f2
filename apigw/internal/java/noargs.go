package java

import "math/big"

// Velocity 1.7 takes a method without parameters for applicable to any
// arguments, when no other of its name is; calling it then fails. So a call
// with arguments needs to know which methods without parameters there are.
var (
	objectNoArgs   = names("getClass", "hashCode", "notify", "notifyAll", "toString", "wait")
	numberNoArgs   = names("byteValue", "describeConstable", "doubleValue", "floatValue", "intValue", "longValue", "shortValue")
	doubleNoArgs   = names("isInfinite", "isNaN")
	bigNoArgs      = names("abs", "bitCount", "bitLength", "byteValueExact", "getLowestSetBit", "intValueExact", "longValueExact", "negate", "nextProbablePrime", "not", "shortValueExact", "signum", "sqrt", "toByteArray")
	boolNoArgs     = names("booleanValue", "describeConstable")
	charNoArgs     = names("charValue", "describeConstable")
	stringNoArgs   = names("chars", "codePoints", "describeConstable", "getBytes", "intern", "isBlank", "isEmpty", "length", "lines", "strip", "stripIndent", "stripLeading", "stripTrailing", "toCharArray", "toLowerCase", "toUpperCase", "translateEscapes", "trim")
	viewNoArgs     = names("clear", "isEmpty", "iterator", "parallelStream", "size", "spliterator", "stream", "toArray")
	arrayNoArgs    = names("clear", "isEmpty", "iterator", "listIterator", "parallelStream", "size", "spliterator", "stream", "toArray")
	listNoArgs     = names("clear", "clone", "isEmpty", "iterator", "listIterator", "parallelStream", "size", "spliterator", "stream", "toArray", "trimToSize")
	mapNoArgs      = names("clear", "clone", "entrySet", "isEmpty", "keySet", "size", "values")
	entryNoArgs    = names("comparingByKey", "comparingByValue", "getKey", "getValue")
	iteratorNoArgs = names("hasNext", "next", "remove")
)

func names(list ...string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, n := range list {
		m[n] = true
	}
	return m
}

// takesNothing reports whether the class of v has a method without parameters.
func takesNothing(v Value, name string) bool {
	var own map[string]bool
	switch v := v.(type) {
	case string:
		own = stringNoArgs
	case int32, int64, int8, int16, *Decimal:
		own = numberNoArgs
	case float64, float32:
		if doubleNoArgs[name] {
			return true
		}
		own = numberNoArgs
	case *big.Int:
		if bigNoArgs[name] {
			return true
		}
		own = numberNoArgs
	case bool:
		own = boolNoArgs
	case Char:
		own = charNoArgs
	case *List:
		own = listNoArgs
		if v.IsSubList() {
			own = arrayNoArgs
		}
	case *Array:
		own = arrayNoArgs
	case *View:
		own = viewNoArgs
	case *Map:
		own = mapNoArgs
	case *Entry:
		own = entryNoArgs
	case *Iterator:
		own = iteratorNoArgs
	case Classed:
		return v.TakesNothing(name) || objectNoArgs[name]
	default:
		return false
	}
	return own[name] || objectNoArgs[name]
}
