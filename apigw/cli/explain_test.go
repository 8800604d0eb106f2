package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

const malformedLog = "Execution failed due to configuration error: Malformed Lambda proxy response\n"

func TestExplainReadsAFileOrStandardInput(t *testing.T) {
	file := writeFile(t, "log.txt", malformedLog)
	for _, args := range [][]string{{"explain"}, {"explain", "-"}, {"explain", file}} {
		code, out, errors := commandLine(malformedLog, args...)
		if code != 0 || errors != "" || !strings.Contains(out, "▸ The body is an object") || !strings.Contains(out, "rule: body-not-string (documented), go run ./local rules body-not-string") {
			t.Errorf("%q: exit code %d, %q, got\n%s\nwant 0 and the rule body-not-string", args, code, errors, out)
		}
	}
}

func TestExplainAsJSONHasAnObjectForEachThing(t *testing.T) {
	code, out, _ := commandLine("HTTP/1.1 429 Too Many Requests\nx-amzn-RequestId: 1\n\n{\"message\":\"Too Many Requests\"}\n", "explain", "--format", "json")
	var e struct {
		Input  string
		Causes []struct{ Rule, Page string }
	}
	if err := json.Unmarshal([]byte(out), &e); code != 0 || err != nil || strings.Count(out, "\n") != 1 || e.Input != "HTTP response" || len(e.Causes) == 0 || e.Causes[0].Rule != "throttled" {
		t.Errorf("exit code %d, %v, got %s, want 0 and one object with the rule throttled", code, err, out)
	}
}

func TestExplainOfBadInput(t *testing.T) {
	for _, c := range []struct {
		rule, in string
		args     []string
		want     string
	}{
		{"nothing", "", nil, "local: there is nothing to explain: the input is empty"},
		{"text", "hello", nil, "local: this is not something that explain knows: give it an execution log"},
		{"binary", "\x00\xff\x1b[2J", nil, "local: this is not something that explain knows"},
		{"no such file", "", []string{"/nonexistent"}, "local: explain: open /nonexistent: no such file"},
		{"two files", "", []string{"a", "b"}, "local: explain takes one FILE at most"},
	} {
		code, out, errors := commandLine(c.in, append([]string{"explain"}, c.args...)...)
		if code != 2 || out != "" || !strings.HasPrefix(errors, c.want) || strings.Count(errors, "\n") != 1 || strings.Contains(errors, "\x1b") {
			t.Errorf("%s: exit code %d, %q, %q; want 2 and one sentence: %s", c.rule, code, out, errors, c.want)
		}
	}
}
