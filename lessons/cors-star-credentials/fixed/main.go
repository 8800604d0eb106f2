// Lets the pages of a list read the response, with cookies.
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

var trusted = map[string]bool{"https://app.example": true, "https://admin.example": true}

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	headers := map[string]string{"Vary": "Origin"}
	if origin := header(request, "Origin"); trusted[origin] {
		headers["Access-Control-Allow-Origin"] = origin
		headers["Access-Control-Allow-Credentials"] = "true"
	}
	return events.APIGatewayProxyResponse{StatusCode: 200, Headers: headers, Body: `{"Hello":"World"}`}, nil
}

// header returns the value of a header in whatever letter case the client sent it.
func header(request events.APIGatewayProxyRequest, name string) string {
	for key, value := range request.Headers {
		if http.CanonicalHeaderKey(key) == name {
			return value
		}
	}
	return ""
}

func main() { lambda.Start(hello) }
