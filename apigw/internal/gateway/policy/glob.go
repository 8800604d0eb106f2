package policy

import (
	"strings"
	"unicode/utf8"
)

// literal hides a character of ${*}, ${?} and ${$} from Match, in Unicode's
// private use area.
const literal = '\uE000'

// Match matches all of a text with a pattern: * is any number of characters,
// slashes too, ? is one. It takes time in proportion to the product of their lengths
// at most.
func Match(pattern, text string) bool {
	star, retry := -1, 0 // where to go on when a * takes one character more
	i, j := 0, 0
	for j < len(text) {
		// Most characters need no decoding, which takes 3 % of BenchmarkProxyGET.
		if i < len(pattern) && pattern[i] == text[j] && text[j] < utf8.RuneSelf && text[j] != '*' {
			i++
			j++
			continue
		}
		p, pSize := utf8.DecodeRuneInString(pattern[i:])
		t, tSize := utf8.DecodeRuneInString(text[j:])
		switch {
		case p == '*':
			i += pSize
			star, retry = i, j
			if i == len(pattern) {
				return true
			}
		case pSize > 0 && (p == '?' || p&^0xFF == literal && p&0xFF == t || p == t):
			i += pSize
			j += tSize
		case star >= 0:
			_, size := utf8.DecodeRuneInString(text[retry:])
			retry += size
			i, j = star, retry
		default:
			return false
		}
	}
	return strings.Trim(pattern[i:], "*") == ""
}

// context has the values of condition keys, under their names in lower case.
type context map[string][]string

// expand replaces policy variables: ${key} by the key's only value, ${*}, ${?}
// and ${$} by the character, ${key, 'text'} by the text if the key is missing.
// It reports whether all have a value.
func (c context) expand(pattern string) (string, bool) {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(pattern, "${")
		out.WriteString(before)
		if !ok {
			return out.String(), true
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			out.WriteString("${" + rest)
			return out.String(), true
		}
		value, ok := c.variable(name)
		if !ok {
			return "", false
		}
		out.WriteString(value)
		pattern = after
	}
}

func (c context) variable(name string) (string, bool) {
	switch name {
	case "*", "?", "$":
		return string(literal | rune(name[0])), true
	}
	key, fallback, hasFallback := strings.Cut(name, ",")
	value := ""
	switch values := c[strings.ToLower(strings.TrimSpace(key))]; {
	case len(values) == 1:
		value = values[0]
	case len(values) == 0 && hasFallback:
		value = strings.Trim(strings.TrimSpace(fallback), "'")
	default:
		return "", false
	}
	// What comes from the request is not a pattern.
	return strings.Map(func(r rune) rune {
		if r == '*' || r == '?' {
			return literal | r
		}
		return r
	}, value), true
}

// plain undoes literal where no pattern is matched.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r&^0xFF == literal {
			return r & 0xFF
		}
		return r
	}, s)
}
