// The response is built and logged. The handler returns an error and nothing else,
// so that it stays here.
package main

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) error {
	response := events.APIGatewayProxyResponse{StatusCode: 200, Body: `{"Hello":"World"}`}
	slog.InfoContext(ctx, "greeted", "response", response)
	return nil
}

func main() { lambda.Start(hello) }
