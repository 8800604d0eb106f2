// Package endtoend sends real HTTP requests to the synthesized stack with its
// real functions, as the local gateway serves it.
package endtoend

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/apitest"
	"example.com/apigw/proxyresponse"
	"example.com/hello-apigw/test/contract"
)

// compared are the headers in which the APIs must agree.
var compared = []string{
	"Content-Type", "Vary",
	"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods",
	"Access-Control-Allow-Headers", "Access-Control-Max-Age", "Access-Control-Expose-Headers",
}

// Every API of the stack responds to each request of the contract as the
// contract says, and all of them respond alike, byte for byte.
func TestAPIsRespondAlike(t *testing.T) {
	apis := restAPIs(t)
	var failing []apitest.Option
	for _, path := range apis {
		failing = append(failing, apitest.Handler(path, outOfOrder{}))
	}
	working := apitest.New(t, snapshot, apitest.Build())
	broken := apitest.New(t, snapshot, failing...)

	for _, c := range contract.Cases(t) {
		t.Run(c.Rule, func(t *testing.T) {
			app := working
			if c.FunctionFails {
				app = broken
			}
			first, firstAPI := "", ""
			for api := range apis {
				got := send(t, app, api, c.Request)
				check(t, api, got, c.Response, c.Request.Method)
				if firstAPI == "" {
					first, firstAPI = got.String(), api
				}
				if got.String() != first {
					t.Errorf("%s and %s differ:\n%s\n%s", firstAPI, api, first, got)
				}
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

// outOfOrder takes the place of a function, and fails as it does if it cannot
// greet anybody.
type outOfOrder struct{}

func (outOfOrder) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	if bytes.Contains(event, []byte(`"requestContext"`)) { // with proxy integration
		return failingProxy.Invoke(ctx, event)
	}
	return nil, errors.New("InternalError: the greeter is out of order")
}

var failingProxy lambda.Handler = proxyresponse.Handler(func(context.Context, events.APIGatewayProxyRequest) (any, error) {
	return nil, errors.New("the greeter is out of order")
}, proxyresponse.WithCORS(proxyresponse.CORS{AllowedOrigins: []string{"*"}}))

// response is an HTTP response as the client saw it.
type response struct {
	status int
	header http.Header
	body   string
}

func (r response) String() string {
	var text strings.Builder
	text.WriteString(fmt.Sprint(r.status))
	for _, name := range compared {
		text.WriteString("\n" + name + ": " + strings.Join(r.header.Values(name), " | "))
	}
	return text.String() + "\n\n" + r.body
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
