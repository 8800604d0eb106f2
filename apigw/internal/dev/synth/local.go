package synth

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
)

// localPackage is a package of a module that go.mod replaces by a folder of this
// machine. Its version says nothing of what is in it, so that its files count.
type localPackage struct {
	path   string // by which it is imported
	folder string
	files  []string // relative to the folder, with slashes: code without tests, and what it embeds
}

// localPackages returns those that are imported, and those that they import, in the
// order of their paths. A package that is not there is left out: the compiler says so.
func localPackages(root string, gomod *modfile.File, imports map[string]bool) ([]localPackage, error) {
	folders := map[string]string{} // of modules, by their paths
	for _, r := range gomod.Replace {
		if r.New.Version == "" { // a folder
			folder := filepath.FromSlash(r.New.Path)
			if !filepath.IsAbs(folder) {
				folder = filepath.Join(root, folder)
			}
			folders[r.Old.Path] = folder
		}
	}
	var packages []localPackage
	seen := map[string]bool{}
	next := slices.Sorted(maps.Keys(imports))
	for len(next) > 0 {
		name := next[0]
		next = next[1:]
		module := moduleOf(name, folders)
		if seen[name] || module == "" {
			continue
		}
		seen[name] = true
		p := localPackage{path: name, folder: filepath.Join(folders[module], filepath.FromSlash(strings.TrimPrefix(name, module)))}
		more, err := p.read()
		if err != nil {
			return nil, fmt.Errorf("package %s, which go.mod replaces: %w", name, err)
		}
		if len(p.files) > 0 {
			packages = append(packages, p)
		}
		next = append(next, slices.Sorted(maps.Keys(more))...)
	}
	slices.SortFunc(packages, func(a, b localPackage) int { return strings.Compare(a.path, b.path) })
	return packages, nil
}

// moduleOf returns the longest of the modules that a package can be in.
func moduleOf(pkg string, modules map[string]string) (longest string) {
	for module := range modules {
		if within(pkg, module) && len(module) > len(longest) {
			longest = module
		}
	}
	return longest
}

// read lists the files of the package, and returns what they import.
func (p *localPackage) read() (imports map[string]bool, err error) {
	imports = map[string]bool{}
	files := os.DirFS(p.folder)
	names, err := fs.Glob(files, "*.go")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		code(content, imports)
		embedded, err := embeddedFiles(files, content)
		if err != nil {
			return nil, err
		}
		p.files = append(append(p.files, name), embedded...)
	}
	slices.Sort(p.files)
	p.files = slices.Compact(p.files)
	return imports, nil
}

// embeddedFiles returns what the directives go:embed of a file name: files, and all
// that is in folders.
func embeddedFiles(files fs.FS, source []byte) (names []string, err error) {
	for line := range strings.Lines(string(source)) {
		patterns, found := strings.CutPrefix(line, "//go:embed ")
		if !found {
			continue
		}
		for _, pattern := range patternsIn(patterns) {
			matches, err := fs.Glob(files, strings.TrimPrefix(pattern, "all:"))
			if err != nil {
				return nil, err
			}
			for _, match := range matches {
				err := fs.WalkDir(files, match, func(name string, entry fs.DirEntry, err error) error {
					if err == nil && !entry.IsDir() {
						names = append(names, name)
					}
					return err
				})
				if err != nil {
					return nil, err
				}
			}
		}
	}
	return names, nil
}

// patternsIn returns the patterns of a directive, of which some may be in quotes.
func patternsIn(text string) (patterns []string) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		pattern, err := strconv.QuotedPrefix(text)
		if err != nil {
			pattern = strings.Fields(text)[0]
		}
		text = text[len(pattern):]
		if unquoted, err := strconv.Unquote(pattern); err == nil {
			pattern = unquoted
		}
		patterns = append(patterns, pattern)
	}
	return patterns
}

// has reports whether a file, by its name on this machine, is part of the package, or
// would be if it were new.
func (p *localPackage) has(file string) bool {
	name, err := filepath.Rel(p.folder, file)
	if err != nil {
		return false
	}
	name = filepath.ToSlash(name)
	return slices.Contains(p.files, name) ||
		path.Dir(name) == "." && path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go")
}

// within reports whether a package is in a module, by its path.
func within(pkg, module string) bool { return pkg == module || strings.HasPrefix(pkg, module+"/") }
