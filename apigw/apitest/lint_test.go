package apitest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/apitest"
	"example.com/apigw/internal/testapp"
)

func TestLintOfAGoodApp(t *testing.T) { apitest.Lint(t, testapp.Assembly()) }

// What AWS refuses, and what fails for each request, fails the test; a trap does not.
func TestLintFailsTheTest(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(testapp.Assembly())); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("got the templates %q, %v, want one", files, err)
	}
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, from, to, said, logged string }{
		{"a stage that AWS refuses", `"StageName": "prod"`, `"StageName": "v1.0"`, "apitest: the deployment fails: Sample/", ""},
		{"a template that fails", `#if(`, `#if((`, "apitest: it can be deployed, and then fails: Sample/", ""},
		{"a trap", `"Timeout": 10`, `"Timeout": 60`, "", "apitest: it can be deployed, and is a trap: Sample/"},
	} {
		changed := strings.ReplaceAll(string(good), c.from, c.to)
		if changed == string(good) {
			t.Fatalf("%s: the template of the app has no %s", c.name, c.from)
		}
		if err := os.WriteFile(files[0], []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		f := &fake{TB: t}
		apitest.Lint(f, dir)
		if !strings.HasPrefix(f.said, c.said) || (f.said == "") != (c.said == "") || !strings.Contains(f.logged, c.logged) {
			t.Errorf("%s: got %q as errors and %q in the log, want %q and %q", c.name, f.said, f.logged, c.said, c.logged)
		}
	}
	f := &fake{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		apitest.Lint(f, "none")
	}()
	if <-done; !strings.Contains(f.said, "none") {
		t.Errorf("got %q for a folder that is not there, want its name", f.said)
	}
}
