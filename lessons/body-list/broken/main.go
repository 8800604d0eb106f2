// The body is whatever the function found, which is a list.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int `json:"statusCode"`
	Body       any `json:"body"`
}

var names = []string{"Ada", "Grace"}

func list(ctx context.Context) (response, error) {
	return response{StatusCode: 200, Body: names}, nil
}

func main() { lambda.Start(list) }
