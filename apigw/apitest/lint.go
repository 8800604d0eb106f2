package apitest

import (
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/lint"
)

// Lint fails the test for everything in the app in a cloud assembly that AWS refuses
// when it is deployed, and for everything that can be deployed and then fails for
// each request. Traps, which only some requests fall into, it logs. The folder is
// relative to that of the test.
func Lint(t testing.TB, assemblyDir string) {
	t.Helper()
	report, err := lint.Run(assemblyDir, assembly.Options{})
	if err != nil {
		t.Fatal("apitest: ", err)
	}
	lint.Locate(report.Found, assemblyDir)
	for _, f := range report.Found {
		var text strings.Builder
		f.WriteText(&text, "")
		message := "apitest: " + f.Severity.Heading() + ": " + strings.TrimSuffix(text.String(), "\n")
		if f.Severity == lint.Trap {
			t.Log(message)
		} else {
			t.Error(message)
		}
	}
}
