package update

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// engineModule is the module that is replaced whole.
const engineModule = "example.com/apigw"

// checked is what an update needs to know, after everything that would stop it was
// looked at.
type checked struct {
	repo    repository
	answers project.Project // what the project was made from
	before  string          // its branch
	head    string          // its commit
	branch  string          // the branch of the update
	to      project.Kit     // the newer kit
	engine  string          // the folder of the engine; empty if it is none of the project's
	same    bool            // the project was made from this very kit
}

// check reports in one sentence what stands against an update.
func check(o Options) (checked, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return checked{}, fmt.Errorf("an update merges with git, which is not on this machine: %w", err)
	}
	dir, err := filepath.Abs(o.Dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return checked{}, err
	}
	c := checked{repo: repository{dir}}
	if c.answers, err = project.Read(dir); err != nil {
		return c, err
	}
	if c.answers.Files != nil {
		return c, fmt.Errorf("%s is a kit and not a project that was made from one: bring it up to date with git pull", rules.Printable(dir))
	}
	if err := c.checkModule(); err != nil {
		return c, err
	}
	if err := c.checkRepository(); err != nil {
		return c, err
	}
	if c.to, err = readKit(o.Kit); err != nil {
		return c, err
	}
	return c, c.checkVersions(o.Kit)
}

// checkModule compares go.mod with the answers, and finds the engine.
func (c *checked) checkModule() error {
	name := filepath.Join(c.repo.dir, "go.mod")
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("a project has a go.mod: %w", err)
	}
	file, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return fmt.Errorf("%s: correct it first", rules.Printable(err.Error()))
	}
	if file.Module == nil || file.Module.Mod.Path != c.answers.Module {
		return fmt.Errorf(`go.mod and %s have two names for the module: write that of go.mod as "module" into %s, and commit that`, project.File, project.File)
	}
	for _, replace := range file.Replace {
		if replace.Old.Path == engineModule && modfile.IsDirectoryPath(replace.New.Path) && filepath.IsLocal(replace.New.Path) {
			c.engine = filepath.ToSlash(filepath.Clean(replace.New.Path))
		}
	}
	return nil
}

// underWay are the files and folders of git that are there while something is half
// done, and how to end it.
var underWay = []struct{ file, what, end string }{
	{"MERGE_HEAD", "a merge", "git merge --abort"},
	{"rebase-merge", "a rebase", "git rebase --abort"},
	{"rebase-apply", "a rebase", "git rebase --abort"},
	{"CHERRY_PICK_HEAD", "a cherry-pick", "git cherry-pick --abort"},
	{"REVERT_HEAD", "a revert", "git revert --abort"},
	{"BISECT_LOG", "a bisection", "git bisect reset"},
}

// checkRepository reports what stands against a merge.
func (c *checked) checkRepository() error {
	top, err := c.repo.git("rev-parse", "--show-toplevel")
	if err != nil {
		return errors.New("the project has no git history, and an update is a merge: run git init, git add -A and git commit first")
	}
	if top, err = filepath.EvalSymlinks(filepath.FromSlash(top)); err != nil {
		return err
	}
	if top != c.repo.dir {
		return fmt.Errorf("the project is a folder of the repository in %s: an update needs it at the top of a repository of its own", rules.Printable(top))
	}
	for _, u := range underWay {
		if c.repo.has(u.file) {
			return fmt.Errorf("%s is under way: finish it, or end it with %s", u.what, u.end)
		}
	}
	if c.head, err = c.repo.git("rev-parse", "--verify", "--quiet", "HEAD^{commit}"); err != nil {
		return errors.New("the project has no commit yet, and an update is a merge: run git add -A and git commit first")
	}
	if c.before, err = c.repo.git("symbolic-ref", "--quiet", "--short", "HEAD"); err != nil {
		return errors.New("no branch is checked out: switch to the one to be updated, such as git switch main")
	}
	changed, err := c.repo.git("status", "--porcelain", "--untracked-files=normal")
	if err != nil {
		return err
	}
	if list := lines(changed); len(list) > 0 {
		return fmt.Errorf("there are changes that are not committed, such as %s: commit them, or put them aside with git stash -u", rules.Printable(strings.TrimSpace(list[0][2:])))
	}
	if _, err := c.repo.git("var", "GIT_COMMITTER_IDENT"); err != nil {
		return errors.New(`git does not know who commits: run git config user.name "Your Name" and git config user.email you@example.com`)
	}
	return nil
}

// kitIn reads of a kit.json only what an update needs, and reports whether it is that
// of a kit. The file of a newer kit may have keys that this program does not know.
func kitIn(text []byte) (kit project.Kit, isKit bool, err error) {
	var file struct {
		Kit   project.Kit
		Files json.RawMessage
	}
	err = json.Unmarshal(text, &file)
	return file.Kit, len(file.Files) > 0, err
}

// readKit reads what a kit says about itself.
func readKit(dir string) (project.Kit, error) {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return project.Kit{}, fmt.Errorf("--from %s: there is no such folder: clone the newer kit, and name the folder of the clone", rules.Printable(dir))
	}
	if err != nil {
		return project.Kit{}, err
	}
	if !info.IsDir() {
		return project.Kit{}, fmt.Errorf("--from %s: this is a file: name the folder of the newer kit", rules.Printable(dir))
	}
	text, err := os.ReadFile(filepath.Join(dir, project.File))
	if errors.Is(err, fs.ErrNotExist) {
		return project.Kit{}, fmt.Errorf("--from %s: this is not a kit, since it has no %s: name the folder of a clone of the kit", rules.Printable(dir), project.File)
	}
	if err != nil {
		return project.Kit{}, err
	}
	kit, isKit, err := kitIn(text)
	if err != nil {
		return project.Kit{}, fmt.Errorf("--from %s: %s: %s", rules.Printable(dir), project.File, rules.Printable(err.Error()))
	}
	if !isKit {
		return project.Kit{}, fmt.Errorf("--from %s: this is a project that was made from a kit: name the folder of the kit itself", rules.Printable(dir))
	}
	if !semver.IsValid("v" + kit.Version) {
		return project.Kit{}, fmt.Errorf("--from %s: %s: %q is not a version such as 1.2.0", rules.Printable(dir), project.File, rules.Printable(kit.Version))
	}
	kit.Commit = commitOf(dir)
	return kit, nil
}

// commitOf returns the commit of a clone without changes, and else nothing.
func commitOf(dir string) string {
	repo := repository{dir}
	if changed, err := repo.git("status", "--porcelain"); err != nil || changed != "" {
		return ""
	}
	commit, err := repo.git("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	if err != nil {
		return ""
	}
	return commit
}

// checkVersions finds out whether the kit is newer, and names the branch.
func (c *checked) checkVersions(dir string) error {
	from := c.answers.Kit
	if !semver.IsValid("v" + from.Version) {
		return fmt.Errorf(`%s: the version %q of "kit" is not one such as 1.2.0: take the file back from git`, project.File, rules.Printable(from.Version))
	}
	c.branch = "kit-" + c.to.Version
	switch order := semver.Compare("v"+c.to.Version, "v"+from.Version); {
	case order < 0:
		return fmt.Errorf("--from %s: this kit, %s, is older than %s, which the project was made from: name a newer one", rules.Printable(dir), c.to.Version, from.Version)
	case order == 0 && c.to.Commit != "" && from.Commit != "" && strings.HasPrefix(c.to.Commit, from.Commit):
		c.same = true
		return nil
	case order == 0 && c.to.Commit != "":
		if from.Commit != "" && c.olderCommit(dir, from.Commit) {
			return fmt.Errorf("--from %s: this kit is at a commit before the one that the project was made from: name a newer one", rules.Printable(dir))
		}
		c.branch += "-" + c.to.Commit[:7]
	}
	if _, err := c.repo.git("rev-parse", "--verify", "--quiet", "refs/heads/"+c.branch); err == nil {
		return fmt.Errorf("there is a branch %s already: merge it, or delete it with git branch -D %s", c.branch, c.branch)
	}
	return nil
}

// olderCommit reports whether the commit that the project was made from comes after
// the one that the kit is at.
func (c *checked) olderCommit(dir, commit string) bool {
	repo := repository{dir}
	_, err := repo.git("merge-base", "--is-ancestor", "HEAD", commit)
	return err == nil
}
