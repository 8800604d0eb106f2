// Package endtoend sends real HTTP requests to the synthesized stack with its
// real functions, as the local gateway serves it.
package endtoend

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"example.com/apigw/apitest"
	"example.com/hello-apigw/test/contract"
)

// Every API of the stack responds to each request of the contract as the contract
// says.
func TestAPIsRespond(t *testing.T) {
	apis := restAPIs(t)
	var failing []apitest.Option
	for _, api := range apis {
		for _, function := range api.functions {
			failing = append(failing, apitest.Handler(function, outOfOrder))
		}
	}
	working := apitest.New(t, snapshot, real()...)
	broken := apitest.New(t, snapshot, append(real(), failing...)...)

	for _, c := range contract.Cases(t) {
		t.Run(c.Rule, func(t *testing.T) {
			app := working
			if c.FunctionFails {
				app = broken
			}
			for name, api := range apis {
				if c.On(api.door) {
					check(t, name, send(t, app, name, c), c.Response, c.Request.Method)
				}
			}
		})
	}
}

const snapshot = "../snapshot"

// callers is the environment variable of authorizers: who has which token.
const callers = "CALLERS"

// token is what authorizers take in these tests.
const token = "the token of the tests"

// real returns the options for the real functions, with a caller who may call them.
func real() []apitest.Option {
	return []apitest.Option{apitest.Build(), apitest.AsCaller(), apitest.Env(callers, fmt.Sprintf("tests:%x", sha256.Sum256([]byte(token))))}
}

// restAPI is a REST API of the snapshot.
type restAPI struct {
	door      string   // as the contract calls it: "proxy" for the construct ProxyApi
	functions []string // the paths of those that handle requests
}

// restAPIs returns the REST APIs of the snapshot by their names.
func restAPIs(t *testing.T) map[string]restAPI {
	t.Helper()
	files, err := filepath.Glob(snapshot + "/*.template.json")
	if err != nil || len(files) != 1 {
		t.Fatalf("templates %q (%v) in %s, want one: run go test ./test -update", files, err, snapshot)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				Name        any
				Environment struct{ Variables map[string]any }
			}
			Metadata map[string]any
		}
	}
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	apis := map[string]restAPI{}
	for _, resource := range template.Resources {
		if resource.Type != "AWS::ApiGateway::RestApi" {
			continue
		}
		construct, _ := resource.Metadata["aws:cdk:path"].(string) // stack/API/RestApi/Resource
		folder := path.Dir(path.Dir(construct))
		api := restAPI{door: strings.ToLower(strings.TrimSuffix(path.Base(folder), "Api"))}
		for _, resource := range template.Resources {
			construct, _ := resource.Metadata["aws:cdk:path"].(string)
			_, authorizes := resource.Properties.Environment.Variables[callers]
			if resource.Type == "AWS::Lambda::Function" && strings.HasPrefix(construct, folder+"/") && !authorizes {
				api.functions = append(api.functions, path.Dir(construct))
			}
		}
		name, _ := resource.Properties.Name.(string)
		apis[name] = api
	}
	if len(apis) == 0 {
		t.Fatalf("%s has no REST API", files[0])
	}
	return apis
}

// response is an HTTP response as the client saw it.
type response struct {
	status int
	header http.Header
	body   string
}

func send(t *testing.T, app *apitest.Server, api string, c contract.Case) response {
	t.Helper()
	r := c.Request
	request, err := http.NewRequest(r.Method, app.URL(api)+r.Target, strings.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range r.Headers {
		request.Header.Set(name, value)
	}
	if c.Authorized {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := app.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, string(body)}
}

func check(t *testing.T, api string, got response, want contract.Response, method string) {
	t.Helper()
	if got.status != want.Status {
		t.Errorf("%s: status %d, want %d", api, got.status, want.Status)
	}
	if method != http.MethodHead && got.body != want.Body {
		t.Errorf("%s: body %q, want %q", api, got.body, want.Body)
	}
	if origin := got.header.Get("Access-Control-Allow-Origin"); origin != "*" {
		t.Errorf("%s: Access-Control-Allow-Origin %q, want *", api, origin)
	}
	if kind := got.header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("%s: Content-Type %q, want application/json", api, kind)
	}
	for name, value := range want.Headers {
		if got.header.Get(name) != value {
			t.Errorf("%s: %s %q, want %q", api, name, got.header.Get(name), value)
		}
	}
}
