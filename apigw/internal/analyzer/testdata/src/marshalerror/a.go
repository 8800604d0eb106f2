package marshalerror

import (
	"encoding/json"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

type plain struct {
	Name  string
	Count *int
	Tags  []string
	By    map[string]bool
	loose any
	Out   any `json:"-"`
}

type loose struct{ Value any }

type tree struct{ Children []*tree }

func ignored() (events.APIGatewayProxyResponse, error) {
	text, _ := json.Marshal(loose{}) // want "check the error of json.Marshal"
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: string(text)}, nil
}

func ignoredFloat(price float64) (events.APIGatewayProxyResponse, error) {
	text, _ := json.MarshalIndent(price, "", " ") // want "check the error of json.Marshal"
	response := events.APIGatewayProxyResponse{StatusCode: 200}
	response.Body = string(text)
	return response, nil
}

func ignoredMethod(t time.Time) (events.APIGatewayProxyResponse, error) {
	text, _ := json.Marshal(t) // want "check the error of json.Marshal"
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: string(text)}, nil
}

func ignoredCycle(t tree) (events.APIGatewayProxyResponse, error) {
	text, _ := json.Marshal(t) // want "check the error of json.Marshal"
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: string(text)}, nil
}

func cannotFail() (events.APIGatewayProxyResponse, error) {
	text, _ := json.Marshal(plain{})
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: string(text)}, nil
}

func checked(value any) (events.APIGatewayProxyResponse, error) {
	text, err := json.Marshal(value)
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: string(text)}, err
}

func noBody(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}
