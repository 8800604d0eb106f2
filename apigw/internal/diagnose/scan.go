package diagnose

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// member is one of a JSON object, as it was written.
type member struct {
	name  string
	value []byte
}

// scan returns the members of a JSON object in their order; nil if it is not an object,
// or is cut off. It does not check what is in the values, which the gateway did: texts
// are passed over at the speed of a search.
func scan(object []byte) []member {
	at := blanks(object, 0)
	if at == len(object) || object[at] != '{' {
		return nil
	}
	members := make([]member, 0, 8)
	for at = blanks(object, at+1); at < len(object) && object[at] != '}'; {
		end := textEnd(object, at)
		if end < 0 {
			return nil
		}
		name, ok := unquoted(object[at:end])
		if !ok {
			return nil
		}
		at = blanks(object, end)
		if at == len(object) || object[at] != ':' {
			return nil
		}
		start := blanks(object, at+1)
		if at = valueEnd(object, start); at < 0 {
			return nil
		}
		members = append(members, member{name, bytes.TrimRight(object[start:at], " \t\r\n")})
		if at = blanks(object, at); at < len(object) && object[at] == ',' {
			at = blanks(object, at+1)
		}
	}
	if at >= len(object) {
		return nil
	}
	return members
}

// unquoted returns the text of a JSON text. Few names have escapes.
func unquoted(raw []byte) (text string, ok bool) {
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(raw[1 : len(raw)-1]), true
	}
	return text, json.Unmarshal(raw, &text) == nil
}

func blanks(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t') {
		at++
	}
	return at
}

// textEnd returns the place behind a text in quotes; -1 if it is not one.
func textEnd(text []byte, at int) int {
	if at >= len(text) || text[at] != '"' {
		return -1
	}
	for at++; ; at++ {
		next := bytes.IndexByte(text[at:], '"')
		if next < 0 {
			return -1
		}
		at += next
		escapes := 0
		for text[at-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return at + 1
		}
	}
}

// valueEnd returns the place behind a value; -1 if it has no end.
func valueEnd(text []byte, at int) int {
	depth := 0
	for at < len(text) {
		switch text[at] {
		case '"':
			if at = textEnd(text, at); at < 0 {
				return -1
			}
			if depth == 0 {
				return at
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return at
			}
			if depth--; depth == 0 {
				return at + 1
			}
		case ',':
			if depth == 0 {
				return at
			}
		}
		at++
	}
	return -1
}
