package proxyresponse

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxPayload is the largest result, in bytes, that Lambda accepts from a function.
// The whole envelope counts, with its escapes and its base64. Lambda calls more
// "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
const MaxPayload = 6291556

const (
	contentType = "Content-Type"
	typeJSON    = "application/json"
	typeText    = "text/plain; charset=utf-8"
	typeBytes   = "application/octet-stream"

	internalServerError = "Internal server error"
)

// Response is an HTTP response for a Lambda proxy integration. Its zero value is a
// 200 with an empty body. A Response never changes: the With methods return a
// changed copy.
//
// Mistakes in building one are kept until it is encoded, for instance a number
// that is not a status, a value without JSON form, or a line break in a header. It
// is then a 500 with the body {"message":"Internal server error"}. [Handler] logs
// the cause, and [Response.Err] returns it.
type Response struct {
	status  int // 0 stands for 200, so that the zero value is sound
	header  Header
	body    string // as the client receives it: base64 comes with the envelope
	binary  bool
	err     error  // why it cannot be sent
	warning string // what was changed so that it can be sent
}

// JSON returns a response with value as its JSON body: compact, without HTML
// escaping and without a newline at the end. The Content-Type is exactly
// "application/json". A status outside 200 to 599 or a value without JSON form
// is a mistake in building, see [Response]. Text in value that is not UTF-8 is
// replaced by U+FFFD, as encoding/json does.
func JSON(status int, value any) Response {
	text, err := encodeJSON(value)
	if err != nil {
		return Response{err: err}
	}
	r := newResponse(status, typeJSON, text)
	if hasReplacedText(text) {
		r.warning = "JSON body held text that is not UTF-8; it was replaced by U+FFFD"
	}
	return r
}

// Text returns a response with a plain text body and the Content-Type "text/plain;
// charset=utf-8". Bytes that are not UTF-8 are replaced by U+FFFD, since the
// envelope is JSON; use [Binary] for other bytes. A status outside 200 to 599 is a
// mistake in building, see [Response].
func Text(status int, text string) Response {
	body, warning := validText(text)
	r := newResponse(status, typeText, body)
	r.warning = warning
	return r
}

// validText returns text as UTF-8, with a warning if it had to change it.
func validText(text string) (valid, warning string) {
	if utf8.ValidString(text) {
		return text, ""
	}
	return strings.ToValidUTF8(text, string(utf8.RuneError)), "text body was not UTF-8; the bytes were replaced by U+FFFD"
}

// Binary returns a response with any bytes as its body, which the envelope has as
// base64 with isBase64Encoded set. The client gets the bytes only if the first
// type of the request's Accept header matches one of the API's binaryMediaTypes;
// otherwise it gets the base64 text (recorded: test_aws_proxy_binary_response). An
// empty mediaType means "application/octet-stream". A mediaType that is not one,
// and a status outside 200 to 599, are mistakes in building, see [Response].
func Binary(status int, mediaType string, data []byte) Response {
	if mediaType == "" {
		mediaType = typeBytes
	}
	if kind, subtype, ok := strings.Cut(baseType(mediaType), "/"); !ok || !validHeaderName(kind) || !validHeaderName(subtype) {
		return Response{err: fmt.Errorf("%q is not a media type like image/png", mediaType)}
	}
	r := newResponse(status, mediaType, string(data))
	r.binary = r.body != ""
	return r
}

// NoContent returns a 204, which has no body.
func NoContent() Response {
	return Response{status: http.StatusNoContent}
}

// Redirect returns a response that sends the client to location, with an empty
// body. Bytes of location outside ASCII are percent-encoded. A status outside 300
// to 399, 304 (which does not redirect) and an empty location are mistakes in
// building, see [Response].
func Redirect(status int, location string) Response {
	if status < 300 || status > 399 || status == http.StatusNotModified {
		return Response{err: fmt.Errorf("status %d does not redirect; use 301, 302, 303, 307 or 308", status)}
	}
	if location == "" {
		return Response{err: errors.New("redirect without a location")}
	}
	return Response{status: status}.WithHeader("Location", escapeNonASCII(location))
}

// Error returns a response with the JSON body {"message": message}, as API
// Gateway's own failures have it. The client reads message: keep causes out of it.
// An empty message stands for the status's usual text. A status outside 400 to 599
// is a mistake in building, see [Response].
func Error(status int, message string) Response {
	if status < 400 || status > 599 {
		return Response{err: fmt.Errorf("status %d is not an error; use 400 to 599", status)}
	}
	if message == "" {
		message = defaultMessage(status)
	}
	return JSON(status, struct {
		Message string `json:"message"`
	}{message})
}

func defaultMessage(status int) string {
	if text := http.StatusText(status); text != "" && status != http.StatusInternalServerError {
		return text
	}
	return internalServerError
}

// newResponse returns a response after a check of its status. An empty mediaType
// sets no Content-Type.
func newResponse(status int, mediaType, body string) Response {
	if status < 200 || status > 599 {
		return Response{err: fmt.Errorf("status %d is not a final HTTP status; use 200 to 599", status)}
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		return Response{status: status} // HTTP forbids a body with these (RFC 9110, section 6.4.1)
	}
	r := Response{status: status, body: body}
	if mediaType == "" {
		return r
	}
	return r.WithHeader(contentType, mediaType)
}

// WithHeader returns a copy of r in which the named header has exactly these
// values, whatever it had before; without values the header is left out. The name
// is found in any letter case, and sent as given. Several values are sent as
// several header lines. A name that is not a token, and a value that has a control
// character or is not UTF-8, are mistakes in building, see [Response].
func (r Response) WithHeader(name string, values ...string) Response {
	if !validHeaderName(name) {
		return r.failed(fmt.Errorf("%q is not a header name", name))
	}
	if i := slices.IndexFunc(values, func(v string) bool { return !validHeaderValue(v) }); i >= 0 {
		return r.failed(fmt.Errorf("header %s: %q cannot be sent on one header line", name, values[i]))
	}
	r.header = r.header.with(name, values)
	return r
}

// WithCookie returns a copy of r that sets one more cookie. A nil cookie and one
// that [http.Cookie.Valid] refuses are mistakes in building, see [Response].
func (r Response) WithCookie(c *http.Cookie) Response {
	if c == nil {
		return r.failed(errors.New("cookie is nil"))
	}
	if err := c.Valid(); err != nil {
		return r.failed(fmt.Errorf("cookie %q: %w", c.Name, err))
	}
	return r.added("Set-Cookie", c.String())
}

// added returns a copy of r with one more value of the named header.
func (r Response) added(name, value string) Response {
	if i := r.header.index(name); i >= 0 {
		name = r.header[i].Name
	}
	return r.WithHeader(name, append(slices.Clone(r.header.Values(name)), value)...)
}

// failed returns r with a mistake. Only the first is kept: others are often its
// consequence.
func (r Response) failed(err error) Response {
	if r.err == nil {
		r.err = err
	}
	return r
}

// sound returns r, or the 500 that is sent in its place.
func (r Response) sound() Response {
	if r.err != nil {
		return Error(http.StatusInternalServerError, internalServerError)
	}
	return r
}

// Status returns the status that is sent: 200 for the zero value, 500 after a
// mistake in building.
func (r Response) Status() int {
	if status := r.sound().status; status != 0 {
		return status
	}
	return http.StatusOK
}

// Header returns a copy of the headers that are sent, in the order in which
// they were set. API Gateway adds its own, among them Content-Type:
// application/json if the list has none.
func (r Response) Header() Header {
	return r.sound().header.clone()
}

// Body returns a copy of the body, never in base64.
func (r Response) Body() []byte {
	return []byte(r.sound().body)
}

// Err returns why r cannot be sent as it was built, a result over [MaxPayload]
// included, or nil if it can.
func (r Response) Err() error {
	_, err := r.encode()
	return err
}

// MarshalJSON returns the envelope that API Gateway expects. It never fails: for a
// response that cannot be sent it returns the envelope of a 500 without detail.
// [Response.Err] has the cause.
func (r Response) MarshalJSON() ([]byte, error) {
	if text, err := r.encode(); err == nil {
		return text, nil
	}
	return []byte(lastResort), nil
}

// lastResort is the envelope of the 500 without detail, for where nothing may
// fail.
const lastResort = `{"statusCode":500,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"Internal server error\"}"}`

// envelope is the result that API Gateway expects (documented). Any other key is a
// 502.
type envelope struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers,omitempty"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders,omitempty"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded,omitempty"`
}

// encode returns the envelope of r, or why there is none.
func (r Response) encode() ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	e := envelope{StatusCode: r.Status(), Body: r.body, IsBase64Encoded: r.binary}
	if r.binary {
		e.Body = base64.StdEncoding.EncodeToString([]byte(r.body))
	}
	e.Headers, e.MultiValueHeaders = r.header.maps()
	text, err := encodeJSON(e)
	if err != nil {
		return nil, err
	}
	if len(text) > MaxPayload {
		return nil, tooLargeError(len(text))
	}
	return []byte(text), nil
}

// tooLargeError is the size in bytes of an envelope over MaxPayload.
type tooLargeError int

func (size tooLargeError) Error() string {
	return fmt.Sprintf("the envelope has %d bytes; Lambda's limit is %d", int(size), MaxPayload)
}

// encodeJSON returns value as JSON. A MarshalJSON method that panics is an error.
func encodeJSON(value any) (text string, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("encoding %T as JSON: panic: %v", value, cause)
		}
	}()
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", fmt.Errorf("encoding %T as JSON: %w", value, err)
	}
	return strings.TrimSuffix(buffer.String(), "\n"), nil
}

// hasReplacedText reports whether encoding/json replaced bytes: it writes the
// escape \ufffd for them, and the plain character for a U+FFFD of the author.
func hasReplacedText(text string) bool {
	for {
		i := strings.IndexByte(text, '\\')
		if i < 0 {
			return false
		}
		if strings.HasPrefix(text[i:], `\ufffd`) {
			return true
		}
		text = text[i+2:] // an escape is the backslash and at least one more byte
	}
}

func escapeNonASCII(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// baseType returns a media type without its parameters: "text/html" of
// "text/html; q=1".
func baseType(mediaType string) string {
	base, _, _ := strings.Cut(mediaType, ";")
	return strings.TrimSpace(base)
}
