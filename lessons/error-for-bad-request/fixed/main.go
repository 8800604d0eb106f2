// Refuses a request without a name, with a response.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	if request.QueryStringParameters["name"] == "" {
		return events.APIGatewayProxyResponse{StatusCode: 400, Body: `{"message":"the name is missing"}`}, nil
	}
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: `{"Hello":"you"}`}, nil
}

func main() { lambda.Start(hello) }
