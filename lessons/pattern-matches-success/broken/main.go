// A function without HTTP: it gets {"name":"Ada"} and returns {"Hello":"Ada"}.
// Without a name it returns an error, whose text the gateway reads.
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
		return output{}, errors.New("invalid input: the name is missing")
	}
	return output{Hello: event.Name}, nil
}

func main() { lambda.Start(hello) }
