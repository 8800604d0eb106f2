package proxyresponse

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// script is a fuzzer's bytes as the decisions of a function's author.
type script struct{ rest []byte }

func (s *script) byte() byte {
	if len(s.rest) == 0 {
		return 0
	}
	b := s.rest[0]
	s.rest = s.rest[1:]
	return b
}

// text returns a string of any bytes, up to 255 of them.
func (s *script) text() string {
	n := min(int(s.byte()), len(s.rest))
	text := string(s.rest[:n])
	s.rest = s.rest[n:]
	return text
}

// status returns any status, valid ones more often than others.
func (s *script) status() int {
	switch b := s.byte(); {
	case b < 200:
		return 200 + 2*int(b)
	default:
		return (int(b) - 228) * 41
	}
}

func (s *script) value() any {
	switch s.byte() % 12 {
	case 0:
		return s.text()
	case 1:
		return map[string]string{s.text(): s.text()}
	case 2:
		return make(chan int)
	case 3:
		return math.NaN()
	case 4:
		return nil
	case 5:
		return json.RawMessage(s.text())
	case 6:
		return panicking{}
	case 7:
		return (*hello)(nil)
	case 8:
		return s.response()
	case 9:
		return Bytes{s.text(), []byte(s.text())}
	case 10:
		return &events.APIGatewayProxyResponse{
			StatusCode:        s.status(),
			Headers:           map[string]string{s.text(): s.text(), s.text(): s.text()},
			MultiValueHeaders: map[string][]string{s.text(): {s.text(), s.text()}, s.text(): nil},
			Body:              s.text(),
			IsBase64Encoded:   s.byte()%2 == 0,
		}
	default:
		return []any{s.byte(), s.text(), nil, 1e300}
	}
}

func (s *script) response() Response {
	var r Response
	switch s.byte() % 8 {
	case 0:
		r = JSON(s.status(), s.text())
	case 1:
		r = Text(s.status(), s.text())
	case 2:
		r = Binary(s.status(), s.text(), []byte(s.text()))
	case 3:
		r = NoContent()
	case 4:
		r = Redirect(s.status(), s.text())
	case 5:
		r = Error(s.status(), s.text())
	case 6:
		r = JSON(s.status(), s.value())
	}
	for range s.byte() % 8 {
		switch s.byte() % 4 {
		case 0:
			r = r.WithHeader(s.text(), s.text())
		case 1:
			r = r.WithHeader(s.text(), s.text(), s.text())
		case 2:
			r = r.WithHeader([]string{"Content-Type", "vary", "set-cookie", "Access-Control-Allow-Origin"}[s.byte()%4])
		case 3:
			r = r.WithCookie(&http.Cookie{Name: s.text(), Value: s.text(), Path: s.text(), Domain: s.text()})
		}
	}
	return r
}

func (s *script) function(context.Context, events.APIGatewayProxyRequest) (any, error) {
	switch s.byte() % 10 {
	case 0:
		panic(s.text())
	case 1:
		panic(nil)
	case 2:
		runtime.Goexit()
	case 3:
		return s.value(), errors.New(s.text())
	case 4:
		return s.value(), &HTTPError{Status: s.status(), Message: s.text(), Cause: errors.New(s.text())}
	case 5:
		return nil, (*HTTPError)(nil)
	case 6:
		return s.response(), nil
	}
	return s.value(), nil
}

func (s *script) cors() CORS {
	var c CORS
	for range s.byte() % 4 {
		c.AllowedOrigins = append(c.AllowedOrigins, []string{"*", "https://a.example", "http://b.example:80", s.text()}[s.byte()%4])
	}
	c.AllowCredentials = s.byte()%2 == 0
	return c
}

// FuzzBuildersAndHandlerNeverFailCheck shows that API Gateway accepts the result
// whatever a function's author does, and that the client gets what the accessors
// return.
func FuzzBuildersAndHandlerNeverFailCheck(f *testing.F) {
	for behaviour := range 10 {
		for value := range 12 {
			f.Add([]byte{3, 1, 2, 0, 0, byte(behaviour), byte(value), 3, 'a', '\n', 0xff, 5, '"', '\\', '<', 0xed, 0xa0})
		}
	}
	silent := WithLogger(slog.New(slog.DiscardHandler))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &script{data}
		cors, origin, body := s.cors(), s.text(), s.text()
		mark := s.rest
		checkSent(t, s.response())

		event := mustJSON(map[string]any{
			"httpMethod": "POST", "requestContext": map[string]any{}, "body": body,
			"headers": map[string]string{"origin": origin},
		})
		s.rest = mark
		checkAccepted(t, cors, Handler(s.function, WithCORS(cors), silent), event)
		typed := Handler(func(context.Context, struct{ A map[string]hello }) (Response, error) { return s.response(), nil }, silent)
		checkAccepted(t, CORS{}, typed, event)
		checkAccepted(t, CORS{}, typed, data)
	})
}

func mustJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// checkSent compares what a client gets with what the methods of r return.
func checkSent(t *testing.T, r Response) {
	result := mustJSON(r)
	v := Invocation{Payload: result, Accept: "a/b", BinaryMediaTypes: []string{"*/*"}}.Check()
	if !v.OK() {
		t.Fatalf("got %s with the violations %v, want none", result, describe(v.Violations))
	}
	if v.Status != r.Status() || !bytes.Equal(v.Body, r.Body()) {
		t.Fatalf("got %d %q at the client, want %d %q as the response has it", v.Status, v.Body, r.Status(), r.Body())
	}
	for _, field := range r.Header() {
		if isRemapped(field.Name) || strings.EqualFold(field.Name, "Transfer-Encoding") {
			continue
		}
		if got := v.Header.Values(field.Name); strings.Join(got, "\n") != strings.Join(field.Values, "\n") {
			t.Fatalf("%s: got %q at the client, want %q as the response has it", field.Name, got, field.Values)
		}
	}
}

// checkAccepted invokes h as Lambda does, and fails if API Gateway would refuse
// the result.
func checkAccepted(t *testing.T, cors CORS, h HandlerFunc, event []byte) {
	result, err := lambda.NewHandler(h).Invoke(t.Context(), event)
	if err != nil {
		t.Fatalf("got the error %v, want none", err)
	}
	v := Invocation{Payload: result, Accept: "a/b", BinaryMediaTypes: []string{"*/*"}}.Check()
	if !v.OK() || v.Status < 200 {
		t.Fatalf("got %s with the status %d and the violations %v, want a final status and none", result, v.Status, describe(v.Violations))
	}
	for _, note := range v.Notes {
		if note.Rule == ruleCORSSeveralOrigins || note.Rule == ruleStatusZero {
			if len(cors.AllowedOrigins) > 0 && cors.Validate() == nil {
				t.Fatalf("got %s with the note %q, want none of this rule", result, note.Title)
			}
		}
	}
	if cors.Validate() == nil && len(cors.AllowedOrigins) == 1 && v.Header.Get("Access-Control-Allow-Origin") != cors.AllowedOrigins[0] {
		t.Fatalf("got %s, want Access-Control-Allow-Origin: %s", result, cors.AllowedOrigins[0])
	}
}

// FuzzCheckIsConsistent shows that Check takes any bytes, and that the parts of its
// verdict agree.
func FuzzCheckIsConsistent(f *testing.F) {
	for _, tc := range contract {
		f.Add(tc.in.Payload, tc.in.FunctionError, tc.in.Accept, strings.Join(tc.in.BinaryMediaTypes, ","))
	}
	for _, rule := range Rules() {
		f.Add([]byte(rule.Shape), "", "image/png", "image/png,application/*")
	}
	f.Fuzz(func(t *testing.T, data []byte, functionError, accept, types string) {
		in := Invocation{Payload: data, FunctionError: functionError, Accept: accept, BinaryMediaTypes: strings.Split(types, ",")}
		before := bytes.Clone(data)
		v := in.Check()
		if !bytes.Equal(data, before) {
			t.Fatalf("got the payload %q after Check, want %q as before", data, before)
		}
		for _, finding := range append(v.Violations, v.Notes...) {
			if _, ok := Lookup(finding.Rule); !ok || finding.Fix == "" || finding.Path == "" || len(finding.Got) > 80 {
				t.Fatalf("got %+v, want a finding with a rule, a fix, a path and at most 80 bytes", finding)
			}
		}
		if v.OK() {
			checkTaken(t, in, v)
		} else {
			checkRefused(t, v)
		}
	})
}

func checkTaken(t *testing.T, in Invocation, v Verdict) {
	if v.Status < 100 || v.Status > 599 || v.Header.index("Content-Type") < 0 || v.Log != logCompleted {
		t.Fatalf("got %+v, want the verdict on a result that is accepted", v)
	}
	for i, field := range v.Header {
		if !validHeaderName(field.Name) || len(field.Values) == 0 || v.Header.index(field.Name) != i {
			t.Fatalf("got the header %+v, want valid names, each once, with values", v.Header)
		}
	}
	// encoding/json must read the same body, the last if there are several. What is
	// behind the delimiter of a stream does not count.
	payload, _, _ := bytes.Cut(in.Payload, []byte(streamDelimiter))
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(payload, &keys); err != nil {
		t.Fatalf("got a verdict without violations on %q, want what encoding/json says: %v", in.Payload, err)
	}
	if string(keys["isBase64Encoded"]) == "true" || !utf8.Valid(payload) {
		return
	}
	var body string
	if text, ok := keys["body"]; ok {
		if err := json.Unmarshal(text, &body); err != nil {
			t.Fatal(err)
		}
	}
	if body != string(v.Body) {
		t.Fatalf("got the body %q, want %q as encoding/json has it", v.Body, body)
	}
}

func checkRefused(t *testing.T, v Verdict) {
	onlyBase64 := len(v.Violations) == 1 && v.Violations[0].Rule == ruleBase64Invalid
	want := map[bool]int{true: 500, false: 502}[onlyBase64]
	if v.Status != want || string(v.Body) != errorBody || headerLines(v.Header) != errorHeader || v.Notes != nil || v.Log == logCompleted {
		t.Fatalf("got %+v, want the verdict on a result that is refused, with the status %d", v, want)
	}
}
