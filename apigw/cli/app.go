package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/synth"
)

// appFlags are the flags of all verbs that need the app.
type appFlags struct {
	app        string
	context    []string
	parameters map[string]string
}

// appUsage explains them.
const appUsage = `  --app DIR|COMMAND       a cloud assembly (cdk.out of any CDK app), or a command that makes
                          one; without it, the app in this folder
  -c, --context KEY=VALUE for the app, as for the CDK CLI
  --parameters KEY=VALUE  a parameter of the template, as for the CDK CLI
`

func (f *appFlags) add(set *flag.FlagSet) {
	set.StringVar(&f.app, "app", "", "")
	set.StringVar(&f.app, "a", "", "")
	add := func(pair string) error { f.context = append(f.context, pair); return nil }
	set.Func("context", "", add)
	set.Func("c", "", add)
	f.parameters = map[string]string{}
	set.Func("parameters", "", func(pair string) error {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return errors.New("expected NAME=VALUE, or Stack:NAME=VALUE")
		}
		f.parameters[name] = value
		return nil
	})
}

// find is the app in the folder where the command was started.
func (f *appFlags) find(t *terminal, progress func(string)) (*synth.App, error) {
	root, err := os.Getwd()
	if err == nil {
		root, err = filepath.EvalSymlinks(root) // so that all paths below it begin alike
	}
	if err != nil {
		return nil, fmt.Errorf("finding the app: %w", err)
	}
	return &synth.App{Root: root, Command: f.app, Context: f.context, Progress: progress}, nil
}

// read gives the model of the app.
func (f *appFlags) read(ctx context.Context, app *synth.App) (*assembly.Assembly, error) {
	dir, err := app.Assembly(ctx)
	if err != nil {
		return nil, err
	}
	return assembly.Read(dir, assembly.Options{Parameters: f.parameters})
}

// parseFlags reads flags that may stand before and behind the arguments.
func parseFlags(set *flag.FlagSet, args []string) (rest []string, err error) {
	set.SetOutput(io.Discard)
	for {
		if err := set.Parse(args); err != nil {
			if err == flag.ErrHelp {
				return nil, err
			}
			return nil, usageError(set.Name() + ": " + err.Error())
		}
		if args = set.Args(); len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// environment reads a file in the format of SAM's --env-vars: by the name, the
// logical id, the construct path or the package of a function, and "Parameters"
// for all of them, variables that win over the template's.
func environment(file string) (func(f *assembly.Function) map[string]string, error) {
	if file == "" {
		return nil, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--env-vars: %w", err)
	}
	var all map[string]map[string]any
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber() // as they are written
	if err := decoder.Decode(&all); err != nil {
		return nil, fmt.Errorf(`--env-vars %s: expected {"FunctionName": {"NAME": "value"}, "Parameters": {"NAME": "value"}}: %w`, file, err)
	}
	variables := map[string]map[string]string{}
	for function, values := range all {
		variables[function] = map[string]string{}
		for name, value := range values {
			switch value := value.(type) {
			case string:
				variables[function][name] = value
			case json.Number, bool:
				variables[function][name] = fmt.Sprint(value)
			default:
				return nil, fmt.Errorf("--env-vars %s: %s of %s must be a text, a number or a boolean", file, name, function)
			}
		}
	}
	return func(f *assembly.Function) map[string]string {
		merged := map[string]string{}
		for _, key := range []string{"Parameters", path.Base(f.Package), f.Package, f.Path, f.LogicalID, f.Name} {
			for name, value := range variables[key] {
				merged[name] = value
			}
		}
		return merged
	}, nil
}

// functionNamed finds a function by its name, logical id, package or construct
// path, or by a part of one of these.
func functionNamed(functions []*assembly.Function, name string) (*assembly.Function, error) {
	var found []*assembly.Function
	for _, f := range functions {
		if name == f.Name || name == f.LogicalID || name == f.Path || name == f.Package {
			return f, nil
		}
		path := "/" + f.Path + "/"
		if strings.Contains(path, "/"+strings.Trim(name, "/")+"/") || strings.HasSuffix(f.Package, "/"+name) {
			found = append(found, f)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var names []string
	for _, f := range functions {
		names = append(names, f.Path)
	}
	if len(found) > 1 {
		return nil, usageError(fmt.Sprintf("%q could be several functions of %s", name, strings.Join(names, ", ")))
	}
	return nil, usageError(fmt.Sprintf("there is no function %q: the app has %s", name, strings.Join(names, ", ")))
}
