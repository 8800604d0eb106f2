// A response of our own, as a struct that says nothing about JSON.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int
	Body       string
}

func hello(ctx context.Context) (response, error) {
	return response{StatusCode: 200, Body: `{"Hello":"World"}`}, nil
}

func main() { lambda.Start(hello) }
