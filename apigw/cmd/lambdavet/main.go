// Command lambdavet finds, in the source of Lambda functions behind API Gateway,
// what fails only when they run. It is a tool of go vet:
//
//	go build -o lambdavet example.com/apigw/cmd/lambdavet
//	go vet -vettool=./lambdavet ./functions/...
package main

import (
	"golang.org/x/tools/go/analysis/unitchecker"

	"example.com/apigw/internal/analyzer"
)

func main() { unitchecker.Main(analyzer.All()...) }
