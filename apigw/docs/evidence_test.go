// Package docs_test checks the pages of this folder against the code.
package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
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
