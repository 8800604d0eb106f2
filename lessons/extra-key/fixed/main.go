// The id is a header: clients see it, and the response keeps its shape.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{
		StatusCode: 200,
		Headers:    map[string]string{"X-Greeting-Id": "42"},
		Body:       `{"Hello":"World"}`,
	}, nil
}

func main() { lambda.Start(hello) }
