package rules_test

import (
	"slices"
	"testing"

	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

func TestFixesAreForRulesOfTheRulebook(t *testing.T) {
	languages := append(rules.Languages(), "")
	n := 0
	for _, rule := range rules.All() {
		for language, fix := range rule.Fixes {
			n++
			if !slices.Contains(languages, language) || fix == "" {
				t.Errorf("%s: got the fix %q in %q, want a text in one of %q", rule.ID, fix, language, languages)
			}
		}
	}
	if n != rules.CountFixes() {
		t.Errorf("got %d fixes in the rulebook, want all %d: some are for ids that no rule has", n, rules.CountFixes())
	}
}

// Code in Go is of no use to a function in another language.
func TestEveryRuleWithCodeInGoHasWordsToo(t *testing.T) {
	for _, rule := range proxyresponse.Rules() {
		found, _ := rules.Lookup(rule.ID)
		if fix := found.FixIn(""); fix == rule.Fix {
			t.Errorf("%s: got the fix %q for an unknown language, want words", rule.ID, fix)
		}
		if fix := found.FixIn(rules.Go); fix != rule.Fix {
			t.Errorf("%s: got the fix %q for Go, want %q", rule.ID, fix, rule.Fix)
		}
	}
}

func TestTheFixIsInTheLanguageOfTheFunction(t *testing.T) {
	for runtime, want := range map[string]string{
		"nodejs22.x":      `return { statusCode: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };`,
		"python3.13":      `return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(value)}`,
		"java21":          "Return an object with statusCode (a number), headers (texts by name) and body (a text), and no other members.",
		"provided.al2023": "Return an object with statusCode (a number), headers (texts by name) and body (a text), and no other members.",
		"go1.x":           "// The builders make the envelope; the value becomes its body.\nreturn proxyresponse.JSON(http.StatusOK, value), nil",
	} {
		if got := rules.Of("missing-envelope").FixIn(rules.LanguageOf(runtime)); got != want {
			t.Errorf("%s: got the fix %q, want %q", runtime, got, want)
		}
	}
	if got, want := rules.Of("route-similar", "right", "/a").FixIn(rules.Python), "Did you mean /a?"; got != want {
		t.Errorf("got the fix %q for Python, want the words of all languages: %q", got, want)
	}
}
