package update

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/rules"
)

// merge merges the commit of the new kit on a new branch. If it returns an error, the
// project is not as it was.
func (u *updating) merge(ctx context.Context, base base, line string, result *Result) error {
	if _, err := u.repo.git("switch", "--quiet", "--create", u.branch); err != nil {
		return err
	}
	if base.made {
		// Says to git that the project comes from what the last kit made, and changes
		// nothing.
		if _, err := u.repo.git("merge", "--quiet", "--no-ff", "--no-verify", "--allow-unrelated-histories", "--strategy", "ours",
			"-m", "The kit "+u.answers.Kit.Version+", which this project was made from", base.commit); err != nil {
			return err
		}
	}
	// Conflicts are marked with the name of what is merged: kit/1.2.0 says more than
	// the id of a commit. The name goes at once.
	name := "kit/" + u.to.Version
	if _, err := u.repo.git("update-ref", "refs/"+name, line); err != nil {
		return err
	}
	_, err := u.repo.git("merge", "--quiet", "--no-ff", "--no-commit", "--no-verify", name)
	if _, err := u.repo.git("update-ref", "-d", "refs/"+name); err != nil {
		return err
	}
	if err != nil && !u.repo.has("MERGE_HEAD") {
		return err
	}
	for _, step := range []func(base, line string, result *Result) error{u.replaceEngine, u.mergeModules, u.resolve} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(base.commit, line, result); err != nil {
			return err
		}
	}
	snapshots, err := u.repo.git("ls-files", "--", ":(glob)**/snapshot/manifest.json")
	if err != nil {
		return err
	}
	for _, name := range lines(snapshots) {
		if u.engine == "" || !strings.HasPrefix(name, u.engine+"/") {
			result.Renew = append(result.Renew, "./"+path.Dir(path.Dir(name)))
		}
	}
	if !slices.ContainsFunc(result.Conflicts, func(name string) bool { return path.Ext(name) == ".go" || path.Base(name) == "go.mod" }) {
		u.tidy(ctx, result)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(result.Conflicts) > 0 {
		return nil
	}
	if _, err := u.repo.git("commit", "--quiet", "--no-verify", "-m", fmt.Sprintf("Update from the kit %s to %s", result.From.Version, result.To.Version)); err != nil {
		return err
	}
	result.Commit, err = u.repo.git("rev-parse", "HEAD")
	return err
}

// inTheWay reports a file that git does not know, such as one that it is told to
// ignore, where the newer kit has one: the merge would overwrite it without a word.
func (u *updating) inTheWay(base, tree string) error {
	missing, err := u.names("--diff-filter=A", u.head, tree)
	if err != nil {
		return err
	}
	changed, err := u.names(base, tree)
	if err != nil {
		return err
	}
	for _, name := range missing {
		if _, err := os.Lstat(filepath.Join(u.repo.dir, filepath.FromSlash(name))); err == nil && slices.Contains(changed, name) {
			return fmt.Errorf("%s is in the way, where the newer kit has a file: move it, or delete it", rules.Printable(name))
		}
	}
	return nil
}

// names returns the names of the files that differ.
func (u *updating) names(args ...string) ([]string, error) {
	text, err := u.repo.git(append([]string{"diff-tree", "-r", "-z", "--name-only", "--no-renames"}, args...)...)
	if text == "" {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(text, "\x00"), "\x00"), err
}

// replaceEngine makes the folder of the engine that of the new kit, and lists the
// changes of the project's own that are lost by that.
func (u *updating) replaceEngine(base, line string, result *Result) error {
	if u.engine == "" {
		return nil
	}
	own, err := u.names(base, u.head, "--", u.engine)
	if err != nil {
		return err
	}
	differ, err := u.names(u.head, line, "--", u.engine)
	if err != nil {
		return err
	}
	for _, name := range own {
		if slices.Contains(differ, name) { // the new kit does not have the same change
			result.Engine = append(result.Engine, name)
		}
	}
	if _, err := u.repo.git("rm", "-r", "--quiet", "--force", "--ignore-unmatch", "--", u.engine); err != nil {
		return err
	}
	if _, err := u.repo.git("cat-file", "-e", line+":"+u.engine); err != nil {
		return nil // the new kit has it as a module from elsewhere
	}
	_, err = u.repo.git("checkout", "--quiet", line, "--", u.engine)
	return err
}

// mergeModules merges go.mod and go.sum by their meaning: as text they are in conflict
// wherever both sides require something.
func (u *updating) mergeModules(base, line string, result *Result) error {
	sides := func(name string) (before, after, own []byte, err error) {
		for _, side := range []struct {
			commit string
			text   *[]byte
		}{{base, &before}, {line, &after}, {u.head, &own}} {
			if *side.text, err = u.repo.file(side.commit, name); err != nil {
				return nil, nil, nil, err
			}
		}
		return before, after, own, nil
	}
	write := func(name string, text []byte) error {
		if err := os.WriteFile(filepath.Join(u.repo.dir, name), text, 0o644); err != nil {
			return err
		}
		_, err := u.repo.git("add", "--", name)
		return err
	}
	before, after, own, err := sides("go.mod")
	if err != nil || before == nil || after == nil || own == nil {
		return err
	}
	text, err := mergeGoMod(before, after, own)
	if err != nil {
		return err
	}
	if err := write("go.mod", text); err != nil {
		return err
	}
	_, after, own, err = sides("go.sum")
	if sum := mergeGoSum(after, own); err == nil && sum != nil {
		return write("go.sum", sum)
	}
	return err
}

// The sides of a conflict, as git numbers them.
const (
	sideBase = "1"
	sideOwn  = "2"
	sideKit  = "3"
)

// resolve resolves the conflicts whose answer is known, and lists the others.
func (u *updating) resolve(_, _ string, result *Result) error {
	unmerged, err := u.repo.git("ls-files", "--unmerged", "-z")
	if err != nil {
		return err
	}
	sides := map[string]string{} // by the name of the file
	var names []string
	for _, entry := range strings.Split(unmerged, "\x00") {
		description, name, ok := strings.Cut(entry, "\t")
		if !ok {
			continue
		}
		if sides[name] == "" {
			names = append(names, name)
		}
		sides[name] += description[len(description)-1:]
	}
	for _, name := range names {
		var err error
		switch has := sides[name]; {
		case has == sideBase+sideKit: // what the project deleted stays deleted
			result.Deleted = append(result.Deleted, name)
			_, err = u.repo.git("rm", "--quiet", "--force", "--", name)
		case inSnapshot(name) && strings.Contains(has, sideKit): // it is made again anyway
			result.Snapshots = append(result.Snapshots, name)
			if _, err = u.repo.git("checkout", "--quiet", "--theirs", "--", name); err == nil {
				_, err = u.repo.git("add", "--", name)
			}
		case inSnapshot(name) && has == sideBase+sideOwn:
			result.Snapshots = append(result.Snapshots, name)
			_, err = u.repo.git("rm", "--quiet", "--force", "--", name)
		default:
			result.Conflicts = append(result.Conflicts, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inSnapshot reports whether a file is one of a snapshot, which tests write.
func inSnapshot(name string) bool {
	return slices.Contains(strings.Split(path.Dir(name), "/"), "snapshot")
}

// tidyLimit is how long go mod tidy may take, which may have to download.
const tidyLimit = 3 * time.Minute

// tidy brings go.mod and go.sum in order. If that fails, they stay as they were merged,
// and the result says so.
func (u *updating) tidy(ctx context.Context, result *Result) {
	ctx, cancel := context.WithTimeout(ctx, tidyLimit)
	defer cancel()
	result.Tidy = run(ctx, u.repo.dir, []string{"GOWORK=off", "GOFLAGS="}, "go", "mod", "tidy")
	if result.Tidy != nil {
		for _, name := range []string{"go.mod", "go.sum"} {
			_, _ = u.repo.git("checkout", "--quiet", "--", name) // as it is in the index, if it is there
		}
		return
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		if _, err := os.Stat(filepath.Join(u.repo.dir, name)); err == nil {
			if _, err := u.repo.git("add", "--", name); err != nil {
				result.Tidy = err
			}
		}
	}
}
