// The function of the sample app that has proxy integration: its event is the
// whole HTTP request, and its result is a proxy response.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/internal/testapp/greeting"
	"example.com/apigw/proxyresponse"
)

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	lambda.Start(proxyresponse.Handler(greet, proxyresponse.WithCORS(proxyresponse.CORS{
		AllowedOrigins: strings.FieldsFunc(os.Getenv("ALLOWED_ORIGINS"), func(r rune) bool { return r == ',' }),
	})))
}

func greet(ctx context.Context, request events.APIGatewayProxyRequest) (greeting.Greeting, error) {
	if contentType := request.Headers["Content-Type"]; contentType != "" && contentType != "application/json" {
		return greeting.Greeting{}, &proxyresponse.HTTPError{Status: http.StatusUnsupportedMediaType, Message: "The Content-Type must be application/json."}
	}
	name := greeting.World
	if inQuery, ok := request.QueryStringParameters["name"]; ok {
		name = inQuery
	}
	if inPath, ok := request.PathParameters["name"]; ok {
		name = inPath
	}
	if request.HTTPMethod == http.MethodPost {
		var body struct{ Name string }
		if err := json.Unmarshal([]byte(request.Body), &body); err != nil {
			return greeting.Greeting{}, &proxyresponse.HTTPError{Status: http.StatusBadRequest, Message: "The body must be JSON.", Cause: err}
		}
		name = body.Name
	}
	output, err := greeting.Greet(name)
	if errors.Is(err, greeting.ErrName) {
		return greeting.Greeting{}, &proxyresponse.HTTPError{Status: http.StatusBadRequest, Message: err.Error()}
	}
	slog.InfoContext(ctx, "greeted")
	return output, err
}
