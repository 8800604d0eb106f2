// A body that is empty is the empty text.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
}

func remove(ctx context.Context) (response, error) {
	return response{StatusCode: 200, Body: ""}, nil
}

func main() { lambda.Start(remove) }
