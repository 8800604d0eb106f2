package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"example.com/apigw/internal/function"
	"example.com/apigw/internal/gateway/gatewayresponse"
	"example.com/apigw/internal/mapping"
)

// lambdaCustom is AWS with a Lambda function: mappings make the event of the
// request, and the answer of the result.
type lambdaCustom struct {
	lambda
	request  requestMapping
	response responseMapping
}

func (d *deployer) lambdaCustom(m *method) integration {
	return &lambdaCustom{d.lambda(m), d.requestMapping(m), d.responseMapping(m)}
}

// serve implements [integration].
func (l *lambdaCustom) serve(ctx context.Context, c *call) (clientResponse, *gatewayresponse.Error) {
	in, failure := l.request.apply(ctx, c)
	if failure != nil {
		return clientResponse{}, failure
	}
	c.record.toBackend(in.message(), in.body.data)
	event := in.body.data
	if len(bytes.TrimSpace(event)) == 0 {
		event = []byte("{}") // recorded: test_apigw_test_invoke_method_api
	}
	if !json.Valid(event) {
		return clientResponse{}, invalidJSON(errors.New("the event of the function is no JSON; look at what the request template makes"))
	}
	invocation := function.Invocation{
		Payload: event, Event: strings.EqualFold(firstHeader(in.header, "X-Amz-Invocation-Type"), "Event"),
		ClientContext: firstHeader(in.header, "X-Amz-Client-Context"),
	}
	result, failure := l.invoke(ctx, c, invocation)
	if failure != nil {
		return clientResponse{}, failure
	}
	return l.response.apply(ctx, c, in.call, lambdaAnswer(c, result, invocation.Event))
}

// lambdaStatus is the status of Lambda's HTTP answer, which is the same whether
// the function failed or not.
func lambdaStatus(event bool) int {
	if event {
		return http.StatusAccepted
	}
	return http.StatusOK
}

// lambdaAnswer is Lambda's HTTP answer. Selection patterns see the errorMessage
// of the result. (Recorded: test_lambda_selection_patterns.)
func lambdaAnswer(c *call, result function.Result, event bool) backendAnswer {
	answer := backendAnswer{
		status: lambdaStatus(event), selector: result.ErrorMessage(), contentType: "application/json", body: result.Payload,
	}
	answer.header = mapping.Params{
		{Name: "Date", Values: []string{c.started.UTC().Format(http.TimeFormat)}},
		{Name: "Content-Type", Values: []string{"application/json"}},
		{Name: "x-amzn-RequestId", Values: []string{result.RequestID}},
		{Name: "X-Amzn-Trace-Id", Values: []string{c.trace.full}},
	}
	if result.ExecutedVersion != "" {
		answer.header.Add("X-Amz-Executed-Version", result.ExecutedVersion)
	}
	if result.FunctionError != "" {
		answer.header.Add("X-Amz-Function-Error", result.FunctionError)
	}
	return answer
}
