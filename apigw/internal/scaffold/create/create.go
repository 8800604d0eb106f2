// Package create makes a service of its own from a kit: the kit's files, renamed, with
// one door or both, a snapshot, and a first commit.
package create

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"example.com/apigw/internal/dev/scratch"
	"example.com/apigw/internal/processgroup"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// Options say what is made.
type Options struct {
	Kit     string          // the folder of the kit
	Dir     string          // the folder of the project, which is made
	Answers project.Project // Module, Name, Doors and Lessons
	// Step is called before each step that takes time. It may be nil.
	Step func(what string)
}

// Made is a project that was made.
type Made struct {
	Dir string // its absolute path
	// Repository says what became of git: the project is committed in a repository of
	// its own, or lies in another's folder, or there is no git.
	Repository Repository
	Outer      string // the folder of the other repository
	Workspace  string // the go.work that does not know the project; empty without one
}

// Repository is what became of git.
type Repository int

// The three cases.
const (
	Committed Repository = iota
	InOther
	NoGit
)

// Project makes a project. It checks everything before it writes; if it fails, or ctx
// ends, nothing is left of what it wrote.
func Project(ctx context.Context, o Options) (_ *Made, err error) {
	if o.Step == nil {
		o.Step = func(string) {}
	}
	if err := check(o.Answers); err != nil {
		return nil, err
	}
	kit, err := Open(ctx, o.Kit)
	if err != nil {
		return nil, err
	}
	dir, existed, err := target(o.Dir, kit.Dir)
	if err != nil {
		return nil, err
	}
	if err := checkPrograms(ctx); err != nil {
		return nil, err
	}
	files, err := kit.Files(o.Answers)
	if err != nil {
		return nil, err
	}

	existing, err := nearest(dir)
	if err != nil {
		return nil, err
	}
	// Everything is written beside the project's place, and takes it at once.
	beside, err := os.MkdirTemp(existing, ".new-*")
	if err != nil {
		return nil, fmt.Errorf("%s cannot be written (%w): choose another folder", rules.Printable(existing), err)
	}
	defer os.RemoveAll(beside)
	fresh := filepath.Join(beside, "project")
	if err := write(ctx, fresh, files); err != nil {
		return nil, err
	}
	moved, err := move(fresh, dir, existed)
	defer func() {
		if err != nil {
			err = errors.Join(err, remove(dir, existing, moved))
		}
	}()
	if err != nil {
		return nil, err
	}

	o.Step("synthesizing its snapshot, which takes half a minute, or a minute or two where the CDK was never compiled")
	if err := snapshot(ctx, dir, o.Answers); err != nil {
		return nil, err
	}
	made := &Made{Dir: dir, Workspace: workspace(ctx, dir)}
	return made, commit(ctx, made, o.Answers)
}

// check reports what is wrong with the answers.
func check(answers project.Project) error {
	if err := project.CheckModule(answers.Module); err != nil {
		return err
	}
	if err := project.CheckName(answers.Name); err != nil {
		return err
	}
	return project.CheckDoors(answers.Doors)
}

// target returns the absolute path of the folder to make, and reports whether it
// exists, empty.
func target(dir, kit string) (path string, existed bool, err error) {
	if dir == "" {
		return "", false, errors.New("the folder of the project has no name")
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", false, err
	}
	kit, err = filepath.Abs(kit)
	if err != nil {
		return "", false, err
	}
	if relative, err := filepath.Rel(kit, dir); err == nil && filepath.IsLocal(relative) {
		return "", false, fmt.Errorf("%s is in the folder of the kit: choose one beside it, such as %s", rules.Printable(dir), rules.Printable(filepath.Join("..", filepath.Base(dir))))
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return dir, false, nil
	case errors.Is(err, syscall.ENOTDIR) && !exists(dir):
		return dir, false, nil // nearest says what is in the way
	case err != nil:
		return "", false, fmt.Errorf("%s is there already, and is no folder that can be read: choose another", rules.Printable(dir))
	case len(entries) > 0:
		return "", false, fmt.Errorf("%s is there already, and is not empty: choose another folder", rules.Printable(dir))
	}
	return dir, true, nil
}

// nearest returns the nearest folder above dir that exists.
func nearest(dir string) (string, error) {
	for parent := filepath.Dir(dir); ; parent = filepath.Dir(parent) {
		info, err := os.Stat(parent)
		switch {
		case err == nil && info.IsDir():
			return parent, nil
		case err == nil:
			return "", fmt.Errorf("%s is not a folder: choose another place", rules.Printable(parent))
		case parent == filepath.Dir(parent) || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR):
			return "", err
		}
	}
}

// move moves what is in the folder fresh to the folder of the project, and returns the
// paths of what it moved. If the folder exists it stays the same one, in which somebody
// may be.
func move(fresh, dir string, existed bool) (moved []string, err error) {
	if !existed {
		if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
			return nil, err
		}
		if err := os.Rename(fresh, dir); err != nil {
			return nil, err // also if somebody made the folder meanwhile
		}
		return []string{dir}, nil
	}
	entries, err := os.ReadDir(fresh)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if err := os.Rename(filepath.Join(fresh, entry.Name()), path); err != nil {
			return moved, err
		}
		moved = append(moved, path)
	}
	return moved, nil
}

// remove removes what was moved of a project that was not finished, what its commands
// left beside, and the folders above it that are new and have nothing else.
func remove(dir, existing string, moved []string) error {
	var failed []error
	if len(moved) > 0 {
		moved = append(moved, filepath.Join(dir, ".git"), filepath.Join(dir, ".build"))
	}
	for _, path := range moved {
		failed = append(failed, os.RemoveAll(path))
	}
	for parent := filepath.Dir(dir); parent != existing && os.Remove(parent) == nil; {
		parent = filepath.Dir(parent)
	}
	return errors.Join(failed...)
}

// checkPrograms reports which program is missing.
func checkPrograms(ctx context.Context) error {
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("the program go is not in PATH: install Go from https://go.dev/dl")
	}
	node := "node"
	if path := os.Getenv("JSII_NODE"); path != "" {
		node = path
	}
	if err := exec.CommandContext(ctx, node, "--version").Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("the snapshot of the project is made by the CDK, which needs Node.js, and running %q failed (%w): install it from https://nodejs.org", node, err)
	}
	return nil
}

// write writes the files of a project into a folder.
func write(ctx context.Context, dir string, files []File) error {
	for _, file := range files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name := filepath.Join(dir, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, file.Content, file.Mode); err != nil {
			return err
		}
	}
	return nil
}

// snapshot lets the project's own tests make its snapshots.
func snapshot(ctx context.Context, dir string, answers project.Project) error {
	packages := []string{"./test"}
	if answers.Lessons {
		packages = append(packages, "./lessons")
	}
	temporary, err := scratch.New(filepath.Join(dir, ".build"), "tmp")
	if err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Join(dir, ".build"))
	args := append([]string{"test", "-run", "^TestSnapshotIsUpToDate$"}, append(packages, "-update")...)
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "TMPDIR="+temporary, "TMP="+temporary, "TEMP="+temporary,
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	processgroup.Own(command)
	command.Cancel = func() error { processgroup.Kill(command.Process.Pid); return nil }
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("synthesizing the snapshot of the project failed: %w\n%s", err, strings.TrimSpace(output.String()))
	}
	return nil
}

// workspace returns the go.work above a project, which go commands in the project
// would go by.
func workspace(ctx context.Context, dir string) string {
	command := exec.CommandContext(ctx, "go", "env", "GOWORK")
	command.Dir = dir
	output, err := command.Output()
	if path := strings.TrimSpace(string(output)); err == nil && path != "off" {
		return path
	}
	return ""
}
