// Makes a greeting, and returns where it is.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type greeting struct {
	ID   int    `json:"id"`
	Path string `json:"path"`
}

func create(ctx context.Context) (greeting, error) {
	return greeting{ID: 7, Path: "/greetings/7"}, nil
}

func main() { lambda.Start(create) }
