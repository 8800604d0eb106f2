// Package contract holds what the service promises: one table of requests and
// responses, contract.json, for every test that needs it.
package contract

import (
	_ "embed"
	"encoding/json"
	"testing"
)

//go:embed contract.json
var table []byte

// Case is a request, its response, and what passes the gateway on the way.
type Case struct {
	// Rule says what the case shows.
	Rule string

	Request Request

	// Gateway says that the gateway responds by itself, whatever the integration.
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
