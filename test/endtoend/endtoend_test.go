// Package endtoend sends real HTTP requests to the synthesized stack with its
// real functions, as the local gateway serves it.
package endtoend

import (
	"encoding/json"
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
	for _, path := range apis {
		failing = append(failing, apitest.Handler(path, outOfOrder))
	}
	working := apitest.New(t, snapshot, apitest.Build())
	broken := apitest.New(t, snapshot, failing...)

	for _, c := range contract.Cases(t) {
		t.Run(c.Rule, func(t *testing.T) {
			app := working
			if c.FunctionFails {
				app = broken
			}
			for api := range apis {
				check(t, api, send(t, app, api, c.Request), c.Response, c.Request.Method)
			}
		})
	}
}

const snapshot = "../snapshot"

// restAPIs returns the REST APIs of the snapshot: the path of the construct that
// has the API and its function, by the API's name.
func restAPIs(t *testing.T) map[string]string {
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
			Properties struct{ Name any }
			Metadata   map[string]any
		}
	}
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	apis := map[string]string{}
	for _, resource := range template.Resources {
		if resource.Type == "AWS::ApiGateway::RestApi" {
			construct, _ := resource.Metadata["aws:cdk:path"].(string) // HelloStack/ProxyApi/RestApi/Resource
			name, _ := resource.Properties.Name.(string)
			apis[name] = path.Dir(path.Dir(construct))
		}
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

func send(t *testing.T, app *apitest.Server, api string, r contract.Request) response {
	t.Helper()
	request, err := http.NewRequest(r.Method, app.URL(api)+r.Target, strings.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range r.Headers {
		request.Header.Set(name, value)
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
