package add

import (
	"context"
	"errors"
	"maps"
	"os"
	"strings"
	"testing"
)

// small is a project that compiles at once. Its test for the snapshot writes one, and
// then does what the stack says.
var small = map[string]string{
	"kit.json":            fixture("proxy")["kit.json"],
	"go.mod":              "module github.com/you/greeter\n\ngo 1.26\n",
	"stacks/stack.go":     "package stacks\n\nconst Good = true\n",
	"functions/a/main.go": "package main\n\nfunc main() {}\n",
	"test/snapshot/old":   "old",
	"test/snapshot/a/b":   "in a folder",
	"test/snapshot_test.go": `package test

import (
	"flag"
	"os"
	"testing"

	"github.com/you/greeter/stacks"
)

var update = flag.Bool("update", false, "")

func TestSnapshotIsUpToDate(t *testing.T) {
	if !*update {
		t.Fatal("want the flag -update")
	}
	for _, name := range []string{"snapshot/old", "snapshot/new"} {
		if err := os.WriteFile(name, []byte("new"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !stacks.Good {
		t.Fatal("the stack is not good")
	}
}
`,
}

// planned returns a plan for the small project in a new folder.
func planned(t *testing.T, files map[string]string) *Plan {
	t.Helper()
	p, err := open(folderOf(t, small))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := p.write(name, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

var goodPlan = map[string]string{
	"stacks/more.go":      "package stacks\n\nconst More = 1\n",
	"functions/b/main.go": "package main\n\nimport \"github.com/you/greeter/stacks\"\n\nfunc main() { println(stacks.More) }\n",
}

func TestAPlanIsWritten(t *testing.T) {
	t.Setenv("JSII_NODE", "go") // any program that there is
	p := planned(t, goodPlan)
	if err := p.Apply(t.Context(), func(string) {}); err != nil {
		t.Fatal(err)
	}
	after := tree(t, p.root)
	if after["functions/b/main.go"] != goodPlan["functions/b/main.go"] || after["test/snapshot/old"] != "new" || len(p.Notes) > 0 {
		t.Errorf("got %v and the notes %q, want the plan and a new snapshot", after, p.Notes)
	}
	for name := range after {
		if strings.Contains(name, ".add-") {
			t.Errorf("%s is left", name)
		}
	}
}

func TestASymbolicLinkStaysOne(t *testing.T) {
	p := planned(t, map[string]string{"test/link": "written"})
	if err := os.Symlink("snapshot/old", p.path("test/link")); err != nil {
		t.Fatal(err)
	}
	if err := replace(p.path("test/link"), p.files["test/link"]); err != nil {
		t.Fatal(err)
	}
	target, err := os.Readlink(p.path("test/link"))
	if got := tree(t, p.root)["test/snapshot/old"]; err != nil || target != "snapshot/old" || got != "written" {
		t.Errorf("got a link to %q (%v) and the file %q, want the link, and the file written", target, err, got)
	}
}

func TestWithoutNodeTheSnapshotStaysAndThatIsSaid(t *testing.T) {
	t.Setenv("JSII_NODE", "no-such-node")
	p := planned(t, goodPlan)
	if err := p.Apply(t.Context(), func(string) {}); err != nil {
		t.Fatal(err)
	}
	if len(p.Notes) != 1 || !strings.Contains(p.Notes[0], "go test ./test -update") || tree(t, p.root)["test/snapshot/old"] != "old" {
		t.Errorf("notes %q, want that the snapshot is stale, and how to renew it", p.Notes)
	}
}

func TestAllOrNothing(t *testing.T) {
	t.Setenv("JSII_NODE", "go")
	for _, c := range []struct {
		rule  string
		files map[string]string
		stop  string // the step before which somebody presses Ctrl-C
		wants []string
	}{
		{"what does not compile", map[string]string{"functions/b/main.go": "package main\n\nfunc main() { none() }\n"}, "",
			[]string{"nothing was written", "functions/b/main.go:3:15: undefined: none"}},
		{"what breaks what is there", map[string]string{"stacks/stack.go": "package stacks\n\nconst Good = 5\n\nvar a int = Gone\n"}, "",
			[]string{"stacks/stack.go:5:13: undefined: Gone"}},
		{"what go vet finds in a test", map[string]string{"functions/b/main.go": "package main\n\nfunc main() {}\n", "functions/b/main_test.go": "package main\n\nfunc use() { none() }\n"}, "",
			[]string{"nothing was changed", "undefined: none"}},
		{"a stack that cannot be synthesized", map[string]string{"stacks/stack.go": "package stacks\n\nconst Good = false\n"}, "",
			[]string{"nothing was changed, since the stack could not be synthesized", "the stack is not good"}},
		{"an interrupt before the snapshot", goodPlan, "renewing the snapshot", []string{context.Canceled.Error()}},
		{"an interrupt at the start", goodPlan, "checking that it compiles", []string{context.Canceled.Error()}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p := planned(t, c.files)
			before := tree(t, p.root)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := p.Apply(ctx, func(what string) {
				if what == c.stop {
					cancel()
				}
			})
			for _, want := range c.wants {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want one with %q", err, want)
				}
			}
			if c.stop != "" && !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want that it was interrupted", err)
			}
			if after := tree(t, p.root); !maps.Equal(before, after) {
				t.Errorf("got the files %v, want them as before: %v", after, before)
			}
		})
	}
}
