// A function for a method without proxy integration: it returns its data alone.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context) (map[string]string, error) {
	return map[string]string{"Hello": "World"}, nil
}

func main() { lambda.Start(hello) }
