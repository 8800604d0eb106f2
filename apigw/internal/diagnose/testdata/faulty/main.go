// Faulty is a function that fails as the path of its request says.
package main

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() { lambda.Start(handle) }

func handle(ctx context.Context, request events.APIGatewayProxyRequest) (any, error) {
	switch request.PathParameters["fault"] {
	case "panic":
		var none []int
		return none[len(request.Path)], nil
	case "goroutine":
		go func() { panic("nobody recovers this") }()
		select {}
	case "exit":
		os.Exit(1)
	case "kill":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "hang":
		time.Sleep(time.Minute)
	case "large":
		return strings.Repeat("x", 7<<20), nil
	case "nan":
		return math.NaN(), nil
	case "error":
		return nil, errors.New("boom")
	}
	return events.APIGatewayProxyResponse{StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain"}, Body: "good"}, nil
}
