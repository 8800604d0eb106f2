// Asks a database for a name, and waits for as long as it takes.
package main

import (
	"bufio"
	"context"
	"net"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	connection, err := net.Dial("tcp", database)
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	defer connection.Close()
	name, err := bufio.NewReader(connection).ReadString('\n') // never returns
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: name}, nil
}

// database is the address of one that takes a connection and never says a word,
// like one behind a network that lets nothing back through.
var database string

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	database = listener.Addr().String()
	lambda.Start(hello)
}
