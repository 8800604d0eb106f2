// Both cookies are in headers, as a list.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int                 `json:"statusCode"`
	Headers    map[string][]string `json:"headers"`
	Body       string              `json:"body"`
}

func hello(ctx context.Context) (response, error) {
	return response{
		StatusCode: 200,
		Headers:    map[string][]string{"Set-Cookie": {"session=1", "theme=dark"}},
		Body:       `{"Hello":"World"}`,
	}, nil
}

func main() { lambda.Start(hello) }
