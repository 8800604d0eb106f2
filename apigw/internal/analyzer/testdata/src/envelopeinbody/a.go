package envelopeinbody

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
)

func envelopeTwice(r events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	inner := events.APIGatewayProxyResponse{StatusCode: 200, Body: "{}"}
	text, err := json.Marshal(inner)
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: string(text)}, nil // want "the body is a whole proxy response"
}

type envelope struct {
	Status int    `json:"statusCode"`
	Body   string `json:"body"`
}

func homeMadeByAssignment() (events.APIGatewayProxyResponse, error) {
	text, _ := json.Marshal(&envelope{Status: 200})
	var response events.APIGatewayProxyResponse
	response.StatusCode = 200
	response.Body = string(text) // want "the body is a whole proxy response"
	return response, nil
}

type order struct {
	StatusCode int    `json:"status"`
	Body       string `json:"body"`
}

func somethingElse() (events.APIGatewayProxyResponse, error) {
	text, err := json.Marshal(order{})
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: string(text)}, err
}
