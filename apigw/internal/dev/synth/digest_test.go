package synth

import (
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"
	"testing"
)

// The sources of these tests: the stack is not formatted as gofmt does it.
const (
	digestedApp = `// The app.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"example.com/shop/stacks"
)

func main() { stacks.New(awscdk.NewApp(nil)) }
`
	digestedStack = `package stacks

import (
	"embed"
	. "github.com/aws/constructs-go/constructs/v10"
)

//go:embed templates/a.vtl
var templates embed.FS // the mapping templates

func New(scope Construct) map[string]int {
	return map[string]int{"one": 0X1F, "two": 2}
}
`
	digestedModule = `module example.com/shop

go 1.26

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.270.0
	github.com/aws/constructs-go/constructs/v10 v10.6.0
	github.com/cdklabs/cdk-nag-go/cdknag/v2 v2.35.0
)

require (
	github.com/aws/jsii-runtime-go v1.139.0 // indirect
	golang.org/x/text v0.14.0 // indirect
)
`
)

func digested() map[string]string {
	return map[string]string{
		"app.go":                 digestedApp,
		"cdk.json":               `{"app": "go run .", "context": {"a": 1}}`,
		"go.mod":                 digestedModule,
		"stacks/stack.go":        digestedStack,
		"stacks/templates/a.vtl": "$input.body",
	}
}

func digestOf(t *testing.T, files map[string]string, context ...string) string {
	t.Helper()
	digest, err := Digest(folderWith(t, files), context...)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// folderWith writes files to a folder.
func folderWith(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(root, filepath.FromSlash(name)), content)
	}
	return root
}

func TestWhatTheDigestCovers(t *testing.T) {
	for _, c := range []struct {
		rule, file string
		edit       func(content string) string
		changes    bool
	}{
		{"a comment does not count", "stacks/stack.go", with("// the mapping templates", "// something else"), false},
		{"a comment that is new does not count", "app.go", with("func main()", "/* It\nbegins here. */\nfunc main()"), false},
		{"blanks do not count", "stacks/stack.go", with("map[string]int{", "map[string]int   {"), false},
		{"line breaks do not count", "stacks/stack.go", with(`{"one": 0X1F, "two": 2}`, "{\n\t\t\"one\": 0X1F,\n\t\t\"two\": 2,\n\t}"), false},
		{"blank lines do not count", "app.go", with("func main() { ", "\n\nfunc main() {\n\n"), false},
		{"the ends of lines do not count", "app.go", with("\n", "\r\n"), false},
		{"the letter case of numbers does not count", "stacks/stack.go", with("0X1F", "0x1f"), false},
		{"the order of imports does not count", "app.go", with(
			"\t\"github.com/aws/aws-cdk-go/awscdk/v2\"\n\t\"example.com/shop/stacks\"\n",
			"\t\"example.com/shop/stacks\"\n\n\t\"github.com/aws/aws-cdk-go/awscdk/v2\"\n"), false},
		{"the grouping of imports does not count", "app.go", with(
			"import (\n\t\"github.com/aws/aws-cdk-go/awscdk/v2\"\n\t\"example.com/shop/stacks\"\n)",
			"import \"github.com/aws/aws-cdk-go/awscdk/v2\"\nimport \"example.com/shop/stacks\""), false},
		{"go:generate does not count", "app.go", with("func main()", "//go:generate ls\nfunc main()"), false},
		{"code counts", "stacks/stack.go", with(`"one"`, `"three"`), true},
		{"an operator counts", "stacks/stack.go", with(`"two": 2`, `"two": -2`), true},
		{"a text with a comment in it counts", "stacks/stack.go", with(`"one"`, `"one // comment"`), true},
		{"the name of an import counts", "stacks/stack.go", with(". \"github", "c \"github"), true},
		{"a new import counts", "stacks/stack.go", with(`"embed"`, "\"embed\"\n\t_ \"os\""), true},
		{"what is embedded counts", "stacks/stack.go", with("//go:embed templates/a.vtl", "//go:embed templates"), true},
		{"an embedding that is a comment counts", "stacks/stack.go", with("//go:embed", "// go:embed"), true},
		{"a condition of the build counts", "stacks/stack.go", with("package stacks\n", "//go:build linux\n\npackage stacks\n"), true},
		{"a comment for C counts", "stacks/stack.go", with("import (", "// #define A 1\nimport \"C\"\n\nimport ("), true},
		{"a file that does not parse counts", "stacks/stack.go", with("func New", "fun New"), true},
		{"a comment without an end counts", "stacks/stack.go", func(content string) string { return content + "/*" }, true},
		{"a mapping template counts", "stacks/templates/a.vtl", with("$input.body", "$input.body "), true},
		{"a comment of a mapping template counts", "stacks/templates/a.vtl", with("$input.body", "$input.body## all of it"), true},

		{"the layout of cdk.json does not count", "cdk.json", with(", ", ",\n  "), false},
		{"a value in cdk.json counts", "cdk.json", with("1", "2"), true},
		{"a cdk.json that is not JSON counts", "cdk.json", with("}}", "}"), true},

		{"another module does not count", "go.mod", with("require (\n\tgithub.com/aws/aws-cdk", "require (\n\tgithub.com/aws/aws-sdk-go-v2 v1.36.3\n\tgithub.com/aws/aws-cdk"), false},
		{"the version of another module does not count", "go.mod", with("text v0.14.0", "text v0.15.0"), false},
		{"a construct library for tests does not count", "go.mod", with("cdknag/v2 v2.35.0", "cdknag/v2 v2.36.0"), false},
		{"the name of the module does not count", "go.mod", with("module example.com/shop", "module example.com/store"), false},
		{"a replacement of another module does not count", "go.mod", with("go 1.26\n", "go 1.26\n\nreplace golang.org/x/text => ../text\n"), false},
		{"the layout of go.mod does not count", "go.mod", with("require (\n\tgithub.com/aws/aws-cdk-go/awscdk/v2 v2.270.0\n", "require github.com/aws/aws-cdk-go/awscdk/v2 v2.270.0 // for stacks\n\nrequire (\n"), false},
		{"the version of the CDK counts", "go.mod", with("v2.270.0", "v2.271.0"), true},
		{"the version of constructs counts", "go.mod", with("v10.6.0", "v10.6.1"), true},
		{"the version of what the CDK needs counts", "go.mod", with("v1.139.0", "v1.140.0"), true},
		{"the version of Go counts", "go.mod", with("go 1.26", "go 1.27"), true},
		{"a replacement of the CDK counts", "go.mod", with("go 1.26\n", "go 1.26\n\nreplace github.com/aws/aws-cdk-go/awscdk/v2 => ../cdk\n"), true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			files := digested()
			before := digestOf(t, files)
			edited := c.edit(files[c.file])
			if edited == files[c.file] {
				t.Fatalf("the edit of %s changes nothing", c.file)
			}
			files[c.file] = edited
			after := digestOf(t, files)
			if got := before != after; got != c.changes {
				t.Errorf("the digest changes: %v, want %v; %s is now\n%s", got, c.changes, c.file, edited)
			}
		})
	}
}

func with(old, replacement string) func(string) string {
	return func(content string) string { return strings.ReplaceAll(content, old, replacement) }
}

func TestWhichFilesTheDigestCovers(t *testing.T) {
	for _, c := range []struct {
		rule, file string
		changes    bool
	}{
		{"a file of the stacks", "stacks/more.go", true},
		{"a file in a folder of the stacks", "stacks/orders/more.go", true},
		{"a template", "stacks/templates/b.vtl", true},
		{"a file of the app", "jsii.go", true},
		{"a test of the stacks", "stacks/stack_test.go", false},
		{"a test of the app", "app_test.go", false},
		{"a function", "functions/a/main.go", false},
		{"a page", "README.md", false},
	} {
		files := digested()
		before := digestOf(t, files)
		files[c.file] = "package p\n"
		if got := before != digestOf(t, files); got != c.changes {
			t.Errorf("%s, %s: the digest changes: %v, want %v", c.rule, c.file, got, c.changes)
		}
		if got := IsSource(c.file); got != c.changes {
			t.Errorf("%s, %s: IsSource is %v, want %v", c.rule, c.file, got, c.changes)
		}
	}
	for name := range digested() {
		if !IsSource(name) {
			t.Errorf("%s: IsSource is false, want true", name)
		}
	}
}

func TestAFileThatMovesChangesTheDigest(t *testing.T) {
	files := digested()
	moved := maps.Clone(files)
	moved["stacks/other.go"] = moved["stacks/stack.go"]
	delete(moved, "stacks/stack.go")
	if before, after := digestOf(t, files), digestOf(t, moved); before == after {
		t.Errorf("the digest stays %s, want another", before)
	}
}

func TestADigestNeedsTheApp(t *testing.T) {
	for _, missing := range []string{"app.go", "cdk.json", "go.mod", "stacks/stack.go"} {
		files := digested()
		delete(files, missing)
		delete(files, "stacks/templates/a.vtl")
		if _, err := Digest(folderWith(t, files)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("without %s: error %v, want that it does not exist", missing, err)
		}
	}
	files := digested()
	files["go.mod"] = "modul m"
	if _, err := Digest(folderWith(t, files)); err == nil || !strings.Contains(err.Error(), "go.mod:1") {
		t.Errorf("a broken go.mod: error %v, want go.mod:1 in it", err)
	}
}

func TestTheDigestOfLessons(t *testing.T) {
	const lesson = "lessons/one/lesson.json"
	with := func() map[string]string {
		files := digested()
		files["lessons/stack.go"] = "package lessons\n"
		files["lessons/lessons.json"] = `{"chapters": [{"title": "First", "lessons": ["one"]}]}`
		files[lesson] = `{"title": "One", "why": "w", "door": "proxy", "variants": [{"name": "broken", "route": "/a", "expect": {"status": 502}}]}`
		files["lessons/one/broken/main.go"] = "package main\n"
		files["lessons/one/broken/request.vtl"] = "$input.body"
		return files
	}
	for _, c := range []struct {
		rule, file, content string
		lessons, app        bool // whether the digests change
	}{
		{"the code of the stack", "lessons/stack.go", "package lessons\n\nconst a = 1\n", true, false},
		{"a comment of the stack", "lessons/stack.go", "// Package lessons.\npackage lessons\n", false, false},
		{"a test of the stack", "lessons/stack_test.go", "package lessons\n", false, false},
		{"a function in Go", "lessons/one/broken/main.go", "package main // more\n\nconst a = 1\n", false, false},
		{"a function in JavaScript", "lessons/one/javascript/broken/index.mjs", "1", false, false},
		{"a function in Python", "lessons/one/python/broken/lambda_function.py", "1", false, false},
		{"a page", "lessons/one/README.md", "1", false, false},
		{"a mapping template", "lessons/one/broken/request.vtl", "$input.json('$')", true, false},
		{"the settings of a method", "lessons/one/broken/method.json", "{}", true, false},
		{"the snapshot", "lessons/snapshot/manifest.json", "{}", false, false},
		{"the text of a lesson", lesson, `{"title": "Two", "why": "because", "door": "proxy", "variants": [{"name": "broken", "route": "/a", "expect": {"status": 502}}]}`, false, false},
		{"what a lesson expects", lesson, `{"title": "One", "why": "w", "door": "proxy", "variants": [{"name": "broken", "route": "/a", "expect": {"status": 500}}]}`, false, false},
		{"a route of a lesson", lesson, `{"title": "One", "why": "w", "door": "proxy", "variants": [{"name": "broken", "route": "/b", "expect": {"status": 502}}]}`, true, false},
		{"the door of a lesson", lesson, `{"title": "One", "why": "w", "door": "mapped", "variants": [{"name": "broken", "route": "/a", "expect": {"status": 502}}]}`, true, false},
		{"a lesson that is not JSON", lesson, `{`, true, false},
		{"the title of a chapter", "lessons/lessons.json", `{"chapters": [{"title": "Second", "lessons": ["one"]}]}`, false, false},
		{"which lessons there are", "lessons/lessons.json", `{"chapters": [{"title": "First", "lessons": []}]}`, true, false},
		{"the code of the app", "stacks/more.go", "package stacks\n", true, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			files := with()
			lessons, app := digestOf(t, files, LessonsContext), digestOf(t, files)
			files[c.file] = c.content
			if got := lessons != digestOf(t, files, LessonsContext); got != c.lessons {
				t.Errorf("the digest of the lessons changes: %v, want %v", got, c.lessons)
			}
			if got := app != digestOf(t, files); got != c.app {
				t.Errorf("the digest of the app changes: %v, want %v", got, c.app)
			}
		})
	}
	if plain := digested(); digestOf(t, plain) != digestOf(t, plain, LessonsContext) {
		t.Error("an app without lessons has two digests, want one")
	}
}

// An app whose stack uses a module in a folder beside its own code. The app imports
// one package of it, which imports another.
func withLocalModule() map[string]string {
	files := digested()
	files["go.mod"] = strings.ReplaceAll(digestedModule, "require (\n\tgithub.com/aws/aws-cdk", "replace example.com/parts => ./parts\n\nrequire (\n\texample.com/parts v0.0.0\n\tgithub.com/aws/aws-cdk")
	files["stacks/stack.go"] = strings.ReplaceAll(digestedStack, `"embed"`, "\"embed\"\n\t_ \"example.com/parts/alarms\"")
	files["parts/go.mod"] = "module example.com/parts\n"
	files["parts/alarms/alarms.go"] = "package alarms // of the stack\n\nimport _ \"example.com/parts/internal/limits\"\n\n//go:embed queries \"with quotes.json\"\nvar files embed.FS\n"
	files["parts/alarms/queries/one.txt"] = "fields @message"
	files["parts/alarms/with quotes.json"] = "{}"
	files["parts/internal/limits/limits.go"] = "package limits\n\nimport _ \"example.com/parts/alarms/more\"\n\nconst One = 1\n"
	files["parts/unused/unused.go"] = "package unused\n"
	return files
}

func TestLocalModulesOfTheStacksCount(t *testing.T) {
	for _, c := range []struct {
		rule, file, content string
		changes             bool
	}{
		{"the code of a package that the app imports", "parts/alarms/alarms.go", "package alarms\n\nconst Two = 2\n", true},
		{"a new file of it", "parts/alarms/more.go", "package alarms\n", true},
		{"a file that it embeds", "parts/alarms/with quotes.json", "[]", true},
		{"a file in a folder that it embeds", "parts/alarms/queries/one.txt", "fields @timestamp", true},
		{"a package that it imports", "parts/internal/limits/limits.go", "package limits\n\nconst One = 2\n", true},
		{"a package that was not there", "parts/alarms/more/more.go", "package more\n", true},
		{"a test of it", "parts/alarms/alarms_test.go", "package alarms\n", false},
		{"a page beside it", "parts/alarms/README.md", "Alarms", false},
		{"a package that nothing of the app imports", "parts/unused/unused.go", "package unused\n\nconst Two = 2\n", false},
		{"the requirements of the module, which the app's own go.mod repeats", "parts/go.mod", "module example.com/parts\n\ngo 1.26\n", false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			files := withLocalModule()
			before := digestOf(t, files)
			files[c.file] = c.content
			root := folderWith(t, files)
			after, err := Digest(root)
			if err != nil {
				t.Fatal(err)
			}
			if got := before != after; got != c.changes {
				t.Errorf("the digest changes: %v, want %v", got, c.changes)
			}
			if got := MadeFrom(root, c.file); got != c.changes {
				t.Errorf("MadeFrom(%s) is %v, want %v", c.file, got, c.changes)
			}
		})
	}
	t.Run("comments and formatting do not", func(t *testing.T) {
		files := withLocalModule()
		before := digestOf(t, files)
		files["parts/alarms/alarms.go"] = strings.ReplaceAll(files["parts/alarms/alarms.go"], "// of the stack", "// of all stacks")
		if after := digestOf(t, files); before != after {
			t.Errorf("the digest is %s, want %s as before", after, before)
		}
	})
	t.Run("in a folder elsewhere", func(t *testing.T) {
		files, parts := withLocalModule(), t.TempDir()
		files["go.mod"] = strings.ReplaceAll(files["go.mod"], "./parts", parts)
		for name, content := range files {
			if inParts, found := strings.CutPrefix(name, "parts/"); found {
				delete(files, name)
				write(t, filepath.Join(parts, filepath.FromSlash(inParts)), content)
			}
		}
		before := digestOf(t, files)
		write(t, filepath.Join(parts, "alarms", "queries", "one.txt"), "fields @timestamp")
		if after := digestOf(t, files); before == after {
			t.Errorf("the digest stays %s, want another", before)
		}
	})
}
