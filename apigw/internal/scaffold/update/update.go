// Package update merges a newer kit into a project, three ways, on a branch of the
// project's own: conflicts appear as git shows them, and what the project changed is
// kept.
//
// A kit is merged through commits that hold what a kit makes of the project's answers
// and nothing else. The first commit of a project is one. Each update adds one, whose
// parent is the last, and merges it: so git finds by itself what a kit changed since.
package update

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// Options say what to update from what.
type Options struct {
	Dir string // the folder of the project
	Kit string // the folder of the newer kit

	// New writes the project that a kit makes of answers into a folder that does not
	// exist. Nil runs the kit's own command.
	New func(ctx context.Context, kit string, answers project.Project, dir string) error

	// Report is told what takes time; nil tells nobody.
	Report func(string)
}

// Result says what an update did.
type Result struct {
	From, To project.Kit
	Nothing  bool   // the kit is the same, or makes the same project: nothing was changed
	Branch   string // the new branch, which is checked out
	Before   string // the branch before
	Commit   string // the merge; empty if there are conflicts, or if it was nothing

	Conflicts []string // files with conflicts, to be resolved by hand
	Deleted   []string // files that the kit changed and the project deleted: they stay deleted
	Engine    []string // files of the engine with changes of the project's own, which are not in the new engine
	Base      string   // the commit that holds what the last kit made, for comparisons
	Snapshots []string // files of snapshots that both changed: the kit's were taken
	Renew     []string // packages whose tests renew a snapshot: ./test
	Tidy      error    // why go mod tidy could not be run, or failed
}

// Run updates a project. Whatever it refuses it refuses before it changes anything, and
// if it fails or is interrupted, it puts the project back as it was.
func Run(ctx context.Context, o Options) (Result, error) {
	if o.Report == nil {
		o.Report = func(string) {}
	}
	if o.New == nil {
		o.New = newOfKit
	}
	p, err := check(o)
	if err != nil {
		return Result{}, err
	}
	if p.same {
		return Result{From: p.answers.Kit, To: p.answers.Kit, Nothing: true}, nil
	}
	scratch, err := os.MkdirTemp("", "kit-update-")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(scratch)
	u := &updating{checked: p, options: o, scratch: scratch}

	o.Report(fmt.Sprintf("making the project anew from the kit %s, which takes half a minute or more", p.to.Version))
	tree, err := u.generate(ctx, o.Kit, filepath.Join(scratch, "new", p.answers.Name))
	if err != nil {
		return Result{}, fmt.Errorf("the kit in %s could not make this project: %w", rules.Printable(o.Kit), err)
	}
	base, err := u.base(ctx)
	if err != nil {
		return Result{}, err
	}
	result := Result{From: p.answers.Kit, To: tree.kit, Branch: p.branch, Before: p.before, Base: base.commit}
	same, err := u.sameFiles(base.commit, tree.id)
	if err != nil {
		return Result{}, err
	}
	if same {
		result.Nothing = true
		return result, nil
	}
	if err := u.inTheWay(base.commit, tree.id); err != nil {
		return Result{}, err
	}
	line, err := p.repo.git("commit-tree", tree.id, "-p", base.commit, "-m",
		project.CommitMessage("Kit "+tree.kit.Version, tree.kit, tree.id))
	if err != nil {
		return Result{}, err
	}
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	if err := u.merge(ctx, base, line, &result); err != nil {
		return Result{}, errors.Join(err, u.putBack())
	}
	return result, nil
}

// updating is an update under way.
type updating struct {
	checked
	options Options
	scratch string // a folder that is removed at the end
}

// putBack ends a merge, and takes the project back to the branch and the commit where
// it was. There was nothing to lose in the work tree, which was clean.
func (u *updating) putBack() error {
	if current, err := u.repo.git("rev-parse", "--abbrev-ref", "HEAD"); err != nil || current != u.branch {
		return err // nothing was changed
	}
	for _, args := range [][]string{
		{"reset", "--quiet", "--hard", u.head}, // which also ends a merge
		{"switch", "--quiet", u.before},
		{"branch", "--quiet", "-D", u.branch},
	} {
		if _, err := u.repo.git(args...); err != nil {
			return fmt.Errorf("putting the project back: %w: run git switch --force %s", err, u.before)
		}
	}
	return nil
}
