package explain_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"example.com/apigw/internal/explain"
	"example.com/apigw/proxyresponse"
)

func TestJudgeOfAResult(t *testing.T) {
	for _, c := range []struct {
		name     string
		result   explain.Result
		accepted bool
		status   int
		body     string
		rules    []string
	}{
		{"a good one", explain.Result{Payload: []byte(`{"statusCode":201,"body":"x","headers":{"Content-Type":"text/plain"}}`)}, true, 201, "x", nil},
		{"a bad one", explain.Result{Payload: []byte(`{"body":1}`)}, false, 502, `{"message": "Internal server error"}`, []string{"body-other-type"}},
		{"a function that failed", explain.Result{Payload: []byte(`{"errorMessage":"x"}`), FunctionError: "Unhandled"}, false, 502, `{"message": "Internal server error"}`, []string{"function-error"}},
		{"plain JSON without proxy integration", explain.Result{Payload: []byte(`{"a":1}`), Mapped: true}, true, 200, `{"a":1}`, nil},
		{"what is no object", explain.Result{Payload: []byte(`"text"`), Mapped: true}, true, 200, `"text"`, nil},
		{"an envelope", explain.Result{Payload: []byte(`{"statusCode":404,"body":""}`), Mapped: true}, true, 200, `{"statusCode":404,"body":""}`, []string{"proxy-off-for-envelope"}},
		{"a function that failed, without proxy integration", explain.Result{Payload: []byte(`{"errorMessage":"x"}`), FunctionError: "Unhandled", Mapped: true}, true, 200, `{"errorMessage":"x"}`, []string{"mapped-error-is-200"}},
		{"a body that only looks like an envelope's", explain.Result{Payload: []byte(`{"body":"of a letter"}`), Mapped: true}, true, 200, `{"body":"of a letter"}`, nil},
		{"a picture", explain.Result{Payload: []byte(`{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":"/w==","isBase64Encoded":true}`), BinaryMediaTypes: []string{"*/*"}, Accept: "image/png"}, true, 200, "/w==", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := c.result.Judge()
			if ids := ruleIDs(v.Findings); v.Accepted != c.accepted || v.Status != c.status || v.Body != c.body || !slices.Equal(ids, c.rules) {
				t.Errorf("got accepted: %v, %d, %s, %q; want %v, %d, %s, %q", v.Accepted, v.Status, v.Body, ids, c.accepted, c.status, c.body, c.rules)
			}
			if want := c.accepted && len(c.rules) == 0; v.OK() != want {
				t.Errorf("OK: got %v, want %v", v.OK(), want)
			}
		})
	}
}

func TestABodyIsShownInPart(t *testing.T) {
	var out strings.Builder
	result := explain.Result{Payload: []byte(`{"a":"` + strings.Repeat("é", 5000) + `"}`), Mapped: true}
	if err := result.Judge().WriteText(&out, "tool"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "… and 8008 bytes more\n") || strings.Contains(out.String(), `\x`) {
		t.Errorf("got %.3000s, want 2000 bytes of the body, and how many there are more", out.String())
	}
}

func TestReadResult(t *testing.T) {
	for _, c := range []struct {
		name, in string
		size     int    // of what is read
		err      string // a part of the error
	}{
		{"JSON", `{"a":1}` + "\n", 8, ""},
		{"text", "hello", 5, ""},
		{"as much as Lambda takes", strings.Repeat(" ", proxyresponse.MaxPayload-1) + "1", proxyresponse.MaxPayload, ""},
		{"a byte more", strings.Repeat(" ", proxyresponse.MaxPayload) + "1", proxyresponse.MaxPayload + 1, ""},
		{"much more", "{" + strings.Repeat("x", 20<<20), proxyresponse.MaxPayload + 1, ""},
		{"a list that is cut off", "[1,", 0, "in the middle of JSON"},
		{"a text that is cut off", `"abc`, 0, "in the middle of JSON"},
	} {
		payload, err := explain.ReadResult(strings.NewReader(c.in))
		switch {
		case c.err == "" && (err != nil || len(payload) != c.size):
			t.Errorf("%s: got %d bytes, %v; want %d", c.name, len(payload), err, c.size)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: got %v, want an error with %q", c.name, err, c.err)
		}
	}
	broken := errors.New("broken")
	if _, err := explain.ReadResult(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a reader that fails: got %v, want %v", err, broken)
	}
}
