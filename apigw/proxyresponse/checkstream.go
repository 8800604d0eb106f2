package proxyresponse

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
)

// CheckStream reads the metadata of a streamed result, and returns what API Gateway
// makes of it: the status and headers of the response, whose body is what body reads,
// or all reasons why it refuses the stream. The status is then 500, and body nil.
//
// It reads [MaxMetadata] bytes at most before it decides, and nothing of the body
// that is not with them already. The error is that of r before there is a decision; an
// end of r is none.
func CheckStream(r io.Reader) (v Verdict, body io.Reader, err error) {
	head := make([]byte, 0, 1<<10)
	for {
		if len(head) == cap(head) {
			head = append(make([]byte, 0, min(2*cap(head), MaxMetadata)), head...)
		}
		from := max(len(head)-len(streamDelimiter)+1, 0)
		n, err := r.Read(head[len(head):cap(head)])
		head = head[:len(head)+n]
		if i := bytes.Index(head[from:], []byte(streamDelimiter)); i >= 0 {
			v = checkMetadata(head[:from+i])
			if !v.OK() {
				return v, nil, nil
			}
			return v, &streamBody{head[from+i+len(streamDelimiter):], r, err}, nil
		}
		switch {
		case err != nil && err != io.EOF:
			return Verdict{}, nil, err
		case err == io.EOF || len(head) == MaxMetadata:
			return checkUndelimited(head), nil, nil
		}
	}
}

// checkStream is CheckStream for a result that has come.
func (i Invocation) checkStream() Verdict {
	v, body, _ := CheckStream(bytes.NewReader(i.Payload)) // which reads without an error
	if body != nil {
		v.Body, _ = io.ReadAll(body)
	}
	return v
}

// streamBody is the body of a streamed result.
type streamBody struct {
	begin []byte // that came with the metadata
	rest  io.Reader
	err   error // that came with it, too
}

// Read implements [io.Reader].
func (b *streamBody) Read(p []byte) (int, error) {
	switch {
	case len(b.begin) > 0:
		n := copy(p, b.begin)
		b.begin = b.begin[n:]
		return n, nil
	case b.err != nil:
		return 0, b.err
	}
	return b.rest.Read(p)
}

// checkMetadata judges what is before the delimiter.
func checkMetadata(text []byte) Verdict {
	c := checker{stream: true, Invocation: Invocation{Payload: text}}
	text = trimSpace(text)
	if !json.Valid(text) || rawValue(text).kind() != '{' {
		c.violation(ruleStreamMetadataInvalid, "$", text)
		return c.verdict()
	}
	var statusCode, headers, multiValueHeaders, cookies rawValue
	for key, value := range members(rawValue(text)) {
		switch string(key.unquoted()) {
		case "statusCode":
			statusCode = value
		case "headers":
			headers = value
		case "multiValueHeaders":
			multiValueHeaders = value
		case "cookies":
			cookies = value
		default:
			c.violation(ruleStreamKey, keyPath(key), value)
		}
	}
	c.statusCode(statusCode, 0) // it may be absent (documented), which deserves no note
	c.headers(headers, multiValueHeaders)
	c.cookies(cookies)
	return c.verdict()
}

// cookies adds a Set-Cookie for each text of a list.
func (c *checker) cookies(list rawValue) {
	const path = "$.cookies"
	if list == nil || list.kind() == 'n' {
		return
	}
	if list.kind() != '[' {
		c.violation(ruleStreamCookies, path, list)
		return
	}
	at := place{parent: "$", key: rawValue(`"cookies"`), index: -1}
	for item := range elements(list) {
		at.index++
		if name, text, ok := c.headerLine("Set-Cookie", item, at, ruleStreamCookies); ok {
			c.header.add(name, text)
		}
	}
}

// checkUndelimited judges the beginning of a stream that has no delimiter.
func checkUndelimited(head []byte) Verdict {
	c := checker{stream: true}
	rule := ruleStreamNoDelimiter
	if text := trimSpace(head); len(text) > 0 && len(head) < MaxMetadata && json.Valid(text) {
		rule = ruleStreamNotStreamed
	}
	c.violation(rule, "$", head)
	return c.verdict()
}

// isStreamed reports whether the result of an integration that does not stream is
// that of one that does. API Gateway then sends status and headers, and no body
// (documented).
func (c *checker) isStreamed(payload []byte) bool {
	text, _, found := bytes.Cut(payload, []byte(streamDelimiter))
	if !found || !json.Valid(text) || rawValue(trimSpace(text)).kind() != '{' {
		return false
	}
	c.envelope(trimSpace(text))
	if len(c.violations) == 0 {
		c.note(ruleStreamBuffered, "$", payload[len(text):])
	}
	return true
}

// streamRefusal is the status of every stream that API Gateway refuses (documented).
const streamRefusal = http.StatusInternalServerError
