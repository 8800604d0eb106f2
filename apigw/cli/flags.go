package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/function/interpreter"
	"example.com/apigw/internal/nearest"
)

// parseFlags reads flags that may stand before and behind the arguments.
func parseFlags(set *flag.FlagSet, args []string) (rest []string, err error) {
	set.SetOutput(io.Discard)
	for {
		if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, err
		} else if err != nil {
			return nil, usageError(set.Name() + ": " + flagError(set, err))
		}
		if args = set.Args(); len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// flagError returns what is wrong with a flag, and which flag could be meant.
func flagError(set *flag.FlagSet, err error) string {
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return strings.Replace(err.Error(), " for flag -", " for flag --", 1) // as the help writes flags
	}
	var flags []string
	set.VisitAll(func(f *flag.Flag) { flags = append(flags, f.Name) })
	meant := nearest.Word(name, flags)
	if meant == "" {
		return "there is no flag --" + name + ": -h lists those that there are"
	}
	return "there is no flag --" + name + ": did you mean --" + meant + "? -h lists all flags"
}

// appFlags are the flags of all verbs that need the app.
type appFlags struct {
	command    string
	context    []string
	parameters map[string]string
	imports    map[string]string
	values     string
}

// appHelp is the help for them.
const appHelp = `  -a, --app DIR|COMMAND   a cloud assembly (cdk.out of any CDK app), or a command that makes
                          one; without it, the app in this folder
  -c, --context KEY=VALUE for the app, as for the CDK CLI
  --parameters [STACK:]NAME=VALUE
                          a parameter of a template, as for the CDK CLI
  --import NAME=VALUE     what a stack elsewhere exports
  --values FILE           both, as {"Parameters": {"NAME": "VALUE"}, "Imports": {…}}
`

func (f *appFlags) add(set *flag.FlagSet) {
	set.StringVar(&f.command, "app", "", "")
	set.StringVar(&f.command, "a", "", "")
	add := func(pair string) error { f.context = append(f.context, pair); return nil }
	set.Func("context", "", add)
	set.Func("c", "", add)
	f.parameters = map[string]string{}
	pairVar(set, "parameters", func(name, value string) error { f.parameters[name] = value; return nil })
	f.imports = map[string]string{}
	pairVar(set, "import", func(name, value string) error { f.imports[name] = value; return nil })
	set.StringVar(&f.values, "values", "", "")
}

// app returns the app in the folder where the command was started.
func (f *appFlags) app(show func(dev.Event)) (*dev.App, error) {
	root, err := os.Getwd()
	if err == nil {
		root, err = filepath.EvalSymlinks(root) // so that all paths below it begin alike
	}
	if err != nil {
		return nil, fmt.Errorf("finding the app: %w", err)
	}
	if err := f.readValues(); err != nil {
		return nil, fmt.Errorf("--values: %w", err)
	}
	command := f.command
	if command == "" {
		command = dev.CommandOf(root)
	}
	return &dev.App{Root: root, Command: command, Context: f.context, Parameters: f.parameters, Imports: f.imports, Report: show}, nil
}

// readValues reads the file of the flag. What the command line gives wins.
func (f *appFlags) readValues() error {
	if f.values == "" {
		return nil
	}
	content, err := os.ReadFile(f.values)
	if err != nil {
		return err
	}
	var file struct{ Parameters, Imports map[string]string }
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return fmt.Errorf(`%s: expected {"Parameters": {"NAME": "VALUE"}, "Imports": {"NAME": "VALUE"}}: %w`, f.values, err)
	}
	for _, given := range []struct{ from, into map[string]string }{{file.Parameters, f.parameters}, {file.Imports, f.imports}} {
		for name, value := range given.from {
			if _, has := given.into[name]; !has {
				given.into[name] = value
			}
		}
	}
	return nil
}

// pairVar adds a flag that can be given several times, with a name and a value.
func pairVar(set *flag.FlagSet, flag string, add func(name, value string) error) {
	set.Func(flag, "", func(pair string) error {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return errors.New("expected NAME=VALUE")
		}
		return add(name, value)
	})
}

// functionFlags are the flags of the verbs that run functions.
type functionFlags struct {
	envVars      string
	interpreters map[interpreter.Language]string
}

// functionHelp is the help for them.
const functionHelp = `  --env-vars FILE         environment variables of functions, in the format of SAM's
  --node, --python PROGRAM
                          what runs functions in these languages, if it is not what
                          PATH has
`

func (f *functionFlags) add(set *flag.FlagSet) {
	set.StringVar(&f.envVars, "env-vars", "", "")
	f.interpreters = map[interpreter.Language]string{}
	for _, language := range interpreter.Languages() {
		set.Func(strings.TrimPrefix(language.Flag(), "--"), "", func(program string) error {
			f.interpreters[language] = program
			return nil
		})
	}
}

// environment reads the file of the flag. Without a file there are no variables.
func (f *functionFlags) environment() (dev.Environment, error) {
	if f.envVars == "" {
		return nil, nil
	}
	variables, err := dev.ReadEnvironment(f.envVars)
	if err != nil {
		return nil, fmt.Errorf("--env-vars: %w", err)
	}
	return variables, nil
}

// noArguments returns an error if there are arguments, which a verb does not take.
func noArguments(name string, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if slices.ContainsFunc(verbs(), func(v verb) bool { return v.name == args[0] }) {
		return usageError(fmt.Sprintf("the verb stands in front of the flags: %s …", args[0]))
	}
	return usageError(fmt.Sprintf("%s takes no %q: flags begin with --", name, args[0]))
}
