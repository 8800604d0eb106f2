package create

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/scaffold/project"
)

// shop is a small kit: its files by their names. The functions that greet are behind a
// door each: here with ~, since the engine names no function of the service around it.
func shop() map[string]string {
	files := map[string]string{}
	for name, text := range shopFiles {
		files[dashed(name)] = dashed(text)
	}
	return files
}

func dashed(text string) string { return strings.ReplaceAll(text, "~", "-") }

var shopFiles = map[string]string{
	"kit.json": `{"module": "example.com/shop-kit", "name": "shop", "doors": ["proxy", "mapped"], "lessons": true, "kit": {"version": "1.2.3"},
"files": {
 "proxy": ["functions/hello~proxy", "stacks/proxy_api.go"], "mapped": ["functions/hello~mapped", "stacks/mapped_api.go"],
 "both": ["test/alike_test.go"], "lessons": ["lessons"], "kit": ["scaffold", "apigw/tools", "page.md", "LICENSE"],
 "instead": {"README.md": "scaffold/README.md.tmpl", "apigw/LICENSE": "LICENSE"},
 "edits": [
  {"file": "stacks/shop_stack.go", "without": "proxy", "lines": "NewProxyApi("},
  {"file": "stacks/shop_stack.go", "without": "mapped", "lines": "NewMappedApi("},
  {"file": "stacks/shop_stack.go", "without": "both", "from": "two APIs", "to": "one API"},
  {"file": "stacks/shop_stack.go", "without": "lessons", "paragraph": "lessons"},
  {"file": "test/contract.json", "without": "mapped", "members": ["event", "error"]},
  {"file": "page.md", "without": "mapped", "lines": "MappedUrl"}
 ]}}`,
	".gitignore":                  "# what is built\n/out/\n.build/\n*.test\n",
	"LICENSE":                     "the licence\n",
	"README.md":                   "# Shop\n",
	"page.md":                     "# Page\n\n## Deploy\n\nShopStack.MappedUrl\nShopStack.ProxyUrl\n\n## More\n\nMore.\n",
	"go.mod":                      "module example.com/shop-kit\n",
	"scaffold/README.md.tmpl":     "# [[.project.Name]]\n\n[[if .both]]Two doors.\n[[end]]$ curl /shop-proxy/x and invoke hello~proxy\n\n[[section \"page.md\" \"Deploy\"]]\n",
	"functions/hello~proxy/a.go":  "// Function hello~proxy is behind shop-proxy.\npackage main\n\nimport (\n\t\"example.com/apigw/proxyresponse\"\n\t\"example.com/shop-kit/functions/greeting\"\n)\n",
	"functions/hello~mapped/a.go": "// Function hello~mapped answers.\npackage main\n",
	"stacks/proxy_api.go":         "package stacks\n\nconst name, source = \"shop-proxy\", \"functions/hello~proxy\"\n",
	"stacks/mapped_api.go":        "package stacks\n",
	"stacks/shop_stack.go":        "// Package stacks has two APIs.\npackage stacks\n\nfunc NewShopStack() {\n\tNewProxyApi()\n\tNewMappedApi()\n\n\tlessons()\n\n\tend()\n}\n",
	"lessons/a.go":                "package lessons\n",
	"test/alike_test.go":          "package test\n",
	"test/contract.json":          "[\n  {\"rule\": \"a\", \"event\": {\"x\": [1]}, \"status\": 200},\n  {\"status\":  404, \"error\": \"no\"}\n]\n",
	"apigw/engine.go":             "package apigw // not renamed: example.com/shop-kit\n",
	"apigw/engine_test.go":        "package apigw\n",
	"apigw/testdata/x":            "x",
	"apigw/tools/x.go":            "package tools\n",
	"out/built":                   "x",
	"test/x.test":                 "x",
	"functions/.build/x":          "x",
}

// kitIn writes a kit to a new folder, and opens it.
func kitIn(t *testing.T, files map[string]string) *Kit {
	t.Helper()
	kit, err := Open(t.Context(), folderWith(t, files))
	if err != nil {
		t.Fatal(err)
	}
	return kit
}

func folderWith(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "the kit")
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// orders are answers.
func orders(doors ...project.Door) project.Project {
	return project.Project{Module: "a.com/you/orders", Name: "my-orders", Doors: doors}
}

// filesOf returns the texts of a project's files by their names.
func filesOf(t *testing.T, kit *Kit, answers project.Project) map[string]string {
	t.Helper()
	files, err := kit.Files(answers)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, file := range files {
		texts[file.Name] = string(file.Content)
	}
	return texts
}

func TestTheFilesOfAProject(t *testing.T) {
	kit := kitIn(t, shop())
	for _, c := range []struct {
		rule    string
		answers project.Project
		want    []string
	}{
		{"one door", orders(project.Proxy), []string{
			".gitignore", "README.md", "apigw/LICENSE", "apigw/engine.go", "functions/hello/a.go", "go.mod", "kit.json",
			"stacks/my_orders_stack.go", "stacks/proxy_api.go", "test/contract.json"}},
		{"the other door", orders(project.Mapped), []string{
			".gitignore", "README.md", "apigw/LICENSE", "apigw/engine.go", "functions/hello/a.go", "go.mod", "kit.json",
			"stacks/mapped_api.go", "stacks/my_orders_stack.go", "test/contract.json"}},
		{"both doors and the lessons", project.Project{Module: "a.com/x", Name: "orders", Doors: project.Doors(), Lessons: true}, []string{
			".gitignore", "README.md", "apigw/LICENSE", "apigw/engine.go", "functions/hello~mapped/a.go", "functions/hello~proxy/a.go", "go.mod", "kit.json",
			"lessons/a.go", "stacks/mapped_api.go", "stacks/orders_stack.go", "stacks/proxy_api.go", "test/alike_test.go", "test/contract.json"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := strings.Join(slices.Sorted(maps.Keys(filesOf(t, kit, c.answers))), " ")
			if want := dashed(strings.Join(c.want, " ")); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestWhatTheFilesSay(t *testing.T) {
	kit := kitIn(t, shop())
	one, both := filesOf(t, kit, orders(project.Proxy)), filesOf(t, kit, orders(project.Doors()...))
	for _, c := range []struct{ rule, got, want string }{
		{"the module", one["go.mod"], "module a.com/you/orders\n"},
		{"the function and the API of the only door have no door in their names, and imports stay sorted", one["functions/hello/a.go"],
			"// Function hello is behind my-orders.\npackage main\n\nimport (\n\t\"a.com/you/orders/functions/greeting\"\n\t\"example.com/apigw/proxyresponse\"\n)\n"},
		{"the only API", one["stacks/proxy_api.go"], "package stacks\n\nconst name, source = \"my-orders\", \"functions/hello\"\n"},
		{"one of two APIs", both["stacks/proxy_api.go"], "package stacks\n\nconst name, source = \"my-orders-proxy\", \"functions/hello~proxy\"\n"},
		{"one door is taken out", one["stacks/my_orders_stack.go"],
			"// Package stacks has one API.\npackage stacks\n\nfunc NewMyOrdersStack() {\n\tNewProxyApi()\n\n\tend()\n}\n"},
		{"members are taken out, and all others stay as they are", one["test/contract.json"],
			"[\n  {\"rule\": \"a\", \"status\": 200},\n  {\"status\": 404}\n]\n"},
		{"the engine stays as it is", one["apigw/engine.go"], shop()["apigw/engine.go"]},
		{"the licence is that of the engine", one["apigw/LICENSE"], "the licence\n"},
		{"a page is filled in, and renamed", one["README.md"],
			"# my-orders\n\n$ curl /my-orders/x and invoke hello\n\n## Deploy\n\nMyOrdersStack.ProxyUrl\n"},
		{"a page for both doors", both["README.md"],
			"# my-orders\n\nTwo doors.\n$ curl /my-orders-proxy/x and invoke hello~proxy\n\n## Deploy\n\nMyOrdersStack.MappedUrl\nMyOrdersStack.ProxyUrl\n"},
		{"what it was made from", one["kit.json"],
			"{\n  \"module\": \"a.com/you/orders\",\n  \"name\": \"my-orders\",\n  \"doors\": [\n    \"proxy\"\n  ],\n  \"lessons\": false,\n  \"kit\": {\n    \"version\": \"1.2.3\"\n  }\n}\n"},
	} {
		if want := dashed(c.want); c.got != want {
			t.Errorf("%s: got %q, want %q", c.rule, c.got, want)
		}
	}
}

// Whoever changes a file of the kit sees which line of kit.json goes with it.
func TestAnEditThatDoesNotFitIsAnError(t *testing.T) {
	for _, c := range []struct{ rule, file, text, want string }{
		{"no such line", "stacks/shop_stack.go", "package stacks // two APIs, lessons, NewMappedApi(\n", `an edit of stacks/shop_stack.go that does not fit it any more: "NewProxyApi(" is not in it`},
		{"no such text", "stacks/shop_stack.go", "package stacks\n\n// lessons\n\nvar _ = NewProxyApi()\n", `"two APIs" is in it 0 times, want 1`},
		{"no such section", "page.md", "# Page\n", `page.md has no section "Deploy"`},
		{"what is left is not Go", "stacks/mapped_api.go", "package\n", "stacks/mapped_api.go of the project is not Go"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			files := shop()
			files[c.file] = c.text
			_, err := kitIn(t, files).Files(orders(project.Mapped))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestACloneIsWhatGitKnows(t *testing.T) {
	files := shop()
	dir := folderWith(t, files)
	run := func(args ...string) string {
		t.Helper()
		out, err := git(t.Context(), dir, args...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	run("init", "--quiet")
	run("add", "--all")
	run("-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", "first")
	head := run("rev-parse", "HEAD")
	for name, text := range map[string]string{"stacks/notes.go": "package stacks\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kit, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(kit.Names, "stacks/notes.go") || slices.Contains(kit.Names, "out/built") || !slices.Contains(kit.Names, "go.mod") {
		t.Errorf("files %q, want go.mod, and neither a new nor an ignored file", kit.Names)
	}
	if kit.Commit != head {
		t.Errorf("commit %q, want %q", kit.Commit, head)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/shop-kit // changed\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if kit, err = Open(t.Context(), dir); err != nil || kit.Commit != "" {
		t.Errorf("with a change: commit %q (%v), want none", kit.Commit, err)
	}
}

func TestWhatIsNoKitIsRefused(t *testing.T) {
	for _, c := range []struct {
		rule  string
		files map[string]string
		want  string
	}{
		{"another folder", map[string]string{"go.mod": "module a.com/b\n"}, "has no kit.json: run this in the folder of"},
		{"a project", map[string]string{"kit.json": `{"module": "a.com/b", "name": "orders", "doors": ["proxy"], "lessons": false, "kit": {"version": "1"}}`}, "orders is a project and not a kit"},
		{"a .gitignore that is not plain", map[string]string{"kit.json": shop()["kit.json"], ".gitignore": "!kept\n"}, ".gitignore has the pattern !kept, which new cannot read"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := Open(t.Context(), folderWith(t, c.files))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// entries lists what is in a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range found {
		names = append(names, entry.Name())
	}
	return names
}

func TestNothingIsLeftOfAProjectThatFails(t *testing.T) {
	for _, program := range []string{"go", "node", "git"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("this test needs %s: %v", program, err)
		}
	}
	kit := folderWith(t, shop())
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	interruptedLater, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	for _, c := range []struct {
		rule, dir string
		ctx       context.Context
		answers   project.Project
		step      func(string)
		want      string
	}{
		{"an invalid module", "new", t.Context(), project.Project{Module: "a b", Name: "orders", Doors: project.Doors()}, nil, `"a b" is not a module path`},
		{"an invalid name", "new", t.Context(), project.Project{Module: "a.com/b", Name: "Or ders", Doors: project.Doors()}, nil, `"Or ders" is not a name`},
		{"no door", "new", t.Context(), project.Project{Module: "a.com/b", Name: "orders"}, nil, "there is no door"},
		{"a folder that is not empty", "full", t.Context(), orders(project.Proxy), nil, "full is there already, and is not empty"},
		{"a file in its place", "full/file", t.Context(), orders(project.Proxy), nil, "is there already, and is no folder"},
		{"a file in the way", "full/file/new", t.Context(), orders(project.Proxy), nil, "file is not a folder"},
		{"a folder in that of the kit", filepath.Join(kit, "new"), t.Context(), orders(project.Proxy), nil, "is in the folder of the kit"},
		{"an interrupt at once", "new", ended, orders(project.Proxy), nil, "context canceled"},
		{"an interrupt later", "deep/er/new", interruptedLater, orders(project.Proxy), func(string) { interrupt() }, "context canceled"},
		{"a snapshot that cannot be made", "a new", t.Context(), orders(project.Proxy), nil, "synthesizing the snapshot of the project failed"},
		{"a snapshot that cannot be made, in an empty folder", "empty", t.Context(), orders(project.Proxy), nil, "synthesizing the snapshot of the project failed"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range []string{"full", "empty"} {
				if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "full", "file"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
			place := c.dir
			if !filepath.IsAbs(place) {
				place = filepath.Join(dir, place)
			}
			_, err := Project(c.ctx, Options{Kit: kit, Dir: place, Answers: c.answers, Step: c.step})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			if got := entries(t, dir); !slices.Equal(got, []string{"empty", "full"}) {
				t.Errorf("got %q, want what was there before", got)
			}
			if got := entries(t, filepath.Join(dir, "empty")); len(got) > 0 {
				t.Errorf("the empty folder has %q, want nothing", got)
			}
			if exists(filepath.Join(kit, "new")) {
				t.Error("the folder of the kit has the project, want nothing")
			}
		})
	}
}

func TestWhatSomebodyElsePutThereMeanwhileStays(t *testing.T) {
	for rule, existed := range map[string]bool{"the folder was not there": false, "the folder was empty": true} {
		t.Run(rule, func(t *testing.T) {
			parent := t.TempDir()
			fresh, dir := filepath.Join(parent, "fresh"), filepath.Join(parent, "project")
			for _, path := range []string{"fresh/a/of-the-kit", "project/a/of-another", "project/.git/of-another"} {
				file := filepath.Join(parent, path)
				if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, nil, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			moved, err := move(fresh, dir, existed)
			if err == nil {
				t.Fatalf("moved %q, want an error: the folder is not empty", moved)
			}
			if err := remove(dir, parent, moved); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{"a/of-another", ".git/of-another"} {
				if _, err := os.Stat(filepath.Join(dir, path)); err != nil {
					t.Errorf("%v, want %s to stay", err, path)
				}
			}
		})
	}
}

func TestAMissingNodeIsSaidBeforeAnythingIsWritten(t *testing.T) {
	t.Setenv("JSII_NODE", filepath.Join(t.TempDir(), "node"))
	dir := t.TempDir()
	_, err := Project(t.Context(), Options{Kit: folderWith(t, shop()), Dir: filepath.Join(dir, "new"), Answers: orders(project.Proxy)})
	if err == nil || !strings.Contains(err.Error(), "needs Node.js, and running") {
		t.Errorf("error %v, want one that says what to install", err)
	}
	if got := entries(t, dir); len(got) > 0 {
		t.Errorf("got %q, want nothing", got)
	}
}

// committed is a folder with a project whose files are written, as commit finds it.
func committed(t *testing.T, parent string) *Made {
	t.Helper()
	answers := orders(project.Proxy)
	answers.Kit.Version = "1.2.3"
	text, err := answers.Write()
	if err != nil {
		t.Fatal(err)
	}
	made := &Made{Dir: filepath.Join(parent, "orders")}
	if err := os.Mkdir(made.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(made.Dir, project.File), text, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := commit(t.Context(), made, answers); err != nil {
		t.Fatal(err)
	}
	return made
}

func TestTheFirstCommit(t *testing.T) {
	for _, c := range []struct{ rule, config, want string }{
		{"a person who told git nothing", "", "new <new@localhost>"},
		{"a person who told git a name", "[user]\n\tname = Ada\n\temail = ada@a.example\n[commit]\n\tgpgsign = true\n", "Ada <ada@a.example>"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			home := t.TempDir()
			if err := os.WriteFile(filepath.Join(home, "config"), []byte(c.config), 0o644); err != nil {
				t.Fatal(err)
			}
			t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(home, "config"))
			t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			for _, variable := range []string{"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"} {
				t.Setenv(variable, "")
				os.Unsetenv(variable)
			}
			t.Setenv("GIT_DIR", filepath.Join(home, "another")) // as in a hook
			made := committed(t, t.TempDir())
			if made.Repository != Committed {
				t.Fatalf("repository %v, want a commit", made.Repository)
			}
			got, err := git(t.Context(), made.Dir, "log", "--format=%an <%ae>|%s|%T|%(trailers:key=Kit-Tree,valueonly,separator=%x20)|%D")
			if err != nil {
				t.Fatal(err)
			}
			fields := strings.Split(got, "|")
			if len(fields) != 5 || fields[0] != c.want || fields[1] != "New service my-orders" || fields[2] != fields[3] || fields[4] != "HEAD -> main" {
				t.Errorf("commit %q, want one by %s of the tree that its message names, on main", fields, c.want)
			}
			if status, err := git(t.Context(), made.Dir, "status", "--porcelain"); err != nil || status != "" {
				t.Errorf("status %q (%v), want nothing", status, err)
			}
		})
	}
}

func TestAProjectInAnotherRepositoryIsNotCommitted(t *testing.T) {
	outer, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := git(t.Context(), outer, "init", "--quiet"); err != nil {
		t.Fatal(err)
	}
	made := committed(t, outer)
	if made.Repository != InOther || made.Outer != outer || exists(filepath.Join(made.Dir, ".git")) {
		t.Errorf("repository %v in %q, want none of its own in %q", made.Repository, made.Outer, outer)
	}
}

func TestWithoutGitAProjectIsInNoCommit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	made := committed(t, t.TempDir())
	if made.Repository != NoGit {
		t.Errorf("repository %v, want none", made.Repository)
	}
	if _, err := exec.LookPath("git"); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("git: %v, want it not to be found by this test", err)
	}
}
