package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/rules/pages"
)

// Whoever changes a rule runs the command.
func TestThePagesOfTheRulebookAreUpToDate(t *testing.T) {
	folder := filepath.Join("..", "..", filepath.FromSlash(rules.PageFolder))
	want := pages.All()
	for name, text := range want {
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || string(got) != text {
			t.Errorf("%s: got a page that is not what the rulebook says (%v); run go -C apigw run ./tools/rulepages", name, err)
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if _, ok := want[entry.Name()]; !ok {
			t.Errorf("%s: got a page without a rule; run go -C apigw run ./tools/rulepages", entry.Name())
		}
	}
}

func TestTheSavedQueriesAreUpToDate(t *testing.T) {
	got, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(queriesFile)))
	if err != nil || !bytes.Equal(got, queries()) {
		t.Errorf("%s: got queries that are not those of the rulebook (%v); run go -C apigw run ./tools/rulepages, and in the folder above go test ./test ./lessons -update", queriesFile, err)
	}
}

func TestPagesOfRulesThatAreGoneAreRemoved(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "rules")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	gone := filepath.Join(folder, "gone.md")
	if err := os.WriteFile(gone, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := write(folder); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(gone); !os.IsNotExist(err) {
		t.Errorf("gone.md: got %v, want that there is no such file", err)
	}
	if got, err := filepath.Glob(filepath.Join(folder, "*.md")); err != nil || len(got) != len(pages.All()) {
		t.Errorf("got %d pages, %v, want %d", len(got), err, len(pages.All()))
	}
}
