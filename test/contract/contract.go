// Package contract holds what the service promises: one table of requests and
// responses, contract.json, for every test that needs it.
package contract

import (
	_ "embed"
	"encoding/json"
	"strings"
	"testing"
)

//go:embed contract.json
var table []byte

// Case is a request, its response, and what passes the gateway on the way.
type Case struct {
	// Rule says what the case shows.
	Rule string

	Request Request

	// Gateway says that the gateway responds by itself, with and without proxy
	// integration.
	Gateway bool

	// FunctionFails says that greeting anybody fails with the error
	// "the greeter is out of order".
	FunctionFails bool

	// Event is what the gateway turns the request into without proxy
	// integration. It is empty if that gateway responds by itself.
	Event json.RawMessage

	// Error is the text of the error that the function returns for Event. If it
	// is empty, the function returns the body of the response.
	Error string

	Response Response
}

// routes are the paths of the API, as its resources name them.
var routes = []string{"/hello", "/hello/{name}"}

// Route returns the route that a target has, and its path parameters as the
// client sent them. The route is empty if the target has none.
func Route(target string) (route string, parameters map[string]string) {
	path, _, _ := strings.Cut(target, "?")
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for _, route := range routes {
		names := strings.Split(route, "/")
		if len(names) != len(parts) {
			continue
		}
		matches, parameters := true, map[string]string{}
		for i, name := range names {
			if strings.HasPrefix(name, "{") {
				parameters[strings.Trim(name, "{}")] = parts[i]
			} else if name != parts[i] {
				matches = false
			}
		}
		if matches {
			return route, parameters
		}
	}
	return "", nil
}

// Request is an HTTP request. The target has path and query as the client
// sends them, percent-encoded.
type Request struct {
	Method  string
	Target  string
	Headers map[string]string
	Body    string
}

// Response is an HTTP response. Headers lists those that only this response has:
// Content-Type, which is application/json, and the CORS headers are on every
// response.
type Response struct {
	Status  int
	Body    string
	Headers map[string]string
}

// Cases returns the table.
func Cases(t testing.TB) []Case {
	t.Helper()
	var cases []Case
	if err := json.Unmarshal(table, &cases); err != nil {
		t.Fatalf("contract.json: %v", err)
	}
	if len(cases) == 0 {
		t.Fatal("contract.json has no cases, want one or more")
	}
	return cases
}
