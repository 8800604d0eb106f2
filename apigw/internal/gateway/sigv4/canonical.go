package sigv4

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// canonicalRequest returns the text that is signed.
func (s *signature) canonicalRequest(r *http.Request, path string, body []byte) string {
	var headers strings.Builder
	for _, name := range s.signedHeaders {
		headers.WriteString(name + ":" + headerValue(r, name, body) + "\n")
	}
	return strings.Join([]string{
		r.Method,
		path,
		parseQuery(r.URL.RawQuery).canonical(),
		headers.String(),
		strings.Join(s.signedHeaders, ";"),
		hexSHA256(body),
	}, "\n")
}

// canonicalPaths returns the ways to write a path that comes percent-encoded: every
// segment is encoded a second time, with and without dots and double slashes.
func canonicalPaths(escaped string) []string {
	if escaped == "" {
		escaped = "/"
	}
	clean := path.Clean(escaped)
	if strings.HasSuffix(escaped, "/") && clean != "/" {
		clean += "/"
	}
	paths := []string{encode(escaped, true)}
	if clean != escaped {
		paths = append(paths, encode(clean, true))
	}
	return paths
}

// headerValue returns the value of a signed header: several are joined, and blanks
// in a row are one.
func headerValue(r *http.Request, name string, body []byte) string {
	values := r.Header.Values(name)
	switch {
	case name == "host":
		values = []string{r.Host}
	case name == "content-length" && len(values) == 0:
		values = []string{strconv.Itoa(len(body))}
	}
	folded := make([]string, len(values))
	for i, value := range values {
		folded[i] = strings.Join(strings.Fields(value), " ")
	}
	return strings.Join(folded, ",")
}

// parameters are the parameters of a query string, decoded.
type parameters []parameter

type parameter struct{ name, value string }

func parseQuery(raw string) parameters {
	var list parameters
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		list = append(list, parameter{unescape(name), unescape(value)})
	}
	return list
}

func unescape(s string) string {
	if text, err := url.QueryUnescape(s); err == nil {
		return text
	}
	return s
}

func (p parameters) has(name string) bool {
	return slices.ContainsFunc(p, func(q parameter) bool { return q.name == name })
}

func (p parameters) get(name string) string {
	for _, q := range p {
		if q.name == name {
			return q.value
		}
	}
	return ""
}

// canonical writes the parameters, sorted, without the signature itself.
func (p parameters) canonical() string {
	encoded := make(parameters, 0, len(p))
	for _, q := range p {
		if q.name != "X-Amz-Signature" {
			encoded = append(encoded, parameter{encode(q.name, false), encode(q.value, false)})
		}
	}
	slices.SortFunc(encoded, func(a, b parameter) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
	})
	pairs := make([]string, len(encoded))
	for i, q := range encoded {
		pairs[i] = q.name + "=" + q.value
	}
	return strings.Join(pairs, "&")
}

// encode percent-encodes everything but the unreserved characters of RFC 3986,
// and slashes if they are to be kept.
func encode(s string, keepSlash bool) string {
	const hexDigits = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9',
			c == '-', c == '_', c == '.', c == '~', c == '/' && keepSlash:
			out.WriteByte(c)
		default:
			out.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		}
	}
	return out.String()
}

func stringToSign(date string, c scope, canonicalRequest string) string {
	return strings.Join([]string{algorithm, date, c.String(), hexSHA256([]byte(canonicalRequest))}, "\n")
}

// sign returns the signature in hexadecimal digits.
func sign(key []byte, stringToSign string) string {
	return hex.EncodeToString(hmacSHA256(key, stringToSign))
}

// signingKey derives the key of a day, a region and a service from a secret.
func signingKey(secret string, c scope) []byte {
	key := []byte("AWS4" + secret)
	for _, part := range []string{c.date, c.region, c.service, c.terminator} {
		key = hmacSHA256(key, part)
	}
	return key
}

func hmacSHA256(key []byte, data string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(data))
	return mac.Sum(nil)
}

func hexSHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
