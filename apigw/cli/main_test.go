package cli

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
)

// commandLine runs a command line with a standard input.
func commandLine(in string, args ...string) (code int, out, errors string) {
	var stdout, stderr strings.Builder
	code = run(context.Background(), &terminal{command: "go run ./local", in: strings.NewReader(in), out: &stdout, err: &stderr}, args)
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
		{"an unknown verb", []string{"rendr"}, `local: there is no verb "rendr": serve, routes, invoke, token, render, lint, lessons, check, explain, rules, new, add, update, plan, parity; or -h for help`},
		{"a verb behind the flags", []string{"--listen", ":0", "routes"}, "local: the verb stands in front of the flags: routes …"},
		{"a value that a flag does not take", []string{"--log", "loud"}, `invalid value "loud" for flag --log`},
		{"an argument for serve", []string{"serve", "x"}, `local: serve takes no "x"`},
		{"an unknown flag without a verb", []string{"--port", "3"}, "local: serve: there is no flag --port: -h lists those that there are"},
		{"an unknown log level", []string{"--log", "all"}, `local: serve: invalid value "all" for flag --log: expected full, errors or off`},
		{"no function", []string{"invoke"}, "local: invoke takes one FUNCTION"},
		{"an event that is not JSON", []string{"invoke", "f", "--event", "{"}, "local: --event is not JSON"},
		{"no template", []string{"render"}, "local: render: name the template, a file or - for standard input"},
		{"two templates", []string{"render", "a", "b"}, "local: render: name one template only"},
		{"an unknown flag", []string{"render", "-", "--boddy", "x"}, "local: render: there is no flag --boddy: did you mean --body? -h lists all flags"},
		{"a flag without its value", []string{"render", "-", "--body"}, "local: render: flag needs an argument: -body"},
		{"no name", []string{"render", "-", "--path", "=v"}, "expected NAME=VALUE"},
		{"no value", []string{"render", "--query", "q", "-"}, "expected NAME=VALUE"},
		{"a member of a text", []string{"render", "-", "--var", "a=1", "--var", "a.b=2"}, "a is a text already and cannot have members"},
		{"a text for members", []string{"render", "-", "--var", "a.b=2", "--var", "a=1"}, "a has members already"},
		{"a member of $context by the flag of other verbs", []string{"render", "-", "--context", "stage=dev"}, "members of $context are set by --var stage=dev"},
		{"a flag with a letter missing", []string{"--lisen", ":0"}, "local: serve: there is no flag --lisen: did you mean --listen? -h lists all flags"},
		{"a flag with letters exchanged", []string{"--lsiten", ":0"}, "did you mean --listen?"},
		{"a short flag that is not there", []string{"routes", "-x"}, "local: routes: there is no flag --x: -h lists those that there are"},
		{"a parameter without a value", []string{"--parameters", "Stage"}, "expected NAME=VALUE"},
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
			t.Errorf("%q: exit code %d, %q, %q; want 0 and the help for render", args, code, out, errors)
		}
	}
}

func TestEveryFlagIsInTheHelpOfItsVerb(t *testing.T) {
	for _, v := range verbs() {
		set := flag.NewFlagSet(v.name, flag.ContinueOnError)
		v.define(set)
		set.VisitAll(func(f *flag.Flag) {
			dashes := "--"
			if len(f.Name) == 1 {
				dashes = "-"
			}
			if !regexp.MustCompile(`[ (]` + dashes + f.Name + `[ ,]`).MatchString(v.help) {
				t.Errorf("%s: want %s%s in the help, which is\n%s", v.name, dashes, f.Name, v.help)
			}
		})
	}
}

func TestTheHelpSaysHowTheCommandWasStarted(t *testing.T) {
	build := func(path string) *debug.BuildInfo {
		return &debug.BuildInfo{Path: path, Main: debug.Module{Path: "example.com/shop"}}
	}
	for _, c := range []struct {
		rule    string
		build   *debug.BuildInfo
		program string
		want    string
	}{
		{"a folder of its module", build("example.com/shop/local"), "/cache/go-build1/b001/exe/local", "go run ./local"},
		{"a folder for programs that are installed", build("example.com/shop/cmd/apigw"), "/home/me/go/bin/apigw", "apigw"},
		{"a program of another name", build("example.com/shop/cmd/apigw"), `gateway.exe`, "gateway"},
		{"the root of its module", build("example.com/shop"), "./shop", "shop"},
		{"an unknown build", nil, "./x", "x"},
	} {
		if got := started(c.build, c.program); got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
	}
	var out strings.Builder
	if code := run(context.Background(), &terminal{command: "apigw", out: &out}, []string{"-h"}); code != 0 || !strings.Contains(out.String(), "apigw [serve] [flags]") || strings.Contains(out.String(), "go run") {
		t.Errorf("exit code %d, %s; want the help for apigw", code, out.String())
	}
	out.Reset()
	if code := run(context.Background(), &terminal{command: "apigw", err: &out}, []string{"x"}); code != 2 || !strings.HasPrefix(out.String(), "apigw: there is no verb") {
		t.Errorf("exit code %d, %s; want 2 and the name apigw", code, out.String())
	}
}
