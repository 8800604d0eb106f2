package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
)

// lambdaMapped is AWS with a Lambda function: mappings turn the request into the
// event, and the result into the response.
type lambdaMapped struct {
	lambda
	mapsRequest  requestMapping
	mapsResponse responseMapping
}

func (d *deployer) lambdaMapped(m *method) integration {
	return &lambdaMapped{d.lambda(m), d.requestMapping(m), d.responseMapping(m)}
}

// request implements [integration].
func (l *lambdaMapped) request(ctx context.Context, in *methodRequest) (integrationRequest, *gatewayresponse.Error) {
	out, failure := l.mapsRequest.apply(ctx, in)
	if failure != nil {
		return out, failure
	}
	if len(bytes.TrimSpace(out.body.data)) == 0 {
		out.body.data = []byte("{}") // recorded: test_apigw_test_invoke_method_api
	}
	if !json.Valid(out.body.data) {
		return out, gatewayresponse.InvalidJSON(errors.New("the event of the function is not JSON; look at what the request template makes"))
	}
	l.address(&out, in)
	out.lambda.event = strings.EqualFold(firstHeader(out.header, "X-Amz-Invocation-Type"), "Event")
	out.lambda.clientContext = firstHeader(out.header, "X-Amz-Client-Context")
	return out, nil
}

// response implements [integration]. Selection patterns see the errorMessage of the
// result, and mappings the headers of Lambda's HTTP response. (Recorded:
// test_lambda_selection_patterns.)
func (l *lambdaMapped) response(ctx context.Context, in *methodRequest, out *integrationRequest, back *backendResponse) (integrationResponse, *gatewayresponse.Error) {
	seen := *back
	seen.selector = back.result.ErrorMessage()
	seen.header = mapping.Params{
		{Name: "Date", Values: []string{in.started.UTC().Format(http.TimeFormat)}},
		{Name: "Content-Type", Values: []string{"application/json"}},
		{Name: "x-amzn-RequestId", Values: []string{back.result.RequestID}},
		{Name: "X-Amzn-Trace-Id", Values: []string{in.trace.full}},
	}
	if back.result.ExecutedVersion != "" {
		seen.header.Add("X-Amz-Executed-Version", back.result.ExecutedVersion)
	}
	if back.result.FunctionError != "" {
		seen.header.Add("X-Amz-Function-Error", back.result.FunctionError)
	}
	return l.mapsResponse.apply(ctx, in, out.mapped, &seen)
}
