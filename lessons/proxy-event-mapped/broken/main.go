// A function for proxy integration, behind a method that has none.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (map[string]string, error) {
	var input struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal([]byte(request.Body), &input); err != nil {
		return nil, err
	}
	return map[string]string{"Hello": input.Name}, nil
}

func main() { lambda.Start(hello) }
