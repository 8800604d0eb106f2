package cli

import (
	"os"
	"strings"
	"testing"

	"example.com/apigw/internal/scaffold/project"
)

func TestNewSaysWhatIsWrongBeforeItWritesAnything(t *testing.T) {
	t.Chdir(t.TempDir()) // which is no kit
	for _, c := range []struct {
		rule string
		args []string
		code int
		want string
	}{
		{"nothing is given", nil, 2, "local: new needs the folder DIR of the project and --module: new DIR --module PATH [--name NAME] [--door proxy|mapped|both] [--lessons]"},
		{"no module", []string{"orders"}, 2, "local: new needs --module: new DIR"},
		{"two folders", []string{"a", "b", "--module", "a.com/b"}, 2, `local: new takes one DIR: "b" is one too many`},
		{"a module that is none", []string{"orders", "--module", "a.com/my orders"}, 2, `local: new: --module: "a.com/my orders" is not a module path`},
		{"a name that is none", []string{"orders", "--module", "a.com/b", "--name", "Orders"}, 2, `local: new: --name: "Orders" is not a name`},
		{"a module that makes no name", []string{"orders", "--module", "a.com/22"}, 2, "the last part of the module path a.com/22 does not make a name: give one with --name"},
		{"an unknown door", []string{"orders", "--module", "a.com/b", "--door", "porxy"}, 2, `local: new: --door: there is no door "porxy": use proxy, mapped or both`},
		{"another folder than that of a kit", []string{"../orders", "--module", "a.com/b"}, 1, "has no kit.json: run this in the folder of"},
	} {
		code, out, errors := commandLine("", append([]string{"new"}, c.args...)...)
		if code != c.code || out != "" || !strings.Contains(errors, c.want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%s: exit code %d, %q, %q; want %d and %s", c.rule, code, out, errors, c.code, c.want)
		}
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("left %v (%v), want nothing", left, err)
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		rule  string
		flags newFlags
		want  project.Project
	}{
		{"the name is the last part of the module, and the door is the proxy", newFlags{module: "github.com/you/my.orders"},
			project.Project{Name: "my-orders", Doors: []project.Door{project.Proxy}}},
		{"a version is no name", newFlags{module: "github.com/you/orders/v2", door: "mapped"},
			project.Project{Name: "orders", Doors: []project.Door{project.Mapped}}},
		{"what is given counts", newFlags{module: "a.com/b", name: "shop", door: "both", lessons: true},
			project.Project{Name: "shop", Doors: project.Doors(), Lessons: true}},
	} {
		got, err := c.flags.answers()
		if err != nil || got.Name != c.want.Name || len(got.Doors) != len(c.want.Doors) || got.Doors[0] != c.want.Doors[0] || got.Lessons != c.want.Lessons {
			t.Errorf("%s: got %+v (%v), want %+v", c.rule, got, err, c.want)
		}
	}
}

func TestNewAsksForWhatIsMissing(t *testing.T) {
	const in = "\n../my-shop\nmy shop\n\nMine\n\nthird\nboth\n" // a mistake before each answer but the last
	var out strings.Builder
	f := &newFlags{}
	dir, err := f.ask(&terminal{in: strings.NewReader(in), out: &out}, "")
	if err != nil {
		t.Fatal(err)
	}
	if dir != "../my-shop" || f.module != "example.com/my-shop" || f.name != "my-shop" || f.door != "both" {
		t.Errorf("got %q and %+v, want the answers and what was proposed", dir, f)
	}
	for _, want := range []string{"write a path, such as ../orders", `"my shop" is not a module path`, `"Mine" is not a name`, `there is no door "third"`, "Name of the service [my-shop]: "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("asked %q, want also %q", out.String(), want)
		}
	}
}

func TestNewEndsWhereNobodyAnswers(t *testing.T) {
	var out strings.Builder
	f := &newFlags{}
	_, err := f.ask(&terminal{in: strings.NewReader("../shop\n"), out: &out}, "")
	if err == nil || !strings.Contains(err.Error(), "no answer: give the flags, --module among them") {
		t.Errorf("error %v, want one that names the flag", err)
	}
}

func TestPathsInCommandsForAShell(t *testing.T) {
	for name, want := range map[string]string{"../orders": "../orders", "../my orders": "'../my orders'", "it's": `'it'\''s'`} {
		if got := quotedForShell(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
