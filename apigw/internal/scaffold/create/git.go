package create

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"example.com/apigw/internal/scaffold/project"
)

// git runs git in a folder and returns what it prints, without the newline at the end.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	return gitWith(ctx, dir, "", args...)
}

// gitWith runs git with a standard input.
func gitWith(ctx context.Context, dir, in string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir, command.Stdin = dir, strings.NewReader(in)
	command.Env = project.GitEnvironment()
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("git %s: %w\n%s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSuffix(string(output), "\n"), nil
}

// commit commits a project in a repository of its own, unless it lies in another.
func commit(ctx context.Context, made *Made, answers project.Project) error {
	if _, err := exec.LookPath("git"); err != nil {
		made.Repository = NoGit
		return nil
	}
	if outer, err := git(ctx, filepath.Dir(made.Dir), "rev-parse", "--show-toplevel"); err == nil && outer != "" {
		made.Repository, made.Outer = InOther, outer
		return nil
	}
	record, err := project.Read(made.Dir)
	if err != nil {
		return err
	}
	for _, args := range [][]string{
		{"init", "--quiet"},
		{"symbolic-ref", "HEAD", "refs/heads/main"}, // as the workflows have it, in every version of git
		{"add", "--all"},
	} {
		if _, err := git(ctx, made.Dir, args...); err != nil {
			return err
		}
	}
	tree, err := git(ctx, made.Dir, "write-tree")
	if err != nil {
		return err
	}
	args := []string{"-c", "commit.gpgsign=false"}
	for _, identity := range [][2]string{{"user.name", "new"}, {"user.email", "new@localhost"}} {
		if set, err := git(ctx, made.Dir, "config", identity[0]); errors.Is(err, context.Canceled) {
			return err
		} else if err != nil || set == "" {
			args = append(args, "-c", identity[0]+"="+identity[1])
		}
	}
	message := project.CommitMessage("New service "+answers.Name, record.Kit, tree)
	_, err = gitWith(ctx, made.Dir, message, append(args, "commit", "--quiet", "--no-verify", "--cleanup=verbatim", "-F", "-")...)
	return err
}
