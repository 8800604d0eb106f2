package update

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"example.com/apigw/internal/processgroup"
	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/project"
)

// repository is the work tree of a git repository.
type repository struct{ dir string }

// git runs git there and returns what it prints, without the last line break. Its
// error has what git says of the reason.
//
// A command is never ended halfway, since git would leave its locks behind: what asks
// whether to go on does so between two commands.
func (r repository) git(args ...string) (string, error) {
	return r.gitWith(nil, args...)
}

// gitWith is git with more variables in its environment.
func (r repository) gitWith(env []string, args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"-C", r.dir}, args...)...)
	cmd.Env = append(gitEnvironment(), env...)
	processgroup.Own(cmd) // a Ctrl-C is for this program, which then puts everything back
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return strings.TrimSuffix(out.String(), "\n"), &gitError{args: args, said: problems.String() + out.String(), err: err}
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// gitEnvironment returns the environment for git, in a language that can be read back,
// and without questions that nobody would answer.
func gitEnvironment() []string {
	return append(project.GitEnvironment(), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_EDITOR=true", "GIT_MERGE_AUTOEDIT=no")
}

// gitError is a command of git that failed.
type gitError struct {
	args []string
	said string
	err  error
}

func (e *gitError) Error() string {
	said := lastLines(e.said, 5)
	if said == "" {
		said = e.err.Error()
	}
	return fmt.Sprintf("git %s: %s", rules.Printable(strings.Join(e.args, " ")), said)
}

func (e *gitError) Unwrap() error { return e.err }

// lastLines returns the end of what a program printed, for a message.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	lines = lines[max(0, len(lines)-n):]
	for i, line := range lines {
		lines[i] = rules.Printable(strings.TrimRight(line, "\r"))
	}
	return strings.Join(lines, "\n")
}

// lines returns the lines of what git printed.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// file returns a file as a commit has it; no text and no error if it has none.
func (r repository) file(commit, name string) ([]byte, error) {
	if _, err := r.git("cat-file", "-e", commit+":"+name); err != nil {
		return nil, nil
	}
	show := exec.Command("git", "-C", r.dir, "cat-file", "blob", commit+":"+name)
	show.Env = gitEnvironment()
	text, err := show.Output() // with its last line break, which git leaves out
	if err != nil {
		return nil, fmt.Errorf("reading %s of the commit %s: %w", name, commit, err)
	}
	return text, nil
}

// has reports whether a file is in the folder of git, such as MERGE_HEAD.
func (r repository) has(name string) bool {
	where, err := r.git("rev-parse", "--git-path", name)
	if err != nil {
		return false
	}
	if !filepath.IsAbs(where) {
		where = filepath.Join(r.dir, where)
	}
	_, err = os.Stat(where)
	return err == nil
}

// run runs another program in a folder, until it ends or the context does, with all
// that it started. Its error has the last lines that it printed.
func run(ctx context.Context, dir string, env []string, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	processgroup.Own(cmd)
	cmd.Cancel = func() error { processgroup.Kill(cmd.Process.Pid); return cmd.Process.Kill() }
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		if said := lastLines(out.String(), 15); said != "" {
			err = errors.New(said)
		}
		return fmt.Errorf("%s %s: %w", program, rules.Printable(strings.Join(args, " ")), err)
	}
	return nil
}
