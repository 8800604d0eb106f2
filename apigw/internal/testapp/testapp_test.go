package testapp_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"example.com/apigw/apitest"
	"example.com/apigw/internal/testapp"
)

// Both APIs answer alike, with the functions that are built from their source.
func TestTheSampleAppAnswers(t *testing.T) {
	srv := apitest.New(t, testapp.Assembly(), apitest.Build())
	for _, c := range []struct {
		rule, method, path, contentType, body string
		status                                int
		want                                  string
	}{
		{"without a name", "GET", "/greet", "", "", 200, `{"greeting":"World"}`},
		{"a name in the query", "GET", "/greet?name=Ada", "", "", 200, `{"greeting":"Ada"}`},
		{"a name in the path", "GET", "/greet/Ada", "", "", 200, `{"greeting":"Ada"}`},
		{"a name in the body", "POST", "/greet", "application/json", `{"name":"Ada"}`, 200, `{"greeting":"Ada"}`},
		{"a name that is refused", "GET", "/greet?name=", "", "", 400, `{"message":"the name must not be empty"}`},
		{"a body that is not JSON", "POST", "/greet", "text/plain", "Ada", 415, `{"message":"The Content-Type must be application/json."}`},
		{"a preflight request", "OPTIONS", "/greet", "", "", 204, ""},
		{"an unknown path", "GET", "/none", "", "", 403, `{"message":"Missing Authentication Token"}`},
	} {
		for _, api := range []string{"direct", "mapped"} {
			request, err := http.NewRequest(c.method, srv.URL(api)+c.path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", c.contentType)
			if c.contentType == "" {
				request.Header.Del("Content-Type")
			}
			response, err := srv.Client().Do(request)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil || response.StatusCode != c.status || string(body) != c.want || response.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s, %s: %d %s, allowed origin %q, error %v; want %d %s and *", c.rule, api, response.StatusCode, body,
					response.Header.Get("Access-Control-Allow-Origin"), err, c.status, c.want)
			}
		}
	}
}
