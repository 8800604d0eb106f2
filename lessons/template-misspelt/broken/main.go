// A function without HTTP: it gets {"name":"Ada"} and returns {"Hello":"Ada"}.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type input struct {
	Name string `json:"name"`
}

type output struct {
	Hello string `json:"Hello"`
}

func hello(ctx context.Context, event input) (output, error) {
	return output{Hello: event.Name}, nil
}

func main() { lambda.Start(hello) }
