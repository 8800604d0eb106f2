package assembly_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// A property counts as read if package property has a field for it, so that the
// model must use every such field.
func TestEveryFieldOfPropertiesIsUsed(t *testing.T) {
	used := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		ast.Inspect(parse(t, file), func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				used[selector.Sel.Name] = true
			}
			return true
		})
	}
	fields := 0
	ast.Inspect(parse(t, filepath.Join("property", "types.go")), func(n ast.Node) bool {
		structure, ok := n.(*ast.StructType)
		if !ok {
			return true
		}
		for _, field := range structure.Fields.List {
			for _, name := range field.Names {
				fields++
				if !used[name.Name] {
					t.Errorf("got no use of the field %s, want one, or the property treated as unread", name.Name)
				}
			}
		}
		return true
	})
	if fields < 100 {
		t.Errorf("got %d fields, want all of package property", fields)
	}
}

func parse(t *testing.T, file string) *ast.File {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
