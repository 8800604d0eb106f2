package dev

import (
	"context"
	"errors"
	"slices"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway"
)

// Routes lists what an assembly deploys, with URLs below base, and what it asks
// for and is different here. Nothing is built or served.
func Routes(a *assembly.Assembly, base string) ([]gateway.Deployed, []assembly.Notice, error) {
	g, err := gateway.New(a, gateway.Options{Functions: nobody{}})
	if err != nil {
		return nil, nil, err
	}
	return g.APIs(base), slices.Concat(a.Notices, g.Notices()), nil
}

// nobody runs no functions.
type nobody struct{}

func (nobody) Invoke(context.Context, string, function.Invocation) (function.Result, error) {
	return function.Result{}, errors.New("functions do not run where routes are only listed")
}
