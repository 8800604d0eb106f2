package synth

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// Snapshot is the folder, below the app's root, of the committed cloud assembly.
const Snapshot = "test/snapshot"

// LessonsSnapshot is the folder of that of the lessons.
const LessonsSnapshot = Lessons + "/snapshot"

// LessonsContext is the context that asks an app for its lessons instead of itself.
const LessonsContext = "lessons=true"

// snapshotOf returns the folder of the committed assembly of an app that is given a
// context; empty without one.
func snapshotOf(context []string) string {
	switch {
	case len(context) == 0:
		return Snapshot
	case len(context) == 1 && context[0] == LessonsContext:
		return LessonsSnapshot
	}
	return ""
}

// DigestFile is the file of a snapshot that holds the digest of its sources.
const DigestFile = "sources.sha256"

// stacks is the folder of the infrastructure, which counts with all that is in it.
const stacks = "stacks"

// MadeFrom reports whether the templates of the app below root, which is given a
// context, are made from a file, whose name is relative to root and has slashes. That
// is a source of the app, or of a package that it imports from a module in a folder of
// this machine.
func MadeFrom(root, name string, context ...string) bool {
	if IsSource(name, context...) {
		return true
	}
	all, err := readSources(root, context)
	if err != nil {
		return false // who reads the app is told
	}
	file := filepath.Join(root, filepath.FromSlash(name))
	return slices.ContainsFunc(all.local, func(p localPackage) bool { return p.has(file) })
}

// IsSource reports whether the templates of an app that is given a context are made
// from a file of it, whose name is relative to the app's root and has slashes.
// Functions and tests are not among the sources: functions are built apart.
func IsSource(name string, context ...string) bool {
	switch {
	case strings.HasSuffix(name, "_test.go"):
		return false
	case name == "cdk.json", name == "go.mod":
		return true
	case path.Dir(name) == ".":
		return path.Ext(name) == ".go"
	}
	return strings.HasPrefix(name, stacks+"/") || asksForLessons(context) && isLessonSource(name)
}

// Digest returns the SHA-256, in hexadecimal, of what the templates of the app
// below root are made from: the Go files of its root and of its stacks without
// comments and formatting, the other files of its stacks, the JSON of cdk.json,
// and of go.mod the version of Go and the modules that the stacks are made of. Where
// such a module is a folder of this machine, the packages of it that the app imports
// count as the app's own do. With a context that asks for lessons the digest covers
// what their stack is made from, too.
func Digest(root string, context ...string) (string, error) {
	all, err := readSources(root, context)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	add := func(name string, content []byte) {
		part := sha256.Sum256(content)
		sum.Write([]byte(name + "\x00" + hex.EncodeToString(part[:]) + "\n"))
	}
	for _, f := range all.files {
		add(f.name, f.content)
	}
	settings, err := os.ReadFile(filepath.Join(root, "cdk.json"))
	if err != nil {
		return "", err
	}
	var compact bytes.Buffer
	if json.Compact(&compact, settings) == nil { // a file that is not JSON counts as it is
		settings = compact.Bytes()
	}
	add("cdk.json", settings)
	add("go.mod", []byte(modules(all.gomod, all.imports)))
	for _, p := range all.local {
		for _, name := range p.files {
			content, err := os.ReadFile(filepath.Join(p.folder, filepath.FromSlash(name)))
			if err != nil {
				return "", err
			}
			if path.Ext(name) == ".go" {
				content = code(content, map[string]bool{})
			}
			add(path.Join(p.path, name), content)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// madeFrom is what templates are made from.
type madeFrom struct {
	files   []file // of the app
	imports map[string]bool
	gomod   *modfile.File
	local   []localPackage
}

// file is what counts of a file of the app.
type file struct {
	name    string
	content []byte
}

// readSources reads the sources of the app below root, and finds those of local modules.
func readSources(root string, context []string) (all madeFrom, err error) {
	app := os.DirFS(root)
	names, err := sources(app)
	if err != nil {
		return all, err
	}
	if asksForLessons(context) {
		more, err := lessonSources(app)
		if err != nil {
			return all, err
		}
		names = append(names, more...)
	}
	all.imports = map[string]bool{}
	for _, name := range names {
		content, err := fs.ReadFile(app, name)
		if err != nil {
			return all, err
		}
		switch {
		case path.Ext(name) == ".go":
			content = code(content, all.imports)
		case isLessonText(name):
			content = withoutText(content)
		}
		all.files = append(all.files, file{name, content})
	}
	module, err := fs.ReadFile(app, "go.mod")
	if err != nil {
		return all, err
	}
	if all.gomod, err = modfile.Parse("go.mod", module, nil); err != nil {
		return all, err
	}
	all.local, err = localPackages(root, all.gomod, all.imports)
	return all, err
}

// sources lists the sources other than cdk.json and go.mod in the order of their
// names. The error is that of a missing app.go or a missing folder of stacks, by
// which the folder of an app is known.
func sources(root fs.FS) ([]string, error) {
	if _, err := fs.Stat(root, "app.go"); err != nil {
		return nil, err
	}
	names, err := fs.Glob(root, "*.go")
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(root, stacks, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	names = slices.DeleteFunc(names, func(name string) bool { return !IsSource(name) })
	return names, err
}

// modules returns the lines of a go.mod that the templates depend on: the version
// of Go, the modules of the imported packages, what those need of the CDK, and
// what replaces any of these.
//
// Every module of the CDK carries a part of it in JavaScript, so that the version
// of one that is needed indirectly changes templates too.
func modules(file *modfile.File, imports map[string]bool) string {
	var text strings.Builder
	if file.Go != nil {
		fmt.Fprintln(&text, "go", file.Go.Version)
	}
	counts := func(module string, indirect bool) bool {
		return indirect && partOfCDK(module) || slices.ContainsFunc(slices.Collect(maps.Keys(imports)), func(pkg string) bool {
			return within(pkg, module)
		})
	}
	var lines []string
	counted := map[string]bool{}
	for _, r := range file.Require {
		if counts(r.Mod.Path, r.Indirect) {
			counted[r.Mod.Path] = true
			lines = append(lines, "require "+r.Mod.String())
		}
	}
	for _, r := range file.Replace {
		if counted[r.Old.Path] {
			lines = append(lines, "replace "+r.Old.String()+" => "+r.New.String())
		}
	}
	slices.Sort(lines)
	text.WriteString(strings.Join(lines, "\n"))
	return text.String()
}

// partOfCDK reports whether a module belongs to the CDK, by its name.
func partOfCDK(module string) bool {
	return slices.ContainsFunc([]string{"cdk", "jsii", "constructs", "cloud-assembly"}, func(word string) bool {
		return strings.Contains(module, word)
	})
}
