package proxyresponse

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// base64Flag judges isBase64Encoded, and returns it; absent and null are false.
func (c *checker) base64Flag(value rawValue) bool {
	if value == nil || value.kind() == 'n' {
		return false
	}
	if value.kind() != 't' {
		c.violation(ruleBase64FlagNotBoolean, "$.isBase64Encoded", value)
	}
	return value[0] == 't'
}

// bodyText judges the body and decodes it where API Gateway does.
func (c *checker) bodyText(value rawValue, isBase64 bool) {
	const path = "$.body"
	if value == nil || value.kind() == 'n' {
		return
	}
	switch value.kind() {
	case '"':
	case '{':
		c.violation(ruleBodyNotString, path, value)
		return
	default:
		c.violation(ruleBodyOtherType, path, value)
		return
	}
	c.body = bytes.Clone(value.unquoted())
	if !utf8.Valid(c.body) {
		c.body = bytes.ToValidUTF8(c.body, []byte(string(utf8.RuneError)))
	}
	if !isBase64 {
		c.noteBody(value)
		return
	}
	decoded, err := base64.StdEncoding.AppendDecode(nil, c.body)
	matches := acceptsBinary(c.Accept, c.BinaryMediaTypes)
	switch {
	case err != nil && matches:
		c.badBase64 = true
		c.violation(ruleBase64Invalid, path, value)
	case err != nil:
		c.note(ruleBase64Invalid, path, value)
	case matches:
		c.body = decoded
	case len(c.body) > 0:
		c.note(ruleBase64NotDecoded, path, value)
	}
}

// noteBody looks for a body that was encoded twice.
func (c *checker) noteBody(value rawValue) {
	const path = "$.body"
	body := trimSpace(c.body)
	if len(body) == 0 {
		return
	}
	switch {
	case c.defaultType && !json.Valid(body):
		c.note(ruleContentTypeDefault, path, value)
	case body[0] == '"' && json.Valid(body) && looksNested(rawValue(body).unquoted()):
		c.note(ruleBodyDoubleEncoded, path, value)
	case body[0] == '{' && bytes.Contains(body, []byte(`"statusCode"`)) && json.Valid(body) && isEnvelope(body):
		c.note(ruleEnvelopeInBody, path, value)
	}
}

func looksNested(text []byte) bool {
	text = trimSpace(text)
	return len(text) > 0 && (text[0] == '{' || text[0] == '[') && json.Valid(text)
}

func isEnvelope(object rawValue) bool {
	var hasStatus, hasBody bool
	for key := range members(object) {
		hasStatus = hasStatus || string(key) == `"statusCode"`
		hasBody = hasBody || string(key) == `"body"`
	}
	return hasStatus && hasBody
}

// acceptsBinary reports whether API Gateway decodes a base64 body: the first
// media type of the client's Accept header must match one of the API's
// binaryMediaTypes. An Accept of */* or image/* matches only if the API lists just
// that, or a wider pattern. A pattern such as */png never matches (recorded:
// test_aws_proxy_binary_response). The pattern */* stands for every type
// (documented).
func acceptsBinary(accept string, binaryMediaTypes []string) bool {
	first, _, _ := strings.Cut(accept, ",")
	first = baseType(first)
	kind, subtype, ok := strings.Cut(first, "/")
	if !ok || kind == "" || subtype == "" {
		return false
	}
	for _, pattern := range binaryMediaTypes {
		family, rest, _ := strings.Cut(pattern, "/")
		switch {
		case pattern == "*/*":
			return true
		case family == "*":
			continue
		case strings.EqualFold(kind, family) && (rest == "*" || strings.EqualFold(subtype, rest)):
			return true
		}
	}
	return false
}
