package mapping

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// API Gateway shows the message of json-smart's exception, of the kind that JsonPath
// passes on.
func TestPayloadErrors(t *testing.T) {
	for _, c := range []struct{ template, body, words string }{
		{"$input.path('$')", "{a", "net.minidev.json.parser.ParseException: Unexpected End Of File position 1: null"},
		{"$input.json('$.a')", "[a", "net.minidev.json.parser.ParseException: Unexpected End Of File position 1: EOF"},
		{"$input.path('$.a')", "[1e+]", ""},
	} {
		_, err := new(Engine).NewExchange(&Request{Body: c.body}).RenderRequest(context.Background(), template(t, c.template))
		bad, ok := errors.AsType[*PayloadError](err)
		if !ok || bad.Words() != c.words || !strings.Contains(bad.Error(), "line 1") {
			t.Errorf("%s of %s: got %v, want an error of the payload with the words %q", c.template, c.body, err, c.words)
		}
	}
	_, err := new(Engine).NewExchange(&Request{Body: "{a"}).RenderRequest(context.Background(), template(t, "$util.parseJson($input.body)"))
	if bad, ok := errors.AsType[*PayloadError](err); ok || err == nil {
		t.Errorf("a text that the template reads itself: got %v and %v, want another error", err, bad)
	}
	twice := &OverrideError{"responseOverride.status"}
	if got := twice.Error(); !strings.Contains(got, "$context.responseOverride.status twice") {
		t.Errorf("got %q, want the name of the override", got)
	}
}
