package update

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// newOfKit runs the command new of a kit.
func newOfKit(ctx context.Context, kit string, answers project.Project, dir string) error {
	door := string(answers.Doors[0])
	if len(answers.Doors) > 1 {
		door = "both"
	}
	args := []string{"run", "./local", "new", dir, "--module", answers.Module, "--name", answers.Name, "--door", door}
	if answers.Lessons {
		args = append(args, "--lessons")
	}
	return run(ctx, kit, []string{"GOWORK=off"}, "go", args...)
}

// generated is what a kit made of the project's answers, in the project's repository.
type generated struct {
	id  string // of the tree
	kit project.Kit
}

// generate makes the project anew in a folder, and brings its files into the
// repository, where they are in no commit yet.
func (u *updating) generate(ctx context.Context, kit, dir string) (generated, error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return generated{}, err
	}
	kit, err := filepath.Abs(kit)
	if err != nil {
		return generated{}, err
	}
	if err := u.options.New(ctx, kit, u.answers, dir); err != nil {
		return generated{}, err
	}
	made := repository{dir}
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		for _, args := range [][]string{
			{"init", "--quiet"},
			{"add", "--all"},
			{"-c", "user.name=kit", "-c", "user.email=kit@localhost", "-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify", "-m", "Kit"},
		} {
			if _, err := made.git(args...); err != nil {
				return generated{}, err
			}
		}
	}
	tree, err := made.git("rev-parse", "--verify", "HEAD^{tree}")
	if err != nil {
		return generated{}, err
	}
	if _, err := u.repo.git("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", dir, "HEAD"); err != nil {
		return generated{}, err
	}
	p, err := u.kitOf(tree)
	return generated{tree, p}, err
}

// kitOf returns the kit that a commit or tree was made from.
func (u *updating) kitOf(commit string) (project.Kit, error) {
	text, err := u.repo.file(commit, project.File)
	if err != nil {
		return project.Kit{}, err
	}
	kit, _, err := kitIn(text)
	if err != nil {
		return project.Kit{}, fmt.Errorf("%s of what the kit made: %w", project.File, err)
	}
	return kit, nil
}

// base is a commit that holds what the kit made that the project was made from.
type base struct {
	commit string
	// made: the commit is new, and no ancestor of the project's.
	made bool
}

// base finds what the project was made from: in the project's own history, or else by
// making it anew from the kit's history.
func (u *updating) base(ctx context.Context) (base, error) {
	const tree = "%(trailers:key=" + project.TreeTrailer + ",valueonly,separator=%x20)"
	log, err := u.repo.git("log", "--topo-order", "--format=%H %T "+tree, "--grep=^"+project.TreeTrailer+": ", "HEAD")
	if err != nil {
		return base{}, err
	}
	for _, line := range lines(log) {
		fields := strings.Fields(line) // commit, its tree, and the tree that it was made with
		if len(fields) != 3 || fields[1] != fields[2] {
			continue // it was amended
		}
		if kit, err := u.kitOf(fields[0]); err == nil && kit == u.answers.Kit {
			return base{commit: fields[0]}, nil
		}
	}
	return u.madeBase(ctx)
}

// madeBase makes the project of the old kit anew. It does so if the project's history
// does not go back to where it was made, such as after a squash.
func (u *updating) madeBase(ctx context.Context) (base, error) {
	from := u.answers.Kit
	kit := repository{u.options.Kit}
	commit, err := u.oldCommit(kit)
	if err != nil {
		return base{}, err
	}
	u.options.Report(fmt.Sprintf("the project's history does not have what the kit %s made: making that anew, too", from.Version))
	dir, err := filepath.Abs(u.options.Kit)
	if err != nil {
		return base{}, err
	}
	old := repository{filepath.Join(u.scratch, "kit")}
	if _, err := kit.git("clone", "--quiet", "--shared", "--no-checkout", dir, old.dir); err != nil {
		return base{}, err
	}
	if _, err := old.git("checkout", "--quiet", "--detach", commit); err != nil {
		return base{}, err
	}
	tree, err := u.generate(ctx, old.dir, filepath.Join(u.scratch, "old", u.answers.Name))
	if err != nil {
		return base{}, fmt.Errorf("the kit %s, which the project was made from, could not make it again: %w", from.Version, err)
	}
	made, err := u.repo.git("commit-tree", tree.id, "-m",
		project.CommitMessage("Kit "+from.Version, from, tree.id))
	return base{commit: made, made: true}, err
}

// oldCommit returns the commit of the kit's repository that the project was made from.
func (u *updating) oldCommit(kit repository) (string, error) {
	from := u.answers.Kit
	missing := fmt.Errorf("neither the project's history nor the kit's in %s has the kit %s, which the project was made from: name a clone of the kit with its whole history", rules.Printable(u.options.Kit), from.Version)
	if from.Commit != "" {
		commit, err := kit.git("rev-parse", "--verify", "--quiet", from.Commit+"^{commit}")
		if err != nil {
			return "", missing
		}
		return commit, nil
	}
	// The commit is not known: the last one with that version comes next to it.
	history, err := kit.git("rev-list", "--first-parent", "HEAD", "--", project.File)
	if err != nil {
		return "", missing
	}
	last := ""
	for _, commit := range lines(history) {
		text, err := kit.file(commit, project.File)
		if err != nil {
			return "", err
		}
		if k, _, err := kitIn(text); err == nil && k.Version == from.Version {
			if last == "" {
				return kit.git("rev-parse", "HEAD")
			}
			return kit.git("rev-parse", last+"^")
		}
		last = commit
	}
	return "", missing
}

// sameFiles reports whether two commits or trees differ in nothing but what they say
// of the kit.
func (u *updating) sameFiles(a, b string) (bool, error) {
	changed, err := u.names(a, b)
	return len(changed) == 0 || len(changed) == 1 && changed[0] == project.File, err
}
