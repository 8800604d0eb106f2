// The response is the type that aws-lambda-go has for it. Its fields are tagged.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: `{"Hello":"World"}`}, nil
}

func main() { lambda.Start(hello) }
