// The function returns the body alone. proxyresponse makes the response, and sends
// the caller's origin back if it is in the list.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/proxyresponse"
)

type greeting struct {
	Hello string `json:"Hello"`
}

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (greeting, error) {
	return greeting{Hello: "World"}, nil
}

func main() {
	cors := proxyresponse.CORS{AllowedOrigins: []string{"https://app.example", "https://admin.example"}}
	lambda.Start(proxyresponse.Handler(hello, proxyresponse.WithCORS(cors)))
}
