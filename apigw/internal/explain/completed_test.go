package explain

import (
	"encoding/json"
	"testing"
)

func TestCompletedClosesWhatWasBegun(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"an object in an object", `{"a":1,"b":{"c":"d`, `{"a":1,"b":{"c":"d"}}`},
		{"a list", `{"a":["x",["y"`, `{"a":["x",["y"]]}`},
		{"a key that is cut off", `{"a":1,"bc`, `{"a":1}`},
		{"a key without its value", `{"a":1,"b":`, `{"a":1}`},
		{"a key without its colon", `{"a":1,"b"`, `{"a":1}`},
		{"a number that may go on", `{"a":1,"b":20`, `{"a":1}`},
		{"a word that may go on", `{"a":tru`, `{}`},
		{"a comma", `{"a":1,`, `{"a":1}`},
		{"an escape that is cut off", `{"a":"b\`, `{"a":"b"}`},
		{"a character that is cut off", `{"a":"b\u00`, `{"a":"b"}`},
		{"a backslash", `{"a":"b\\`, `{"a":"b\\"}`},
		{"a backslash before a u", `{"a":"b\\u00`, `{"a":"b\\u00"}`},
		{"brackets in a text", `{"a":"{[","b":"}`, `{"a":"{[","b":"}"}`},
		{"an empty object", `{`, `{}`},
		{"what is whole", `{"a":1}`, `{"a":1}`},
		{"what is not JSON", `{"a":]`, `{"a":]`},
		{"nothing", ``, ``},
	} {
		if got := completed(c.in); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// However a JSON text is cut off, what is left of it is JSON.
func TestCompletedIsJSON(t *testing.T) {
	const text = `{"statusCode": 200.5e1, "headers": {"Set-Cookie": ["a=1", null, true]}, "body": "{\"a\":\"\u00e4\\\"}", "x": [[], {}, [{"y": false}]]}`
	if !json.Valid([]byte(text)) {
		t.Fatal("the text of the test is not JSON")
	}
	for at := 1; at <= len(text); at++ {
		if got := completed(text[:at]); !json.Valid([]byte(got)) {
			t.Errorf("got %s for %s, want JSON", got, text[:at])
		}
	}
}
