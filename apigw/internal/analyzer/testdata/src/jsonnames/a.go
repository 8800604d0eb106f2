package jsonnames

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type noTags struct {
	StatusCode int               // want `the JSON name of StatusCode is "StatusCode", and API Gateway reads only "statusCode"`
	Headers    map[string]string // want `the JSON name of Headers is "Headers", and API Gateway reads only "headers"`
	Body       string            // want `the JSON name of Body is "Body", and API Gateway reads only "body"`
}

type wrongCase struct {
	StatusCode int    `json:"statuscode"` // want `the JSON name of StatusCode is "statuscode"`
	Body       string `json:"body"`
}

type right struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body,omitempty"`
	internal   int
	Debug      string `json:"-"`
}

type noResponse struct {
	Body string
	Name string
}

func main() {
	lambda.Start(func(context.Context) (noTags, error) { return noTags{}, nil })
	lambda.Start(func(context.Context) (*noTags, error) { return nil, nil })
	lambda.Start(func() (wrongCase, error) { return wrongCase{}, nil })
	lambda.Start(func() (right, error) { return right{}, nil })
	lambda.Start(func() (noResponse, error) { return noResponse{}, nil })
}
