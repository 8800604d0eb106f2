package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/update"
)

func updateVerb() verb {
	return verb{name: "update", synopsis: "update --from KIT", define: defineUpdate, help: `  merges a newer kit into this project, on a new branch. Your own changes are kept, and
  conflicts appear as git shows them. The engine is replaced whole. Exit code 0: merged, or
  nothing is new; 1: refused, or there are conflicts to resolve.

  --from KIT              the folder of a clone of the newer kit
`}
}

func defineUpdate(set *flag.FlagSet) action {
	from := set.String("from", "", "")
	return func(ctx context.Context, t *terminal, args []string) error {
		if err := noArguments("update", args); err != nil {
			return err
		}
		if *from == "" {
			return usageError("update: which kit? Name the folder of a clone of it: update --from ../kit")
		}
		result, err := update.Run(ctx, update.Options{Dir: ".", Kit: *from, Report: func(text string) {
			fmt.Fprintln(t.err, t.name()+": "+text)
		}})
		if err != nil {
			return err
		}
		return updateReport{t.out, t.command, result}.write()
	}
}

// updateReport is what a person reads of an update.
type updateReport struct {
	out     io.Writer
	command string
	update.Result
}

func (r updateReport) write() error {
	if r.Nothing && r.From == r.To {
		fmt.Fprintf(r.out, "There is nothing to update: the project was made from this very kit, %s.\n", r.To.Version)
		return nil
	}
	if r.Nothing {
		fmt.Fprintf(r.out, "The kit %s makes the same project as %s: nothing was changed.\n", r.To.Version, r.From.Version)
		return nil
	}
	if len(r.Conflicts) == 0 {
		fmt.Fprintf(r.out, "Merged the kit %s (it was %s) on the branch %s, without conflicts.\n", r.To.Version, r.From.Version, r.Branch)
	} else {
		fmt.Fprintf(r.out, "Merging the kit %s (it was %s) on the branch %s: you and the kit changed the same lines.\n", r.To.Version, r.From.Version, r.Branch)
	}
	r.list(r.Engine, "Your own changes to the engine are not in the new one, which is the kit's whole. See them with: git diff %s %s -- FILE", r.Base[:12], r.Before)
	r.list(r.Deleted, "The kit changed what you had deleted, and it stays deleted:")
	r.list(r.Snapshots, "Both changed a snapshot, which is the kit's until you renew it:")
	if r.Tidy != nil {
		fmt.Fprintf(r.out, "\nRun go mod tidy, since it did not work here:\n%s\n", r.Tidy)
	}
	r.list(r.Conflicts, "Resolve these files (git shows where), git add them, and git commit:")
	fmt.Fprint(r.out, "\nThen, on this branch:\n")
	if len(r.Renew) > 0 {
		fmt.Fprintf(r.out, "  go test %s -update   # renews the snapshots; git diff shows what that changes for AWS\n", strings.Join(r.Renew, " "))
	}
	fmt.Fprintf(r.out, `  go vet ./... && go test ./...
  %s lint
  git commit -a -m "Snapshots of the kit %s"
  git switch %s && git merge %s
To give it up: %sgit switch %s && git branch -D %s
`, r.command, r.To.Version, r.Before, r.Branch, r.abort(), r.Before, r.Branch)
	if len(r.Conflicts) > 0 {
		return errFindings
	}
	return nil
}

// abort returns what ends the merge before the branch can be left.
func (r updateReport) abort() string {
	if len(r.Conflicts) > 0 {
		return "git merge --abort && "
	}
	return ""
}

// list writes a heading and files, if there are any.
func (r updateReport) list(files []string, heading string, values ...any) {
	if len(files) == 0 {
		return
	}
	fmt.Fprintf(r.out, "\n"+heading+"\n", values...)
	for _, name := range files {
		fmt.Fprintln(r.out, "  "+strings.TrimSpace(rules.Printable(name)))
	}
}
