// The hello world of the getting-started guides: an object goes in, an object
// comes out. Nothing here speaks HTTP.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

// hello returns an object, which the runtime writes as {"Hello":"World"}.
func hello(ctx context.Context) (map[string]string, error) {
	return map[string]string{"Hello": "World"}, nil
}

func main() { lambda.Start(hello) }
