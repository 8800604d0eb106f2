package main

import (
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"example.com/apigw/proxyresponse"
	"example.com/hello-apigw/functions/greeting"
)

// nameIn returns the name that the request has in its path, query or body,
// depending on the route.
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

// nameInBody reads {"name":"Ada"}. It does not decode into a struct, because
// encoding/json would take {"NAME":"Ada"} as well.
func nameInBody(request events.APIGatewayProxyRequest) (string, error) {
	const message = "The body must be JSON that fits the schema of this request."
	body := []byte(request.Body)
	if request.IsBase64Encoded { // if the API has binary media types, and JSON is one of them
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

// header returns the value of a request header. Names of HTTP headers are not
// case-sensitive, but the keys of a map are.
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

// badRequest returns an error that becomes a 400. The client sees the message,
// and only the log has the cause.
func badRequest(message string, cause error) error {
	return &proxyresponse.HTTPError{Status: http.StatusBadRequest, Message: message, Cause: cause}
}
