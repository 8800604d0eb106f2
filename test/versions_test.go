package test

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var cdkCommand = regexp.MustCompile(`\baws-cdk@([0-9][0-9.]*[0-9])`)

// Whoever follows the README, and whatever checks and deploys, uses the same
// version of the CDK's command line. Dependabot does not see it: if it is raised,
// it is raised everywhere.
func TestOneVersionOfTheCDKCommand(t *testing.T) {
	places := map[string][]string{} // by version
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch base := entry.Name(); {
		case entry.IsDir() && (base == ".git" || base == ".build" || base == "cdk.out" || base == "node_modules"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(base) != ".md" && filepath.Ext(base) != ".yml" && filepath.Ext(base) != "" && filepath.Ext(base) != ".sh":
			return nil
		}
		text, err := os.ReadFile(name)
		for _, match := range cdkCommand.FindAllSubmatch(text, -1) {
			places[string(match[1])] = append(places[string(match[1])], name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(places) != 1 {
		t.Errorf("versions of aws-cdk and where they are: %v; want one version everywhere", places)
	}

	text, err := os.ReadFile("snapshot/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ MinimumCliVersion string }
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	for version, files := range places {
		if compareVersions(version, manifest.MinimumCliVersion) < 0 {
			t.Errorf("aws-cdk@%s in %v cannot read what the CDK of go.mod writes: want at least %s", version, files, manifest.MinimumCliVersion)
		}
	}
}

// compareVersions compares versions such as 2.1148.1 part by part.
func compareVersions(a, b string) int {
	left, right := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(left), len(right)) {
		x, _ := strconv.Atoi(left[i])
		y, _ := strconv.Atoi(right[i])
		if order := cmp.Compare(x, y); order != 0 {
			return order
		}
	}
	return cmp.Compare(len(left), len(right))
}
