// The event has the shape that request.vtl writes.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type event struct {
	Body struct {
		Name string `json:"name"`
	} `json:"body"`
}

func hello(ctx context.Context, event event) (map[string]string, error) {
	return map[string]string{"Hello": event.Body.Name}, nil
}

func main() { lambda.Start(hello) }
