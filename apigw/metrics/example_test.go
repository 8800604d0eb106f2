package metrics_test

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"example.com/apigw/metrics"
	"example.com/apigw/proxyresponse"
)

// A function that is behind a proxy integration.
func ExampleHandler() {
	hello := proxyresponse.Handler(func(ctx context.Context, _ struct{}) (string, error) {
		metrics.Put(ctx, "Greetings", 1, metrics.Count)
		return "Hello", nil
	}, proxyresponse.WithObserver(metrics.Outcome))

	main := func() { lambda.Start(metrics.Handler(hello)) }
	_ = main
}

// A function that builds its proxy responses itself.
func ExampleCheckResults() {
	hello := lambda.NewHandler(func(context.Context) (map[string]any, error) {
		return map[string]any{"statusCode": 200, "body": "Hello"}, nil
	})

	main := func() { lambda.Start(metrics.Handler(hello, metrics.CheckResults())) }
	_ = main
}

// A function that streams.
func ExampleFunc() {
	stream := proxyresponse.StreamHandler(func(context.Context, struct{}) (*proxyresponse.Streaming, error) {
		return proxyresponse.Stream(200, "text/plain", os.Stdin), nil
	}, proxyresponse.WithObserver(metrics.Outcome))

	main := func() { lambda.Start(metrics.Func(stream)) }
	_ = main
}

// Metrics of the whole service, by stage.
func ExampleNamespace() {
	options := []metrics.Option{metrics.Namespace("Orders"), metrics.Dimension("Stage", os.Getenv("STAGE")), metrics.Output(os.Stdout)}
	main := func() {
		lambda.Start(metrics.Handler(lambda.NewHandler(func() string { return "Hello" }), options...))
	}
	_ = main
}

func ExamplePut() {
	bill := func(ctx context.Context, euros float64) {
		metrics.Put(ctx, "Turnover", euros, metrics.None)
	}
	_ = bill
}
