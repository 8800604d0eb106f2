package proxyresponse

import (
	"bytes"
	"iter"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// rawValue is one JSON value in a text that json.Valid accepted, without space
// around it. Since the text is valid, reading it needs neither errors nor
// recursion, and looks at every byte once.
type rawValue []byte

// kind returns what the value is: '{', '[', '"', 't' for true and false, 'n' for
// null, or '0' for numbers.
func (v rawValue) kind() byte {
	switch v[0] {
	case '{', '[', '"', 'n':
		return v[0]
	case 't', 'f':
		return 't'
	default:
		return '0'
	}
}

// members yields the keys and values of an object, keys with their quotes.
func members(object rawValue) iter.Seq2[rawValue, rawValue] {
	return func(yield func(key, value rawValue) bool) {
		rest := skipSpace(object[1:])
		for rest[0] != '}' {
			key := firstValue(rest)
			rest = skipSpace(rest[len(key):])
			rest = skipSpace(rest[1:]) // the colon
			value := firstValue(rest)
			if !yield(key, value) {
				return
			}
			rest = skipComma(rest[len(value):])
		}
	}
}

// elements yields the values of a list.
func elements(list rawValue) iter.Seq[rawValue] {
	return func(yield func(rawValue) bool) {
		rest := skipSpace(list[1:])
		for rest[0] != ']' {
			value := firstValue(rest)
			if !yield(value) {
				return
			}
			rest = skipComma(rest[len(value):])
		}
	}
}

// trimSpace removes white space as JSON defines it, which is less than that of
// Unicode.
func trimSpace(text []byte) []byte { return bytes.Trim(text, " \t\r\n") }

func skipSpace(text []byte) []byte {
	for text[0] == ' ' || text[0] == '\t' || text[0] == '\r' || text[0] == '\n' {
		text = text[1:]
	}
	return text
}

func skipComma(text []byte) []byte {
	text = skipSpace(text)
	if text[0] == ',' {
		text = skipSpace(text[1:])
	}
	return text
}

// firstValue returns the value with which text begins; something follows it.
func firstValue(text []byte) rawValue {
	switch text[0] {
	case '"':
		return text[:stringEnd(text)]
	case '{', '[':
		return text[:nestedEnd(text)]
	default:
		return text[:bytes.IndexAny(text, ",]} \t\r\n")]
	}
}

// stringEnd returns the end of the string with which text begins.
func stringEnd(text []byte) int {
	end := 1
	for {
		end += bytes.IndexByte(text[end:], '"')
		backslashes := 0
		for text[end-1-backslashes] == '\\' {
			backslashes++
		}
		end++
		if backslashes%2 == 0 {
			return end
		}
	}
}

// nestedEnd returns the end of the object or list with which text begins.
func nestedEnd(text []byte) int {
	depth := 0
	for i := 0; ; i++ {
		switch text[i] {
		case '"':
			i += stringEnd(text[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
}

// unquoted returns the content of a string. It shares memory with v unless v has
// escapes.
func (v rawValue) unquoted() []byte {
	inner := v[1 : len(v)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	text := make([]byte, 0, len(inner))
	for {
		i := bytes.IndexByte(inner, '\\')
		if i < 0 {
			return append(text, inner...)
		}
		text = append(text, inner[:i]...)
		var r rune
		r, inner = unescape(inner[i:])
		text = utf8.AppendRune(text, r)
	}
}

// unescape returns the character of the escape with which text begins, and what
// follows.
func unescape(text []byte) (rune, []byte) {
	switch c := text[1]; c {
	case 'b':
		return '\b', text[2:]
	case 'f':
		return '\f', text[2:]
	case 'n':
		return '\n', text[2:]
	case 'r':
		return '\r', text[2:]
	case 't':
		return '\t', text[2:]
	case 'u':
		r, rest := hexRune(text), text[6:]
		if pair := utf16.DecodeRune(r, hexRune(rest)); pair != utf8.RuneError {
			return pair, rest[6:]
		}
		return r, rest // half a pair becomes U+FFFD when it is written
	default: // quote, backslash, slash
		return rune(c), text[2:]
	}
}

// hexRune returns the character of an escape such as \u00e9, and -1 if text does
// not begin with one.
func hexRune(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	n, _ := strconv.ParseUint(string(text[2:6]), 16, 16) // in valid JSON these are digits
	return rune(n)
}
