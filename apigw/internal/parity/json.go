package parity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
)

// parseJSON returns the value of a text that is JSON.
func parseJSON(text []byte) (value any, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil, false
	}
	_, err := decoder.Token()
	return value, err == io.EOF
}

// compareJSON appends how two values differ at a path. The order of keys is no
// difference, and neither is how a number is written.
func compareJSON(list []Difference, path string, here, there any) []Difference {
	if len(list) > maxDifferences {
		return list
	}
	switch here := here.(type) {
	case map[string]any:
		if there, ok := there.(map[string]any); ok {
			return compareObjects(list, path, here, there)
		}
	case []any:
		if there, ok := there.([]any); ok {
			return compareArrays(list, path, here, there)
		}
	case json.Number:
		if there, ok := there.(json.Number); ok && sameNumber(here.String(), there.String()) {
			return list
		}
	default: // a string, true, false or null
		if here == there { // which is false for other types
			return list
		}
	}
	return append(list, Difference{What: inBody, Path: path, Here: shown(written(here)), There: shown(written(there))})
}

func compareObjects(list []Difference, path string, here, there map[string]any) []Difference {
	keys := map[string]bool{}
	for key := range here {
		keys[key] = true
	}
	for key := range there {
		keys[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		a, inHere := here[key]
		b, inThere := there[key]
		at := path + member(key)
		switch {
		case !inHere:
			list = append(list, Difference{What: inBody, Path: at, There: shown(written(b)), Missing: "here"})
		case !inThere:
			list = append(list, Difference{What: inBody, Path: at, Here: shown(written(a)), Missing: "there"})
		default:
			list = compareJSON(list, at, a, b)
		}
	}
	return list
}

func compareArrays(list []Difference, path string, here, there []any) []Difference {
	for i := range min(len(here), len(there)) {
		list = compareJSON(list, fmt.Sprintf("%s[%d]", path, i), here[i], there[i])
	}
	if len(here) != len(there) {
		list = append(list, Difference{What: inBody, Path: path, Here: count(len(here), "value"), There: count(len(there), "value")})
	}
	return list
}

// plainKey is one that a JSONPath has behind a dot.
var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func member(key string) string {
	if plainKey.MatchString(key) {
		return "." + key
	}
	return "[" + strconv.Quote(key) + "]"
}

// maxDigits bounds the numbers that are compared by their value.
const maxDigits = 40

// sameNumber reports whether two numbers are the same, however they are written.
func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	x, y := rational(a), rational(b)
	return x != nil && y != nil && x.Cmp(y) == 0
}

// exponent is that of a number which does not grow beyond measure.
var exponent = regexp.MustCompile(`^[^eE]*([eE][+-]?0*\d{1,3})?$`)

// rational returns the value of a number; nil of one that is too long.
func rational(text string) *big.Rat {
	if len(text) > maxDigits || !exponent.MatchString(text) {
		return nil
	}
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil
	}
	return n
}

// written returns a value as JSON.
func written(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return string(bytes.TrimSpace(text.Bytes()))
}
