package dev

import (
	"context"
	"fmt"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev/runner"
	"example.com/apigw/internal/function"
)

// FunctionNamed finds a function by its name, logical id, package or construct
// path, or by a part of one of these. The error lists the functions that a name
// could mean.
func FunctionNamed(functions []*assembly.Function, name string) (*assembly.Function, error) {
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
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("there is no function %q: the app has %s", name, names(functions))
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("%q could be several functions: %s", name, names(found))
}

// names lists functions by their short names, or by their construct paths where
// those are the same.
func names(functions []*assembly.Function) string {
	count := map[string]int{}
	for _, f := range functions {
		count[f.ShortName()]++
	}
	var list []string
	for _, f := range functions {
		name := f.ShortName()
		if count[name] > 1 {
			name = f.Path
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}

// Invoke builds one function of an assembly of the app, and invokes it once.
func (a *App) Invoke(ctx context.Context, in *assembly.Assembly, f *assembly.Function, payload []byte, o runner.Options) (function.Result, error) {
	l, err := New(a, o)
	if err != nil {
		return function.Result{}, err
	}
	defer l.Close()
	if err := l.Load(ctx, &assembly.Assembly{Dir: in.Dir, Functions: []*assembly.Function{f}}); err != nil {
		return function.Result{}, err
	}
	if why := l.NotRunnable(f); why != "" {
		return function.Result{}, fmt.Errorf("the function %s does not run here: %s", f.ShortName(), why)
	}
	return l.Runner.Invoke(ctx, f.Name, function.Invocation{Payload: payload})
}
