package add

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The parts of projects that the package reads. Nothing here is compiled.

const proxyAPI = `package stacks

// NewProxyApi has the routes with proxy integration.
func NewProxyApi(scope constructs.Construct, id string, settings Settings) awsapigateway.RestApi {
	this := constructs.NewConstruct(scope, jsii.String(id))
	api := newRestApi(this, "greeter", settings)

	greet := newProxyFunction(this, "Greet", settings, &GoFunctionProps{Source: "functions/greet"})

	addRoutes(api, settings,
		route{method: "GET", path: "/greet", call: proxied{greet}}, // for everybody
		route{method: "GET", path: "/greet/{name}", call: proxied{greet}},
	)
	return api
}

type proxied struct{ function GoFunction }
`

const mappedAPI = `package stacks

func NewMappedApi(scope constructs.Construct, id string, settings Settings) awsapigateway.RestApi {
	this := constructs.NewConstruct(scope, jsii.String(id))
	api := newRestApi(this, "greeter", settings)
	meet := NewGoFunction(this, "Meet", &GoFunctionProps{Source: "functions/meet"})

	// All routes.
	addRoutes(api, settings,
		route{method: "GET", path: "/meet", call: mapped{function: meet, template: "mapped/meet.vtl"}},
	)
	return api
}
`

const proxyMain = `package main

func handle(ctx context.Context, request events.APIGatewayProxyRequest) (any, error) {
	switch route := request.HTTPMethod + " " + request.Resource; route {
	case "GET /greet":
		return greet(ctx, request) // says hello
	default:
		return nil, errors.New("nothing handles " + route)
	}
}
`

const mappedMain = `package main

func handle(c context.Context, e Event) (any, error) {
	switch e.Route {
	default:
		return nil, errors.New("InternalError")
	}
}
`

const cases = `[
  {"rule": "a greeting", "request": {"method": "GET", "target": "/greet/Ada"}, "event": {"name": "Ada"}, "response": {"status": 200, "body": "{}"}},
  {"rule": "PUT is unknown", "request": {"method": "PUT", "target": "/greet"}, "gateway": true, "response": {"status": 403, "body": "{}"}},
  {"rule": "an unknown path", "request": {"method": "GET", "target": "/stock"}, "gateway": true, "response": {"status": 403, "body": "{}"}}
]
`

// fixture returns the files of a project with doors: "proxy", "mapped" or both.
func fixture(doors ...string) map[string]string {
	files := map[string]string{
		"kit.json":                    `{"module": "github.com/you/greeter", "name": "greeter", "doors": ["` + strings.Join(doors, `", "`) + `"], "lessons": false, "kit": {"version": "1.0.0"}}`,
		"go.mod":                      "module github.com/you/greeter\n",
		"stacks/rest_api.go":          "package stacks\n\nfunc newRestApi(this constructs.Construct, name string, settings Settings) { log(\"AccessLogs\") }\n",
		"functions/logging/log.go":    "package logging\n",
		"test/contract/contract.json": cases,
	}
	for _, door := range doors {
		if door == "proxy" {
			files["stacks/proxy_api.go"] = proxyAPI
			files["functions/greet/main.go"] = proxyMain
			files["test/contract/proxy_event.go"] = "package contract\n\nvar Routes = []string{\"/greet\", \"/greet/{name}\"}\n"
		} else {
			files["stacks/mapped_api.go"] = mappedAPI
			files["stacks/templates/mapped/invalid_body.json"] = "{\"message\":\"no\"}\n"
			files["functions/meet/main.go"] = mappedMain
		}
	}
	return files
}

// folderOf writes files into a new folder, and returns it.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		if err := replace(filepath.Join(root, filepath.FromSlash(name)), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// with returns files, of which some have another content.
func with(files map[string]string, changed map[string]string) map[string]string {
	made := maps.Clone(files)
	maps.Copy(made, changed)
	return made
}

// tree returns the files of a folder.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			files[name+"/"] = ""
			return nil
		}
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// wantIn fails the test for each text that a planned file does not have.
func wantIn(t *testing.T, p *Plan, name string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(string(p.files[name]), text) {
			t.Errorf("%s:\n%s\nwant in it:\n%s", name, p.files[name], text)
		}
	}
}

// wantNotIn fails the test for each text that a planned file has.
func wantNotIn(t *testing.T, p *Plan, name string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(string(p.files[name]), text) {
			t.Errorf("%s:\n%s\nwant none of it:\n%s", name, p.files[name], text)
		}
	}
}
