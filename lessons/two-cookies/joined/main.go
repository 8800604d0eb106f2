// Both cookies are in one text, with a comma between them.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{
		StatusCode: 200,
		Headers:    map[string]string{"Set-Cookie": "session=1, theme=dark"},
		Body:       `{"Hello":"World"}`,
	}, nil
}

func main() { lambda.Start(hello) }
