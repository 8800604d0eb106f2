package create

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// Kit is a kit on this machine: the folder that projects are made from.
type Kit struct {
	Dir     string
	Project project.Project // what its kit.json says; has Files
	Names   []string        // of its files, with slashes, in the order of the alphabet
	// Commit is that of its repository. It is empty where the kit is no clone, or
	// has changes that are not committed.
	Commit string
}

// Open reads the kit in a folder. What git does not know there is not a part of it;
// where the folder is no clone, what its .gitignore names is not.
func Open(ctx context.Context, dir string) (*Kit, error) {
	p, err := project.Read(dir)
	if err != nil {
		return nil, err
	}
	if p.Files == nil {
		return nil, fmt.Errorf("%s is a project and not a kit: run new in a clone of the kit that it was made from", rules.Printable(p.Name))
	}
	kit := &Kit{Dir: dir, Project: p}
	if listed, err := git(ctx, dir, "ls-files", "-z", "--cached"); err == nil && listed != "" {
		kit.Names = strings.Split(strings.TrimSuffix(listed, "\x00"), "\x00")
		kit.Names = slices.DeleteFunc(kit.Names, func(name string) bool { return !exists(filepath.Join(dir, name)) })
		changed, err := git(ctx, dir, "status", "--porcelain", "--untracked-files=no", "--", ".")
		if err == nil && changed == "" {
			kit.Commit, _ = git(ctx, dir, "rev-parse", "HEAD")
		}
	} else if ctx.Err() != nil {
		return nil, ctx.Err()
	} else if kit.Names, err = walk(os.DirFS(dir)); err != nil {
		return nil, err
	}
	slices.Sort(kit.Names)
	return kit, nil
}

// walk lists the files of a kit that is no clone.
func walk(kit fs.FS) ([]string, error) {
	text, err := fs.ReadFile(kit, ".gitignore")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	ignored, err := parseIgnored(string(text))
	if err != nil {
		return nil, err
	}
	var names []string
	err = fs.WalkDir(kit, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".git" || ignored.match(name, entry.IsDir()):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular():
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// ignored are the patterns of a .gitignore.
type ignored []string

// parseIgnored reads a .gitignore of the plain kind that a kit has: names with stars,
// with a slash in front for the kit's own folder, and one behind for folders.
func parseIgnored(text string) (ignored, error) {
	var patterns ignored
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if _, err := path.Match(line, ""); err != nil || strings.HasPrefix(line, "!") || strings.Contains(strings.Trim(line, "/"), "/") {
			return nil, fmt.Errorf(".gitignore has the pattern %s, which new cannot read: run new in a clone", rules.Printable(line))
		}
		patterns = append(patterns, line)
	}
	return patterns, nil
}

// match reports whether a file or folder is named by a pattern.
func (p ignored) match(name string, folder bool) bool {
	return slices.ContainsFunc(p, func(pattern string) bool {
		if strings.HasSuffix(pattern, "/") && !folder {
			return false
		}
		tried := path.Base(name)
		if strings.HasPrefix(pattern, "/") {
			tried = name
		}
		matched, _ := path.Match(strings.Trim(pattern, "/"), tried) // the pattern was tried when it was read
		return matched
	})
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}
