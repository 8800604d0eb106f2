// The body is a text now: the object as Go prints it for people.
package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
)

type response struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
}

// answer stands for what another service returned.
const answer = `{"Hello": "World"}`

func relay(ctx context.Context) (response, error) {
	var parsed map[string]any
	if err := json.Unmarshal([]byte(answer), &parsed); err != nil {
		return response{}, err
	}
	return response{StatusCode: 200, Body: fmt.Sprint(parsed)}, nil
}

func main() { lambda.Start(relay) }
