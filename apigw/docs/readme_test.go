package docs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheREADMENamesEveryFolder(t *testing.T) {
	page, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, found := strings.Cut(string(page), "## Folders\n")
	list, _, closed := strings.Cut(list, "\n## ")
	if !found || !closed {
		t.Fatal("README.md has no section Folders with a section after it")
	}
	named := map[string]bool{}
	for line := range strings.Lines(list) {
		if folder, _, ok := strings.Cut(strings.TrimSpace(line), "/ "); ok {
			named[filepath.Base(folder)] = true
		}
	}
	for _, parent := range []string{"", "cmd", "tools", "internal", "internal/dev", "internal/gateway", "internal/assembly", "internal/mapping", "internal/java"} {
		entries, err := os.ReadDir(filepath.Join("..", parent))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			name := entry.Name()
			if entry.IsDir() && name != "internal" && name != "testdata" && !strings.HasPrefix(name, ".") && !named[name] {
				t.Errorf("the folder %s has no line in README.md, want one below ## Folders", filepath.Join(parent, name))
			}
		}
	}
}
