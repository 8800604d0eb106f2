package endtoend

import (
	"context"
	"errors"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/proxyresponse"
)

// failingProxy takes the place of the function behind the API with proxy
// integration, and fails as it does if it cannot greet anybody.
var failingProxy lambda.Handler = proxyresponse.Handler(func(context.Context, events.APIGatewayProxyRequest) (any, error) {
	return nil, errors.New("the greeter is out of order")
}, proxyresponse.WithCORS(proxyresponse.CORS{AllowedOrigins: []string{"*"}}))
