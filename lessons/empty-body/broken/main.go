// Deletes a greeting, and has nothing to say about it.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int      `json:"statusCode"`
	Body       struct{} `json:"body"`
}

func remove(ctx context.Context) (response, error) {
	return response{StatusCode: 200}, nil
}

func main() { lambda.Start(remove) }
