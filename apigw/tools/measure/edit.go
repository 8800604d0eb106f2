package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// editedFile is where a text is edited: the first Message, which a client is
// told whose Content-Type is not that of JSON.
const editedFile = "internal/testapp/functions/direct/main.go"

// measureEdit compares the time from a saved source file to the new answer with
// go build of the function after the same kind of edit.
func measureEdit(ctx context.Context, s *site, args []string) error {
	set := s.flags("edit")
	rounds := set.Int("rounds", 10, "edits of either side")
	if err := parse(set, args); err != nil {
		return err
	}
	served, err := s.clone(ctx, "served")
	if err != nil {
		return err
	}
	built, err := s.clone(ctx, "built")
	if err != nil {
		return err
	}
	executable, err := s.buildRunner(ctx)
	if err != nil {
		return err
	}
	r, err := startRunner(ctx, executable, served, "--app", snapshot)
	if err != nil {
		return err
	}
	defer r.stop()

	s.say("%d edits ...", *rounds)
	result := row{what: "edit of " + editedFile, against: "go build", format: "%.3f s", goal: goal{ratioAtMost, 1.3}}
	for i := range *rounds + 1 {
		ours, err := editServed(ctx, r, served, fmt.Sprintf("This is edit %d.%d.", i, time.Now().UnixNano()))
		if err != nil {
			return err
		}
		if err := pause(ctx); err != nil {
			return err
		}
		// Another text, since go build does not build the same thing twice.
		theirs, err := editBuilt(ctx, built, fmt.Sprintf("That is edit %d.%d.", i, time.Now().UnixNano()))
		if err != nil {
			return err
		}
		if i > 0 { // the first round fills caches
			result.ours, result.theirs = append(result.ours, ours.Seconds()), append(result.theirs, theirs.Seconds())
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
	return printTable(s.out, []row{result})
}

// pause lets the runner look, undisturbed and disturbing nobody, at what the
// function is made of now.
func pause(ctx context.Context) error {
	select {
	case <-time.After(2 * time.Second):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// editServed changes the text in the folder that the runner watches, and returns
// the time until the answer has it.
func editServed(ctx context.Context, r *runner, dir, text string) (time.Duration, error) {
	c, err := dial(ctx, r.host)
	if err != nil {
		return 0, err
	}
	defer c.close()
	request := get(r.host, proxiedPath, "Content-Type: text/plain\r\n")
	began := time.Now()
	if err := edit(dir, text); err != nil {
		return 0, err
	}
	for {
		got, err := c.do(request)
		switch {
		case err != nil:
			return 0, err
		case got.status != 415:
			return 0, fmt.Errorf("a request with text/plain is answered %d %s, want 415", got.status, got.body)
		case strings.Contains(got.body, text):
			return time.Since(began), nil
		case time.Since(began) > time.Minute:
			return 0, fmt.Errorf("a minute after the edit of %s the answer is still %s\n%s", editedFile, got.body, r.output.text())
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// editBuilt changes the text in another folder, and returns the time to build the
// function as the runner does.
func editBuilt(ctx context.Context, dir, text string) (time.Duration, error) {
	if err := edit(dir, text); err != nil {
		return 0, err
	}
	return goBuild(ctx, dir, environment("GOFLAGS="), "-o", filepath.Join(dir, ".build", "bootstrap"),
		"-buildvcs=false", "-mod=readonly", "-ldflags=-s -w", "-tags=lambda.norpc", "./"+filepath.ToSlash(filepath.Dir(editedFile)))
}

// edit replaces the text in a clone.
func edit(dir, text string) error {
	file := filepath.Join(dir, filepath.FromSlash(editedFile))
	source, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("editing a clone: %w", err)
	}
	before, after, found := strings.Cut(string(source), `Message: "`)
	_, after, closed := strings.Cut(after, `"`)
	if !found || !closed {
		return errors.New(editedFile + ` has no Message: "…" any more: measure another edit`)
	}
	if err := os.WriteFile(file, []byte(before+`Message: "`+text+`"`+after), 0o644); err != nil {
		return fmt.Errorf("editing a clone: %w", err)
	}
	return nil
}
