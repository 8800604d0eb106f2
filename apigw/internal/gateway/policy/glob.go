package policy

import "strings"

// literal hides a character of ${*}, ${?} and ${$} from glob, in Unicode's
// private use area.
const literal = '\uE000'

// glob matches all of a text: * is any number of characters, ? is one.
func glob(pattern, text string) bool {
	p, t := []rune(pattern), []rune(text)
	star, retry := -1, 0 // where to go on when a * takes one character more
	i, j := 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, retry = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i]&^0xFF == literal && p[i]&0xFF == t[j] || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			retry++
			i, j = star+1, retry
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
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
	// What comes from the request is no pattern.
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
