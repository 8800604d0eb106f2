package rules_test

import (
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/rules"
	"example.com/apigw/proxyresponse"
)

func TestEveryIDIsUniqueAndInKebabCase(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, rule := range rules.All() {
		if !kebab.MatchString(rule.ID) {
			t.Errorf("got the id %q, want one in kebab-case", rule.ID)
		}
		if seen[rule.ID] {
			t.Errorf("got two rules with the id %s, want one", rule.ID)
		}
		seen[rule.ID] = true
	}
}

func TestEveryRuleIsComplete(t *testing.T) {
	kinds := []rules.Kind{rules.Failure, rules.Notice, rules.Difference, rules.Finding, rules.Result, rules.Situation,
		rules.Refusal, rules.Trap, rules.Parity,
	}
	boxes := []rules.Box{
		rules.MethodRequest, rules.Authorization, rules.IntegrationRequest, rules.Backend, rules.Function,
		rules.IntegrationResponse, rules.MethodResponse, rules.GatewayResponse, rules.Deployment,
	}
	for _, rule := range rules.All() {
		fields := reflect.ValueOf(rule)
		for i := range fields.NumField() {
			if name := fields.Type().Field(i).Name; name != "Log" && name != "Signs" && name != "Fixes" && fields.Field(i).IsZero() {
				t.Errorf("%s: %s is empty, want a value", rule.ID, name)
			}
		}
		if !slices.Contains(kinds, rule.Kind) {
			t.Errorf("%s: got the kind %q, want one of %q", rule.ID, rule.Kind, kinds)
		}
		if !slices.Contains(boxes, rule.Box) {
			t.Errorf("%s: got the box %q, want one of %q", rule.ID, rule.Box, boxes)
		}
		if want := []rules.Evidence{rules.Recorded, rules.Documented, rules.Assumed}; !slices.Contains(want, rule.Evidence) {
			t.Errorf("%s: got the evidence %q, want one of %q", rule.ID, rule.Evidence, want)
		}
		if !isSentence(rule.Title) {
			t.Errorf("%s: got the title %q, want a sentence", rule.ID, rule.Title)
		}
		if rule.Kind != rules.Result && rule.Kind != rules.Situation && rule.Kind != rules.Failure && !isSentence(rule.Fix) {
			t.Errorf("%s: got the fix %q, want a sentence", rule.ID, rule.Fix)
		}
	}
}

// isSentence reports whether a text begins like a sentence and ends like one. A
// problem at its end may be several lines long, and has no full stop.
func isSentence(text string) bool {
	return regexp.MustCompile(`(?s)^(["{]|[A-Z]|isBase64Encoded).*(\.|: \{(problem|reason)\})$`).MatchString(text)
}

// A source can be looked up: it is an address, or its suite is on the page of
// evidence. What it shows may follow in parentheses or, for a collection without
// names, after a colon.
func TestEverySourceCanBeFound(t *testing.T) {
	page, err := os.ReadFile("../../docs/evidence.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules.All() {
		for _, source := range strings.Split(rule.Source, "; ") {
			reference, _, _ := strings.Cut(source, " (")
			if address, err := url.Parse(reference); err == nil && address.Scheme == "https" && strings.Contains(address.Host, ".") {
				continue
			}
			suite, name, ok := strings.Cut(reference, ": ")
			if !ok || !strings.Contains(string(page), "**"+suite+"**") && !strings.Contains(string(page), "\n## "+suite+"\n") {
				t.Errorf("%s: got the source %q, want an address, or a suite of docs/evidence.md with what is in it", rule.ID, source)
			}
			if strings.HasPrefix(name, "test_") && !strings.Contains(string(page), "`"+name+"`") {
				t.Errorf("%s: got the recording %s, want one of docs/evidence.md", rule.ID, name)
			}
		}
	}
}

func TestRulesOfProxyResponseAreInTheRulebook(t *testing.T) {
	for _, want := range proxyresponse.Rules() {
		got, ok := rules.Lookup(want.ID)
		if !ok || got.Gateway != want.Gateway || got.Fix != want.Fix || got.Source != want.Source {
			t.Errorf("Lookup(%q): got %+v, %v, want what proxyresponse has: %+v", want.ID, got, ok, want)
		}
	}
}

func TestLookupOfAnUnknownID(t *testing.T) {
	if rule, ok := rules.Lookup("no-such-rule"); ok {
		t.Errorf("got %+v, want no rule", rule)
	}
}

func TestAllReturnsANewSliceEachTime(t *testing.T) {
	want := rules.All()[0].ID
	rules.All()[0].ID = "changed"
	if got := rules.All()[0].ID; got != want {
		t.Errorf("got %q after a change to another slice, want %q", got, want)
	}
}

func TestUse(t *testing.T) {
	tests := []struct {
		name string
		use  rules.Use
		text string
		log  string
	}{
		{"the zero value says nothing", rules.Use{}, "", ""},
		{
			"placeholders are filled", rules.Of("route-unknown", "method", "GET", "path", "/a"),
			"No method serves GET /a. Call a route that GET /_local/apis lists, or add the method to the API.", "",
		},
		{
			"of the log too", rules.Of("lambda-refused", "function", "f", "problem", "no", "status", 502, "request", "id"),
			"Lambda refused to run the function f: no. See what the message says about the function.",
			"Lambda invocation failed with status: 502. Lambda request id: id",
		},
		{"no fix where only AWS helps", rules.Of("cache-not-done"), "The stage asks for a cache of responses, which is not here: every request reaches the backend.", ""},
		{
			"particulars of a rule of proxyresponse", rules.Of("invoke-permission-missing", "function", "f", "source", "arn"),
			"No permission of the function f lets apigateway.amazonaws.com invoke it for arn.",
			"Execution failed due to configuration error: Invalid permissions on Lambda function",
		},
		{
			"a value cannot steer the terminal", rules.Of("api-unknown", "name", "a\x1b[2Jb\x9bc\u009bd\n"),
			`No API has the name "a\x1b[2Jb\x9bc\u009bd` + "\n" + `". Call one of the URLs that GET /_local/apis lists.`, "",
		},
		{"a value is text, whatever it looks like", rules.Of("api-unknown", "name", "{name}$1"), `No API has the name "{name}$1". Call one of the URLs that GET /_local/apis lists.`, ""},
		{"a placeholder without a value stays", rules.Of("api-unknown"), `No API has the name "{name}". Call one of the URLs that GET /_local/apis lists.`, ""},
		{"a value too many is not shown", rules.Of("clone-not-done", "a", 1, "b", 2, "c", 3, "d", 4, "e", 5), rules.Of("clone-not-done").Text(), ""},
		{"a value without a name is not shown", rules.Of("api-unknown", "name", "x", "y"), rules.Of("api-unknown", "name", "x").Text(), ""},
		{"an id that there is not", rules.Of("no-such-rule"), "no-such-rule", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.use.Text(); got != test.text {
				t.Errorf("Text: got %q, want %q", got, test.text)
			}
			if got := test.use.String(); got != test.text {
				t.Errorf("String: got %q, want %q", got, test.text)
			}
			if got := test.use.Log(); got != test.log {
				t.Errorf("Log: got %q, want %q", got, test.log)
			}
			if got, want := test.use.IsZero(), test.use.ID() == ""; got != want {
				t.Errorf("IsZero: got %v, want %v", got, want)
			}
		})
	}
}

func TestUsesCanBeCompared(t *testing.T) {
	a, b := rules.Of("api-unknown", "name", "a"), rules.Of("api-unknown", "name", "b")
	if a == b || a != rules.Of("api-unknown", "name", "a") {
		t.Errorf("got %v == %v is %v, want uses to be equal if rule and values are", a, b, a == b)
	}
}

// Every call of Of in the engine must name a rule, and give exactly the values
// that the rule has placeholders for.
func TestEveryUseFitsItsRule(t *testing.T) {
	for _, call := range calls(t) {
		rule, ok := rules.Lookup(call.id)
		if !ok {
			t.Errorf("%s: got the id %q, want one of the rulebook", call.place, call.id)
			continue
		}
		if want := placeholders(rule); !slices.Equal(call.names, want) {
			t.Errorf("%s: rule %s: got values for %q, want them for %q", call.place, call.id, call.names, want)
		}
	}
}

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

// placeholders returns the names that a rule needs values for, sorted.
func placeholders(rule rules.Rule) []string {
	names := []string{}
	for _, match := range placeholder.FindAllStringSubmatch(strings.Join([]string{rule.Title, rule.Log, rule.Fix}, "\n"), -1) {
		names = append(names, match[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}
