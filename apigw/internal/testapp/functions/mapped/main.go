// The function of the sample app that has no proxy integration: mapping
// templates turn the HTTP request into its event, and its result into the HTTP
// response.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/internal/testapp/greeting"
)

// input is the event: {"name": "Ada"}, or {} without a name.
type input struct {
	Name *string `json:"name"`
}

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	lambda.Start(greet)
}

// greet returns errors whose text a selection pattern matches.
func greet(ctx context.Context, in input) (greeting.Greeting, error) {
	name := greeting.World
	if in.Name != nil {
		name = *in.Name
	}
	output, err := greeting.Greet(name)
	if errors.Is(err, greeting.ErrName) {
		return greeting.Greeting{}, fmt.Errorf("BadRequest: %w", err)
	}
	slog.InfoContext(ctx, "greeted")
	return output, err
}
