package diagnose

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/apigw/internal/detect"
	"example.com/apigw/internal/rules"
)

// resultDetectors are about what a function returned behind a proxy integration, where
// that is more particular than what package proxyresponse finds.
func resultDetectors() []func(*request) []Finding {
	return []func(*request) []Finding{misspeltKeys, writtenForOtherDoor, headersOfSameName, base64WithoutFlag}
}

// envelopeKeys are the members of an envelope.
var envelopeKeys = []string{"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}

// otherKeys are what people write for members of an envelope, in small letters.
var otherKeys = map[string]string{
	"status": "statusCode", "code": "statusCode", "httpstatus": "statusCode", "httpstatuscode": "statusCode", "responsecode": "statusCode",
	"header": "headers", "multiheaders": "multiValueHeaders", "isbase64": "isBase64Encoded", "base64encoded": "isBase64Encoded",
	"base64": "isBase64Encoded", "content": "body", "payload": "body", "data": "body",
}

// envelopeKey returns the member of an envelope that a key could mean; empty if it is
// one, or is not near to one.
func envelopeKey(key string) string {
	if slices.Contains(envelopeKeys, key) {
		return ""
	}
	if right := otherKeys[strings.ToLower(key)]; right != "" {
		return right
	}
	plain := strings.NewReplacer("_", "", "-", "").Replace(key)
	for _, each := range envelopeKeys {
		if strings.EqualFold(plain, each) && plain != key {
			return each
		}
	}
	return detect.Nearest(key, envelopeKeys, 2)
}

// misspeltKeys finds members of an envelope under other names.
func misspeltKeys(q *request) (found []Finding) {
	if q.Failure == nil {
		return nil
	}
	for _, v := range q.Findings {
		if v.Rule != "unknown-key" {
			continue
		}
		key := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(v.Path, "$."), `$["`), `"]`)
		right := envelopeKey(key)
		if right == "" || q.hasMember(right) {
			continue
		}
		f := q.found(rules.Of("key-misspelt", "key", key, "right", right))
		f.Path, f.Got, f.covers = v.Path, v.Got, []string{"unknown-key " + v.Path}
		found = append(found, f)
	}
	return found
}

// hasMember reports whether the function's result is an object with a member.
func (q *request) hasMember(name string) bool { return q.member(name) != nil }

// member returns a member of the function's result; nil without it.
func (q *request) member(name string) []byte {
	for _, m := range q.result {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// writtenForOtherDoor finds a result without an envelope behind a proxy integration
// that has mappings, as if it were none.
func writtenForOtherDoor(q *request) []Finding {
	if q.method.Integration != "AWS_PROXY" || len(q.method.Responses)+len(q.method.RequestTemplates) == 0 || q.Failure == nil {
		return nil
	}
	for _, v := range q.Findings {
		if v.Rule == "missing-envelope" {
			f := q.found(rules.Of("proxy-on-for-raw-json"))
			f.Path, f.Got, f.covers = v.Path, v.Got, []string{"missing-envelope"}
			return []Finding{f}
		}
	}
	return nil
}

// headersOfSameName finds two headers in an envelope that are one name.
func headersOfSameName(q *request) (found []Finding) {
	if q.method.Integration != "AWS_PROXY" || q.Failure != nil {
		return nil
	}
	names := scan(q.member("headers"))
	if len(names) < 2 {
		return nil
	}
	seen := map[string]string{}
	for _, each := range names {
		name := each.name
		folded := http.CanonicalHeaderKey(name)
		if before, ok := seen[folded]; ok && before != name {
			f := q.found(rules.Of("headers-same-name", "first", quoted(before), "second", quoted(name)))
			f.Path = "$.headers"
			found = append(found, f)
		}
		seen[folded] = name
	}
	return found
}

// base64WithoutFlag finds base64 of something binary that is sent as text.
func base64WithoutFlag(q *request) []Finding {
	if q.method.Integration != "AWS_PROXY" || q.Failure != nil || q.FunctionResult == nil {
		return nil
	}
	raw := q.member("body")
	var body string
	if string(q.member("isBase64Encoded")) == "true" || !looksLikeBase64(raw) || json.Unmarshal(raw, &body) != nil || !isBinaryBase64(body) {
		return nil
	}
	f := q.found(rules.Of("base64-flag-missing"))
	f.Path, f.Got = "$.body", quoted(body)
	return []Finding{f}
}

// looksLikeBase64 reports whether a JSON text begins as base64 does, which most texts
// do not.
func looksLikeBase64(raw []byte) bool {
	const enough = 12
	if len(raw) < enough+2 || raw[0] != '"' {
		return false
	}
	for _, c := range raw[1 : 1+enough] {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '+' && c != '/' {
			return false
		}
	}
	return true
}

// magic is how files of common formats begin.
var magic = []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "%PDF-", "PK\x03\x04", "\x1f\x8b\x08", "RIFF", "\x00\x00\x01\x00", "wOFF", "wOF2", "ID3", "OggS"}

// isBinaryBase64 reports whether a text is the base64 of a file that is not text. Short
// ones are tokens and hashes, unless they begin like a file.
func isBinaryBase64(text string) bool {
	if len(text) < 12 || strings.ContainsAny(text, " {<") {
		return false
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(magic, func(m string) bool { return strings.HasPrefix(string(data), m) }) ||
		len(data) >= 200 && !utf8.Valid(data) && strings.ContainsAny(text, "+/")
}
