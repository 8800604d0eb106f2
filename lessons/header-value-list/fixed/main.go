// Each header has one value, which is taken out of its list.
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	headers := http.Header{}
	headers.Set("Set-Cookie", "session=1")

	single := map[string]string{}
	for name := range headers {
		single[name] = headers.Get(name)
	}
	return events.APIGatewayProxyResponse{StatusCode: 200, Headers: single, Body: `{"Hello":"World"}`}, nil
}

func main() { lambda.Start(hello) }
