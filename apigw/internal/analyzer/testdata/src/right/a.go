// Package right has functions as they should be: no analyzer says anything.
package right

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

type greeting struct {
	Hello string `json:"Hello"`
}

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	body, err := json.Marshal(greeting{Hello: "World"})
	if err != nil {
		return refuse(http.StatusInternalServerError), nil
	}
	return events.APIGatewayProxyResponse{
		StatusCode: http.StatusOK,
		Headers:    map[string]string{"Content-Type": "application/json"},
		Body:       string(body),
	}, nil
}

func refuse(status int) events.APIGatewayProxyResponse {
	return events.APIGatewayProxyResponse{StatusCode: status, Body: `{"message":"no"}`}
}

func main() { lambda.Start(hello) }
