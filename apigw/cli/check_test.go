package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/testapp"
)

func TestCheckOfAResult(t *testing.T) {
	const good = `{"statusCode":201,"headers":{"Content-Type":"application/json"},"body":"{\"id\":1}"}`
	file := writeFile(t, "result.json", good)
	for _, c := range []struct {
		rule, in string
		args     []string
		code     int
		want     []string
	}{
		{"a good one", good, nil, 0, []string{"API Gateway accepts this result.", "  201\n  Content-Type: application/json\n\n  {\"id\":1}\n", "Successfully completed execution\n  Method completed with status: 201\n"}},
		{"of a file", "", []string{file}, 0, []string{"  201\n"}},
		{"of a body that is an object", `{"statusCode":200,"body":{}}`, []string{"-"}, 1, []string{"API Gateway refuses this result.", "  502\n", `{"message": "Internal server error"}`, "Malformed Lambda proxy response", "    at $.body: {}\n", "rule: body-not-string (documented)"}},
		{"in another language", `{"statusCode":200,"body":{}}`, []string{"--language", "Python"}, 1, []string{"json.dumps("}},
		{"two places with one rule", `{"StatusCode":200,"Body":""}`, nil, 1, []string{"at $.StatusCode: 200", "and at $.Body: \"\""}},
		{"accepted and odd", `{"statusCode":200,"headers":{"Content-Type":"application/json","Access-Control-Allow-Origin":"a, b"},"body":"{}"}`, nil, 1, []string{"API Gateway accepts this result.", "rule: cors-several-origins"}},
		{"binary for a client that wants it", `{"headers":{"Content-Type":"image/png"},"statusCode":200,"body":"iVBORw0KGgo=","isBase64Encoded":true}`, []string{"--binary-media-types", "image/gif, image/png", "--accept", "image/png"}, 0, []string{"bytes that are not text)"}},
		{"binary for another client", `{"headers":{"Content-Type":"image/png"},"statusCode":200,"body":"iVBORw0KGgo=","isBase64Encoded":true}`, []string{"--binary-media-types", "image/png"}, 1, []string{"rule: base64-not-decoded"}},
		{"an envelope without proxy integration", good, []string{"--integration", "mapped"}, 1, []string{"nothing in a result is interpreted", "  200\n", good, "rule: proxy-off-for-envelope"}},
		{"plain JSON without proxy integration", `{"Hello":"World"}`, []string{"--integration", "mapped"}, 0, []string{"  200\n", `{"Hello":"World"}`}},
		{"an error without proxy integration", `{"errorMessage":"boom","errorType":"Error"}`, []string{"--integration=mapped"}, 1, []string{"rule: mapped-error-is-200"}},
	} {
		code, out, errors := commandLine(c.in, append([]string{"check"}, c.args...)...)
		if code != c.code || (code == 0) != (errors == "") {
			t.Errorf("%s: exit code %d, %q; want %d", c.rule, code, errors, c.code)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: got\n%s\nwant in it %s", c.rule, out, want)
			}
		}
	}
}

func TestCheckAsJSON(t *testing.T) {
	code, out, _ := commandLine(`{"statusCode":"a","body":"x"}`, "check", "--format", "json")
	var v struct {
		Integration string
		Accepted    bool
		Status      int
		Findings    []struct{ Rule, Path, Got, Page string }
	}
	if err := json.Unmarshal([]byte(out), &v); code != 1 || err != nil || v.Accepted || v.Status != 502 || v.Integration != "proxy" || len(v.Findings) != 1 ||
		v.Findings[0].Rule != "status-not-number" || v.Findings[0].Path != "$.statusCode" || v.Findings[0].Got != `"a"` || v.Findings[0].Page != "apigw/docs/rules/status-not-number.md" {
		t.Errorf("exit code %d, %v, got %s, want 1 and the rule status-not-number at $.statusCode", code, err, out)
	}
}

func TestCheckOfBadInput(t *testing.T) {
	for _, c := range []struct {
		rule, in string
		args     []string
		want     string
	}{
		{"nothing", "", nil, "local: check: there is nothing to check: the input is empty"},
		{"blanks", " \n", nil, "local: check: there is nothing to check"},
		{"binary", "\x00\x01", nil, "local: check: this is not a function's result: it is not text in UTF-8"},
		{"what is not UTF-8", "\xff\x1b[2J", nil, "local: check: this is not a function's result"},
		{"JSON that is cut off", `{"statusCode":200,"bo`, nil, "local: check: the input is cut off: it ends after 21 bytes in the middle of JSON"},
		{"what is far too large", strings.Repeat("x", 80<<20), nil, "local: check: this is not a function's result: it has more than 64 MB, and Lambda takes 6"},
		{"no such file", "", []string{"/nonexistent"}, "local: check: open /nonexistent: no such file"},
		{"two files", "", []string{"a", "b"}, "local: check takes one FILE at most"},
		{"a file and a function", "", []string{"a", "--function", "b"}, "local: check takes the result of a FILE or of a --function, and not of both"},
		{"an event without a function", "", []string{"--event", "{}"}, "local: check: --event is for a --function, which is missing"},
		{"an event that is not there", "", []string{"--function", "f", "--event", "/nonexistent"}, "local: --event: open /nonexistent"},
		{"an event that is not JSON", "x", []string{"--function", "f", "--event", "@-"}, "local: --event is not JSON"},
		{"an unknown language", "", []string{"--language", "perl"}, `local: check: invalid value "perl" for flag --language: expected go, javascript or python`},
		{"an unknown integration", "", []string{"--integration", "http"}, `local: check: invalid value "http" for flag --integration: expected proxy or mapped`},
	} {
		code, out, errors := commandLine(c.in, append([]string{"check"}, c.args...)...)
		if code != 2 || out != "" || !strings.HasPrefix(errors, c.want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%s: exit code %d, %q, %q; want 2 and one sentence: %s", c.rule, code, out, errors, c.want)
		}
	}
}

func TestCheckRefusesByRuleWhatLambdaWouldNotTake(t *testing.T) {
	in := `{"body":"` + strings.Repeat("x", 7<<20) + `"}`
	for _, integration := range []string{"proxy", "mapped"} {
		code, out, _ := commandLine(in, "check", "--integration", integration)
		if code != 1 || !strings.Contains(out, "rule: response-too-large") || len(out) > 4000 {
			t.Errorf("%s: exit code %d, %d bytes, got\n%.4000s\nwant 1 and the rule response-too-large", integration, code, len(out), out)
		}
	}
}

func TestCheckWritesNoControlCharacters(t *testing.T) {
	for _, in := range []string{"{\"statusCode\":200,\"body\":\"\\u001b[2J\\u009b1m\\u202e\u009b\u202e\x7f\"}", "{\"\u009b\u202e\x7f\":\"\x7f\"}", "not JSON \u009b\x1b[2J"} {
		for _, args := range [][]string{{"check"}, {"check", "--format", "json"}, {"check", "--integration", "mapped"}, {"check", "--integration", "mapped", "--format", "json"}} {
			_, out, errors := commandLine(in, args...)
			if out == "" || rules.Printable(out) != out || rules.Printable(errors) != errors {
				t.Errorf("%q of %q: got %q, %q, want text without control characters", args, in, out, errors)
			}
			if len(args) > 1 && args[len(args)-1] == "json" && !json.Valid([]byte(out)) {
				t.Errorf("%q of %q: got %q, want JSON", args, in, out)
			}
		}
	}
}

func TestCheckOfAFunction(t *testing.T) {
	t.Chdir(t.TempDir())
	event := writeFile(t, "event.json", `{"name": "Ada"}`)
	for _, c := range []struct {
		rule string
		args []string
		code int
		want []string
	}{
		{"the app knows that no proxy integration calls it", []string{"--function", "mapped", "--event", event}, 0, []string{"Without proxy integration", `{"greeting":"Ada"}`}},
		{"an error of it", []string{"--function", "Sample/Mapped", "-e", `{"name":""}`}, 1, []string{"rule: mapped-error-is-200"}},
		{"what a proxy integration would make of it", []string{"--function", "mapped", "-e", `@` + event, "--integration", "proxy"}, 1, []string{"rule: missing-envelope", `{"greeting":"Ada"}`, "fix: // The builders"}},
		{"an unknown function", []string{"--function", "greeter"}, 2, nil},
	} {
		code, out, errs := commandLine("", append([]string{"check", "--app", testapp.Assembly()}, c.args...)...)
		if code != c.code {
			t.Errorf("%s: exit code %d, %s; want %d", c.rule, code, errs, c.code)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: got\n%s\nwant in it %s", c.rule, out, want)
			}
		}
	}
}
