package update

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/apigw/internal/scaffold/project"
)

// files are the texts of files by their names.
type files map[string]string

// kitFiles are those of the first kit. NAME is the name of a service.
var kitFiles = files{
	"README.md":                   "# NAME\n\nRun it.\n\nTest it.\n\nDeploy it.\n",
	"go.mod":                      "module MODULE\n\ngo 1.26\n\nreplace example.com/apigw => ./apigw\n",
	"stacks/NAME_stack.go":        "package stacks\n\n// one\n\n// two\n\n// three\n\n// four\n",
	"stacks/old.go":               "package stacks\n\n// old\n",
	"functions/hello/main.go":     "package main\n\nfunc main() { println(\"NAME\") }\n",
	"test/snapshot/manifest.json": "{}\n",
	"apigw/internal/app/snapshot/manifest.json": "{}\n",
	"test/snapshot/app.json":                    "{\n \"one\": 1\n}\n",
	"apigw/go.mod":                              "module example.com/apigw\n\ngo 1.26\n",
	"apigw/engine.go":                           "package apigw\n\n// engine 1\n",
	"apigw/old.go":                              "package apigw\n",
}

// TestMain keeps away what this machine tells git and go.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{
		"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_COUNT": "2",
		"GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "Ada",
		"GIT_CONFIG_KEY_1": "user.email", "GIT_CONFIG_VALUE_1": "ada@example.com",
		"GOPROXY": "off",
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// world is a kit and a project that was made from it.
type world struct {
	t            *testing.T
	kit, project string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{t, filepath.Join(dir, "kit"), filepath.Join(dir, "orders")}
	w.git(dir, "init", "--quiet", "--initial-branch=main", w.kit)
	w.write(w.kit, kitFiles)
	w.release("1.0.0")
	if err := newOfFake(t.Context(), w.kit, project.Project{Module: "github.com/you/orders", Name: "orders", Doors: []project.Door{project.Proxy}, Kit: project.Kit{Version: "0"}}, w.project); err != nil {
		t.Fatal(err)
	}
	return w
}

// newOfFake makes a project from the files of a kit in a test, as the command new does.
func newOfFake(_ context.Context, kit string, answers project.Project, dir string) error {
	described, _, err := kitIn(read(kit, project.File))
	if err != nil {
		return err
	}
	answers.Kit, answers.Files = project.Kit{Version: described.Version, Commit: commitOf(kit)}, nil
	text, err := answers.Write()
	if err != nil {
		return err
	}
	names, err := repository{kit}.git("ls-files")
	if err != nil {
		return err
	}
	fill := strings.NewReplacer("NAME", answers.Name, "MODULE", answers.Module)
	for _, name := range lines(names) {
		content := []byte(fill.Replace(string(read(kit, name))))
		if name == project.File {
			content = text
		}
		where := filepath.Join(dir, fill.Replace(name))
		if err := os.MkdirAll(filepath.Dir(where), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(where, content, 0o666); err != nil {
			return err
		}
	}
	made := repository{dir}
	for _, args := range [][]string{{"init", "--quiet", "--initial-branch=main"}, {"add", "--all"}} {
		if _, err := made.git(args...); err != nil {
			return err
		}
	}
	tree, err := made.git("write-tree")
	if err == nil {
		_, err = made.git("commit", "--quiet", "-m", project.CommitMessage("Orders", answers.Kit, tree))
	}
	return err
}

func read(dir, name string) []byte {
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return nil
	}
	return text
}

// write writes files; one without text is deleted.
func (w *world) write(dir string, list files) {
	w.t.Helper()
	for name, text := range list {
		where := filepath.Join(dir, filepath.FromSlash(name))
		var err error
		if text == "" {
			err = os.Remove(where)
		} else if err = os.MkdirAll(filepath.Dir(where), 0o777); err == nil {
			err = os.WriteFile(where, []byte(text), 0o666)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) git(dir string, args ...string) string {
	w.t.Helper()
	out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput()
	if err != nil {
		w.t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// release commits the kit as it is under a version.
func (w *world) release(version string) {
	w.t.Helper()
	w.write(w.kit, files{project.File: `{"module": "example.com/kit", "name": "kit", "doors": ["proxy"], "kit": {"version": "` + version + `"}, "files": {}}` + "\n"})
	w.git(w.kit, "add", "--all")
	w.git(w.kit, "commit", "--quiet", "-m", "Kit "+version)
}

// change commits changes of the project's own.
func (w *world) change(list files) {
	w.t.Helper()
	w.write(w.project, list)
	w.git(w.project, "add", "--all")
	w.git(w.project, "commit", "--quiet", "-m", "Ours")
}

func (w *world) update() (Result, error) {
	return Run(w.t.Context(), Options{Dir: w.project, Kit: w.kit, New: newOfFake})
}

// updated updates, which must succeed.
func (w *world) updated() Result {
	w.t.Helper()
	result, err := w.update()
	if err != nil {
		w.t.Fatal(err)
	}
	if result.Tidy != nil {
		w.t.Errorf("go mod tidy: %v", result.Tidy)
	}
	return result
}

func (w *world) wants(list files) {
	w.t.Helper()
	for name, want := range list {
		if got := string(read(w.project, name)); got != want {
			w.t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// state is what must be the same after an update that did not happen.
func (w *world) state() string {
	return w.git(w.project, "status", "--porcelain", "--branch", "--ignored") + "\n" +
		w.git(w.project, "for-each-ref") + "\n" + w.git(w.project, "rev-parse", "HEAD") + "\n" + w.git(w.project, "ls-files", "--stage")
}

func TestANewerKitIsMerged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change(files{
		"README.md":               "# Orders of ours\n\nRun it.\n\nTest it.\n\nDeploy it.\n",
		"stacks/orders_stack.go":  "package stacks\n\n// one, ours\n\n// two\n\n// three\n\n// four\n",
		"functions/bye/main.go":   "package main\n\nfunc main() {}\n",
		"functions/hello/main.go": "",
	})
	w.write(w.kit, files{
		"README.md":            "# NAME\n\nRun it.\n\nTest it.\n\nDeploy it well.\n",
		"stacks/NAME_stack.go": "package stacks\n\n// one\n\n// two\n\n// three\n\n// four, mended\n",
		"stacks/new.go":        "package stacks\n\n// new in NAME\n",
		"stacks/old.go":        "",
		"apigw/engine.go":      "package apigw\n\n// engine 2\n",
		"apigw/old.go":         "",
		"apigw/new.go":         "package apigw\n",
	})
	w.release("1.1.0")

	result := w.updated()
	if result.From.Version != "1.0.0" || result.To.Version != "1.1.0" || result.To.Commit != w.git(w.kit, "rev-parse", "HEAD") {
		t.Errorf("from %+v to %+v, want from 1.0.0 to 1.1.0 at the commit of the kit", result.From, result.To)
	}
	if result.Branch != "kit-1.1.0" || result.Before != "main" || w.git(w.project, "branch", "--show-current") != "kit-1.1.0" {
		t.Errorf("branch %s beside %s, want kit-1.1.0, checked out, beside main", result.Branch, result.Before)
	}
	if len(result.Conflicts)+len(result.Deleted)+len(result.Engine)+len(result.Snapshots) != 0 || result.Commit != w.git(w.project, "rev-parse", "HEAD") {
		t.Errorf("got %+v, want a commit and nothing to say", result)
	}
	w.wants(files{
		"README.md":               "# Orders of ours\n\nRun it.\n\nTest it.\n\nDeploy it well.\n",
		"stacks/orders_stack.go":  "package stacks\n\n// one, ours\n\n// two\n\n// three\n\n// four, mended\n",
		"stacks/new.go":           "package stacks\n\n// new in orders\n",
		"stacks/old.go":           "",
		"functions/bye/main.go":   "package main\n\nfunc main() {}\n",
		"functions/hello/main.go": "",
		"apigw/engine.go":         "package apigw\n\n// engine 2\n",
		"apigw/old.go":            "",
		"apigw/new.go":            "package apigw\n",
	})
	if status := w.git(w.project, "status", "--porcelain"); status != "" {
		t.Errorf("status %q, want a clean tree", status)
	}
	if p, err := project.Read(w.project); err != nil || p.Kit != result.To {
		t.Errorf("%s: %+v, %v; want the new kit %+v", project.File, p, err, result.To)
	}
	if w.git(w.project, "rev-parse", "main") != w.git(w.project, "rev-parse", "HEAD^1") {
		t.Error("the branch before was moved; want it where it was")
	}
}

// The second update has the first as its base: what was resolved then is not asked again.
func TestTheNextUpdateBeginsWhereTheLastEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change(files{"README.md": "# Orders\n\nOurs.\n"})
	w.write(w.kit, files{"README.md": "# NAME 2\n\nRun it.\n\nTest it.\n\nDeploy it.\n"})
	w.release("1.1.0")
	result := w.updated()
	if want := []string{"README.md"}; !reflect.DeepEqual(result.Conflicts, want) {
		t.Fatalf("conflicts %q, want %q", result.Conflicts, want)
	}
	w.change(files{"README.md": "# Orders 2\n\nOurs.\n"}) // resolved
	w.git(w.project, "switch", "--quiet", "main")
	w.git(w.project, "merge", "--quiet", "kit-1.1.0")

	w.write(w.kit, files{"stacks/old.go": "package stacks\n\n// old 2\n"})
	w.release("1.2.0")
	if result = w.updated(); len(result.Conflicts) != 0 || result.From.Version != "1.1.0" {
		t.Errorf("from %s with the conflicts %q, want from 1.1.0 with none", result.From.Version, result.Conflicts)
	}
	w.wants(files{"README.md": "# Orders 2\n\nOurs.\n", "stacks/old.go": "package stacks\n\n// old 2\n"})
}

func TestConflictsAppearAsGitShowsThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change(files{
		"stacks/orders_stack.go": "package stacks\n\n// one of ours\n\n// two\n\n// three\n\n// four\n",
		"stacks/old.go":          "package stacks\n\n// old of ours\n",
	})
	w.write(w.kit, files{
		"stacks/NAME_stack.go": "package stacks\n\n// one of the kit\n\n// two\n\n// three\n\n// four\n",
		"stacks/old.go":        "",
		"README.md":            "# NAME\n",
	})
	w.release("1.1.0")
	result := w.updated()
	if want := []string{"stacks/old.go", "stacks/orders_stack.go"}; !reflect.DeepEqual(result.Conflicts, want) || result.Commit != "" {
		t.Fatalf("conflicts %q and the commit %q, want %q and none", result.Conflicts, result.Commit, want)
	}
	text := string(read(w.project, "stacks/orders_stack.go"))
	if !strings.Contains(text, "<<<<<<< HEAD\n// one of ours\n=======\n// one of the kit\n>>>>>>> kit/1.1.0\n") {
		t.Errorf("got %s, want both sides between marks", text)
	}
	w.wants(files{"README.md": "# orders\n", "stacks/old.go": "package stacks\n\n// old of ours\n"})
	if status := w.git(w.project, "status"); !strings.Contains(status, "fix conflicts and run \"git commit\"") {
		t.Errorf("got %s, want a merge under way", status)
	}
	w.git(w.project, "merge", "--abort") // goes back to what was
	if _, err := w.update(); err == nil || !strings.Contains(err.Error(), "there is a branch kit-1.1.0 already") {
		t.Errorf("error %v, want one about the branch that is there", err)
	}
}

// It is not lost either.
func TestAFileThatGitIgnoresAndTheKitDidNotChangeStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.git(w.project, "rm", "--quiet", "--cached", "stacks/old.go")
	w.change(files{".gitignore": "old.go\n"})
	w.write(w.project, files{"stacks/old.go": "package stacks\n\n// secret\n"})
	w.write(w.kit, files{"README.md": "# NAME\n"})
	w.release("1.1.0")
	w.updated()
	w.wants(files{"stacks/old.go": "package stacks\n\n// secret\n", "README.md": "# orders\n"})
}

func TestWhatTheProjectDeletedStaysDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change(files{"stacks/old.go": "", "README.md": ""})
	w.write(w.kit, files{"stacks/old.go": "package stacks\n\n// old 2\n"})
	w.release("1.1.0")
	result := w.updated()
	if want := []string{"stacks/old.go"}; !reflect.DeepEqual(result.Deleted, want) || len(result.Conflicts) != 0 {
		t.Errorf("deleted %q, conflicts %q; want %q and no conflicts", result.Deleted, result.Conflicts, want)
	}
	w.wants(files{"stacks/old.go": "", "README.md": ""})
}

func TestChangesInAFileThatTheProjectRenamedArrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text := string(read(w.project, "stacks/orders_stack.go"))
	w.change(files{"stacks/orders_stack.go": "", "stacks/shop.go": text})
	w.write(w.kit, files{"stacks/NAME_stack.go": text + "\n// five\n"})
	w.release("1.1.0")
	w.updated()
	w.wants(files{"stacks/orders_stack.go": "", "stacks/shop.go": text + "\n// five\n"})
}

func TestTheEngineIsReplacedWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change(files{
		"apigw/engine.go": "package apigw\n\n// engine of ours\n", // in conflict
		"apigw/old.go":    "package apigw\n\n// ours\n",           // which the kit does not change
		"apigw/own.go":    "package apigw\n",                      // which the kit does not have
	})
	w.write(w.kit, files{"apigw/engine.go": "package apigw\n\n// engine 2\n"})
	w.release("1.1.0")
	result := w.updated()
	if want := []string{"apigw/engine.go", "apigw/old.go", "apigw/own.go"}; !reflect.DeepEqual(result.Engine, want) || len(result.Conflicts) != 0 {
		t.Errorf("own changes %q, conflicts %q; want %q and no conflicts", result.Engine, result.Conflicts, want)
	}
	w.wants(files{"apigw/engine.go": "package apigw\n\n// engine 2\n", "apigw/old.go": "package apigw\n", "apigw/own.go": ""})
	if diff := w.git(w.project, "diff", result.Base, "main", "--", "apigw"); !strings.Contains(diff, "engine of ours") {
		t.Errorf("got %s, want the changes that are not in the new engine", diff)
	}
}

// A change that the newer kit has too is not lost.
func TestAChangeOfTheEngineThatTheKitTookOverIsNotListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mended := files{"apigw/engine.go": "package apigw\n\n// engine, mended\n"}
	w.change(mended)
	w.write(w.kit, mended)
	w.release("1.1.0")
	if result := w.updated(); len(result.Engine) != 0 {
		t.Errorf("own changes %q, want none", result.Engine)
	}
}

func TestSnapshotsInConflictAreTheKits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change(files{"test/snapshot/app.json": "{\n \"one\": 2\n}\n"})
	w.write(w.kit, files{"test/snapshot/app.json": "{\n \"one\": 3\n}\n"})
	w.release("1.1.0")
	result := w.updated()
	if want := []string{"test/snapshot/app.json"}; !reflect.DeepEqual(result.Snapshots, want) || len(result.Conflicts) != 0 {
		t.Errorf("snapshots %q, conflicts %q; want %q and no conflicts", result.Snapshots, result.Conflicts, want)
	}
	if want := []string{"./test"}; !reflect.DeepEqual(result.Renew, want) {
		t.Errorf("packages that renew snapshots %q, want %q", result.Renew, want)
	}
	w.wants(files{"test/snapshot/app.json": "{\n \"one\": 3\n}\n"})
}

// As text, both sides would be in conflict.
func TestModulesAreMergedByTheirMeaning(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.project, files{
		"go.mod":        "module github.com/you/orders\n\ngo 1.26\n\nrequire own.com/o v1.0.0\n\nreplace (\n\texample.com/apigw => ./apigw\n\town.com/o => ./o\n)\n",
		"o/go.mod":      "module own.com/o\n",
		"o/o.go":        "package o\n",
		"stacks/own.go": "package stacks\n\nimport _ \"own.com/o\"\n",
	})
	w.change(nil)
	w.write(w.kit, files{
		"go.mod":        "module MODULE\n\ngo 1.26\n\nrequire kit.com/k v1.0.0\n\nreplace (\n\texample.com/apigw => ./apigw\n\tkit.com/k => ./k\n)\n",
		"k/go.mod":      "module kit.com/k\n",
		"k/k.go":        "package k\n",
		"stacks/kit.go": "package stacks\n\nimport _ \"kit.com/k\"\n",
	})
	w.release("1.1.0")
	if result := w.updated(); len(result.Conflicts) != 0 {
		t.Errorf("conflicts %q, want none", result.Conflicts)
	}
	w.wants(files{"go.mod": `module github.com/you/orders

go 1.26

require (
	kit.com/k v1.0.0
	own.com/o v1.0.0
)

replace (
	example.com/apigw => ./apigw
	own.com/o => ./o
)

replace kit.com/k => ./k
`})
}

// It may have no network: then it is said, and the merge stands.
func TestModulesThatCannotBeTidiedStayAsTheyWereMerged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.kit, files{"stacks/kit.go": "package stacks\n\nimport _ \"nowhere.com/k\"\n"})
	w.release("1.1.0")
	result, err := w.update()
	if err != nil || result.Tidy == nil || result.Commit == "" {
		t.Errorf("got %+v, %v; want a commit, and what go mod tidy said", result, err)
	}
	if status := w.git(w.project, "status", "--porcelain"); status != "" {
		t.Errorf("status %q, want a clean tree", status)
	}
}

// Somebody squashed the history, so that the kit's own is where the base is.
func TestABaseThatTheHistoryDoesNotHaveIsMadeAnew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule   string
		forget func(w *world)
	}{
		{"the first commit was amended", func(w *world) {
			w.write(w.project, files{"stacks/old.go": "package stacks\n\n// old of ours\n"})
			w.git(w.project, "commit", "--quiet", "--all", "--amend", "--no-edit")
		}},
		{"the history begins anew", func(w *world) {
			w.git(w.project, "checkout", "--quiet", "--orphan", "fresh")
			w.change(files{"stacks/old.go": "package stacks\n\n// old of ours\n"})
			w.git(w.project, "branch", "--quiet", "-M", "main")
		}},
		{"and the commit of the kit was never known", func(w *world) {
			p, err := project.Read(w.project)
			if err != nil {
				w.t.Fatal(err)
			}
			p.Kit.Commit = ""
			text, err := p.Write()
			if err != nil {
				w.t.Fatal(err)
			}
			w.git(w.project, "checkout", "--quiet", "--orphan", "fresh")
			w.change(files{"stacks/old.go": "package stacks\n\n// old of ours\n", project.File: string(text)})
			w.git(w.project, "branch", "--quiet", "-M", "main")
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			w := newWorld(t)
			c.forget(w)
			w.write(w.kit, files{"README.md": "# NAME, mended\n"})
			w.release("1.1.0")
			w.write(w.kit, files{"README.md": "# NAME, mended again\n"})
			w.release("1.2.0")
			result := w.updated()
			// Where the commit was never known, kit.json itself differs from what the kit
			// writes, which both sides changed.
			var conflicts []string
			for _, name := range result.Conflicts {
				if name != project.File {
					conflicts = append(conflicts, name)
				}
			}
			if len(conflicts) != 0 {
				t.Errorf("conflicts %q, want none", conflicts)
			}
			w.wants(files{"README.md": "# orders, mended again\n", "stacks/old.go": "package stacks\n\n// old of ours\n"})
		})
	}
}

func TestAKitThatMakesTheSameProjectChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.release("1.1.0")
	before := w.state()
	if result := w.updated(); !result.Nothing || result.Commit != "" {
		t.Errorf("got %+v, want nothing", result)
	}
	if after := w.state(); after != before {
		t.Errorf("got %s, want %s", after, before)
	}
}

func TestTheKitThatTheProjectWasMadeFromChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.state()
	if result := w.updated(); !result.Nothing || result.From != result.To || result.To.Version != "1.0.0" {
		t.Errorf("got %+v, want nothing, from 1.0.0 to 1.0.0", result)
	}
	if after := w.state(); after != before {
		t.Errorf("got %s, want %s", after, before)
	}
}

func TestTheSameVersionAtALaterCommitIsNewer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.kit, files{"README.md": "# NAME, mended\n"})
	w.git(w.kit, "commit", "--quiet", "--all", "-m", "Mended")
	result := w.updated()
	if want := "kit-1.0.0-" + w.git(w.kit, "rev-parse", "HEAD")[:7]; result.Branch != want {
		t.Errorf("branch %s, want %s", result.Branch, want)
	}
	w.wants(files{"README.md": "# orders, mended\n"})
}

func TestHooksOfTheProjectDoNotStandInTheWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"pre-commit", "pre-merge-commit", "commit-msg"} {
		hook := filepath.Join(w.project, ".git", "hooks", name)
		if err := os.MkdirAll(filepath.Dir(hook), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(hook, []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	w.write(w.kit, files{"README.md": "# NAME, mended\n"})
	w.release("1.1.0")
	w.updated()
}

func TestRefusedBeforeAnythingChanges(t *testing.T) { // with variables of its own
	for _, c := range []struct {
		rule    string
		arrange func(w *world)
		want    string
	}{
		{"a file that was changed", func(w *world) { w.write(w.project, files{"README.md": "ours"}) },
			"there are changes that are not committed, such as README.md: commit them, or put them aside with git stash -u"},
		{"a file that git does not know", func(w *world) { w.write(w.project, files{"notes.txt": "ours"}) }, "such as notes.txt"},
		{"a change that is staged", func(w *world) {
			w.write(w.project, files{"README.md": "ours"})
			w.git(w.project, "add", "README.md")
		}, "such as README.md"},
		{"a folder without git", func(w *world) {
			if err := os.Rename(filepath.Join(w.project, ".git"), filepath.Join(w.project, "git")); err != nil {
				w.t.Fatal(err)
			}
		}, "the project has no git history, and an update is a merge: run git init"},
		{"a folder of a larger repository", func(w *world) {
			if err := os.RemoveAll(filepath.Join(w.project, ".git")); err != nil {
				w.t.Fatal(err)
			}
			w.git(filepath.Dir(w.project), "init", "--quiet")
		}, "an update needs it at the top of a repository of its own"},
		{"a repository without commits", func(w *world) { w.git(w.project, "checkout", "--quiet", "--orphan", "fresh") },
			"the project has no commit yet"},
		{"no branch", func(w *world) { w.git(w.project, "checkout", "--quiet", "--detach") }, "no branch is checked out"},
		{"a merge under way", func(w *world) {
			w.git(w.project, "switch", "--quiet", "--create", "side")
			w.change(files{"notes.txt": "side"})
			w.git(w.project, "switch", "--quiet", "main")
			w.git(w.project, "merge", "--quiet", "--no-ff", "--no-commit", "side")
		}, "a merge is under way: finish it, or end it with git merge --abort"},
		{"a rebase under way", func(w *world) {
			w.git(w.project, "switch", "--quiet", "--create", "side")
			w.change(files{"README.md": "side"})
			w.git(w.project, "switch", "--quiet", "main")
			w.change(files{"README.md": "main"})
			if exec.Command("git", "-C", w.project, "rebase", "side").Run() == nil {
				w.t.Fatal("the rebase has no conflict; want one")
			}
		}, "a rebase is under way"},
		{"a project of somebody else", func(w *world) { w.change(files{project.File: ""}) }, "has no kit.json"},
		{"a kit.json with a mistake", func(w *world) { w.change(files{project.File: "{"}) }, "kit.json: "},
		{"the kit itself", func(w *world) { w.project = w.kit }, "is a kit and not a project that was made from one"},
		{"a module of another name", func(w *world) { w.change(files{"go.mod": "module github.com/you/other\n"}) },
			"go.mod and kit.json have two names for the module"},
		{"a go.mod with a mistake", func(w *world) { w.change(files{"go.mod": "modul x\n"}) }, "go.mod:1: "},
		{"no go.mod", func(w *world) { w.change(files{"go.mod": ""}) }, "a project has a go.mod"},
		{"no such folder", func(w *world) { w.kit += "-gone" }, "there is no such folder: clone the newer kit, and name the folder of the clone"},
		{"a file", func(w *world) { w.kit = filepath.Join(w.kit, "README.md") }, "this is a file: name the folder"},
		{"a folder that is not a kit", func(w *world) { w.kit = w.t.TempDir() }, "this is not a kit, since it has no kit.json"},
		{"a project instead of the kit", func(w *world) { w.kit = w.project }, "this is a project that was made from a kit"},
		{"a kit whose kit.json has a mistake", func(w *world) { w.write(w.kit, files{project.File: "{\x1b"}) }, `kit.json: invalid character '\x1b'`},
		{"a kit whose version is none", func(w *world) { w.release("new\x1b") }, `kit.json: `},
		{"an older kit", func(w *world) { w.release("0.9.0") }, "this kit, 0.9.0, is older than 1.0.0, which the project was made from"},
		{"a kit at an earlier commit", func(w *world) {
			w.write(w.kit, files{"README.md": "# NAME\n"})
			w.git(w.kit, "commit", "--quiet", "--all", "-m", "Mended")
			w.updated()
			w.git(w.project, "switch", "--quiet", "main")
			w.git(w.project, "merge", "--quiet", "@{-1}")
			w.git(w.kit, "checkout", "--quiet", "HEAD^")
		}, "at a commit before the one that the project was made from"},
		{"a branch of that name", func(w *world) { w.release("1.1.0"); w.git(w.project, "branch", "kit-1.1.0") },
			"there is a branch kit-1.1.0 already: merge it, or delete it with git branch -D kit-1.1.0"},
		{"nobody who commits", func(w *world) {
			w.release("1.1.0")
			w.t.Setenv("GIT_COMMITTER_NAME", "<>") // of which nothing is left
		}, "git does not know who commits"},
		{"a file that git ignores, where the kit has one", func(w *world) {
			w.change(files{".gitignore": "own.txt\n"})
			w.write(w.project, files{"own.txt": "secret"})
			w.write(w.kit, files{"own.txt": "of the kit"})
			w.release("1.1.0")
		}, "own.txt is in the way, where the newer kit has a file: move it, or delete it"},
		{"a file that git ignores and had once, where the kit changed its own", func(w *world) {
			w.git(w.project, "rm", "--quiet", "--cached", "stacks/old.go")
			w.change(files{".gitignore": "old.go\n"})
			w.write(w.kit, files{"stacks/old.go": "package stacks\n\n// old 2\n"})
			w.release("1.1.0")
		}, "stacks/old.go is in the way"},
		{"a kit without its history, for a project without its own", func(w *world) {
			w.git(w.project, "checkout", "--quiet", "--orphan", "fresh")
			w.change(files{"README.md": "ours"})
			if err := os.RemoveAll(filepath.Join(w.kit, ".git")); err != nil {
				w.t.Fatal(err)
			}
			w.git(filepath.Dir(w.kit), "init", "--quiet", w.kit)
			w.release("1.1.0")
		}, "neither the project's history nor the kit's in "},
	} {
		t.Run(c.rule, func(t *testing.T) {
			w := newWorld(t)
			c.arrange(w)
			git := exec.Command("git", "-C", w.project, "rev-parse", "HEAD").Run() == nil
			before := ""
			if git {
				before = w.state()
			}
			_, err := w.update()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want one with %q", err, c.want)
			}
			if strings.Count(err.Error(), "\n") > 0 || strings.Contains(err.Error(), "\x1b") {
				t.Errorf("error %q, want one line of text", err)
			}
			if git {
				if after := w.state(); after != before {
					t.Errorf("after it: %s\nwant %s", after, before)
				}
			}
		})
	}
}

func TestAnUpdateThatFailsOrIsInterruptedIsPutBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule    string
		options func(w *world, stop context.CancelFunc) Options
		want    string
	}{
		{"interrupted while the project is made", func(w *world, stop context.CancelFunc) Options {
			return Options{New: func(ctx context.Context, kit string, p project.Project, dir string) error {
				stop()
				return ctx.Err()
			}}
		}, "context canceled"},
		{"interrupted after that", func(w *world, stop context.CancelFunc) Options {
			return Options{New: func(ctx context.Context, kit string, p project.Project, dir string) error {
				defer stop()
				return newOfFake(ctx, kit, p, dir)
			}}
		}, "context canceled"},
		{"the kit fails", func(w *world, stop context.CancelFunc) Options {
			return Options{New: func(context.Context, string, project.Project, string) error { return errors.New("no disk") }}
		}, "could not make this project: no disk"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			w := newWorld(t)
			w.change(files{"README.md": "# Ours\n"})
			w.write(w.kit, files{"README.md": "# NAME, mended\n", "stacks/new.go": "package stacks\n"})
			w.release("1.1.0")
			before := w.state()
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			o := c.options(w, stop)
			o.Dir, o.Kit = w.project, w.kit
			result, err := Run(ctx, o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %+v, %v; want an error with %q", result, err, c.want)
			}
			if after := w.state(); after != before {
				t.Errorf("after it: %s\nwant %s", after, before)
			}
			w.wants(files{"README.md": "# Ours\n"})
		})
	}
}

// Between each two steps of the merge somebody may press Ctrl-C.
func TestAMergeThatIsInterruptedIsPutBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change(files{"README.md": "# Ours\n", "apigw/own.go": "package apigw\n"})
	w.write(w.kit, files{"README.md": "# NAME, mended\n", "stacks/new.go": "package stacks\n", "apigw/engine.go": "package apigw\n\n// 2\n"})
	w.release("1.1.0")
	before := w.state()
	interrupted := 0
	for steps := range 20 {
		ctx := &countdown{Context: t.Context(), left: steps}
		_, err := Run(ctx, Options{Dir: w.project, Kit: w.kit, New: newOfFake})
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d steps: %v, want an interruption", steps, err)
		}
		interrupted++
		if after := w.state(); after != before {
			t.Fatalf("after %d steps: %s\nwant %s", steps, after, before)
		}
	}
	if interrupted < 4 {
		t.Errorf("interrupted %d times, want each step of the merge", interrupted)
	}
}

// countdown is a context that is cancelled when it was asked often enough.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestTheKitsOwnCommandMakesTheProject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.kit, files{
		"go.mod": "module example.com/kit\n\ngo 1.26\n",
		"local/main.go": `package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	if os.Args[1] != "new" {
		fmt.Println("new is what should run")
		os.Exit(1)
	}
	if err := os.WriteFile(os.Args[2], []byte(strings.Join(os.Args[3:], " ")), 0o666); err != nil {
		fmt.Println("it is not to be written:\x1b", err)
		os.Exit(1)
	}
}
`})
	made := filepath.Join(t.TempDir(), "made")
	answers := project.Project{Module: "github.com/you/orders", Name: "orders", Doors: project.Doors(), Lessons: true}
	if err := newOfKit(t.Context(), w.kit, answers, made); err != nil {
		t.Fatal(err)
	}
	if got, want := string(read(filepath.Dir(made), "made")), "--module github.com/you/orders --name orders --door both --lessons"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	err := newOfKit(t.Context(), w.kit, answers, filepath.Join(t.TempDir(), "gone", "made"))
	if err == nil || !strings.Contains(err.Error(), `it is not to be written:\x1b`) {
		t.Errorf("error %v, want what the command said, without control characters", err)
	}
}
