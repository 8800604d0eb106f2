// Refuses a request without a name, with an error.
package main

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	if request.QueryStringParameters["name"] == "" {
		return events.APIGatewayProxyResponse{}, errors.New("the name is missing")
	}
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: `{"Hello":"you"}`}, nil
}

func main() { lambda.Start(hello) }
