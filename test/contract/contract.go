// Package contract holds what the service promises: one table of requests and
// responses, contract.json, for every test that needs it.
package contract

import (
	_ "embed"
	"testing"

	"example.com/apigw/contract"
)

//go:embed contract.json
var table []byte

// What the table is made of.
type (
	Case     = contract.Case
	Request  = contract.Request
	Response = contract.Response
)

// Cases returns the table.
func Cases(t testing.TB) []Case {
	t.Helper()
	cases, err := contract.Parse(table)
	if err != nil {
		t.Fatalf("contract.json: %v", err)
	}
	return cases
}
