// A header that comes more than once is in multiValueHeaders.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{
		StatusCode:        200,
		MultiValueHeaders: map[string][]string{"Set-Cookie": {"session=1", "theme=dark"}},
		Body:              `{"Hello":"World"}`,
	}, nil
}

func main() { lambda.Start(hello) }
