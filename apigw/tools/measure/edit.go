package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// editedFile is the file that is edited. It is added to the function behind the
// route with proxy integration.
const editedFile = "measured_edit.go"

// editedSource makes a process of the function respond to its first request with
// a text, whatever else it does.
const editedSource = `package main

import (
	"net/http"
	"os"
	"strings"
)

func init() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	next, err := http.Get(api + "next")
	if err != nil {
		os.Exit(1)
	}
	next.Body.Close()
	done, err := http.Post(api+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", "application/json",
		strings.NewReader(%q))
	if err != nil {
		os.Exit(1)
	}
	done.Body.Close()
}
`

// measureEdit compares the time from a saved source file to the new response with
// go build of the function after the same kind of edit.
func measureEdit(ctx context.Context, s *site, args []string) error {
	set := s.appFlags("edit")
	rounds := set.Int("rounds", 10, "edits of either side")
	if err := s.parse(set, args); err != nil {
		return err
	}
	if err := s.app.needProxy(); err != nil {
		return err
	}
	served, err := s.copyApp(ctx, "served")
	if err != nil {
		return err
	}
	built, err := s.copyApp(ctx, "built")
	if err != nil {
		return err
	}
	file, err := s.buildRunner(ctx, s.app.command)
	if err != nil {
		return err
	}
	r, err := startRunner(ctx, file, served.folder, "--app", served.assembly)
	if err != nil {
		return err
	}
	defer r.stop()

	s.say("%d edits ...", *rounds)
	result := row{what: "edit of " + s.app.proxy.function.Package, against: "go build", format: "%.3f s", goal: goal{ratioAtMost, 1.3}}
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

// pause waits while the runner looks at what the function is made of now, so that
// it does not disturb the next measurement.
func pause(ctx context.Context) error {
	select {
	case <-time.After(2 * time.Second):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// editServed changes the text in the folder that the runner watches, and returns
// the time until the response has it.
func editServed(ctx context.Context, r *runner, a *app, text string) (time.Duration, error) {
	c, err := dial(ctx, r.host)
	if err != nil {
		return 0, err
	}
	defer c.close()
	request := get(r.host, a.proxy.path)
	began := time.Now()
	if err := edit(a, text); err != nil {
		return 0, err
	}
	for {
		got, err := c.do(request)
		switch {
		case err != nil:
			return 0, err
		case got.status != http.StatusOK:
			return 0, fmt.Errorf("after the edit the response is %d %s, want 200", got.status, got.body)
		case got.body == text:
			return time.Since(began), nil
		case time.Since(began) > time.Minute:
			return 0, fmt.Errorf("a minute after the edit of %s the response is still %s\n%s", a.proxy.function.Package, got.body, r.output.text())
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// editBuilt changes the text in another copy, and returns the time to build the
// function as the runner does.
func editBuilt(ctx context.Context, a *app, text string) (time.Duration, error) {
	if err := edit(a, text); err != nil {
		return 0, err
	}
	return goBuild(ctx, a.module, environment("GOFLAGS="), append(functionFlags, "-o", filepath.Join(a.module, ".build", "bootstrap"), a.proxy.function.Package)...)
}

// edit writes the text into the source of the function, in a copy of the app.
func edit(a *app, text string) error {
	result, err := json.Marshal(map[string]any{"statusCode": http.StatusOK, "body": text})
	if err != nil {
		return fmt.Errorf("editing a copy: %w", err)
	}
	file := filepath.Join(a.module, filepath.FromSlash(a.proxy.function.Package), editedFile)
	if err := os.WriteFile(file, fmt.Appendf(nil, editedSource, result), 0o644); err != nil {
		return fmt.Errorf("editing a copy: %w", err)
	}
	return nil
}
