//go:build onedoor

// Package onedoor checks that a service can keep either of the two APIs: it runs
// the commands of the README's "Keep one door" in copies of the repository. You
// do not need it any more after you have chosen.
//
// It has a build tag because its go commands would otherwise compile the CDK at
// the same time as the first go test ./... does:
//
//	go test -tags onedoor ./test/onedoor
package onedoor

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/hello-apigw/test/contract"
)

const root = "../.."

// Fewer requests would not show that the two APIs respond alike.
func TestTheContractIsLongEnough(t *testing.T) {
	if got := len(contract.Cases(t)); got < 60 {
		t.Errorf("%d cases in the contract, want 60 or more", got)
	}
}

func TestEitherDoorIsEnough(t *testing.T) {
	var removed []string
	for _, commands := range recipes(t) {
		folder := copyOfRepository(t)
		gone := restAPIs(t, folder)
		for _, command := range commands {
			run(t, folder, "sh", "-c", command)
		}
		for _, name := range restAPIs(t, folder) {
			gone = slices.DeleteFunc(gone, func(gone string) bool { return gone == name })
		}
		if len(gone) != 1 {
			t.Errorf("the commands %q remove the REST APIs %q, want one", commands, gone)
		}
		removed = append(removed, gone...)
	}
	slices.Sort(removed)
	if len(slices.Compact(removed)) != 2 {
		t.Errorf("the README removes the REST APIs %q, want either of two", removed)
	}
}

// recipes returns the commands of each block in the README's "Keep one door".
func recipes(t *testing.T) [][]string {
	t.Helper()
	readme, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(readme), "**Keep one door.**")
	section, _, ended := strings.Cut(section, "\n**")
	if !found || !ended {
		t.Fatal("README.md has no paragraph **Keep one door.** with another below it: if you removed it, delete test/onedoor too")
	}
	var recipes [][]string
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(section, -1) {
		var commands []string
		for line := range strings.Lines(block[1]) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				commands = append(commands, command)
			}
		}
		recipes = append(recipes, commands)
	}
	return recipes
}

// copyOfRepository returns a new folder with the files of the repository. The
// engine stays where it is, so that it is not compiled again.
func copyOfRepository(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == root {
			return err
		}
		if base := entry.Name(); strings.HasPrefix(base, ".") || slices.Contains([]string{"apigw", "cdk.out", "node_modules"}, base) {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		target := filepath.Join(folder, relative)
		if entry.IsDir() {
			return os.Mkdir(target, 0o755)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o755)
	})
	if err != nil {
		t.Fatal(err)
	}
	const engine = "example.com/apigw"
	if place := strings.TrimSpace(run(t, root, "go", "list", "-m", "-f", "{{with .Replace}}{{.Dir}}{{end}}", engine)); place != "" {
		run(t, folder, "go", "mod", "edit", "-replace", engine+"="+place)
	}
	return folder
}

// restAPIs returns the names of the REST APIs in the snapshot.
func restAPIs(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(folder + "/test/snapshot/*.template.json")
	if err != nil || len(files) != 1 {
		t.Fatalf("templates %q (%v), want one", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties struct{ Name any }
		}
	}
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, resource := range template.Resources {
		if name, ok := resource.Properties.Name.(string); ok && resource.Type == "AWS::ApiGateway::RestApi" {
			names = append(names, name)
		}
	}
	return names
}

// run runs a program in a folder, and returns its standard output.
func run(t *testing.T, folder, name string, arguments ...string) string {
	t.Helper()
	t.Logf("%s %s", name, strings.Join(arguments, " "))
	var stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), name, arguments...)
	command.Dir, command.Stderr = folder, &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(arguments, " "), err, output, stderr.String())
	}
	return string(output)
}
