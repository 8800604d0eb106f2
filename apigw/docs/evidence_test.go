// Package docs_test checks the pages of this folder against the code.
package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/apigw/proxyresponse"
)

// A reader of "recorded: test_x" finds the suite of test_x on the page of
// evidence.
func TestEveryRecordingThatTheCodeNamesIsOnThePageOfEvidence(t *testing.T) {
	page, err := os.ReadFile("evidence.md")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`\btest_[a-z0-9_]+`)
	found := 0
	err = filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || entry.Name() == "evidence_test.go" {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, test := range name.FindAllString(string(source), -1) {
			found++
			if !strings.Contains(string(page), "`"+test+"`") && !strings.Contains(string(page), "`"+test+"*`") {
				t.Errorf("%s names the recording %s; got no such test on the page evidence.md, want it in the table of its suite", path, test)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Error("found no name of a recording in the code, want some")
	}
}

// A rule that the page names is a rule of the rulebook, and is one that nobody
// recorded.
func TestTheRulesOnThePageOfEvidenceAreAssumed(t *testing.T) {
	page, err := os.ReadFile("evidence.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(page), "### Results of functions with proxy integration\n")
	section, _, closed := strings.Cut(section, "\n### ")
	if !found || !closed {
		t.Fatal("evidence.md: got no section of results with a section after it, want one")
	}
	named := 0
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		for _, id := range regexp.MustCompile("`([a-z0-9]+(?:-[a-z0-9]+)+)`").FindAllStringSubmatch(cells[max(0, len(cells)-2)], -1) {
			named++
			rule, ok := proxyresponse.Lookup(id[1])
			if !ok {
				t.Errorf("evidence.md names the rule %s, want a rule of the rulebook", id[1])
			} else if rule.Evidence == proxyresponse.Recorded {
				t.Errorf("the rule %s: got the evidence %s, want no assumption about what was recorded", rule.ID, rule.Evidence)
			}
		}
	}
	if named == 0 {
		t.Error("evidence.md: got no rules in the section of results, want some")
	}
}
