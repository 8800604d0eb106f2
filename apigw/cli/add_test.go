package cli

import (
	"os"
	"strings"
	"testing"
)

func TestAddSaysWhatIsWrongBeforeItWritesAnything(t *testing.T) {
	t.Chdir(t.TempDir()) // which is no project
	for _, c := range []struct {
		rule string
		args []string
		code int
		want string
	}{
		{"nothing is given", nil, 2, "local: add function NAME, add route METHOD PATH --function NAME, or add authorizer NAME --route 'METHOD PATH'; -h for help"},
		{"a thing that is misspelt", []string{"fucntion", "orders"}, 2, `local: add: there is no "fucntion" to add: did you mean function?`},
		{"a thing that there is not", []string{"table", "orders"}, 2, `local: add: there is no "table" to add: add function NAME`},
		{"a flag of another thing", []string{"function", "orders", "--model", "item"}, 2, "local: add function takes no --model: it takes --door"},
		{"a route without a path", []string{"route", "GET", "--function", "orders"}, 2, "local: add route: got 1 of 2 arguments"},
		{"two names", []string{"function", "a", "b"}, 2, "local: add function: got 2 of 1 arguments"},
		{"a cache that is no number", []string{"authorizer", "a", "--cache", "x"}, 2, `local: add: invalid value "x" for flag --cache`},
		{"a flag that is misspelt", []string{"route", "GET", "/x", "--funtion", "orders"}, 2, "did you mean --function?"},
		{"a function in a folder that is no project", []string{"function", "orders"}, 1, "has no kit.json: run this in the folder of"},
		{"a route there", []string{"route", "GET", "/x", "--function", "orders"}, 1, "has no kit.json"},
		{"an authorizer there", []string{"authorizer", "a", "--route", "GET /x"}, 1, "has no kit.json"},
	} {
		code, out, errors := commandLine("", append([]string{"add"}, c.args...)...)
		if code != c.code || out != "" || !strings.Contains(errors, c.want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%s: exit code %d, %q, %q; want %d and %s", c.rule, code, out, errors, c.code, c.want)
		}
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("left %v (%v), want nothing", left, err)
	}
}
