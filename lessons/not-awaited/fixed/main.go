// The handler returns the response, and the runtime hands it over.
package main

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	response := events.APIGatewayProxyResponse{StatusCode: 200, Body: `{"Hello":"World"}`}
	slog.InfoContext(ctx, "greeted", "response", response)
	return response, nil
}

func main() { lambda.Start(hello) }
