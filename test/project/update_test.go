//go:build project

package project

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// folder is where commands are run.
type folder struct {
	t   *testing.T
	dir string
}

// sh runs a line of a shell and returns its exit code and what it prints.
func (f folder) sh(line string) (code int, out string) {
	f.t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = f.dir
	cmd.Env = append(os.Environ(),
		"GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.com",
		"GOFLAGS=-trimpath") // what is compiled in one folder counts in the next
	text, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), string(text)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return 0, string(text)
}

// does runs a line that must succeed.
func (f folder) does(line string) string {
	f.t.Helper()
	code, out := f.sh(line)
	if code != 0 {
		f.t.Fatalf("%s: exit code %d, want 0:\n%s", line, code, out)
	}
	return out
}

// replace replaces a text that a file has once, and commits nothing.
func (f folder) replace(name, from, to string) {
	f.t.Helper()
	name = filepath.Join(f.dir, name)
	text, err := os.ReadFile(name)
	if err != nil {
		f.t.Fatal(err)
	}
	if strings.Count(string(text), from) != 1 {
		f.t.Fatalf("%s has %q %d times, want once", name, from, strings.Count(string(text), from))
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(text), from, to, 1)), 0o666); err != nil {
		f.t.Fatal(err)
	}
}

func (f folder) has(name, want string) {
	f.t.Helper()
	text, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil || !strings.Contains(string(text), want) {
		f.t.Errorf("%s (%v): want %q in it, and it is\n%s", name, err, want, text)
	}
}

// A service was made from an older state of this kit, and has grown. It is updated from
// the kit as it is, with what the command says to do.
func TestAServiceOfAnOlderKitIsUpdated(t *testing.T) {
	dir := t.TempDir()
	folder{t, "../.."}.does("git clone --quiet . '" + dir + "/kit'")
	kit, orders := folder{t, dir + "/kit"}, folder{t, dir + "/orders"}
	const timeout = "const functionTimeoutSeconds = "
	version := strings.TrimSpace(kit.does(`sed -n 's/.*"version": "\([^"]*\)".*/\1/p' kit.json`))

	kit.replace("kit.json", `"version": "`+version+`"`, `"version": "0.9.0"`)
	kit.replace("stacks/go_function.go", timeout+"10", timeout+"9")
	kit.replace("stacks/rest_api.go", "TracingEnabled: jsii.Bool(true)", "TracingEnabled: jsii.Bool(false)")
	kit.replace("apigw/cli/main.go", "\npackage cli\n", "\npackage cli // once\n")
	kit.does("git commit --quiet --all --message 'The kit as it was'")
	kit.does("go run ./local new ../orders --module github.com/you/orders --door proxy")

	orders.replace("stacks/go_function.go", timeout+"9", timeout+"20")                           // in the way
	orders.replace("functions/hello/main.go", "\npackage main\n", "\npackage main // of ours\n") // not in the way
	orders.replace("apigw/cli/main.go", "\npackage cli // once\n", "\npackage cli // of ours\n") // where nothing is kept
	orders.does("go run ./local add function bye && go run ./local add route GET /bye --function bye")
	orders.does("git rm --quiet .editorconfig && git add --all && git commit --quiet --message Ours")
	kit.does("git revert --no-edit HEAD")

	code, said := orders.sh("go run ./local update --from ../kit")
	for _, want := range []string{
		"Merging the kit " + version + " (it was 0.9.0) on the branch kit-" + version,
		"-- FILE\n  apigw/cli/main.go\n\n",
		"until you renew it:\n  test/snapshot/", // since a route was added
		"git commit:\n  stacks/go_function.go\n\n",
	} {
		if code != 1 || !strings.Contains(said, want) {
			t.Fatalf("exit code %d, want 1 and %q:\n%s", code, want, said)
		}
	}
	orders.has("stacks/go_function.go", "<<<<<<< HEAD\n"+timeout+"20\n=======\n"+timeout+"10\n>>>>>>> kit/"+version+"\n")
	orders.does("git checkout --quiet --ours stacks/go_function.go && git add --all && git commit --quiet --no-edit")

	_, commands, _ := strings.Cut(said, "Then, on this branch:\n")
	commands, _, ok := strings.Cut(commands, "\nTo give it up")
	if !ok {
		t.Fatalf("want what to do then:\n%s", said)
	}
	for line := range strings.Lines(commands) {
		if code, out := orders.sh(line); code != 0 && !strings.Contains(out, "nothing to commit") {
			t.Errorf("%s: exit code %d, want 0:\n%s", line, code, out)
		}
	}
	orders.has("stacks/go_function.go", "\n"+timeout+"20\n")
	orders.has("stacks/rest_api.go", "TracingEnabled: jsii.Bool(true)")
	orders.has("functions/hello/main.go", "package main // of ours")
	orders.has("apigw/cli/main.go", "\npackage cli\n")
	orders.has("stacks/proxy_api.go", `path: "/bye"`)
	orders.has("kit.json", `"version": "`+version+`"`)
	if _, err := os.Stat(filepath.Join(orders.dir, ".editorconfig")); err == nil {
		t.Error(".editorconfig is back, want what the service deleted to stay so")
	}
	if out := orders.does("git status --porcelain --branch"); out != "## main\n" {
		t.Errorf("got %q, want all committed on main", out)
	}
	if code, out := orders.sh("go run ./local update --from ../kit"); code != 0 || !strings.Contains(out, "There is nothing to update") {
		t.Errorf("again: exit code %d, want 0, and that there is nothing to update:\n%s", code, out)
	}
}
