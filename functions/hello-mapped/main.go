// Function hello-mapped is behind the API without proxy integration. It never
// sees HTTP: API Gateway turns the request into the event, and the result or the
// error into the response. See stacks/mapped_api.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/metrics"
	"example.com/hello-apigw/functions/greeting"
	"example.com/hello-apigw/functions/logging"
)

// HelloInput is the event: {"name":"Ada"}, or {} if nobody gave a name.
type HelloInput struct {
	Name *string `json:"name"`
}

// HelloOutput is the result: {"Hello":"Ada"}.
type HelloOutput struct {
	Hello string `json:"Hello"`
}

// hello handles one request.
func hello(ctx context.Context, input HelloInput) (HelloOutput, error) {
	// 1. Find the name. A request template of the gateway put it into the event.
	name := greeting.World
	if input.Name != nil {
		name = *input.Name
	}

	// 2. Greet.
	greeted, err := greet(name)

	// 3. Return an error. The gateway chooses the status by the error's text.
	if err != nil {
		return HelloOutput{}, forGateway(ctx, err)
	}

	// 4. Return the result. A response template of the gateway makes it the body.
	slog.InfoContext(ctx, "greeted")
	return HelloOutput{Hello: greeted}, nil
}

// greet is a variable so that a test can let it fail.
var greet = greeting.Hello

// forGateway returns err with the text that the gateway's selection patterns
// look for: "BadRequest: …" becomes a 400 that shows the rest to the caller,
// "NotFound: …" a 404, and any other text a 500 that shows nothing. An empty text
// would become a 200, hence all kinds of errors get a prefix.
func forGateway(ctx context.Context, err error) error {
	if inputError, ok := errors.AsType[greeting.InputError](err); ok {
		slog.InfoContext(ctx, "bad request", "error", err)
		return fmt.Errorf("BadRequest: %w", inputError)
	}
	slog.ErrorContext(ctx, "internal error", "error", err)
	return fmt.Errorf("InternalError: %w", err)
}

func main() {
	slog.SetDefault(logging.New(os.Stdout))
	lambda.Start(metrics.Handler(handler()))
}

// handler makes hello a Lambda function. It refuses an event with other members,
// such as a proxy event after somebody switched proxy integration on.
func handler() lambda.Handler {
	strict := lambda.WithDisallowUnknownFields(true)
	return lambda.NewHandlerWithOptions(hello, strict)
}
