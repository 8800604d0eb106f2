// A response of our own, with a field that responses do not have.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
	RequestID  string `json:"requestId"`
}

func hello(ctx context.Context) (response, error) {
	return response{StatusCode: 200, Body: `{"Hello":"World"}`, RequestID: "42"}, nil
}

func main() { lambda.Start(hello) }
