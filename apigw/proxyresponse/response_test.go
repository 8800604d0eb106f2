package proxyresponse

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"
)

// lastResortBody is what a client gets in place of an impossible response.
const lastResortBody = `{"message":"Internal server error"}`

func TestBuildersReturnTheEnvelope(t *testing.T) {
	for _, tc := range []struct {
		name string
		r    Response
		want string
	}{
		{"the zero value is an empty 200", Response{}, `{"statusCode":200,"body":""}`},
		{"JSON is compact and escapes no HTML", JSON(201, json.RawMessage(`{ "a": "<&>" }`)), `{"statusCode":201,"headers":{"Content-Type":"application/json"},"body":"{\"a\":\"<&>\"}"}`},
		{"JSON of nil is null", JSON(200, nil), `{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"null"}`},
		{"Text names its charset", Text(200, "Grüße <b>"), `{"statusCode":200,"headers":{"Content-Type":"text/plain; charset=utf-8"},"body":"Grüße <b>"}`},
		{"Text replaces what is not UTF-8", Text(200, "a\xff\xfeb"), `{"statusCode":200,"headers":{"Content-Type":"text/plain; charset=utf-8"},"body":"a` + "\uFFFD" + `b"}`},
		{"Binary is base64 with the flag", Binary(200, "image/png", []byte("Hi\xff")), `{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":"SGn/","isBase64Encoded":true}`},
		{"Binary without a type is octets", Binary(200, "", []byte("Hi")), `{"statusCode":200,"headers":{"Content-Type":"application/octet-stream"},"body":"SGk=","isBase64Encoded":true}`},
		{"NoContent has neither body nor type", NoContent(), `{"statusCode":204,"body":""}`},
		{"a 204 has no body whoever makes it", JSON(204, 1), `{"statusCode":204,"body":""}`},
		{"a 304 has no body whoever makes it", Binary(304, "image/png", []byte("x")), `{"statusCode":304,"body":""}`},
		{"Redirect sets Location", Redirect(302, "/grüße?a=b"), `{"statusCode":302,"headers":{"Location":"/gr%C3%BC%C3%9Fe?a=b"},"body":""}`},
		{"Error has the gateway's form", Error(404, `No "Ada".`), `{"statusCode":404,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"No \\\"Ada\\\".\"}"}`},
		{"an empty message is the status text", Error(404, ""), `{"statusCode":404,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"Not Found\"}"}`},
		{"an empty message of an unnamed status", Error(599, ""), `{"statusCode":599,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"Internal server error\"}"}`},
		{"the 500 without detail", Error(500, ""), lastResort},
		{"one value goes to headers", Response{}.WithHeader("X-A", "1"), `{"statusCode":200,"headers":{"X-A":"1"},"body":""}`},
		{"several values go to multiValueHeaders", Response{}.WithHeader("X-A", "1", "2"), `{"statusCode":200,"multiValueHeaders":{"X-A":["1","2"]},"body":""}`},
		{"a header is replaced in any letter case", JSON(200, 1).WithHeader("content-type", "text/csv"), `{"statusCode":200,"headers":{"content-type":"text/csv"},"body":"1"}`},
		{"a header without values is left out", JSON(200, 1).WithHeader("content-type").WithHeader("X-None"), `{"statusCode":200,"body":"1"}`},
		{"one cookie", Response{}.WithCookie(&http.Cookie{Name: "a", Value: "1", HttpOnly: true}), `{"statusCode":200,"headers":{"Set-Cookie":"a=1; HttpOnly"},"body":""}`},
		{
			"several cookies",
			Response{}.WithHeader("set-cookie", "z=0").WithCookie(&http.Cookie{Name: "a", Value: "1"}).WithCookie(&http.Cookie{Name: "b", Value: "2"}),
			`{"statusCode":200,"multiValueHeaders":{"set-cookie":["z=0","a=1","b=2"]},"body":""}`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := tc.r.MarshalJSON()
			if err != nil || tc.r.Err() != nil {
				t.Fatalf("got the errors %v and %v, want none", err, tc.r.Err())
			}
			assertEqual(t, string(got), tc.want)
			assertEqual(t, ruleIDs(Check(got).Violations), nil)
		})
	}
}

// panicking is a value whose encoding panics.
type panicking struct{}

func (panicking) MarshalJSON() ([]byte, error) { panic("no") }

func TestImpossibleResponsesAreA500(t *testing.T) {
	cycle := map[string]any{}
	cycle["self"] = cycle
	for _, tc := range []struct {
		name string
		r    Response
		want string // in the error
	}{
		{"a channel", JSON(200, make(chan int)), "unsupported type: chan int"},
		{"NaN", JSON(200, math.NaN()), "unsupported value: NaN"},
		{"a cycle", JSON(200, cycle), "encountered a cycle"},
		{"a value whose encoding panics", JSON(200, panicking{}), "panic: no"},
		{"status 0", JSON(0, 1), "status 0"},
		{"status 99", Text(99, ""), "status 99"},
		{"status 100", Text(100, ""), "status 100"},
		{"status 600", Binary(600, "image/png", nil), "status 600"},
		{"status 1000", JSON(1000, 1), "status 1000"},
		{"a redirect with a status that does not redirect", Redirect(200, "/"), "does not redirect"},
		{"a redirect with 304", Redirect(304, "/"), "does not redirect"},
		{"a redirect to nowhere", Redirect(302, ""), "without a location"},
		{"a redirect with a line break", Redirect(302, "/\r\nSet-Cookie: a=1"), "cannot be sent on one header line"},
		{"an error with a status that is not one", Error(200, ""), "status 200 is not an error"},
		{"a media type that is not one", Binary(200, "png", nil), "not a media type"},
		{"a media type with a line break", Binary(200, "image/png;\n", nil), "cannot be sent on one header line"},
		{"an empty header name", Response{}.WithHeader("", "1"), "not a header name"},
		{"a header name with a colon", Response{}.WithHeader("A:", "1"), "not a header name"},
		{"a header value with a line break", Response{}.WithHeader("A", "1", "2\n"), "cannot be sent on one header line"},
		{"a header value without UTF-8 form", Response{}.WithHeader("A", "\xff"), "cannot be sent on one header line"},
		{"a nil cookie", Response{}.WithCookie(nil), "cookie is nil"},
		{"an invalid cookie", Response{}.WithCookie(&http.Cookie{Name: "a b"}), `cookie "a b"`},
		{"the first mistake is the cause", JSON(0, 1).WithHeader("", "x"), "status 0"},
		{"over the limit", Text(200, strings.Repeat("x", MaxPayload)), "Lambda's limit is 6291556"},
		{"over the limit by its escapes", Text(200, strings.Repeat("\n", MaxPayload/2)), "Lambda's limit is 6291556"},
		{"over the limit by its base64", Binary(200, "", make([]byte, MaxPayload*3/4)), "Lambda's limit is 6291556"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if err := tc.r.Err(); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Err: got %v, want an error with %q", err, tc.want)
			}
			envelope, err := json.Marshal(tc.r)
			if err != nil {
				t.Fatal(err)
			}
			v := Check(envelope)
			assertEqual(t, v.Status, 500)
			assertEqual(t, string(v.Body), lastResortBody)
		})
	}
}

func TestTheLargestResponseIsSent(t *testing.T) {
	text := strings.Repeat("x", MaxPayload-len(`{"statusCode":200,"headers":{"Content-Type":"text/plain; charset=utf-8"},"body":""}`))
	envelope, err := Text(200, text).encode()
	if err != nil {
		t.Fatal(err)
	}
	assertEqual(t, len(envelope), MaxPayload)
	assertEqual(t, Check(envelope).Status, 200)
}

func TestAccessorsReturnWhatIsSent(t *testing.T) {
	r := Binary(201, "image/png", []byte("Hi")).WithHeader("X-A", "1", "2")
	assertEqual(t, r.Status(), 201)
	assertEqual(t, string(r.Body()), "Hi")
	assertEqual(t, headerLines(r.Header()), "Content-Type: image/png\nX-A: 1, 2")
	assertEqual(t, r.Header().Get("x-a"), "1")
	assertEqual(t, r.Header().Values("x-a"), []string{"1", "2"})
	assertEqual(t, r.Header().Get("x-b"), "")

	impossible := JSON(0, 1)
	assertEqual(t, impossible.Status(), 500)
	assertEqual(t, string(impossible.Body()), lastResortBody)
	assertEqual(t, headerLines(impossible.Header()), defaultHeader)
}

func TestAResponseNeverChanges(t *testing.T) {
	values := []string{"1", "2"}
	base := JSON(200, 1).WithHeader("X-A", values...)
	before := headerLines(base.Header())

	values[0] = "changed"
	base.Header()[1].Values[0] = "changed"
	base.Body()[0] = 'x'
	first := base.WithHeader("X-B", "first")
	second := base.WithHeader("X-B", "second").WithHeader("X-A").WithCookie(&http.Cookie{Name: "a"})
	base.WithHeader("Content-Type", "text/csv")

	assertEqual(t, headerLines(base.Header()), before)
	assertEqual(t, string(base.Body()), "1")
	assertEqual(t, first.Header().Get("X-B"), "first")
	assertEqual(t, second.Header().Get("X-B"), "second")
}

func TestErrWrapsTheCause(t *testing.T) {
	err := JSON(200, math.Inf(1)).Err()
	if _, ok := errors.AsType[*json.UnsupportedValueError](err); !ok {
		t.Errorf("got %v, want an error that wraps the one of encoding/json", err)
	}
}
