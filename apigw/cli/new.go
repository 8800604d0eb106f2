package cli

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"example.com/apigw/internal/rules"
	"example.com/apigw/internal/scaffold/create"
	"example.com/apigw/internal/scaffold/project"
)

func newVerb() verb {
	return verb{name: "new", synopsis: "new DIR --module PATH [flags]", define: defineNew, help: `  makes a service of your own from this kit in a folder that does not exist or is empty,
  ready to run, to test and to deploy, with a first commit. In a terminal it asks for
  what is missing.

  --module PATH           the path of its Go module, such as github.com/you/orders
  --name NAME             its name, by which its stack and its APIs are called; without
                          it, the last part of the module's path
  --door proxy|mapped|both
                          with Lambda proxy integration (the default), without, or an
                          API for each
  --lessons               with the lessons of the kit
`}
}

// newFlags are the flags of new.
type newFlags struct {
	module, name, door string
	lessons            bool
}

func defineNew(set *flag.FlagSet) action {
	f := &newFlags{}
	set.StringVar(&f.module, "module", "", "")
	set.StringVar(&f.name, "name", "", "")
	set.StringVar(&f.door, "door", "", "")
	set.BoolVar(&f.lessons, "lessons", false, "")
	return f.create
}

func (f *newFlags) create(ctx context.Context, t *terminal, args []string) error {
	if len(args) > 1 {
		return usageError(fmt.Sprintf("new takes one DIR: %q is one too many", rules.Printable(args[1])))
	}
	dir := ""
	if len(args) > 0 {
		dir = args[0]
	}
	if dir == "" || f.module == "" {
		if !t.asks() {
			return usageError("new needs " + missing(dir, f.module) + ": new DIR --module PATH [--name NAME] [--door proxy|mapped|both] [--lessons]")
		}
		var err error
		if dir, err = f.ask(t, dir); err != nil {
			return err
		}
	}
	answers, err := f.answers()
	if err != nil {
		return usageError("new: " + err.Error())
	}
	made, err := create.Project(ctx, create.Options{
		Kit: ".", Dir: dir, Answers: answers,
		Step: func(what string) { fmt.Fprintf(t.err, "%s: %s\n", t.name(), what) },
	})
	if err != nil {
		return err
	}
	return t.made(made, answers)
}

// missing names the arguments that are missing.
func missing(dir, module string) string {
	var names []string
	if dir == "" {
		names = append(names, "the folder DIR of the project")
	}
	if module == "" {
		names = append(names, "--module")
	}
	return strings.Join(names, " and ")
}

// answers returns what the flags say, with defaults.
func (f *newFlags) answers() (project.Project, error) {
	if err := project.CheckModule(f.module); err != nil {
		return project.Project{}, fmt.Errorf("--module: %w", err)
	}
	p := project.Project{Module: f.module, Name: f.name, Lessons: f.lessons}
	if p.Name == "" {
		if p.Name = nameOf(f.module); project.CheckName(p.Name) != nil {
			return project.Project{}, fmt.Errorf("the last part of the module path %s does not make a name: give one with --name, such as --name orders", rules.Printable(f.module))
		}
	}
	if err := project.CheckName(p.Name); err != nil {
		return project.Project{}, fmt.Errorf("--name: %w", err)
	}
	switch f.door {
	case "":
		p.Doors = []project.Door{project.Proxy}
	case "both":
		p.Doors = project.Doors()
	default:
		p.Doors = []project.Door{project.Door(f.door)}
	}
	if err := project.CheckDoors(p.Doors); err != nil {
		return project.Project{}, fmt.Errorf("--door: %w", err)
	}
	return p, nil
}

// majorVersion is the last part of a module path from version 2 on.
var majorVersion = regexp.MustCompile(`/v[0-9]+$`)

// nameOf returns the name that the last part of a module path makes.
func nameOf(module string) string {
	return project.NearName(path.Base(majorVersion.ReplaceAllString(module, "")))
}

// asks reports whether a person is there to be asked.
func (t *terminal) asks() bool {
	in, ok := t.in.(interface{ Stat() (fs.FileInfo, error) })
	if !ok || !t.line {
		return false
	}
	info, err := in.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}

// ask asks for what was not given, until it is right, and returns the folder.
func (f *newFlags) ask(t *terminal, dir string) (string, error) {
	in := bufio.NewReader(t.in)
	question := func(text, usual string, check func(string) error) (string, error) {
		for {
			if usual != "" {
				fmt.Fprintf(t.out, "%s [%s]: ", text, usual)
			} else {
				fmt.Fprintf(t.out, "%s: ", text)
			}
			line, err := in.ReadString('\n')
			if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
				fmt.Fprintln(t.out)
				return "", usageError("new: no answer: give the flags, " + missing(dir, f.module) + " among them")
			}
			answer := strings.TrimSpace(line)
			if answer == "" {
				answer = usual
			}
			problem := check(answer)
			if problem == nil {
				return answer, nil
			}
			fmt.Fprintln(t.out, problem)
		}
	}
	var err error
	if dir == "" {
		if dir, err = question("Folder of the project", "", func(answer string) error {
			if answer == "" {
				return errors.New("write a path, such as ../orders")
			}
			return nil
		}); err != nil {
			return "", err
		}
	}
	if f.module == "" {
		if f.module, err = question("Path of its Go module", "example.com/"+project.NearName(filepath.Base(dir)), project.CheckModule); err != nil {
			return "", err
		}
	}
	if f.name == "" {
		if f.name, err = question("Name of the service", nameOf(f.module), project.CheckName); err != nil {
			return "", err
		}
	}
	if f.door == "" {
		f.door, err = question("Integration: proxy (the function does the HTTP work), mapped (templates do), or both", string(project.Proxy), func(answer string) error {
			if answer == "both" {
				return nil
			}
			return project.CheckDoors([]project.Door{project.Door(answer)})
		})
	}
	return dir, err
}

// made says what was made, and what to do with it.
func (t *terminal) made(made *create.Made, answers project.Project) error {
	dir := made.Dir
	if here, err := os.Getwd(); err == nil {
		if relative, err := filepath.Rel(here, dir); err == nil && len(relative) < len(dir) {
			dir = relative
		}
	}
	var text strings.Builder
	fmt.Fprintf(&text, "\n%s is in %s", answers.Name, rules.Printable(dir))
	switch made.Repository {
	case create.Committed:
		text.WriteString(", with a first commit")
	case create.InOther:
		fmt.Fprintf(&text, ", and in no commit yet: it belongs to the git repository in %s", rules.Printable(made.Outer))
	case create.NoGit:
		text.WriteString(", and in no commit: there is no git on this machine. Before go run ./local update, put it into one")
	}
	text.WriteString(".\n")
	if made.Workspace != "" {
		fmt.Fprintf(&text, "Go goes by the workspace %s there: add the project to it with go work use, or set GOWORK=off.\n", rules.Printable(made.Workspace))
	}
	fmt.Fprintf(&text, "\n  cd %s\n  go run ./local\n\nand in another terminal:\n\n", quotedForShell(dir))
	for _, door := range answers.Doors {
		fmt.Fprintf(&text, "  curl \"http://%s/%s/prod/hello?name=Ada\"\n", defaultAddress, answers.API(door))
	}
	_, err := io.WriteString(t.out, text.String())
	return err
}

// quotedForShell returns a path as a shell takes it.
func quotedForShell(name string) string {
	if !strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-", r)
	}) {
		return name
	}
	return "'" + strings.ReplaceAll(rules.Printable(name), "'", `'\''`) + "'"
}
