package schema

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// typeOf returns the primitive type of a value. As in draft 4, 1.0 is a number
// and not an integer.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "number"
		}
		return "integer"
	case string:
		return "string"
	case []any:
		return "array"
	default:
		return "object"
	}
}

// printed returns a value as compact JSON.
func printed(v any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "null"
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// canonical returns a text that two values share if they are equal in JSON
// Schema's sense: 1 and 1.0 are, and the order of members does not count.
func canonical(v any) string {
	var out strings.Builder
	writeCanonical(&out, v)
	return out.String()
}

func writeCanonical(out *strings.Builder, v any) {
	switch v := v.(type) {
	case json.Number:
		out.WriteString(rat(v).RatString())
	case []any:
		out.WriteByte('[')
		for _, item := range v {
			writeCanonical(out, item)
			out.WriteByte(',')
		}
		out.WriteByte(']')
	case map[string]any:
		out.WriteByte('{')
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out.WriteString(strconv.Quote(name))
			writeCanonical(out, v[name])
			out.WriteByte(',')
		}
		out.WriteByte('}')
	default:
		out.WriteString(printed(v))
	}
}

func rat(n json.Number) *big.Rat {
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return new(big.Rat)
	}
	return r
}

// decimal writes a limit of a schema, which is a decimal fraction, as such.
func decimal(r *big.Rat) string {
	digits, exact := r.FloatPrec()
	if !exact {
		return r.RatString()
	}
	return r.FloatString(digits)
}
