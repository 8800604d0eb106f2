// Without a name it returns an error of two lines.
package main

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/lambda"
)

type input struct {
	Name string `json:"name"`
}

type output struct {
	Hello string `json:"Hello"`
}

func hello(ctx context.Context, event input) (output, error) {
	if event.Name == "" {
		return output{}, errors.New("invalid input: the name is missing\nwrite it into the query: ?name=Ada")
	}
	return output{Hello: event.Name}, nil
}

func main() { lambda.Start(hello) }
