// Package endtoend sends real HTTP requests to the synthesized app with its real
// functions, as the local runner serves it.
package endtoend

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/apigw/apitest"
	"example.com/apigw/proxyresponse"
	"example.com/hello-apigw/test/contract"
)

// The two doors.
const (
	proxy  = "hello-proxy"
	mapped = "hello-mapped"
)

// compared are the headers in which the doors must agree.
var compared = []string{
	"Content-Type", "Vary",
	"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods",
	"Access-Control-Allow-Headers", "Access-Control-Max-Age", "Access-Control-Expose-Headers",
}

// Both doors answer every request of the contract alike, byte for byte, and as
// the contract says.
func TestBothDoorsAnswerAlike(t *testing.T) {
	working := apitest.New(t, apitest.Assembly("../snapshot"), apitest.Build())
	failing := apitest.New(t, apitest.Assembly("../snapshot"),
		apitest.Handler("HelloStack/ProxyApi/Hello", proxyresponse.Handler(
			func(context.Context, events.APIGatewayProxyRequest) (any, error) {
				return nil, errors.New("the greeter is out of order")
			}, proxyresponse.WithCORS(proxyresponse.CORS{AllowedOrigins: []string{"*"}}))),
		apitest.Handler("HelloStack/MappedApi/Hello", func(context.Context, map[string]any) (any, error) {
			return nil, errors.New("InternalError: the greeter is out of order")
		}))

	cases := contract.Cases(t)
	if len(cases) < 60 {
		t.Errorf("%d cases, too few to show that the doors agree", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Rule, func(t *testing.T) {
			app := working
			if c.FunctionFails {
				app = failing
			}
			answers := map[string]answer{}
			for _, door := range []string{proxy, mapped} {
				answers[door] = send(t, app, door, c.Request)
				check(t, door, answers[door], c.Answer, c.Request.Method)
			}
			if answers[proxy].String() != answers[mapped].String() {
				t.Errorf("the doors differ:\n%s\n%s", answers[proxy], answers[mapped])
			}
		})
	}
}

// answer is what a client saw of an answer.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) String() string {
	var text strings.Builder
	text.WriteString(http.StatusText(a.status))
	for _, name := range compared {
		text.WriteString("\n" + name + ": " + strings.Join(a.header.Values(name), " | "))
	}
	return text.String() + "\n\n" + a.body
}

func send(t *testing.T, app *apitest.Server, door string, r contract.Request) answer {
	t.Helper()
	request, err := http.NewRequest(r.Method, app.URL(door)+r.Target, strings.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range r.Headers {
		request.Header.Set(name, value)
	}
	response, err := app.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

func check(t *testing.T, door string, got answer, want contract.Answer, method string) {
	t.Helper()
	if got.status != want.Status {
		t.Errorf("%s: status %d, want %d", door, got.status, want.Status)
	}
	if body := want.Body; method != http.MethodHead && got.body != body {
		t.Errorf("%s: body %q, want %q", door, got.body, body)
	}
	if origin := got.header.Get("Access-Control-Allow-Origin"); origin != "*" {
		t.Errorf("%s: Access-Control-Allow-Origin %q, want *", door, origin)
	}
	if kind := got.header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("%s: Content-Type %q, want application/json", door, kind)
	}
	for name, value := range want.Headers {
		if got.header.Get(name) != value {
			t.Errorf("%s: %s %q, want %q", door, name, got.header.Get(name), value)
		}
	}
}
