// A response of our own. One of its names is not the documented one.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

func hello(ctx context.Context) (response, error) {
	return response{
		Status:  200,
		Headers: map[string]string{"Content-Type": "text/plain"},
		Body:    "hello",
	}, nil
}

func main() { lambda.Start(hello) }
