// Asks a database for a name, and does not wait for ever.
package main

import (
	"bufio"
	"context"
	"net"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// patience is less than the timeout of the function and that of the integration.
const patience = 300 * time.Millisecond

func hello(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	name, err := ask(time.Now().Add(patience))
	if err != nil {
		return events.APIGatewayProxyResponse{StatusCode: 503, Body: `{"message":"the database does not answer"}`}, nil
	}
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: name}, nil
}

func ask(deadline time.Time) (string, error) {
	connection, err := net.DialTimeout("tcp", database, time.Until(deadline))
	if err != nil {
		return "", err
	}
	defer connection.Close()
	if err := connection.SetDeadline(deadline); err != nil {
		return "", err
	}
	return bufio.NewReader(connection).ReadString('\n')
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
