package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// commandLine runs a command line with a standard input.
func commandLine(in string, args ...string) (code int, out, errors string) {
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
		{"an unknown verb", []string{"rendr"}, `local: there is no verb "rendr": serve, routes, invoke, render; or -h for help`},
		{"an argument for serve", []string{"serve", "x"}, `local: serve takes no "x"`},
		{"an unknown flag without a verb", []string{"--port", "3"}, "local: serve: flag provided but not defined: -port"},
		{"an unknown log level", []string{"--log", "all"}, `local: --log "all": it is full, errors or off`},
		{"no function", []string{"invoke"}, "local: invoke takes one FUNCTION"},
		{"an event that is no JSON", []string{"invoke", "f", "--event", "{"}, "local: --event is no JSON"},
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
		code, out, errors := commandLine("", c.args...)
		if code != 2 || out != "" || !strings.Contains(errors, c.want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%s: exit code %d, %q, %q; want %s", c.rule, code, out, errors, c.want)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"--help"}, {"help"}, {"render", "-h"}, {"render", "x", "--help"}} {
		code, out, errors := commandLine("", args...)
		if code != 0 || errors != "" || !strings.Contains(out, "go run ./local render TEMPLATE") || !strings.Contains(out, "--stage-variable") {
			t.Errorf("%q: exit code %d, %q, %q", args, code, out, errors)
		}
	}
}
