// Package add adds functions, routes and authorizers to a project: their files, their
// wiring in the stack, what the tests expect of them, and the snapshot.
//
// A command makes a [Plan] first, in memory, and reports whatever would not work.
// [Plan.Apply] then writes all of it, or puts back what was there.
package add

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// Plan is what a command is about to write.
type Plan struct {
	root    string
	project project.Project
	files   map[string][]byte // the new content, by the name from the root, with slashes

	// Notes are what a person should know beside what was written, one line each.
	Notes []string
}

// open returns an empty plan for the project in the folder root.
func open(root string) (*Plan, error) {
	made, err := project.Read(root)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"go.mod", "stacks", "functions"} {
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			return nil, fmt.Errorf("%s has no %s: run this in the folder of a project that go run ./local new made, or of the kit", rules.Printable(root), name)
		}
	}
	return &Plan{root: root, project: made, files: map[string][]byte{}}, nil
}

// Files lists what is written, in the order of the names: those that are new, and
// those that change.
func (p *Plan) Files() (created, changed []string) {
	for _, name := range slices.Sorted(maps.Keys(p.files)) {
		if p.onDisk(name) {
			changed = append(changed, name)
		} else {
			created = append(created, name)
		}
	}
	return created, changed
}

func (p *Plan) path(name string) string { return filepath.Join(p.root, filepath.FromSlash(name)) }

func (p *Plan) onDisk(name string) bool {
	_, err := os.Lstat(p.path(name))
	return err == nil
}

// exists reports whether there is a file or folder, on the disk or in the plan.
func (p *Plan) exists(name string) bool {
	if p.files[name] != nil || p.onDisk(name) {
		return true
	}
	for planned := range p.files {
		if strings.HasPrefix(planned, name+"/") {
			return true
		}
	}
	return false
}

// read returns a file as it will be.
func (p *Plan) read(name string) ([]byte, error) {
	if content, ok := p.files[name]; ok {
		return content, nil
	}
	return os.ReadFile(p.path(name))
}

// create plans a new file, and formats it if it is Go.
func (p *Plan) create(name string, content []byte) error {
	if p.exists(name) {
		return fmt.Errorf("%s is there already: rename it, or choose another name", name)
	}
	return p.write(name, content)
}

// write plans the content of a file, and formats it if it is Go.
func (p *Plan) write(name string, content []byte) error {
	if path.Ext(name) == ".go" {
		formatted, err := format.Source(content)
		if err != nil {
			return fmt.Errorf("%s: what would be written is not Go: %w\n%s", name, err, content)
		}
		content = formatted
	}
	p.files[name] = content
	return nil
}

// goFiles lists the Go files of a folder as it will be.
func (p *Plan) goFiles(folder string) ([]string, error) {
	names := map[string]bool{}
	entries, err := os.ReadDir(p.path(folder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			names[path.Join(folder, entry.Name())] = true
		}
	}
	for name := range p.files {
		if path.Dir(name) == folder {
			names[name] = true
		}
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(names)), func(name string) bool { return path.Ext(name) != ".go" }), nil
}

// Apply checks that what is planned compiles, writes it, and renews the snapshot. If
// anything fails, or the context ends, it puts back what was there.
func (p *Plan) Apply(ctx context.Context, step func(what string)) error {
	step("checking that it compiles")
	if err := p.compile(ctx); err != nil {
		return err
	}
	saved, err := p.save()
	if err != nil {
		return err
	}
	if err := p.applied(ctx, step); err != nil {
		if failed := saved.restore(); failed != nil {
			return fmt.Errorf("%w\nputting back what was there failed: %w: use git checkout and git clean", err, failed)
		}
		return err
	}
	return nil
}

func (p *Plan) applied(ctx context.Context, step func(what string)) error {
	for _, name := range slices.Sorted(maps.Keys(p.files)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := replace(p.path(name), p.files[name]); err != nil {
			return err
		}
	}
	if err := p.vet(ctx); err != nil {
		return err
	}
	return p.renewSnapshot(ctx, step)
}

// replace writes a file at once: a reader sees the old content or the new. Of a symbolic
// link it writes what the link leads to.
func replace(file string, content []byte) error {
	if target, err := filepath.EvalSymlinks(file); err == nil {
		file = target
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), ".add-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // which fails after the renaming
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(file); err == nil {
		mode = info.Mode().Perm()
	}
	if _, err = temporary.Write(content); err == nil {
		err = temporary.Chmod(mode)
	}
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}

// saved is what was on the disk before: the content of files, nil for those that were
// not there, and the folders that were not there.
type saved struct {
	files   map[string][]byte
	folders []string // the deepest first

	snapshots []string // the folders of the snapshots, which are renewed whole
}

// save remembers all that Apply changes.
func (p *Plan) save() (saved, error) {
	s := saved{files: map[string][]byte{}}
	keep := func(file string) error {
		content, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		s.files[file] = content
		return nil
	}
	for name := range p.files {
		if err := keep(p.path(name)); err != nil {
			return saved{}, err
		}
		for folder := filepath.Dir(p.path(name)); !present(folder) && !slices.Contains(s.folders, folder); folder = filepath.Dir(folder) {
			s.folders = append(s.folders, folder)
		}
	}
	slices.SortFunc(s.folders, func(a, b string) int { return len(b) - len(a) })
	for _, folder := range p.snapshots() {
		s.snapshots = append(s.snapshots, p.path(folder))
	}
	for _, file := range s.inSnapshots() {
		if err := keep(file); err != nil {
			return saved{}, err
		}
	}
	return s, nil
}

// inSnapshots lists the files that the snapshots have now.
func (s saved) inSnapshots() []string {
	var files []string
	for _, folder := range s.snapshots {
		// What cannot be listed cannot be renewed either.
		_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() {
				files = append(files, path)
			}
			return nil
		})
	}
	return files
}

func present(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// restore puts back what was there.
func (s saved) restore() error {
	var failed []error
	for _, file := range s.inSnapshots() {
		if _, ok := s.files[file]; !ok {
			failed = append(failed, os.Remove(file))
		}
	}
	for file, content := range s.files {
		if content != nil {
			if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, content) {
				failed = append(failed, replace(file, content))
			}
		} else if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = append(failed, err)
		}
	}
	for _, folder := range s.folders {
		if err := os.Remove(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
