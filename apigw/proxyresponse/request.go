package proxyresponse

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// parseEvent reads the event of a REST API with Lambda proxy integration. Its
// error is for the log, and says which integration sent the payload instead. The
// event has what the payload has, also if there is an error.
func parseEvent(payload []byte) (*events.APIGatewayProxyRequest, error) {
	var probe struct {
		events.APIGatewayProxyRequest
		Version        string                                `json:"version"`        // HTTP APIs only
		RequestContext *events.APIGatewayProxyRequestContext `json:"requestContext"` // nil if it was not there
	}
	err := json.Unmarshal(payload, &probe)
	event := &probe.APIGatewayProxyRequest
	if probe.RequestContext != nil {
		event.RequestContext = *probe.RequestContext
	}
	switch {
	case strings.HasPrefix(probe.Version, "2"):
		return event, errors.New("the event is that of an HTTP API with payload format 2.0; " +
			"put the function behind a REST API with Lambda proxy integration, or set the payload format to 1.0")
	case event.HTTPMethod == "" || probe.RequestContext == nil:
		return event, errors.New("the event has no httpMethod or no requestContext, so it does not come from a Lambda proxy integration; " +
			"turn proxy integration on (type AWS_PROXY), or write the function for the mapped event, without proxyresponse.Handler")
	case err != nil:
		return event, fmt.Errorf("reading the event of a Lambda proxy integration: %w", err)
	}
	return event, nil
}

// input turns the event into the argument of a handler's function. Its errors are
// for the client.
func input[In any](event *events.APIGatewayProxyRequest) (In, error) {
	var in In
	switch target := any(&in).(type) {
	case *events.APIGatewayProxyRequest:
		*target = *event
		return in, nil
	case **events.APIGatewayProxyRequest:
		*target = event
		return in, nil
	}
	if t := reflect.TypeFor[In](); t.Kind() == reflect.Struct && t.NumField() == 0 {
		return in, nil
	}
	return in, decodeBody(event, &in)
}

// DecodeBody decodes the JSON body of a request into target, a pointer. Its error is
// what [Handler] returns to the client of a function that takes the body only: a
// 415 or a 400.
func DecodeBody(request events.APIGatewayProxyRequest, target any) error {
	return decodeBody(&request, target)
}

// decodeBody decodes the JSON body of event into target, a pointer.
func decodeBody(event *events.APIGatewayProxyRequest, target any) error {
	if sent := requestHeader(event, contentType); sent != "" && !isJSON(sent) {
		return &HTTPError{
			Status:  http.StatusUnsupportedMediaType,
			Message: "Content-Type must be application/json.",
			Cause:   fmt.Errorf("request has Content-Type %q", sent),
		}
	}
	body := []byte(event.Body)
	if event.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(event.Body)
		if err != nil {
			return badRequest("The request body is not valid base64.", err)
		}
		body = decoded
	}
	if strings.TrimSpace(string(body)) == "" {
		return badRequest("The request body is empty; send JSON.", nil)
	}
	err := json.Unmarshal(body, target)
	if err == nil {
		return nil
	}
	if own, ok := errors.AsType[*HTTPError](err); ok && own != nil {
		return own // of an UnmarshalJSON method that validates
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return badRequest(wrongTypeMessage(wrong), err)
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return badRequest("The request body is not valid JSON.", err)
	}
	return badRequest("The request body has a value that does not fit.", err)
}

func badRequest(message string, cause error) error {
	return &HTTPError{Status: http.StatusBadRequest, Message: message, Cause: cause}
}

func wrongTypeMessage(err *json.UnmarshalTypeError) string {
	place := "The request body"
	if err.Field != "" {
		place = fmt.Sprintf("The field %q of the request body", err.Field)
	}
	return place + " must be " + jsonName(err.Type) + "."
}

// jsonName returns the name of a type for a client, who does not know Go.
func jsonName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number in range"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number in range, not negative"
	case reflect.Float32, reflect.Float64:
		return "a number in range"
	case reflect.Slice, reflect.Array:
		return "a list"
	default:
		return "an object"
	}
}

// isJSON reports whether mediaType is application/json or has the suffix +json
// (RFC 6839); parameters do not matter.
func isJSON(mediaType string) bool {
	base := strings.ToLower(baseType(mediaType))
	kind, subtype, _ := strings.Cut(base, "/")
	return base == typeJSON ||
		validHeaderName(kind) && validHeaderName(subtype) && strings.HasSuffix(subtype, "+json") && subtype != "+json"
}

// requestHeader returns the value of a request header in any letter case, since
// API Gateway passes names on as the client wrote them (recorded:
// test_lambda_aws_proxy_integration).
func requestHeader(event *events.APIGatewayProxyRequest, name string) string {
	for sent, value := range event.Headers {
		if strings.EqualFold(sent, name) {
			return value
		}
	}
	for sent, values := range event.MultiValueHeaders {
		if strings.EqualFold(sent, name) && len(values) > 0 {
			return values[len(values)-1]
		}
	}
	return ""
}
