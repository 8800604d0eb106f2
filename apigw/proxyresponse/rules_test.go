package proxyresponse

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryRuleIsComplete(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	// What a recording of another case shows is in parentheses behind it.
	recorded := regexp.MustCompile(`^LocalStack: test_[a-z0-9_]+(;|$)`)
	seen := map[string]bool{}
	for _, rule := range Rules() {
		if !kebab.MatchString(rule.ID) {
			t.Errorf("got the id %q, want one in kebab-case", rule.ID)
		}
		if seen[rule.ID] {
			t.Errorf("got two rules with the id %s, want one", rule.ID)
		}
		seen[rule.ID] = true
		fields := reflect.ValueOf(rule)
		for i := range fields.NumField() {
			if fields.Field(i).IsZero() {
				t.Errorf("%s: %s is empty, want a value", rule.ID, fields.Type().Field(i).Name)
			}
		}
		if got, want := recorded.MatchString(rule.Source), rule.Evidence == Recorded; got != want {
			t.Errorf("%s: got the source %q for the evidence %s, want one that begins with a recording, and with that of the case itself, if and only if it is recorded", rule.ID, rule.Source, rule.Evidence)
		}
		if !slices.Contains([]Evidence{Recorded, Documented, Assumed}, rule.Evidence) {
			t.Errorf("%s: got the evidence %q, want one of the three", rule.ID, rule.Evidence)
		}
		if !strings.Contains(rule.Log, "Method completed with status") && !strings.Contains(rule.Log, "status code") && !strings.Contains(rule.Log, "log of the function") {
			t.Errorf("%s: got the log %q, want one that says how it ends", rule.ID, rule.Log)
		}
	}
}

// The code of a fix must at least parse, as statements of a function.
func TestEveryFixIsGo(t *testing.T) {
	for _, rule := range Rules() {
		source := "package p\nfunc f() {\n" + rule.Fix + "\n}\n"
		if _, err := parser.ParseFile(token.NewFileSet(), "fix.go", source, parser.SkipObjectResolution); err != nil {
			t.Errorf("%s: got %v for the fix, want Go that parses:\n%s", rule.ID, err, rule.Fix)
		}
	}
}

// An example that Check judges otherwise would teach what is not so.
func TestEveryResultInTheRulebookIsJudgedAsItSays(t *testing.T) {
	// What API Gateway and clients accept anyway gets no note.
	silent := []string{"status-passed-through", "headers-null", "multi-value-headers", "multi-value-headers-null", "header-in-both-maps", "body-absent", "body-null", "base64-flag-missing"}
	for _, rule := range Rules() {
		if rule.About != Result {
			continue
		}
		t.Run(rule.ID, func(t *testing.T) {
			v := Check([]byte(rule.Shape))
			assertEqual(t, v.Status, rule.Status)
			found := slices.Contains(slices.Concat(ruleIDs(v.Violations), ruleIDs(v.Notes)), rule.ID)
			assertEqual(t, found, !slices.Contains(silent, rule.ID))
			if rule.Status == 502 {
				assertEqual(t, ruleIDs(v.Violations)[0], rule.ID)
			}
		})
	}
}

func TestEveryStreamInTheRulebookIsJudgedAsItSays(t *testing.T) {
	judged := 0
	for _, rule := range Rules() {
		if rule.About != Streamed {
			continue
		}
		judged++
		t.Run(rule.ID, func(t *testing.T) {
			v, body, err := CheckStream(strings.NewReader(rule.Shape))
			assertEqual(t, err, nil)
			assertEqual(t, v.Status, rule.Status)
			assertEqual(t, body == nil, true)
			assertEqual(t, ruleIDs(v.Violations)[0], rule.ID)
		})
	}
	assertEqual(t, judged >= 5, true)
}

func TestLookupFindsByID(t *testing.T) {
	rule, ok := Lookup("unknown-key")
	assertEqual(t, ok, true)
	assertEqual(t, rule.ID, "unknown-key")
	_, ok = Lookup("no-such-rule")
	assertEqual(t, ok, false)
}

func TestRulesReturnsANewSliceEachTime(t *testing.T) {
	Rules()[0].ID = "changed"
	if got := Rules()[0].ID; got == "changed" {
		t.Errorf("got %q after a change to another slice, want the rule's own id", got)
	}
}

func TestRulesEncodeWithTheNamesThatPagesRead(t *testing.T) {
	text, err := json.Marshal(Rules()[0])
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"id":"missing-envelope","title":`; !strings.HasPrefix(string(text), want) {
		t.Errorf("got %s, want it to begin with %s", text, want)
	}
}
