package schema

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/apigw/internal/java"
)

// uri is a URI as java.net.URI reads it: RFC 2396 with IPv6 addresses, and
// characters beyond ASCII unescaped.
type uri struct {
	path   string
	opaque bool
}

// The characters that a part of a URI may have, beside letters and digits.
const (
	mark     = "-_.!~*'()"
	uricOf   = mark + ";/?:@&=+$,[]"
	pathOf   = mark + ":@&=+$,;/"
	userOf   = mark + ";:&=+$,"
	regOf    = mark + "$,;:@&=+"
	serverOf = userOf + ".:@[]-"
)

// uriError is what the reader panics with, up to [uriReader.try].
type uriError struct{}

type uriReader struct {
	s     string
	bytes int // of an IPv6 address, read so far
}

// parseURI reads a URI, and reports whether it is one.
func parseURI(s string) (u uri, ok bool) {
	r := &uriReader{s: s}
	ok = r.try(func() { r.whole(&u) })
	return u, ok
}

func (r *uriReader) whole(u *uri) {
	p, n := 0, len(r.s)
	colon := r.until(0, n, "/?#:")
	if r.is(colon, n, ':') {
		r.want(colon > 0 && isLetter(r.s[0]))
		r.only(1, colon, "+-.", false)
		p = colon + 1
		if !r.is(p, n, '/') {
			end := r.until(p, n, "#")
			r.want(end > p)
			r.only(p, end, uricOf, true)
			u.opaque = true
			p = end
		}
	}
	if !u.opaque {
		p = r.hierarchical(p, n, u)
	}
	if r.is(p, n, '#') {
		r.only(p+1, n, uricOf, true)
		p = n
	}
	r.want(p == n)
}

// normal reports whether normalizing the URI would not change it.
func (u uri) normal() bool {
	if u.opaque || u.path == "" {
		return true
	}
	if strings.Contains(u.path, "//") {
		return false
	}
	path := strings.TrimPrefix(u.path, "/")
	if rest, ok := strings.CutPrefix(u.path, "./"); ok {
		if first, _, _ := strings.Cut(rest, "/"); strings.Contains(first, ":") {
			path = rest // else it would begin with a scheme
		}
	}
	leading := true
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." && !leading {
			return false
		}
		leading = segment == ".."
	}
	return true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func (r *uriReader) want(ok bool) {
	if !ok {
		panic(uriError{})
	}
}

func (r *uriReader) is(p, n int, c byte) bool { return p < n && r.s[p] == c }

// until returns the place of the first of some characters, or the end.
func (r *uriReader) until(p, n int, stop string) int {
	if i := strings.IndexAny(r.s[p:n], stop); i >= 0 {
		return p + i
	}
	return n
}

// scan goes over letters, digits, other characters of a set and, if they may be
// there, escapes and characters beyond ASCII.
func (r *uriReader) scan(p, n int, others string, escapes bool) int {
	for p < n {
		c := r.s[p]
		switch {
		case isDigit(c) || isLetter(c) || strings.IndexByte(others, c) >= 0:
			p++
		case !escapes:
			return p
		case c == '%':
			r.want(p+2 < n && isHex(r.s[p+1]) && isHex(r.s[p+2]))
			p += 3
		case c >= utf8.RuneSelf:
			u, size := utf8.DecodeRuneInString(r.s[p:n])
			if u <= 0x9F || unicode.In(u, unicode.Zs, unicode.Zl, unicode.Zp) {
				return p
			}
			p += size
		default:
			return p
		}
	}
	return p
}

// only fails if there is another character.
func (r *uriReader) only(p, n int, others string, escapes bool) {
	r.want(r.scan(p, n, others, escapes) == n)
}

// run goes over some characters.
func (r *uriReader) run(p, n int, in func(byte) bool) int {
	for p < n && in(r.s[p]) {
		p++
	}
	return p
}

func (r *uriReader) hierarchical(p, n int, u *uri) int {
	if r.is(p, n, '/') && r.is(p+1, n, '/') {
		p += 2
		end := r.until(p, n, "/?#")
		if end > p {
			r.authority(p, end)
			p = end
		} else {
			r.want(end < n)
		}
	}
	end := r.until(p, n, "?#")
	r.only(p, end, pathOf, true)
	u.path = r.s[p:end]
	p = end
	if r.is(p, n, '?') {
		end = r.until(p+1, n, "#")
		r.only(p+1, end, uricOf, true)
		p = end
	}
	return p
}

// authority reads a server, or what may stand for a name in some registry.
func (r *uriReader) authority(p, n int) {
	server := serverOf
	if r.until(p, n, "]") < n && r.s[p] != ']' {
		server += "%"
	}
	isServer := r.scan(p, n, server, true) == n
	isName := r.scan(p, n, regOf, true) == n
	if !isServer {
		r.want(isName)
		return
	}
	if isName && !r.try(func() { r.server(p, n) }) {
		return
	}
	if !isName {
		r.server(p, n)
	}
}

// try reports whether reading works.
func (r *uriReader) try(read func()) (ok bool) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case uriError:
			ok = false
		default:
			panic(e)
		}
	}()
	read()
	return true
}

func (r *uriReader) server(p, n int) {
	if at := r.until(p, n, "@"); at < n {
		r.only(p, at, userOf, true)
		p = at + 1
	}
	if r.is(p, n, '[') {
		p++
		end := r.until(p, n, "]")
		r.want(end > p && end < n)
		if scope := r.until(p, end, "%"); scope < end && scope > p {
			r.ipv6(p, scope)
			r.want(scope+1 < end)
			r.only(scope+1, end, "_.", false)
		} else {
			r.ipv6(p, end)
		}
		p = end + 1
	} else if end := r.ipv4Host(p, n); end > p {
		p = end
	} else {
		p = r.hostname(p, n)
	}
	if r.is(p, n, ':') {
		if p++; p < n {
			r.want(r.run(p, n, isDigit) == n)
			_, err := strconv.ParseInt(r.s[p:n], 10, 32)
			r.want(err == nil)
			p = n
		}
	}
	r.want(p == n)
}

// ipv4Host reads an IPv4 address with nothing but a port behind it.
func (r *uriReader) ipv4Host(p, n int) int {
	end := r.ipv4(p, n, false)
	if end > p && end < n && r.s[end] != ':' {
		return -1
	}
	return end
}

func (r *uriReader) ipv4(p, n int, all bool) int {
	end := r.run(p, n, func(c byte) bool { return isDigit(c) || c == '.' })
	if end <= p || all && end != n {
		return -1
	}
	parts := strings.Split(r.s[p:end], ".")
	if len(parts) != 4 {
		return -1
	}
	for _, part := range parts {
		b, err := strconv.Atoi(part)
		if err != nil || b > 255 {
			return -1
		}
	}
	return end
}

func isAlnum(c byte) bool { return isDigit(c) || isLetter(c) }

func (r *uriReader) hostname(start, n int) int {
	p, last := start, -1
	for p < n {
		end := r.run(p, n, isAlnum)
		if end == p {
			break
		}
		last = p
		p = r.run(end, n, func(c byte) bool { return isAlnum(c) || c == '-' })
		r.want(r.s[p-1] != '-')
		if !r.is(p, n, '.') {
			break
		}
		p++
	}
	r.want(p == n || r.s[p] == ':')
	r.want(last >= 0)
	r.want(last == start || isLetter(r.s[last]))
	return p
}

func (r *uriReader) ipv6(p, n int) {
	r.bytes = 0
	compressed := false
	if end := r.hexes(p, n); end > p {
		p = end
		if strings.HasPrefix(r.s[p:n], "::") {
			compressed = true
			p = r.hexesBehind(p+2, n)
		} else if r.is(p, n, ':') {
			p = r.ipv4In6(p+1, n)
		}
	} else if strings.HasPrefix(r.s[p:n], "::") {
		compressed = true
		p = r.hexesBehind(p+2, n)
	}
	r.want(p == n && r.bytes <= 16 && compressed == (r.bytes < 16))
}

func (r *uriReader) ipv4In6(p, n int) int {
	end := r.ipv4(p, n, true)
	r.want(end > p)
	r.bytes += 4
	return end
}

func (r *uriReader) hexesBehind(p, n int) int {
	if p == n {
		return p
	}
	end := r.hexes(p, n)
	if end <= p {
		return r.ipv4In6(p, n)
	}
	if r.is(end, n, ':') {
		return r.ipv4In6(end+1, n)
	}
	return end
}

// hexes reads groups of hexadecimal digits, or -1.
func (r *uriReader) hexes(p, n int) int {
	end := r.run(p, n, isHex)
	if end <= p || r.is(end, n, '.') {
		return -1
	}
	r.want(end <= p+4)
	r.bytes += 2
	for p = end; r.is(p, n, ':') && !r.is(p+1, n, ':'); p = end {
		end = r.run(p+1, n, isHex)
		r.want(end > p+1)
		if r.is(end, n, '.') {
			break
		}
		r.want(end <= p+5)
		r.bytes += 2
	}
	return p
}

// isURI reports whether a text is a URI.
func isURI(s string) bool {
	_, ok := parseURI(java.Mend(s))
	return ok
}
