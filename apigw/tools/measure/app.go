package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/testapp"
)

// engine returns the folder of this module.
func engine() string { return filepath.Dir(filepath.Dir(testapp.Dir())) }

// defaultApp returns the folder of the app around the engine, or of the engine's own
// if there is not one.
func defaultApp() string {
	around := filepath.Dir(engine())
	if exists(filepath.Join(around, "cdk.json")) {
		return around
	}
	return testapp.Dir()
}

// app is what is measured: functions in Go, and the cloud assembly with their
// APIs. Its paths are absolute.
type app struct {
	folder   string
	module   string // the folder with the go.mod of its functions
	assembly string // the folder of its cloud assembly
	command  string // the folder of the package main that serves it

	proxy  *route // with proxy integration; nil if the app has none
	mapped *route // without
}

// route is a GET request that reaches a function.
type route struct {
	path     string // of the URL
	function *assembly.Function
}

// assemblies are the places of a cloud assembly in the folder of an app, the best
// first. The first needs no Node.js, whether it is up to date or not.
var assemblies = []string{"test/snapshot", "cdk.out"}

// openApp reads the app in a folder.
func openApp(folder string) (*app, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("finding the app: %w", err)
	}
	a := &app{folder: folder, module: folder, command: filepath.Join(engine(), "cmd", "apigw")}
	for !exists(filepath.Join(a.module, "go.mod")) {
		parent := filepath.Dir(a.module)
		if parent == a.module {
			return nil, fmt.Errorf("%s is not the folder of an app whose functions are written in Go: neither it nor a folder above has a go.mod; name another with -app", folder)
		}
		a.module = parent
	}
	if local := filepath.Join(folder, "local"); exists(filepath.Join(local, "main.go")) {
		a.command = local
	}
	for _, place := range assemblies {
		if dir := filepath.Join(folder, filepath.FromSlash(place)); exists(filepath.Join(dir, "manifest.json")) {
			a.assembly = dir
			return a, a.findRoutes()
		}
	}
	return nil, fmt.Errorf("%s has no cloud assembly in %s: make one with npx aws-cdk synth, or name another app with -app", folder, strings.Join(assemblies, " or "))
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// findRoutes finds the first route of either kind that anybody can GET without a
// parameter.
func (a *app) findRoutes() error {
	model, err := assembly.Read(a.assembly, assembly.Options{})
	if err != nil {
		return err
	}
	names := map[string]int{}
	for _, api := range model.APIs {
		names[api.Name]++
	}
	for _, api := range model.APIs {
		name := api.Name
		if names[name] > 1 {
			name = api.LogicalID
		}
		for _, m := range api.Methods {
			if len(api.Stages) == 0 || m.Integration == nil || m.HTTPMethod != "GET" || m.AuthorizationType != "NONE" || m.APIKeyRequired || strings.Contains(m.ResourcePath, "{") {
				continue
			}
			i := slices.IndexFunc(model.Functions, func(f *assembly.Function) bool {
				return f.Package != "" && strings.Contains(m.Integration.URI+"/", "/"+f.ARN+"/") || strings.Contains(m.Integration.URI, "/"+f.ARN+":")
			})
			if i < 0 {
				continue
			}
			r := &route{path: "/" + url.PathEscape(name) + "/" + api.Stages[0].Name + m.ResourcePath, function: model.Functions[i]}
			switch {
			case m.Integration.Type == "AWS_PROXY" && a.proxy == nil:
				a.proxy = r
			case m.Integration.Type == "AWS" && a.mapped == nil:
				a.mapped = r
			}
		}
	}
	if len(a.routes()) == 0 {
		return fmt.Errorf("%s has no route to measure: it takes a GET without parameters and without authorization, and a function with the metadata go:package", a.assembly)
	}
	return nil
}

// routes returns the routes that the app has.
func (a *app) routes() []*route {
	return slices.DeleteFunc([]*route{a.proxy, a.mapped}, func(r *route) bool { return r == nil })
}

// needProxy returns an error if there is no route with proxy integration.
func (a *app) needProxy() error {
	if a.proxy == nil {
		return fmt.Errorf("%s has no route with proxy integration to measure", a.assembly)
	}
	return nil
}

// environment returns the variables of the route's function.
func (r *route) environment() []string {
	var variables []string
	for name, value := range r.function.Environment {
		variables = append(variables, name+"="+value)
	}
	return variables
}

// copyApp copies the app's module, as it lies there, into a new folder. What a
// measurement changes is the copy.
func (s *site) copyApp(ctx context.Context, name string) (*app, error) {
	dir := filepath.Join(s.work, name)
	if err := copyTree(ctx, s.app.module, dir); err != nil {
		return nil, fmt.Errorf("copying %s: %w", s.app.module, err)
	}
	if err := pinReplacements(ctx, s.app.module, dir); err != nil {
		return nil, err
	}
	moved := *s.app
	for _, path := range []*string{&moved.folder, &moved.assembly, &moved.command, &moved.module} {
		if inside, err := filepath.Rel(s.app.module, *path); err == nil && filepath.IsLocal(inside) {
			*path = filepath.Join(dir, inside)
		}
	}
	return &moved, nil
}

// copyTree copies files, without what is hidden, installed or built.
func copyTree(ctx context.Context, from, to string) error {
	return fs.WalkDir(os.DirFS(from), ".", func(path string, entry fs.DirEntry, err error) error {
		target := filepath.Join(to, filepath.FromSlash(path))
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case path != "." && entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules"):
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o644)
	})
}

// pinReplacements makes the replacements of a copied go.mod that are not in the
// copy absolute.
func pinReplacements(ctx context.Context, from, to string) error {
	text, err := output(ctx, to, "go", "mod", "edit", "-json")
	if err != nil {
		return err
	}
	var file struct {
		Replace []struct{ Old, New struct{ Path string } }
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return fmt.Errorf("reading go.mod: %w", err)
	}
	for _, r := range file.Replace {
		folder := filepath.FromSlash(r.New.Path)
		if !strings.HasPrefix(r.New.Path, ".") || exists(filepath.Join(to, folder)) {
			continue
		}
		if _, err := output(ctx, to, "go", "mod", "edit", "-replace", r.Old.Path+"="+filepath.Join(from, folder)); err != nil {
			return err
		}
	}
	return nil
}

// executablePath returns a file name with the ending that Windows wants; other systems
// do not mind.
func executablePath(dir, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(dir, name)
}
