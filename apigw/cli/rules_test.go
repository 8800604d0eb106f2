package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"example.com/apigw/internal/rules"
)

func TestRulesListsEveryRule(t *testing.T) {
	code, out, errors := commandLine("", "rules")
	if code != 0 || errors != "" {
		t.Fatalf("exit code %d, %s; want 0 and no error", code, errors)
	}
	for _, rule := range rules.All() {
		if !strings.Contains(out, "  "+rule.ID+" ") {
			t.Errorf("got a list without %s, want every rule", rule.ID)
		}
	}
	code, out, _ = commandLine("", "rules", "--format", "json")
	var list []rules.Rule
	if err := json.Unmarshal([]byte(out), &list); code != 0 || err != nil || len(list) != len(rules.All()) {
		t.Errorf("as JSON: exit code %d, %d rules, %v; want 0, %d", code, len(list), err, len(rules.All()))
	}
}

func TestRulesPrintsOneRuleWhole(t *testing.T) {
	code, out, _ := commandLine("", "rules", "body-not-string")
	for _, want := range []string{"# The body is an object", "Malformed Lambda proxy response", `{"statusCode":200,"body":{"Hello":"World"}}`, "proxyresponse.JSON(", "<https://repost.aws/"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit code %d, got\n%s\nwant 0, and in it %s", code, out, want)
		}
	}
	code, out, _ = commandLine("", "rules", "--format=json", "body-not-string")
	var rule rules.Rule
	if err := json.Unmarshal([]byte(out), &rule); code != 0 || err != nil || rule.ID != "body-not-string" {
		t.Errorf("as JSON: exit code %d, %v, %v; want 0 and the rule", code, rule.ID, err)
	}
}

func TestRulesOfUnknownIDs(t *testing.T) {
	for _, c := range []struct {
		rule string
		args []string
		want string
	}{
		{"an id with a letter missing", []string{"rules", "body-not-strin"}, `local: there is no rule "body-not-strin": did you mean body-not-string?`},
		{"an id like no other", []string{"rules", "zebra\x1b[2J"}, `local: there is no rule "zebra\x1b[2J": rules without an ID lists those that there are`},
		{"two ids", []string{"rules", "a", "b"}, "local: rules takes one ID at most"},
		{"an unknown format", []string{"rules", "--format", "xml"}, `local: rules: invalid value "xml" for flag --format: expected text or json`},
	} {
		code, out, errors := commandLine("", c.args...)
		if code != 2 || out != "" || errors != c.want+"\n" {
			t.Errorf("%s: exit code %d, %q, %q; want 2 and %s", c.rule, code, out, errors, c.want)
		}
	}
}
