package contract_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/apigw/contract"
)

func TestParse(t *testing.T) {
	text := `[
  {"rule": "a", "request": {"method": "GET", "target": "/a?b=%20"}, "response": {"status": 200, "body": "x"}},

  {"rule": "b", "door": "mapped", "gateway": true, "functionFails": true, "event": {"n":1}, "error": "E",
   "request": {"method": "POST", "target": "/", "headers": {"A": "b"}, "body": "c"},
   "response": {"status": 599, "body": "", "headers": {"D": "e"}}}
]
`
	want := []contract.Case{
		{Rule: "a", Request: contract.Request{Method: "GET", Target: "/a?b=%20"}, Response: contract.Response{Status: 200, Body: "x"}, Line: 2},
		{
			Rule: "b", Door: "mapped", Gateway: true, FunctionFails: true, Event: json.RawMessage(`{"n":1}`), Error: "E",
			Request:  contract.Request{Method: "POST", Target: "/", Headers: map[string]string{"A": "b"}, Body: "c"},
			Response: contract.Response{Status: 599, Headers: map[string]string{"D": "e"}}, Line: 4,
		},
	}
	got, err := contract.Parse([]byte(text))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	file := filepath.Join(t.TempDir(), "contract.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err = contract.Read(file); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Read: got %+v, %v; want %+v", got, err, want)
	}
}

func TestACaseIsOnOneDoorOrOnBoth(t *testing.T) {
	for _, test := range []struct {
		of, door string
		want     bool
	}{{"", "proxy", true}, {"", "mapped", true}, {"proxy", "proxy", true}, {"proxy", "mapped", false}, {"mapped", "proxy", false}} {
		if got := (contract.Case{Door: test.of}).On(test.door); got != test.want {
			t.Errorf("a case of %q on %q: got %v, want %v", test.of, test.door, got, test.want)
		}
	}
}

func TestWhatIsWrongWithAContractIsSaid(t *testing.T) {
	// with returns a contract whose one case has a field changed.
	with := func(old, replacement string) string {
		good := `[{"rule": "a", "request": {"method": "GET", "target": "/a"}, "response": {"status": 200, "body": "x"}}]`
		return strings.Replace(good, old, replacement, 1)
	}
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "expected a JSON array of cases"},
		{"an object", "{}", "expected a JSON array of cases"},
		{"no case", "[]", "there is no case"},
		{"a field that there is not", with(`"rule"`, `"Rul": "x", "rule"`), `line 1: json: unknown field "Rul"`},
		{"a field of the request that there is not", "[\n\n" + with(`"method"`, `"url": "x", "method"`)[1:], `line 3: json: unknown field "url"`},
		{"a value of another type", with("200", `"200"`), "line 1: json: cannot unmarshal string"},
		{"no rule", with(`"rule": "a", `, ""), `line 1: "rule" is missing`},
		{"a rule twice", "[" + strings.Trim(with("", ""), "[]") + ",\n" + strings.Trim(with("", ""), "[]") + "]", `line 2: the rule "a" is that of line 1 too`},
		{"an unknown door", with(`"rule"`, `"door": "front", "rule"`), `line 1: there is no "door" "front"`},
		{"a method in small letters", with("GET", "get"), `line 1: the request's "method" is "get"`},
		{"a whole URL", with(`"/a"`, `"https://a.example/a"`), `line 1: the request's "target" is "https://a.example/a"`},
		{"a blank in the target", with(`"/a"`, `"/a b"`), `line 1: the request's "target" is "/a b"`},
		{"no status", with(`"status": 200, `, ""), `line 1: the response's "status" is 0`},
		{"an array that does not end", strings.TrimSuffix(with("", ""), "]"), "line 1: the array does not end"},
		{"something behind the array", with("", "") + "\n[]", "line 2: something follows the array"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := contract.Parse([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v, %v; want the error %q", got, err, test.want)
			}
		})
	}
	if _, err := contract.Read(filepath.Join(t.TempDir(), "none.json")); err == nil || !strings.Contains(err.Error(), "none.json") {
		t.Errorf("a missing file: got %v, want an error that names it", err)
	}
}
