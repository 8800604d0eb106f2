// Lets two pages read the response. Or so it was meant.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{
		StatusCode: 200,
		Headers:    map[string]string{"Access-Control-Allow-Origin": "https://app.example, https://admin.example"},
		Body:       `{"Hello":"World"}`,
	}, nil
}

func main() { lambda.Start(hello) }
