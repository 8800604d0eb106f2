package responseanderror

import (
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

type failure struct{}

func (*failure) Error() string { return "" }

func work() error { return nil }

func literalWithError() (events.APIGatewayProxyResponse, error) {
	if err := work(); err != nil {
		return events.APIGatewayProxyResponse{StatusCode: 500}, err // want "this response never reaches the client"
	}
	return events.APIGatewayProxyResponse{StatusCode: 200}, nil
}

func newErrors(n int) (*events.APIGatewayProxyResponse, error) {
	for n > 0 {
		switch n {
		case 1:
			return &events.APIGatewayProxyResponse{StatusCode: 400}, errors.New("no") // want "this response never reaches the client"
		case 2:
			return &events.APIGatewayProxyResponse{StatusCode: 400}, fmt.Errorf("no") // want "this response never reaches the client"
		}
		return &events.APIGatewayProxyResponse{StatusCode: 400}, &failure{} // want "this response never reaches the client"
	}
	return nil, errors.New("no")
}

func variable(retry bool) (events.APIGatewayProxyResponse, error) {
	var response events.APIGatewayProxyResponse
	err := work()
	if retry && err != nil {
		response.StatusCode = 503
		return response, err // want "this response never reaches the client"
	} else if err != nil {
		response = events.APIGatewayProxyResponse{StatusCode: 500}
		return response, err // want "this response never reaches the client"
	}
	return response, nil
}

func right() (events.APIGatewayProxyResponse, error) {
	err := work()
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	if err != nil {
		return events.APIGatewayProxyResponse{StatusCode: 500}, nil
	}
	// Whether there is an error is not known here.
	return events.APIGatewayProxyResponse{StatusCode: 200}, err
}

func otherResult() (string, error) { return "x", errors.New("no") }
