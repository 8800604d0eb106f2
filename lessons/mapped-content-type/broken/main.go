// Makes a table. The result is JSON, and the table is a text in it.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func table(ctx context.Context) (map[string]string, error) {
	return map[string]string{"table": "name,count\nAda,3\n"}, nil
}

func main() { lambda.Start(table) }
