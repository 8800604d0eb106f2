package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// invoke runs a command line with a standard input.
func invoke(in string, args ...string) (code int, out, errors string) {
	var stdout, stderr strings.Builder
	code = run(context.Background(), &terminal{in: strings.NewReader(in), out: &stdout, err: &stderr}, args)
	return code, stdout.String(), stderr.String()
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		rule string
		args []string
		want string
	}{
		{"no verb", nil, "local: say what to do: render; or -h for help"},
		{"an unknown verb", []string{"rendr"}, `local: there is no verb "rendr": render; or -h for help`},
		{"no template", []string{"render"}, "local: render: name the template, a file or - for standard input"},
		{"two templates", []string{"render", "a", "b"}, "local: render: name one template only"},
		{"an unknown flag", []string{"render", "-", "--boddy", "x"}, "local: render: flag provided but not defined: -boddy"},
		{"a flag without its value", []string{"render", "-", "--body"}, "local: render: flag needs an argument: -body"},
		{"no name", []string{"render", "-", "--path", "=v"}, "expected NAME=VALUE"},
		{"no value", []string{"render", "--query", "q", "-"}, "expected NAME=VALUE"},
		{"a member of a text", []string{"render", "-", "--context", "a=1", "--context", "a.b=2"}, "a is a text already and cannot have members"},
		{"a text for members", []string{"render", "-", "--context", "a.b=2", "--context", "a=1"}, "a has members already"},
		{"standard input twice", []string{"render", "-", "--body", "@-"}, "the template and the body cannot both come from standard input"},
	} {
		code, out, errors := invoke("", c.args...)
		if code != 2 || out != "" || !strings.Contains(errors, c.want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%s: exit code %d, %q, %q; want %s", c.rule, code, out, errors, c.want)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"--help"}, {"help"}, {"render", "-h"}, {"render", "x", "--help"}} {
		code, out, errors := invoke("", args...)
		if code != 0 || errors != "" || !strings.Contains(out, "go run ./local render TEMPLATE") || !strings.Contains(out, "--stage-variable") {
			t.Errorf("%q: exit code %d, %q, %q", args, code, out, errors)
		}
	}
}
