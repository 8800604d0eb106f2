package proxyresponse_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"example.com/apigw/proxyresponse"
)

type HelloInput struct {
	Name string `json:"name"`
}

type HelloOutput struct {
	Hello string `json:"Hello"`
}

// The function takes and returns values; lambda.Start takes the handler.
func ExampleHandler() {
	handler := proxyresponse.Handler(func(_ context.Context, in HelloInput) (HelloOutput, error) {
		return HelloOutput{Hello: in.Name}, nil
	}, proxyresponse.WithCORS(proxyresponse.CORS{AllowedOrigins: []string{"https://www.example.com"}}))

	event := `{"httpMethod":"POST","requestContext":{},"body":"{\"name\":\"Ada\"}"}`
	result, _ := handler(context.Background(), []byte(event))
	fmt.Println(string(result))
	// Output: {"statusCode":200,"headers":{"Access-Control-Allow-Origin":"https://www.example.com","Content-Type":"application/json"},"body":"{\"Hello\":\"Ada\"}"}
}

// A function that needs more of a request than its body decodes that itself.
func ExampleDecodeBody() {
	request := events.APIGatewayProxyRequest{HTTPMethod: "POST", Body: `{"name":5}`}
	var in HelloInput
	err := proxyresponse.DecodeBody(request, &in)
	fmt.Println(err)
	// Output: 400 The field "name" of the request body must be a string.: json: cannot unmarshal number into Go struct field HelloInput.name of type string
}

// An HTTPError says what the client may know; its cause goes to the log only.
func ExampleHTTPError() {
	quiet := slog.New(slog.DiscardHandler)
	handler := proxyresponse.Handler(func(context.Context, struct{}) (HelloOutput, error) {
		return HelloOutput{}, &proxyresponse.HTTPError{
			Status:  http.StatusNotFound,
			Message: "No such name.",
			Cause:   errors.New("table names has no row for Ada"),
		}
	}, proxyresponse.WithLogger(quiet))

	result, _ := handler(context.Background(), []byte(`{"httpMethod":"GET","requestContext":{}}`))
	fmt.Println(string(result))
	// Output: {"statusCode":404,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"No such name.\"}"}
}

func ExampleJSON() {
	response := proxyresponse.JSON(http.StatusCreated, HelloOutput{Hello: "World"}).
		WithHeader("Cache-Control", "no-store").
		WithCookie(&http.Cookie{Name: "seen", Value: "1"})
	fmt.Println(response.Status(), string(response.Body()))
	fmt.Println(response.Header().Get("set-cookie"))
	// Output:
	// 201 {"Hello":"World"}
	// seen=1
}

// A mistake is an error in a test, and a 500 in production.
func ExampleResponse_Err() {
	response := proxyresponse.Text(http.StatusOK, "Hello").WithHeader("X-Name", "Ada\r\nLovelace")
	fmt.Println(response.Status())
	fmt.Println(response.Err())
	// Output:
	// 500
	// header X-Name: "Ada\r\nLovelace" cannot be sent on one header line
}

func ExampleCORS_Validate() {
	cors := proxyresponse.CORS{AllowedOrigins: []string{"*"}, AllowCredentials: true}
	fmt.Println(cors.Validate())
	// Output: CORS: browsers refuse the origin "*" together with credentials; list the origins instead
}

func ExampleCheck() {
	verdict := proxyresponse.Check([]byte(`{"statusCode":200,"body":{"Hello":"World"}}`))
	fmt.Println(verdict.Status, string(verdict.Body))
	for _, v := range verdict.Violations {
		fmt.Println(v.Path, v.Got)
		fmt.Println(v.Title)
		fmt.Println(v.Fix)
	}
	// Output:
	// 502 {"message": "Internal server error"}
	// $.body {"Hello":"World"}
	// The body is an object; it must be a string that holds the JSON.
	// // The builders make the envelope; the value becomes its body.
	// return proxyresponse.JSON(http.StatusOK, value), nil
}

// A base64 body is decoded only for a client that asks for a binary type.
func ExampleInvocation_Check() {
	invocation := proxyresponse.Invocation{
		Payload:          []byte(`{"body":"SGVsbG8=","isBase64Encoded":true}`),
		BinaryMediaTypes: []string{"image/png"},
	}
	for _, accept := range []string{"image/png", "*/*"} {
		invocation.Accept = accept
		fmt.Printf("%s\n", invocation.Check().Body)
	}
	// Output:
	// Hello
	// SGVsbG8=
}

// The client reads each line as soon as it is written.
func ExampleStreamHandler() {
	handler := proxyresponse.StreamHandler(func(ctx context.Context, _ struct{}) (*proxyresponse.Streaming, error) {
		return proxyresponse.StreamFunc(http.StatusOK, "text/event-stream", func(w io.Writer) error {
			for n := 3; n > 0; n-- {
				if _, err := fmt.Fprintf(w, "data: %d\n\n", n); err != nil {
					return err // nobody reads any more
				}
			}
			return ctx.Err()
		}), nil
	})

	result, _ := handler(context.Background(), []byte(`{"httpMethod":"GET","requestContext":{}}`)) // lambda.Start does this
	verdict, body, _ := proxyresponse.CheckStream(result)
	fmt.Println(verdict.Status, verdict.Header.Get("Content-Type"))
	io.Copy(os.Stdout, body)
	// Output:
	// 200 text/event-stream
	// data: 3
	//
	// data: 2
	//
	// data: 1
}

// A stream without the delimiter never reaches the client.
func ExampleCheckStream() {
	verdict, _, _ := proxyresponse.CheckStream(strings.NewReader("data: 3\n\n"))
	fmt.Println(verdict.Status, verdict.Violations[0].Title)
	// Output: 500 The stream has no delimiter of eight NUL bytes in its first 16 KB.
}

func ExampleLookup() {
	rule, _ := proxyresponse.Lookup("lambda-throttled")
	fmt.Println(rule.Title)
	fmt.Println(rule.Status, rule.Evidence)
	// Output:
	// Lambda throttled the function; the failures come and go with the load.
	// 500 documented
}
