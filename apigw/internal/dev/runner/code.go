package runner

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function/executable"
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
	// later is set if the code is built when it is needed.
	later *later
}

// codeOf finds the code of a function: its package in the module of one of the
// folders, or its asset. Without either, why is the rule about it.
func codeOf(f *assembly.Function, folders []string, bin string) (c *code, why rules.Use) {
	var modules []string
	if f.Package != "" {
		for _, folder := range folders {
			module := moduleOf(folder)
			if module == "" || slices.Contains(modules, module) {
				continue
			}
			modules = append(modules, module)
			if info, err := os.Stat(filepath.Join(module, filepath.FromSlash(f.Package))); err == nil && info.IsDir() {
				return &code{function: f, module: module, pkg: f.Package, output: filepath.Join(bin, folderOf(f))}, rules.Use{}
			}
		}
	}
	switch {
	case !f.NotRunnable.IsZero():
		return nil, f.NotRunnable
	case f.AssetDir == "" && f.Package != "" && len(modules) == 0:
		return nil, rules.Of("function-module-missing", "function", f.Path, "package", f.Package)
	case f.AssetDir == "" && f.Package != "":
		return nil, rules.Of("function-package-missing", "function", f.Path, "package", f.Package, "folders", strings.Join(modules, " or "))
	case f.AssetDir == "":
		return nil, rules.Of("function-without-asset", "function", f.Path)
	}
	folder := f.AssetDir
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		if folder, err = executable.Unpack(folder, filepath.Join(bin, folderOf(f))); err != nil {
			return nil, rules.Of("function-asset-unusable", "function", f.Path, "problem", err)
		}
	}
	bootstrap := filepath.Join(folder, "bootstrap")
	if err := executable.Runnable(bootstrap); err != nil {
		return nil, rules.Of("function-asset-unusable", "function", f.Path, "problem", err)
	}
	return &code{function: f, output: bootstrap}, rules.Use{}
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

// command builds the code if it is built here, and returns the program: a link to
// it in a folder of this runner, which the next build does not touch.
func (c *code) command(ctx context.Context, links string) (string, error) {
	if !c.built() {
		return c.output, nil
	}
	program := filepath.Join(c.output, "bootstrap")
	// What an interrupted build leaves goes with the folder of this runner.
	if err := executable.Build(ctx, c.module, c.pkg, program, "GOTMPDIR="+links); err != nil {
		return "", err
	}
	return link(program, filepath.Join(links, folderOf(c.function)))
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

// madeOf reports whether a change of the files, relative to root, changes the
// program.
func (c *code) madeOf(root string, files []string) bool {
	if !c.built() {
		return slices.ContainsFunc(files, func(file string) bool {
			return filepath.Join(root, filepath.FromSlash(file)) == c.output
		})
	}
	return slices.ContainsFunc(files, func(file string) bool {
		path := filepath.Join(root, filepath.FromSlash(file))
		name := filepath.Base(path)
		switch {
		case strings.HasSuffix(name, "_test.go"), strings.HasPrefix(name, "."), strings.HasSuffix(name, "~"):
			return false
		case path == filepath.Join(c.module, "go.mod"), path == filepath.Join(c.module, "go.sum"):
			return true
		case c.folders == nil:
			return strings.HasSuffix(name, ".go")
		}
		return slices.ContainsFunc(c.folders, func(folder string) bool {
			return path == folder || strings.HasPrefix(path, folder+string(filepath.Separator))
		})
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
