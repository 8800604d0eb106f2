package docs_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// withCDK are the packages for the infrastructure of an app. Everything else in the
// engine is compiled by those who run and test functions, too, and must not take the
// minute that the CDK takes.
var withCDK = []string{"observability", "rollout", "security"}

func TestOnlyPackagesForTheInfrastructureUseTheCDK(t *testing.T) {
	const module = "example.com/apigw/"
	used := map[string]bool{}
	err := filepath.WalkDir("..", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "testdata":
			return filepath.SkipDir // which is not compiled with the engine
		case entry.IsDir() || path.Ext(file) != ".go":
			return nil
		}
		name, err := filepath.Rel("..", file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			ours := slices.Contains(withCDK, strings.TrimPrefix(imported, module))
			if !ours && !isCDK(imported) {
				continue
			}
			folder := path.Dir(name)
			if !slices.Contains(withCDK, folder) {
				t.Errorf("%s imports %s, want that only %q do", name, imported, withCDK)
			}
			used[folder] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range withCDK {
		if !used[folder] {
			t.Errorf("%s imports nothing of the CDK, want it out of this list", folder)
		}
		if _, err := os.Stat(filepath.Join("..", folder)); err != nil {
			t.Error(err)
		}
	}
}

// isCDK reports whether a package belongs to the CDK or brings it along.
func isCDK(pkg string) bool {
	for _, prefix := range []string{"github.com/aws/aws-cdk-go/", "github.com/aws/constructs-go/", "github.com/aws/jsii-runtime-go", "github.com/cdklabs/"} {
		if strings.HasPrefix(pkg, prefix) {
			return true
		}
	}
	return false
}
