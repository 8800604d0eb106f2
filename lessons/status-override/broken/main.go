// Looks for a name, and says whether it is there.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type input struct {
	Name string `json:"name"`
}

type output struct {
	Found bool `json:"found"`
}

func find(ctx context.Context, event input) (output, error) {
	return output{Found: event.Name == "Ada"}, nil
}

func main() { lambda.Start(find) }
