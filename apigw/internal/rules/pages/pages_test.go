package pages_test

import (
	"regexp"
	"strings"
	"testing"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/rules/pages"
)

func TestEveryPageSaysAllOfItsRule(t *testing.T) {
	files := pages.All()
	for _, rule := range rules.All() {
		page := files[rule.PageName()]
		for _, want := range []string{"`" + rule.ID + "`", "## How it shows\n\n- ", "\n## Why\n\n", "\n## What AWS does\n\n", "\n## What to do\n\n", "\n## How sure that is\n\n"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: got\n%s\nwant %q in it", rule.ID, page, want)
			}
		}
		if strings.Count(page, "```")%2 != 0 || strings.Contains(page, "\n\n\n") {
			t.Errorf("%s: got\n%s\nwant every block of code closed, and no two empty lines", rule.ID, page)
		}
	}
}

func TestTheIndexLeadsToEveryRuleFromItsSymptoms(t *testing.T) {
	index := pages.Index()
	for _, rule := range rules.All() {
		if !strings.Contains(index, "]("+rule.PageName()+"): ") {
			t.Errorf("got an index without %s, want every rule", rule.ID)
		}
	}
	for _, c := range []struct{ heading, symptom, rule string }{
		{"The client sees", "the status 502, the body `{\"message\": \"Internal server error\"}`", "missing-envelope"},
		{"The client sees", "the status 403, the body `{\"message\":\"Missing Authentication Token\"}`", "route-unknown"},
		{"The execution log of API Gateway says", "`Execution failed due to configuration error: Malformed Lambda proxy response`", "body-not-string"},
		{"The function's log, or its error, says", "`Task timed out after SECONDS seconds`", "function-timeout"},
		{"The browser says", "`No 'Access-Control-Allow-Origin' header", "cors-missing-on-gateway-errors"},
	} {
		_, section, _ := strings.Cut(index, "\n## "+c.heading+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		_, rest, found := strings.Cut(section, "\n"+c.symptom)
		list, _, _ := strings.Cut(rest, "\n\n`")
		if !found || !strings.Contains(list, "]("+c.rule+".md)") {
			t.Errorf("%s: got\n%s\nwant %s below %s", c.heading, section, c.rule, c.symptom)
		}
	}
	if dead := regexp.MustCompile(`\]\(([^)]+\.md)\)`).FindAllStringSubmatch(index, -1); len(dead) < len(rules.All()) {
		t.Errorf("got %d links, want one for each rule", len(dead))
	}
}
