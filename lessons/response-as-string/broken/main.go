// The response is right, until it is encoded once more.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (string, error) {
	body, err := json.Marshal(map[string]string{"Hello": "World"})
	if err != nil {
		return "", err
	}
	response, err := json.Marshal(events.APIGatewayProxyResponse{
		StatusCode: 200,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       string(body),
	})
	return string(response), err
}

func main() { lambda.Start(hello) }
