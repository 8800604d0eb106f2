package handlertype

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

type order struct{ ID string }

type custom struct{}

func (custom) Invoke(ctx context.Context, payload []byte) ([]byte, error) { return nil, nil }

func right() {
	lambda.Start(func() {})
	lambda.Start(func() error { return nil })
	lambda.Start(func(order) error { return nil })
	lambda.Start(func(any) error { return nil })
	lambda.Start(func(context.Context) (order, error) { return order{}, nil })
	lambda.Start(func(context.Context, order) (order, error) { return order{}, nil })
	lambda.Start(func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		return events.APIGatewayProxyResponse{StatusCode: 200}, nil
	})
	lambda.Start(func(context.Context, events.APIGatewayProxyRequest) (*events.APIGatewayProxyResponse, error) {
		return nil, nil
	})
	lambda.Start(custom{})
	lambda.Start(lambda.NewHandler(func() {}))
	var unknown any
	lambda.Start(unknown)
}

func wrong() {
	lambda.Start(order{})                                                          // want `a handler is a function, and this is handlertype.order`
	lambda.Start(func(context.Context, order, int) error { return nil })           // want "takes 3 parameters"
	lambda.Start(func(order, context.Context) error { return nil })                // want "the first of two parameters of a handler is a context.Context"
	lambda.Start(func(http.ResponseWriter, *http.Request) {})                      // want "the first of two parameters of a handler is a context.Context"
	lambda.Start(func(http.Handler) error { return nil })                          // want "cannot take an interface other than context.Context"
	lambda.Start(func() order { return order{} })                                  // want "the last result of a handler is an error"
	lambda.Start(func() (order, order) { return order{}, order{} })                // want "the last result of a handler is an error"
	lambda.StartWithOptions(func() (a, b order, err error) { return })             // want "this one returns 3 values"
	lambda.StartWithContext(context.Background(), func() order { return order{} }) // want "the last result of a handler is an error"
	_ = lambda.NewHandler(func() order { return order{} })                         // want "the last result of a handler is an error"
	_ = lambda.NewHandlerWithOptions(nil)                                          // want "a handler is a function, and this is untyped nil"
}

func wrongResults() {
	lambda.Start(func(events.APIGatewayProxyRequest) (string, error) { return "", nil })        // want "a proxy response is an object, and this handler returns text"
	lambda.Start(func(events.APIGatewayProxyRequest) error { return nil })                      // want "a handler of API Gateway requests returns a response"
	lambda.Start(func(events.APIGatewayProxyRequest) (events.APIGatewayV2HTTPResponse, error) { // want "has the member cookies, which a REST API refuses"
		return events.APIGatewayV2HTTPResponse{}, nil
	})
}
