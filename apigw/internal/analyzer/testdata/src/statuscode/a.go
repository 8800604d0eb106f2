package statuscode

import "github.com/aws/aws-lambda-go/events"

func literalWithout() (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{Body: "{}"}, nil // want "this response has no StatusCode on some path"
}

func pointerWithout() (*events.APIGatewayProxyResponse, error) {
	return &events.APIGatewayProxyResponse{}, nil // want "this response has no StatusCode on some path"
}

func onePath(found bool) (events.APIGatewayProxyResponse, error) {
	var response events.APIGatewayProxyResponse
	if found {
		response.StatusCode = 200
	}
	return response, nil // want "this response has no StatusCode on some path"
}

func everyPath(found bool) (events.APIGatewayProxyResponse, error) {
	response := events.APIGatewayProxyResponse{Body: "{}"}
	switch {
	case found:
		response.StatusCode = 200
	default:
		response.StatusCode = 404
	}
	return response, nil
}

func loop(n int) (events.APIGatewayProxyResponse, error) {
	response := events.APIGatewayProxyResponse{}
	for range n {
		response.StatusCode = 200
	}
	return response, nil // want "this response has no StatusCode on some path"
}

func copied() (events.APIGatewayProxyResponse, error) {
	first := events.APIGatewayProxyResponse{}
	second := first
	first.StatusCode = 200
	return second, nil // want "this response has no StatusCode on some path"
}

func inLiteral() {
	_ = func() (events.APIGatewayProxyResponse, error) {
		return events.APIGatewayProxyResponse{Body: ""}, nil // want "this response has no StatusCode on some path"
	}
}

func fill(*events.APIGatewayProxyResponse) {}

func filledElsewhere() (events.APIGatewayProxyResponse, error) {
	var response events.APIGatewayProxyResponse
	fill(&response)
	return response, nil
}

func filledThroughPointer() (*events.APIGatewayProxyResponse, error) {
	response := new(events.APIGatewayProxyResponse)
	other := &events.APIGatewayProxyResponse{}
	fill(other)
	if response.Body == "" {
		return other, nil
	}
	return response, nil
}

func filledInClosure() (events.APIGatewayProxyResponse, error) {
	var response events.APIGatewayProxyResponse
	func() { response.StatusCode = 200 }()
	return response, nil
}

func made() (events.APIGatewayProxyResponse, error) {
	response, err := everyPath(true)
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	return response, nil
}

func withoutKeys() (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{200, nil, nil, "", false}, nil
}

func nothing() (*events.APIGatewayProxyResponse, error) {
	var response *events.APIGatewayProxyResponse
	return response, nil
}
