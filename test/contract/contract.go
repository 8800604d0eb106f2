// Package contract holds what both doors promise: one table of requests and
// answers (contract.json), for every test that needs it.
package contract

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"testing"
)

//go:embed contract.json
var table []byte

// Case is a request, its answer, and what passes the gateway on the way.
type Case struct {
	// Rule says what the case shows.
	Rule string

	Request Request

	// Gateway says that the gateway of either door answers by itself.
	Gateway bool

	// FunctionFails says that greeting anybody fails with the error
	// "the greeter is out of order".
	FunctionFails bool

	// Event is what the door without proxy integration makes of the request.
	// It is empty where that gateway answers by itself.
	Event json.RawMessage

	// Error is the text of the error that the function behind that door returns
	// for Event. Without one it returns the answer's body.
	Error string

	Answer Answer
}

// Request is an HTTP request. The target has path and query as the client
// sends them, percent-encoded.
type Request struct {
	Method  string
	Target  string
	Headers map[string]string
	Body    string
}

// Answer is the answer of both doors. Headers lists those that only this answer
// has; Content-Type is application/json and the CORS headers are on every one.
type Answer struct {
	Status  int
	Body    string
	Headers map[string]string
}

// Cases returns the table.
func Cases(t testing.TB) []Case {
	t.Helper()
	var cases []Case
	if err := json.Unmarshal(table, &cases); err != nil {
		t.Fatal(fmt.Errorf("contract.json: %w", err))
	}
	return cases
}
