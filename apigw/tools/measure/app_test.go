package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/testapp"
)

// write writes files into a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheRoutesOfAnAppAreFound(t *testing.T) {
	a, err := openApp(testapp.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if a.module != engine() || a.assembly != testapp.Assembly() || a.command != filepath.Join(engine(), "cmd", "apigw") {
		t.Errorf("got %+v, want the engine's module, command and assembly", a)
	}
	if a.proxy == nil || a.proxy.path != "/direct/prod/greet" || !slices.Contains(a.proxy.environment(), "ALLOWED_ORIGINS=*") {
		t.Errorf("got the route %+v with proxy integration, want /direct/prod/greet and its variables", a.proxy)
	}
	if a.mapped == nil || a.mapped.path != "/mapped/prod/greet" || a.mapped.function.Package != "./internal/testapp/functions/mapped" {
		t.Errorf("got the route %+v without, want /mapped/prod/greet", a.mapped)
	}
}

func TestAnAppWithoutARouteToMeasure(t *testing.T) {
	dir := write(t, map[string]string{
		"go.mod":                  "module m\n",
		"cdk.out/manifest.json":   `{"version": "54.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "S.template.json"}}}}`,
		"cdk.out/S.template.json": `{"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api"}}}}`,
	})
	if _, err := openApp(dir); err == nil || !strings.Contains(err.Error(), "has no route to measure") {
		t.Errorf("got error %v, want that there is no route to measure", err)
	}
}

func TestACopyHasTheSourceAndNothingElse(t *testing.T) {
	from := write(t, map[string]string{
		"go.mod":                  "module m\n\nreplace (\n\ta.example/inside => ./inside\n\ta.example/outside => ../outside\n)\n",
		"inside/go.mod":           "module a.example/inside\n",
		".git/HEAD":               "x",
		"functions/.build/old":    "x",
		"web/node_modules/x/x.js": "x",
	})
	to := filepath.Join(t.TempDir(), "copy")
	if err := copyTree(context.Background(), from, to); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := fs.WalkDir(os.DirFS(to), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			got = append(got, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"go.mod", "inside/go.mod"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	if err := pinReplacements(context.Background(), from, to); err != nil {
		t.Fatal(err)
	}
	pinned, err := os.ReadFile(filepath.Join(to, "go.mod"))
	if outside := filepath.Join(filepath.Dir(from), "outside"); err != nil || !strings.Contains(string(pinned), "=> ./inside\n") || !strings.Contains(string(pinned), "=> "+outside+"\n") {
		t.Errorf("got %s, error %v; want ./inside as it was, and %s", pinned, err, outside)
	}
}

func TestAnEditIsInTheSourceOfTheFunction(t *testing.T) {
	dir := write(t, map[string]string{"functions/f/main.go": "package main\n"})
	a, err := openApp(testapp.Dir())
	if err != nil {
		t.Fatal(err)
	}
	a.module = dir
	a.proxy.function.Package = "./functions/f"
	for _, text := range []string{"one", "two"} {
		if err := edit(a, text); err != nil {
			t.Fatal(err)
		}
		edited, err := os.ReadFile(filepath.Join(dir, "functions", "f", editedFile))
		if err != nil || strings.Count(string(edited), `\"`+text+`\"`) != 1 {
			t.Errorf("after the edit %s: got error %v and\n%s\nwant the text once", text, err, edited)
		}
	}
}
