// Function hello-proxy is behind the API with Lambda proxy integration. It does
// the HTTP part itself: the event is the whole request, and the result must be a
// whole response, in the one shape that API Gateway takes. See
// stacks/proxy_api.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/metrics"
	"example.com/apigw/proxyresponse"
	"example.com/hello-apigw/functions/greeting"
	"example.com/hello-apigw/functions/logging"
)

// HelloOutput is the body of the response: {"Hello":"Ada"}.
type HelloOutput struct {
	Hello string `json:"Hello"`
}

// hello handles one request.
func hello(ctx context.Context, request events.APIGatewayProxyRequest) (HelloOutput, error) {
	// 1. Find the name. It is in the path, the query or the body: see request.go.
	name, err := nameIn(request)
	if err != nil {
		return HelloOutput{}, err
	}

	// 2. Greet.
	greeted, err := greet(name)

	// 3. Return an error. The error itself says which status it has.
	if err != nil {
		return HelloOutput{}, forClient(err)
	}

	// 4. Return the body. handler puts it into a proxy response, as text:
	//    {"statusCode":200,"headers":{…},"body":"{\"Hello\":\"Ada\"}"}
	slog.InfoContext(ctx, "greeted")
	return HelloOutput{Hello: greeted}, nil
}

// greet is a variable so that a test can let it fail.
var greet = greeting.Hello

// forClient returns err with the status that it has for the client. A mistake of
// the caller is a 400 that shows the error's text. Any other error becomes a
// 500, and only the log has its text.
func forClient(err error) error {
	if inputError, ok := errors.AsType[greeting.InputError](err); ok {
		return badRequest(inputError.Error(), nil)
	}
	return fmt.Errorf("greet: %w", err)
}

func main() {
	slog.SetDefault(logging.New(os.Stdout))
	lambda.Start(metrics.Handler(handler()))
}

// handler makes hello a Lambda function whose result is always a proxy response,
// with the CORS headers that stacks/proxy_api.go asks for.
func handler() lambda.Handler {
	cors := proxyresponse.CORS{AllowCredentials: os.Getenv("ALLOW_CREDENTIALS") == "true"}
	if origins := os.Getenv("ALLOWED_ORIGINS"); origins != "" {
		cors.AllowedOrigins = strings.Split(origins, ",")
	}
	return proxyresponse.Handler(hello, proxyresponse.WithCORS(cors), proxyresponse.WithObserver(metrics.Outcome))
}
