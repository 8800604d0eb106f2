// Package contract holds what the service promises: one table of requests and
// responses, contract.json, for every test that needs it.
package contract

import (
	_ "embed"
	"slices"
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

// CasesOf returns the cases of one function, in a folder of functions/. The empty
// name is that of the one that greets.
func CasesOf(t testing.TB, function string) []Case {
	t.Helper()
	return slices.DeleteFunc(Cases(t), func(c Case) bool { return c.Function != function })
}

// Cases returns the table.
func Cases(t testing.TB) []Case {
	t.Helper()
	cases, err := contract.Parse(table)
	if err != nil {
		t.Fatalf("contract.json: %v", err)
	}
	return cases
}
