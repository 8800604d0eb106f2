package cli

import (
	"errors"
	"strings"
	"testing"

	"example.com/apigw/internal/scaffold/project"
	"example.com/apigw/internal/scaffold/update"
)

func TestUpdateRefusesWhatIsNotClear(t *testing.T) {
	for _, c := range []struct {
		rule string
		args []string
		code int
		want string
	}{
		{"no kit", nil, 2, "update: which kit? Name the folder of a clone of it: update --from ../kit\n"},
		{"an argument", []string{"../kit"}, 2, `update takes no "../kit": flags begin with --`},
		{"a folder without a project", []string{"--from", "../kit"}, 1, "has no kit.json: run this in the folder of a project"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Chdir(t.TempDir())
			code, out, problems := commandLine("", append([]string{"update"}, c.args...)...)
			if code != c.code || out != "" || !strings.Contains(problems, c.want) || strings.Count(problems, "\n") != 1 {
				t.Errorf("exit code %d, %q, %q; want %d and %q", code, out, problems, c.code, c.want)
			}
		})
	}
}

func TestWhatAnUpdateSays(t *testing.T) {
	merged := update.Result{
		From: project.Kit{Version: "1.0.0"}, To: project.Kit{Version: "1.1.0"},
		Branch: "kit-1.1.0", Before: "main", Commit: "abc", Base: "0123456789abcdef", Renew: []string{"./test", "./lessons"},
	}
	nothing := merged
	nothing.Nothing = true
	same := nothing
	same.To = same.From
	loud := merged
	loud.Engine, loud.Deleted, loud.Snapshots = []string{"apigw/own.go"}, []string{"stacks/old.go"}, []string{"test/snapshot/a.json"}
	loud.Tidy = errors.New("no network")
	loud.Conflicts = []string{"stacks/\x1b.go"}

	for _, c := range []struct {
		rule   string
		result update.Result
		err    error
		want   []string
	}{
		{"nothing is new", nothing, nil, []string{"The kit 1.1.0 makes the same project as 1.0.0: nothing was changed."}},
		{"the very kit", same, nil, []string{"There is nothing to update: the project was made from this very kit, 1.0.0."}},
		{"no conflicts", merged, nil, []string{
			"Merged the kit 1.1.0 (it was 1.0.0) on the branch kit-1.1.0, without conflicts.",
			"  go test ./test ./lessons -update ", "  git switch main && git merge kit-1.1.0\n", "give it up: git switch main && git branch -D kit-1.1.0"}},
		{"everything that can be said", loud, errFindings, []string{
			"you and the kit changed the same lines", "git diff 0123456789ab main -- FILE\n  apigw/own.go\n", "stays deleted:\n  stacks/old.go\n",
			"until you renew it:\n  test/snapshot/a.json\n", "since it did not work here:\nno network\n", "git commit:\n  stacks/\\x1b.go\n",
			"give it up: git merge --abort && git switch main"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			var out strings.Builder
			if err := (updateReport{&out, "go run ./local", c.result}).write(); !errors.Is(err, c.err) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("got %s, want %q", out.String(), want)
				}
			}
		})
	}
}
