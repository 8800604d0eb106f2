// The function behind the door with proxy integration. Its event is the whole
// HTTP request, and its result has to be a proxy response: proxyresponse makes
// sure that it is one.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/proxyresponse"
	"example.com/hello-apigw/functions/greeting"
	"example.com/hello-apigw/functions/logging"
)

func main() {
	slog.SetDefault(logging.New(os.Stdout))
	lambda.Start(newHandler(greeting.Hello, proxyresponse.CORS{
		AllowedOrigins:   strings.FieldsFunc(os.Getenv("ALLOWED_ORIGINS"), func(r rune) bool { return r == ',' }),
		AllowCredentials: os.Getenv("ALLOW_CREDENTIALS") == "true",
	}))
}

func newHandler(greet func(name string) (greeting.Greeting, error), cors proxyresponse.CORS) lambda.Handler {
	hello := func(ctx context.Context, request events.APIGatewayProxyRequest) (greeting.Greeting, error) {
		name, err := nameIn(request)
		if err != nil {
			return greeting.Greeting{}, err
		}
		output, err := greet(name)
		if err != nil {
			return greeting.Greeting{}, forClient(err)
		}
		slog.InfoContext(ctx, "greeted")
		return output, nil
	}
	return proxyresponse.Handler(hello, proxyresponse.WithCORS(cors))
}

// nameIn finds the name that the request gives: in the path, in the query or in
// the body, depending on the route.
func nameIn(request events.APIGatewayProxyRequest) (string, error) {
	if contentType := header(request, "Content-Type"); contentType != "" && !isJSON(contentType) {
		return "", &proxyresponse.HTTPError{
			Status:  http.StatusUnsupportedMediaType,
			Message: "The Content-Type must be application/json.",
		}
	}
	if request.HTTPMethod == http.MethodPost {
		return nameInBody(request)
	}
	if encoded, ok := request.PathParameters["name"]; ok {
		// A proxy event has the path as the client encoded it: J%C3%BCrgen.
		name, err := url.PathUnescape(encoded)
		if err != nil {
			return "", badRequest("The path must be percent-encoded.", err)
		}
		return strings.ToValidUTF8(name, "\ufffd"), nil
	}
	if name, ok := request.QueryStringParameters["name"]; ok {
		return name, nil
	}
	return greeting.World, nil
}

// nameInBody reads {"name": "Ada"}. It does not decode into a struct, because
// encoding/json would take {"NAME": "Ada"} as well.
func nameInBody(request events.APIGatewayProxyRequest) (string, error) {
	const message = "The body must be a JSON object with one string, name, and nothing else."
	body := []byte(request.Body)
	if request.IsBase64Encoded { // the API has binary media types, and JSON is one of them
		decoded, err := base64.StdEncoding.DecodeString(request.Body)
		if err != nil {
			return "", badRequest(message, err)
		}
		body = decoded
	}
	var members map[string]*json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return "", badRequest(message, err)
	}
	if len(members) != 1 || members["name"] == nil {
		return "", badRequest(message, nil)
	}
	var name string
	if err := json.Unmarshal(*members["name"], &name); err != nil {
		return "", badRequest(message, err)
	}
	return name, nil
}

// header returns the value of a request header. HTTP does not tell upper from
// lower case in header names, but the maps of a proxy event do.
func header(request events.APIGatewayProxyRequest, name string) string {
	for key, value := range request.Headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

func isJSON(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && mediaType == "application/json"
}

// forClient gives a mistake of the caller its status and shows its text. Every
// other error stays as it is: the client sees a 500, and only the log the cause.
func forClient(err error) error {
	if inputError := greeting.InputError(""); errors.As(err, &inputError) {
		return badRequest(inputError.Error(), nil)
	}
	return fmt.Errorf("greet: %w", err)
}

func badRequest(message string, cause error) error {
	return &proxyresponse.HTTPError{Status: http.StatusBadRequest, Message: message, Cause: cause}
}
