// The headers come from an HTTP library, which keeps a list for each of them.
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int         `json:"statusCode"`
	Headers    http.Header `json:"headers"` // a map[string][]string
	Body       string      `json:"body"`
}

func hello(ctx context.Context) (response, error) {
	headers := http.Header{}
	headers.Set("Set-Cookie", "session=1")
	return response{StatusCode: 200, Headers: headers, Body: `{"Hello":"World"}`}, nil
}

func main() { lambda.Start(hello) }
