package proxyresponse

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// headers judges both header maps and merges them. Names are compared without
// letter case; the values and the spelling of multiValueHeaders come first
// (recorded: test_aws_proxy_response_payload_format_validation). A value that is in
// both maps is sent once (documented).
func (c *checker) headers(single, multi rawValue) {
	if c.isHeaderMap(multi, "$.multiValueHeaders", ruleMultiValueHeadersNotObject) {
		c.multiValueHeaders(multi)
	}
	if c.isHeaderMap(single, "$.headers", ruleHeadersNotObject) {
		c.singleHeaders(single)
	}
	if c.header.index(contentType) < 0 {
		// Recorded: test_aws_proxy_response_payload_format_validation
		c.header.add(contentType, typeJSON)
		c.defaultType = true
	}
	c.noteCORS()
}

// isHeaderMap reports whether there is a map to read. Absent and null are not one;
// anything but an object violates the rule.
func (c *checker) isHeaderMap(value rawValue, path, rule string) bool {
	if value == nil || value.kind() == 'n' {
		return false
	}
	if value.kind() != '{' {
		c.violation(rule, path, value)
		return false
	}
	return true
}

func (c *checker) multiValueHeaders(object rawValue) {
	for key, value := range members(object) {
		at := place{parent: "$.multiValueHeaders", key: key, index: -1}
		if value.kind() != '[' {
			c.violationAt(ruleMultiValueNotList, at, value)
			continue
		}
		name := string(key.unquoted())
		for item := range elements(value) {
			at.index++
			if name, text, ok := c.headerLine(name, item, at, ruleMultiValueItemNotString); ok {
				c.header.add(name, text)
			}
		}
	}
}

func (c *checker) singleHeaders(object rawValue) {
	multi := len(c.header.Header)
	var sent map[string]bool // the lines of multiValueHeaders, once a name is in both maps
	for key, value := range members(object) {
		at := place{parent: "$.headers", key: key, index: -1}
		name, text, ok := c.headerLine(string(key.unquoted()), value, at, ruleHeaderValueNotString)
		if !ok {
			continue
		}
		if i := c.header.find(name); i >= 0 && i < multi && sent == nil {
			sent = linesOf(c.header.Header[:multi])
		}
		if sent == nil || !sent[lineKey(name, text)] {
			c.header.add(name, text)
		}
	}
}

// headerLine returns name and text of the line that the client gets for one
// header value; ok is false if it gets none.
func (c *checker) headerLine(name string, value rawValue, at place, rule string) (sent, text string, ok bool) {
	switch value.kind() {
	case '"':
		text = strings.ToValidUTF8(string(value.unquoted()), string(utf8.RuneError))
	case 't':
		text = string(value)
		c.noteAt(ruleHeaderValueBoolean, at, value)
	case '0':
		text = string(value)
		c.noteAt(ruleHeaderValueNumber, at, value)
	default:
		c.violationAt(rule, at, value)
		return "", "", false
	}
	switch {
	case !validHeaderName(name) || !validHeaderValue(text):
		c.violationAt(ruleHeaderInvalid, at, value)
		return "", "", false
	case c.stream && strings.EqualFold(name, "Content-Length") && isDigits(text):
		return name, text, true // it says how long the stream is (documented)
	case c.stream && strings.EqualFold(name, "Transfer-Encoding") && strings.EqualFold(text, "chunked"):
		return "", "", false // which says that nobody knows, as is the default
	case strings.EqualFold(name, "Transfer-Encoding"):
		c.noteAt(ruleHeaderDropped, at, value)
		return "", "", false
	case isRemapped(name):
		c.noteAt(ruleHeaderRemapped, at, value)
		name = "x-amzn-Remapped-" + name
	case strings.EqualFold(name, "Set-Cookie") && isJoinedCookie(text):
		c.noteAt(ruleSetCookieJoined, at, value)
	}
	return name, text, true
}

// isRemapped reports whether API Gateway renames a response header. Functions may
// not set these: they belong to the gateway, or to its connection with Lambda
// (documented). The list is the one of integrations without proxy (recorded:
// test_apigateway_header_remapping_aws).
func isRemapped(name string) bool {
	for _, remapped := range [...]string{
		"Authorization", "Connection", "Content-Length", "Content-MD5", "Date", "Expect", "Host", "Max-Forwards",
		"Proxy-Authenticate", "Server", "Trailer", "Upgrade", "User-Agent", "WWW-Authenticate",
		"x-amzn-RequestId", "x-amz-apigw-id",
	} {
		if len(name) == len(remapped) && strings.EqualFold(name, remapped) {
			return true
		}
	}
	return false
}

// noteCORS looks for CORS headers that browsers refuse.
func (c *checker) noteCORS() {
	const allowOrigin = "Access-Control-Allow-Origin"
	origins := strings.Join(c.header.Values(allowOrigin), ", ")
	switch {
	case strings.ContainsAny(origins, ", "):
		c.note(ruleCORSSeveralOrigins, "$", []byte(allowOrigin+": "+origins))
	case origins == "*" && c.header.Get("Access-Control-Allow-Credentials") == "true":
		c.note(ruleCORSStarWithCredentials, "$", []byte(allowOrigin+": *, Access-Control-Allow-Credentials: true"))
	}
}

// isJoinedCookie reports whether value sets a second cookie after a comma. The
// comma of an Expires date is not such a place: no "=" follows before the next
// ";".
func isJoinedCookie(value string) bool {
	for {
		_, rest, found := strings.Cut(value, ",")
		if !found {
			return false
		}
		value = rest
		end := strings.IndexAny(rest, "=;,")
		if end > 0 && rest[end] == '=' && validHeaderName(strings.TrimSpace(rest[:end])) {
			return true
		}
	}
}

// headerMerge collects header lines by name in any letter case.
type headerMerge struct {
	Header
	byName map[string]int // lower-case name to index, once looking through the list would be slow
}

// manyFields is the length from which a list is slower to search than a map.
const manyFields = 16

func (m *headerMerge) add(name, value string) {
	i := m.find(name)
	if i < 0 {
		i = len(m.Header)
		if i == 0 {
			m.Header = make(Header, 0, 8) // few functions send more
		}
		m.Header = append(m.Header, Field{Name: name})
		if m.byName != nil {
			m.byName[strings.ToLower(name)] = i
		}
	}
	m.Header[i].Values = append(m.Header[i].Values, value)
}

func (m *headerMerge) find(name string) int {
	if len(m.Header) < manyFields {
		return m.index(name)
	}
	if m.byName == nil {
		m.byName = make(map[string]int, 2*manyFields)
		for i, field := range m.Header {
			m.byName[strings.ToLower(field.Name)] = i
		}
	}
	if i, ok := m.byName[strings.ToLower(name)]; ok {
		return i
	}
	return -1
}

// linesOf returns the set of all lines in h, by lineKey.
func linesOf(h Header) map[string]bool {
	lines := map[string]bool{}
	for _, field := range h {
		for _, value := range field.Values {
			lines[lineKey(field.Name, value)] = true
		}
	}
	return lines
}

func lineKey(name, value string) string { return strings.ToLower(name) + ":" + value }

// noteAt adds a note if there is still room for one; only then it makes the text
// of the place.
func (c *checker) noteAt(rule string, at place, got []byte) {
	if len(c.notes) < maxFindings {
		c.note(rule, at.path(), got)
	}
}

// violationAt is noteAt for violations.
func (c *checker) violationAt(rule string, at place, got []byte) {
	if len(c.violations) < maxFindings {
		c.violation(rule, at.path(), got)
	}
}

// place is where a header value is in the result.
type place struct {
	parent string
	key    rawValue
	index  int // in the list of values, -1 outside of one
}

func (p place) path() string {
	path := p.parent + "[" + shorten(p.key) + "]"
	if p.index >= 0 {
		path += "[" + strconv.Itoa(p.index) + "]"
	}
	return path
}
