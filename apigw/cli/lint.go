package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"example.com/apigw/internal/lint"
	"example.com/apigw/internal/rules"
)

func lintVerb() verb {
	return verb{name: "lint", synopsis: "lint [flags]", define: defineLint, help: `  finds what AWS refuses when the app is deployed, what can be deployed and then fails,
  and traps. Exit code 0: nothing; 1: findings; 2: the app cannot be read, or a flag is
  wrong.

` + appHelp + `  --format text|json|github|sarif
                          for people (the default), programs, annotations of GitHub
                          Actions, or a SARIF 2.1.0 report
  --suppress FILE         findings that are right as they are, with the reason; without
                          it ` + lint.SuppressFile + ` in this folder, if it is there:
                          [{"rule": "ID", "path": "Shop/Api/**", "reason": "…"}]
`}
}

// lintFlags are the flags of lint.
type lintFlags struct {
	appFlags
	format, suppress string
}

func defineLint(set *flag.FlagSet) action {
	f := &lintFlags{}
	f.appFlags.add(set)
	set.StringVar(&f.format, "format", "text", "")
	set.StringVar(&f.suppress, "suppress", "", "")
	return f.lint
}

// errFindings ends lint with the exit code for findings, which are shown already.
var errFindings = errors.New("findings")

func (f *lintFlags) lint(ctx context.Context, t *terminal, args []string) error {
	if err := noArguments("lint", args); err != nil {
		return err
	}
	if !slices.Contains(lint.Formats(), f.format) {
		return usageError(fmt.Sprintf("lint: there is no format %q: there are %s", f.format, strings.Join(lint.Formats(), ", ")))
	}
	suppressions, err := f.suppressions()
	if err != nil {
		return usageError("lint: " + err.Error())
	}
	app, err := f.app(showTo(t.err))
	if err != nil {
		return err
	}
	dir, err := app.Assembly(ctx)
	if err != nil {
		return unreadable(ctx, err)
	}
	report, err := app.Lint(dir)
	if err != nil {
		return unreadable(ctx, err)
	}
	if report.Unserved != nil {
		fmt.Fprintf(t.err, "%s: OpenAPI documents were not checked, since the app cannot be served here: %s\n", t.name(), rules.Printable(report.Unserved.Error()))
	}
	found, suppressed, unused := lint.Suppress(report.Found, suppressions)
	if err := lint.Write(t.out, f.format, found); err != nil {
		return err
	}
	for _, s := range unused {
		fmt.Fprintf(t.err, "%s: the suppression of %s at %q matches nothing: take it out, or correct its path\n", t.name(), s.Rule, rules.Printable(s.Path))
	}
	if suppressed > 0 {
		fmt.Fprintf(t.err, "%s: suppressed: %d\n", t.name(), suppressed)
	}
	if len(found) > 0 {
		return errFindings
	}
	return nil
}

// suppressions reads the file of the flag, or the one in this folder.
func (f *lintFlags) suppressions() ([]lint.Suppression, error) {
	if f.suppress != "" {
		return lint.ReadSuppressions(f.suppress)
	}
	if _, err := os.Stat(lint.SuppressFile); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return lint.ReadSuppressions(lint.SuppressFile)
}

// unreadable turns the reason why there is nothing to check into an error with the
// exit code for that.
func unreadable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return usageError("lint: " + err.Error())
}
