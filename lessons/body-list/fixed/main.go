// The body is a string, so that the compiler refuses a list.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
}

var names = []string{"Ada", "Grace"}

func list(ctx context.Context) (response, error) {
	body, err := json.Marshal(names)
	if err != nil {
		return response{}, err
	}
	return response{StatusCode: 200, Body: string(body)}, nil
}

func main() { lambda.Start(list) }
