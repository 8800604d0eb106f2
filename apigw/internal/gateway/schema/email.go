package schema

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isEmail reports whether a text is one address of RFC 822 as javax.mail reads it,
// strictly: also one with a name and a comment, or a group of addresses.
func isEmail(s string) bool {
	addresses, ok := parseAddresses(s)
	if !ok || len(addresses) != 1 {
		return false
	}
	a := addresses[0]
	if strings.HasSuffix(a, ";") && strings.IndexByte(a, ':') > 0 {
		_, ok := parseAddresses(unfold(a[strings.IndexByte(a, ':')+1 : len(a)-1]))
		return ok
	}
	return isAddress(a, true, true)
}

// unfold joins lines that go on with a blank.
func unfold(s string) string {
	return strings.NewReplacer("\r\n ", " ", "\r\n\t", "\t", "\n ", " ", "\n\t", "\t", "\r ", " ", "\r\t", "\t").Replace(s)
}

// trim removes blanks and control characters, as Java's String.trim.
func trim(s string) string { return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }) }

// skipTo returns the place of a character that is not behind a backslash, or the
// length of s or more.
func skipTo(s string, at int, c byte) int {
	for ; at < len(s); at++ {
		if s[at] == '\\' {
			at++
		} else if s[at] == c {
			return at
		}
	}
	return at
}

// skipComment returns the place of the parenthesis that closes the one at the
// place given.
func skipComment(s string, at int) int {
	nesting := 1
	for at++; at < len(s); at++ {
		switch s[at] {
		case '\\':
			at++
		case '(':
			nesting++
		case ')':
			if nesting--; nesting == 0 {
				return at
			}
		}
	}
	return at
}

// skipRoute returns the place of the > that closes the < at the place given, or
// the length of s or more. Quotes must be closed.
func skipRoute(s string, at int) (end int, ok bool) {
	quoted := false
	for at++; at < len(s); at++ {
		switch s[at] {
		case '\\':
			at++
		case '"':
			quoted = !quoted
		case '>':
			if !quoted {
				return at, true
			}
		}
	}
	return at, false
}

// parseAddresses reads addresses between commas. A group of addresses is one.
func parseAddresses(s string) (addresses []string, ok bool) {
	start, end := -1, -1
	inGroup, route := false, false
	reset := func() { start, end, route = -1, -1, false }
	take := func(to int) bool {
		if end == -1 {
			end = to
		}
		a := trim(s[start:end])
		if !isAddress(a, route, false) {
			return false
		}
		addresses = append(addresses, a)
		reset()
		return true
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '(':
			if start >= 0 && end == -1 {
				end = i
			}
			if i = skipComment(s, i); i >= len(s) {
				return nil, false
			}
		case '<':
			if route {
				return nil, false
			}
			close, ok := skipRoute(s, i)
			if !ok {
				return nil, false
			}
			if !inGroup {
				start = i + 1
			}
			route, end, i = true, close, close
		case '"', '[':
			if start == -1 {
				start = i
			}
			closing := byte('"')
			if c == '[' {
				closing = ']'
			}
			if i = skipTo(s, i+1, closing); i >= len(s) {
				return nil, false
			}
		case ')', '>':
			return nil, false
		case ';':
			switch {
			case start == -1:
				reset()
			case !inGroup:
				return nil, false
			default:
				inGroup = false
				addresses = append(addresses, trim(s[start:i+1]))
				reset()
			}
		case ',':
			switch {
			case start == -1:
				reset()
			case inGroup:
				route = false
			case !take(i):
				return nil, false
			}
		case ':':
			if inGroup {
				return nil, false
			}
			if start == -1 {
				start = i
			}
			inGroup = true
		case ' ', '\t', '\r', '\n':
		default:
			if start == -1 {
				start = i
			}
		}
	}
	if start >= 0 && !take(len(s)) {
		return nil, false
	}
	return addresses, true
}

// isAddress reports whether a text is local@domain, with a route before it if that
// may be. Unless all is wanted, the domain may be missing.
func isAddress(s string, route, all bool) bool {
	if s == "" {
		return false
	}
	start := 0
	if route && s[0] == '@' {
		for {
			i := strings.IndexAny(s[start:], ",:")
			if i < 0 {
				break
			}
			if s[start] != '@' {
				return false
			}
			start += i + 1
			if s[start-1] == ':' {
				break
			}
		}
	}
	at, ok := localPart(s, start, all)
	if !ok {
		return false
	}
	if at < 0 {
		return !all
	}
	return isDomain(s[at+1:])
}

// localPart reads up to the @, and returns its place or -1.
func localPart(s string, start int, all bool) (at int, ok bool) {
	quoted := false
	var c, last byte
	for i := start; i < len(s); i++ {
		last, c = c, s[i]
		if c == '\\' || last == '\\' {
			continue
		}
		more := i+1 < len(s)
		switch {
		case c == '"' && quoted:
			if all && more && s[i+1] != '@' {
				return 0, false
			}
			quoted = false
			continue
		case c == '"':
			if all && i != 0 {
				return 0, false
			}
			quoted = true
			continue
		case c == '\r':
			if more && s[i+1] != '\n' {
				return 0, false
			}
		case c == '\n':
			if more && s[i+1] != ' ' && s[i+1] != '\t' {
				return 0, false
			}
		case c == '.':
			if i == start || last == '.' {
				return 0, false
			}
		}
		if quoted {
			continue
		}
		if c == '@' {
			return i, i > 0 && last != '.'
		}
		if c <= ' ' || c == 0x7F || strings.IndexByte(`()<>,;:\"[]@`, c) >= 0 {
			return 0, false
		}
	}
	if quoted || c == '@' { // an @ behind a backslash, and no domain
		return 0, false
	}
	return -1, true
}

func isDomain(s string) bool {
	if s == "" || s[0] == '.' {
		return false
	}
	literal := false
	last := '@'
	for i, c := range s {
		switch {
		case c == '[':
			if i != 0 {
				return false
			}
			literal = true
		case c == ']':
			if i != len(s)-1 {
				return false
			}
			literal = false
		case c <= ' ' || c == 0x7F:
			return false
		case literal:
		case c == utf8.RuneError || c > 0xFFFF || !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '-' && c != '.', c == '.' && last == '.':
			return false
		}
		last = c
	}
	return last != '.'
}
