// A response of our own, which has the members of a proxy response. One of them
// has the wrong type.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       map[string]string `json:"body"`
}

func hello(ctx context.Context) (response, error) {
	return response{
		StatusCode: 200,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       map[string]string{"Hello": "World"},
	}, nil
}

func main() { lambda.Start(hello) }
