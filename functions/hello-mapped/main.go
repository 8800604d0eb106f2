// The function behind the door without proxy integration. A request template
// of the gateway makes its event, and response templates make the HTTP answer
// of what it returns: see stacks/mapped_api.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/hello-apigw/functions/greeting"
	"example.com/hello-apigw/functions/logging"
)

// HelloInput is the event: {"name": "Ada"}, or {} when nobody gave a name.
type HelloInput struct {
	Name *string `json:"name"`
}

// HelloOutput is the result, and the body of the answer: {"Hello": "Ada"}.
type HelloOutput = greeting.Greeting

func main() {
	slog.SetDefault(logging.New(os.Stdout))
	lambda.Start(newHandler(greeting.Hello))
}

// newHandler refuses an event with other members: a proxy event, say, because
// somebody switched proxy integration on.
func newHandler(greet func(name string) (greeting.Greeting, error)) lambda.Handler {
	hello := func(ctx context.Context, input HelloInput) (HelloOutput, error) {
		name := greeting.World
		if input.Name != nil {
			name = *input.Name
		}
		output, err := greet(name)
		if err != nil {
			return HelloOutput{}, forGateway(ctx, err)
		}
		slog.InfoContext(ctx, "greeted")
		return output, nil
	}
	return lambda.NewHandlerWithOptions(hello, lambda.WithDisallowUnknownFields(true))
}

// forGateway gives an error the text that the gateway's selection patterns look
// for: "BadRequest: …" becomes a 400 that shows the rest to the caller, any
// other text a 500 that shows nothing. An empty text would be no error at all,
// and become a 200; the prefixes rule that out.
func forGateway(ctx context.Context, err error) error {
	if inputError := greeting.InputError(""); errors.As(err, &inputError) {
		slog.InfoContext(ctx, "bad request", "error", err)
		return fmt.Errorf("BadRequest: %w", inputError)
	}
	slog.ErrorContext(ctx, "internal error", "error", err)
	return fmt.Errorf("InternalError: %w", err)
}
