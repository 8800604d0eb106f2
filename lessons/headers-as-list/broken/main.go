// The headers are a list of pairs.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type response struct {
	StatusCode int      `json:"statusCode"`
	Headers    []header `json:"headers"`
	Body       string   `json:"body"`
}

func hello(ctx context.Context) (response, error) {
	return response{
		StatusCode: 200,
		Headers:    []header{{Name: "Content-Type", Value: "text/plain"}},
		Body:       "hello",
	}, nil
}

func main() { lambda.Start(hello) }
