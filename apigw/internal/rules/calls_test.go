package rules_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/apigw/internal/rules"
)

// call is a call of rules.Of in the source of the engine.
type call struct {
	place string // file:line:column
	id    string
	names []string // of the values, sorted
}

// engine is the root of the engine's module.
const engine = "../.."

// calls returns all calls of rules.Of outside this package and outside tests. Id
// and names must be written out, so that reading the source is enough.
func calls(t *testing.T) []call {
	t.Helper()
	var all []call
	err := filepath.WalkDir(engine, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "rules"):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			expression, ok := node.(*ast.CallExpr)
			if !ok || !isOf(expression.Fun) {
				return true
			}
			c := call{place: files.Position(expression.Pos()).String()}
			for i, argument := range expression.Args {
				if i > 0 && i%2 == 0 {
					continue // a value
				}
				literal, ok := argument.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					t.Errorf("%s: got the argument %d of rules.Of as an expression, want the text written out", c.place, i+1)
					return true
				}
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Errorf("%s: %v", c.place, err)
				}
				if i == 0 {
					c.id = text
				} else {
					c.names = append(c.names, text)
				}
			}
			if len(expression.Args)%2 == 0 {
				t.Errorf("%s: got %d arguments, want a value for every name", c.place, len(expression.Args))
			}
			if len(c.names) > rules.MaxValues {
				t.Errorf("%s: got %d values, want at most %d: no more are kept", c.place, len(c.names), rules.MaxValues)
			}
			slices.Sort(c.names)
			all = append(all, c)
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("got %d calls of rules.Of in the engine, want all of them; has the package moved?", len(all))
	}
	return all
}

func isOf(function ast.Expr) bool {
	selector, ok := function.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != "Of" {
		return false
	}
	pkg, ok := selector.X.(*ast.Ident)
	return ok && pkg.Name == "rules"
}

// A rule that nothing names is either forgotten or dead.
func TestEveryRuleIsUsed(t *testing.T) {
	named := map[string]bool{}
	for _, c := range calls(t) {
		named[c.id] = true
	}
	for _, rule := range rules.All() {
		if rule.Kind != rules.Result && rule.Kind != rules.Situation && !named[rule.ID] {
			t.Errorf("nothing uses the rule %s, want a call of rules.Of", rule.ID)
		}
	}
}
