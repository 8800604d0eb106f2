package dev

import (
	"context"
	"errors"
	"slices"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
)

// Routes returns what an assembly deploys, with URLs below base, and what it asks
// for and is different here. It builds and serves nothing.
func Routes(a *assembly.Assembly, base string) ([]gateway.Deployed, []assembly.Notice, error) {
	g, err := gateway.New(a, noFunctions{}, gateway.Options{})
	if err != nil {
		return nil, nil, err
	}
	return g.APIs(base), slices.Concat(a.Notices, g.Notices()), nil
}

// noFunctions refuses to run functions.
type noFunctions struct{}

func (noFunctions) Invoke(context.Context, string, function.Invocation) (function.Result, error) {
	return function.Result{}, errors.New("functions do not run where routes are only listed")
}
