package textbody

import (
	"errors"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
)

func refusals(n int) (events.APIGatewayProxyResponse, error) {
	err := errors.New("no")
	switch n {
	case 1:
		return events.APIGatewayProxyResponse{StatusCode: 404, Body: "not found"}, nil // want "this text is sent as application/json"
	case 2:
		return events.APIGatewayProxyResponse{StatusCode: http.StatusBadRequest, Body: err.Error()}, nil // want "this text is sent as application/json"
	case 3:
		return events.APIGatewayProxyResponse{StatusCode: 500, Body: http.StatusText(500)}, nil // want "this text is sent as application/json"
	case 4: // JSON
		return events.APIGatewayProxyResponse{StatusCode: 404, Body: `{"message":"not found"}`}, nil
	case 5: // says what it is
		return events.APIGatewayProxyResponse{StatusCode: 404, Body: "not found", Headers: map[string]string{"Content-Type": "text/plain"}}, nil
	case 6:
		return events.APIGatewayProxyResponse{StatusCode: 404, Body: "not found", MultiValueHeaders: map[string][]string{"Content-Type": {"text/plain"}}}, nil
	case 7: // no body
		return events.APIGatewayProxyResponse{StatusCode: 404, Body: ""}, nil
	case 8: // a greeting
		return events.APIGatewayProxyResponse{StatusCode: 200, Body: "Hello"}, nil
	}
	return events.APIGatewayProxyResponse{StatusCode: n, Body: "?"}, nil
}
