package runner

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function/executable"
	"example.com/apigw/internal/function/interpreter"
	"example.com/apigw/internal/rules"
)

// code is where the program of a function comes from.
type code struct {
	function *assembly.Function
	// module and pkg are the Go package that it is built from, if it is there.
	module, pkg string
	// output is where the package is built to.
	output string
	// folders are those of the packages that it is made of, once they are known.
	folders []string
	// foreign says that the package was found by what the asset says of itself: the
	// app runs without it if it cannot be built.
	foreign bool
	// later is set if the code is built when it is needed.
	later *later

	// folder is that of the asset, and launch what runs it, if it is not built here.
	folder  string
	launch  []string
	program string   // in launch, that of the interpreter
	layers  []string // folders of its layers, in their order
	// environment holds variables that those of the function win over.
	environment map[string]string
	// debugger is what the function runs under; nil without one.
	debugger *Debugger
	// said are the rules about what is different here from what the template asks for.
	said []rules.Use
}

// locator finds the code of functions.
type locator struct {
	// folders are those whose modules may have the packages of functions.
	folders []string
	// bin is where functions are built and unpacked; links has the programs of one
	// runner.
	bin, links   string
	interpreters *interpreter.Finder
	modules      map[string]string // folders of Go modules, by module path
}

// codeOf finds the code of a function: its package in the module of one of the
// folders, or its asset. Without either, why is the rule about it.
func (l *locator) codeOf(f *assembly.Function) (c *code, why rules.Use) {
	var modules []string
	if f.Package != "" {
		for _, folder := range l.folders {
			module := moduleOf(folder)
			if module == "" || slices.Contains(modules, module) {
				continue
			}
			modules = append(modules, module)
			if info, err := os.Stat(filepath.Join(module, filepath.FromSlash(f.Package))); err == nil && info.IsDir() {
				return l.built(f, module, f.Package), rules.Use{}
			}
		}
	}
	if !f.NotRunnable.IsZero() {
		return nil, f.NotRunnable
	}
	if language, version, ok := interpreter.Of(f.Runtime); ok {
		return l.interpreted(f, language, version)
	}
	switch {
	case f.AssetDir == "" && f.Package != "" && len(modules) == 0:
		return nil, rules.Of("function-module-missing", "function", f.Path, "package", f.Package)
	case f.AssetDir == "" && f.Package != "":
		return nil, rules.Of("function-package-missing", "function", f.Path, "package", f.Package, "folders", strings.Join(modules, " or "))
	case f.AssetDir == "":
		return nil, rules.Of("function-without-asset", "function", f.Path)
	}
	folder, why := l.unpacked(f)
	if !why.IsZero() {
		return nil, why
	}
	program := filepath.Join(folder, programName(f, folder))
	if err := executable.Runnable(program); err != nil {
		if module, pkg, ok := l.sourceOf(program); ok {
			c := l.built(f, module, pkg)
			c.foreign = true
			return c, rules.Use{}
		}
		return nil, rules.Of("function-asset-unusable", "function", f.Path, "problem", err)
	}
	c = &code{function: f, folder: folder, launch: []string{program}}
	return c, l.addLayers(c)
}

// built returns the code of a function that is built from a package.
func (l *locator) built(f *assembly.Function, module, pkg string) *code {
	return &code{function: f, module: module, pkg: pkg, output: filepath.Join(l.bin, folderOf(f))}
}

// unpacked returns the folder of a function's asset, which may be a zip file.
func (l *locator) unpacked(f *assembly.Function) (folder string, why rules.Use) {
	folder = f.AssetDir
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		if folder, err = executable.Unpack(folder, filepath.Join(l.bin, folderOf(f))); err != nil {
			return "", rules.Of("function-asset-unusable", "function", f.Path, "problem", err)
		}
	}
	return folder, rules.Use{}
}

// programName returns the name of the file that Lambda starts. It is bootstrap for
// custom runtimes. That of the former runtime of Go is the handler.
func programName(f *assembly.Function, folder string) string {
	if strings.HasPrefix(f.Runtime, "go") && f.Handler != "" {
		if _, err := os.Stat(filepath.Join(folder, f.Handler)); err == nil {
			return f.Handler
		}
	}
	return "bootstrap"
}

// sourceOf returns the package that a program was built from, if it is in a module
// in or below one of the folders.
func (l *locator) sourceOf(program string) (module, pkg string, ok bool) {
	path, modulePath, ok := executable.Source(program)
	if !ok {
		return "", "", false
	}
	rest, ok := strings.CutPrefix(path, modulePath)
	if !ok {
		return "", "", false
	}
	if l.modules == nil {
		l.modules = modulesBelow(l.folders)
	}
	module, ok = l.modules[modulePath]
	return module, "." + rest, ok
}

// maxFolders bounds how many folders are looked at for modules.
const maxFolders = 10_000

// modulesBelow returns the folders of the Go modules that folders are in, or that
// are in them, by the paths of the modules.
func modulesBelow(folders []string) map[string]string {
	found := map[string]string{}
	add := func(folder string) {
		text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
		if err != nil {
			return
		}
		for line := range strings.Lines(string(text)) {
			if path, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
				path = strings.Trim(strings.TrimSpace(path), `"`)
				if _, known := found[path]; !known {
					found[path] = folder
				}
				return
			}
		}
	}
	left := maxFolders
	for _, folder := range folders {
		if module := moduleOf(folder); module != "" {
			add(module)
		}
		// What cannot be read has no module that could be built.
		_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil || !entry.IsDir():
				return nil
			case left == 0:
				return filepath.SkipAll
			case path != folder && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), "cdk.out")):
				return filepath.SkipDir
			}
			left--
			add(path)
			return nil
		})
	}
	return found
}

// folderOf returns the name of the folder with the program of a function: two of one
// name are in different accounts or regions.
func folderOf(f *assembly.Function) string {
	return f.Account + "-" + f.Region + "-" + f.Name
}

// moduleOf returns the folder at or above folder that has a go.mod, and an empty
// text if no folder has one.
func moduleOf(folder string) string {
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return ""
		}
		folder = parent
	}
}

// built reports whether the code is built here, and not an asset.
func (c *code) built() bool { return c.module != "" }

// command builds the code if it is built here, and returns what runs it and the
// folder of the function: a link to the program in a folder of this runner, which
// the next build does not touch.
func (c *code) command(ctx context.Context, links string) (command []string, dir string, err error) {
	if !c.built() {
		return c.debugger.node(c.launch, c.program), c.folder, nil
	}
	build, folder := executable.Build, c.output
	if c.debugger != nil {
		build, folder = executable.BuildForDebugger, filepath.Join(c.output, "debugged")
	}
	built := filepath.Join(folder, "bootstrap")
	// What an interrupted build leaves goes with the folder of this runner.
	if err := build(ctx, c.module, c.pkg, built, "GOTMPDIR="+links); err != nil {
		return nil, "", err
	}
	linked, err := link(built, filepath.Join(links, folderOf(c.function)))
	return c.debugger.delve(linked), filepath.Dir(linked), err
}

// link adds another name of a program to a folder, and returns it: bootstrap-1,
// bootstrap-2 and so on. A program that has not changed since keeps the last one.
// Older names are removed, which does not end the programs that run.
func link(program, folder string) (string, error) {
	info, err := os.Stat(program)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	last := 0
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		if n, err := strconv.Atoi(strings.TrimPrefix(entry.Name(), "bootstrap-")); err == nil {
			last = max(last, n)
		}
	}
	name := func(n int) string { return filepath.Join(folder, fmt.Sprintf("bootstrap-%d", n)) }
	if kept, err := os.Stat(name(last)); err == nil && os.SameFile(kept, info) {
		return name(last), nil
	}
	if err := os.Link(program, name(last+1)); err != nil {
		if err := copyFile(program, name(last+1)); err != nil { // a file system without links
			return "", err
		}
	}
	for n := range last {
		os.Remove(name(n)) // the last one may just be starting
	}
	return name(last + 1), nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o755)
}

// madeOf reports whether a change of files, whose paths are absolute, changes the
// program.
func (c *code) madeOf(files []string) bool {
	if !c.built() {
		return slices.ContainsFunc(files, func(path string) bool {
			return below(c.folder, path) || slices.ContainsFunc(c.layers, func(layer string) bool { return below(layer, path) })
		})
	}
	return slices.ContainsFunc(files, func(path string) bool {
		name := filepath.Base(path)
		switch {
		case strings.HasSuffix(name, "_test.go"), strings.HasPrefix(name, "."), strings.HasSuffix(name, "~"):
			return false
		case path == filepath.Join(c.module, "go.mod"), path == filepath.Join(c.module, "go.sum"):
			return true
		case c.folders == nil:
			return strings.HasSuffix(name, ".go")
		}
		return slices.ContainsFunc(c.folders, func(folder string) bool { return below(folder, path) })
	})
}

// folders returns the folders of a package and of those of the same module that it
// imports. It takes about a quarter of a second, which the go command needs.
func folders(ctx context.Context, module, pkg string) ([]string, error) {
	list := exec.CommandContext(ctx, "go", "list", "-deps", "-f", "{{with .Module}}{{if .Main}}{{$.Dir}}{{end}}{{end}}", pkg)
	list.Dir = module
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -deps %s: %w", pkg, err)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' || r == '\r' }), nil
}
