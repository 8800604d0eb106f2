// The body is a string, and the function writes the JSON into it.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

func hello(ctx context.Context) (response, error) {
	body, err := json.Marshal(map[string]string{"Hello": "World"})
	if err != nil {
		return response{}, err
	}
	return response{
		StatusCode: 200,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       string(body),
	}, nil
}

func main() { lambda.Start(hello) }
