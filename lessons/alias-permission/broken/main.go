// Nothing is wrong with this function. API Gateway may not call its alias: see
// method.json.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{
		StatusCode: 200,
		Body:       `{"Hello":"World"}`,
	}, nil
}

func main() { lambda.Start(hello) }
